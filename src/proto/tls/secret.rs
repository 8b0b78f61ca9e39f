//! Secrets: a key exchange that works and is easy to break, and what is made from it.
//!
//! The group has 2^61 − 1 elements: enough that both sides must really agree, far too few for
//! the world. Everything on the wire has the true length.

use crate::sim::rng::Rng;
use crate::wire::tls::x509::Algorithm;

/// The prime 2^61 − 1.
const PRIME: u64 = (1 << 61) - 1;
const GENERATOR: u64 = 3;

/// X25519 (RFC 7748).
pub const X25519: u16 = 0x001d;
/// The curve P-256.
pub const P256: u16 = 0x0017;
/// X25519 with ML-KEM-768, which withstands quantum computers (draft-ietf-tls-ecdhe-mlkem).
pub const X25519_MLKEM768: u16 = 0x11ec;

fn multiply(a: u64, b: u64) -> u64 {
    // The rest is below the prime.
    u64::try_from(u128::from(a) * u128::from(b) % u128::from(PRIME)).unwrap_or(0)
}

fn power(mut base: u64, mut exponent: u64) -> u64 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = multiply(result, base);
        }
        base = multiply(base, base);
        exponent >>= 1;
    }
    result
}

/// Bytes that look like chance and depend on `seed` only.
pub fn filler(seed: u64, len: usize) -> Vec<u8> {
    let mut rng = Rng::new(seed);
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        bytes.extend(rng.next().to_be_bytes());
    }
    bytes.truncate(len);
    bytes
}

/// A number that nobody finds who does not have both.
pub const fn mix(secret: u64, label: u64) -> u64 {
    Rng::new(secret).at(label).next()
}

/// A number that stands for bytes.
pub fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// How many bytes a share of a group has, a client's and a server's (RFC 8446 section 4.2.8).
const fn share_len(group: u16, answer: bool) -> usize {
    match (group, answer) {
        (P256, _) => 65,
        (X25519_MLKEM768, false) => 1_216,
        (X25519_MLKEM768, true) => 1_120,
        _ => 32,
    }
}

/// The public half of a private one.
pub fn share(group: u16, private: u64, answer: bool) -> Vec<u8> {
    let public = power(GENERATOR, private);
    let mut bytes = Vec::new();
    if group == P256 {
        // An uncompressed point.
        bytes.push(4);
    }
    bytes.extend(public.to_be_bytes());
    bytes.extend(filler(public, share_len(group, answer).saturating_sub(bytes.len())));
    bytes
}

/// What both sides get from the one's private and the other's public half; nothing if that is
/// no share of the group.
pub fn shared(group: u16, private: u64, share: &[u8], answer: bool) -> Option<u64> {
    if share.len() != share_len(group, answer) {
        return None;
    }
    let start = usize::from(group == P256);
    let public = share.get(start..)?.first_chunk::<8>()?;
    Some(power(u64::from_be_bytes(*public), private))
}

/// A signature of `digest` that checks with this public key.
pub fn sign(algorithm: Algorithm, public: &[u8], digested: u64) -> Vec<u8> {
    let bytes = filler(mix(digest(public), digested), algorithm.signature_len());
    algorithm.signature(&bytes)
}

#[cfg(test)]
mod tests {
    use super::{P256, X25519, X25519_MLKEM768, share, shared};

    #[test]
    fn both_sides_get_the_same_and_a_third_does_not() {
        for group in [X25519, P256, X25519_MLKEM768] {
            let (client, server, third) = (12_345_678_901, 98_765_432_109, 5);
            let (up, down) = (share(group, client, false), share(group, server, true));
            let ours = shared(group, client, &down, true);
            assert!(ours.is_some());
            assert_eq!(ours, shared(group, server, &up, false));
            assert_ne!(ours, shared(group, third, &up, false));
            assert_eq!(shared(group, client, &down[1..], true), None);
        }
        let lens = [X25519, P256, X25519_MLKEM768]
            .map(|group| (share(group, 7, false).len(), share(group, 7, true).len()));
        assert_eq!(lens, [(32, 32), (65, 65), (1_216, 1_120)]);
    }
}
