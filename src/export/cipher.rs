//! Protected bytes encrypted for real, with secrets made up from what the run knows.
//!
//! AES-128-GCM and HKDF-SHA256 as TLS 1.3 (RFC 8446 sections 5.2, 5.3, 7.1), TLS 1.2
//! (RFC 5246 section 6.3, RFC 5288) and QUIC (RFC 9001 section 5) use them. No key exchange is
//! needed: the secrets go into the capture.

use std::fmt::Write;
use std::sync::Arc;

use aes_gcm::aes::cipher::BlockCipherEncrypt;
use aes_gcm::aes::{Aes128, Block};
use aes_gcm::{AeadInOut, Aes128Gcm, KeyInit, Nonce};
use hkdf::Hkdf;
use sha2::Sha256;

use crate::sorted::SortedMap;
use crate::wire::Packet;
use crate::wire::sealed::{KeyUse, Keys, Seal, Side};

/// The salt of QUIC version 1 (RFC 9001 section 5.2).
const INITIAL_SALT: [u8; 20] = [
    0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad,
    0xcc, 0xbb, 0x7f, 0x0a,
];

/// A traffic secret of TLS 1.3 or QUIC.
type Secret = [u8; 32];

/// What keys are for a cipher.
struct Material {
    aead: Aes128Gcm,
    iv: [u8; 12],
    /// QUIC's header protection.
    header: Aes128,
}

/// The keys of a run.
#[derive(Default)]
pub(super) struct Cipher {
    /// The random of the server by that of the client: keys of TLS 1.2 need both.
    server_randoms: SortedMap<[u8; 32], [u8; 32]>,
    known: SortedMap<(Arc<Keys>, bool), Material>,
    /// Lines of a key log, each connection's once.
    log: String,
    logged: SortedMap<(String, [u8; 32]), ()>,
    /// The piece that was encrypted last: it may continue in the next packet.
    last: Option<(Arc<Keys>, u64, Vec<u8>)>,
}

/// Whether a header is one of QUIC: the fixed bit, which no type of record has (RFC 9443).
pub(super) fn is_quic(header: &[u8]) -> bool {
    header.first().is_some_and(|first| first & 0x40 != 0)
}

/// Addresses and ports of a direction.
type Ends = [u8; 12];

/// The random in the hello of this type at the start of a segment (RFC 5246 section 7.4.1).
fn random(bytes: &[u8], hello: u8) -> Option<[u8; 32]> {
    let is_hello = bytes.first() == Some(&22) && bytes.get(5) == Some(&hello);
    bytes.get(11..43).filter(|_| is_hello)?.try_into().ok()
}

impl Cipher {
    /// A cipher for packets, of which the hellos of TLS are read.
    pub(super) fn new<'a>(packets: impl Iterator<Item = &'a Packet>) -> Self {
        let mut clients: SortedMap<Ends, [u8; 32]> = SortedMap::new();
        let mut server_randoms = SortedMap::new();
        for packet in packets.filter(|packet| packet.segment().is_some()) {
            let Some(ends) = packet.head.get(12..24) else { continue };
            let bytes = packet.body.head_bytes(43);
            if let (Some(random), Ok(ends)) = (random(&bytes, 1), Ends::try_from(ends)) {
                clients.insert(ends, random);
            }
            // The same ends from the other side.
            let back = [&ends[4..8], &ends[..4], &ends[10..12], &ends[8..10]].concat();
            if let (Some(random), Some(client)) = (random(&bytes, 2), clients.get(&back[..])) {
                server_randoms.insert(*client, random);
            }
        }
        Self { server_randoms, ..Self::default() }
    }

    /// The key log of all keys that were used, in the format of NSS.
    pub(super) fn key_log(self) -> String {
        self.log
    }

    /// What the first reader of a run needs to open `keys`: a line of the key log.
    fn note(&mut self, keys: &Keys) {
        let label = match (keys.usage, keys.sender) {
            (KeyUse::Early, _) => "CLIENT_EARLY_TRAFFIC_SECRET",
            (KeyUse::Handshake, Side::Client) => "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
            (KeyUse::Handshake, Side::Server) => "SERVER_HANDSHAKE_TRAFFIC_SECRET",
            (KeyUse::Application, Side::Client) => "CLIENT_TRAFFIC_SECRET_0",
            (KeyUse::Application, Side::Server) => "SERVER_TRAFFIC_SECRET_0",
            // Everyone computes QUIC's first keys; nobody logs those of an inner hello.
            (KeyUse::Initial | KeyUse::Hello, _) => return,
            (KeyUse::Tls12, _) => "CLIENT_RANDOM",
        };
        if self.logged.insert((label.to_owned(), keys.client_random), ()).is_some() {
            return;
        }
        let (secret, master) = (first_secret(keys), master_secret(keys));
        let secret = if keys.usage == KeyUse::Tls12 { &master[..] } else { &secret[..] };
        self.log.push_str(label);
        for bytes in [&keys.client_random[..], secret] {
            self.log.push(' ');
            // Writing to a string does not fail.
            bytes.iter().for_each(|byte| write!(self.log, "{byte:02x}").unwrap_or_default());
        }
        self.log.push('\n');
    }

    /// The bytes of a protected piece: ciphertext and tag.
    pub(super) fn encrypt(&mut self, seal: &Seal) -> Vec<u8> {
        if let Some((keys, number, bytes)) = &self.last
            && *keys == seal.keys
            && *number == seal.number
            && bytes.len() as u64 == seal.len()
        {
            return bytes.clone();
        }
        let quic = is_quic(&seal.header);
        let material = self.material(&seal.keys, quic);
        let mut bytes = seal.plain.to_vec();
        let (nonce, extra) = material.inputs(seal);
        // Encryption fails only beyond 64 GB.
        if let Ok(tag) = material.aead.encrypt_inout_detached(
            &Nonce::from(nonce),
            &extra,
            bytes.as_mut_slice().into(),
        ) {
            bytes.extend(tag);
        }
        self.last = Some((Arc::clone(&seal.keys), seal.number, bytes.clone()));
        bytes
    }

    /// Hides the packet number and the first byte's low bits of QUIC's header, which ends
    /// before the piece (RFC 9001 section 5.4).
    pub(super) fn protect_header(&mut self, seal: &Seal, header: &mut [u8], sealed: &[u8]) {
        let Some(number_len) = seal.header.first().map(|first| usize::from(first & 3) + 1) else {
            return;
        };
        let len = header.len();
        let Some(sample) = sealed.get(4 - number_len..20 - number_len) else { return };
        let Ok(sample) = <[u8; 16]>::try_from(sample) else { return };
        let mut mask = Block::from(sample);
        self.material(&seal.keys, true).header.encrypt_block(&mut mask);
        // A long header hides four bits, a short one five.
        header[0] ^= mask[0] & if header[0] & 0x80 != 0 { 0x0f } else { 0x1f };
        for (byte, mask) in header[len - number_len..].iter_mut().zip(&mask[1..]) {
            *byte ^= mask;
        }
    }

    fn material(&mut self, keys: &Arc<Keys>, quic: bool) -> &Material {
        self.note(keys);
        let randoms = &self.server_randoms;
        self.known.get_or_insert_with((Arc::clone(keys), quic), || match keys.usage {
            KeyUse::Tls12 => {
                Material::tls12(keys, randoms.get(&keys.client_random).unwrap_or(&[0; 32]))
            }
            _ => Material::new(keys, quic),
        })
    }
}

impl Material {
    fn new(keys: &Keys, quic: bool) -> Self {
        let mut secret = first_secret(keys);
        // The header's key stays when the others are renewed (RFC 9001 section 6.1).
        let header = expand::<16>(&secret, "quic hp");
        for _ in 0..keys.generation {
            secret = expand(&secret, if quic { "quic ku" } else { "traffic upd" });
        }
        let [key, iv] = if quic { ["quic key", "quic iv"] } else { ["key", "iv"] };
        Self {
            aead: Aes128Gcm::new(&expand::<16>(&secret, key).into()),
            iv: expand(&secret, iv),
            header: Aes128::new(&header.into()),
        }
    }

    /// RFC 5246 section 6.3: two keys and two vectors from one block.
    fn tls12(keys: &Keys, server_random: &[u8; 32]) -> Self {
        let seed = [b"key expansion", &server_random[..], &keys.client_random[..]].concat();
        let block = prf(&master_secret(keys), &seed, 40);
        let (key, salt) = match keys.sender {
            Side::Client => (&block[..16], &block[32..36]),
            Side::Server => (&block[16..32], &block[36..40]),
        };
        let (mut own, mut iv) = ([0; 16], [0; 12]);
        own.copy_from_slice(key);
        iv[..4].copy_from_slice(salt);
        Self { aead: Aes128Gcm::new(&own.into()), iv, header: Aes128::new(&own.into()) }
    }

    /// The nonce of a piece and what is authenticated beside it. The number of the piece under
    /// its keys is mixed into the vector (RFC 8446 section 5.3).
    fn inputs(&self, seal: &Seal) -> ([u8; 12], Vec<u8>) {
        let mut nonce = self.iv;
        for (byte, number) in nonce[4..].iter_mut().zip(seal.number.to_be_bytes()) {
            *byte ^= number;
        }
        if seal.keys.usage != KeyUse::Tls12 {
            return (nonce, seal.header.to_vec());
        }
        // TLS 1.2 authenticates the number and the length of the plaintext (RFC 5246 section
        // 6.2.3.3), and sends the second part of the nonce (RFC 5288 section 3): the vector is
        // zero there, so that is the number.
        let mut extra = seal.number.to_be_bytes().to_vec();
        extra.extend(seal.header.get(..3).unwrap_or_default());
        extra.extend(u16::try_from(seal.plain.len()).unwrap_or(0).to_be_bytes());
        (nonce, extra)
    }
}

/// The master secret of TLS 1.2.
fn master_secret(keys: &Keys) -> [u8; 48] {
    let mut master = [0; 48];
    if let Ok(hkdf) = Hkdf::<Sha256>::from_prk(&root(keys)) {
        hkdf.expand(b"tls12 master", &mut master).unwrap_or_default();
    }
    master
}

/// The pseudorandom function of TLS 1.2 with SHA-256 (RFC 5246 section 5); `seed` begins with
/// the label. HKDF-Extract is HMAC with the key in the place of the salt (RFC 5869 section 2.2).
fn prf(secret: &[u8], seed: &[u8], len: usize) -> Vec<u8> {
    let hmac = |text: &[u8]| Hkdf::<Sha256>::extract(Some(secret), text).0;
    let (mut out, mut a) = (Vec::new(), seed.to_vec());
    while out.len() < len {
        a = hmac(&a).to_vec();
        out.extend(hmac(&[&a, seed].concat()));
    }
    out.truncate(len);
    out
}

/// The traffic secret of the first generation.
fn first_secret(keys: &Keys) -> Secret {
    if keys.usage == KeyUse::Initial {
        let (initial, _) = Hkdf::<Sha256>::extract(Some(&INITIAL_SALT), &keys.secret.to_be_bytes());
        let label = if keys.sender == Side::Client { "client in" } else { "server in" };
        return expand(&initial.into(), label);
    }
    expand(&root(keys), keys.id())
}

/// What all invented secrets of a connection come from.
fn root(keys: &Keys) -> Secret {
    let (root, _) = Hkdf::<Sha256>::extract(Some(&keys.client_random), &keys.secret.to_be_bytes());
    root.into()
}

/// HKDF-Expand-Label without a context (RFC 8446 section 7.1).
fn expand<const LEN: usize>(secret: &Secret, label: &str) -> [u8; LEN] {
    let mut info = Vec::new();
    info.extend(u16::try_from(LEN).unwrap_or(0).to_be_bytes());
    info.push(u8::try_from(6 + label.len()).unwrap_or(0));
    info.extend(b"tls13 ");
    info.extend(label.as_bytes());
    info.push(0);
    let mut out = [0; LEN];
    if let Ok(hkdf) = Hkdf::<Sha256>::from_prk(secret) {
        // Only lengths beyond 8 kB are refused.
        hkdf.expand(&info, &mut out).unwrap_or_default();
    }
    out
}

#[cfg(test)]
mod tests;
