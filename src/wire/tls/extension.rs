//! Extensions: a number, and data whose form depends on the message that it stands in
//! (RFC 8446 section 4.2).

use super::known::KNOWN;
pub use super::known::{
    ALPN, COMPRESS_CERTIFICATE, COOKIE, EARLY_DATA, EC_POINT_FORMATS, ENCRYPT_THEN_MAC,
    ENCRYPTED_CLIENT_HELLO, EXTENDED_MASTER_SECRET, KEY_SHARE, PADDING, PRE_SHARED_KEY, PSK_MODES,
    QUIC_PARAMETERS, RENEGOTIATION_INFO, SCT, SERVER_NAME, SESSION_TICKET, SIGNATURE_ALGORITHMS,
    STATUS_REQUEST, SUPPORTED_GROUPS, SUPPORTED_VERSIONS,
};
use super::names;
use super::reader::{Reader, u16s, vector};
use crate::wire::encoder::{DecodeError, Encoder, FieldSpec, FieldValue, number, spec, text};

/// An extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Its number in the registry.
    pub kind: u16,
    /// Its data.
    pub data: Vec<u8>,
}

/// The message that an extension stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// ClientHello.
    Client,
    /// ServerHello.
    Server,
    /// HelloRetryRequest.
    Retry,
    /// EncryptedExtensions, CertificateRequest, Certificate.
    Encrypted,
    /// NewSessionTicket.
    Ticket,
}

/// A pre-shared key that a client offers (RFC 8446 section 4.2.11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The ticket.
    pub identity: Vec<u8>,
    /// Its age in milliseconds, blurred by a number that only the two know.
    pub age: u32,
    /// The proof that the client has the key.
    pub binder: Vec<u8>,
}

static OTHER: FieldSpec =
    spec("extension", "Extension", "An extension that is not known here.", "RFC 8446 section 4.2");
static KIND: FieldSpec = spec("extension-type", "Type", "Which extension.", "RFC 8446 section 4.2");
static LENGTH: FieldSpec = spec(
    "extension-length",
    "Length",
    "How many bytes of data follow; who does not know the type leaps over them.",
    "RFC 8446 section 4.2",
);
static DATA: FieldSpec = spec("extension-data", "Data", "What it says.", "RFC 8446 section 4.2");

impl Extension {
    /// An extension.
    pub const fn new(kind: u16, data: Vec<u8>) -> Self {
        Self { kind, data }
    }

    /// The name of the site.
    pub fn server_name(name: &str) -> Self {
        let entry = [vec![0], vector(2, name.as_bytes())].concat();
        Self::new(SERVER_NAME, vector(2, &entry))
    }

    /// A list of numbers of two bytes with a length of `prefix` bytes.
    pub fn list(kind: u16, prefix: usize, numbers: &[u16]) -> Self {
        Self::new(kind, vector(prefix, &u16s(numbers)))
    }

    /// One number of two bytes.
    pub fn one(kind: u16, number: u16) -> Self {
        Self::new(kind, number.to_be_bytes().to_vec())
    }

    /// The protocols that may be spoken inside; of a server, the one.
    pub fn alpn(names: &[impl AsRef<[u8]>]) -> Self {
        let list: Vec<u8> = names.iter().flat_map(|name| vector(1, name.as_ref())).collect();
        Self::new(ALPN, vector(2, &list))
    }

    /// The keys that a client offers.
    pub fn key_shares(shares: &[(u16, Vec<u8>)]) -> Self {
        let list: Vec<u8> = shares.iter().flat_map(|(group, key)| entry(*group, key)).collect();
        Self::new(KEY_SHARE, vector(2, &list))
    }

    /// The key that a server answers with.
    pub fn key_share(group: u16, key: &[u8]) -> Self {
        Self::new(KEY_SHARE, entry(group, key))
    }

    /// The keys from earlier connections that a client offers.
    pub fn offers(offers: &[Offer]) -> Self {
        let mut identities = Vec::new();
        let mut binders = Vec::new();
        for offer in offers {
            identities.extend(vector(2, &offer.identity));
            identities.extend(offer.age.to_be_bytes());
            binders.extend(vector(1, &offer.binder));
        }
        Self::new(PRE_SHARED_KEY, [vector(2, &identities), vector(2, &binders)].concat())
    }

    /// The extension's bytes: number, length, data.
    pub fn to_bytes(&self) -> Vec<u8> {
        [&self.kind.to_be_bytes()[..], &vector(2, &self.data)].concat()
    }

    /// Writes it as one field with its parts.
    pub fn encode(&self, place: Place, out: &mut Encoder) {
        let group = out.open();
        out.bits(&KIND, 16, u32::from(self.kind));
        out.bits_as(&LENGTH, 16, u32::try_from(self.data.len()).unwrap_or(0), names::bytes);
        if !self.data.is_empty() {
            out.bytes(&DATA, &self.data, || names::hex(&self.data));
        }
        let found = KNOWN.iter().find(|(kind, _)| *kind == self.kind);
        let spec = found.map_or(&OTHER, |(_, spec)| spec);
        out.close(group, spec, || self.shown(place));
    }

    /// What it says, for people.
    fn shown(&self, place: Place) -> (FieldValue, String) {
        let read = || -> Result<(FieldValue, String), DecodeError> {
            Ok(match (self.kind, place) {
                (SERVER_NAME, Place::Client) => text(self.as_server_name()?),
                (SUPPORTED_GROUPS, _) => names::list(names::group, &self.as_list(2)?),
                (SIGNATURE_ALGORITHMS, _) => names::list(names::scheme, &self.as_list(2)?),
                (ALPN, _) => text(self.as_alpn()?.join(", ")),
                (SUPPORTED_VERSIONS, Place::Client) => {
                    names::list(names::version, &self.as_list(1)?)
                }
                (SUPPORTED_VERSIONS, _) => text(names::version(self.as_one()?)),
                (KEY_SHARE, Place::Client) => {
                    let shares = self.as_key_shares()?;
                    let shown = |(group, key): &(u16, &[u8])| share(*group, key);
                    text(shares.iter().map(shown).collect::<Vec<_>>().join(", "))
                }
                (KEY_SHARE, Place::Retry) => text(names::group(self.as_one()?)),
                (KEY_SHARE, _) => {
                    let (group, key) = self.as_key_share()?;
                    text(share(group, key))
                }
                (PRE_SHARED_KEY, Place::Client) => {
                    let lens = self.as_offers()?.into_iter().map(|offer| offer.identity.len());
                    text(
                        lens.map(|len| format!("a ticket of {len} B"))
                            .collect::<Vec<_>>()
                            .join(", "),
                    )
                }
                (PRE_SHARED_KEY, _) => text(format!("number {}", self.as_one()?)),
                (EARLY_DATA, Place::Ticket) => {
                    let most = Reader::new(&self.data).u32()?;
                    number(most, format!("at most {most} B"))
                }
                (PADDING, _) => text(format!("{} B", self.data.len())),
                _ => names::hex(&self.data),
            })
        };
        read().unwrap_or_else(|_| names::hex(&self.data))
    }

    /// The name of the site.
    ///
    /// # Errors
    /// Refuses all but one host name.
    pub fn as_server_name(&self) -> Result<String, DecodeError> {
        let mut reader = Reader::new(&self.data);
        let mut list = reader.vector(2)?;
        reader.end()?;
        let here = list.clone();
        if list.u8()? != 0 {
            return here.refuse("a server name is a host name, type 0 (RFC 6066 section 3)");
        }
        let name = list.vector(2)?;
        list.end()?;
        match std::str::from_utf8(name.rest()) {
            Ok(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) => {
                Ok(text.to_owned())
            }
            _ => name.refuse("a host name is visible ASCII (RFC 6066 section 3)"),
        }
    }

    /// A list of numbers with a length of `prefix` bytes.
    ///
    /// # Errors
    /// Refuses an empty list and bytes behind it.
    pub fn as_list(&self, prefix: usize) -> Result<Vec<u16>, DecodeError> {
        let mut reader = Reader::new(&self.data);
        let list = reader.vector(prefix)?;
        reader.end()?;
        if list.is_empty() {
            return list.refuse("the list has at least one entry (RFC 8446 section 4.2)");
        }
        list.u16s()
    }

    /// One number.
    ///
    /// # Errors
    /// Refuses anything but two bytes.
    pub fn as_one(&self) -> Result<u16, DecodeError> {
        let mut reader = Reader::new(&self.data);
        let number = reader.u16()?;
        reader.end()?;
        Ok(number)
    }

    /// The protocols.
    ///
    /// # Errors
    /// Refuses an empty list and names that are empty or no UTF-8.
    pub fn as_alpn(&self) -> Result<Vec<String>, DecodeError> {
        let mut reader = Reader::new(&self.data);
        let mut list = reader.vector(2)?;
        reader.end()?;
        let mut names = Vec::new();
        loop {
            let name = list.vector(1)?;
            let Some(text) = std::str::from_utf8(name.rest()).ok().filter(|text| !text.is_empty())
            else {
                return name.refuse("a protocol has a name (RFC 7301 section 3.1)");
            };
            names.push(text.to_owned());
            if list.is_empty() {
                return Ok(names);
            }
        }
    }

    /// The keys that a client offers.
    ///
    /// # Errors
    /// Refuses empty keys and bytes behind the list.
    pub fn as_key_shares(&self) -> Result<Vec<(u16, &[u8])>, DecodeError> {
        let mut reader = Reader::new(&self.data);
        let mut list = reader.vector(2)?;
        reader.end()?;
        let mut shares = Vec::new();
        while !list.is_empty() {
            shares.push(read_share(&mut list)?);
        }
        Ok(shares)
    }

    /// The key that a server answers with.
    ///
    /// # Errors
    /// Refuses an empty key and bytes behind it.
    pub fn as_key_share(&self) -> Result<(u16, &[u8]), DecodeError> {
        let mut reader = Reader::new(&self.data);
        let share = read_share(&mut reader)?;
        reader.end()?;
        Ok(share)
    }

    /// The earlier keys that a client offers.
    ///
    /// # Errors
    /// Refuses lists of different lengths, empty tickets and short proofs.
    pub fn as_offers(&self) -> Result<Vec<Offer>, DecodeError> {
        let mut reader = Reader::new(&self.data);
        let mut identities = reader.vector(2)?;
        let mut binders = reader.vector(2)?;
        reader.end()?;
        let mut offers = Vec::new();
        while !identities.is_empty() {
            let identity = identities.vector(2)?.rest().to_vec();
            let age = identities.u32()?;
            let binder = binders.vector(1)?;
            if identity.is_empty() || binder.rest().len() < 32 {
                return binder.refuse("a ticket is not empty and its binder has 32 bytes or more (RFC 8446 section 4.2.11)");
            }
            offers.push(Offer { identity, age, binder: binder.rest().to_vec() });
        }
        binders.end()?;
        if offers.is_empty() {
            return reader.refuse("there is at least one ticket (RFC 8446 section 4.2.11)");
        }
        Ok(offers)
    }

    /// Whether the data has the form that its number and its message demand.
    fn check(&self, place: Place) -> Result<(), DecodeError> {
        match (self.kind, place) {
            (SERVER_NAME, Place::Client) => self.as_server_name().map(drop),
            (SUPPORTED_GROUPS | SIGNATURE_ALGORITHMS, _) => self.as_list(2).map(drop),
            (ALPN, _) => self.as_alpn().map(drop),
            (SUPPORTED_VERSIONS, Place::Client) => self.as_list(1).map(drop),
            (SUPPORTED_VERSIONS, _)
            | (KEY_SHARE, Place::Retry)
            | (PRE_SHARED_KEY, Place::Server) => self.as_one().map(drop),
            (KEY_SHARE, Place::Client) => self.as_key_shares().map(drop),
            (KEY_SHARE, _) => self.as_key_share().map(drop),
            (PRE_SHARED_KEY, Place::Client) => self.as_offers().map(drop),
            (EARLY_DATA, Place::Ticket) => Reader::new(&self.data).u32().map(drop),
            (EARLY_DATA | EXTENDED_MASTER_SECRET | SERVER_NAME, _) if !self.data.is_empty() => {
                Err(DecodeError::new(0, "this extension has no data here (RFC 8446 section 4.2)"))
            }
            _ => Ok(()),
        }
    }
}

fn entry(group: u16, key: &[u8]) -> Vec<u8> {
    [&group.to_be_bytes()[..], &vector(2, key)].concat()
}

fn read_share<'a>(reader: &mut Reader<'a>) -> Result<(u16, &'a [u8]), DecodeError> {
    let group = reader.u16()?;
    let key = reader.vector(2)?;
    if key.is_empty() {
        return key.refuse("a key share is not empty (RFC 8446 section 4.2.8)");
    }
    Ok((group, key.rest()))
}

fn share(group: u16, key: &[u8]) -> String {
    format!("{} ({} B)", names::group(group), key.len())
}

/// The extensions of a message, each at most once; nothing is no list at all.
pub(super) fn decode(reader: &mut Reader<'_>, place: Place) -> Result<Vec<Extension>, DecodeError> {
    let mut list = reader.vector(2)?;
    let mut extensions: Vec<Extension> = Vec::new();
    while !list.is_empty() {
        let here = list.clone();
        let kind = list.u16()?;
        let data = list.vector(2)?;
        if extensions.iter().any(|before| before.kind == kind) {
            return here.refuse("an extension stands at most once (RFC 8446 section 4.2)");
        }
        let extension = Extension::new(kind, data.rest().to_vec());
        if let Err(error) = extension.check(place) {
            return data.refuse_behind(&error);
        }
        extensions.push(extension);
    }
    Ok(extensions)
}

/// The length of extensions and the extensions.
pub(super) fn encode(extensions: &[Extension], place: Place, out: &mut Encoder) {
    static LENGTH: FieldSpec = spec(
        "extensions-length",
        "Extensions length",
        "How many bytes of extensions follow.",
        "RFC 8446 section 4.2",
    );
    let len: usize = extensions.iter().map(|extension| extension.data.len() + 4).sum();
    out.bits_as(&LENGTH, 16, u32::try_from(len).unwrap_or(0), names::bytes);
    for extension in extensions {
        extension.encode(place, out);
    }
}

/// The extension of a kind.
pub fn find(extensions: &[Extension], kind: u16) -> Option<&Extension> {
    extensions.iter().find(|extension| extension.kind == kind)
}
