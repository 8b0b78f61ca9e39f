//! What travels: the bytes of every protocol, without behaviour.
//!
//! A [`Packet`] is what a link carries: encoded headers, a [`Payload`], and what its sender
//! knows about it ([`About`]), which is not on the wire and serves the display only.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod checksum;
pub mod payload;
pub mod sealed;
pub mod encoder;
pub mod ipv4;
pub mod fragment;
pub mod forward;
pub mod tcp;
pub mod icmp;
pub mod udp;
pub mod dns;
pub mod tls;
pub mod http1;
pub mod quic;
pub mod label;
pub mod layers;
mod body;

pub use label::Label;
pub use layers::Layer;
pub use payload::{Payload, Piece};
pub use sealed::{KeyUse, Keys, Seal, Side};

use std::sync::Arc;

/// A protocol that puts bytes on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// Internet Protocol version 4, RFC 791.
    Ipv4,
    /// Internet Control Message Protocol, RFC 792.
    Icmp,
    /// Transmission Control Protocol, RFC 9293.
    Tcp,
    /// User Datagram Protocol, RFC 768.
    Udp,
    /// Transport Layer Security, RFC 8446 and RFC 5246.
    Tls,
    /// QUIC version 1, RFC 9000.
    Quic,
    /// Domain Name System, RFC 1035.
    Dns,
    /// HTTP/1.1, RFC 9112.
    Http1,
    /// Bytes of an application without a format of their own.
    Data,
}

impl Protocol {
    /// The short name in files and class names: `tcp`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Ipv4 => "ipv4",
            Self::Icmp => "icmp",
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Tls => "tls",
            Self::Quic => "quic",
            Self::Dns => "dns",
            Self::Http1 => "http1",
            Self::Data => "data",
        }
    }

    /// The name that a person reads: `HTTP/1.1`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ipv4 => "IPv4",
            Self::Icmp => "ICMP",
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Tls => "TLS",
            Self::Quic => "QUIC",
            Self::Dns => "DNS",
            Self::Http1 => "HTTP/1.1",
            Self::Data => "Data",
        }
    }
}

/// An application message that begins in a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Whose format the bytes have.
    pub protocol: Protocol,
    /// The stable name in kebab-case: `request`.
    pub kind: String,
    /// What a person reads first: `GET /`.
    pub name: String,
    /// What a person reads second: `480 B`.
    pub detail: String,
    /// Where it begins in the packet's payload, in bytes.
    pub offset: u32,
    /// Its whole length in bytes, however many packets that takes.
    pub len: u64,
}

/// What the sending TCP endpoint knows and the segment's bytes do not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TcpContext {
    /// The sender's initial sequence number; shown numbers count from it.
    pub iss: u32,
    /// The peer's initial sequence number; shown acknowledgments count from it.
    pub irs: u32,
    /// The shift of the window field (RFC 7323 section 2.3); 0 on segments with SYN.
    pub window_shift: u8,
    /// A retransmission of bytes that were sent before.
    pub again: bool,
    /// A probe of a zero window: it carries nothing new on purpose.
    pub probe: bool,
    /// A question whether the peer is still there: it carries nothing new on purpose.
    pub keep_alive: bool,
    /// An acknowledgment sent only because the window has opened.
    pub window_update: bool,
}

/// What the sender of a packet knows about it; not on the wire, for display only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The view of the TCP endpoint that sent it, if one did.
    pub tcp: Option<TcpContext>,
    /// The application messages that begin in it, in order.
    pub units: Vec<Unit>,
}

/// What a program hands to UDP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Datagram {
    /// The ports, the sender's first.
    pub ports: (u16, u16),
    /// The bytes.
    pub body: Payload,
    /// The messages that begin in them.
    pub units: Vec<Unit>,
}

/// What a link carries: one IP packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// The encoded headers, outermost first, with their checksums.
    pub head: Arc<[u8]>,
    /// What follows the headers.
    pub body: Payload,
    /// What its sender knows about it.
    pub about: About,
}

impl Packet {
    /// A segment in an IP packet that must not be cut, as Linux sends it, with right checksums
    /// and lengths; `ips` are source and destination.
    pub fn tcp(
        ips: ([u8; 4], [u8; 4]),
        id: u16,
        segment: tcp::Segment,
        body: Payload,
        about: About,
    ) -> Self {
        let len = u64::from(segment.header_len()) + body.len();
        let out = Self::ip_header(ips, id, ipv4::PROTOCOL_TCP, len);
        Self { head: segment.into_sealed(ips, &body, out).into(), body, about }
    }

    /// A header and what follows it in an IP packet that must not be cut.
    fn over_ip(
        ips: ([u8; 4], [u8; 4]),
        id: u16,
        protocol: u8,
        header: &[u8],
        (body, about): (Payload, About),
    ) -> Self {
        let mut out = Self::ip_header(ips, id, protocol, header.len() as u64 + body.len());
        out.raw(header);
        Self { head: out.into_bytes().into(), body, about }
    }

    /// The IP header of a packet that must not be cut, in front of `len` bytes.
    fn ip_header(
        (source, destination): ([u8; 4], [u8; 4]),
        id: u16,
        protocol: u8,
        len: u64,
    ) -> encoder::Encoder {
        let len = u64::from(ipv4::HEADER_LEN) + len;
        let ip = ipv4::Ipv4 {
            tos: 0,
            total_len: u16::try_from(len).unwrap_or(u16::MAX),
            id,
            flags: ipv4::DONT_FRAGMENT,
            fragment_offset: 0,
            ttl: 64,
            protocol,
            checksum: 0,
            source,
            destination,
        };
        let mut out = encoder::Encoder::new();
        ip.sealed().encode(&mut out);
        out
    }

    /// A datagram in an IP packet, with right checksums and lengths; `ips` are source and
    /// destination. `whole` forbids routers to cut it.
    pub fn udp(ips: ([u8; 4], [u8; 4]), id: u16, whole: bool, datagram: Datagram) -> Self {
        let (source, destination) = ips;
        let Datagram { ports, body, units } = datagram;
        let udp = udp::Header {
            source_port: ports.0,
            destination_port: ports.1,
            ..udp::Header::default()
        }
        .sealed(source, destination, &body);
        let mut out = encoder::Encoder::new();
        udp.encode(&mut out);
        let body = (body, About { tcp: None, units });
        let packet = Self::over_ip(ips, id, udp::PROTOCOL_UDP, &out.into_bytes(), body);
        if whole { packet } else { packet.may_be_cut() }
    }

    /// A packet as it came from elsewhere: its headers as far as they can be read, and the rest.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let transport = match bytes.get(9) {
            Some(&ipv4::PROTOCOL_TCP) => {
                bytes.get(32).map_or(0, |offset| usize::from(offset >> 4) * 4)
            }
            Some(_) => 8,
            None => 0,
        };
        let at = (usize::from(ipv4::HEADER_LEN) + transport).min(bytes.len());
        let (head, body) = bytes.split_at(at);
        // An empty body has no part.
        let body = if body.is_empty() { Payload::new() } else { body.into() };
        Self { head: head.into(), body, about: About::default() }
    }

    /// What it says of explicit congestion notification (RFC 3168 section 5).
    pub fn ecn(&self) -> ipv4::Ecn {
        ipv4::Ecn(self.head.get(1).map_or(0, |tos| tos & 0b11))
    }

    /// The same packet saying something else of it.
    #[must_use]
    pub fn with_ecn(mut self, ecn: ipv4::Ecn) -> Self {
        if let Ok(header) = ipv4::Ipv4::decode(&self.head) {
            let header = ipv4::Ipv4 { tos: header.tos & !0b11 | ecn.0 & 0b11, ..header };
            let mut head = header.sealed().to_vec();
            head.extend(self.head.iter().skip(usize::from(ipv4::HEADER_LEN)));
            self.head = head.into();
        }
        self
    }

    /// The size on the wire in bytes, link-layer framing not counted.
    pub fn size(&self) -> u32 {
        u32::try_from(self.head.len() as u64 + self.body.len()).unwrap_or(u32::MAX)
    }

    /// The bytes as they travel.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut bytes = self.head.to_vec();
        bytes.extend(self.body.to_vec());
        bytes
    }
}
