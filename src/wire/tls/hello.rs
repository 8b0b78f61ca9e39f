//! The two hellos (RFC 8446 sections 4.1.2 and 4.1.3); HelloRetryRequest is a ServerHello whose
//! random has a fixed value.

use super::extension::{self, Extension, Place};
use super::names;
use super::reader::Reader;
use crate::wire::encoder::{DecodeError, Encoder, FieldSpec, spec, text};

/// What a client can and wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientHello {
    /// 32 random bytes; they name the connection.
    pub random: [u8; 32],
    /// A session of TLS 1.2 to resume; in TLS 1.3 noise that middleboxes like to see.
    pub session: Vec<u8>,
    /// The ciphers, the dearest first.
    pub suites: Vec<u16>,
    /// What else it says.
    pub extensions: Vec<Extension>,
}

/// What the server has chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerHello {
    /// 32 random bytes, or [`RETRY_RANDOM`].
    pub random: [u8; 32],
    /// The session; in TLS 1.3 the client's noise again.
    pub session: Vec<u8>,
    /// The cipher.
    pub suite: u16,
    /// What else it says.
    pub extensions: Vec<Extension>,
}

/// The random that makes a ServerHello a HelloRetryRequest: SHA-256 of these words
/// (RFC 8446 section 4.1.3).
pub const RETRY_RANDOM: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// The end of the random by which a server that knows TLS 1.3 says that it speaks 1.2 here
/// (RFC 8446 section 4.1.3).
pub const DOWNGRADE: [u8; 8] = *b"DOWNGRD\x01";

const CLIENT: &str = "RFC 8446 section 4.1.2";
const SERVER: &str = "RFC 8446 section 4.1.3";
static VERSION: FieldSpec = spec(
    "legacy-version",
    "Legacy version",
    "Frozen at TLS 1.2; the true version stands in an extension.",
    CLIENT,
);
static RANDOM: FieldSpec =
    spec("random", "Random", "32 bytes of chance, so that no two handshakes are equal.", CLIENT);
static SESSION: FieldSpec = spec(
    "session-id",
    "Session ID",
    "Names a session to resume in TLS 1.2; TLS 1.3 fills it so that old middleboxes are content.",
    CLIENT,
);
static SUITES: FieldSpec =
    spec("cipher-suites", "Cipher suites", "The ciphers that the client knows.", CLIENT);
static SUITE: FieldSpec =
    spec("cipher-suite", "Cipher suite", "The cipher that the server has chosen.", SERVER);
static COMPRESSION: FieldSpec =
    spec("compression", "Compression", "Always none: compression gave secrets away.", CLIENT);

fn encode_start(random: &[u8; 32], session: &[u8], out: &mut Encoder) {
    out.bits_as(&VERSION, 16, 0x0303, |value| {
        let (field, _) = names::hex4(value);
        (field, "0x0303 (TLS 1.2)".to_owned())
    });
    out.bytes(&RANDOM, random, || {
        if *random == RETRY_RANDOM {
            return text("HelloRetryRequest".to_owned());
        }
        names::hex(random)
    });
    let len = u8::try_from(session.len()).unwrap_or(0);
    let bytes = [&[len][..], session].concat();
    out.bytes(&SESSION, &bytes, || names::hex(session));
}

fn decode_start(reader: &mut Reader<'_>) -> Result<([u8; 32], Vec<u8>), DecodeError> {
    let here = reader.clone();
    if reader.u16()? != 0x0303 {
        return here.refuse("a hello says version 0x0303 (RFC 8446 section 4.1.2)");
    }
    let mut random = [0; 32];
    random.copy_from_slice(reader.take(32)?);
    let session = reader.vector(1)?;
    if session.rest().len() > 32 {
        return session.refuse("a session ID has at most 32 bytes (RFC 8446 section 4.1.2)");
    }
    Ok((random, session.rest().to_vec()))
}

impl ClientHello {
    /// Writes what follows the message's header.
    pub fn encode(&self, out: &mut Encoder) {
        encode_start(&self.random, &self.session, out);
        let len = u16::try_from(self.suites.len() * 2).unwrap_or(0);
        let bytes = [&len.to_be_bytes()[..], &super::reader::u16s(&self.suites)].concat();
        out.bytes(&SUITES, &bytes, || names::list(names::suite, &self.suites));
        out.bytes(&COMPRESSION, &[1, 0], || text("none".to_owned()));
        extension::encode(&self.extensions, Place::Client, out);
    }

    pub(super) fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (random, session) = decode_start(reader)?;
        let suites = reader.vector(2)?;
        if suites.is_empty() {
            return suites.refuse("there is at least one suite (RFC 8446 section 4.1.2)");
        }
        let suites = suites.u16s()?;
        let compression = reader.vector(1)?;
        if compression.rest() != [0] {
            return compression.refuse("the only compression is none (RFC 8446 section 4.1.2)");
        }
        let extensions = extension::decode(reader, Place::Client)?;
        let offers = extensions.iter().position(|one| one.kind == extension::PRE_SHARED_KEY);
        if offers.is_some_and(|place| place + 1 != extensions.len()) {
            return reader.refuse("pre_shared_key is the last extension (RFC 8446 section 4.2.11)");
        }
        Ok(Self { random, session, suites, extensions })
    }

    /// The extension of a kind.
    pub fn extension(&self, kind: u16) -> Option<&Extension> {
        extension::find(&self.extensions, kind)
    }

    /// The name of the site that it asks for.
    pub fn server_name(&self) -> Option<String> {
        self.extension(extension::SERVER_NAME)?.as_server_name().ok()
    }
}

impl ServerHello {
    /// Whether it asks for another hello.
    pub fn is_retry(&self) -> bool {
        self.random == RETRY_RANDOM
    }

    /// Where its extensions stand.
    pub fn place(&self) -> Place {
        if self.is_retry() { Place::Retry } else { Place::Server }
    }

    /// Writes what follows the message's header.
    pub fn encode(&self, out: &mut Encoder) {
        encode_start(&self.random, &self.session, out);
        let name = names::suite(self.suite);
        out.bytes(&SUITE, &self.suite.to_be_bytes(), || text(name));
        out.bytes(&COMPRESSION, &[0], || text("none".to_owned()));
        extension::encode(&self.extensions, self.place(), out);
    }

    pub(super) fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (random, session) = decode_start(reader)?;
        let suite = reader.u16()?;
        let here = reader.clone();
        if reader.u8()? != 0 {
            return here.refuse("the only compression is none (RFC 8446 section 4.1.3)");
        }
        let mut hello = Self { random, session, suite, extensions: Vec::new() };
        hello.extensions = extension::decode(reader, hello.place())?;
        Ok(hello)
    }

    /// The extension of a kind.
    pub fn extension(&self, kind: u16) -> Option<&Extension> {
        extension::find(&self.extensions, kind)
    }
}
