//! What a packet is called.

use super::{Packet, Protocol};
use std::fmt;

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
    /// What the packet is called: after the first application message that begins in it, else
    /// after its segment.
    pub fn label(&self) -> Label {
        self.about.units.first().map_or_else(
            || Label {
                protocol: Protocol::Ipv4,
                kind: "packet".to_owned(),
                name: "packet".to_owned(),
                detail: format!("{} B", self.size()),
            },
            |unit| Label {
                protocol: unit.protocol,
                kind: unit.kind.clone(),
                name: unit.name.clone(),
                detail: unit.detail.clone(),
            },
        )
    }
}

/// One line, like tcpdump.
impl fmt::Display for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = self.label();
        write!(f, "{} {}", label.name, label.detail)
    }
}
