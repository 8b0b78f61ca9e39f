//! What records say: the data of each type, as RFC 1035 section 3.3 and later documents define it.

use core::fmt;

use super::Name;

/// A type of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(pub u16);

/// Numbers and names (RFC 1035, 3596, 2782, 6891, 4034, 5155, 9460, 8659).
const KINDS: [(u16, &str); 19] = [
    (1, "A"),
    (2, "NS"),
    (5, "CNAME"),
    (6, "SOA"),
    (12, "PTR"),
    (15, "MX"),
    (16, "TXT"),
    (28, "AAAA"),
    (33, "SRV"),
    (41, "OPT"),
    (43, "DS"),
    (46, "RRSIG"),
    (47, "NSEC"),
    (48, "DNSKEY"),
    (50, "NSEC3"),
    (64, "SVCB"),
    (65, "HTTPS"),
    (255, "ANY"),
    (257, "CAA"),
];

impl Kind {
    /// An IPv4 address.
    pub const A: Self = Self(1);
    /// A server of a zone.
    pub const NS: Self = Self(2);
    /// Another name for the same thing.
    pub const CNAME: Self = Self(5);
    /// Where a zone begins.
    pub const SOA: Self = Self(6);
    /// The name of an address.
    pub const PTR: Self = Self(12);
    /// Who takes mail.
    pub const MX: Self = Self(15);
    /// Text.
    pub const TXT: Self = Self(16);
    /// An IPv6 address.
    pub const AAAA: Self = Self(28);
    /// Host and port of a service.
    pub const SRV: Self = Self(33);
    /// The extension of the message itself.
    pub const OPT: Self = Self(41);
    /// The digest of a child zone's key.
    pub const DS: Self = Self(43);
    /// A signature.
    pub const RRSIG: Self = Self(46);
    /// What comes next, so that nothing is between.
    pub const NSEC: Self = Self(47);
    /// A zone's key.
    pub const DNSKEY: Self = Self(48);
    /// Like NSEC, of hashed names.
    pub const NSEC3: Self = Self(50);
    /// How to reach a service.
    pub const SVCB: Self = Self(64);
    /// How to reach a web server.
    pub const HTTPS: Self = Self(65);
    /// All types, in questions only.
    pub const ANY: Self = Self(255);
    /// Who may issue certificates.
    pub const CAA: Self = Self(257);
}

/// The name of the type, or `TYPE1234` (RFC 3597 section 5).
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match KINDS.iter().find(|(number, _)| *number == self.0) {
            Some((_, name)) => f.write_str(name),
            None => write!(f, "TYPE{}", self.0),
        }
    }
}

/// A numbered option or parameter and its bytes.
pub type Option16 = (u16, Vec<u8>);

/// The data of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// An IPv4 address (RFC 1035 section 3.4.1).
    A([u8; 4]),
    /// An IPv6 address (RFC 3596).
    Aaaa([u8; 16]),
    /// A server of the zone.
    Ns(Name),
    /// The name that it stands for.
    Cname(Name),
    /// The name of an address.
    Ptr(Name),
    /// A mail server.
    Mx {
        /// The smallest is tried first.
        preference: u16,
        /// Its name.
        exchange: Name,
    },
    /// Texts of at most 255 bytes each.
    Txt(Vec<Vec<u8>>),
    /// Where a zone begins (RFC 1035 section 3.3.13).
    Soa(Box<Soa>),
    /// Who may issue certificates (RFC 8659).
    Caa {
        /// 128 means: who does not know the tag must not issue.
        flags: u8,
        /// What is said: `issue`.
        tag: Vec<u8>,
        /// The name of the issuer.
        value: Vec<u8>,
    },
    /// Host and port of a service (RFC 2782).
    Srv {
        /// The smallest is tried first.
        priority: u16,
        /// Its share among equals.
        weight: u16,
        /// The port.
        port: u16,
        /// The host.
        target: Name,
    },
    /// How to reach a service: SVCB and HTTPS (RFC 9460).
    Svcb {
        /// Whether it is of type HTTPS.
        https: bool,
        /// 0 makes it an alias.
        priority: u16,
        /// The host; the root stands for the name itself.
        target: Name,
        /// Numbered parameters in rising order.
        params: Vec<Option16>,
    },
    /// The digest of a child's key (RFC 4034 section 5).
    Ds {
        /// Which key.
        key_tag: u16,
        /// Its algorithm.
        algorithm: u8,
        /// How the digest is made; 2 is SHA-256.
        digest_type: u8,
        /// The digest.
        digest: Vec<u8>,
    },
    /// A zone's key (RFC 4034 section 2).
    Dnskey {
        /// 256 signs records, 257 signs keys.
        flags: u16,
        /// 13 is ECDSA on P-256, 8 is RSA.
        algorithm: u8,
        /// The key.
        key: Vec<u8>,
    },
    /// A signature (RFC 4034 section 3).
    Rrsig(Box<Rrsig>),
    /// The next name that exists, and the types of this one (RFC 4034 section 4).
    Nsec {
        /// The next name.
        next: Name,
        /// The types, in rising order.
        kinds: Vec<Kind>,
    },
    /// The next hashed name (RFC 5155 section 3).
    Nsec3 {
        /// 1 says that unsigned delegations may lie between.
        flags: u8,
        /// How often the name is hashed again.
        iterations: u16,
        /// What is hashed with it.
        salt: Vec<u8>,
        /// The next hash.
        next: Vec<u8>,
        /// The types, in rising order.
        kinds: Vec<Kind>,
    },
    /// A type that this program does not know (RFC 3597).
    Other(Kind, Vec<u8>),
}

/// Where a zone begins (RFC 1035 section 3.3.13).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Soa {
    /// The first server.
    pub primary: Name,
    /// The mailbox of whoever is responsible, with a dot for the at sign.
    pub mailbox: Name,
    /// Rises with every change.
    pub serial: u32,
    /// How often other servers look for changes, in seconds.
    pub refresh: u32,
    /// How soon they try again, in seconds.
    pub retry: u32,
    /// When they give up the zone, in seconds.
    pub expire: u32,
    /// How long it may be remembered that something does not exist (RFC 2308 section 4).
    pub minimum: u32,
}

/// A signature over all records of one name and type (RFC 4034 section 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rrsig {
    /// The type that is signed.
    pub covered: Kind,
    /// The algorithm.
    pub algorithm: u8,
    /// How many labels the name has.
    pub labels: u8,
    /// The time to live at the authority, in seconds.
    pub original_ttl: u32,
    /// Until when it holds, in seconds since 1970.
    pub expiration: u32,
    /// From when it holds, in seconds since 1970.
    pub inception: u32,
    /// Which key.
    pub key_tag: u16,
    /// Whose key.
    pub signer: Name,
    /// The signature.
    pub signature: Vec<u8>,
}

impl Data {
    /// The type.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::A(_) => Kind::A,
            Self::Aaaa(_) => Kind::AAAA,
            Self::Ns(_) => Kind::NS,
            Self::Cname(_) => Kind::CNAME,
            Self::Ptr(_) => Kind::PTR,
            Self::Mx { .. } => Kind::MX,
            Self::Txt(_) => Kind::TXT,
            Self::Soa(_) => Kind::SOA,
            Self::Caa { .. } => Kind::CAA,
            Self::Srv { .. } => Kind::SRV,
            Self::Svcb { https: true, .. } => Kind::HTTPS,
            Self::Svcb { https: false, .. } => Kind::SVCB,
            Self::Ds { .. } => Kind::DS,
            Self::Dnskey { .. } => Kind::DNSKEY,
            Self::Rrsig(_) => Kind::RRSIG,
            Self::Nsec { .. } => Kind::NSEC,
            Self::Nsec3 { .. } => Kind::NSEC3,
            Self::Other(kind, _) => *kind,
        }
    }
}

/// The number of a key, by which signatures and digests name it (RFC 4034 appendix B).
pub fn key_tag(flags: u16, algorithm: u8, key: &[u8]) -> u16 {
    let [high, low] = flags.to_be_bytes();
    let bytes = [high, low, 3, algorithm].into_iter().chain(key.iter().copied());
    let sum: u32 = bytes
        .zip(0_u32..)
        .map(|(byte, place)| if place % 2 == 0 { u32::from(byte) << 8 } else { u32::from(byte) })
        .sum();
    let [.., high, low] = (sum + (sum >> 16 & 0xffff)).to_be_bytes();
    u16::from_be_bytes([high, low])
}
