//! The ladder: where the time to the first byte goes, part by part, for every way of asking.
//!
//! A part is the time between two moments of a run, and the parts of a run add up to its time to
//! the first byte. What happens beside something else counts where it holds the request back: with
//! early data (RFC 8446 section 2.3) the handshake holds back nothing.

use super::{ABOUT, FirstRequest, begin, first_byte, opening, place, request};
use crate::scenario::find::{CLIENT, SERVER, at, enters, reports, round_trips};
use crate::scenario::params::Value;
use crate::scenario::{ParamKind, Run, Setup, run};
use crate::sim::endpoint::Event;
use crate::sim::time::nanos;
use crate::sim::trace::{EntryId, Trace};

/// Where the time of one first request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    /// The permanent name of what it travels over: `tls13`.
    pub stack: String,
    /// For people: `TLS 1.3`.
    pub title: String,
    /// Nanoseconds of each of six parts, in order: the lookup, the opening of TCP, the handshake
    /// of TLS or QUIC, the request on its way, the server's work, the answer on its way. Empty
    /// without an answer.
    pub parts: Vec<u64>,
    /// Round trips to the server.
    pub trips: u64,
}

/// The order of the ladder, from what every browser began with to what costs nothing more. Ways
/// that are not named stand before QUIC.
const ORDER: &[&str] = &[
    "http",
    "tls12",
    "tls12-resumed",
    "tls13",
    "tls13-psk",
    "tls13-0rtt",
    "",
    "quic",
    "quic-0rtt",
    "warm",
];

/// Where a way stands in the ladder.
fn order(stack: &str) -> usize {
    let place = |wanted: &str| ORDER.iter().position(|known| *known == wanted);
    place(stack).or_else(|| place("")).unwrap_or(0)
}

/// The ladder of a set-up of `first-request`: a run for each way, all else the same.
pub fn ladder(setup: &Setup) -> Vec<Rung> {
    let spec = ABOUT.params.iter().find(|spec| spec.key == "stack");
    let Some(ParamKind::Choice { options, .. }) = spec.map(|spec| spec.kind) else {
        return Vec::new();
    };
    let mut options: Vec<_> = options.to_vec();
    crate::sorted::sort_by_key(&mut options, |(word, _)| order(word));
    let of = |(word, _): (&'static str, &'static str)| {
        let params = setup.params.clone().with("stack", Value::Choice(word));
        rung(&run(&FirstRequest, &Setup { params, ..setup.clone() }))
    };
    options.into_iter().map(of).collect()
}

/// Where the time of a run of `first-request` goes.
pub fn rung(run: &Run) -> Rung {
    let stack = run.setup.params.choice("stack");
    let spec = ABOUT.params.iter().find(|spec| spec.key == "stack");
    let title = match spec.map(|spec| spec.kind) {
        Some(ParamKind::Choice { options, .. }) => {
            options.iter().find(|(word, _)| *word == stack).map_or(stack, |(_, title)| *title)
        }
        _ => stack,
    };
    let trace = &run.trace;
    Rung {
        stack: stack.to_owned(),
        title: title.to_owned(),
        parts: parts(trace).unwrap_or_default(),
        trips: trips(trace).unwrap_or(0),
    }
}

/// The moments between the parts; a part that does not happen ends where it begins.
fn parts(trace: &Trace) -> Option<Vec<u64>> {
    let last = at(trace, first_byte(trace)?);
    let asked = at(trace, request(trace)?);
    let mut from = at(trace, begin(trace)?);
    let cold = place(trace) == 0;
    let opens = opening(trace).filter(|_| cold);
    let open = enters(trace, CLIENT, "ESTABLISHED").filter(|_| cold);
    let heard = served(trace, "request-complete");
    let ready = served(trace, "think-end").or(heard);
    let ends = [
        opens.map(|entry| at(trace, entry)),
        open.map(|entry| at(trace, entry).min(asked)),
        Some(asked),
        heard.map(|entry| at(trace, entry)),
        ready.map(|entry| at(trace, entry)),
        Some(last),
    ];
    let part = |end: Option<_>| {
        let end = end.unwrap_or(from).clamp(from, last.max(from));
        nanos(end - core::mem::replace(&mut from, end))
    };
    Some(ends.into_iter().map(part).collect())
}

/// When the server notes something of the request in question.
fn served(trace: &Trace, wanted: &str) -> Option<EntryId> {
    let is = |event: &Event| matches!(event, Event::Note { name, .. } if *name == wanted);
    reports(trace, SERVER, is).nth(place(trace))
}

/// Round trips to the server: from its first packet, or from the request on an open connection.
pub(super) fn trips(trace: &Trace) -> Option<u64> {
    let from = match place(trace) {
        0 => opening(trace)?,
        _ => request(trace)?,
    };
    Some(round_trips(trace, from, first_byte(trace)?))
}
