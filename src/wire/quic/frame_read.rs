//! The frames of a packet read, RFC 9000 sections 12.4 and 19.

use super::super::Payload;
use super::super::encoder::DecodeError;
use super::frame::{Ack, Frame};
use super::varint::{MAX, Reader};
use super::{Cid, Kind};

/// The largest position in a stream (section 19.8).
const OFFSET_RULE: &str = "no stream is longer than 2^62 - 1 bytes (RFC 9000 section 19.8)";
const SHORT: &str = "the frame is as long as its type says (RFC 9000 section 12.4)";

impl Frame {
    /// Reads all frames of a packet of this kind.
    ///
    /// # Errors
    /// At the byte of the payload and by the rule that is broken.
    pub fn decode_all(payload: &Payload, kind: Kind) -> Result<Vec<Self>, DecodeError> {
        let bytes = payload.to_vec();
        let mut reader = Reader::new(&bytes);
        let mut frames = Vec::new();
        while !reader.is_empty() {
            let at = reader.at();
            let frame = decode(&mut reader, payload)?;
            if !allowed(&frame, kind) {
                let rule = "not every frame may travel in every packet (RFC 9000 section 12.4)";
                return Err(DecodeError::new(at, rule));
            }
            match (frames.last_mut(), frame) {
                (Some(Self::Padding(count)), Self::Padding(more)) => *count += more,
                (_, frame) => frames.push(frame),
            }
        }
        if frames.is_empty() {
            let rule = "a packet has at least one frame (RFC 9000 section 12.4)";
            return Err(DecodeError::new(0, rule));
        }
        Ok(frames)
    }
}

/// Table 3 of section 12.4.
const fn allowed(frame: &Frame, kind: Kind) -> bool {
    match kind {
        Kind::OneRtt => true,
        Kind::ZeroRtt => !matches!(
            frame,
            Frame::Ack(_)
                | Frame::Crypto { .. }
                | Frame::HandshakeDone
                | Frame::NewToken(_)
                | Frame::PathResponse(_)
                | Frame::RetireConnectionId(_)
        ),
        _ => matches!(
            frame,
            Frame::Padding(_)
                | Frame::Ping
                | Frame::Ack(_)
                | Frame::Crypto { .. }
                | Frame::ConnectionClose { application: false, .. }
        ),
    }
}

fn decode(reader: &mut Reader<'_>, payload: &Payload) -> Result<Frame, DecodeError> {
    let start = *reader;
    let kind = reader.varint()?;
    if reader.at() - start.at() > 1 {
        let rule = "a frame's type takes the fewest bytes (RFC 9000 section 12.4)";
        return Err(start.error(rule));
    }
    Ok(match kind {
        0 => {
            let mut next = *reader;
            let mut count = 1;
            while next.byte(SHORT) == Ok(0) {
                count += 1;
                *reader = next;
            }
            Frame::Padding(count)
        }
        1 => Frame::Ping,
        2 | 3 => Frame::Ack(ack(reader, kind == 3)?),
        4 => Frame::ResetStream {
            id: reader.varint()?,
            error: reader.varint()?,
            final_size: reader.varint()?,
        },
        5 => Frame::StopSending { id: reader.varint()?, error: reader.varint()? },
        6 => {
            let offset = reader.varint()?;
            let len = reader.varint()?;
            Frame::Crypto { offset, data: data(reader, payload, offset, len)? }
        }
        7 => {
            let len = reader.varint()?;
            if len == 0 {
                return Err(reader.error("a token is not empty (RFC 9000 section 19.7)"));
            }
            Frame::NewToken(reader.take(len, SHORT)?.to_vec())
        }
        0x08..=0x0f => stream(reader, payload, kind)?,
        0x10 => Frame::MaxData(reader.varint()?),
        0x11 => Frame::MaxStreamData { id: reader.varint()?, max: reader.varint()? },
        0x12 | 0x13 => Frame::MaxStreams { bidi: kind == 0x12, max: streams(reader)? },
        0x14 => Frame::DataBlocked(reader.varint()?),
        0x15 => Frame::StreamDataBlocked { id: reader.varint()?, max: reader.varint()? },
        0x16 | 0x17 => Frame::StreamsBlocked { bidi: kind == 0x16, max: streams(reader)? },
        0x18 => new_connection_id(reader)?,
        0x19 => Frame::RetireConnectionId(reader.varint()?),
        0x1a => Frame::PathChallenge(eight(reader)?),
        0x1b => Frame::PathResponse(eight(reader)?),
        0x1c | 0x1d => close(reader, kind == 0x1d)?,
        0x1e => Frame::HandshakeDone,
        _ => return Err(start.error("there is no frame of this type (RFC 9000 section 12.4)")),
    })
}

fn ack(reader: &mut Reader<'_>, ecn: bool) -> Result<Ack, DecodeError> {
    const RULE: &str = "no packet number is negative (RFC 9000 section 19.3.1)";
    let largest = reader.varint()?;
    let delay = reader.varint()?;
    let count = reader.varint()?;
    let below = |reader: &Reader<'_>, from: u64, by: u64| {
        from.checked_sub(by).ok_or_else(|| reader.error(RULE))
    };
    let len = reader.varint()?;
    let mut first = below(reader, largest, len)?;
    let mut ranges = vec![(first, largest)];
    for _ in 0..count {
        let gap = reader.varint()?;
        let last = below(reader, first, gap + 2)?;
        let len = reader.varint()?;
        first = below(reader, last, len)?;
        ranges.push((first, last));
    }
    let ecn = match ecn {
        true => Some([reader.varint()?, reader.varint()?, reader.varint()?]),
        false => None,
    };
    Ok(Ack { delay, ranges, ecn })
}

fn stream(reader: &mut Reader<'_>, payload: &Payload, kind: u64) -> Result<Frame, DecodeError> {
    let id = reader.varint()?;
    let offset = if kind & 4 == 0 { 0 } else { reader.varint()? };
    let len = match kind & 2 {
        0 => payload.len() - reader.at() as u64,
        _ => reader.varint()?,
    };
    let data = data(reader, payload, offset, len)?;
    Ok(Frame::Stream { id, offset, fin: kind & 1 != 0, data })
}

fn data(
    reader: &mut Reader<'_>,
    payload: &Payload,
    offset: u64,
    len: u64,
) -> Result<Payload, DecodeError> {
    if offset.checked_add(len).is_none_or(|end| end > MAX) {
        return Err(reader.error(OFFSET_RULE));
    }
    let start = reader.at() as u64;
    reader.take(len, SHORT)?;
    Ok(payload.slice(start..start + len))
}

fn streams(reader: &mut Reader<'_>) -> Result<u64, DecodeError> {
    let start = *reader;
    let max = reader.varint()?;
    if max > 1 << 60 {
        return Err(start.error("there are at most 2^60 streams (RFC 9000 section 19.11)"));
    }
    Ok(max)
}

fn eight(reader: &mut Reader<'_>) -> Result<[u8; 8], DecodeError> {
    let mut data = [0; 8];
    data.copy_from_slice(reader.take(8, SHORT)?);
    Ok(data)
}

fn new_connection_id(reader: &mut Reader<'_>) -> Result<Frame, DecodeError> {
    let seq = reader.varint()?;
    let start = *reader;
    let retire_prior_to = reader.varint()?;
    if retire_prior_to > seq {
        return Err(start.error("no ID retires itself (RFC 9000 section 19.15)"));
    }
    let start = *reader;
    let len = reader.byte(SHORT)?;
    let cid = Cid::new(reader.take(len.into(), SHORT)?).filter(|cid| !cid.is_empty());
    let rule = "a new ID has 1 to 20 bytes (RFC 9000 section 19.15)";
    let cid = cid.ok_or_else(|| start.error(rule))?;
    let mut token = [0; 16];
    token.copy_from_slice(reader.take(16, SHORT)?);
    Ok(Frame::NewConnectionId { seq, retire_prior_to, cid, token })
}

fn close(reader: &mut Reader<'_>, application: bool) -> Result<Frame, DecodeError> {
    let error = reader.varint()?;
    let frame = if application { 0 } else { reader.varint()? };
    let len = reader.varint()?;
    let start = *reader;
    let reason = core::str::from_utf8(reader.take(len, SHORT)?);
    let reason = reason.map_err(|_| start.error("the reason is UTF-8 (RFC 9000 section 19.19)"))?;
    Ok(Frame::ConnectionClose { application, error, frame, reason: reason.to_owned() })
}
