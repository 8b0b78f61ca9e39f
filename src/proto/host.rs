//! A host: connections over IPv4 under one application.

use std::collections::VecDeque;
use std::fmt;

use super::app::{App, AppInput, AppOutput};
use crate::sim::endpoint::{Endpoint, Event, Input, Output};
use crate::sim::rng::Rng;
use crate::sim::time::Instant;

/// A machine with one address, its connections, and an application on top.
pub struct Host {
    address: [u8; 4],
    app: Box<dyn App>,
    out: VecDeque<Output>,
    rng: Rng,
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host")
            .field("address", &self.address)
            .field("rng", &self.rng)
            .finish_non_exhaustive()
    }
}

impl Host {
    /// A host whose sequence numbers and ports are fixed by `rng`.
    pub fn new(address: [u8; 4], rng: Rng, app: impl App + 'static) -> Self {
        Self { address, app: Box::new(app), out: VecDeque::new(), rng }
    }

    fn run_app(&mut self, now: Instant, input: AppInput) {
        self.app.handle(now, input);
        while let Some(output) = self.app.poll(now) {
            if let AppOutput::Note { conn, name, text, amount } = output {
                let event = Event::Note { connection: conn.0, name, text, amount };
                self.out.push_back(Output::Event(event));
            }
        }
    }
}

impl Endpoint for Host {
    fn handle(&mut self, now: Instant, input: Input) {
        match input {
            Input::Start => self.run_app(now, AppInput::Start),
            Input::Timeout => self.run_app(now, AppInput::Timeout),
            Input::Packet(_) => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<Output> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.app.poll_timeout()
    }
}
