//! What the world does with hosts, links, faults and limits.

use core::time::Duration;

use expect_test::{Expect, expect};

use super::World;
use crate::sim::endpoint::{Endpoint, Event, Input, Output, Transmit};
use crate::sim::fault::Fault;
use crate::sim::link::LinkConfig;
use crate::sim::time::Instant;
use crate::sim::trace::{End, Host, Trace, TraceEvent};
use crate::wire::{About, Packet, Payload, Protocol, Unit};

const A: [u8; 4] = [10, 0, 0, 1];
const B: [u8; 4] = [10, 0, 0, 2];

/// A packet of 20 bytes towards `to`, called `kind`.
fn packet(to: [u8; 4], kind: &str) -> Packet {
    let mut head = [0; 20];
    head[16..].copy_from_slice(&to);
    let unit = Unit {
        protocol: Protocol::Data,
        kind: kind.to_owned(),
        name: kind.to_owned(),
        detail: String::new(),
        offset: 0,
        len: 0,
    };
    let about = About { tcp: None, units: vec![unit] };
    Packet { head: head.into(), body: Payload::new(), about }
}

/// Sends `pings` pings, one every 10 ms, or answers each with a pong.
struct Pinger {
    pings: u32,
    next: Option<Instant>,
    out: Vec<Output>,
    sent: u64,
}

impl Pinger {
    const fn new(pings: u32) -> Self {
        Self { pings, next: None, out: Vec::new(), sent: 0 }
    }

    fn send(&mut self, to: [u8; 4], kind: &str) {
        self.sent += 1;
        let packet = packet(to, kind);
        self.out.push(Output::Transmit(Transmit { packet, tag: self.sent, retransmits: None }));
    }
}

impl Endpoint for Pinger {
    fn handle(&mut self, now: Instant, input: Input) {
        match input {
            Input::Packet(arrived) => {
                if arrived.head[19] & 1 == 1 {
                    self.out.push(Output::Event(Event::PacketDropped { reason: "damaged" }));
                } else if arrived.label().kind == "ping" {
                    self.send([10, 0, 0, 4], "pong");
                }
            }
            Input::Start if self.pings == 0 => {}
            Input::Start | Input::Timeout => {
                if matches!(input, Input::Timeout) {
                    let event = Event::TimerFired { connection: 0, timer: "ping" };
                    self.out.push(Output::Event(event));
                }
                self.send(B, "ping");
                self.pings -= 1;
                self.next = (self.pings > 0).then(|| now + Duration::from_millis(10));
            }
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<Output> {
        (!self.out.is_empty()).then(|| self.out.remove(0))
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.next
    }
}

/// A client at an even address, so that a flipped bit shows, and a server.
fn world(pings: u32) -> World {
    let mut world = World::new(1);
    let client = Host { name: "client", title: "Client", address: [10, 0, 0, 4] };
    let server = Host { name: "server", title: "Server", address: B };
    let client = world.host(client, Pinger::new(pings));
    let server = world.host(server, Pinger::new(0));
    world.connect(client, server, LinkConfig::new(Duration::from_millis(4)));
    world
}

fn traced(pings: u32, faults: &[&str]) -> Trace {
    let faults: Vec<Fault> = faults.iter().filter_map(|fault| fault.parse().ok()).collect();
    let mut world = world(pings);
    world.faults(&faults);
    world.run()
}

fn check(pings: u32, faults: &[&str], expected: &Expect) {
    expected.assert_eq(&traced(pings, faults).to_string());
}

#[test]
fn a_ping_is_answered_after_one_round_trip() {
    check(
        1,
        &[],
        &expect![[r#"
            0.000      client > server: ping 
            4.000      server < ping
            4.000      server > client: pong 
            8.000      client < pong
        "#]],
    );
}

#[test]
fn a_fault_by_kind_hits_the_nth_of_that_kind_only() {
    check(
        2,
        &["drop:pong#2"],
        &expect![[r#"
            0.000      client > server: ping 
            4.000      server < ping
            4.000      server > client: pong 
            8.000      client < pong
            10.000     client timer ping fired
            10.000     client > server: ping 
            14.000     server < ping
            14.000     server > client: pong   ** scripted
        "#]],
    );
}

#[test]
fn a_fault_by_host_counts_all_that_the_host_sends() {
    let trace = traced(3, &["drop:client#2"]);
    let lost: Vec<(u32, bool)> = trace
        .packets()
        .filter(|packet| packet.from.0 == 0)
        .map(|packet| (packet.sent.nth, packet.sent.fate.arrival().is_none()))
        .collect();
    assert_eq!(lost, [(1, false), (2, true), (3, false)]);
}

#[test]
fn an_outage_of_one_way_loses_only_that_way() {
    let trace = traced(3, &["outage:server:0ms..15ms"]);
    let lost: Vec<String> = trace
        .packets()
        .filter(|packet| packet.sent.fate.arrival().is_none())
        .map(|packet| format!("{} at {}", packet.sent.packet.label().kind, packet.at))
        .collect();
    assert_eq!(lost, ["pong at 4.000", "pong at 14.000"]);
}

#[test]
fn a_path_change_moves_later_packets_only() {
    let trace = traced(2, &["path:9ms:40ms"]);
    let arrivals: Vec<String> = trace
        .packets()
        .filter_map(|packet| packet.sent.fate.arrival())
        .map(|at| at.to_string())
        .collect();
    assert_eq!(arrivals, ["4.000", "8.000", "30.000", "50.000"]);
}

#[test]
fn a_duplicate_arrives_twice_and_says_so() {
    let trace = traced(1, &["duplicate:ping#1"]);
    let copies: Vec<bool> = trace
        .entries
        .iter()
        .filter_map(|entry| match entry.event {
            TraceEvent::PacketReceived { copy, .. } if entry.host.0 == 1 => Some(copy),
            _ => None,
        })
        .collect();
    assert_eq!(copies, [false, true]);
}

#[test]
fn a_corrupt_packet_arrives_with_a_flipped_bit() {
    let trace = traced(1, &["corrupt:pong#1"]);
    let dropped = Event::PacketDropped { reason: "damaged" };
    let last = trace.entries.last().map(|entry| &entry.event);
    assert_eq!(last, Some(&TraceEvent::Endpoint(dropped)));
}

#[test]
fn a_packet_to_nobody_is_refused() {
    let mut world = World::new(1);
    let client = Host { name: "client", title: "Client", address: A };
    world.host(client, Pinger::new(1));
    let trace = world.run();
    expect!["0.000      client > client: ping   ** no-route\n"].assert_eq(&trace.to_string());
}

#[test]
fn what_a_timer_makes_happen_points_at_the_timer() {
    let trace = traced(2, &[]);
    let second = trace.packets().filter(|packet| packet.from.0 == 0).nth(1);
    let cause = second.and_then(|packet| packet.cause).and_then(|id| trace.entry(id));
    let fired = Event::TimerFired { connection: 0, timer: "ping" };
    assert_eq!(cause.map(|entry| &entry.event), Some(&TraceEvent::Endpoint(fired)));
}

#[test]
fn a_run_that_reaches_its_limit_says_so() {
    let mut by_steps = world(1000);
    by_steps.steps_max(5);
    assert_eq!(by_steps.run().end, End::Steps { max: 5 });
    let mut by_time = world(1000);
    by_time.time_max(Instant::from_millis(100));
    let trace = by_time.run();
    assert_eq!(trace.end, End::Time);
    assert!(trace.to_string().ends_with("the scenario's time is over\n"));
}

#[test]
fn the_same_seed_and_faults_give_the_same_trace() {
    assert_eq!(traced(20, &["drop:ping#3"]), traced(20, &["drop:ping#3"]));
}
