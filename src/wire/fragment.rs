//! Cutting a packet into fragments, RFC 791 section 3.2.

use super::encoder::Encoder;
use super::ipv4::{self, Ipv4};
use super::{About, Packet, Payload};

/// The flag that says that more fragments follow.
pub const MORE_FRAGMENTS: u8 = 0b001;

impl Packet {
    /// The packet in pieces of at most `mtu` bytes, or whole if it fits or must not be cut.
    /// Only the first piece has the transport header, and the names of the messages in it.
    pub fn pieces(self, mtu: u32) -> Vec<Self> {
        let Ok(ip) = Ipv4::decode(&self.head) else { return vec![self] };
        // Every piece but the last carries a multiple of 8 bytes.
        let room = u64::from(mtu.saturating_sub(u32::from(ipv4::HEADER_LEN)) / 8 * 8);
        if self.size() <= mtu || ip.flags & ipv4::DONT_FRAGMENT != 0 || room == 0 {
            return vec![self];
        }
        let mut rest = Payload::from(self.head.get(20..).unwrap_or_default());
        rest.append(&self.body);
        let mut pieces = Vec::new();
        let mut offset = ip.fragment_offset;
        while !rest.is_empty() {
            let piece = rest.split_to(room);
            let more = if rest.is_empty() { ip.flags } else { ip.flags | MORE_FRAGMENTS };
            let len = u16::try_from(piece.len()).unwrap_or(0);
            let ip = Ipv4 {
                flags: more,
                fragment_offset: offset,
                total_len: ipv4::HEADER_LEN + len,
                ..ip
            };
            let mut out = Encoder::new();
            ip.sealed().encode(&mut out);
            let first = pieces.is_empty();
            pieces.push(if first { self.first_piece(out, &piece) } else { rest_piece(out, piece) });
            offset += len / 8;
        }
        pieces
    }

    /// Whether routers may cut it.
    pub fn can_be_cut(&self) -> bool {
        self.head.get(6).is_some_and(|flags| (flags >> 5) & ipv4::DONT_FRAGMENT == 0)
    }

    /// The same, and routers may cut it.
    #[must_use]
    pub(super) fn may_be_cut(mut self) -> Self {
        if let Ok(ip) = Ipv4::decode(&self.head) {
            let mut out = Encoder::new();
            Ipv4 { flags: ip.flags & !ipv4::DONT_FRAGMENT, ..ip }.sealed().encode(&mut out);
            out.raw(self.head.get(20..).unwrap_or_default());
            self.head = out.into_bytes().into();
        }
        self
    }

    /// The first piece keeps the transport header in its head.
    fn first_piece(&self, mut out: Encoder, piece: &Payload) -> Self {
        let transport = self.head.get(20..).unwrap_or_default();
        out.raw(transport);
        let body = piece.slice(transport.len() as u64..u64::MAX);
        Self { head: out.into_bytes().into(), body, about: self.about.clone() }
    }

    /// Whether the packet is a piece of another.
    pub fn is_piece(&self) -> bool {
        matches!(self.head.get(6..8), Some([high, low]) if high & 0x3f != 0 || *low != 0)
    }
}

fn rest_piece(out: Encoder, body: Payload) -> Packet {
    Packet { head: out.into_bytes().into(), body, about: About::default() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use crate::wire::ipv4::Ipv4;
    use crate::wire::{Datagram, Packet, Payload};

    fn packet(len: u64, whole: bool) -> Packet {
        let body = Payload::pattern(0, len);
        let datagram = Datagram { ports: (53, 40_000), body, units: Vec::new() };
        Packet::udp(([192, 0, 2, 1], [192, 0, 2, 2]), 77, whole, datagram)
    }

    #[test]
    fn a_datagram_of_3000_bytes_travels_in_three_pieces_of_an_ethernet() {
        let pieces = packet(3_000, false).pieces(1_500);
        let headers: Vec<_> =
            pieces.iter().map(|piece| Ipv4::decode(&piece.head).unwrap()).collect();
        let lengths: Vec<_> = headers.iter().map(|ip| ip.total_len).collect();
        assert_eq!(lengths, [1_500, 1_500, 68]);
        let offsets: Vec<_> = headers.iter().map(|ip| ip.fragment_offset).collect();
        assert_eq!(offsets, [0, 185, 370]);
        let flags: Vec<_> = headers.iter().map(|ip| ip.flags).collect();
        assert_eq!(flags, [1, 1, 0]);
        assert!(pieces[0].datagram().is_some() && pieces[1].datagram().is_none());
        let kinds: Vec<_> = pieces.iter().map(|piece| piece.label().kind).collect();
        assert_eq!(kinds, ["datagram", "fragment", "fragment"]);
        assert_eq!(pieces[2].label().detail, "bytes 2960 to 3007");
    }

    #[test]
    fn what_must_not_be_cut_stays_whole() {
        assert_eq!(packet(3_000, true).pieces(1_500).len(), 1);
    }

    proptest! {
        #[test]
        fn pieces_hold_all_bytes_once_and_fit(len in 0_u64..5_000, mtu in 68_u32..2_000, again in 68_u32..500) {
            let whole = packet(len, false);
            let mut all = Vec::new();
            // A second router may cut the pieces again.
            for piece in whole.clone().pieces(mtu).into_iter().flat_map(|piece| piece.pieces(again)) {
                prop_assert!(piece.size() <= mtu.min(again));
                let ip = Ipv4::decode(&piece.head).unwrap();
                prop_assert!(ip.is_intact());
                prop_assert_eq!(u32::from(ip.total_len), piece.size());
                prop_assert_eq!(usize::from(ip.fragment_offset) * 8, all.len());
                all.extend_from_slice(&piece.to_vec()[20..]);
            }
            prop_assert_eq!(&all[..], &whole.to_vec()[20..]);
        }
    }
}
