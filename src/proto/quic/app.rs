//! The contract between an application and the QUIC connections of its host.
//!
//! It has the shape of [`crate::proto::app::App`], with streams; that application's own inputs
//! and outputs pass through, so that a program can use TCP beside QUIC.

use super::Config;
use crate::proto::app::{Address, AppInput, AppOutput, ConnId};
use crate::sim::time::Instant;
use crate::wire::{Payload, Unit};

/// A program on a host that uses QUIC.
pub trait StreamApp {
    /// Takes what happens to the application at `now`.
    fn handle(&mut self, now: Instant, input: StreamInput);
    /// The next thing that the application does at `now`, until nothing is left.
    fn poll(&mut self, now: Instant) -> Option<StreamOutput>;
    /// When the application wants [`AppInput::Timeout`], if nothing happens before.
    fn poll_timeout(&self) -> Option<Instant>;
}

/// What happens to an application over QUIC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamInput {
    /// A connection that the application opened has finished its handshake.
    Connected {
        /// Which.
        conn: ConnId,
    },
    /// A client has opened a connection; its address may not be validated yet.
    Accepted {
        /// Which.
        conn: ConnId,
    },
    /// Bytes of a stream, in order.
    Data {
        /// On which connection.
        conn: ConnId,
        /// On which stream.
        stream: u64,
        /// The bytes.
        payload: Payload,
        /// Whether they are the last.
        end: bool,
    },
    /// The connection is over.
    Closed {
        /// Which.
        conn: ConnId,
        /// Why.
        why: CloseReason,
    },
    /// Everything that is not about QUIC: the start, time-outs, TCP.
    Lower(AppInput),
}

/// Why a connection is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// The application asked for it.
    Asked,
    /// The peer closed it with this error code.
    Peer(u64),
    /// This end found a mistake of the peer's: the error code (RFC 9000 section 20.1).
    Mistake(u64),
    /// Nothing was heard for too long (RFC 9000 section 10.1).
    Idle,
}

/// What an application does. Commands to a connection that is gone do nothing.
#[derive(Clone, Debug)]
pub enum StreamOutput {
    /// Accept connections to a port.
    Listen {
        /// Which port.
        port: u16,
        /// How the accepted connections behave.
        config: Config,
    },
    /// Open a connection.
    Connect {
        /// Its number, which no QUIC connection of the host has had before.
        conn: ConnId,
        /// Where to.
        to: Address,
        /// How it behaves.
        config: Config,
    },
    /// Send bytes on a stream, which opens with them; before the handshake they wait, or go as
    /// early data.
    Send {
        /// On which connection.
        conn: ConnId,
        /// On which stream (RFC 9000 section 2.1).
        stream: u64,
        /// The bytes.
        payload: Payload,
        /// The messages that begin in them; offsets count from the start of `payload`.
        units: Vec<Unit>,
        /// Whether they are the last.
        end: bool,
    },
    /// Go on from another port or address (RFC 9000 section 9).
    Migrate {
        /// Which connection.
        conn: ConnId,
    },
    /// End a connection with an error code of the application; 0 is none.
    Close {
        /// Which.
        conn: ConnId,
        /// Why.
        error: u64,
    },
    /// Everything that is not about QUIC: notes, TCP, datagrams of one's own.
    Lower(AppOutput),
}
