//! Listening: connections that are half open, as many as the backlog holds, and cookies for the
//! others (RFC 9293 section 3.10.7.2, RFC 4987).
//!
//! A cookie is an initial sequence number that holds all that a server has to remember: a slow
//! clock in 5 bits, the peer's MSS in 3 and a keyed hash in 24 (RFC 4987 section 3.6). Options fit
//! in only if both use timestamps: Linux puts them into the lowest bits of its own.

use super::Host;
use crate::proto::app::ConnId;
use crate::proto::tcp::state::MACHINE;
use crate::proto::tcp::{Config, Connection, Ends, State, SynOptions, low_bits};
use crate::sim::endpoint::{Event, Output};
use crate::sim::time::Instant;
use crate::wire::tcp::{Flags, Segment, TcpOption};

/// A port on which a program waits.
#[derive(Debug)]
pub(super) struct Listener {
    pub(super) config: Config,
    /// How many connections are half open.
    pub(super) half_open: u32,
    /// When the backlog was full last: only then cookies are believed.
    overflowed: Option<Instant>,
}

/// The sizes of segments that a cookie can say (Linux's `msstab`).
const SIZES: [u16; 4] = [536, 1300, 1440, 1460];
/// How long a cookie is good: its clock counts minutes, and the last one counts too.
const MINUTE_NS: u64 = 60_000_000_000;

/// What became of a segment to a listener.
pub(super) enum Answer {
    /// A connection takes it.
    Connection(ConnId),
    /// All is done.
    Done,
    /// Nobody wants it.
    Nobody,
}

impl Listener {
    pub(super) const fn new(config: Config) -> Self {
        Self { config, half_open: 0, overflowed: None }
    }
}

impl Host {
    /// Waits for connections on a port. Several ports wait for one and the same next connection,
    /// which is said once.
    pub(super) fn listen(&mut self, port: u16, config: Config) {
        let first = self.listeners.is_empty();
        self.listeners.insert(port, Listener::new(config));
        let event = Event::StateUpdated {
            machine: MACHINE.name,
            connection: self.next_id,
            from: State::Closed.name(),
            to: State::Listen.name(),
        };
        if first {
            self.out.push_back(Output::Event(event));
        }
    }

    /// A segment without a connection: a SYN to a port that the application listens on, or the
    /// third segment with a cookie.
    pub(super) fn accept(
        &mut self,
        now: Instant,
        ends: Ends,
        segment: &Segment,
        after: Option<u32>,
    ) -> Answer {
        let flags = segment.flags;
        let Some(listener) = self.listeners.get_mut(&ends.local.port) else {
            return Answer::Nobody;
        };
        let config = listener.config;
        if flags.has(Flags::RST) || flags.has(Flags::SYN) && flags.has(Flags::ACK) {
            return Answer::Nobody;
        }
        if flags.has(Flags::SYN) {
            self.gauges.syns += 1;
            if listener.half_open < config.backlog {
                listener.half_open += 1;
                let iss = after.unwrap_or_else(|| self.initial_sequence(now, &ends));
                let iss = config.initial_sequence.unwrap_or(iss);
                let conn = self.next_conn();
                self.table.insert(Connection::passive(conn, ends, iss, config));
                self.half_open.insert(conn);
                return Answer::Connection(conn);
            }
            listener.overflowed = Some(now);
            if !config.syn_cookies {
                self.refuse_syn();
                return Answer::Done;
            }
            self.count_cookie();
            self.send_cookie(now, ends, segment, config);
            return Answer::Done;
        }
        let recent = |at: Instant| (now - at).as_secs() < 120;
        if flags.has(Flags::ACK) && listener.overflowed.is_some_and(recent) {
            return self.redeem(now, ends, segment, config);
        }
        Answer::Nobody
    }

    /// Answers a SYN without remembering anything.
    fn send_cookie(&mut self, now: Instant, ends: Ends, syn: &Segment, config: Config) {
        let mss = syn.mss().unwrap_or(536);
        let size = SIZES.iter().rposition(|size| *size <= mss).unwrap_or(0);
        let minute = now.as_nanos() / MINUTE_NS;
        let cookie = self.cookie(ends, syn.seq, minute, size);
        let mut syn = syn.clone();
        if syn.timestamps().is_none() {
            // Nothing else fits into the cookie.
            syn.options.retain(|option| matches!(option, TcpOption::Mss(_)));
        }
        // A connection for a moment: it knows what a SYN-ACK says.
        let mut connection = Connection::passive(ConnId(0), ends, cookie, config);
        connection.answer_with_cookie(now, &syn);
        while let Some(output) = connection.poll() {
            if let Output::Transmit(transmit) = output {
                self.transmit(transmit.packet);
            }
        }
    }

    /// Makes the connection whose cookie comes back.
    fn redeem(&mut self, now: Instant, ends: Ends, ack: &Segment, config: Config) -> Answer {
        let (cookie, irs) = (ack.ack.wrapping_sub(1), ack.seq.wrapping_sub(1));
        let minute = now.as_nanos() / MINUTE_NS;
        let fits = |minute: u64, size: usize| self.cookie(ends, irs, minute, size) == cookie;
        let minutes = [minute, minute.saturating_sub(1)];
        let size = (0..SIZES.len()).find(|size| minutes.iter().any(|minute| fits(*minute, *size)));
        let Some(size) = size else { return Answer::Nobody };
        let stamps = ack.timestamps();
        let syn = SynOptions::of_cookie(SIZES[size], stamps).segment(irs);
        let conn = self.next_conn();
        let mut connection = Connection::passive(conn, ends, cookie, config);
        connection.believe_cookie(now, &syn);
        self.table.insert(connection);
        Answer::Connection(conn)
    }

    fn cookie(&self, ends: Ends, irs: u32, minute: u64, size: usize) -> u32 {
        let name = format!("cookie {ends:?} {irs} {minute}");
        let hash = self.rng.stream(&name).next() & 0x00ff_ffff;
        low_bits((minute & 31) << 27 | (size as u64) << 24 | hash)
    }

    /// The number of the next connection.
    pub(super) const fn next_conn(&mut self) -> ConnId {
        let conn = ConnId(self.next_id);
        self.next_id = self.next_id.saturating_add(1);
        conn
    }

    /// A connection may not be half open any more, and make room for another.
    pub(super) fn leave_backlog(&mut self, conn: ConnId, port: u16) {
        if self.half_open.remove(&conn)
            && let Some(listener) = self.listeners.get_mut(&port)
        {
            listener.half_open = listener.half_open.saturating_sub(1);
        }
    }
}
