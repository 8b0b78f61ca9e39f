//! The life of a QUIC connection as its table: RFC 9001 section 4.1 for the handshake, RFC 9000
//! section 10 for the end.

use crate::sim::machine::{Machine, transitions};

transitions! {
    /// The state of a connection.
    pub enum State {
        /// There is no connection.
        Closed = "CLOSED",
        /// The handshake goes on.
        Handshake = "HANDSHAKE",
        /// TLS is done at this end (RFC 9001 section 4.1.1).
        Complete = "COMPLETE",
        /// Both ends are known to be done (RFC 9001 section 4.1.2).
        Confirmed = "CONFIRMED",
        /// Sent a `CONNECTION_CLOSE` (RFC 9000 section 10.2.1).
        Closing = "CLOSING",
        /// Got a `CONNECTION_CLOSE` (RFC 9000 section 10.2.2).
        Draining = "DRAINING",
    }

    /// The application opens, or the first Initial came.
    open = "the first Initial" { Closed => Handshake }
    /// The peer's Finished came.
    complete = "Finished received" { Handshake => Complete }
    /// The server is done, and the client hears so.
    confirm = "HANDSHAKE_DONE" { Complete => Confirmed }
    /// This end closes.
    close = "this end closes; CONNECTION_CLOSE sent" {
        Handshake => Closing, Complete => Closing, Confirmed => Closing,
    }
    /// The other end closed.
    drain = "CONNECTION_CLOSE received" {
        Handshake => Draining, Complete => Draining, Confirmed => Draining,
    }
    /// No old packet can be left in the network.
    forget = "three time-outs later" { Closing => Closed, Draining => Closed }
    /// Nothing was heard for too long.
    idle = "silence for too long" { Handshake => Closed, Complete => Closed, Confirmed => Closed }
}

impl State {
    /// Whether the application can use the connection.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Handshake | Self::Complete | Self::Confirmed)
    }
}

/// The state machine of a connection.
pub const MACHINE: Machine = Machine {
    name: "quic",
    title: "QUIC connection",
    states: State::STATES,
    transitions: State::TRANSITIONS,
};
