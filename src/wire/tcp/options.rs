//! The options of a TCP header: kind, length, value.

use std::fmt;

use super::super::encoder::{DecodeError, Encoder, FieldSpec, FieldValue, number, spec, text};

/// An option of a TCP header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TcpOption {
    /// Ends the list; padding of zeros follows (RFC 9293 section 3.2).
    End,
    /// Fills a byte, to align what follows (RFC 9293 section 3.2).
    Nop,
    /// The largest payload that the sender takes (RFC 9293 section 3.7.1).
    Mss(u16),
    /// By how many bits the sender's window fields are shifted (RFC 7323 section 2.2).
    WindowScale(u8),
    /// The sender understands selective acknowledgments (RFC 2018 section 2).
    SackPermitted,
    /// What arrived behind a hole: first byte and the one after the last (RFC 2018 section 3).
    Sack(Vec<(u32, u32)>),
    /// The sender's clock and the echo of the receiver's (RFC 7323 section 3.2).
    Timestamps {
        /// The sender's clock.
        value: u32,
        /// The clock value that it echoes.
        echo: u32,
    },
    /// An option that is not understood, and therefore skipped.
    Unknown {
        /// Its kind.
        kind: u8,
        /// Its value.
        data: Vec<u8>,
    },
}

static NOP: FieldSpec = spec(
    "nop",
    "No operation",
    "Fills a byte so that the next option begins at an even place.",
    "RFC 9293 section 3.2",
);
static END: FieldSpec = spec(
    "end",
    "End of options",
    "Ends the list of options; the rest of the header is zero.",
    "RFC 9293 section 3.2",
);
static MSS: FieldSpec = spec(
    "mss",
    "Maximum segment size",
    "The largest payload that the sender of this option takes in one segment.",
    "RFC 9293 section 3.7.1",
);
static WINDOW_SCALE: FieldSpec = spec(
    "wscale",
    "Window scale",
    "The sender's later window fields count in units of two to this power.",
    "RFC 7323 section 2.2",
);
static SACK_PERMITTED: FieldSpec = spec(
    "sack-permitted",
    "SACK permitted",
    "The sender understands acknowledgments of what lies behind a hole.",
    "RFC 2018 section 2",
);
static SACK: FieldSpec = spec(
    "sack",
    "Selective acknowledgment",
    "Runs of bytes that arrived behind a hole.",
    "RFC 2018 section 3",
);
static TIMESTAMPS: FieldSpec = spec(
    "timestamps",
    "Timestamps",
    "The sender's clock, and the last clock value that it got from the other side.",
    "RFC 7323 section 3.2",
);
static UNKNOWN: FieldSpec = spec(
    "unknown-option",
    "Unknown option",
    "An option that is not understood and therefore skipped.",
    "RFC 9293 section 3.1",
);

impl TcpOption {
    /// Its size in bytes.
    pub fn len(&self) -> u16 {
        match self {
            Self::End | Self::Nop => 1,
            Self::Mss(_) => 4,
            Self::WindowScale(_) => 3,
            Self::SackPermitted => 2,
            Self::Sack(blocks) => 2 + u16::try_from(blocks.len() * 8).unwrap_or(0),
            Self::Timestamps { .. } => 10,
            Self::Unknown { data, .. } => 2 + u16::try_from(data.len()).unwrap_or(0),
        }
    }

    /// Never: an option has at least its kind.
    pub const fn is_empty(&self) -> bool {
        false
    }

    pub(super) fn encode(&self, out: &mut Encoder) {
        let shown = || text(self.to_string());
        match self {
            Self::End => out.bytes(&END, &[0], shown),
            Self::Nop => out.bytes(&NOP, &[1], shown),
            Self::Mss(mss) => {
                let [high, low] = mss.to_be_bytes();
                out.bytes(&MSS, &[2, 4, high, low], || number((*mss).into(), format!("{mss} B")));
            }
            Self::WindowScale(shift) => out.bytes(&WINDOW_SCALE, &[3, 3, *shift], || {
                number((*shift).into(), format!("{shift}: windows × {}", 1_u64 << (*shift).min(14)))
            }),
            Self::SackPermitted => out.bytes(&SACK_PERMITTED, &[4, 2], shown),
            Self::Sack(blocks) => {
                let mut bytes = vec![5, self.len_byte()];
                for (first, behind) in blocks {
                    bytes.extend(first.to_be_bytes());
                    bytes.extend(behind.to_be_bytes());
                }
                let list = blocks.iter().map(|(first, behind)| format!("{first}-{behind}"));
                out.bytes(&SACK, &bytes, || {
                    let list: Vec<String> = list.collect();
                    let shown = list.join(", ");
                    (FieldValue::List(list), shown)
                });
            }
            Self::Timestamps { value, echo } => {
                let mut bytes = [8, 10, 0, 0, 0, 0, 0, 0, 0, 0];
                bytes[2..6].copy_from_slice(&value.to_be_bytes());
                bytes[6..].copy_from_slice(&echo.to_be_bytes());
                out.bytes(&TIMESTAMPS, &bytes, || {
                    let shown = format!("clock {value} ms, echo {echo} ms");
                    (FieldValue::List(vec![value.to_string(), echo.to_string()]), shown)
                });
            }
            Self::Unknown { kind, data } => {
                let mut bytes = vec![*kind, self.len_byte()];
                bytes.extend(data);
                out.bytes(&UNKNOWN, &bytes, shown);
            }
        }
    }

    fn len_byte(&self) -> u8 {
        u8::try_from(self.len()).unwrap_or(u8::MAX)
    }
}

/// As tcpdump prints it: `mss 1460`.
impl fmt::Display for TcpOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::End => f.write_str("eol"),
            Self::Nop => f.write_str("nop"),
            Self::Mss(mss) => write!(f, "mss {mss}"),
            Self::WindowScale(shift) => write!(f, "wscale {shift}"),
            Self::SackPermitted => f.write_str("sackOK"),
            Self::Sack(blocks) => {
                write!(f, "sack {} ", blocks.len())?;
                blocks.iter().try_for_each(|(first, behind)| write!(f, "{{{first}:{behind}}}"))
            }
            Self::Timestamps { value, echo } => write!(f, "TS val {value} ecr {echo}"),
            Self::Unknown { kind, data } => write!(f, "unknown-{kind} {} B", data.len()),
        }
    }
}

/// Reads the options of a header; `bytes` is what follows its first 20.
pub(super) fn decode(bytes: &[u8]) -> Result<Vec<TcpOption>, DecodeError> {
    // Two for padding and the timestamps, in most segments.
    let mut options = Vec::with_capacity(if bytes.is_empty() { 0 } else { 4 });
    let mut at = 0;
    while let Some(&kind) = bytes.get(at) {
        let refuse = |rule| Err(DecodeError::new(20 + at, rule));
        match kind {
            0 => {
                if bytes[at..].iter().any(|&byte| byte != 0) {
                    return refuse("after the end of options comes zero (RFC 9293 section 3.1)");
                }
                options.push(TcpOption::End);
                return Ok(options);
            }
            1 => {
                options.push(TcpOption::Nop);
                at += 1;
                continue;
            }
            _ => {}
        }
        let Some(&len) = bytes.get(at + 1) else {
            return refuse("the option's length is missing (RFC 9293 section 3.2)");
        };
        if len < 2 {
            return refuse("an option's length counts kind and length too (RFC 9293 section 3.2)");
        }
        let Some(value) = bytes.get(at + 2..at + usize::from(len)) else {
            return refuse("the option is longer than the header (RFC 9293 section 3.1)");
        };
        match read(kind, value) {
            Ok(option) => options.push(option),
            Err(rule) => return refuse(rule),
        }
        at += usize::from(len);
    }
    Ok(options)
}

fn read(kind: u8, value: &[u8]) -> Result<TcpOption, &'static str> {
    match (kind, value) {
        (2, [high, low]) => Ok(TcpOption::Mss(u16::from_be_bytes([*high, *low]))),
        (2, _) => Err("the maximum segment size has length 4 (RFC 9293 section 3.7.1)"),
        (3, [shift]) => Ok(TcpOption::WindowScale(*shift)),
        (3, _) => Err("the window scale has length 3 (RFC 7323 section 2.2)"),
        (4, []) => Ok(TcpOption::SackPermitted),
        (4, _) => Err("SACK-permitted has length 2 (RFC 2018 section 2)"),
        (5, blocks) if !blocks.is_empty() && blocks.len().is_multiple_of(8) => {
            let long = |bytes: &[u8]| bytes.iter().fold(0, |n, byte| n << 8 | u32::from(*byte));
            let pairs = blocks.chunks_exact(8).map(|pair| (long(&pair[..4]), long(&pair[4..])));
            Ok(TcpOption::Sack(pairs.collect()))
        }
        (5, _) => Err("SACK has 8 bytes per block (RFC 2018 section 3)"),
        (8, [a, b, c, d, e, f, g, h]) => Ok(TcpOption::Timestamps {
            value: u32::from_be_bytes([*a, *b, *c, *d]),
            echo: u32::from_be_bytes([*e, *f, *g, *h]),
        }),
        (8, _) => Err("timestamps have length 10 (RFC 7323 section 3.2)"),
        (kind, data) => Ok(TcpOption::Unknown { kind, data: data.to_vec() }),
    }
}
