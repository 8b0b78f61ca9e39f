//! The engine in the same program: for the pages as text, and for tests.

use std::cell::RefCell;

use super::Engine;
use crate::bridge::Desk;
use crate::bridge::questions::Question;
use crate::scenario::About;

thread_local! {
    static DESK: RefCell<Desk> = RefCell::default();
}

pub(super) const fn state() -> Engine {
    Engine::Ready
}

pub(super) const fn start() {}

pub(super) fn listen(call: Box<dyn FnOnce()>) {
    call();
}

#[expect(clippy::unnecessary_wraps, reason = "in the browser there may be no answer")]
pub(super) fn ask<Q: Question>(question: &Q) -> Option<Q::Answer> {
    Some(DESK.with_borrow_mut(|desk| question.answer(desk)))
}

pub(super) fn about(
    _: &str,
    ask: impl FnOnce() -> Option<&'static About>,
) -> Option<&'static About> {
    ask()
}
