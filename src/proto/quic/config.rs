//! How a QUIC connection behaves, as data.

use core::time::Duration;
use std::sync::Arc;

use crate::proto::tls;
use crate::wire::quic::TransportParams;

/// How one connection, or all of a listener, behaves.
#[derive(Clone, Debug)]
pub struct Config {
    /// The handshake inside, and so the side.
    pub tls: Tls,
    /// What a client remembers of the server, for early data (RFC 9000 section 7.4.1).
    pub remembered: Option<TransportParams>,
    /// The largest datagram that it sends, in bytes of UDP payload (RFC 9000 section 14).
    pub max_datagram: u64,
    /// The algorithm of congestion control.
    pub algorithm: Algorithm,
    /// Bytes that the peer may send on one stream before the application has read.
    pub stream_window: u64,
    /// Bytes that the peer may send on all streams before the application has read.
    pub window: u64,
    /// Streams of each kind that the peer may open.
    pub streams: u64,
    /// Silence after which the connection is forgotten (RFC 9000 section 10.1).
    pub idle: Duration,
    /// How long an acknowledgment may wait (RFC 9000 section 13.2.1).
    pub max_ack_delay: Duration,
    /// Whether a server asks for a token first (RFC 9000 section 8.1.2).
    pub retry: bool,
}

/// The handshake inside, by side.
#[derive(Clone, Debug)]
pub enum Tls {
    /// A client's.
    Client(Arc<tls::ClientConfig>),
    /// A server's.
    Server(Arc<tls::ServerConfig>),
}

/// The algorithm of congestion control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RFC 9002 section 7.
    NewReno,
    /// RFC 9438.
    Cubic,
}

impl Config {
    /// A client's connections.
    pub fn client(tls: tls::ClientConfig) -> Self {
        Self::new(Tls::Client(Arc::new(tls)))
    }

    /// A server's connections.
    pub fn server(tls: tls::ServerConfig) -> Self {
        Self::new(Tls::Server(Arc::new(tls)))
    }

    const fn new(tls: Tls) -> Self {
        Self {
            tls,
            remembered: None,
            max_datagram: 1200,
            algorithm: Algorithm::Cubic,
            stream_window: 1 << 20,
            window: 1 << 20,
            streams: 128,
            idle: Duration::from_secs(30),
            max_ack_delay: Duration::from_millis(25),
            retry: false,
        }
    }
}

impl Config {
    /// The least time the clock of loss detection counts (RFC 9002 section 6.1.2).
    pub const GRANULARITY: Duration = Duration::from_millis(1);

    /// What it tells the peer.
    pub fn params(&self) -> TransportParams {
        TransportParams {
            max_idle_timeout_ms: u64::try_from(self.idle.as_millis()).unwrap_or(0),
            initial_max_data: self.window,
            initial_max_stream_data_bidi_local: self.stream_window,
            initial_max_stream_data_bidi_remote: self.stream_window,
            initial_max_stream_data_uni: self.stream_window,
            initial_max_streams_bidi: self.streams,
            initial_max_streams_uni: self.streams,
            max_ack_delay_ms: u64::try_from(self.max_ack_delay.as_millis()).unwrap_or(25),
            ..TransportParams::default()
        }
    }
}
