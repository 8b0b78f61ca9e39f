//! What a connection does, as traces: two programs, 100 ms of round trip apart.

mod talker;
mod open;
mod close;
mod loss;
mod flow;
mod pressure;
mod silence;
mod steady;
mod model;
mod pair;

use core::time::Duration;

use expect_test::Expect;

use self::talker::{Act, Talker, When};
use super::{Config, Profile};
use crate::proto::app::Address;
use crate::proto::host::Host;
use crate::sim::endpoint::Event;
use crate::sim::fault::Fault;
use crate::sim::link::LinkConfig;
use crate::sim::time::Instant;
use crate::sim::trace::{self, Trace, TraceEvent};
use crate::sim::world::World;

const CLIENT: [u8; 4] = [192, 0, 2, 1];
const SERVER: [u8; 4] = [192, 0, 2, 2];

type Script = Vec<(When, Vec<Act>)>;

/// A client and a server, 100 ms of round trip apart.
struct Bench {
    config: Config,
    client: Script,
    server: Script,
    port: u16,
    link: LinkConfig,
    faults: Vec<Fault>,
    /// When the run ends though more would happen, in seconds.
    limit: Option<u64>,
}

fn send(len: u64) -> Act {
    Act::Send(len)
}

fn bench(client: Script, server: Script) -> Bench {
    Bench {
        config: Config::new(Profile::LINUX),
        client,
        server,
        port: 80,
        link: LinkConfig::new(Duration::from_millis(50)),
        faults: Vec::new(),
        limit: None,
    }
}

impl Bench {
    fn faults(mut self, faults: &[&str]) -> Self {
        self.faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
        self
    }

    fn limit(mut self, seconds: u64) -> Self {
        self.limit = Some(seconds);
        self
    }

    fn config(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    fn run(self) -> Trace {
        let mut world = World::new(1);
        let to = Address { ip: SERVER, port: self.port };
        let client = Talker::client(to, self.config, self.client);
        let server = Talker::server(80, self.config, self.server);
        let client = Host::new(CLIENT, world.stream("client"), client);
        let server = Host::new(SERVER, world.stream("server"), server);
        let host = |name, title, address| trace::Host { name, title, address };
        let client = world.host(host("client", "Client", CLIENT), client);
        let server = world.host(host("server", "Server", SERVER), server);
        world.connect(client, server, self.link);
        world.faults(&self.faults);
        if let Some(seconds) = self.limit {
            world.time_max(Instant::START + Duration::from_secs(seconds));
        }
        world.run()
    }

    /// The packets, states, timers that fire and notes, a line each.
    fn check(self, expected: &Expect) {
        expected.assert_eq(&story(&self.run()));
    }
}

/// The trace without metrics, arrivals and timers that are only set.
fn story(trace: &Trace) -> String {
    let mut story = trace.clone();
    story.entries.retain(|entry| {
        !matches!(
            entry.event,
            TraceEvent::PacketReceived { .. }
                | TraceEvent::Endpoint(
                    Event::MetricUpdated { .. }
                        | Event::TimerSet { .. }
                        | Event::TimerCancelled { .. }
                )
        )
    });
    story.to_string()
}

/// A line per packet that `host` sends: when, what, and whether it is lost.
fn sends(trace: &Trace, host: u8) -> String {
    let mut text = String::new();
    for packet in trace.packets().filter(|packet| packet.from.0 == host) {
        let label = packet.sent.packet.label();
        let lost = if packet.sent.fate.arrival().is_none() { "  ** lost" } else { "" };
        text.push_str(&format!("{} {} {}{lost}\n", packet.at, label.name, label.detail));
    }
    text
}

/// Each value of a metric of a host with its moment, a line each.
fn metric(trace: &Trace, host: u8, wanted: &str) -> String {
    let mut text = String::new();
    for entry in trace.entries.iter().filter(|entry| entry.host.0 == host) {
        if let TraceEvent::Endpoint(Event::MetricUpdated { name, value, .. }) = &entry.event
            && *name == wanted
        {
            text.push_str(&format!("{} {value}\n", entry.at));
        }
    }
    text
}

/// The end of the story: its last `count` lines.
fn ending(trace: &Trace, count: usize) -> String {
    let story = story(trace);
    let lines: Vec<&str> = story.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}
