//! What a connection does, as traces.

use core::time::Duration;

use expect_test::{Expect, expect};

use super::{Config, Profile};
use crate::proto::app::Address;
use crate::proto::apps::{Act, Talker, When};
use crate::proto::host::Host;
use crate::sim::endpoint::Event;
use crate::sim::fault::Fault;
use crate::sim::link::LinkConfig;
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
}

fn send(len: u64) -> Act {
    Act::Send { len, message: None }
}

fn bench(client: Script, server: Script) -> Bench {
    Bench {
        config: Config::new(Profile::LINUX),
        client,
        server,
        port: 80,
        link: LinkConfig::new(Duration::from_millis(50)),
        faults: Vec::new(),
    }
}

impl Bench {
    fn faults(mut self, faults: &[&str]) -> Self {
        self.faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
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

#[test]
fn opening_takes_one_round_trip_and_the_first_answer_two() {
    bench(
        vec![(When::Established, vec![send(100)])],
        vec![(When::Received(100), vec![send(100)])],
    )
    .check(&expect![[r#"
        0.000      server CLOSED -> LISTEN
        0.000      client > server: Flags [S], seq 0, win 64240, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 10], length 0
        0.000      client CLOSED -> SYN-SENT
        50.000     server > client: Flags [S.], seq 0, ack 1, win 65160, options [mss 1460,sackOK,TS val 51 ecr 1,nop,wscale 10], length 0
        50.000     server LISTEN -> SYN-RECEIVED
        100.000    client SYN-SENT -> ESTABLISHED
        100.000    client > server: Flags [.], ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 0
        100.000    client > server: Flags [P.], seq 1:101, ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 100
        150.000    server SYN-RECEIVED -> ESTABLISHED
        150.000    server > client: Flags [.], ack 101, win 64, options [nop,nop,TS val 151 ecr 101], length 0
        150.000    server note: has received 100 B
        150.000    server > client: Flags [P.], seq 1:101, ack 101, win 64, options [nop,nop,TS val 151 ecr 101], length 100
        200.000    client > server: Flags [.], ack 101, win 63, options [nop,nop,TS val 201 ecr 151], length 0
    "#]]);
}

#[test]
fn orderly_close_leaves_only_the_closer_in_time_wait() {
    bench(
        vec![(When::Established, vec![Act::Close])],
        vec![(When::PeerClosed, vec![Act::Close])],
    )
    .check(&expect![[r#"
        0.000      server CLOSED -> LISTEN
        0.000      client > server: Flags [S], seq 0, win 64240, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 10], length 0
        0.000      client CLOSED -> SYN-SENT
        50.000     server > client: Flags [S.], seq 0, ack 1, win 65160, options [mss 1460,sackOK,TS val 51 ecr 1,nop,wscale 10], length 0
        50.000     server LISTEN -> SYN-RECEIVED
        100.000    client SYN-SENT -> ESTABLISHED
        100.000    client > server: Flags [.], ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 0
        100.000    client > server: Flags [F.], seq 1, ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 0
        100.000    client ESTABLISHED -> FIN-WAIT-1
        150.000    server SYN-RECEIVED -> ESTABLISHED
        150.000    server ESTABLISHED -> CLOSE-WAIT
        150.000    server > client: Flags [.], ack 2, win 64, options [nop,nop,TS val 151 ecr 101], length 0
        150.000    server > client: Flags [F.], seq 1, ack 2, win 64, options [nop,nop,TS val 151 ecr 101], length 0
        150.000    server CLOSE-WAIT -> LAST-ACK
        200.000    client FIN-WAIT-1 -> FIN-WAIT-2
        200.000    client FIN-WAIT-2 -> TIME-WAIT
        200.000    client > server: Flags [.], ack 2, win 63, options [nop,nop,TS val 201 ecr 151], length 0
        200.000    client note: closed in order
        250.000    server LAST-ACK -> CLOSED
        250.000    server note: closed in order
        60200.000  client timer time-wait fired
        60200.000  client TIME-WAIT -> CLOSED
    "#]]);
}
