//! X.509 certificates as the web uses them (RFC 5280): names, a time, a public key, a signature.
//!
//! Written and read in one form: version 3, common names, the extensions of web certificates.
//! Keys and signatures are runs of bytes of the right length and structure; what they prove is
//! decided by those who make and check them.

mod der;
mod time;

use crate::wire::encoder::DecodeError;
pub use time::date;

use der::{
    BIT_STRING, BOOLEAN, Der, INTEGER, NULL, OCTETS, OID, SEQUENCE, SET, UTC_TIME, UTF8, tlv,
};

/// What keys sign with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA with the curve P-256 and SHA-256.
    Ecdsa,
    /// RSA with 2048 bits and SHA-256.
    Rsa,
    /// ML-DSA-65, which withstands quantum computers (FIPS 204, RFC 9881).
    MlDsa,
}

/// Object identifiers, as DER writes them.
const EC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const RSA_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const RSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
const ML_DSA: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x12];
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
const ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];
const EXTENDED_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
const SERVER_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
const CLIENT_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];
/// Netscape's comment: it may be as long as one likes.
const COMMENT: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x86, 0xf8, 0x42, 0x01, 0x0d];

impl Algorithm {
    /// How many random bytes a public key is made of.
    pub const fn key_len(self) -> usize {
        match self {
            Self::Ecdsa => 64,
            Self::Rsa => 256,
            Self::MlDsa => 1_952,
        }
    }

    /// How many random bytes a signature is made of.
    pub const fn signature_len(self) -> usize {
        match self {
            Self::Ecdsa => 64,
            Self::Rsa => 256,
            Self::MlDsa => 3_309,
        }
    }

    /// The number of the scheme in TLS 1.3 (RFC 8446 section 4.2.3).
    pub const fn scheme(self) -> u16 {
        match self {
            Self::Ecdsa => 0x0403,
            Self::Rsa => 0x0804,
            Self::MlDsa => 0x0905,
        }
    }

    /// A signature as it is written: two numbers of ECDSA have a structure.
    pub fn signature(self, bytes: &[u8]) -> Vec<u8> {
        match (self, bytes.split_at_checked(32)) {
            (Self::Ecdsa, Some((r, s))) => {
                tlv(SEQUENCE, &[tlv(INTEGER, &positive(r)), tlv(INTEGER, &positive(s))].concat())
            }
            _ => bytes.to_vec(),
        }
    }

    fn identifier(self) -> Vec<u8> {
        match self {
            Self::Ecdsa => tlv(SEQUENCE, &tlv(OID, ECDSA_SHA256)),
            Self::Rsa => tlv(SEQUENCE, &[tlv(OID, RSA_SHA256), tlv(NULL, &[])].concat()),
            Self::MlDsa => tlv(SEQUENCE, &tlv(OID, ML_DSA)),
        }
    }

    fn public_key(self, bytes: &[u8]) -> Vec<u8> {
        let (identifier, key) = match self {
            Self::Ecdsa => {
                ([tlv(OID, EC_KEY), tlv(OID, P256)].concat(), [&[4][..], bytes].concat())
            }
            Self::Rsa => {
                let mut modulus = [&[0][..], bytes].concat();
                // Of full length, and odd.
                if let [_, first, .., last] = modulus.as_mut_slice() {
                    *first |= 0x80;
                    *last |= 1;
                }
                let key = [tlv(INTEGER, &modulus), tlv(INTEGER, &[1, 0, 1])].concat();
                ([tlv(OID, RSA_KEY), tlv(NULL, &[])].concat(), tlv(SEQUENCE, &key))
            }
            Self::MlDsa => (tlv(OID, ML_DSA), bytes.to_vec()),
        };
        let bits = [&[0][..], &key].concat();
        tlv(SEQUENCE, &[tlv(SEQUENCE, &identifier), tlv(BIT_STRING, &bits)].concat())
    }
}

/// A number as DER writes it: positive, without needless zeros.
fn positive(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if let Some(first) = bytes.first_mut() {
        *first = *first & 0x7f | 0x40;
    }
    bytes
}

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// A number that the issuer has not used before.
    pub serial: u64,
    /// Who signed it.
    pub issuer: String,
    /// Whose it is.
    pub subject: String,
    /// From when it is valid, in seconds since 1970.
    pub not_before: u64,
    /// Until when it is valid, in seconds since 1970.
    pub not_after: u64,
    /// The names that it is good for: host names, or identities with a scheme.
    pub names: Vec<String>,
    /// Whether its key may sign other certificates.
    pub authority: bool,
    /// The kind of its key.
    pub algorithm: Algorithm,
    /// The public key.
    pub key: Vec<u8>,
    /// The kind of the issuer's key.
    pub signed_with: Algorithm,
    /// How many bytes of comment it has.
    pub comment: usize,
}

impl Certificate {
    /// The part that is signed.
    pub fn to_be_signed(&self) -> Vec<u8> {
        let serial = [&[0x40][..], &self.serial.to_be_bytes()].concat();
        let validity =
            [self.not_before, self.not_after].map(|at| tlv(UTC_TIME, &time::utc(at))).concat();
        let parts = [
            tlv(0xa0, &tlv(INTEGER, &[2])),
            tlv(INTEGER, &serial),
            self.signed_with.identifier(),
            name(&self.issuer),
            tlv(SEQUENCE, &validity),
            name(&self.subject),
            self.algorithm.public_key(&self.key),
            tlv(0xa3, &tlv(SEQUENCE, &self.extensions())),
        ];
        tlv(SEQUENCE, &parts.concat())
    }

    fn extensions(&self) -> Vec<u8> {
        let basic: &[u8] = if self.authority { &[BOOLEAN, 1, 0xff] } else { &[] };
        // Signing certificates and lists of revoked ones, or signing handshakes.
        let usage: &[u8] = if self.authority { &[1, 0x06] } else { &[7, 0x80] };
        let mut all = extension(BASIC_CONSTRAINTS, true, &tlv(SEQUENCE, basic));
        all.extend(extension(KEY_USAGE, true, &tlv(BIT_STRING, usage)));
        if !self.authority {
            let both = [tlv(OID, SERVER_AUTH), tlv(OID, CLIENT_AUTH)].concat();
            all.extend(extension(EXTENDED_USAGE, false, &tlv(SEQUENCE, &both)));
        }
        if !self.names.is_empty() {
            let kind = |name: &str| if name.contains("://") { 0x86 } else { 0x82 };
            let names = self.names.iter().map(|name| tlv(kind(name), name.as_bytes()));
            let names: Vec<u8> = names.flatten().collect();
            all.extend(extension(ALT_NAME, false, &tlv(SEQUENCE, &names)));
        }
        if self.comment > 0 {
            all.extend(extension(COMMENT, false, &tlv(0x16, &vec![b' '; self.comment])));
        }
        all
    }

    /// The certificate with this signature.
    pub fn to_bytes(&self, signature: &[u8]) -> Vec<u8> {
        let signature = [&[0][..], &self.signed_with.signature(signature)].concat();
        let parts =
            [self.to_be_signed(), self.signed_with.identifier(), tlv(BIT_STRING, &signature)];
        tlv(SEQUENCE, &parts.concat())
    }

    /// Reads a certificate of the form that is written here: what it says and its signature.
    ///
    /// # Errors
    /// Says at which byte and by which rule the bytes are no such certificate.
    pub fn decode(bytes: &[u8]) -> Result<(Self, Vec<u8>), DecodeError> {
        let mut outer = Der::new(bytes);
        let mut whole = outer.enter(SEQUENCE)?;
        outer.end()?;
        let mut part = whole.enter(SEQUENCE)?;
        let signed_with = algorithm(&mut whole)?;
        let signature = whole.enter(BIT_STRING)?;
        whole.end()?;
        let signature = signature.rest().get(1..).unwrap_or_default().to_vec();
        part.enter(0xa0)?;
        let serial = part.enter(INTEGER)?;
        let Some(serial) = serial.rest().last_chunk::<8>() else {
            return serial.refuse("a serial number has eight bytes or more here (our limit)");
        };
        let serial = u64::from_be_bytes(*serial);
        algorithm(&mut part)?;
        let issuer = decode_name(&mut part)?;
        let mut validity = part.enter(SEQUENCE)?;
        let not_before = moment(&mut validity)?;
        let not_after = moment(&mut validity)?;
        validity.end()?;
        let subject = decode_name(&mut part)?;
        let (algorithm, key) = decode_key(&mut part)?;
        let mut certificate = Self {
            serial,
            issuer,
            subject,
            not_before,
            not_after,
            names: Vec::new(),
            authority: false,
            algorithm,
            key,
            signed_with,
            comment: 0,
        };
        let mut list = part.enter(0xa3)?;
        part.end()?;
        let mut list = list.enter(SEQUENCE)?;
        while !list.is_empty() {
            certificate.decode_extension(&mut list)?;
        }
        Ok((certificate, signature))
    }

    fn decode_extension(&mut self, list: &mut Der<'_>) -> Result<(), DecodeError> {
        let mut one = list.enter(SEQUENCE)?;
        let kind = one.enter(OID)?.rest();
        if one.peek() == Some(BOOLEAN) {
            one.enter(BOOLEAN)?;
        }
        let mut data = one.enter(OCTETS)?;
        one.end()?;
        if kind == BASIC_CONSTRAINTS {
            let mut basic = data.enter(SEQUENCE)?;
            self.authority = !basic.is_empty() && basic.enter(BOOLEAN)?.rest() == [0xff];
        } else if kind == ALT_NAME {
            let mut names = data.enter(SEQUENCE)?;
            while let Some(tag) = names.peek() {
                let name = names.enter(tag)?;
                let text = std::str::from_utf8(name.rest()).ok().filter(|text| text.is_ascii());
                let Some(text) = text else {
                    return name.refuse("a name is ASCII (RFC 5280 section 4.2.1.6)");
                };
                self.names.push(text.to_owned());
            }
        } else if kind == COMMENT {
            self.comment = data.enter(0x16)?.rest().len();
        }
        Ok(())
    }
}

fn extension(kind: &[u8], critical: bool, data: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if critical { &[BOOLEAN, 1, 0xff] } else { &[] };
    tlv(SEQUENCE, &[&tlv(OID, kind), critical, &tlv(OCTETS, data)].concat())
}

fn name(common: &str) -> Vec<u8> {
    let pair = [tlv(OID, COMMON_NAME), tlv(UTF8, common.as_bytes())].concat();
    tlv(SEQUENCE, &tlv(SET, &tlv(SEQUENCE, &pair)))
}

fn decode_name(reader: &mut Der<'_>) -> Result<String, DecodeError> {
    let mut pair = reader.enter(SEQUENCE)?.enter(SET)?.enter(SEQUENCE)?;
    pair.enter(OID)?;
    let text = pair.enter(UTF8)?;
    pair.end()?;
    match std::str::from_utf8(text.rest()) {
        Ok(name) => Ok(name.to_owned()),
        Err(_) => text.refuse("a name is UTF-8 (RFC 5280 section 4.1.2.4)"),
    }
}

fn algorithm(reader: &mut Der<'_>) -> Result<Algorithm, DecodeError> {
    let mut identifier = reader.enter(SEQUENCE)?;
    match identifier.enter(OID)?.rest() {
        kind if kind == ECDSA_SHA256 => Ok(Algorithm::Ecdsa),
        kind if kind == RSA_SHA256 => Ok(Algorithm::Rsa),
        kind if kind == ML_DSA => Ok(Algorithm::MlDsa),
        _ => identifier.refuse("ECDSA, RSA or ML-DSA signs (our limit)"),
    }
}

fn decode_key(reader: &mut Der<'_>) -> Result<(Algorithm, Vec<u8>), DecodeError> {
    let mut whole = reader.enter(SEQUENCE)?;
    let mut identifier = whole.enter(SEQUENCE)?;
    let kind = identifier.enter(OID)?.rest();
    let mut bits = whole.enter(BIT_STRING)?;
    whole.end()?;
    bits.skip(1)?;
    if kind == EC_KEY {
        bits.skip(1)?;
        Ok((Algorithm::Ecdsa, bits.rest().to_vec()))
    } else if kind == RSA_KEY {
        let modulus = bits.enter(SEQUENCE)?.enter(INTEGER)?;
        Ok((Algorithm::Rsa, modulus.rest().get(1..).unwrap_or_default().to_vec()))
    } else if kind == ML_DSA {
        Ok((Algorithm::MlDsa, bits.rest().to_vec()))
    } else {
        identifier.refuse("a key is of ECDSA, RSA or ML-DSA (our limit)")
    }
}

fn moment(reader: &mut Der<'_>) -> Result<u64, DecodeError> {
    let text = reader.enter(UTC_TIME)?;
    match time::read_utc(text.rest()) {
        Some(seconds) => Ok(seconds),
        None => text.refuse("a time is written YYMMDDHHMMSSZ (RFC 5280 section 4.1.2.5.1)"),
    }
}

/// A certificate in a few words.
pub(super) fn summary(bytes: &[u8]) -> String {
    match Certificate::decode(bytes) {
        Ok((one, _)) => format!(
            "{}, signed by {}, valid {} to {} ({} B)",
            one.subject,
            one.issuer,
            date(one.not_before),
            date(one.not_after),
            bytes.len()
        ),
        Err(_) => format!("{} B", bytes.len()),
    }
}

#[cfg(test)]
mod tests;
