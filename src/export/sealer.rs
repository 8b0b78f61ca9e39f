//! Packets with their protected bytes encrypted and their checksums right again.

use super::cipher::{Cipher, is_quic};
use crate::wire::checksum::Checksum;
use crate::wire::ipv4;
use crate::wire::udp::PROTOCOL_UDP;
use crate::wire::{Packet, Payload, Piece};

/// Encrypts the packets of a run.
pub(super) struct Sealer(Cipher);

/// Where the transport header begins: IPv4 without options.
const TRANSPORT: usize = 20;

impl Sealer {
    /// A sealer for packets, of which the hellos of TLS are read.
    pub(super) fn new<'a>(packets: impl Iterator<Item = &'a Packet>) -> Self {
        Self(Cipher::new(packets))
    }

    /// The key log of all that was encrypted.
    pub(super) fn key_log(self) -> String {
        self.0.key_log()
    }

    /// The bytes of a packet as real ciphers make them.
    pub(super) fn bytes(&mut self, packet: &Packet) -> Vec<u8> {
        if !packet.body.pieces().any(|piece| matches!(piece, Piece::Sealed { .. })) {
            return packet.to_vec();
        }
        let body = self.body(&packet.body);
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
