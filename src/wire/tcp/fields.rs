//! The fields of a TCP header in the order of their bits.

use super::super::TcpContext;
use super::super::encoder::{Encoder, FieldSpec, FieldValue, number, spec};
use super::{Flags, Segment};

const CLAUSE: &str = "RFC 9293 section 3.1";
static SOURCE_PORT: FieldSpec =
    spec("src-port", "Source port", "Which program on the sending host.", CLAUSE);
static DESTINATION_PORT: FieldSpec =
    spec("dst-port", "Destination port", "Which program on the receiving host.", CLAUSE);
static SEQ: FieldSpec = spec(
    "seq",
    "Sequence number",
    "The number of the first byte of the payload. SYN and FIN each take one number too.",
    "RFC 9293 section 3.4",
);
static ACK: FieldSpec = spec(
    "ack",
    "Acknowledgment number",
    "The next byte that the sender expects: everything before it has arrived.",
    "RFC 9293 section 3.4",
);
static DATA_OFFSET: FieldSpec = spec(
    "data-offset",
    "Data offset",
    "The length of this header in 32-bit words, options included.",
    CLAUSE,
);
static RESERVED: FieldSpec =
    spec("reserved", "Reserved", "Kept for the future; zero until then.", CLAUSE);
static FLAGS: FieldSpec =
    spec("flags", "Control bits", "What the segment does besides carrying bytes.", CLAUSE);
static WINDOW: FieldSpec = spec(
    "win",
    "Window",
    "How many more bytes the sender of this segment can take, before scaling.",
    "RFC 9293 section 3.8, RFC 7323 section 2.3",
);
static CHECKSUM: FieldSpec = spec(
    "checksum",
    "Checksum",
    "Guards addresses, header and payload against bit errors.",
    "RFC 9293 section 3.1, RFC 1071",
);
static URGENT: FieldSpec = spec(
    "urgent",
    "Urgent pointer",
    "Once marked the end of urgent data; new programs leave it alone.",
    "RFC 9293 section 3.8.5",
);
static OPTIONS: FieldSpec = spec(
    "options",
    "Options",
    "Additions to the header, up to 40 bytes.",
    "RFC 9293 sections 3.1 and 3.2",
);
static PADDING: FieldSpec =
    spec("padding", "Padding", "Zeros up to the next 32-bit word.", "RFC 9293 section 3.1");

/// The control bits, from the highest.
static BITS: [FieldSpec; 8] = [
    spec(
        "cwr",
        "CWR",
        "Congestion window reduced: the sender heard the echo.",
        "RFC 3168 section 6.1",
    ),
    spec(
        "ece",
        "ECE",
        "Echo of a congestion mark; in a SYN: ECN is known.",
        "RFC 3168 section 6.1",
    ),
    spec("urg", "URG", "The urgent pointer is valid.", CLAUSE),
    spec(
        "ack-bit",
        "ACK",
        "The acknowledgment number is valid: in all segments but the first.",
        CLAUSE,
    ),
    spec("psh", "PSH", "Hand what is here to the application now.", CLAUSE),
    spec("rst", "RST", "Forget this connection at once.", CLAUSE),
    spec("syn", "SYN", "Opens the connection and sets where the numbers begin.", CLAUSE),
    spec("fin", "FIN", "The sender has sent all it had.", CLAUSE),
];

pub(super) fn encode(segment: &Segment, out: &mut Encoder, context: Option<&TcpContext>) {
    out.bits(&SOURCE_PORT, 16, segment.source_port.into());
    out.bits(&DESTINATION_PORT, 16, segment.destination_port.into());
    let relative = |number: u32, start: fn(&TcpContext) -> u32| {
        context.map_or_else(
            || number.to_string(),
            |context| {
                let from_start = number.wrapping_sub(start(context));
                format!("{from_start} from the start ({number} on the wire)")
            },
        )
    };
    out.bits_as(&SEQ, 32, segment.seq, |seq| number(seq, relative(seq, |context| context.iss)));
    out.bits_as(&ACK, 32, segment.ack, |ack| {
        let valid = segment.flags.has(Flags::ACK);
        let shown = || relative(ack, |context| context.irs);
        number(ack, if valid { shown() } else { format!("{ack}, not valid without ACK") })
    });
    out.bits_as(&DATA_OFFSET, 4, u32::from(segment.header_len() / 4), |words| {
        number(words, format!("{words} words, {} bytes", words * 4))
    });
    out.bits(&RESERVED, 4, segment.reserved.into());
    flags(segment.flags, out);
    out.bits_as(&WINDOW, 16, segment.window.into(), |window| {
        let shift = context.map_or(0, |context| context.window_shift);
        number(window, window_text(window, shift))
    });
    out.bits_as(&CHECKSUM, 16, segment.checksum.into(), |sum| number(sum, format!("0x{sum:04x}")));
    out.bits(&URGENT, 16, segment.urgent.into());
    options(segment, out);
}

fn window_text(window: u32, shift: u8) -> String {
    match shift {
        0 => format!("{window} B"),
        shift => {
            let scale = 1_u64 << shift.min(14);
            format!("{window} × {scale} = {} B", u64::from(window) * scale)
        }
    }
}

fn flags(flags: Flags, out: &mut Encoder) {
    let group = out.open();
    for (place, bit) in BITS.iter().enumerate() {
        let set = flags.0 >> (7 - place) & 1;
        out.bits_as(bit, 1, set.into(), |set| {
            number(set, if set == 1 { "set" } else { "not set" }.to_owned())
        });
    }
    out.close(group, &FLAGS, || {
        let names: Vec<String> = flags.names().map(ToOwned::to_owned).collect();
        let shown = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        (FieldValue::List(names), shown)
    });
}

fn options(segment: &Segment, out: &mut Encoder) {
    if segment.options.is_empty() {
        return;
    }
    let group = out.open();
    for option in &segment.options {
        option.encode(out);
    }
    let len: u16 = segment.options.iter().map(super::TcpOption::len).sum();
    let padding = usize::from(len.next_multiple_of(4) - len);
    if padding > 0 {
        out.bytes(&PADDING, &[0; 4][..padding], || number(0, format!("{padding} B")));
    }
    out.close(group, &OPTIONS, || {
        let names: Vec<String> = segment.options.iter().map(ToString::to_string).collect();
        let shown = names.join(", ");
        (FieldValue::List(names), shown)
    });
}
