//! UDP on a host: programs have ports, and what arrives in pieces is put together.
//!
//! RFC 768, RFC 1122 section 4.1.3; reassembly as RFC 791 section 3.2 describes it.

use core::time::Duration;
use std::collections::VecDeque;

use crate::sim::time::Instant;
use crate::sorted::{SortedMap, SortedSet};
use crate::wire::fragment::MORE_FRAGMENTS;
use crate::wire::ipv4::Ipv4;
use crate::wire::udp::{HEADER_LEN, Header, PAYLOAD_MAX};
use crate::wire::{Datagram, Packet, Payload};

/// The ports of a host's programs, and what has arrived in part.
#[derive(Debug)]
pub(super) struct Sockets {
    bound: SortedSet<u16>,
    /// The largest packet of the host's own link, in bytes.
    mtu: u32,
    /// The identification of the last packet that had to be cut.
    last_id: u16,
    /// What has arrived in part, the oldest first.
    partial: VecDeque<Partial>,
}

/// A packet of which not all pieces are here.
#[derive(Debug)]
struct Partial {
    source: [u8; 4],
    id: u16,
    since: Instant,
    /// The pieces by their place in bytes.
    pieces: SortedMap<u64, Payload>,
    /// How long the whole is, once the last piece is here.
    len: Option<u64>,
}

/// How long pieces wait for the others: Linux's `ipfrag_time`.
const WAIT: Duration = Duration::from_secs(30);
/// The most packets that may wait for pieces; the oldest goes first.
const PARTIAL_MAX: usize = 64;
/// The size of packets on an Ethernet.
const MTU: u32 = 1_500;

impl Sockets {
    pub(super) fn new() -> Self {
        let (bound, partial) = (SortedSet::default(), VecDeque::new());
        Self { bound, mtu: MTU, last_id: 0, partial }
    }

    pub(super) const fn set_mtu(&mut self, mtu: u32) {
        self.mtu = mtu;
    }

    pub(super) fn bind(&mut self, port: u16) {
        self.bound.insert(port);
    }

    pub(super) fn is_bound(&self, port: u16) -> bool {
        self.bound.contains(&port)
    }

    pub(super) fn unbind(&mut self, port: u16) {
        self.bound.remove(&port);
    }

    /// The packets of a datagram. As on Linux it must not be cut on the way unless it is too
    /// large for the host's own link, which then cuts it.
    ///
    /// # Errors
    /// Says why it cannot be sent.
    pub(super) fn send(
        &mut self,
        ips: ([u8; 4], [u8; 4]),
        datagram: Datagram,
    ) -> Result<Vec<Packet>, &'static str> {
        let len = datagram.body.len();
        if len > PAYLOAD_MAX {
            return Err("larger than a datagram can be");
        }
        if len + 28 <= u64::from(self.mtu) {
            return Ok(vec![Packet::udp(ips, 0, true, datagram)]);
        }
        self.last_id = self.last_id.wrapping_add(1);
        Ok(Packet::udp(ips, self.last_id, false, datagram).pieces(self.mtu))
    }

    /// Takes an arrived packet; returns what it completes.
    ///
    /// # Errors
    /// Says why it was thrown away.
    pub(super) fn receive(
        &mut self,
        now: Instant,
        ip: &Ipv4,
        packet: &Packet,
    ) -> Result<Option<(Header, Payload)>, &'static str> {
        let (header, body) = if packet.is_piece() {
            let Some(whole) = self.join(now, ip, packet) else { return Ok(None) };
            (whole.head_bytes(HEADER_LEN.into()), whole.slice(HEADER_LEN.into()..u64::MAX))
        } else {
            (packet.head.get(20..).unwrap_or_default().to_vec(), packet.body.clone())
        };
        let header = Header::decode(&header).map_err(|error| error.rule)?;
        if u64::from(header.len) != u64::from(HEADER_LEN) + body.len() {
            return Err("length");
        }
        if !header.is_intact(ip.source, ip.destination, &body) {
            return Err("checksum");
        }
        Ok(Some((header, body)))
    }

    /// Puts a piece to its others; returns the whole once it is complete.
    fn join(&mut self, now: Instant, ip: &Ipv4, packet: &Packet) -> Option<Payload> {
        self.partial.retain(|partial| now < partial.since + WAIT);
        let place = self.partial.iter().position(|p| p.source == ip.source && p.id == ip.id);
        let place = place.unwrap_or_else(|| {
            if self.partial.len() == PARTIAL_MAX {
                self.partial.pop_front();
            }
            let (source, id, pieces) = (ip.source, ip.id, SortedMap::new());
            self.partial.push_back(Partial { source, id, since: now, pieces, len: None });
            self.partial.len() - 1
        });
        let partial = self.partial.get_mut(place)?;
        let mut bytes = Payload::from(packet.head.get(20..).unwrap_or_default());
        bytes.append(&packet.body);
        let start = u64::from(ip.fragment_offset) * 8;
        if ip.flags & MORE_FRAGMENTS == 0 {
            partial.len = Some(start + bytes.len());
        }
        partial.pieces.insert(start, bytes);
        let whole = partial.whole()?;
        self.partial.remove(place);
        Some(whole)
    }
}

impl Partial {
    /// All bytes, if there is no hole.
    fn whole(&self) -> Option<Payload> {
        let len = self.len?;
        let mut whole = Payload::new();
        for (start, piece) in self.pieces.iter() {
            // Pieces of pieces may overlap; what is there already stays (RFC 791 section 3.2).
            let known = whole.len().checked_sub(*start)?;
            whole.append(&piece.slice(known..u64::MAX));
        }
        (whole.len() == len).then_some(whole)
    }
}
