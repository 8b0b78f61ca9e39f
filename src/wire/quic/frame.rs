//! Frames: what a packet carries, RFC 9000 section 19.

use core::fmt;

use super::super::Payload;
use super::super::encoder::{Encoder, FieldSpec, FieldValue, spec, text};
use super::varint;
use super::{Cid, hex};

/// A frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Bytes without meaning (section 19.1): how many.
    Padding(u64),
    /// Asks for an acknowledgment (section 19.2).
    Ping,
    /// What arrived (section 19.3).
    Ack(Ack),
    /// The sender gives a stream up (section 19.4).
    ResetStream {
        /// Which stream.
        id: u64,
        /// Why, in the application's numbers.
        error: u64,
        /// How many bytes were sent on it in all.
        final_size: u64,
    },
    /// The receiver does not want a stream any more (section 19.5).
    StopSending {
        /// Which stream.
        id: u64,
        /// Why, in the application's numbers.
        error: u64,
    },
    /// A stretch of the handshake's messages (section 19.6).
    Crypto {
        /// Where it begins.
        offset: u64,
        /// The bytes.
        data: Payload,
    },
    /// A token for the next connection (section 19.7).
    NewToken(Vec<u8>),
    /// A stretch of a stream (section 19.8).
    Stream {
        /// Which stream.
        id: u64,
        /// Where it begins.
        offset: u64,
        /// Whether the stream ends with it.
        fin: bool,
        /// The bytes.
        data: Payload,
    },
    /// How many bytes the peer may send on all streams (section 19.9).
    MaxData(u64),
    /// How many bytes the peer may send on a stream (section 19.10).
    MaxStreamData {
        /// Which stream.
        id: u64,
        /// How many.
        max: u64,
    },
    /// How many streams the peer may open (section 19.11).
    MaxStreams {
        /// Whether of those with two directions.
        bidi: bool,
        /// How many.
        max: u64,
    },
    /// The connection's limit holds data back (section 19.12).
    DataBlocked(u64),
    /// A stream's limit holds data back (section 19.13).
    StreamDataBlocked {
        /// Which stream.
        id: u64,
        /// The limit.
        max: u64,
    },
    /// The limit on streams holds one back (section 19.14).
    StreamsBlocked {
        /// Whether of those with two directions.
        bidi: bool,
        /// The limit.
        max: u64,
    },
    /// Another name for the connection (section 19.15).
    NewConnectionId {
        /// Its number.
        seq: u64,
        /// Names with smaller numbers are to be given up.
        retire_prior_to: u64,
        /// The name.
        cid: Cid,
        /// What resets the connection when its state is lost (section 10.3).
        token: [u8; 16],
    },
    /// A name will not be used any more (section 19.16).
    RetireConnectionId(u64),
    /// Asks whether the peer is reachable on a path (section 19.17).
    PathChallenge([u8; 8]),
    /// The answer, with the same bytes (section 19.18).
    PathResponse([u8; 8]),
    /// The end of the connection (section 19.19).
    ConnectionClose {
        /// Whether the application ends it, not QUIC.
        application: bool,
        /// Why.
        error: u64,
        /// The frame that was wrong; 0 if none; not sent by applications.
        frame: u64,
        /// Why, in words.
        reason: String,
    },
    /// The server says that the handshake is over (section 19.20).
    HandshakeDone,
}

/// What arrived (section 19.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ack {
    /// How long the largest waited for this frame, in the sender's unit (section 13.2.5).
    pub delay: u64,
    /// Stretches of packet numbers, first and last, from the largest down; at least one.
    pub ranges: Vec<(u64, u64)>,
    /// How many packets came with ECT(0), ECT(1) and CE.
    pub ecn: Option<[u64; 3]>,
}

impl Ack {
    /// The largest packet number that arrived.
    pub fn largest(&self) -> u64 {
        self.ranges.first().map_or(0, |(_, last)| *last)
    }
}

macro_rules! fields {
    ($($name:ident = $id:literal $label:literal $meaning:literal $clause:literal;)+) => {
        $(static $name: FieldSpec =
            spec($id, $label, $meaning, concat!("RFC 9000 section ", $clause));)+
    };
}

fields! {
    FRAME = "frame" "Frame" "A piece of what the packet says." "12.4";
    TYPE = "frame-type" "Type" "What the frame says." "19";
    LARGEST = "largest-acked" "Largest acknowledged" "The largest packet number that arrived." "19.3";
    DELAY = "ack-delay" "ACK delay" "How long it waited here, so that the other side can take that off its round trip." "13.2.5";
    RANGE_COUNT = "range-count" "Ranges" "How many more stretches follow." "19.3";
    FIRST_RANGE = "first-range" "First range" "How many packets below the largest arrived too." "19.3";
    GAP = "gap" "Gap" "One less than the packets that are missing." "19.3.1";
    RANGE = "range" "Range" "One less than the packets of the next stretch." "19.3.1";
    ECN = "ecn-count" "ECN count" "Packets that came with this mark." "19.3.2";
    STREAM = "stream-id" "Stream" "Which stream; its two low bits say who opened it and whether it has two directions." "2.1";
    OFFSET = "offset" "Offset" "Where in the stream the bytes belong." "19.8";
    LEN = "length" "Length" "How many bytes follow." "19.8";
    DATA = "stream-data" "Data" "The bytes." "19.8";
    CRYPTO_DATA = "crypto-data" "Handshake bytes" "A stretch of TLS handshake messages, without records." "19.6";
    ERROR = "error" "Error code" "Why." "20";
    FINAL_SIZE = "final-size" "Final size" "How many bytes were sent on the stream in all." "4.5";
    MAX = "maximum" "Maximum" "Counted from the start, so that a lost frame is made good by the next." "4.1";
    SEQ = "sequence" "Sequence number" "The number of the connection ID." "19.15";
    RETIRE = "retire-prior-to" "Retire prior to" "Connection IDs below are given up." "19.15";
    CID_LENGTH = "cid-len" "ID length" "Bytes of the connection ID." "19.15";
    CID = "cid" "Connection ID" "Another name for the connection." "5.1.1";
    RESET_TOKEN = "reset-token" "Stateless reset token" "Ends the connection when the other side has lost its state." "10.3";
    PATH_DATA = "path-data" "Data" "Eight bytes that nobody can guess; the answer repeats them." "8.2";
    BAD_FRAME = "bad-frame" "Frame type" "The frame that was wrong." "19.19";
    REASON_LEN = "reason-len" "Reason length" "Bytes of the reason." "19.19";
    REASON = "reason" "Reason" "Why, in words." "19.19";
    TOKEN = "new-token" "Token" "Validates the client's address when it comes back." "8.1.3";
    TOKEN_LEN = "new-token-len" "Token length" "Bytes of the token." "19.7";
}

impl Frame {
    /// The type on the wire.
    pub fn kind(&self) -> u64 {
        match self {
            Self::Padding(_) => 0,
            Self::Ping => 1,
            Self::Ack(ack) => 2 + u64::from(ack.ecn.is_some()),
            Self::ResetStream { .. } => 4,
            Self::StopSending { .. } => 5,
            Self::Crypto { .. } => 6,
            Self::NewToken(_) => 7,
            // With length, with offset unless it is 0 (section 19.8).
            Self::Stream { offset, fin, .. } => {
                0x0a | u64::from(*offset > 0) << 2 | u64::from(*fin)
            }
            Self::MaxData(_) => 0x10,
            Self::MaxStreamData { .. } => 0x11,
            Self::MaxStreams { bidi, .. } => 0x13 - u64::from(*bidi),
            Self::DataBlocked(_) => 0x14,
            Self::StreamDataBlocked { .. } => 0x15,
            Self::StreamsBlocked { bidi, .. } => 0x17 - u64::from(*bidi),
            Self::NewConnectionId { .. } => 0x18,
            Self::RetireConnectionId(_) => 0x19,
            Self::PathChallenge(_) => 0x1a,
            Self::PathResponse(_) => 0x1b,
            Self::ConnectionClose { application, .. } => 0x1c + u64::from(*application),
            Self::HandshakeDone => 0x1e,
        }
    }

    /// The name of the standard: `MAX_DATA`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Padding(_) => "PADDING",
            Self::Ping => "PING",
            Self::Ack(_) => "ACK",
            Self::ResetStream { .. } => "RESET_STREAM",
            Self::StopSending { .. } => "STOP_SENDING",
            Self::Crypto { .. } => "CRYPTO",
            Self::NewToken(_) => "NEW_TOKEN",
            Self::Stream { .. } => "STREAM",
            Self::MaxData(_) => "MAX_DATA",
            Self::MaxStreamData { .. } => "MAX_STREAM_DATA",
            Self::MaxStreams { .. } => "MAX_STREAMS",
            Self::DataBlocked(_) => "DATA_BLOCKED",
            Self::StreamDataBlocked { .. } => "STREAM_DATA_BLOCKED",
            Self::StreamsBlocked { .. } => "STREAMS_BLOCKED",
            Self::NewConnectionId { .. } => "NEW_CONNECTION_ID",
            Self::RetireConnectionId(_) => "RETIRE_CONNECTION_ID",
            Self::PathChallenge(_) => "PATH_CHALLENGE",
            Self::PathResponse(_) => "PATH_RESPONSE",
            Self::ConnectionClose { .. } => "CONNECTION_CLOSE",
            Self::HandshakeDone => "HANDSHAKE_DONE",
        }
    }

    /// Whether the receiver must acknowledge it (section 13.2: all but ACK, PADDING and
    /// `CONNECTION_CLOSE`).
    pub const fn is_ack_eliciting(&self) -> bool {
        !matches!(self, Self::Ack(_) | Self::Padding(_) | Self::ConnectionClose { .. })
    }

    /// The data that it carries, if it carries any.
    pub const fn data(&self) -> Option<&Payload> {
        match self {
            Self::Crypto { data, .. } | Self::Stream { data, .. } => Some(data),
            _ => None,
        }
    }

    /// The size in bytes, data included.
    pub fn size(&self) -> u64 {
        if let Self::Padding(count) = self {
            return *count;
        }
        let mut out = Encoder::new();
        self.encode_head(&mut out);
        out.into_bytes().len() as u64 + self.data().map_or(0, Payload::len)
    }

    /// Writes everything but the data that [`Frame::data`] gives.
    pub fn encode_head(&self, out: &mut Encoder) {
        if let Self::Padding(count) = self {
            return out.raw(&vec![0; usize::try_from(*count).unwrap_or(0)]);
        }
        varint::field(out, &TYPE, self.kind(), "");
        let mut numbers = |list: &[(&'static FieldSpec, u64)]| {
            list.iter().for_each(|(spec, value)| varint::field(out, spec, *value, ""));
        };
        match self {
            Self::Padding(_) | Self::Ping | Self::HandshakeDone => {}
            Self::Ack(ack) => encode_ack(ack, out),
            Self::ResetStream { id, error, final_size } => {
                numbers(&[(&STREAM, *id), (&ERROR, *error), (&FINAL_SIZE, *final_size)]);
            }
            Self::StopSending { id, error } => numbers(&[(&STREAM, *id), (&ERROR, *error)]),
            Self::Crypto { offset, data } => numbers(&[(&OFFSET, *offset), (&LEN, data.len())]),
            Self::NewToken(token) => {
                numbers(&[(&TOKEN_LEN, token.len() as u64)]);
                out.bytes(&TOKEN, token, || text(hex(token)));
            }
            Self::Stream { id, offset: 0, data, .. } => {
                numbers(&[(&STREAM, *id), (&LEN, data.len())]);
            }
            Self::Stream { id, offset, data, .. } => {
                numbers(&[(&STREAM, *id), (&OFFSET, *offset), (&LEN, data.len())]);
            }
            Self::MaxData(max)
            | Self::DataBlocked(max)
            | Self::MaxStreams { max, .. }
            | Self::StreamsBlocked { max, .. } => numbers(&[(&MAX, *max)]),
            Self::MaxStreamData { id, max } | Self::StreamDataBlocked { id, max } => {
                numbers(&[(&STREAM, *id), (&MAX, *max)]);
            }
            Self::NewConnectionId { seq, retire_prior_to, cid, token } => {
                numbers(&[(&SEQ, *seq), (&RETIRE, *retire_prior_to)]);
                out.bits(&CID_LENGTH, 8, cid.len().into());
                out.bytes(&CID, cid.as_bytes(), || text(cid.to_string()));
                out.bytes(&RESET_TOKEN, token, || text(hex(token)));
            }
            Self::RetireConnectionId(seq) => numbers(&[(&SEQ, *seq)]),
            Self::PathChallenge(data) | Self::PathResponse(data) => {
                out.bytes(&PATH_DATA, data, || text(hex(data)));
            }
            Self::ConnectionClose { application, error, frame, reason } => {
                numbers(&[(&ERROR, *error)]);
                if !application {
                    varint::field(out, &BAD_FRAME, *frame, "");
                }
                varint::field(out, &REASON_LEN, reason.len() as u64, " B");
                out.bytes(&REASON, reason.as_bytes(), || text(reason.clone()));
            }
        }
    }

    /// Writes the whole frame as one field with parts.
    pub fn encode_field(&self, out: &mut Encoder) {
        let group = out.open();
        self.encode_head(out);
        if let Some(data) = self.data() {
            let spec = if matches!(self, Self::Crypto { .. }) { &CRYPTO_DATA } else { &DATA };
            out.bytes(spec, &data.to_vec(), || {
                (FieldValue::Number(data.len()), format!("{} B", data.len()))
            });
        }
        out.close(group, &FRAME, || text(self.to_string()));
    }
}

fn encode_ack(ack: &Ack, out: &mut Encoder) {
    let mut ranges = ack.ranges.iter();
    let (mut first, last) = ranges.next().copied().unwrap_or_default();
    varint::field(out, &LARGEST, last, "");
    varint::field(out, &DELAY, ack.delay, "");
    varint::field(out, &RANGE_COUNT, ranges.len() as u64, "");
    varint::field(out, &FIRST_RANGE, last - first, "");
    for (low, high) in ranges {
        varint::field(out, &GAP, first.saturating_sub(high + 2), "");
        varint::field(out, &RANGE, high - low, "");
        first = *low;
    }
    ack.ecn.iter().flatten().for_each(|count| varint::field(out, &ECN, *count, ""));
}

/// The data of frames in order, as the payload of a packet before protection.
pub fn payload(frames: &[Frame]) -> Payload {
    let mut payload = Payload::new();
    let mut heads = Encoder::new();
    for frame in frames {
        frame.encode_head(&mut heads);
        if let Some(data) = frame.data() {
            payload.append(&core::mem::take(&mut heads).into_bytes().into());
            payload.append(data);
        }
    }
    payload.append(&heads.into_bytes().into());
    payload
}

/// In short: `STREAM 0, 0-1162, end`.
impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Ping | Self::HandshakeDone | Self::NewToken(_) => Ok(()),
            Self::Padding(count) => write!(f, " {count} B"),
            Self::Ack(ack) => {
                let list = ack.ranges.iter().map(|(first, last)| {
                    if first == last { first.to_string() } else { format!("{first}-{last}") }
                });
                write!(f, " {}", list.collect::<Vec<_>>().join(", "))
            }
            Self::Crypto { offset, data } => write!(f, " {offset}-{}", offset + data.len()),
            Self::Stream { id, offset, fin, data } => {
                let end = if *fin { ", end" } else { "" };
                write!(f, " {id}, {offset}-{}{end}", offset + data.len())
            }
            Self::ResetStream { id, error, .. } | Self::StopSending { id, error } => {
                write!(f, " {id}, error {error}")
            }
            Self::MaxData(max)
            | Self::DataBlocked(max)
            | Self::MaxStreams { max, .. }
            | Self::StreamsBlocked { max, .. } => write!(f, " {max}"),
            Self::MaxStreamData { id, max } | Self::StreamDataBlocked { id, max } => {
                write!(f, " {id}, {max}")
            }
            Self::NewConnectionId { seq, .. } | Self::RetireConnectionId(seq) => {
                write!(f, " {seq}")
            }
            Self::PathChallenge(data) | Self::PathResponse(data) => write!(f, " {}", hex(data)),
            Self::ConnectionClose { error, .. } => write!(f, " {error:#x}"),
        }
    }
}
