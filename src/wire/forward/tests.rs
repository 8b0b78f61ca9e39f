//! What changes on the way keeps its checksums right.

use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

use super::Side;
use crate::wire::ipv4::Ipv4;
use crate::wire::tcp::{self, Segment};
use crate::wire::{About, Packet, Payload};

const HERE: [u8; 4] = [10, 0, 0, 2];
const THERE: [u8; 4] = [203, 0, 113, 20];

/// A segment with `len` bytes in a packet that may be cut, unless `flags` say otherwise.
fn packet(len: u64, flags: u8) -> Packet {
    let segment = Segment { source_port: 40_000, destination_port: 80, ..Segment::default() };
    let body = Payload::pattern(3, len);
    let mut packet = Packet::tcp((HERE, THERE), 77, segment, body, About::default());
    let ip = Ipv4 { flags, ..Ipv4::decode(&packet.head).unwrap() };
    let mut head = ip.sealed().to_vec();
    head.extend(&packet.head[20..]);
    packet.head = head.into();
    packet
}

fn intact(packet: &Packet) -> bool {
    let ip = Ipv4::decode(&packet.head).unwrap();
    let fits = u32::from(ip.total_len) == packet.size();
    fits && ip.is_intact()
        && tcp::is_intact(ip.source, ip.destination, &packet.head[20..], &packet.body)
}

proptest! {
    #[test]
    fn a_rewritten_packet_has_right_checksums(
        address in any::<[u8; 4]>(), port in any::<u16>(), source in any::<bool>(), len in 0_u64..99,
    ) {
        let side = if source { Side::Source } else { Side::Destination };
        let there = packet(len, 0).rewritten(side, address, port).aged();
        prop_assert!(intact(&there));
        prop_assert_eq!(there.port(side), Some(port));
        let ip = Ipv4::decode(&there.head).unwrap();
        prop_assert_eq!(ip.ttl, 63);
        let (old, at) = if source { (HERE, 40_000) } else { (THERE, 80) };
        prop_assert_eq!(there.rewritten(side, old, at).to_vec(), packet(len, 0).aged().to_vec());
    }
}

#[test]
fn damage_on_the_way_is_not_repaired() {
    let mut damaged = packet(10, 0);
    damaged.body = Payload::pattern(4, 10);
    assert!(!intact(&damaged));
    assert!(!intact(&damaged.rewritten(Side::Source, [198, 51, 100, 7], 1024).aged()));
}
