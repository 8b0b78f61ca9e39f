//! What a host does when ports, or room for half-open connections, run out.

use core::time::Duration;
use std::collections::VecDeque;

use expect_test::expect;

use super::{Host, THEM, US};
use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::proto::tcp::{Config, Profile};
use crate::sim::endpoint::{Endpoint, Event, Input, Output, Transmit};
use crate::sim::link::LinkConfig;
use crate::sim::rng::Rng;
use crate::sim::time::Instant;
use crate::sim::trace::{self, Trace, TraceEvent};
use crate::sim::world::World;
use crate::wire::icmp::Icmp;
use crate::wire::tcp::{Flags, Segment, TcpOption};
use crate::wire::{About, Packet, Payload};

/// Opens a connection every `pace` and closes it as soon as it is open, or leaves that to the
/// peer; notes how each ended.
struct Caller {
    config: Config,
    closes: bool,
    pace: Duration,
    left: u32,
    next: ConnId,
    due: Option<Instant>,
    out: VecDeque<AppOutput>,
}

/// Accepts on port 80 and closes when the peer has, or at once.
struct Callee(Caller);

impl Caller {
    fn new(config: Config, pace: Duration, count: u32) -> Self {
        let (next, out) = (ConnId(0), VecDeque::new());
        Self { config, closes: true, pace, left: count, next, due: None, out }
    }

    fn end(&mut self, conn: ConnId, text: String) {
        self.out.push_back(AppOutput::Note { conn, name: "end", text, amount: 0 });
    }
}

impl App for Caller {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Start | AppInput::Timeout => {
                self.due = None;
                if self.left > 0 {
                    self.left -= 1;
                    let to = Address { ip: THEM, port: 80 };
                    let config = self.config;
                    self.out.push_back(AppOutput::Connect { conn: self.next, to, config });
                    self.next.0 += 1;
                    self.due = Some(now + self.pace);
                }
            }
            AppInput::Connected { conn } | AppInput::Accepted { conn } if self.closes => {
                self.out.push_back(AppOutput::Close { conn });
            }
            AppInput::PeerClosed { conn } => self.out.push_back(AppOutput::Close { conn }),
            AppInput::Closed { conn } => self.end(conn, "closed".to_owned()),
            AppInput::Failed { conn, error } => self.end(conn, error.to_string()),
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.due
    }
}

impl App for Callee {
    fn handle(&mut self, now: Instant, input: AppInput) {
        if input == AppInput::Start {
            let config = self.0.config;
            self.0.out.push_back(AppOutput::Listen { port: 80, config });
        } else {
            self.0.handle(now, input);
        }
    }

    fn poll(&mut self, now: Instant) -> Option<AppOutput> {
        self.0.poll(now)
    }

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }
}

fn linux() -> Config {
    Config::new(Profile::LINUX)
}

/// Runs `client` against a server that closes first, or only after the client.
fn run(client: Caller, ports: u16) -> Trace {
    let mut world = World::new(1);
    let server =
        Callee(Caller { closes: !client.closes, ..Caller::new(linux(), Duration::ZERO, 0) });
    let client = Host::new(US, Rng::new(1), client).with_ports(50_000..=49_999 + ports);
    let server = Host::new(THEM, Rng::new(2), server);
    let host = |name, address| trace::Host { name, title: name, address };
    let client = world.host(host("client", US), client.with_gauges());
    let server = world.host(host("server", THEM), server.with_gauges());
    world.connect(client, server, LinkConfig::new(Duration::from_millis(5)));
    world.run()
}

/// How the client's connections ended, each with its moment.
fn ends(trace: &Trace) -> String {
    let entries = trace.entries.iter().filter(|entry| entry.host.0 == 0);
    entries
        .filter_map(|entry| match &entry.event {
            TraceEvent::Endpoint(Event::Note { connection, name: "end", text, .. }) => {
                Some(format!("{} #{connection} {text}\n", entry.at))
            }
            _ => None,
        })
        .collect()
}

/// The largest value of a gauge of a host.
fn most(trace: &Trace, host: u8, wanted: &str) -> u64 {
    let entries = trace.entries.iter().filter(|entry| entry.host.0 == host);
    entries.fold(0, |most, entry| match &entry.event {
        TraceEvent::Endpoint(Event::MetricUpdated { name, value, .. }) if *name == wanted => {
            most.max(*value)
        }
        _ => most,
    })
}

#[test]
fn ports_run_out_for_as_long_as_time_wait_holds_them() {
    let trace = run(Caller::new(linux(), Duration::from_secs(10), 9), 3);
    expect![[r#"
        20.000 #0 closed
        10020.000 #1 closed
        20020.000 #2 closed
        30000.000 #3 no port is free
        40000.000 #4 no port is free
        50000.000 #5 no port is free
        60000.000 #6 no port is free
        70020.000 #7 closed
        80020.000 #8 closed
    "#]]
    .assert_eq(&ends(&trace));
    assert_eq!((most(&trace, 0, "time-wait"), most(&trace, 1, "time-wait")), (3, 0));
}

#[test]
fn whoever_closes_first_has_the_time_wait_so_a_client_that_waits_keeps_its_ports() {
    let client = Caller { closes: false, ..Caller::new(linux(), Duration::from_secs(10), 9) };
    let trace = run(client, 1);
    assert!(!ends(&trace).contains("no port"), "{}", ends(&trace));
    // The server's end is taken over by the next SYN, whose clock is newer (RFC 6191).
    assert_eq!((most(&trace, 0, "time-wait"), most(&trace, 1, "time-wait")), (0, 1));
}

#[test]
fn ends_are_used_again_after_a_second_if_the_clock_tells_old_segments() {
    let config = Config { reuse: true, ..linux() };
    let trace = run(Caller::new(config, Duration::from_secs(2), 20), 1);
    assert!(!ends(&trace).contains("no port"), "{}", ends(&trace));
    assert_eq!(most(&trace, 0, "time-wait"), 1);
    // Too soon, and without a clock never.
    let trace = run(Caller::new(config, Duration::from_millis(900), 3), 1);
    assert_eq!(ends(&trace).matches("no port").count(), 1, "{}", ends(&trace));
    let config = Config { timestamps: false, ..config };
    let trace = run(Caller::new(config, Duration::from_secs(2), 9), 1);
    assert_eq!(ends(&trace).matches("no port").count(), 8, "{}", ends(&trace));
}

/// A SYN of another client each, as a flood sends them.
fn syn(nth: u16, timestamps: bool) -> Packet {
    let mut options = vec![TcpOption::Mss(1460), TcpOption::WindowScale(7)];
    if timestamps {
        options.extend([TcpOption::SackPermitted, TcpOption::Timestamps { value: 5, echo: 0 }]);
    }
    segment(nth, 1000, 0, Flags::SYN, options)
}

fn segment(port: u16, seq: u32, ack: u32, flags: Flags, options: Vec<TcpOption>) -> Packet {
    let segment = Segment {
        source_port: port,
        destination_port: 80,
        seq,
        ack,
        flags,
        window: 100,
        options,
        ..Segment::default()
    };
    Packet::tcp((THEM, US), 1, segment, Payload::new(), About::default())
}

fn listener(backlog: u32, syn_cookies: bool) -> Host {
    let config = Config { backlog, syn_cookies, ..linux() };
    let callee = Callee(Caller { closes: false, ..Caller::new(config, Duration::ZERO, 0) });
    let mut host = Host::new(US, Rng::new(1), callee);
    host.handle(Instant::START, Input::Start);
    while host.poll(Instant::START).is_some() {}
    host
}

/// What the host sends, and what it throws away.
fn answers(host: &mut Host, packet: Packet) -> (Vec<Segment>, Vec<&'static str>) {
    let now = Instant::from_millis(1_000);
    host.handle(now, Input::Packet(packet.into()));
    let (mut sent, mut dropped) = (Vec::new(), Vec::new());
    while let Some(output) = host.poll(now) {
        match output {
            Output::Transmit(Transmit { packet, .. }) => sent.push(packet.segment().unwrap()),
            Output::Event(Event::PacketDropped { reason }) => dropped.push(reason),
            Output::Event(_) | Output::Route { .. } => {}
        }
    }
    (sent, dropped)
}

#[test]
fn a_full_backlog_drops_syns_until_somebody_gives_up() {
    let mut host = listener(2, false);
    for port in [1, 2] {
        assert_eq!(answers(&mut host, syn(port, true)).0.len(), 1);
    }
    assert_eq!(answers(&mut host, syn(3, true)), (Vec::new(), vec!["the backlog is full"]));
    // Five retries of the SYN-ACK, and 63 s after the SYN there is room again.
    while let Some(at) = host.poll_timeout() {
        host.handle(at, Input::Timeout);
        while host.poll(at).is_some() {}
        assert!(at <= Instant::from_millis(64_000));
    }
    assert_eq!(answers(&mut host, syn(3, true)).0.len(), 1);
}

#[test]
fn a_cookie_remembers_the_options_in_the_clock_and_without_one_only_the_size() {
    for (timestamps, shift, mss) in [(true, Some(7), 1448), (false, None, 1460)] {
        let mut host = listener(0, true);
        let (sent, _) = answers(&mut host, syn(9, timestamps));
        let [syn_ack] = &sent[..] else { panic!("{sent:?}") };
        assert!(syn_ack.flags.has(Flags::SYN | Flags::ACK));
        assert_eq!(syn_ack.window_scale().is_some(), timestamps);
        assert!(host.table.get(&ends_of(9)).is_none());
        let options = syn_ack.timestamps().map(|(value, _)| {
            vec![TcpOption::Nop, TcpOption::Nop, TcpOption::Timestamps { value: 6, echo: value }]
        });
        let options = options.unwrap_or_default();
        let guess = syn_ack.seq.wrapping_add(2);
        let wrong = segment(9, 1001, guess, Flags::ACK, options.clone());
        assert!(answers(&mut host, wrong).0[0].flags.has(Flags::RST));
        let right = segment(9, 1001, syn_ack.seq.wrapping_add(1), Flags::ACK, options);
        assert_eq!(answers(&mut host, right), (Vec::new(), Vec::new()));
        let conn = host.table.get(&ends_of(9)).unwrap();
        let connection = host.table.connection(conn).unwrap();
        assert_eq!(connection.state().name(), "ESTABLISHED");
        assert_eq!(connection.peer_limits(), (shift, mss));
    }
}

fn ends_of(port: u16) -> crate::proto::tcp::Ends {
    let local = Address { ip: US, port: 80 };
    crate::proto::tcp::Ends { local, remote: Address { ip: THEM, port } }
}

#[test]
fn nobody_believes_a_cookie_unless_the_backlog_was_full() {
    let mut host = listener(1, true);
    let forged = segment(9, 1001, 77, Flags::ACK, Vec::new());
    assert!(answers(&mut host, forged).0[0].flags.has(Flags::RST));
}

#[test]
fn a_router_without_a_way_ends_the_attempt_and_an_old_quote_does_nothing() {
    let caller = Caller::new(linux(), Duration::from_secs(100), 1);
    let mut host = Host::new(US, Rng::new(1), caller);
    host.handle(Instant::START, Input::Start);
    let mut sent = Vec::new();
    while let Some(output) = host.poll(Instant::START) {
        if let Output::Transmit(transmit) = output {
            sent.push(transmit.packet);
        }
    }
    let router = [198, 51, 100, 1];
    let mut old = sent[0].clone();
    let mut head = old.head.to_vec();
    head[24] ^= 0x40;
    old.head = head.into();
    let told = |host: &mut Host, about: &Packet| {
        let message = about.icmp_about(router, 1, Icmp::HOST_UNREACHABLE).unwrap();
        host.handle(Instant::START, Input::Packet(message.into()));
        let events = core::iter::from_fn(|| host.poll(Instant::START));
        events
            .filter_map(|output| match output {
                Output::Event(Event::Note { text, .. }) => Some(text),
                _ => None,
            })
            .collect::<Vec<String>>()
    };
    assert!(told(&mut host, &old).is_empty());
    assert_eq!(told(&mut host, &sent[0]), ["no route to the host"]);
}
