//! The header of UDP, RFC 768.

use super::Payload;
use super::checksum::Checksum;
use super::encoder::{DecodeError, Encoder, FieldSpec, number, spec};

/// The header of a datagram.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// The port of the sender.
    pub source_port: u16,
    /// The port of the receiver.
    pub destination_port: u16,
    /// Header and payload together, in bytes.
    pub len: u16,
    /// The checksum, right or not; 0 means that the sender made none.
    pub checksum: u16,
}

/// The number of UDP in IP headers (RFC 768).
pub const PROTOCOL_UDP: u8 = 17;
/// The size of the header.
pub const HEADER_LEN: u16 = 8;
/// The most bytes that a datagram over IPv4 carries: 65,535 without both headers.
pub const PAYLOAD_MAX: u64 = 65_507;

const CLAUSE: &str = "RFC 768";
static SOURCE_PORT: FieldSpec =
    spec("src-port", "Source port", "Which program on the sending host.", CLAUSE);
static DESTINATION_PORT: FieldSpec =
    spec("dst-port", "Destination port", "Which program on the receiving host.", CLAUSE);
static LENGTH: FieldSpec =
    spec("udp-length", "Length", "This header and the payload together, in bytes.", CLAUSE);
static CHECKSUM: FieldSpec = spec(
    "checksum",
    "Checksum",
    "Guards addresses, header and payload against bit errors; all there is against damage.",
    "RFC 768, RFC 1122 section 4.1.3.4",
);

impl Header {
    /// Puts the right length and checksum in, for a payload between two addresses.
    #[must_use]
    pub fn sealed(mut self, source: [u8; 4], destination: [u8; 4], body: &Payload) -> Self {
        self.len = u16::try_from(u64::from(HEADER_LEN) + body.len()).unwrap_or(u16::MAX);
        self.checksum = 0;
        // A sum of zero travels as ones, for zero says that there is none (RFC 768).
        self.checksum = match self.sum(source, destination, body) {
            0 => u16::MAX,
            sum => sum,
        };
        self
    }

    /// Whether the checksum is right, or was left away (RFC 768).
    pub fn is_intact(&self, source: [u8; 4], destination: [u8; 4], body: &Payload) -> bool {
        self.checksum == 0 || self.sum(source, destination, body) == 0
    }

    fn sum(&self, source: [u8; 4], destination: [u8; 4], body: &Payload) -> u16 {
        let mut encoder = Encoder::new();
        self.encode(&mut encoder);
        let mut sum = Checksum::new();
        // The pseudo-header keeps datagrams from being taken for another host's.
        sum.add(&source);
        sum.add(&destination);
        sum.add(&[0, PROTOCOL_UDP]);
        sum.add(&self.len.to_be_bytes());
        sum.add(&encoder.into_bytes());
        body.add_to(&mut sum);
        sum.finish()
    }

    /// Writes the 8 bytes.
    pub fn encode(&self, out: &mut Encoder) {
        out.bits(&SOURCE_PORT, 16, self.source_port.into());
        out.bits(&DESTINATION_PORT, 16, self.destination_port.into());
        out.bits_as(&LENGTH, 16, self.len.into(), |len| number(len, format!("{len} B")));
        out.bits_as(&CHECKSUM, 16, self.checksum.into(), |sum| number(sum, format!("0x{sum:04x}")));
    }

    /// Reads the header at the start of `bytes`.
    ///
    /// # Errors
    /// Says at which byte which rule is broken. The checksum is not checked: see
    /// [`Header::is_intact`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let Some(head) = bytes.first_chunk::<8>() else {
            return Err(DecodeError::new(bytes.len(), "a UDP header has 8 bytes (RFC 768)"));
        };
        let word = |at: usize| u16::from_be_bytes([head[at], head[at + 1]]);
        if word(4) < HEADER_LEN {
            return Err(DecodeError::new(4, "the length counts the header too (RFC 768)"));
        }
        Ok(Self {
            source_port: word(0),
            destination_port: word(2),
            len: word(4),
            checksum: word(6),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::Header;
    use crate::wire::encoder::Encoder;
    use crate::wire::{Datagram, Packet, Payload};

    const SOURCE: [u8; 4] = [192, 0, 2, 1];
    const DESTINATION: [u8; 4] = [192, 0, 2, 2];

    fn bytes(header: Header) -> Vec<u8> {
        let mut encoder = Encoder::new();
        header.encode(&mut encoder);
        encoder.into_bytes()
    }

    fn header() -> Header {
        Header { source_port: 40_000, destination_port: 53, ..Header::default() }
    }

    #[test]
    fn etherparse_reads_the_same_packet_and_agrees_with_both_checksums() {
        let body = Payload::pattern(0, 33);
        let datagram = Datagram { ports: (40_000, 53), body: body.clone(), units: Vec::new() };
        let packet = Packet::udp((SOURCE, DESTINATION), 7, true, datagram);
        let bytes = packet.to_vec();
        let theirs = etherparse::SlicedPacket::from_ip(&bytes).unwrap();
        let Some(etherparse::TransportSlice::Udp(udp)) = theirs.transport else {
            panic!("no datagram in {theirs:?}");
        };
        assert_eq!((udp.source_port(), udp.destination_port(), udp.length()), (40_000, 53, 41));
        let sum = udp.to_header().calc_checksum_ipv4_raw(SOURCE, DESTINATION, &body.to_vec());
        assert_eq!(sum.unwrap(), udp.checksum());
        assert_eq!(packet.datagram().unwrap().checksum, udp.checksum());
        assert!(packet.datagram().unwrap().is_intact(SOURCE, DESTINATION, &body));
        assert_eq!(packet.size(), 20 + 8 + 33);
        assert_eq!(packet.to_string(), "UDP, length 33");
        assert_eq!(packet.label().kind, "datagram");
        assert_eq!(packet.layers().len(), 3);
    }

    #[test]
    fn a_sum_of_zero_travels_as_ones_and_no_sum_passes() {
        // Some payload makes the sum zero: the one that is the sum of the rest.
        let sum = header().sealed(SOURCE, DESTINATION, &Payload::from(vec![0, 0])).checksum;
        let body = Payload::from(sum.to_be_bytes().to_vec());
        let sealed = header().sealed(SOURCE, DESTINATION, &body);
        assert_eq!(sealed.checksum, 0xffff);
        assert!(sealed.is_intact(SOURCE, DESTINATION, &body));
        let none = Header { checksum: 0, ..sealed };
        assert!(none.is_intact(SOURCE, DESTINATION, &Payload::pattern(0, 2)));
        assert!(!sealed.is_intact(SOURCE, DESTINATION, &Payload::pattern(0, 2)));
    }

    #[test]
    fn broken_headers_are_refused_with_byte_and_rule() {
        let refused = |bytes: &[u8]| Header::decode(bytes).unwrap_err().to_string();
        assert_eq!(refused(&[0; 7]), "byte 7: a UDP header has 8 bytes (RFC 768)");
        assert_eq!(refused(&[0; 8]), "byte 4: the length counts the header too (RFC 768)");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_back_or_refused(
            random in proptest::collection::vec(any::<u8>(), 0..12),
        ) {
            match Header::decode(&random) {
                Ok(header) => prop_assert_eq!(&bytes(header)[..], &random[..8]),
                Err(error) => prop_assert!(error.at <= 8),
            }
        }

        #[test]
        fn a_flipped_bit_shows_in_the_checksum(bit in 0_usize..64, len in 0_u64..40) {
            let body = Payload::pattern(0, len);
            let mut damaged = bytes(header().sealed(SOURCE, DESTINATION, &body));
            damaged[bit / 8] ^= 1 << (bit % 8);
            if let Ok(read) = Header::decode(&damaged) {
                prop_assert!(!read.is_intact(SOURCE, DESTINATION, &body) || read.checksum == 0);
            }
        }
    }
}
