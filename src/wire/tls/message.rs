//! Handshake messages: a type, a length, and what the type says (RFC 8446 section 4, RFC 5246
//! section 7.4).

use std::sync::Arc;

use super::extension::{self, Extension, Place};
use super::hello::{ClientHello, ServerHello};
use super::reader::{Reader, u16s, vector};
use super::{Version, names, x509};
use crate::wire::encoder::{DecodeError, Encoder, FieldSpec, number, spec, text};

/// A handshake message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// What the client can.
    ClientHello(ClientHello),
    /// What the server has chosen, or HelloRetryRequest.
    ServerHello(ServerHello),
    /// A session to keep.
    NewSessionTicket(Ticket),
    /// No early data follows.
    EndOfEarlyData,
    /// What the server answers in secret.
    EncryptedExtensions(Vec<Extension>),
    /// A chain of certificates, the own one first.
    Certificate(Vec<Arc<[u8]>>),
    /// The server's fresh key in TLS 1.2, signed.
    ServerKeyExchange {
        /// The group.
        group: u16,
        /// The public half.
        key: Vec<u8>,
        /// How it is signed.
        scheme: u16,
        /// The signature.
        signature: Vec<u8>,
    },
    /// The server wants a certificate; the schemes it can check.
    CertificateRequest(Vec<u16>),
    /// The server's part of TLS 1.2 is done.
    ServerHelloDone,
    /// The proof that the sender has the certificate's key.
    CertificateVerify {
        /// How it is signed.
        scheme: u16,
        /// The signature.
        signature: Vec<u8>,
    },
    /// The client's fresh key in TLS 1.2.
    ClientKeyExchange(Vec<u8>),
    /// The proof that both saw the same handshake.
    Finished(Vec<u8>),
    /// The sender goes on with new keys; whether the receiver is to do the same.
    KeyUpdate(bool),
}

/// A session that a client may keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// For how many seconds.
    pub lifetime: u32,
    /// What is added to its age, so that nobody can follow it; TLS 1.3 only.
    pub age_add: u32,
    /// Tells the tickets of a connection apart; TLS 1.3 only.
    pub nonce: Vec<u8>,
    /// The ticket: only the server can read it.
    pub ticket: Vec<u8>,
    /// What else it says; TLS 1.3 only.
    pub extensions: Vec<Extension>,
}

/// The types: number, name, and where they are defined.
const TYPES: &[(u8, &str, &str)] = &[
    (1, "ClientHello", "client-hello"),
    (2, "ServerHello", "server-hello"),
    (4, "NewSessionTicket", "new-session-ticket"),
    (5, "EndOfEarlyData", "end-of-early-data"),
    (8, "EncryptedExtensions", "encrypted-extensions"),
    (11, "Certificate", "certificate"),
    (12, "ServerKeyExchange", "server-key-exchange"),
    (13, "CertificateRequest", "certificate-request"),
    (14, "ServerHelloDone", "server-hello-done"),
    (15, "CertificateVerify", "certificate-verify"),
    (16, "ClientKeyExchange", "client-key-exchange"),
    (20, "Finished", "finished"),
    (24, "KeyUpdate", "key-update"),
];

const CLAUSE: &str = "RFC 8446 section 4";
static TYPE: FieldSpec = spec("handshake-type", "Message", "Which message this is.", CLAUSE);
static LENGTH: FieldSpec =
    spec("handshake-length", "Message length", "How many bytes of it follow.", CLAUSE);
static LIFETIME: FieldSpec = spec(
    "lifetime",
    "Lifetime",
    "For how long the session may be kept; at most seven days.",
    "RFC 8446 section 4.6.1",
);
static AGE_ADD: FieldSpec = spec(
    "age-add",
    "Age blur",
    "Added to the ticket's age when it is shown, so that nobody can follow it.",
    "RFC 8446 section 4.6.1",
);
static TICKET_NONCE: FieldSpec = spec(
    "ticket-nonce",
    "Ticket nonce",
    "Makes another key of every ticket of a connection.",
    "RFC 8446 section 4.6.1",
);
static TICKET: FieldSpec = spec(
    "ticket",
    "Ticket",
    "The session, sealed by the server for itself: it need not remember.",
    "RFC 8446 section 4.6.1",
);
static CONTEXT: FieldSpec = spec(
    "request-context",
    "Request context",
    "Empty during the handshake.",
    "RFC 8446 section 4.4.2",
);
static CERTIFICATES: FieldSpec = spec(
    "certificates-length",
    "Certificates length",
    "How many bytes the chain has.",
    "RFC 8446 section 4.4.2",
);
static CERTIFICATE: FieldSpec = spec(
    "certificate",
    "Certificate",
    "Binds names to a public key, signed by the one that follows.",
    "RFC 8446 section 4.4.2, RFC 5280",
);
static KEY_EXCHANGE: FieldSpec = spec(
    "key-exchange",
    "Public key",
    "The public half of a fresh key: both halves together give the secret.",
    "RFC 8422 section 5.4",
);
static SCHEME: FieldSpec =
    spec("signature-scheme", "Signature scheme", "How it is signed.", "RFC 8446 section 4.2.3");
static SIGNATURE: FieldSpec = spec(
    "signature",
    "Signature",
    "Over all messages so far: who sends it has the certificate's private key.",
    "RFC 8446 section 4.4.3",
);
static REQUEST: FieldSpec = spec(
    "certificate-types",
    "Kinds of certificates",
    "RSA and ECDSA signatures are welcome; the list of authorities is empty.",
    "RFC 5246 section 7.4.4",
);
static VERIFY: FieldSpec = spec(
    "verify-data",
    "Verify data",
    "A checksum under the new keys over all messages: nobody has changed one on the way.",
    "RFC 8446 section 4.4.4",
);
static UPDATE: FieldSpec = spec(
    "request-update",
    "Request update",
    "Whether the other side is to renew its keys as well.",
    "RFC 8446 section 4.6.3",
);

impl Message {
    const fn number(&self) -> u8 {
        match self {
            Self::ClientHello(_) => 1,
            Self::ServerHello(_) => 2,
            Self::NewSessionTicket(_) => 4,
            Self::EndOfEarlyData => 5,
            Self::EncryptedExtensions(_) => 8,
            Self::Certificate(_) => 11,
            Self::ServerKeyExchange { .. } => 12,
            Self::CertificateRequest(_) => 13,
            Self::ServerHelloDone => 14,
            Self::CertificateVerify { .. } => 15,
            Self::ClientKeyExchange(_) => 16,
            Self::Finished(_) => 20,
            Self::KeyUpdate(_) => 24,
        }
    }

    /// The name in the standard and the stable one: `ServerHello` and `server-hello`.
    pub fn names(&self) -> (&'static str, &'static str) {
        if matches!(self, Self::ServerHello(hello) if hello.is_retry()) {
            return ("HelloRetryRequest", "hello-retry-request");
        }
        let found = TYPES.iter().find(|(number, ..)| *number == self.number());
        found.map_or(("message", "message"), |(_, name, kind)| (name, kind))
    }

    /// The message with its header.
    pub fn to_bytes(&self, version: Version) -> Vec<u8> {
        let mut out = Encoder::new();
        self.encode(version, &mut out);
        out.into_bytes()
    }

    /// Writes the message with its header.
    pub fn encode(&self, version: Version, out: &mut Encoder) {
        let mut body = Encoder::new();
        self.encode_body(version, &mut body);
        let len = u32::try_from(body.into_bytes().len()).unwrap_or(u32::MAX);
        let name = self.names().0;
        out.bits_as(&TYPE, 8, u32::from(self.number()), |value| {
            number(value, format!("{value} ({name})"))
        });
        out.bits_as(&LENGTH, 24, len, names::bytes);
        self.encode_body(version, out);
    }

    fn encode_body(&self, version: Version, out: &mut Encoder) {
        let old = version == Version::Tls12;
        match self {
            Self::ClientHello(hello) => hello.encode(out),
            Self::ServerHello(hello) => hello.encode(out),
            Self::NewSessionTicket(ticket) => ticket.encode(old, out),
            Self::EndOfEarlyData | Self::ServerHelloDone => {}
            Self::EncryptedExtensions(list) => extension::encode(list, Place::Encrypted, out),
            Self::Certificate(chain) => encode_chain(chain, old, out),
            Self::ServerKeyExchange { group, key, scheme, signature } => {
                let bytes = [&[3][..], &group.to_be_bytes(), &vector(1, key)].concat();
                let shown = format!("{} ({} B)", names::group(*group), key.len());
                out.bytes(&KEY_EXCHANGE, &bytes, || text(shown));
                encode_signature(*scheme, signature, out);
            }
            Self::CertificateRequest(schemes) if old => {
                let bytes = [&[2, 1, 64][..], &vector(2, &u16s(schemes)), &[0, 0]].concat();
                out.bytes(&REQUEST, &bytes, || names::list(names::scheme, schemes));
            }
            Self::CertificateRequest(schemes) => {
                out.bytes(&CONTEXT, &[0], || text("empty".to_owned()));
                let list = Extension::list(extension::SIGNATURE_ALGORITHMS, 2, schemes);
                extension::encode(&[list], Place::Encrypted, out);
            }
            Self::CertificateVerify { scheme, signature } => {
                encode_signature(*scheme, signature, out);
            }
            Self::ClientKeyExchange(key) => {
                out.bytes(&KEY_EXCHANGE, &vector(1, key), || names::hex(key));
            }
            Self::Finished(data) => out.bytes(&VERIFY, data, || names::hex(data)),
            Self::KeyUpdate(request) => {
                let word = if *request { "requested" } else { "not requested" };
                out.bits_as(&UPDATE, 8, u32::from(*request), |value| {
                    number(value, word.to_owned())
                });
            }
        }
    }

    /// Reads a message off the front: the message and its length in bytes, or nothing if its end
    /// has not arrived.
    ///
    /// # Errors
    /// Says at which byte and by which rule the bytes are no message of this version.
    pub fn decode(bytes: &[u8], version: Version) -> Result<Option<(Self, usize)>, DecodeError> {
        let Some(header) = bytes.first_chunk::<4>() else {
            // The type alone may be enough to refuse.
            return match bytes.first() {
                Some(kind) if !TYPES.iter().any(|(number, ..)| number == kind) => {
                    Err(DecodeError::new(0, UNKNOWN))
                }
                _ => Ok(None),
            };
        };
        if !TYPES.iter().any(|(number, ..)| *number == header[0]) {
            return Err(DecodeError::new(0, UNKNOWN));
        }
        let len = u32::from_be_bytes([0, header[1], header[2], header[3]]) as usize;
        if len > MESSAGE_MAX {
            return Err(DecodeError::new(1, "a message has at most 65,536 bytes (our limit)"));
        }
        if bytes.len() < 4 + len {
            return Ok(None);
        }
        let mut reader = Reader::new(&bytes[..4 + len]);
        reader.take(4)?;
        let message = Self::decode_body(header[0], &mut reader, version)?;
        reader.end()?;
        Ok(Some((message, 4 + len)))
    }

    fn decode_body(
        kind: u8,
        reader: &mut Reader<'_>,
        version: Version,
    ) -> Result<Self, DecodeError> {
        let old = version == Version::Tls12;
        Ok(match kind {
            1 => Self::ClientHello(ClientHello::decode(reader)?),
            2 => Self::ServerHello(ServerHello::decode(reader)?),
            4 => Self::NewSessionTicket(Ticket::decode(reader, old)?),
            5 => Self::EndOfEarlyData,
            8 => Self::EncryptedExtensions(extension::decode(reader, Place::Encrypted)?),
            11 => Self::Certificate(decode_chain(reader, old)?),
            12 => {
                let here = reader.clone();
                if reader.u8()? != 3 {
                    return here.refuse("the group has a name, type 3 (RFC 8422 section 5.4)");
                }
                let group = reader.u16()?;
                let key = reader.vector(1)?.rest().to_vec();
                let (scheme, signature) = decode_signature(reader)?;
                Self::ServerKeyExchange { group, key, scheme, signature }
            }
            13 => Self::CertificateRequest(decode_request(reader, old)?),
            14 => Self::ServerHelloDone,
            15 => {
                let (scheme, signature) = decode_signature(reader)?;
                Self::CertificateVerify { scheme, signature }
            }
            16 => Self::ClientKeyExchange(reader.vector(1)?.rest().to_vec()),
            20 => Self::Finished(decode_verify(reader)?),
            _ => {
                let here = reader.clone();
                match reader.u8()? {
                    0 => Self::KeyUpdate(false),
                    1 => Self::KeyUpdate(true),
                    _ => {
                        return here
                            .refuse("an update is requested or not (RFC 8446 section 4.6.3)");
                    }
                }
            }
        })
    }
}

const UNKNOWN: &str = "a message has a type that the standard names (RFC 8446 section 4)";
/// The longest message that is read.
const MESSAGE_MAX: usize = 65_536;

impl Ticket {
    fn encode(&self, old: bool, out: &mut Encoder) {
        out.bits_as(&LIFETIME, 32, self.lifetime, |value| number(value, format!("{value} s")));
        if !old {
            out.bits_as(&AGE_ADD, 32, self.age_add, |value| number(value, value.to_string()));
            out.bytes(&TICKET_NONCE, &vector(1, &self.nonce), || names::hex(&self.nonce));
        }
        out.bytes(&TICKET, &vector(2, &self.ticket), || names::hex(&self.ticket));
        if !old {
            extension::encode(&self.extensions, Place::Ticket, out);
        }
    }

    fn decode(reader: &mut Reader<'_>, old: bool) -> Result<Self, DecodeError> {
        let lifetime = reader.u32()?;
        let (mut age_add, mut nonce) = (0, Vec::new());
        if !old {
            age_add = reader.u32()?;
            nonce = reader.vector(1)?.rest().to_vec();
        }
        let ticket = reader.vector(2)?.rest().to_vec();
        let extensions = if old { Vec::new() } else { extension::decode(reader, Place::Ticket)? };
        Ok(Self { lifetime, age_add, nonce, ticket, extensions })
    }
}

fn encode_signature(scheme: u16, signature: &[u8], out: &mut Encoder) {
    out.bytes(&SCHEME, &scheme.to_be_bytes(), || text(names::scheme(scheme)));
    out.bytes(&SIGNATURE, &vector(2, signature), || names::hex(signature));
}

fn decode_signature(reader: &mut Reader<'_>) -> Result<(u16, Vec<u8>), DecodeError> {
    Ok((reader.u16()?, reader.vector(2)?.rest().to_vec()))
}

fn encode_chain(chain: &[Arc<[u8]>], old: bool, out: &mut Encoder) {
    if !old {
        out.bytes(&CONTEXT, &[0], || text("empty".to_owned()));
    }
    let each = if old { 3 } else { 5 };
    let len: usize = chain.iter().map(|certificate| certificate.len() + each).sum();
    out.bits_as(&CERTIFICATES, 24, u32::try_from(len).unwrap_or(0), names::bytes);
    for certificate in chain {
        let mut bytes = vector(3, certificate);
        if !old {
            bytes.extend([0, 0]);
        }
        out.bytes(&CERTIFICATE, &bytes, || text(x509::summary(certificate)));
    }
}

fn decode_chain(reader: &mut Reader<'_>, old: bool) -> Result<Vec<Arc<[u8]>>, DecodeError> {
    if !old {
        let context = reader.vector(1)?;
        if !context.is_empty() {
            return context.refuse("the context is empty in a handshake (RFC 8446 section 4.4.2)");
        }
    }
    let mut list = reader.vector(3)?;
    let mut chain = Vec::new();
    while !list.is_empty() {
        let certificate = list.vector(3)?;
        if certificate.is_empty() {
            return certificate.refuse("a certificate is not empty (RFC 8446 section 4.4.2)");
        }
        chain.push(certificate.rest().into());
        if !old {
            let extensions = list.vector(2)?;
            if !extensions.is_empty() {
                return extensions.refuse("a certificate has no extensions here (our limit)");
            }
        }
    }
    Ok(chain)
}

fn decode_request(reader: &mut Reader<'_>, old: bool) -> Result<Vec<u16>, DecodeError> {
    if old {
        let kinds = reader.vector(1)?;
        if kinds.rest() != [1, 64] {
            return kinds.refuse("RSA and ECDSA certificates are asked for (our limit)");
        }
        let schemes = reader.vector(2)?.u16s()?;
        let authorities = reader.vector(2)?;
        authorities.end()?;
        return Ok(schemes);
    }
    let context = reader.vector(1)?;
    context.end()?;
    let here = reader.clone();
    match extension::decode(reader, Place::Encrypted)?.as_slice() {
        [one] if one.kind == extension::SIGNATURE_ALGORITHMS => one.as_list(2),
        _ => here.refuse("a request names signature algorithms, nothing else (our limit)"),
    }
}

fn decode_verify(reader: &mut Reader<'_>) -> Result<Vec<u8>, DecodeError> {
    match reader.rest().len() {
        len @ (12 | 32 | 48) => Ok(reader.take(len)?.to_vec()),
        _ => reader.refuse("the check has 12, 32 or 48 bytes (RFC 8446 section 4.4.4)"),
    }
}
