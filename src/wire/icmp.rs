//! The Internet Control Message Protocol: what routers and hosts say about packets that they could
//! not deliver (RFC 792), the next link's MTU among it (RFC 1191 section 4).

use super::checksum::Checksum;
use super::encoder::{DecodeError, Encoder, FieldSpec, number, spec};
use super::{About, Packet, Payload, ipv4};

/// The header of a message; what it quotes or carries follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icmp {
    /// What it is about: 3 is an unreachable destination.
    pub kind: u8,
    /// The case within the kind.
    pub code: u8,
    /// The checksum of the whole message, right or not.
    pub checksum: u16,
    /// An echo's identifier; unused otherwise.
    pub id: u16,
    /// An echo's number; the next link's MTU where a packet was too large; unused otherwise.
    pub number: u16,
}

/// The size of the header.
pub const HEADER_LEN: u16 = 8;
/// The most bytes of a packet that a message about it quotes: all that fits 576 (RFC 1812
/// section 4.3.2.3).
const QUOTE_MAX: u64 = 576 - 20 - 8;

/// What is known of a kind and code: the stable name, and what a person reads.
type Case = (u8, u8, &'static str, &'static str);

/// The cases with names.
static CASES: [Case; 9] = [
    (0, 0, "echo-reply", "echo reply"),
    (3, 0, "net-unreachable", "network unreachable"),
    (3, 1, "host-unreachable", "host unreachable"),
    (3, 2, "protocol-unreachable", "protocol unreachable"),
    (3, 3, "port-unreachable", "port unreachable"),
    (3, 4, "fragmentation-needed", "fragmentation needed"),
    (3, 13, "prohibited", "prohibited"),
    (8, 0, "echo", "echo"),
    (11, 0, "time-exceeded", "time exceeded"),
];

/// Any other message.
static OTHER: Case = (0, 0, "icmp", "ICMP");

const CLAUSE: &str = "RFC 792";
static TYPE: FieldSpec = spec("type", "Type", "What the message is about.", CLAUSE);
static CODE: FieldSpec = spec("code", "Code", "The case within the type.", CLAUSE);
static CHECKSUM: FieldSpec = spec(
    "icmp-checksum",
    "Checksum",
    "Guards the whole message against bit errors.",
    "RFC 792, RFC 1071",
);
static ID: FieldSpec =
    spec("icmp-id", "Identifier", "Tells one program's echoes from another's.", CLAUSE);
static SEQUENCE: FieldSpec =
    spec("icmp-seq", "Sequence number", "Tells one echo from the next.", CLAUSE);
static UNUSED: FieldSpec = spec("unused", "Unused", "Zero.", CLAUSE);
static MTU: FieldSpec = spec(
    "mtu",
    "Next-hop MTU",
    "The largest packet that the next link carries, so that the sender need not guess.",
    "RFC 1191 section 4",
);

impl Icmp {
    /// A destination that cannot be reached, by its code.
    const UNREACHABLE: u8 = 3;

    /// The packet is larger than the next link's `mtu` and must not be cut.
    pub const fn fragmentation_needed(mtu: u16) -> Self {
        Self::unreachable(4, mtu)
    }

    /// Nobody uses the port.
    pub const PORT_UNREACHABLE: Self = Self::unreachable(3, 0);
    /// The last router cannot reach the host.
    pub const HOST_UNREACHABLE: Self = Self::unreachable(1, 0);
    /// No route leads there.
    pub const NET_UNREACHABLE: Self = Self::unreachable(0, 0);
    /// The packet has passed as many routers as it may.
    pub const TIME_EXCEEDED: Self = Self { kind: 11, code: 0, checksum: 0, id: 0, number: 0 };

    const fn unreachable(code: u8, number: u16) -> Self {
        Self { kind: Self::UNREACHABLE, code, checksum: 0, id: 0, number }
    }

    /// Asks for an answer.
    pub const fn echo(id: u16, number: u16) -> Self {
        Self { kind: 8, code: 0, checksum: 0, id, number }
    }

    /// The answer to an echo.
    pub const fn echo_reply(self) -> Self {
        Self { kind: 0, checksum: 0, ..self }
    }

    /// Whether it is an echo or its answer, which carry data instead of quoting a packet.
    pub const fn is_echo(&self) -> bool {
        matches!(self.kind, 0 | 8)
    }

    /// The next link's MTU, if it says that a packet was too large. Zero comes from routers that
    /// do not say it.
    pub const fn next_hop_mtu(&self) -> Option<u16> {
        if self.kind == Self::UNREACHABLE && self.code == 4 { Some(self.number) } else { None }
    }

    fn case(&self) -> &'static Case {
        let is = |case: &&Case| case.0 == self.kind && case.1 == self.code;
        CASES.iter().find(is).unwrap_or(&OTHER)
    }

    /// The stable name of the message: `fragmentation-needed`.
    pub fn name(&self) -> &'static str {
        self.case().2
    }

    /// What a person reads: `fragmentation needed`.
    pub fn title(&self) -> &'static str {
        self.case().3
    }

    /// Puts the right checksum in, for what follows the header.
    #[must_use]
    pub fn sealed(mut self, body: &Payload) -> Self {
        self.checksum = 0;
        let mut encoder = Encoder::new();
        self.encode(&mut encoder);
        self.checksum = checksum(&encoder.into_bytes(), body);
        self
    }

    /// Writes the 8 bytes.
    pub fn encode(&self, out: &mut Encoder) {
        out.bits_as(&TYPE, 8, self.kind.into(), |kind| number(kind, format!("{kind}")));
        out.bits_as(&CODE, 8, self.code.into(), |code| {
            number(code, format!("{code} ({})", self.title()))
        });
        out.bits_as(&CHECKSUM, 16, self.checksum.into(), |sum| number(sum, format!("0x{sum:04x}")));
        let (first, second) = match (self.is_echo(), self.next_hop_mtu()) {
            (true, _) => (&ID, &SEQUENCE),
            (false, Some(_)) => (&UNUSED, &MTU),
            (false, None) => (&UNUSED, &UNUSED),
        };
        out.bits(first, 16, self.id.into());
        out.bits(second, 16, self.number.into());
    }

    /// Reads the header at the start of `bytes`.
    ///
    /// # Errors
    /// Says at which byte the rule is broken. The checksum is not checked: see [`is_intact`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let Some(head) = bytes.first_chunk::<8>() else {
            return Err(DecodeError::new(
                bytes.len(),
                "an ICMP header has at least 8 bytes (RFC 792)",
            ));
        };
        let word = |at: usize| u16::from_be_bytes([head[at], head[at + 1]]);
        Ok(Self { kind: head[0], code: head[1], checksum: word(2), id: word(4), number: word(6) })
    }
}

/// Whether the checksum of a header and what follows it is right (RFC 792).
pub fn is_intact(header: &[u8], body: &Payload) -> bool {
    checksum(header, body) == 0
}

fn checksum(header: &[u8], body: &Payload) -> u16 {
    let mut sum = Checksum::new();
    sum.add(header);
    body.add_to(&mut sum);
    sum.finish()
}

impl Packet {
    /// A message in an IP packet, with right checksums and lengths; `ips` are source and
    /// destination.
    pub fn icmp(ips: ([u8; 4], [u8; 4]), id: u16, message: Icmp, body: Payload) -> Self {
        let mut out = Encoder::new();
        message.sealed(&body).encode(&mut out);
        Self::over_ip(ips, id, ipv4::PROTOCOL_ICMP, &out.into_bytes(), (body, About::default()))
    }

    /// What `from` says about this packet to its sender: the message quotes the packet's
    /// beginning, by which the sender knows which connection it concerns. Nothing is said about
    /// messages that say something themselves, nor about later fragments (RFC 1122 section 3.2.2).
    pub fn icmp_about(&self, from: [u8; 4], id: u16, message: Icmp) -> Option<Self> {
        let ip = ipv4::Ipv4::decode(&self.head).ok()?;
        let of_icmp = self.icmp_message().is_some_and(|message| !message.is_echo());
        if of_icmp || ip.fragment_offset > 0 {
            return None;
        }
        let mut quote = Payload::from(&self.head[..]);
        quote.append(&self.body);
        Some(Self::icmp((from, ip.source), id, message, quote.slice(0..QUOTE_MAX)))
    }

    /// The ICMP message in it, if there is one that can be read.
    pub fn icmp_message(&self) -> Option<Icmp> {
        let header = self.head.get(usize::from(ipv4::HEADER_LEN)..)?;
        let icmp = self.head.get(9) == Some(&ipv4::PROTOCOL_ICMP);
        if icmp { Icmp::decode(header).ok() } else { None }
    }
}

#[cfg(test)]
mod tests;
