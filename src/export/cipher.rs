//! Protected bytes encrypted for real, with secrets made up from what the run knows.
//!
//! AES-GCM and HKDF as TLS 1.3 (RFC 8446 sections 5.2, 5.3, 7.1), TLS 1.2
//! (RFC 5246 section 6.3, RFC 5288) and QUIC (RFC 9001 section 5) use them. No key exchange is
//! needed: the secrets go into the capture.

use std::fmt::Write;
use std::sync::Arc;

use aes_gcm::aes::cipher::BlockCipherEncrypt;
use aes_gcm::aes::{Aes128, Aes256, Block};
use aes_gcm::{AeadInOut, Aes128Gcm, Aes256Gcm, KeyInit, Nonce};

use super::secrets::{Strength, expand, first_secret, master_secret, prf};
use crate::sorted::SortedMap;
use crate::wire::Packet;
use crate::wire::sealed::{KeyUse, Keys, Seal, Side};

/// What keys are for a cipher.
struct Material {
    aead: Aead,
    iv: [u8; 12],
    /// QUIC's header protection.
    header: Header,
}

enum Aead {
    Short(Box<Aes128Gcm>),
    Long(Box<Aes256Gcm>),
}

enum Header {
    Short(Box<Aes128>),
    Long(Box<Aes256>),
}

/// What a server says in its hello.
#[derive(Clone, Copy)]
struct Hello {
    random: [u8; 32],
    strength: Strength,
}

/// The keys of a run.
#[derive(Default)]
pub(super) struct Cipher {
    /// What the server said, by the random of the client.
    hellos: SortedMap<[u8; 32], Hello>,
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

/// The suite in a server's hello at the start of a segment: behind the session's name.
fn strength(bytes: &[u8]) -> Option<Strength> {
    let at = 44 + usize::from(*bytes.get(43)?);
    let suite = u16::from_be_bytes(*bytes.get(at..)?.first_chunk::<2>()?);
    Some(Strength::of_suite(suite))
}

impl Cipher {
    /// A cipher for packets, of which the hellos of TLS are read.
    pub(super) fn new<'a>(packets: impl Iterator<Item = &'a Packet>) -> Self {
        let mut clients: SortedMap<Ends, [u8; 32]> = SortedMap::new();
        let mut hellos = SortedMap::new();
        for packet in packets.filter(|packet| packet.segment().is_some()) {
            let Some(ends) = packet.head.get(12..24) else { continue };
            let bytes = packet.body.head_bytes(HELLO_MAX);
            if let (Some(random), Ok(ends)) = (random(&bytes, 1), Ends::try_from(ends)) {
                clients.insert(ends, random);
            }
            // The same ends from the other side.
            let back = [&ends[4..8], &ends[..4], &ends[10..12], &ends[8..10]].concat();
            if let (Some(random), Some(client)) = (random(&bytes, 2), clients.get(&back[..])) {
                let strength = strength(&bytes).unwrap_or_default();
                hellos.insert(*client, Hello { random, strength });
            }
        }
        Self { hellos, ..Self::default() }
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
        let secret = match keys.usage {
            KeyUse::Tls12 => master_secret(keys),
            _ => first_secret(keys, self.strength(keys)),
        };
        self.log.push_str(label);
        for bytes in [&keys.client_random[..], &secret] {
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
        let buffer = bytes.as_mut_slice().into();
        let nonce = Nonce::from(nonce);
        let tag = match &material.aead {
            Aead::Short(aead) => aead.encrypt_inout_detached(&nonce, &extra, buffer),
            Aead::Long(aead) => aead.encrypt_inout_detached(&nonce, &extra, buffer),
        };
        bytes.extend(tag.into_iter().flatten());
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
        match &self.material(&seal.keys, true).header {
            Header::Short(cipher) => cipher.encrypt_block(&mut mask),
            Header::Long(cipher) => cipher.encrypt_block(&mut mask),
        }
        // A long header hides four bits, a short one five.
        header[0] ^= mask[0] & if header[0] & 0x80 != 0 { 0x0f } else { 0x1f };
        for (byte, mask) in header[len - number_len..].iter_mut().zip(&mask[1..]) {
            *byte ^= mask;
        }
    }

    fn strength(&self, keys: &Keys) -> Strength {
        self.hellos.get(&keys.client_random).map_or_else(Strength::default, |hello| hello.strength)
    }

    fn material(&mut self, keys: &Arc<Keys>, quic: bool) -> &Material {
        self.note(keys);
        let strength = self.strength(keys);
        let random = self.hellos.get(&keys.client_random).map_or([0; 32], |hello| hello.random);
        self.known.get_or_insert_with((Arc::clone(keys), quic), || match keys.usage {
            KeyUse::Tls12 => Material::tls12(keys, strength, &random),
            _ => Material::new(keys, strength, quic),
        })
    }
}

/// The most bytes of a hello that are read: up to the suite.
const HELLO_MAX: u64 = 78;

/// As many bytes as fit.
fn array<const LEN: usize>(bytes: &[u8]) -> [u8; LEN] {
    let mut out = [0; LEN];
    out.iter_mut().zip(bytes).for_each(|(out, byte)| *out = *byte);
    out
}

/// The tag of a Retry over its pseudo-packet, with a key that everyone knows (RFC 9001
/// section 5.8).
pub(super) fn retry_tag(pseudo: &[u8]) -> [u8; 16] {
    const KEY: u128 = 0xbe0c_690b_9f66_575a_1d76_6b54_e368_c84e;
    const NONCE: [u8; 12] =
        [0x46, 0x15, 0x99, 0xd3, 0x5d, 0x63, 0x2b, 0xf2, 0x23, 0x98, 0x25, 0xbb];
    let aead = Aes128Gcm::new(&KEY.to_be_bytes().into());
    let tag = aead.encrypt_inout_detached(&Nonce::from(NONCE), pseudo, (&mut [][..]).into());
    tag.map_or([0; 16], Into::into)
}

impl Material {
    fn of(strength: Strength, key: &[u8], iv: [u8; 12], header: &[u8]) -> Self {
        let (aead, header) = match strength {
            Strength::Short => (
                Aead::Short(Box::new(Aes128Gcm::new(&array::<16>(key).into()))),
                Header::Short(Box::new(Aes128::new(&array::<16>(header).into()))),
            ),
            Strength::Long => (
                Aead::Long(Box::new(Aes256Gcm::new(&array::<32>(key).into()))),
                Header::Long(Box::new(Aes256::new(&array::<32>(header).into()))),
            ),
        };
        Self { aead, iv, header }
    }

    fn new(keys: &Keys, strength: Strength, quic: bool) -> Self {
        let strength = if keys.usage == KeyUse::Initial { Strength::Short } else { strength };
        let mut secret = first_secret(keys, strength);
        // The header's key stays when the others are renewed (RFC 9001 section 6.1).
        let header = expand(&secret, "quic hp", strength, strength.key_len());
        for _ in 0..keys.generation {
            let label = if quic { "quic ku" } else { "traffic upd" };
            secret = expand(&secret, label, strength, secret.len());
        }
        let [key, iv] = if quic { ["quic key", "quic iv"] } else { ["key", "iv"] };
        let key = expand(&secret, key, strength, strength.key_len());
        Self::of(strength, &key, array(&expand(&secret, iv, strength, 12)), &header)
    }

    /// RFC 5246 section 6.3: two keys and two vectors from one block.
    fn tls12(keys: &Keys, strength: Strength, server_random: &[u8; 32]) -> Self {
        let seed = [b"key expansion", &server_random[..], &keys.client_random[..]].concat();
        let len = strength.key_len();
        let block = prf(&master_secret(keys), &seed, strength, 2 * len + 8);
        let place = usize::from(keys.sender == Side::Server);
        let key = &block[place * len..(place + 1) * len];
        let salt = &block[2 * len + place * 4..2 * len + place * 4 + 4];
        Self::of(strength, key, array(salt), key)
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

#[cfg(test)]
mod tests;
