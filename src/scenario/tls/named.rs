//! A program that looks its server's name up before it begins.

use core::time::Duration;

use crate::proto::app::{Address, App, AppInput, AppOutput};
use crate::proto::dns::{Lookup, Stub, StubConfig, Transport};
use crate::proto::tcp::Config;
use crate::sim::rng::Rng;
use crate::sim::time::Instant;
use crate::wire::dns::{Kind, Name, PORT};

/// A program behind a lookup.
#[derive(Debug)]
pub(in crate::scenario) struct Named<A> {
    stub: Stub,
    inner: A,
    /// Whether the address is known and the program at work.
    begun: bool,
}

impl<A: App> Named<A> {
    /// The program begins when `resolver` has told the address of `name`.
    pub(in crate::scenario) fn new(
        inner: A,
        resolver: [u8; 4],
        name: &str,
        tcp: Config,
        rng: Rng,
    ) -> Self {
        let lookup = Lookup { after: Duration::ZERO, name: Name::of(name), kind: Kind::A };
        let config = StubConfig {
            servers: vec![Address { ip: resolver, port: PORT }],
            transport: Transport::Datagrams,
            timeout: Duration::from_secs(5),
            attempts: 2,
            edns_size: 0,
            dnssec: false,
            tcp,
            cache: None,
            lookups: vec![lookup],
        };
        Self { stub: Stub::new(config, rng), inner, begun: false }
    }
}

impl<A: App> App for Named<A> {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            // The lookup is over: datagrams are the program's own.
            AppInput::Datagram { .. } if self.begun => self.inner.handle(now, input),
            AppInput::Start | AppInput::Datagram { .. } | AppInput::Unreachable { .. } => {
                self.stub.handle(now, input);
            }
            AppInput::Timeout => {
                if self.stub.poll_timeout().is_some_and(|at| at <= now) {
                    self.stub.handle(now, AppInput::Timeout);
                }
                if self.inner.poll_timeout().is_some_and(|at| at <= now) {
                    self.inner.handle(now, AppInput::Timeout);
                }
            }
            other => self.inner.handle(now, other),
        }
    }

    fn poll(&mut self, now: Instant) -> Option<AppOutput> {
        if let Some(output) = self.stub.poll(now) {
            return Some(output);
        }
        if self.stub.result().is_some_and(|(_, found)| !found.is_empty()) {
            self.begun = true;
            self.inner.handle(now, AppInput::Start);
        }
        self.inner.poll(now)
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.stub.poll_timeout().into_iter().chain(self.inner.poll_timeout()).min()
    }
}
