//! TCP headers: our bytes, read by others and by ourselves.

use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::{Flags, Segment, TcpOption, is_intact};
use crate::wire::Payload;
use crate::wire::encoder::{Encoder, FieldValue};

fn bytes(segment: &Segment) -> Vec<u8> {
    let mut encoder = Encoder::new();
    segment.encode(&mut encoder, None);
    encoder.into_bytes()
}

/// The SYN of Linux: MSS, SACK-permitted, timestamps, window scale.
fn syn() -> Segment {
    Segment {
        source_port: 49152,
        destination_port: 80,
        seq: 1000,
        flags: Flags::SYN,
        window: 64_240,
        options: vec![
            TcpOption::Mss(1460),
            TcpOption::SackPermitted,
            TcpOption::Timestamps { value: 1, echo: 0 },
            TcpOption::Nop,
            TcpOption::WindowScale(10),
        ],
        ..Segment::default()
    }
}

#[test]
fn the_options_of_a_syn_are_the_bytes_that_linux_sends() {
    let bytes = bytes(&syn());
    assert_eq!(bytes.len(), 40);
    assert_eq!(bytes[20..], [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 10]);
}

#[test]
fn etherparse_reads_the_same_segment_and_agrees_with_the_checksum() {
    let body = Payload::pattern(3, 101);
    let (source, destination) = ([192, 0, 2, 1], [192, 0, 2, 2]);
    let sealed = syn().sealed(source, destination, &body);
    let bytes = bytes(&sealed);
    assert!(is_intact(source, destination, &bytes, &body));
    let (theirs, _) = etherparse::TcpHeader::from_slice(&bytes).unwrap();
    assert_eq!((theirs.source_port, theirs.destination_port), (49152, 80));
    assert!(theirs.syn && !theirs.ack);
    assert_eq!(theirs.window_size, 64_240);
    let sum = theirs.calc_checksum_ipv4_raw(source, destination, &body.to_vec()).unwrap();
    assert_eq!(sum, sealed.checksum);
    let options: Vec<String> =
        theirs.options_iterator().map(|option| format!("{:?}", option.unwrap())).collect();
    assert_eq!(
        options,
        [
            "MaximumSegmentSize(1460)",
            "SelectiveAcknowledgementPermitted",
            "Timestamp(1, 0)",
            "Noop",
            "WindowScale(10)"
        ]
    );
}

#[test]
fn the_field_list_covers_every_bit_once() {
    let mut encoder = Encoder::recording(20);
    syn().encode(&mut encoder, None);
    let (fields, bytes) = encoder.into_fields();
    let mut next = 160;
    for field in fields.iter().filter(|field| field.depth == 0) {
        assert_eq!(field.bits.start, next, "{}", field.spec.name);
        next = field.bits.end;
    }
    assert_eq!(next, 160 + 8 * u32::try_from(bytes.len()).unwrap());
    let flags = fields.iter().find(|field| field.spec.name == "flags").unwrap();
    assert_eq!(flags.value, FieldValue::List(vec!["SYN".to_owned()]));
}

#[test]
fn broken_segments_are_refused_with_byte_and_rule() {
    let refuse = |change: fn(&mut Vec<u8>)| {
        let mut damaged = bytes(&syn());
        change(&mut damaged);
        Segment::decode(&damaged).unwrap_err().to_string()
    };
    assert_eq!(
        refuse(|bytes| bytes.truncate(19)),
        "byte 19: a TCP header has at least 20 bytes (RFC 9293 section 3.1)"
    );
    assert_eq!(
        refuse(|bytes| bytes[12] = 0x40),
        "byte 12: the data offset is at least 5 words (RFC 9293 section 3.1)"
    );
    assert_eq!(
        refuse(|bytes| bytes[12] = 0xf0),
        "byte 12: the data offset points behind the segment (RFC 9293 section 3.1)"
    );
    assert_eq!(
        refuse(|bytes| bytes[21] = 3),
        "byte 20: the maximum segment size has length 4 (RFC 9293 section 3.7.1)"
    );
    assert_eq!(
        refuse(|bytes| bytes[27] = 200),
        "byte 26: the option is longer than the header (RFC 9293 section 3.1)"
    );
}

#[test]
fn letters_are_those_of_tcpdump() {
    assert_eq!((Flags::SYN | Flags::ACK).letters(), "S.");
    assert_eq!((Flags::PSH | Flags::ACK).letters(), "P.");
    assert_eq!((Flags::FIN | Flags::PSH | Flags::ACK).letters(), "FP.");
    assert_eq!(Flags::default().letters(), "none");
}

fn option() -> impl Strategy<Value = TcpOption> {
    let blocks = proptest::collection::vec(any::<(u32, u32)>(), 1..4);
    prop_oneof![
        any::<u16>().prop_map(TcpOption::Mss),
        any::<u8>().prop_map(TcpOption::WindowScale),
        proptest::strategy::Just(TcpOption::SackPermitted),
        proptest::strategy::Just(TcpOption::Nop),
        blocks.prop_map(TcpOption::Sack),
        any::<(u32, u32)>().prop_map(|(value, echo)| TcpOption::Timestamps { value, echo }),
    ]
}

proptest! {
    #[test]
    fn a_segment_survives_its_bytes(
        numbers in any::<(u32, u32, u16, u8)>(),
        mut options in proptest::collection::vec(option(), 0..6),
    ) {
        while options.iter().map(TcpOption::len).sum::<u16>() > 40 {
            options.pop();
        }
        while options.iter().map(TcpOption::len).sum::<u16>() % 4 != 0 {
            options.push(TcpOption::Nop);
        }
        let (seq, ack, window, flags) = numbers;
        let segment = Segment {
            seq, ack, window, options, flags: Flags(flags), ..Segment::default()
        };
        prop_assert_eq!(Segment::decode(&bytes(&segment)), Ok(segment));
    }

    #[test]
    fn any_bytes_are_read_back_or_refused(
        mut random in proptest::collection::vec(any::<u8>(), 0..70),
        words in 5_u8..8,
    ) {
        if random.len() > 12 {
            random[12] = words << 4;
        }
        match Segment::decode(&random) {
            Ok(segment) => {
                let len = usize::from(segment.header_len());
                prop_assert_eq!(&bytes(&segment)[..], &random[..len]);
            }
            Err(error) => prop_assert!(usize::try_from(error.at).unwrap() <= random.len()),
        }
    }
}
