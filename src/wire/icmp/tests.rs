//! Messages against a second reader, against any bytes, and as the inspector shows them.

use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

use super::{Icmp, is_intact};
use crate::wire::encoder::Encoder;
use crate::wire::tcp::{Flags, Segment};
use crate::wire::{About, Packet, Payload, Protocol};

const ROUTER: [u8; 4] = [198, 51, 100, 1];

fn segment(len: u64) -> Packet {
    let segment = Segment {
        source_port: 40_000,
        destination_port: 80,
        seq: 0x0102_0304,
        flags: Flags::ACK,
        ..Segment::default()
    };
    let ips = ([192, 0, 2, 1], [192, 0, 2, 2]);
    Packet::tcp(ips, 7, segment, Payload::pattern(0, len), About::default())
}

#[test]
fn a_packet_that_is_too_large_is_quoted_in_576_bytes() {
    let packet = segment(1460).icmp_about(ROUTER, 3, Icmp::fragmentation_needed(1400)).unwrap();
    assert_eq!(packet.size(), 576);
    let bytes = packet.to_vec();
    let (ip, rest) = etherparse::Ipv4Header::from_slice(&bytes).unwrap();
    assert_eq!((ip.source, ip.destination), (ROUTER, [192, 0, 2, 1]));
    assert_eq!(ip.header_checksum, ip.calc_header_checksum());
    let slice = etherparse::Icmpv4Slice::from_slice(rest).unwrap();
    assert!(slice.header().icmp_type.calc_checksum(slice.payload()) == slice.checksum());
    let wanted =
        etherparse::icmpv4::DestUnreachableHeader::FragmentationNeeded { next_hop_mtu: 1400 };
    assert_eq!(slice.icmp_type(), etherparse::Icmpv4Type::DestinationUnreachable(wanted));
    assert_eq!(slice.payload()[..28], segment(1460).to_vec()[..28]);
    assert!(is_intact(&packet.head[20..], &packet.body));
}

#[test]
fn nothing_is_said_about_what_says_something() {
    let message = segment(0).icmp_about(ROUTER, 1, Icmp::HOST_UNREACHABLE).unwrap();
    assert_eq!(message.icmp_about(ROUTER, 2, Icmp::TIME_EXCEEDED), None);
    let echo = Packet::icmp(([192, 0, 2, 1], [192, 0, 2, 2]), 1, Icmp::echo(5, 1), Payload::new());
    assert!(echo.icmp_about(ROUTER, 2, Icmp::TIME_EXCEEDED).is_some());
}

#[test]
fn messages_are_called_after_what_they_say() {
    let message = |icmp| segment(100).icmp_about(ROUTER, 1, icmp).unwrap().label();
    let label = message(Icmp::fragmentation_needed(1280));
    assert_eq!(label.protocol, Protocol::Icmp);
    assert_eq!(
        [label.kind.as_str(), label.name.as_str(), label.detail.as_str()],
        ["fragmentation-needed", "fragmentation needed", "MTU 1280"]
    );
    assert_eq!(message(Icmp::PORT_UNREACHABLE).kind, "port-unreachable");
    let odd = Icmp { kind: 99, ..Icmp::TIME_EXCEEDED };
    assert_eq!(message(odd).name, "ICMP");
}

#[test]
fn the_inspector_shows_the_message_and_the_packet_that_it_quotes() {
    let packet = segment(100).icmp_about(ROUTER, 1, Icmp::fragmentation_needed(1280)).unwrap();
    let layers = packet.layers();
    let shape: Vec<(Protocol, u32, u32)> =
        layers.iter().map(|layer| (layer.protocol, layer.offset, layer.size)).collect();
    assert_eq!(
        shape,
        [
            (Protocol::Ipv4, 0, 20),
            (Protocol::Icmp, 20, 8),
            (Protocol::Ipv4, 28, 20),
            (Protocol::Data, 48, 120),
        ]
    );
    let mtu = layers[1].fields.iter().find(|field| field.spec.name == "mtu").unwrap();
    assert_eq!((mtu.shown.as_str(), mtu.bits.clone()), ("1280", 208..224));
}

proptest! {
    #[test]
    fn any_bytes_are_read_back_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..20)) {
        match Icmp::decode(&bytes) {
            Ok(message) => {
                let mut out = Encoder::new();
                message.encode(&mut out);
                prop_assert_eq!(&out.into_bytes()[..], &bytes[..8]);
            }
            Err(error) => {
                prop_assert!(bytes.len() < 8);
                prop_assert_eq!(error.at as usize, bytes.len());
            }
        }
    }
}
