//! The header of the Internet Protocol version 4, RFC 791 section 3.1.

use super::checksum::Checksum;
use super::encoder::{DecodeError, Encoder, FieldSpec, FieldValue, number, spec, text};

/// An IPv4 header without options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ipv4 {
    /// Differentiated services and congestion notification (RFC 2474, RFC 3168).
    pub tos: u8,
    /// Header and what follows, in bytes.
    pub total_len: u16,
    /// Tells the fragments of one packet from those of another.
    pub id: u16,
    /// The three flags: reserved, don't fragment, more fragments.
    pub flags: u8,
    /// Where the fragment belongs, in 8 bytes.
    pub fragment_offset: u16,
    /// How many routers it may still pass.
    pub ttl: u8,
    /// What follows the header: 6 is TCP.
    pub protocol: u8,
    /// The checksum of the header, right or not.
    pub checksum: u16,
    /// Who sent it.
    pub source: [u8; 4],
    /// Whom it is for.
    pub destination: [u8; 4],
}

/// The two bits for explicit congestion notification (RFC 3168 section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ecn(pub u8);

impl Ecn {
    /// The transport does not understand marks.
    pub const NONE: Self = Self(0b00);
    /// The transport understands marks: ECT(0).
    pub const CAPABLE: Self = Self(0b10);
    /// A queue on the way is long: CE.
    pub const MARKED: Self = Self(0b11);
}

/// The number of TCP (RFC 9293 section 3.1).
pub const PROTOCOL_TCP: u8 = 6;
/// The number of ICMP (RFC 792).
pub const PROTOCOL_ICMP: u8 = 1;
/// The flag that forbids routers to cut the packet.
pub const DONT_FRAGMENT: u8 = 0b010;
/// The size of the header without options.
pub const HEADER_LEN: u16 = 20;

const CLAUSE: &str = "RFC 791 section 3.1";
static VERSION: FieldSpec =
    spec("version", "Version", "Which Internet Protocol this is: always 4 here.", CLAUSE);
static IHL: FieldSpec = spec(
    "ihl",
    "Header length",
    "The length of this header in 32-bit words; 5 means 20 bytes, without options.",
    CLAUSE,
);
static TOS: FieldSpec = spec(
    "tos",
    "Services and congestion",
    "Six bits ask routers for a kind of service, two carry explicit congestion notification.",
    "RFC 2474 section 3, RFC 3168 section 5",
);
static TOTAL_LEN: FieldSpec =
    spec("total-length", "Total length", "Header and payload together, in bytes.", CLAUSE);
static ID: FieldSpec = spec(
    "id",
    "Identification",
    "Holds fragments together; without meaning in a packet that must not be cut.",
    "RFC 791 section 3.1, RFC 6864",
);
static FLAGS: FieldSpec = spec(
    "ip-flags",
    "Flags",
    "DF forbids routers to cut the packet; MF says more follows.",
    CLAUSE,
);
static FRAGMENT_OFFSET: FieldSpec = spec(
    "fragment-offset",
    "Fragment offset",
    "Where this piece belongs in the whole packet, in units of 8 bytes.",
    CLAUSE,
);
static TTL: FieldSpec = spec(
    "ttl",
    "Time to live",
    "Every router takes one off and throws the packet away at zero, so that none circles forever.",
    CLAUSE,
);
static PROTOCOL: FieldSpec =
    spec("protocol", "Protocol", "What the payload is: 1 is ICMP, 6 is TCP, 17 is UDP.", CLAUSE);
static CHECKSUM: FieldSpec = spec(
    "header-checksum",
    "Header checksum",
    "Guards this header, not the payload, against bit errors.",
    "RFC 791 section 3.1, RFC 1071",
);
static SOURCE: FieldSpec = spec("src", "Source address", "The host that sent the packet.", CLAUSE);
static DESTINATION: FieldSpec =
    spec("dst", "Destination address", "The host that the packet is for.", CLAUSE);

/// The usual text of an address: `192.0.2.1`.
pub fn address_text(address: [u8; 4]) -> String {
    let [a, b, c, d] = address;
    format!("{a}.{b}.{c}.{d}")
}

impl Ipv4 {
    /// The two bits for explicit congestion notification.
    pub const fn ecn(&self) -> Ecn {
        Ecn(self.tos & 0b11)
    }

    /// Puts the right checksum in.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.checksum = 0;
        self.checksum = self.sum();
        self
    }

    /// Whether the checksum is right.
    pub fn is_intact(&self) -> bool {
        self.sum() == 0
    }

    /// The checksum of the header's ten words.
    fn sum(&self) -> u16 {
        let mut sum = Checksum::new();
        sum.add(&[0x45, self.tos]);
        let pieces = u16::from(self.flags) << 13 | self.fragment_offset & 0x1fff;
        for word in [self.total_len, self.id, pieces, self.checksum] {
            sum.add(&word.to_be_bytes());
        }
        sum.add(&[self.ttl, self.protocol]);
        sum.add(&self.source);
        sum.add(&self.destination);
        sum.finish()
    }

    /// The 20 bytes.
    pub fn to_vec(self) -> Vec<u8> {
        let mut encoder = Encoder::new();
        self.encode(&mut encoder);
        encoder.into_bytes()
    }

    /// Writes the 20 bytes.
    pub fn encode(&self, out: &mut Encoder) {
        out.bits(&VERSION, 4, 4);
        out.bits_as(&IHL, 4, 5, |words| number(words, format!("{words} words, 20 bytes")));
        out.bits_as(&TOS, 8, self.tos.into(), |tos| number(tos, format!("0x{tos:02x}")));
        out.bits_as(&TOTAL_LEN, 16, self.total_len.into(), |len| number(len, format!("{len} B")));
        out.bits_as(&ID, 16, self.id.into(), |id| number(id, format!("0x{id:04x}")));
        out.bits_as(&FLAGS, 3, self.flags.into(), show_flags);
        out.bits(&FRAGMENT_OFFSET, 13, self.fragment_offset.into());
        out.bits(&TTL, 8, self.ttl.into());
        out.bits_as(&PROTOCOL, 8, self.protocol.into(), |protocol| {
            let name = match u8::try_from(protocol) {
                Ok(PROTOCOL_ICMP) => " (ICMP)",
                Ok(PROTOCOL_TCP) => " (TCP)",
                Ok(super::udp::PROTOCOL_UDP) => " (UDP)",
                _ => "",
            };
            number(protocol, format!("{protocol}{name}"))
        });
        out.bits_as(&CHECKSUM, 16, self.checksum.into(), |sum| number(sum, format!("0x{sum:04x}")));
        out.bytes(&SOURCE, &self.source, || text(address_text(self.source)));
        out.bytes(&DESTINATION, &self.destination, || text(address_text(self.destination)));
    }

    /// Reads the header at the start of `bytes`.
    ///
    /// # Errors
    /// Says at which byte which rule is broken. A wrong checksum is no error: see
    /// [`Ipv4::is_intact`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let Some(head) = bytes.first_chunk::<20>() else {
            return Err(DecodeError::new(
                bytes.len(),
                "an IPv4 header has at least 20 bytes (RFC 791 section 3.1)",
            ));
        };
        let word = |at: usize| u16::from_be_bytes([head[at], head[at + 1]]);
        if head[0] >> 4 != 4 {
            return Err(DecodeError::new(0, "the version must be 4 (RFC 791 section 3.1)"));
        }
        if head[0] & 15 != 5 {
            return Err(DecodeError::new(
                0,
                "only headers of 5 words are understood (RFC 791 section 3.1: at least 5)",
            ));
        }
        if word(2) < HEADER_LEN {
            return Err(DecodeError::new(
                2,
                "the total length counts the header too (RFC 791 section 3.1)",
            ));
        }
        Ok(Self {
            tos: head[1],
            total_len: word(2),
            id: word(4),
            flags: head[6] >> 5,
            fragment_offset: word(6) & 0x1fff,
            ttl: head[8],
            protocol: head[9],
            checksum: word(10),
            source: [head[12], head[13], head[14], head[15]],
            destination: [head[16], head[17], head[18], head[19]],
        })
    }
}

fn show_flags(flags: u32) -> (FieldValue, String) {
    let names: Vec<String> = [(4, "reserved"), (2, "DF"), (1, "MF")]
        .iter()
        .filter(|(bit, _)| flags & bit != 0)
        .map(|(_, name)| (*name).to_owned())
        .collect();
    let shown = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    (FieldValue::List(names), shown)
}

#[cfg(test)]
mod tests {
    use super::{DONT_FRAGMENT, Ipv4, PROTOCOL_TCP};
    use crate::wire::encoder::Encoder;
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    fn header() -> Ipv4 {
        Ipv4 {
            tos: 0,
            total_len: 60,
            id: 0x1c46,
            flags: DONT_FRAGMENT,
            fragment_offset: 0,
            ttl: 64,
            protocol: PROTOCOL_TCP,
            checksum: 0,
            source: [192, 0, 2, 1],
            destination: [192, 0, 2, 2],
        }
        .sealed()
    }

    fn bytes(header: &Ipv4) -> Vec<u8> {
        let mut encoder = Encoder::new();
        header.encode(&mut encoder);
        encoder.into_bytes()
    }

    #[test]
    fn etherparse_reads_the_same_header_and_agrees_with_the_checksum() {
        let bytes = bytes(&header());
        let (theirs, rest) = etherparse::Ipv4Header::from_slice(&bytes).unwrap();
        assert!(rest.is_empty());
        assert_eq!(theirs.total_len, 60);
        assert_eq!(theirs.identification, 0x1c46);
        assert!(theirs.dont_fragment && !theirs.more_fragments);
        assert_eq!(theirs.source, [192, 0, 2, 1]);
        assert_eq!(theirs.header_checksum, theirs.calc_header_checksum());
        assert!(header().is_intact());
    }

    #[test]
    fn a_short_header_is_refused_where_it_ends() {
        let error = Ipv4::decode(&[0x45; 7]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "byte 7: an IPv4 header has at least 20 bytes (RFC 791 section 3.1)"
        );
        let error = Ipv4::decode(&[0x65; 20]).unwrap_err();
        assert_eq!(error.to_string(), "byte 0: the version must be 4 (RFC 791 section 3.1)");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_back_or_refused(
            mut random in proptest::collection::vec(any::<u8>(), 0..40),
            valid in any::<bool>(),
        ) {
            if valid && !random.is_empty() {
                random[0] = 0x45;
            }
            match Ipv4::decode(&random) {
                Ok(header) => prop_assert_eq!(&bytes(&header)[..], &random[..20]),
                Err(error) => prop_assert!(error.at <= 20),
            }
        }

        #[test]
        fn a_flipped_bit_shows_in_the_checksum(bit in 8_usize..160) {
            let mut damaged = bytes(&header());
            damaged[bit / 8] ^= 1 << (bit % 8);
            if let Ok(read) = Ipv4::decode(&damaged) {
                prop_assert!(!read.is_intact());
            }
        }
    }
}
