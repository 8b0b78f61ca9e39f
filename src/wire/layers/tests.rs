//! Packets taken apart, named and printed.

use expect_test::expect;

use crate::wire::http1::{Header, Request};
use crate::wire::tcp::{Flags, Segment, TcpOption};
use crate::wire::{About, Packet, Payload, Protocol, TcpContext, Unit};

/// A request of an open connection, followed by bytes of something else.
fn request() -> Packet {
    let request = Request {
        method: "GET".to_owned(),
        target: "/".to_owned(),
        headers: vec![Header::new("Host", "shop.example")],
    };
    let mut body = Payload::from(request.encode());
    let unit = Unit {
        protocol: Protocol::Http1,
        kind: "request".to_owned(),
        name: "GET /".to_owned(),
        detail: format!("{} B", body.len()),
        offset: 0,
        len: body.len(),
    };
    body.append(&Payload::pattern(0, 7));
    let segment = Segment {
        source_port: 40_000,
        destination_port: 80,
        seq: 1001,
        ack: 5001,
        flags: Flags::ACK | Flags::PSH,
        window: 63,
        options: vec![
            TcpOption::Nop,
            TcpOption::Nop,
            TcpOption::Timestamps { value: 101, echo: 51 },
        ],
        ..Segment::default()
    };
    let context = TcpContext { iss: 1000, irs: 5000, window_shift: 10, ..TcpContext::default() };
    let about = About { tcp: Some(context), units: vec![unit] };
    Packet::tcp(([192, 0, 2, 1], [192, 0, 2, 2]), 7, segment, body, about)
}

#[test]
fn the_inspector_lists_every_field_with_its_bits_and_its_value() {
    let mut text = String::new();
    for layer in request().layers() {
        text.push_str(&format!("{} {} B at {}\n", layer.protocol.name(), layer.size, layer.offset));
        for field in layer.fields {
            let indent = if field.depth == 0 { "-" } else { "--" };
            let (start, end) = (field.bits.start, field.bits.end);
            text.push_str(&format!(
                "{indent} {start}..{end} {}: {}\n",
                field.spec.name, field.shown
            ));
        }
    }
    expect![[r#"
        IPv4 20 B at 0
        - 0..4 version: 4
        - 4..8 ihl: 5 words, 20 bytes
        - 8..16 tos: 0x00
        - 16..32 total-length: 97 B
        - 32..48 id: 0x0007
        - 48..51 ip-flags: DF
        - 51..64 fragment-offset: 0
        - 64..72 ttl: 64
        - 72..80 protocol: 6 (TCP)
        - 80..96 header-checksum: 0xb68c
        - 96..128 src: 192.0.2.1
        - 128..160 dst: 192.0.2.2
        TCP 32 B at 20
        - 160..176 src-port: 40000
        - 176..192 dst-port: 80
        - 192..224 seq: 1 from the start (1001 on the wire)
        - 224..256 ack: 1 from the start (5001 on the wire)
        - 256..260 data-offset: 8 words, 32 bytes
        - 260..264 reserved: 0
        - 264..272 flags: PSH, ACK
        -- 264..265 cwr: not set
        -- 265..266 ece: not set
        -- 266..267 urg: not set
        -- 267..268 ack-bit: set
        -- 268..269 psh: set
        -- 269..270 rst: not set
        -- 270..271 syn: not set
        -- 271..272 fin: not set
        - 272..288 win: 63 × 1024 = 64512 B
        - 288..304 checksum: 0x6759
        - 304..320 urgent: 0
        - 320..416 options: nop, nop, TS val 101 ecr 51
        -- 320..328 nop: nop
        -- 328..336 nop: nop
        -- 336..416 timestamps: clock 101 ms, echo 51 ms
        - 416..416 len: 45 B
        - 416..416 window-bytes: 64512 B
        HTTP/1.1 38 B at 52
        - 416..440 method: GET
        - 448..456 target: /
        - 464..528 version: HTTP/1.1
        - 544..688 header: Host: shop.example
        - 704..720 end-of-head: CR LF
        Data 7 B at 90
        - 720..776 bytes: 7 B
    "#]]
    .assert_eq(&text);
}

#[test]
fn layers_cover_the_packet_without_gap_or_overlap() {
    let packet = request();
    let mut next = 0;
    for layer in packet.layers() {
        assert_eq!(layer.offset, next);
        next += layer.size;
    }
    assert_eq!(next, packet.size());
}

#[test]
fn the_line_is_that_of_tcpdump_with_numbers_from_the_start() {
    expect![
        "Flags [P.], seq 1:46, ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 45: GET /"
    ]
    .assert_eq(&request().to_string());
}

#[test]
fn a_packet_is_named_after_its_message_and_else_after_its_segment() {
    let name = |change: fn(&mut Packet)| {
        let mut packet = request();
        change(&mut packet);
        let label = packet.label();
        format!("{} | {} | {}", label.kind, label.name, label.detail)
    };
    assert_eq!(name(|_| ()), "request | GET / | 38 B");
    assert_eq!(
        name(|packet| packet.about.tcp.as_mut().unwrap().again = true),
        "request | GET / again | 38 B"
    );
    assert_eq!(name(|packet| packet.about.units.clear()), "data | data | seq 1, 45 B");
    assert_eq!(
        name(|packet| {
            packet.about.units.clear();
            packet.body = Payload::new();
        }),
        "ack | ACK | ack 1"
    );
    assert_eq!(name(|packet| packet.head = [0; 20].into()), "request | GET / | 38 B");
}

#[test]
fn etherparse_takes_the_packet_apart_as_we_do() {
    let bytes = request().to_vec();
    let theirs = etherparse::SlicedPacket::from_ip(&bytes).unwrap();
    let Some(etherparse::TransportSlice::Tcp(tcp)) = theirs.transport else {
        panic!("no TCP: {theirs:?}");
    };
    assert_eq!((tcp.sequence_number(), tcp.acknowledgment_number()), (1001, 5001));
    assert!(tcp.psh() && tcp.ack() && !tcp.syn());
    assert_eq!(tcp.payload().len(), 45);
    let sum = tcp.calc_checksum_ipv4([192, 0, 2, 1], [192, 0, 2, 2]).unwrap();
    assert_eq!(sum, tcp.checksum());
}
