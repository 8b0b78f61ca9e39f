//! The contract between an application and the connections of its host.
//!
//! It has the shape of [`crate::sim::endpoint::Endpoint`]: input comes in, output is polled until
//! `None`, and then the time-out is looked at. Bytes are handed over in both directions as they
//! would be to `write` and from `read`.

use super::tcp::Config;
use crate::sim::endpoint::Event;
use crate::sim::time::Instant;
use crate::wire::{Payload, Unit};

/// A program on a host that uses connections.
pub trait App {
    /// Takes what happens to the application at `now`.
    fn handle(&mut self, now: Instant, input: AppInput);
    /// The next thing that the application does at `now`, until nothing is left.
    fn poll(&mut self, now: Instant) -> Option<AppOutput>;
    /// When the application wants [`AppInput::Timeout`], if nothing happens before.
    fn poll_timeout(&self) -> Option<Instant>;
}

/// A program whose kind is chosen when it runs.
impl App for Box<dyn App> {
    fn handle(&mut self, now: Instant, input: AppInput) {
        (**self).handle(now, input);
    }

    fn poll(&mut self, now: Instant) -> Option<AppOutput> {
        (**self).poll(now)
    }

    fn poll_timeout(&self) -> Option<Instant> {
        (**self).poll_timeout()
    }
}

/// Which connection of a host, counted from 0; the number that its events carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnId(pub u32);

/// An address and a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The IPv4 address.
    pub ip: [u8; 4],
    /// The port.
    pub port: u16,
}

/// What happens to an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppInput {
    /// The run begins.
    Start,
    /// The moment of [`App::poll_timeout`] has come.
    Timeout,
    /// A connection that the application opened is established.
    Connected {
        /// Which.
        conn: ConnId,
    },
    /// A connection to a port that the application listens on is established.
    Accepted {
        /// Which.
        conn: ConnId,
    },
    /// Bytes arrived, in order.
    Data {
        /// On which connection.
        conn: ConnId,
        /// The bytes.
        payload: Payload,
    },
    /// The send buffer is full: the last bytes of a write stay with the application (`EAGAIN`).
    Blocked {
        /// On which connection.
        conn: ConnId,
        /// How many bytes of the write were not taken.
        left: u64,
    },
    /// After [`AppInput::Blocked`]: the connection takes bytes again (`EPOLLOUT`).
    Writable {
        /// Which.
        conn: ConnId,
        /// How many bytes there is room for.
        room: u64,
    },
    /// The peer will send nothing more; the other direction is still open.
    PeerClosed {
        /// Which.
        conn: ConnId,
    },
    /// Both directions are closed and all that was sent is acknowledged.
    Closed {
        /// Which.
        conn: ConnId,
    },
    /// The connection is gone without an orderly close.
    Failed {
        /// Which.
        conn: ConnId,
        /// Why.
        error: ConnError,
    },
    /// A datagram arrived at a port that the application has.
    Datagram {
        /// At which port.
        to: u16,
        /// Who sent it.
        from: Address,
        /// The bytes.
        payload: Payload,
    },
    /// A datagram could not be delivered, and its end or a router on the way said so.
    Unreachable {
        /// From which port it was sent.
        from: u16,
        /// Whom it was for.
        to: Address,
    },
}

/// Why a connection failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnError {
    /// The peer did not answer for too long (`ETIMEDOUT`).
    TimedOut,
    /// The peer answered the SYN with RST: nobody listens there (`ECONNREFUSED`).
    Refused,
    /// The peer sent RST (`ECONNRESET`).
    Reset,
    /// TLS gave it up with an alert.
    Alert,
    /// A router said that no way leads to the peer (`EHOSTUNREACH`).
    Unreachable,
    /// Every port towards the peer is taken (`EADDRNOTAVAIL`).
    NoPort,
}

/// In words: `timed out`.
impl core::fmt::Display for ConnError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::TimedOut => "timed out",
            Self::Refused => "connection refused",
            Self::Reset => "connection reset",
            Self::Alert => "ended by an alert",
            Self::Unreachable => "no route to the host",
            Self::NoPort => "no port is free",
        })
    }
}

/// What an application does. Commands to a connection that is gone do nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppOutput {
    /// Accept connections to a port.
    Listen {
        /// Which port.
        port: u16,
        /// How the accepted connections behave.
        config: Config,
    },
    /// Open a connection.
    Connect {
        /// Its number, which no connection of the host has had before.
        conn: ConnId,
        /// Where to.
        to: Address,
        /// How it behaves.
        config: Config,
    },
    /// Send bytes; before the connection is established they wait. A connection with a limited
    /// send buffer takes what fits ([`AppInput::Blocked`]).
    Send {
        /// On which connection.
        conn: ConnId,
        /// The bytes.
        payload: Payload,
        /// The messages that begin in them; offsets count from the start of `payload`.
        units: Vec<Unit>,
    },
    /// Send nothing more after what was sent: FIN.
    Close {
        /// Which.
        conn: ConnId,
    },
    /// Give the connection up at once: RST.
    Abort {
        /// Which.
        conn: ConnId,
    },
    /// Stop reading: arriving bytes fill the receive buffer.
    Pause {
        /// Which.
        conn: ConnId,
    },
    /// Read once, without reading on: at most `len` of the bytes that wait arrive now.
    Read {
        /// On which connection.
        conn: ConnId,
        /// How many bytes at most.
        len: u64,
    },
    /// Read on: what waits in the receive buffer arrives now.
    Resume {
        /// Which.
        conn: ConnId,
    },
    /// Take a port for datagrams.
    Bind {
        /// Which port.
        port: u16,
    },
    /// Give a port for datagrams back: what arrives there later is thrown away.
    Unbind {
        /// Which port.
        port: u16,
    },
    /// Send a datagram.
    Datagram {
        /// From which port.
        from: u16,
        /// Where to.
        to: Address,
        /// The bytes.
        payload: Payload,
        /// The messages that begin in them.
        units: Vec<Unit>,
    },
    /// Send a datagram of a protocol that sends lost contents again in new datagrams.
    Tagged {
        /// From which port.
        from: u16,
        /// Where to.
        to: Address,
        /// The bytes.
        payload: Payload,
        /// The messages that begin in them.
        units: Vec<Unit>,
        /// Its number among such datagrams of the host, below 2^63.
        tag: u64,
        /// The number of the one whose contents it sends again.
        again: Option<u64>,
    },
    /// The host gets another address, and loses the one that it had.
    Readdress {
        /// The new address.
        ip: [u8; 4],
    },
    /// Report a number over time, a timer or a state of the application's own in the trace.
    Report(Event),
    /// Say something in the trace.
    Note {
        /// About which connection.
        conn: ConnId,
        /// The stable name in kebab-case: `request-complete`.
        name: &'static str,
        /// What a person reads.
        text: String,
        /// A number of bytes or pieces that belongs to it, else 0.
        amount: u64,
    },
}
