//! Packet headers, RFC 9000 section 17, as they are before header protection.

use super::super::encoder::{
    DecodeError, Encoder, FieldSpec, FieldValue, number as shown, spec, text,
};
use super::varint::{self, Reader};
use super::{CID_LEN, Cid, TAG_LEN, VERSION, hex};

/// What kind of packet it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The first packets, with keys that everyone on the path can compute (section 17.2.2).
    Initial,
    /// Early data under the keys of an earlier session (section 17.2.3).
    ZeroRtt,
    /// The rest of the handshake (section 17.2.4).
    Handshake,
    /// A server asks for the token back before it does anything (section 17.2.5).
    Retry,
    /// A server does not speak the client's version (section 17.2.1).
    VersionNegotiation,
    /// Everything after the handshake, with a short header (section 17.3.1).
    OneRtt,
}

impl Kind {
    /// The stable name: `initial`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::ZeroRtt => "zero-rtt",
            Self::Handshake => "handshake",
            Self::Retry => "retry",
            Self::VersionNegotiation => "version-negotiation",
            Self::OneRtt => "one-rtt",
        }
    }

    /// What a person reads: `0-RTT`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Initial => "Initial",
            Self::ZeroRtt => "0-RTT",
            Self::Handshake => "Handshake",
            Self::Retry => "Retry",
            Self::VersionNegotiation => "Version Negotiation",
            Self::OneRtt => "1-RTT",
        }
    }

    /// The two type bits of a long header (table 5).
    const fn bits(self) -> u8 {
        match self {
            Self::ZeroRtt => 1,
            Self::Handshake => 2,
            Self::Retry => 3,
            Self::Initial | Self::VersionNegotiation | Self::OneRtt => 0,
        }
    }
}

/// The header of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// What kind of packet it is.
    pub kind: Kind,
    /// The connection ID that the receiver gave out.
    pub dcid: Cid,
    /// The connection ID of the sender; a short header has none.
    pub scid: Cid,
    /// The token of an Initial or Retry.
    pub token: Vec<u8>,
    /// The low bytes of the packet number, in `number_len` bytes.
    pub number: u64,
    /// How many bytes of the packet number travel, from 1 to 4.
    pub number_len: u8,
    /// How many bytes follow the packet number, the tag of protection included.
    pub payload_len: u64,
    /// The spin bit of a short header, which lets the path see round trips (section 17.4).
    pub spin: bool,
    /// The key phase of a short header (RFC 9001 section 6).
    pub key_phase: bool,
    /// The integrity tag of a Retry (RFC 9001 section 5.8).
    pub retry_tag: [u8; 16],
    /// The versions of a Version Negotiation.
    pub versions: Vec<u32>,
}

const LONG: &str = "RFC 9000 section 17.2";
static FIRST: FieldSpec = spec(
    "flags",
    "First byte",
    "Long or short header, the kind of packet, and how long the packet number is.",
    "RFC 9000 sections 17.2 and 17.3",
);
static VERSION_FIELD: FieldSpec =
    spec("version", "Version", "Which QUIC this is; 0 announces a choice.", LONG);
static DCID_LEN: FieldSpec =
    spec("dcid-len", "Destination ID length", "Bytes of the destination connection ID.", LONG);
static DCID: FieldSpec = spec(
    "dcid",
    "Destination connection ID",
    "Names the connection to its receiver, whatever address the packet comes from.",
    "RFC 9000 section 5.1",
);
static SCID_LEN: FieldSpec =
    spec("scid-len", "Source ID length", "Bytes of the source connection ID.", LONG);
static SCID: FieldSpec = spec(
    "scid",
    "Source connection ID",
    "What the sender wants to be called in packets to it.",
    "RFC 9000 section 7.2",
);
static TOKEN_LEN: FieldSpec =
    spec("token-len", "Token length", "Bytes of the token.", "RFC 9000 section 17.2.2");
static TOKEN: FieldSpec = spec(
    "token",
    "Token",
    "Proves that the client receives packets at its address: it came from the server.",
    "RFC 9000 section 8.1",
);
static LENGTH: FieldSpec = spec(
    "length",
    "Length",
    "Packet number and payload in bytes, so that another packet can follow in the datagram.",
    LONG,
);
static NUMBER: FieldSpec = spec(
    "packet-number",
    "Packet number",
    "The low bytes of a number that is never used twice; protected against observers.",
    "RFC 9000 section 17.1",
);
static RETRY_TAG: FieldSpec = spec(
    "retry-tag",
    "Retry integrity tag",
    "Shows that the Retry answers this client's Initial.",
    "RFC 9001 section 5.8",
);
static SUPPORTED: FieldSpec = spec(
    "supported-version",
    "Supported version",
    "A version that the server speaks.",
    "RFC 9000 section 17.2.1",
);

impl Header {
    /// A header without token.
    pub const fn new(kind: Kind, dcid: Cid, scid: Cid) -> Self {
        Self {
            kind,
            dcid,
            scid,
            token: Vec::new(),
            number: 0,
            number_len: 1,
            payload_len: 0,
            spin: false,
            key_phase: false,
            retry_tag: [0; 16],
            versions: Vec::new(),
        }
    }

    /// The size in bytes, the packet number included.
    pub fn size(&self) -> u64 {
        let dcid = u64::from(self.dcid.len());
        if self.kind == Kind::OneRtt {
            return 1 + dcid + u64::from(self.number_len);
        }
        let ids = 7 + dcid + u64::from(self.scid.len());
        let token = self.token.len() as u64;
        ids + match self.kind {
            Kind::Initial => varint::len(token) + token + 2 + u64::from(self.number_len),
            Kind::Retry => token + TAG_LEN,
            Kind::VersionNegotiation => 4 * self.versions.len() as u64,
            _ => 2 + u64::from(self.number_len),
        }
    }

    /// Writes the header, the packet number included.
    pub fn encode(&self, out: &mut Encoder) {
        let len_bits = self.number_len.clamp(1, 4) - 1;
        let first = match self.kind {
            Kind::OneRtt => {
                0x40 | u8::from(self.spin) << 5 | u8::from(self.key_phase) << 2 | len_bits
            }
            Kind::VersionNegotiation => 0xc0,
            Kind::Retry => 0xc0 | self.kind.bits() << 4,
            kind => 0xc0 | kind.bits() << 4 | len_bits,
        };
        out.bytes(&FIRST, &[first], || {
            let form = if self.kind == Kind::OneRtt { "short" } else { "long" };
            shown(first.into(), format!("{first:#04x}: {form} header, {}", self.kind.name()))
        });
        let cid = |out: &mut Encoder, spec, cid: &Cid| {
            out.bytes(spec, cid.as_bytes(), || text(cid.to_string()));
        };
        if self.kind == Kind::OneRtt {
            cid(out, &DCID, &self.dcid);
            return self.encode_number(out);
        }
        let version = if self.kind == Kind::VersionNegotiation { 0 } else { VERSION };
        out.bits(&VERSION_FIELD, 32, version);
        out.bits(&DCID_LEN, 8, self.dcid.len().into());
        cid(out, &DCID, &self.dcid);
        out.bits(&SCID_LEN, 8, self.scid.len().into());
        cid(out, &SCID, &self.scid);
        match self.kind {
            Kind::Retry => {
                out.bytes(&TOKEN, &self.token, || text(hex(&self.token)));
                return out.bytes(&RETRY_TAG, &self.retry_tag, || text(hex(&self.retry_tag)));
            }
            Kind::VersionNegotiation => {
                self.versions.iter().for_each(|version| out.bits(&SUPPORTED, 32, *version));
                return;
            }
            Kind::Initial => {
                varint::field(out, &TOKEN_LEN, self.token.len() as u64, " B");
                if !self.token.is_empty() {
                    out.bytes(&TOKEN, &self.token, || text(hex(&self.token)));
                }
            }
            Kind::ZeroRtt | Kind::Handshake | Kind::OneRtt => {}
        }
        let len = self.payload_len + u64::from(self.number_len);
        let mut bytes = Vec::with_capacity(2);
        // Two bytes, so that the size of a packet is known before its payload.
        varint::put_wide(&mut bytes, len, 2);
        out.bytes(&LENGTH, &bytes, || (FieldValue::Number(len), format!("{len} B")));
        self.encode_number(out);
    }

    fn encode_number(&self, out: &mut Encoder) {
        let len = usize::from(self.number_len.clamp(1, 4));
        let bytes = self.number.to_be_bytes();
        let number = self.number;
        out.bytes(&NUMBER, &bytes[8 - len..], || (FieldValue::Number(number), number.to_string()));
    }

    /// Reads the header at the front of `bytes`; returns it and its size. The connection IDs of
    /// short headers have [`CID_LEN`] bytes.
    ///
    /// # Errors
    /// At the byte and by the rule that the bytes break.
    pub fn decode(bytes: &[u8]) -> Result<(Self, u64), DecodeError> {
        let mut reader = Reader::new(bytes);
        let first = reader.byte("a packet has a first byte (RFC 9000 section 17)")?;
        if first & 0x80 == 0 {
            return Self::decode_short(first, reader);
        }
        let version = word(&mut reader)?;
        let dcid = read_cid(&mut reader)?;
        let scid = read_cid(&mut reader)?;
        let mut header = Self::new(Kind::VersionNegotiation, dcid, scid);
        if version == 0 {
            while !reader.is_empty() {
                header.versions.push(word(&mut reader)?);
            }
            return Ok((header, reader.at() as u64));
        }
        if version != VERSION {
            return Err(DecodeError::new(1, "the version is 1 (RFC 9000 section 15)"));
        }
        if first & 0x40 == 0 {
            return Err(DecodeError::new(0, "the fixed bit is 1 (RFC 9000 section 17.2)"));
        }
        header.kind = match first >> 4 & 3 {
            0 => Kind::Initial,
            1 => Kind::ZeroRtt,
            2 => Kind::Handshake,
            _ => Kind::Retry,
        };
        if header.kind == Kind::Retry {
            let rest = reader.rest();
            let Some((token, tag)) = rest.split_last_chunk::<16>() else {
                let rule = "a Retry ends with a tag of 16 bytes (RFC 9000 section 17.2.5)";
                return Err(DecodeError::new(bytes.len(), rule));
            };
            header.token = token.to_vec();
            header.retry_tag = *tag;
            return Ok((header, bytes.len() as u64));
        }
        reserved(first, 0x0c)?;
        if header.kind == Kind::Initial {
            let len = reader.varint()?;
            let rule = "the token is as long as it says (RFC 9000 section 17.2.2)";
            header.token = reader.take(len, rule)?.to_vec();
        }
        let len = reader.varint()?;
        header.number_len = (first & 3) + 1;
        let left = (bytes.len() - reader.at()) as u64;
        if len > left || len < u64::from(header.number_len) + TAG_LEN {
            let rule = "the length holds number and tag and fits (RFC 9000 section 17.2)";
            return Err(reader.error(rule));
        }
        header.payload_len = len - u64::from(header.number_len);
        header.number = read_number(&mut reader, header.number_len)?;
        Ok((header, reader.at() as u64))
    }

    fn decode_short(first: u8, mut reader: Reader<'_>) -> Result<(Self, u64), DecodeError> {
        if first & 0x40 == 0 {
            return Err(DecodeError::new(0, "the fixed bit is 1 (RFC 9000 section 17.3.1)"));
        }
        reserved(first, 0x18)?;
        let rule = "a short header begins with the connection ID (RFC 9000 section 17.3.1)";
        let dcid = Cid::new(reader.take(CID_LEN as u64, rule)?).unwrap_or_default();
        let number_len = (first & 3) + 1;
        let number = read_number(&mut reader, number_len)?;
        let size = reader.at() as u64;
        let payload_len = reader.rest().len() as u64;
        if payload_len < TAG_LEN {
            let rule = "a packet ends with a tag of 16 bytes (RFC 9001 section 5.3)";
            return Err(DecodeError::new(reader.at(), rule));
        }
        let header = Self {
            number,
            number_len,
            payload_len,
            spin: first & 0x20 != 0,
            key_phase: first & 4 != 0,
            ..Self::new(Kind::OneRtt, dcid, Cid::default())
        };
        Ok((header, size))
    }
}

fn reserved(first: u8, bits: u8) -> Result<(), DecodeError> {
    if first & bits == 0 {
        return Ok(());
    }
    Err(DecodeError::new(0, "the reserved bits are 0 (RFC 9000 sections 17.2 and 17.3.1)"))
}

fn word(reader: &mut Reader<'_>) -> Result<u32, DecodeError> {
    let bytes = reader.take(4, "a version has four bytes (RFC 9000 section 17.2)")?;
    Ok(bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte)))
}

fn read_number(reader: &mut Reader<'_>, len: u8) -> Result<u64, DecodeError> {
    let rule = "the packet number is as long as the first byte says (RFC 9000 section 17.1)";
    let bytes = reader.take(len.into(), rule)?;
    Ok(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

fn read_cid(reader: &mut Reader<'_>) -> Result<Cid, DecodeError> {
    const RULE: &str = "a connection ID has at most 20 bytes (RFC 9000 section 17.2)";
    let len = reader.byte(RULE)?;
    let refused = reader.error(RULE);
    let bytes = reader.take(len.into(), RULE)?;
    Cid::new(bytes).ok_or(refused)
}
