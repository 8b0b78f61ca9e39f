//! What a packet is called, and its line in the manner of tcpdump.

use std::fmt;

use super::ipv4;
use super::tcp::{Flags, Segment};
use super::{Packet, Protocol, TcpContext, udp};

/// What a packet is called on a diagram, in a list and in a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The highest protocol that has something to say in it.
    pub protocol: Protocol,
    /// The stable name in kebab-case: `syn-ack`.
    pub kind: String,
    /// What a person reads first: `SYN-ACK`.
    pub name: String,
    /// What a person reads second: `seq 0, ack 1`.
    pub detail: String,
}

impl Packet {
    /// The TCP segment in it, if there is one that can be read.
    pub fn segment(&self) -> Option<Segment> {
        let header = self.head.get(usize::from(ipv4::HEADER_LEN)..)?;
        let tcp = self.head.get(9) == Some(&ipv4::PROTOCOL_TCP);
        if tcp { Segment::decode(header).ok() } else { None }
    }

    /// The UDP header in it, if there is one that can be read.
    pub fn datagram(&self) -> Option<udp::Header> {
        let header = self.head.get(usize::from(ipv4::HEADER_LEN)..)?;
        let udp = self.head.get(9) == Some(&udp::PROTOCOL_UDP);
        if udp { udp::Header::decode(header).ok() } else { None }
    }

    /// Name and detail of the first message that begins in the packet; a handshake sends several
    /// at once.
    fn message_names(&self, first: &super::Unit) -> (String, String) {
        let several = first.protocol == Protocol::Tls;
        match self.about.units.as_slice() {
            [_, middle @ .., last] if several => {
                let joint = if middle.is_empty() { ", " } else { " … " };
                let name = format!("{}{joint}{}", first.name, last.name);
                (name, format!("{} B", self.body.len()))
            }
            _ => (first.name.clone(), first.detail.clone()),
        }
    }

    /// What the packet is called: after the first application message that begins in it, else
    /// after its segment.
    pub fn label(&self) -> Label {
        let context = self.about.tcp.unwrap_or_default();
        let again = if context.again { " again" } else { "" };
        if let Some(unit) = self.about.units.first() {
            let (name, detail) = self.message_names(unit);
            return Label {
                protocol: unit.protocol,
                kind: unit.kind.clone(),
                name: format!("{name}{again}"),
                detail,
            };
        }
        if let Some(message) = self.icmp_message() {
            return Label {
                protocol: Protocol::Icmp,
                kind: message.name().to_owned(),
                name: message.title().to_owned(),
                detail: match message.next_hop_mtu() {
                    Some(mtu) => format!("MTU {mtu}"),
                    None => format!("{} B", self.size()),
                },
            };
        }
        let Some(segment) = self.segment() else {
            let (protocol, kind, detail) = self.plain();
            return Label { protocol, kind: kind.to_owned(), name: kind.to_owned(), detail };
        };
        let (kind, name) = names(&segment, &context, self.body.is_empty());
        Label {
            protocol: if kind == "data" { Protocol::Data } else { Protocol::Tcp },
            kind: kind.to_owned(),
            name: format!("{name}{again}"),
            detail: detail(&segment, &context, kind, self.body.len()),
        }
    }
}

/// The stable name of a segment and the one that a person reads.
const fn names(
    segment: &Segment,
    context: &TcpContext,
    empty: bool,
) -> (&'static str, &'static str) {
    let flags = segment.flags;
    match (flags.has(Flags::SYN), flags.has(Flags::ACK)) {
        (true, false) => ("syn", "SYN"),
        (true, true) => ("syn-ack", "SYN-ACK"),
        _ if flags.has(Flags::RST) => ("rst", "RST"),
        _ if flags.has(Flags::FIN) => ("fin", "FIN"),
        _ if context.probe => ("probe", "window probe"),
        _ if context.keep_alive => ("keep-alive", "keep-alive"),
        _ if !empty => ("data", "data"),
        _ if context.window_update => ("window-update", "window update"),
        _ => ("ack", "ACK"),
    }
}

fn detail(segment: &Segment, context: &TcpContext, kind: &str, len: u64) -> String {
    let seq = segment.seq.wrapping_sub(context.iss);
    let ack = segment.ack.wrapping_sub(context.irs);
    match kind {
        "syn" => format!("seq {seq}"),
        "ack" => format!("ack {ack}"),
        "window-update" => format!("win {}", u64::from(segment.window) << context.window_shift),
        "data" => format!("seq {seq}, {len} B"),
        // Before the sender's own first byte: shown as what it repeats.
        "probe" | "keep-alive" if seq > u32::MAX / 2 => format!("ack {ack}"),
        "rst" if !segment.flags.has(Flags::ACK) => format!("seq {seq}"),
        _ => format!("seq {seq}, ack {ack}"),
    }
}

/// One line in the manner of tcpdump; numbers count from the start of the connection.
impl fmt::Display for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(segment) = self.segment() else {
            let Some(udp) = self.datagram() else {
                let label = self.label();
                return write!(f, "{} {}", label.name, label.detail);
            };
            write!(f, "UDP, length {}", udp.len - udp::HEADER_LEN)?;
            return self.write_units(f);
        };
        let context = self.about.tcp.unwrap_or_default();
        let len = self.body.len();
        let seq = segment.seq.wrapping_sub(context.iss);
        write!(f, "Flags [{}]", segment.flags.letters())?;
        match segment.seq_len(len) {
            0 if segment.flags.has(Flags::RST) => write!(f, ", seq {seq}")?,
            0 => {}
            _ if len == 0 => write!(f, ", seq {seq}")?,
            _ => write!(f, ", seq {seq}:{}", u64::from(seq) + len)?,
        }
        if segment.flags.has(Flags::ACK) {
            write!(f, ", ack {}", segment.ack.wrapping_sub(context.irs))?;
        }
        write!(f, ", win {}", segment.window)?;
        if !segment.options.is_empty() {
            let options: Vec<String> = segment.options.iter().map(ToString::to_string).collect();
            write!(f, ", options [{}]", options.join(","))?;
        }
        write!(f, ", length {len}")?;
        self.write_units(f)
    }
}

impl Packet {
    /// The protocol, kind and detail of a packet without a name of its own that is no segment.
    fn plain(&self) -> (Protocol, &'static str, String) {
        if let Some(udp) = self.datagram() {
            return (Protocol::Udp, "datagram", format!("{} B", udp.len - udp::HEADER_LEN));
        }
        match ipv4::Ipv4::decode(&self.head) {
            Ok(ip) if ip.fragment_offset > 0 => {
                let start = u64::from(ip.fragment_offset) * 8;
                let end = start + self.body.len().saturating_sub(1);
                (Protocol::Ipv4, "fragment", format!("bytes {start} to {end}"))
            }
            _ => (Protocol::Ipv4, "packet", format!("{} B", self.size())),
        }
    }

    fn write_units(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What QUIC protects is named by the messages in it.
        let named = self.about.units.iter().filter(|unit| unit.kind != "frames");
        named.into_iter().try_for_each(|unit| write!(f, ": {}", unit.name))
    }
}
