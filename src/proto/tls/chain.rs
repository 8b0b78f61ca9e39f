//! Certificates: who signs whom, and whether a client believes it (RFC 5280 section 6, RFC 9525).

use std::sync::Arc;

use super::secret::{digest, filler, mix, sign};
use crate::wire::tls::Alert;
use crate::wire::tls::x509::{Algorithm, Certificate};

/// A chain of certificates and the private key of the first.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The chain as it is sent, the own certificate first.
    pub chain: Vec<Arc<[u8]>>,
    /// The kind of the key.
    pub algorithm: Algorithm,
}

/// Whom a client believes: the names and keys of the roots in its store.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    roots: Vec<(String, Vec<u8>)>,
}

/// Authorities: a root, and one below it that signs the certificates of sites.
#[derive(Clone, Debug)]
pub struct Pki {
    name: &'static str,
    seed: u64,
    algorithm: Algorithm,
}

/// What a certificate is to be.
#[derive(Clone, Debug)]
pub struct Request {
    /// The names that it is good for, the main one first.
    pub names: Vec<String>,
    /// From when and until when, in seconds since 1970.
    pub validity: (u64, u64),
    /// How many bytes the certificates that are sent are to have together; nothing for as many
    /// as they have by themselves.
    pub size: Option<u64>,
    /// Whether the intermediate certificate is sent along, as it should be.
    pub complete: bool,
}

/// Why a chain is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It cannot be read.
    Unreadable,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYet,
    /// It is for other names.
    WrongName,
    /// It leads to nobody who is trusted.
    UnknownIssuer,
    /// A signature is wrong.
    BadSignature,
}

impl Doubt {
    /// The alert that says so (RFC 8446 section 6.2), as OpenSSL chooses it.
    pub const fn alert(self) -> Alert {
        match self {
            Self::Expired => Alert::CERTIFICATE_EXPIRED,
            Self::UnknownIssuer => Alert::UNKNOWN_CA,
            Self::BadSignature => Alert::DECRYPT_ERROR,
            Self::Unreadable | Self::NotYet | Self::WrongName => Alert::BAD_CERTIFICATE,
        }
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Unreadable => "the certificate cannot be read",
            Self::Expired => "the certificate has expired",
            Self::NotYet => "the certificate is not valid yet",
            Self::WrongName => "the certificate is for another name",
            Self::UnknownIssuer => "the certificate leads to no authority that is trusted",
            Self::BadSignature => "a signature is wrong",
        }
    }
}

/// Ten years before and after the time of the sessions, for authorities.
const LONG: (u64, u64) = (1_600_000_000, 2_000_000_000);

impl Pki {
    /// Authorities of this name; the same seed gives the same keys.
    pub const fn new(name: &'static str, seed: u64, algorithm: Algorithm) -> Self {
        Self { name, seed, algorithm }
    }

    fn key(&self, label: u64) -> Vec<u8> {
        filler(mix(self.seed, label), self.algorithm.key_len())
    }

    fn root_name(&self) -> String {
        format!("{} Root", self.name)
    }

    /// What a client needs to believe what these authorities sign.
    pub fn trust(&self) -> Trust {
        // As it is read back from a certificate.
        let key = Certificate::decode(&self.certificate(0).to_bytes(&[0; 64]));
        Trust { roots: vec![(self.root_name(), key.map(|(one, _)| one.key).unwrap_or_default())] }
    }

    /// The certificate of the root, 0, or of the intermediate authority, 1.
    fn certificate(&self, depth: u64) -> Certificate {
        let subject =
            if depth == 0 { self.root_name() } else { format!("{} Intermediate", self.name) };
        Certificate {
            serial: mix(self.seed, 100 + depth),
            issuer: self.root_name(),
            subject,
            not_before: LONG.0,
            not_after: LONG.1,
            names: Vec::new(),
            authority: true,
            algorithm: self.algorithm,
            key: self.key(depth),
            signed_with: self.algorithm,
            comment: 0,
        }
    }

    /// A certificate for a site with its chain.
    pub fn issue(&self, request: &Request) -> Identity {
        let name = request.names.first().cloned().unwrap_or_default();
        let key = mix(self.seed, digest(name.as_bytes()));
        let signer = self.certificate(1);
        let intermediate = signed(&signer, &self.certificate(0));
        let mut leaf = Certificate {
            serial: mix(key, request.validity.0),
            issuer: signer.subject.clone(),
            subject: name,
            not_before: request.validity.0,
            not_after: request.validity.1,
            names: request.names.clone(),
            authority: false,
            algorithm: self.algorithm,
            key: filler(key, self.algorithm.key_len()),
            signed_with: self.algorithm,
            comment: 0,
        };
        let rest = if request.complete { intermediate.len() } else { 0 };
        if let Some(size) = request.size {
            let wanted = usize::try_from(size).unwrap_or(0).saturating_sub(rest);
            leaf.comment = comment(&leaf, wanted);
        }
        let mut chain: Vec<Arc<[u8]>> = vec![signed(&leaf, &signer).into()];
        if request.complete {
            chain.push(intermediate.into());
        }
        Identity { chain, algorithm: self.algorithm }
    }
}

/// How long the comment must be for the certificate to have this size, as nearly as lengths of
/// lengths allow.
fn comment(leaf: &Certificate, wanted: usize) -> usize {
    let size = |comment| {
        let one = Certificate { comment, ..leaf.clone() };
        one.to_bytes(&vec![0; one.signed_with.signature_len()]).len()
    };
    let mut comment = wanted.saturating_sub(size(0));
    for _ in 0..3 {
        let is = if comment == 0 { return 0 } else { size(comment) };
        comment = (comment + wanted).saturating_sub(is);
    }
    comment
}

fn signed(one: &Certificate, signer: &Certificate) -> Vec<u8> {
    let digested = digest(&one.to_be_signed());
    let len = one.signed_with.signature_len();
    one.to_bytes(&filler(mix(digest(&normal(signer)), digested), len))
}

/// A public key as it is read back from a certificate.
fn normal(one: &Certificate) -> Vec<u8> {
    let bytes = one.to_bytes(&vec![0; one.signed_with.signature_len()]);
    Certificate::decode(&bytes).map(|(one, _)| one.key).unwrap_or_default()
}

/// Whether a name of a certificate is good for a host: the same, or with a star for exactly the
/// first label (RFC 9525 section 6.3).
pub fn matches(pattern: &str, host: &str) -> bool {
    if pattern.eq_ignore_ascii_case(host) {
        return true;
    }
    let Some(rest) = pattern.strip_prefix("*.") else { return false };
    host.split_once('.').is_some_and(|(_, domain)| domain.eq_ignore_ascii_case(rest))
}

impl Identity {
    /// The proof that one has the key: a signature over `digested`.
    pub fn sign(&self, digested: u64) -> Vec<u8> {
        let public = self.chain.first().map(|leaf| public_key(leaf)).unwrap_or_default();
        sign(self.algorithm, &public, digested)
    }

    /// Whether it is good for a host.
    pub fn is_for(&self, host: &str) -> bool {
        let leaf = self.chain.first().and_then(|leaf| Certificate::decode(leaf).ok());
        leaf.is_some_and(|(leaf, _)| leaf.names.iter().any(|name| matches(name, host)))
    }
}

fn public_key(certificate: &[u8]) -> Vec<u8> {
    Certificate::decode(certificate).map(|(one, _)| one.key).unwrap_or_default()
}

/// Whether a signature of a handshake was made with the key of this certificate.
pub fn proves(leaf: &[u8], digested: u64, signature: &[u8]) -> bool {
    let Ok((leaf, _)) = Certificate::decode(leaf) else { return false };
    sign(leaf.algorithm, &leaf.key, digested) == signature
}

impl Trust {
    /// Believes these as well.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.roots.extend(other.roots.iter().cloned());
        self
    }

    /// Whether a chain is to be believed now, in seconds since 1970, for this host; any name if
    /// there is none.
    ///
    /// # Errors
    /// Says why it is not.
    pub fn check(&self, chain: &[Arc<[u8]>], host: Option<&str>, now: u64) -> Result<(), Doubt> {
        let mut parsed = Vec::new();
        for certificate in chain {
            parsed.push(Certificate::decode(certificate).map_err(|_| Doubt::Unreadable)?);
        }
        let Some((leaf, _)) = parsed.first() else { return Err(Doubt::Unreadable) };
        for (place, (one, signature)) in parsed.iter().enumerate() {
            let digested = digest(&one.to_be_signed());
            let root = self.roots.iter().find(|(name, _)| *name == one.issuer);
            let next = parsed.get(place + 1).filter(|(next, _)| next.subject == one.issuer);
            let signer = match (root, next) {
                (Some((_, key)), _) => key,
                (None, Some((next, _))) if next.authority => &next.key,
                _ => return Err(Doubt::UnknownIssuer),
            };
            if sign(one.signed_with, signer, digested) != *signature {
                return Err(Doubt::BadSignature);
            }
            if now > one.not_after {
                return Err(Doubt::Expired);
            }
            if now < one.not_before {
                return Err(Doubt::NotYet);
            }
            if root.is_some() {
                break;
            }
        }
        match host {
            Some(host) if !leaf.names.iter().any(|name| matches(name, host)) => {
                Err(Doubt::WrongName)
            }
            _ => Ok(()),
        }
    }
}
