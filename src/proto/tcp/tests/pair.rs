//! Two connections without hosts: chosen sequence numbers, any losses, forged segments.

use core::time::Duration;
use std::collections::BTreeMap;

use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

use super::super::{Connection, Ends, State};
use super::{Config, Profile};
use crate::proto::app::{Address, AppInput, ConnError, ConnId};
use crate::sim::endpoint::Output;
use crate::sim::time::Instant;
use crate::wire::tcp::{Flags, Segment};
use crate::wire::{Packet, Payload};

/// One end and what its application has heard.
struct End {
    connection: Connection,
    /// What arrived.
    got: Payload,
    peer_closed: bool,
    closed: bool,
    error: Option<ConnError>,
    sent: usize,
}

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Luck {
    Arrives,
    Lost,
    Twice,
    Late,
}

struct Pair {
    ends: [End; 2],
    now: Instant,
    pending: BTreeMap<(Instant, u64), (usize, Packet)>,
    order: u64,
    /// The fates of the first packets of each end; later ones arrive.
    luck: [Vec<Luck>; 2],
    /// Whether the client closes as soon as the connection is established.
    brief: bool,
}

const CLIENT: usize = 0;
const SERVER: usize = 1;

fn ends(local: u8, remote: u8) -> Ends {
    let address = |last| Address { ip: [192, 0, 2, last], port: 1000 + u16::from(last) };
    Ends { local: address(local), remote: address(remote) }
}

fn end(connection: Connection) -> End {
    End { connection, got: Payload::new(), peer_closed: false, closed: false, error: None, sent: 0 }
}

impl Pair {
    /// A client about to open and a server that waits; their numbers begin at `iss`.
    fn new(iss: [u32; 2], config: Config) -> Self {
        let client = Connection::new(ConnId(0), ends(1, 2), iss[0], config);
        let server = Connection::passive(ConnId(0), ends(2, 1), iss[1], config);
        Self {
            ends: [end(client), end(server)],
            now: Instant::START,
            pending: BTreeMap::new(),
            order: 0,
            luck: [Vec::new(), Vec::new()],
            brief: false,
        }
    }

    fn with(&mut self, side: usize, act: impl FnOnce(&mut Connection, Instant)) {
        act(&mut self.ends[side].connection, self.now);
        self.settle(side);
    }

    fn send(&mut self, side: usize, len: u64) {
        self.with(side, |connection, now| {
            connection.send(now, Payload::pattern(0, len), Vec::new());
        });
    }

    fn settle(&mut self, side: usize) {
        loop {
            while let Some(output) = self.ends[side].connection.poll() {
                if let Output::Transmit(transmit) = output {
                    self.carry(side, transmit.packet);
                }
            }
            let Some(upcall) = self.ends[side].connection.poll_upcall() else { return };
            let end = &mut self.ends[side];
            match upcall {
                AppInput::Data { payload, .. } => end.got.append(&payload),
                AppInput::PeerClosed { .. } => {
                    end.peer_closed = true;
                    end.connection.close(self.now);
                }
                AppInput::Closed { .. } => end.closed = true,
                AppInput::Failed { error, .. } => end.error = Some(error),
                AppInput::Connected { .. } if self.brief => end.connection.close(self.now),
                _ => {}
            }
        }
    }

    fn carry(&mut self, from: usize, packet: Packet) {
        let nth = self.ends[from].sent;
        self.ends[from].sent += 1;
        let luck = self.luck[from].get(nth).copied().unwrap_or(Luck::Arrives);
        let delay = Duration::from_millis(if luck == Luck::Late { 70 } else { 20 });
        let copies = match luck {
            Luck::Lost => 0,
            Luck::Arrives | Luck::Late => 1,
            Luck::Twice => 2,
        };
        for _ in 0..copies {
            self.order += 1;
            self.pending.insert((self.now + delay, self.order), (1 - from, packet.clone()));
        }
    }

    /// Runs until nothing is left to happen.
    fn run(&mut self) {
        self.run_until(Instant::NEVER);
    }

    fn run_until(&mut self, until: Instant) {
        for step in 0.. {
            assert!(step < 100_000, "the connections do not come to rest");
            let arrival = self.pending.keys().next().map(|(at, _)| *at);
            let timer = |side: usize| self.ends[side].connection.poll_timeout();
            let timers = [CLIENT, SERVER].into_iter().filter_map(timer).min();
            let Some(at) = arrival.into_iter().chain(timers).min().filter(|at| *at <= until) else {
                return;
            };
            self.now = self.now.max(at);
            if arrival == Some(at) {
                let Some((_, (side, packet))) = self.pending.pop_first() else { return };
                let segment = packet.segment().unwrap();
                self.with(side, |connection, now| connection.receive(now, &segment, &packet.body));
            } else {
                for side in [CLIENT, SERVER] {
                    self.with(side, Connection::on_timeout);
                }
            }
        }
    }

    /// Opens and lets the handshake finish.
    fn established(mut self) -> Self {
        self.with(CLIENT, Connection::open);
        self.run_until(Instant::from_millis(200));
        assert_eq!(self.states(), [State::Established, State::Established]);
        self
    }

    fn states(&self) -> [State; 2] {
        [self.ends[CLIENT].connection.state(), self.ends[SERVER].connection.state()]
    }

    /// A segment of the client's that did not come from it, `offset` after the next number that
    /// the server expects.
    fn forge(&mut self, offset: u32, flags: Flags) {
        let client = &self.ends[CLIENT].connection;
        let seq = client.snd.seq(client.snd.nxt).wrapping_add(offset);
        let ack = client.rcv.seq(client.rcv.nxt);
        let segment = Segment { seq, ack, flags, window: 100, ..Segment::default() };
        self.with(SERVER, |server, now| server.receive(now, &segment, &Payload::new()));
    }
}

fn linux() -> Config {
    Config::new(Profile::LINUX)
}

#[test]
fn sequence_numbers_wrap_in_the_middle_of_the_data() {
    let mut pair = Pair::new([u32::MAX - 5_000, u32::MAX], linux()).established();
    pair.send(CLIENT, 200_000);
    pair.send(SERVER, 100_000);
    pair.with(CLIENT, Connection::close);
    pair.run();
    assert_eq!(pair.ends[SERVER].got, Payload::pattern(0, 200_000));
    assert_eq!(pair.ends[CLIENT].got, Payload::pattern(0, 100_000));
    assert_eq!(pair.states(), [State::Closed, State::Closed]);
}

#[test]
fn more_bytes_than_there_are_numbers_keep_their_order() {
    let mut config = linux();
    config.receive_window = Config::UNLIMITED;
    // Each segment carries a pattern, so gigabytes cost only their segments.
    let mut pair = Pair::new([u32::MAX - 1_000_000, 7], config).established();
    for _ in 0..3 {
        pair.send(CLIENT, 1_000_000);
        pair.run_until(pair.now + Duration::from_secs(5));
    }
    assert_eq!(pair.ends[SERVER].got.len(), 3_000_000);
    assert_eq!(pair.ends[SERVER].connection.rcv.nxt, 3_000_001);
}

#[test]
fn two_that_open_at_once_become_one_connection() {
    let mut pair = Pair::new([100, 300], linux());
    pair.ends[SERVER] = end(Connection::new(ConnId(0), ends(2, 1), 300, linux()));
    pair.with(CLIENT, Connection::open);
    pair.with(SERVER, Connection::open);
    pair.run_until(Instant::from_millis(30));
    assert_eq!(pair.states(), [State::SynReceived, State::SynReceived]);
    pair.run();
    assert_eq!(pair.states(), [State::Established, State::Established]);
}

#[test]
fn a_reset_with_a_guessed_number_only_provokes_an_acknowledgment() {
    let mut pair = Pair::new([1, 2], linux()).established();
    let sent = pair.ends[SERVER].sent;
    pair.forge(1000, Flags::RST);
    assert_eq!(pair.ends[SERVER].connection.state(), State::Established);
    assert_eq!(pair.ends[SERVER].sent, sent + 1);
    // Outside of the window not even that.
    pair.forge(1_000_000, Flags::RST);
    assert_eq!(pair.ends[SERVER].sent, sent + 1);
    pair.forge(0, Flags::RST);
    assert_eq!(pair.ends[SERVER].error, Some(ConnError::Reset));
}

#[test]
fn a_syn_in_an_open_connection_is_asked_about_and_not_obeyed() {
    let mut pair = Pair::new([1, 2], linux()).established();
    let sent = pair.ends[SERVER].sent;
    pair.forge(10, Flags::SYN);
    assert_eq!(pair.ends[SERVER].connection.state(), State::Established);
    assert_eq!(pair.ends[SERVER].sent, sent + 1);
}

#[test]
fn an_acknowledgment_of_the_future_is_answered_and_not_believed() {
    let mut pair = Pair::new([1, 2], linux()).established();
    let ack = pair.ends[SERVER].connection.snd.nxt + 500;
    let server = &pair.ends[SERVER].connection;
    let (seq, ack) = (server.rcv.seq(server.rcv.nxt), server.snd.seq(ack));
    let segment = Segment { seq, ack, flags: Flags::ACK, window: 9, ..Segment::default() };
    let sent = pair.ends[SERVER].sent;
    pair.with(SERVER, |server, now| server.receive(now, &segment, &Payload::new()));
    assert_eq!(pair.ends[SERVER].sent, sent + 1);
    assert_eq!(pair.ends[SERVER].connection.snd.una, 1);
}

#[test]
fn two_ends_that_are_both_wrong_do_not_answer_each_other_for_ever() {
    let mut pair = Pair::new([1, 2], linux()).established();
    // Someone has made each believe that the other sent bytes that it never sent.
    pair.ends[CLIENT].connection.rcv.nxt += 5000;
    pair.ends[SERVER].connection.rcv.nxt += 5000;
    let sent = pair.ends[CLIENT].sent + pair.ends[SERVER].sent;
    pair.with(CLIENT, Connection::send_ack);
    pair.run_until(pair.now + Duration::from_millis(900));
    let answers = pair.ends[CLIENT].sent + pair.ends[SERVER].sent - sent;
    assert!((2..=6).contains(&answers), "{answers}");
}

#[test]
fn an_old_duplicate_is_told_by_its_clock() {
    let mut pair = Pair::new([1, 2], linux()).established();
    pair.send(CLIENT, 10);
    pair.run_until(Instant::from_millis(400));
    let server = &pair.ends[SERVER].connection;
    let (seq, ack) = (server.rcv.seq(server.rcv.nxt), server.snd.seq(server.snd.nxt));
    let old = crate::wire::tcp::TcpOption::Timestamps { value: 3, echo: 0 };
    let segment = Segment {
        seq,
        ack,
        flags: Flags::ACK,
        window: 9,
        options: vec![old],
        ..Segment::default()
    };
    pair.with(SERVER, |server, now| server.receive(now, &segment, &Payload::pattern(5, 9)));
    pair.run_until(Instant::from_millis(500));
    assert_eq!(pair.ends[SERVER].got.len(), 10);
}

fn luck() -> impl proptest::strategy::Strategy<Value = Vec<Luck>> {
    let one = proptest::sample::select(vec![
        Luck::Arrives,
        Luck::Arrives,
        Luck::Arrives,
        Luck::Lost,
        Luck::Twice,
        Luck::Late,
    ]);
    proptest::collection::vec(one, 0..60)
}

fn config(rfc: bool, timestamps: bool, window: u64) -> Config {
    let mut config = Config::new(if rfc { Profile::RFC } else { Profile::LINUX });
    config.timestamps = timestamps;
    config.receive_window = window;
    config
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_lost_all_bytes_arrive_once_and_in_order_and_both_close(
        up in luck(),
        down in luck(),
        lens in (0_u64..60_000, 0_u64..60_000),
        iss in any::<[u32; 2]>(),
        kind in (any::<bool>(), any::<bool>(), any::<bool>(), 2_000_u64..200_000),
    ) {
        let (rfc, timestamps, nodelay, window) = kind;
        let mut config = config(rfc, timestamps, window);
        config.nodelay = nodelay;
        let mut pair = Pair::new(iss, config);
        pair.luck = [up, down];
        pair.brief = true;
        pair.with(CLIENT, Connection::open);
        pair.send(CLIENT, lens.0);
        pair.send(SERVER, lens.1);
        pair.run();
        if pair.ends.iter().all(|end| end.error.is_none()) {
            prop_assert_eq!(&pair.ends[SERVER].got, &Payload::pattern(0, lens.0));
            prop_assert_eq!(&pair.ends[CLIENT].got, &Payload::pattern(0, lens.1));
            prop_assert_eq!(pair.states(), [State::Closed, State::Closed]);
            prop_assert!(pair.ends.iter().all(|end| end.closed && end.peer_closed));
        } else {
            // Only who hears nothing for minutes gives up.
            prop_assert!(pair.now > Instant::from_millis(60_000));
        }
    }

    #[test]
    fn no_segment_makes_it_panic(
        segments in proptest::collection::vec(
            (any::<u32>(), any::<u32>(), any::<u8>(), any::<u16>(), 0_u64..3000, any::<bool>()),
            0..40,
        ),
    ) {
        let mut pair = Pair::new([5, 9], linux()).established();
        for (seq, ack, flags, window, len, near) in segments {
            let server = &pair.ends[SERVER].connection;
            let near_seq = server.rcv.seq(server.rcv.nxt).wrapping_add(seq % 5000);
            let near_ack = server.snd.seq(server.snd.nxt).wrapping_sub(ack % 3);
            let segment = Segment {
                seq: if near { near_seq } else { seq },
                ack: if near { near_ack } else { ack },
                flags: Flags(flags),
                window,
                ..Segment::default()
            };
            let body = Payload::pattern(0, len);
            pair.with(SERVER, |server, now| server.receive(now, &segment, &body));
            pair.run_until(pair.now + Duration::from_millis(50));
        }
    }
}

#[test]
fn a_reset_in_time_wait_ends_it_and_says_nothing() {
    let mut pair = Pair::new([1, 2], linux()).established();
    pair.with(SERVER, Connection::close);
    pair.run_until(Instant::from_millis(600));
    assert_eq!(pair.states(), [State::Closed, State::TimeWait]);
    pair.forge(0, Flags::RST);
    assert_eq!(pair.states(), [State::Closed, State::Closed]);
    assert!(pair.ends[SERVER].closed && pair.ends[SERVER].error.is_none());
}
