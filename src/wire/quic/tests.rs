//! QUIC's formats against the vectors of the standards, themselves, and any bytes at all.

use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::frame::{Ack, payload};
use super::varint::Reader;
use super::{Cid, Frame, Header, Kind, TransportParams, number, varint};
use crate::wire::Payload;
use crate::wire::encoder::Encoder;

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn integers_equal_the_examples_of_rfc_9000_appendix_a_1() {
    let examples = [
        ("c2197c5eff14e88c", 151_288_809_941_952_652),
        ("9d7f3e7d", 494_878_333),
        ("7bbd", 15_293),
        ("25", 37),
    ];
    for (hex, value) in examples {
        assert_eq!(Reader::new(&bytes(hex)).varint(), Ok(value));
        let mut out = Vec::new();
        varint::put(&mut out, value);
        assert_eq!(out, bytes(hex));
        assert_eq!(out.len() as u64, varint::len(value));
    }
    // Longer than it must be, and still 37.
    assert_eq!(Reader::new(&bytes("4025")).varint(), Ok(37));
}

#[test]
fn packet_numbers_equal_the_examples_of_rfc_9000_appendix_a() {
    assert_eq!(number::len(0xac5c02, Some(0xabe8b3)), 2);
    assert_eq!(number::len(0xace8fe, Some(0xabe8b3)), 3);
    assert_eq!(number::expand(0x9b32, 2, 0xa82f30eb), 0xa82f9b32);
}

#[test]
fn the_initial_of_rfc_9001_appendix_a_has_22_bytes_of_header() {
    let header = bytes("c300000001088394c8f03e5157080000449e00000002");
    let mut packet = header.clone();
    packet.extend([0; 1178]);
    let (read, size) = Header::decode(&packet).unwrap();
    assert_eq!(size, 22);
    assert_eq!(read.size(), 22);
    assert_eq!((read.kind, read.number, read.number_len), (Kind::Initial, 2, 4));
    assert_eq!(read.dcid.to_string(), "8394c8f03e515708");
    assert_eq!(read.payload_len, 1162 + 16);
    let mut out = Encoder::new();
    read.encode(&mut out);
    assert_eq!(out.into_bytes(), header);
}

#[test]
fn refusals_name_byte_and_rule() {
    let message = |hex| Header::decode(&bytes(hex)).unwrap_err().to_string();
    assert_eq!(message(""), "byte 0: a packet has a first byte (RFC 9000 section 17)");
    assert_eq!(
        message("c00000000115"),
        "byte 6: a connection ID has at most 20 bytes (RFC 9000 section 17.2)"
    );
    assert_eq!(message("c0deadbeef0000"), "byte 1: the version is 1 (RFC 9000 section 15)");
    let frame =
        |hex, kind| Frame::decode_all(&Payload::from(bytes(hex)), kind).unwrap_err().to_string();
    assert_eq!(
        frame("011e", Kind::Initial),
        "byte 1: not every frame may travel in every packet (RFC 9000 section 12.4)"
    );
    assert_eq!(
        frame("0205000007", Kind::Initial),
        "byte 5: no packet number is negative (RFC 9000 section 19.3.1)"
    );
    assert_eq!(
        TransportParams::decode(&bytes("030144")).unwrap_err().to_string(),
        "byte 0: an integer's first two bits say how long it is (RFC 9000 section 16)"
    );
}

fn number_below(bits: u32) -> impl Strategy<Value = u64> {
    any::<u64>().prop_map(move |value| value >> (64 - bits))
}

fn cid() -> impl Strategy<Value = Cid> {
    proptest::collection::vec(any::<u8>(), 1..=20).prop_map(|id| Cid::new(&id).unwrap())
}

fn data() -> impl Strategy<Value = Payload> {
    (any::<u16>(), 0_u64..300).prop_map(|(start, len)| Payload::pattern(start.into(), len))
}

fn ack() -> impl Strategy<Value = Frame> {
    let steps = proptest::collection::vec((0_u64..100, 0_u64..100), 0..5);
    let ecn = proptest::option::of([number_below(20), number_below(20), number_below(20)]);
    (number_below(40), number_below(20), steps, ecn).prop_map(|(from, delay, steps, ecn)| {
        let mut last = from + 10_000;
        let mut ranges = vec![(last - 3, last)];
        for (gap, len) in steps {
            last = ranges.last().unwrap().0 - gap - 2;
            ranges.push((last - len, last));
        }
        Frame::Ack(Ack { delay, ranges, ecn })
    })
}

fn frame() -> impl Strategy<Value = Frame> {
    let id = || number_below(62);
    prop_oneof![
        Just(Frame::Ping),
        Just(Frame::HandshakeDone),
        ack(),
        (id(), id(), id()).prop_map(|(id, error, final_size)| Frame::ResetStream {
            id,
            error,
            final_size
        }),
        (id(), id()).prop_map(|(id, error)| Frame::StopSending { id, error }),
        (number_below(60), data()).prop_map(|(offset, data)| Frame::Crypto { offset, data }),
        proptest::collection::vec(any::<u8>(), 1..40).prop_map(Frame::NewToken),
        (id(), number_below(60), any::<bool>(), data())
            .prop_map(|(id, offset, fin, data)| Frame::Stream { id, offset, fin, data }),
        id().prop_map(Frame::MaxData),
        id().prop_map(Frame::DataBlocked),
        (id(), id()).prop_map(|(id, max)| Frame::MaxStreamData { id, max }),
        (id(), id()).prop_map(|(id, max)| Frame::StreamDataBlocked { id, max }),
        (any::<bool>(), number_below(60)).prop_map(|(bidi, max)| Frame::MaxStreams { bidi, max }),
        (any::<bool>(), number_below(60))
            .prop_map(|(bidi, max)| Frame::StreamsBlocked { bidi, max }),
        (id(), cid(), any::<[u8; 16]>()).prop_map(|(seq, cid, token)| {
            Frame::NewConnectionId { seq, retire_prior_to: seq / 2, cid, token }
        }),
        id().prop_map(Frame::RetireConnectionId),
        any::<[u8; 8]>().prop_map(Frame::PathChallenge),
        any::<[u8; 8]>().prop_map(Frame::PathResponse),
        (any::<bool>(), id(), id()).prop_map(|(application, error, frame)| {
            let frame = if application { 0 } else { frame };
            Frame::ConnectionClose { application, error, frame, reason: "why".to_owned() }
        }),
        (1_u64..200).prop_map(Frame::Padding),
    ]
}

proptest! {
    #[test]
    fn integers_survive_the_wire(value in number_below(62)) {
        let mut out = Vec::new();
        varint::put(&mut out, value);
        prop_assert_eq!(Reader::new(&out).varint(), Ok(value));
    }

    #[test]
    fn packet_numbers_survive_truncation(acked in number_below(61), ahead in 1_u64..1_000_000) {
        let number = acked + ahead;
        let len = number::len(number, Some(acked));
        // The receiver may have seen everything up to the packet before, or only what it acked.
        for expected in [acked + 1, number] {
            let low = number::truncate(number, len);
            prop_assert_eq!(number::expand(low, len, expected), number);
        }
    }

    #[test]
    fn frames_survive_the_wire(frames in proptest::collection::vec(frame(), 1..8)) {
        let mut written = frames.clone();
        written.dedup_by(|next, last| match (next, last) {
            (Frame::Padding(more), Frame::Padding(count)) => {
                *count += *more;
                true
            }
            _ => false,
        });
        let bytes = payload(&frames);
        prop_assert_eq!(bytes.len(), frames.iter().map(Frame::size).sum::<u64>());
        prop_assert_eq!(Frame::decode_all(&bytes, Kind::OneRtt), Ok(written));
    }

    #[test]
    fn headers_survive_the_wire(
        (kind, dcid, scid) in (
            prop_oneof![Just(Kind::Initial), Just(Kind::ZeroRtt), Just(Kind::Handshake)],
            cid(),
            cid(),
        ),
        token in proptest::collection::vec(any::<u8>(), 0..100),
        (number, number_len) in (any::<u32>(), 1_u8..=4),
        payload_len in 16_u64..1100,
    ) {
        let number = number::truncate(number.into(), number_len);
        let token = if kind == Kind::Initial { token } else { Vec::new() };
        let header =
            Header { token, number, number_len, payload_len, ..Header::new(kind, dcid, scid) };
        let mut out = Encoder::new();
        header.encode(&mut out);
        let mut bytes = out.into_bytes();
        let size = bytes.len() as u64;
        prop_assert_eq!(size, header.size());
        bytes.extend(vec![7; usize::try_from(payload_len).unwrap()]);
        prop_assert_eq!(Header::decode(&bytes), Ok((header, size)));
    }

    #[test]
    fn parameters_survive_the_wire(
        numbers in [number_below(60), number_below(60), number_below(60)],
        delay in 0_u64..1 << 14,
        scid in proptest::option::of(cid()),
        token in proptest::option::of(any::<[u8; 16]>()),
        fixed in any::<bool>(),
    ) {
        let params = TransportParams {
            max_idle_timeout_ms: numbers[0],
            initial_max_data: numbers[1],
            initial_max_streams_bidi: numbers[2],
            max_ack_delay_ms: delay,
            initial_scid: scid,
            stateless_reset_token: token,
            disable_active_migration: fixed,
            ..TransportParams::default()
        };
        prop_assert_eq!(TransportParams::decode(&params.to_vec()), Ok(params));
    }

    #[test]
    fn no_bytes_make_the_decoders_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
        let payload = Payload::from(bytes.clone());
        for kind in [Kind::Initial, Kind::ZeroRtt, Kind::OneRtt] {
            if let Err(error) = Frame::decode_all(&payload, kind) {
                prop_assert!(error.at as usize <= bytes.len());
            }
        }
        if let Err(error) = Header::decode(&bytes) {
            prop_assert!(error.at as usize <= bytes.len());
        }
        if let Err(error) = TransportParams::decode(&bytes) {
            prop_assert!(error.at as usize <= bytes.len());
        }
    }
}
