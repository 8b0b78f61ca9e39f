//! The secrets of a connection, made up from what the run knows, and what TLS derives from them.
//!
//! RFC 8446 section 7.1, RFC 5246 section 5, RFC 9001 section 5.2.

use hkdf::Hkdf;
use sha2::{Sha256, Sha384};

use crate::wire::sealed::{KeyUse, Keys, Side};

/// The salt of QUIC version 1 (RFC 9001 section 5.2).
const INITIAL_SALT: [u8; 20] = [
    0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad,
    0xcc, 0xbb, 0x7f, 0x0a,
];

/// Which of the two kinds of suites with AES-GCM.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Strength {
    /// AES-128 and SHA-256.
    #[default]
    Short,
    /// AES-256 and SHA-384.
    Long,
}

impl Strength {
    /// The strength of a suite (RFC 8446 appendix B.4, RFC 5289 section 3.2, RFC 5288).
    pub(super) const fn of_suite(suite: u16) -> Self {
        match suite {
            0x1302 | 0xc02c | 0xc030 | 0x009d => Self::Long,
            _ => Self::Short,
        }
    }

    /// The length of its keys in bytes.
    pub(super) const fn key_len(self) -> usize {
        match self {
            Self::Short => 16,
            Self::Long => 32,
        }
    }

    /// The length of its secrets: that of the hash.
    const fn secret_len(self) -> usize {
        match self {
            Self::Short => 32,
            Self::Long => 48,
        }
    }
}

/// The traffic secret of the first generation.
pub(super) fn first_secret(keys: &Keys, strength: Strength) -> Vec<u8> {
    if keys.usage == KeyUse::Initial {
        let initial = extract(&INITIAL_SALT, &keys.secret.to_be_bytes(), Strength::Short);
        let label = if keys.sender == Side::Client { "client in" } else { "server in" };
        return expand(&initial, label, Strength::Short, 32);
    }
    let root = extract(&keys.client_random, &keys.secret.to_be_bytes(), strength);
    expand(&root, keys.id(), strength, strength.secret_len())
}

/// The master secret of TLS 1.2, the same for both directions.
pub(super) fn master_secret(keys: &Keys) -> Vec<u8> {
    let root = extract(&keys.client_random, b"master", Strength::Short);
    expand(&root, "tls12", Strength::Short, 48)
}

/// HKDF-Extract, which is HMAC with the salt as its key (RFC 5869 section 2.2).
fn extract(salt: &[u8], secret: &[u8], strength: Strength) -> Vec<u8> {
    match strength {
        Strength::Short => Hkdf::<Sha256>::extract(Some(salt), secret).0.to_vec(),
        Strength::Long => Hkdf::<Sha384>::extract(Some(salt), secret).0.to_vec(),
    }
}

/// HKDF-Expand-Label without a context (RFC 8446 section 7.1).
pub(super) fn expand(secret: &[u8], label: &str, strength: Strength, len: usize) -> Vec<u8> {
    let mut info = Vec::new();
    info.extend(u16::try_from(len).unwrap_or(0).to_be_bytes());
    info.push(u8::try_from(6 + label.len()).unwrap_or(0));
    info.extend(b"tls13 ");
    info.extend(label.as_bytes());
    info.push(0);
    let mut out = vec![0; len];
    // Refused are only secrets shorter than a hash and more than 8 kB.
    let expanded = match strength {
        Strength::Short => Hkdf::<Sha256>::from_prk(secret).map(|it| it.expand(&info, &mut out)),
        Strength::Long => Hkdf::<Sha384>::from_prk(secret).map(|it| it.expand(&info, &mut out)),
    };
    debug_assert!(matches!(expanded, Ok(Ok(()))), "{label} of {} bytes", secret.len());
    out
}

/// The pseudorandom function of TLS 1.2 (RFC 5246 section 5); `seed` begins with the label.
pub(super) fn prf(secret: &[u8], seed: &[u8], strength: Strength, len: usize) -> Vec<u8> {
    let (mut out, mut a) = (Vec::new(), seed.to_vec());
    while out.len() < len {
        a = extract(secret, &a, strength);
        out.extend(extract(secret, &[&a, seed].concat(), strength));
    }
    out.truncate(len);
    out
}
