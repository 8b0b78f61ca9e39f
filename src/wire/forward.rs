//! What those on the way change in a packet: time to live, addresses and ports.
//!
//! Checksums follow each change by RFC 1624 section 3, so bytes that were damaged before stay
//! damaged, and what nobody touches is never read.

use super::udp::PROTOCOL_UDP;
use super::{Packet, ipv4};

/// Where the parts of an IPv4 header are (RFC 791 section 3.1).
const FLAGS: usize = 6;
const TTL: usize = 8;
const IP_SUM: usize = 10;
/// Where the transport header begins, and with it the ports.
const TRANSPORT: usize = 20;

/// One end of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Who sent it.
    Source,
    /// Whom it is for.
    Destination,
}

impl Side {
    /// Where its address begins.
    const fn address(self) -> usize {
        match self {
            Self::Source => 12,
            Self::Destination => 16,
        }
    }

    /// Where its port begins.
    const fn port(self) -> usize {
        match self {
            Self::Source => TRANSPORT,
            Self::Destination => TRANSPORT + 2,
        }
    }
}

/// Where the checksum of a transport header is, from its start, if ports stand at its start.
const fn transport_sum(protocol: u8) -> Option<usize> {
    match protocol {
        ipv4::PROTOCOL_TCP => Some(TRANSPORT + 16),
        PROTOCOL_UDP => Some(TRANSPORT + 6),
        _ => None,
    }
}

/// The 16 bits at an even place.
fn word(head: &[u8], at: usize) -> u16 {
    head.get(at..at + 2).map_or(0, |two| u16::from_be_bytes([two[0], two[1]]))
}

/// Writes 16 bits at an even place and lets the checksums at `sums` follow
/// (RFC 1624 section 3, equation 3).
fn set_word(head: &mut [u8], at: usize, new: u16, sums: &[usize]) {
    let old = word(head, at);
    if old == new || at + 2 > head.len() {
        return;
    }
    head[at..at + 2].copy_from_slice(&new.to_be_bytes());
    for &sum in sums {
        if sum + 2 > head.len() {
            continue;
        }
        let mut changed = u32::from(!word(head, sum)) + u32::from(!old) + u32::from(new);
        while changed >> 16 != 0 {
            changed = (changed & 0xffff) + (changed >> 16);
        }
        let [.., high, low] = (!changed).to_be_bytes();
        head[sum..sum + 2].copy_from_slice(&[high, low]);
    }
}

impl Packet {
    /// The same with one less to live (RFC 1812 section 5.3.1).
    #[must_use]
    pub fn aged(&self) -> Self {
        let mut head = self.head.to_vec();
        let [ttl, protocol] = word(&head, TTL).to_be_bytes();
        set_word(&mut head, TTL, u16::from_be_bytes([ttl.saturating_sub(1), protocol]), &[IP_SUM]);
        Self { head: head.into(), ..self.clone() }
    }

    /// The ports of one end, if the packet has ports: the first piece of TCP or UDP.
    pub fn port(&self, side: Side) -> Option<u16> {
        let first = word(&self.head, FLAGS) & 0x1fff == 0;
        transport_sum(*self.head.get(TTL + 1)?).filter(|_| first)?;
        let at = side.port();
        (self.head.len() >= at + 2).then(|| word(&self.head, at))
    }

    /// The same from another address and port, or to another (RFC 3022 section 4.1).
    #[must_use]
    pub fn rewritten(&self, side: Side, address: [u8; 4], port: u16) -> Self {
        let mut head = self.head.to_vec();
        let protocol = head.get(TTL + 1).copied().unwrap_or_default();
        let transport = transport_sum(protocol);
        // A zero means that UDP carries no checksum (RFC 768); then there is none to follow.
        let transport = transport.filter(|at| protocol != PROTOCOL_UDP || word(&head, *at) != 0);
        let both: Vec<usize> = core::iter::once(IP_SUM).chain(transport).collect();
        let [a, b, c, d] = address;
        set_word(&mut head, side.address(), u16::from_be_bytes([a, b]), &both);
        set_word(&mut head, side.address() + 2, u16::from_be_bytes([c, d]), &both);
        if self.port(side).is_some() {
            set_word(&mut head, side.port(), port, &both[1..]);
        }
        Self { head: head.into(), ..self.clone() }
    }
}

#[cfg(test)]
mod tests;
