//! Packets with their protected bytes encrypted and their checksums right again.

use super::cipher::{Cipher, is_quic, retry_tag};
use crate::sorted::SortedMap;
use crate::wire::checksum::Checksum;
use crate::wire::ipv4;
use crate::wire::udp::PROTOCOL_UDP;
use crate::wire::{Packet, Payload, Piece};

/// Encrypts the packets of a run; beside the cipher the name that each client of QUIC gave its
/// server last, by addresses and ports.
pub(super) struct Sealer(Cipher, SortedMap<Vec<u8>, Vec<u8>>);

/// Whether a datagram is a Retry of QUIC version 1 (RFC 9000 section 17.2.5).
fn is_retry(body: &Payload) -> bool {
    matches!(body.head_bytes(5)[..], [first, 0, 0, 0, 1] if first & 0xf0 == 0xf0)
}

/// Where the transport header begins: IPv4 without options.
const TRANSPORT: usize = 20;

impl Sealer {
    /// A sealer for packets, of which the hellos of TLS are read.
    pub(super) fn new<'a>(packets: impl Iterator<Item = &'a Packet>) -> Self {
        Self(Cipher::new(packets), SortedMap::new())
    }

    /// The key log of all that was encrypted.
    pub(super) fn key_log(self) -> String {
        self.0.key_log()
    }

    /// The bytes of a packet as real ciphers make them.
    pub(super) fn bytes(&mut self, packet: &Packet) -> Vec<u8> {
        let sealed = packet.body.pieces().any(|piece| matches!(piece, Piece::Sealed { .. }));
        let retry = packet.datagram().is_some() && is_retry(&packet.body);
        if !sealed && !retry {
            return packet.to_vec();
        }
        let body = if retry { self.retry(packet) } else { self.body(&packet.body) };
        if packet.datagram().is_some() {
            self.remember(packet, &body);
        }
        let mut bytes = packet.head.to_vec();
        bytes.extend(&body);
        let sum = match packet.head.get(9) {
            Some(&ipv4::PROTOCOL_TCP) => TRANSPORT + 16,
            Some(&PROTOCOL_UDP) => TRANSPORT + 6,
            _ => return bytes,
        };
        set_checksum(&mut bytes, sum);
        bytes
    }

    /// Keeps the name that a client gave its server, for a Retry.
    fn remember(&mut self, packet: &Packet, body: &[u8]) {
        // A long header of type Initial: version, then the length of the name and the name.
        let name = body.get(5).and_then(|len| body.get(6..6 + usize::from(*len)));
        if body.first().is_some_and(|first| first & 0xf0 == 0xc0)
            && let (Some(name), Some(ends)) = (name, packet.head.get(12..24))
        {
            self.1.insert(ends.to_vec(), name.to_vec());
        }
    }

    /// A Retry with its tag, which covers the name that the client chose first (RFC 9001
    /// section 5.8).
    fn retry(&self, packet: &Packet) -> Vec<u8> {
        let mut body = packet.body.to_vec();
        let Some(ends) = packet.head.get(12..24) else { return body };
        let back = [&ends[4..8], &ends[..4], &ends[10..12], &ends[8..10]].concat();
        let Some(name) = self.1.get(&back) else { return body };
        body.truncate(body.len().saturating_sub(16));
        let mut pseudo = vec![u8::try_from(name.len()).unwrap_or(0)];
        pseudo.extend(name);
        pseudo.extend(&body);
        body.extend(retry_tag(&pseudo));
        body
    }

    fn body(&mut self, body: &Payload) -> Vec<u8> {
        let mut out = Vec::new();
        for piece in body.pieces() {
            match piece {
                Piece::Bytes { whole, start, len } => {
                    out.extend(&whole[start as usize..(start + len) as usize]);
                }
                Piece::Pattern(len) => {
                    let at = out.len() as u64;
                    out.extend(body.slice(at..at + len).to_vec());
                }
                Piece::Sealed { seal, start, len } => {
                    let sealed = self.0.encrypt(seal);
                    let header = out.len().saturating_sub(seal.header.len());
                    if start == 0 && is_quic(&seal.header) && out[header..] == *seal.header {
                        self.0.protect_header(seal, &mut out[header..], &sealed);
                    }
                    out.extend(&sealed[start as usize..(start + len) as usize]);
                }
            }
        }
        out
    }
}

/// Puts the right checksum over addresses, protocol, length and all that follows the IP header
/// (RFC 9293 section 3.1, RFC 768).
fn set_checksum(bytes: &mut [u8], at: usize) {
    let len = u16::try_from(bytes.len() - TRANSPORT).unwrap_or(u16::MAX);
    if at + 2 > bytes.len() {
        return;
    }
    bytes[at..at + 2].fill(0);
    let mut sum = Checksum::new();
    sum.add(&bytes[12..20]);
    sum.add(&[0, bytes[9]]);
    sum.add(&len.to_be_bytes());
    sum.add(&bytes[TRANSPORT..]);
    // A sum of zero travels as ones in UDP, and means the same in TCP.
    let sum = match sum.finish() {
        0 => u16::MAX,
        sum => sum,
    };
    bytes[at..at + 2].copy_from_slice(&sum.to_be_bytes());
}
