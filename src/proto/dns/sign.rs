//! Signatures over records, RFC 4034 section 3.1.8 in shape: lengths, places and what is covered
//! are true, the mathematics is a checksum.

use crate::sim::rng::Rng;
use crate::sim::time::Instant;
use crate::wire::dns::{Data, Kind, Name, Record, Rrsig, key_tag};

/// The second since 1970 at which every run begins: 21 November 2026.
pub const EPOCH: u32 = 1_795_219_200;
/// ECDSA on P-256 with SHA-256 (RFC 6605).
pub const ECDSA: u8 = 13;
/// RSA with SHA-256 (RFC 5702).
pub const RSA: u8 = 8;
/// A day in seconds.
const DAY: u32 = 86_400;

/// The second since 1970 at a moment of the run.
pub fn second(now: Instant) -> u32 {
    u32::try_from(now.as_nanos() / 1_000_000_000).map_or(u32::MAX, |s| EPOCH.saturating_add(s))
}

/// Who signs a zone: its key, which signs keys and records alike.
#[derive(Clone, Debug)]
pub struct Signer {
    zone: Name,
    key: Data,
    algorithm: u8,
    /// Until when its signatures hold, in seconds since 1970.
    until: u32,
}

/// Bytes that look like chance and follow from `of`.
fn filler(of: &[&[u8]], len: usize) -> Vec<u8> {
    // FNV-1a over all, each part behind its length so that parts cannot be moved.
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = of.iter().fold(0xcbf2_9ce4_8422_2325, |hash, part| {
        let len = (part.len() as u64).to_be_bytes();
        len.iter().chain(part.iter()).fold(hash, |hash, byte| step(hash, *byte))
    });
    let mut rng = Rng::new(hash);
    let mut bytes: Vec<u8> = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        bytes.extend(rng.next().to_be_bytes());
    }
    bytes.truncate(len);
    bytes
}

/// What a signature covers: the records in order, their names in lower case (RFC 4034 section 6).
fn covered(records: &[Record], rrsig: &Rrsig) -> Vec<u8> {
    let mut parts: Vec<Vec<u8>> = records
        .iter()
        .map(|record| {
            let mut bytes = record.name.as_wire().to_ascii_lowercase();
            bytes.extend(rrsig.original_ttl.to_be_bytes());
            bytes.extend(record.data.to_vec());
            bytes
        })
        .collect();
    parts.sort_unstable();
    parts.concat()
}

fn signature(key: &Data, records: &[Record], rrsig: &Rrsig, len: usize) -> Vec<u8> {
    let times = [rrsig.inception.to_be_bytes(), rrsig.expiration.to_be_bytes()].concat();
    filler(&[&key.to_vec(), &times, &covered(records, rrsig)], len)
}

impl Signer {
    /// The signer of a zone; its signatures hold for two weeks from the start of the run.
    pub fn new(zone: Name, algorithm: u8) -> Self {
        // RFC 3110: a length, the exponent, the modulus; RFC 6605: both coordinates.
        let len = if algorithm == RSA { 260 } else { 64 };
        let key = filler(&[b"key", zone.as_wire(), &[algorithm]], len);
        let key = Data::Dnskey { flags: 257, algorithm, key };
        Self { zone, key, algorithm, until: EPOCH + 14 * DAY }
    }

    /// The same with signatures that ended the day before the run.
    #[must_use]
    pub const fn expired(mut self) -> Self {
        self.until = EPOCH - DAY;
        self
    }

    /// The same with another key, which no parent vouches for.
    #[must_use]
    pub fn with_other_key(mut self) -> Self {
        if let Data::Dnskey { key, .. } = &mut self.key {
            *key = filler(&[b"other key", self.zone.as_wire()], key.len());
        }
        self
    }

    /// The zone's key.
    pub fn dnskey(&self, ttl: u32) -> Record {
        Record::new(self.zone.clone(), ttl, self.key.clone())
    }

    /// What the parent publishes: the digest of the key.
    pub fn ds(&self, ttl: u32) -> Record {
        let digest = digest(&self.zone, &self.key);
        let (key_tag, algorithm) = (tag(&self.key), self.algorithm);
        let data = Data::Ds { key_tag, algorithm, digest_type: 2, digest };
        Record::new(self.zone.clone(), ttl, data)
    }

    /// The signature over all records of one name and type.
    pub fn sign(&self, records: &[Record]) -> Option<Record> {
        let first = records.first()?;
        let mut rrsig = Rrsig {
            covered: first.kind(),
            algorithm: self.algorithm,
            labels: u8::try_from(first.name.depth()).unwrap_or(u8::MAX),
            original_ttl: first.ttl,
            expiration: self.until,
            inception: self.until - 15 * DAY,
            key_tag: tag(&self.key),
            signer: self.zone.clone(),
            signature: Vec::new(),
        };
        let len = if self.algorithm == RSA { 256 } else { 64 };
        rrsig.signature = signature(&self.key, records, &rrsig, len);
        Some(Record::new(first.name.clone(), first.ttl, Data::Rrsig(Box::new(rrsig))))
    }
}

/// The number of a key.
fn tag(key: &Data) -> u16 {
    match key {
        Data::Dnskey { flags, algorithm, key } => key_tag(*flags, *algorithm, key),
        _ => 0,
    }
}

/// The digest of a zone's key, in place of SHA-256.
fn digest(zone: &Name, key: &Data) -> Vec<u8> {
    filler(&[b"digest", &zone.as_wire().to_ascii_lowercase(), &key.to_vec()], 32)
}

/// Why records are not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no signature.
    Unsigned,
    /// The signature's time is over, or has not come.
    Expired,
    /// The signature does not fit the records and the key.
    Wrong,
    /// No key fits the digest at the parent.
    NoKey,
}

impl Fault {
    /// In words, and as the extended error of RFC 8914.
    pub const fn words(self) -> (&'static str, u16) {
        match self {
            Self::Unsigned => ("there is no signature", 10),
            Self::Expired => ("the signature is no longer valid", 7),
            Self::Wrong => ("the signature does not fit the records", 6),
            Self::NoKey => ("no key fits the digest at the parent", 9),
        }
    }
}

/// Checks records of one name and type against the keys of a zone (RFC 4035 section 5.3).
///
/// # Errors
/// Says why they are not to be believed.
pub fn verify(
    records: &[Record],
    signatures: &[Record],
    keys: &[Record],
    now: Instant,
) -> Result<(), Fault> {
    let mut fault = Fault::Unsigned;
    let kind = records.first().map(Record::kind);
    for signature_of in signatures {
        let Data::Rrsig(rrsig) = &signature_of.data else { continue };
        if Some(rrsig.covered) != kind {
            continue;
        }
        if !(rrsig.inception..=rrsig.expiration).contains(&second(now)) {
            fault = Fault::Expired;
            continue;
        }
        let fits = keys.iter().any(|key| {
            key.name == rrsig.signer
                && tag(&key.data) == rrsig.key_tag
                && signature(&key.data, records, rrsig, rrsig.signature.len()) == rrsig.signature
        });
        if fits {
            return Ok(());
        }
        fault = Fault::Wrong;
    }
    Err(fault)
}

/// Whether one of a zone's keys is the one whose digest the parent publishes, and which of them.
pub fn trusted_key<'a>(keys: &'a [Record], digests: &[Record]) -> Option<&'a Record> {
    keys.iter().find(|key| {
        digests.iter().any(|ds| {
            matches!(&ds.data, Data::Ds { digest: published, .. }
                if key.kind() == Kind::DNSKEY && *published == digest(&ds.name, &key.data))
        })
    })
}
