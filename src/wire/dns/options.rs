//! Options of EDNS and parameters of services, taken apart.

use super::super::ipv4::address_text;
use super::Option16;

/// The numbers of EDNS options.
pub mod option {
    /// Client subnet (RFC 7871).
    pub const SUBNET: u16 = 8;
    /// Cookie (RFC 7873).
    pub const COOKIE: u16 = 10;
    /// Padding (RFC 7830).
    pub const PADDING: u16 = 12;
    /// Extended error (RFC 8914).
    pub const ERROR: u16 = 15;
}

/// The network of the client for whom a resolver asks (RFC 7871 section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subnet {
    /// How many bits of the address are given.
    pub source: u8,
    /// For how many bits the answer holds; 0 in queries.
    pub scope: u8,
    /// The address, zero behind those bits.
    pub address: [u8; 4],
}

impl Subnet {
    /// The network of `address` in a query.
    pub fn of(address: [u8; 4], source: u8) -> Self {
        let source = source.min(32);
        let mask = u32::MAX.checked_shl(32 - u32::from(source)).unwrap_or(0);
        let address = (u32::from_be_bytes(address) & mask).to_be_bytes();
        Self { source, scope: 0, address }
    }

    /// The option.
    pub fn to_option(self) -> Option16 {
        let mut bytes = vec![0, 1, self.source, self.scope];
        bytes.extend(self.address.iter().take(usize::from(self.source.div_ceil(8))));
        (option::SUBNET, bytes)
    }

    /// Reads the option of IPv4; nothing if it is none or breaks a rule of RFC 7871 section 6.
    pub fn from_option((number, bytes): &Option16) -> Option<Self> {
        let (&[0, 1, source, scope], prefix) = bytes.split_first_chunk::<4>()? else {
            return None;
        };
        let whole = usize::from(source.div_ceil(8));
        if *number != option::SUBNET || source > 32 || scope > 32 || prefix.len() != whole {
            return None;
        }
        let mut address = [0; 4];
        address.iter_mut().zip(prefix).for_each(|(to, from)| *to = *from);
        let subnet = Self { source, scope, address };
        (Self::of(address, source).address == address).then_some(subnet)
    }
}

/// What an option says: `client subnet 192.0.2.0/24`.
pub(super) fn option_text(numbered: &Option16) -> String {
    let (number, bytes) = numbered;
    let len = bytes.len();
    match *number {
        option::SUBNET => match Subnet::from_option(numbered) {
            Some(Subnet { source, scope, address }) => {
                format!("client subnet {}/{source}, scope {scope}", address_text(address))
            }
            None => format!("client subnet, {len} B"),
        },
        option::COOKIE => format!("cookie, {len} B"),
        option::PADDING => format!("padding, {len} B"),
        option::ERROR => match bytes.first_chunk::<2>() {
            Some(code) => format!("extended error {}", error_text(u16::from_be_bytes(*code))),
            None => format!("extended error, {len} B"),
        },
        number => format!("option {number}, {len} B"),
    }
}

/// The extended errors that matter here (RFC 8914 section 4).
fn error_text(code: u16) -> String {
    let name = match code {
        6 => "DNSSEC bogus",
        7 => "signature expired",
        9 => "DNSKEY missing",
        10 => "RRSIGs missing",
        22 => "no reachable authority",
        _ => return code.to_string(),
    };
    format!("{code} ({name})")
}

/// What a parameter of a service says (RFC 9460 section 14.3.2): `alpn h3,h2`.
pub(super) fn param_text((number, bytes): &Option16) -> String {
    match *number {
        1 => {
            let mut rest = &bytes[..];
            let mut names = Vec::new();
            while let Some((len, behind)) = rest.split_first() {
                let (name, behind) =
                    behind.split_at_checked(usize::from(*len)).unwrap_or((behind, &[]));
                names.push(String::from_utf8_lossy(name).into_owned());
                rest = behind;
            }
            format!("alpn {}", names.join(","))
        }
        3 => format!("port {}", bytes.iter().fold(0, |sum, byte| sum * 256 + u32::from(*byte))),
        4 => {
            let hints = bytes.as_chunks::<4>().0.iter().map(|hint| address_text(*hint));
            format!("ipv4hint {}", hints.collect::<Vec<_>>().join(","))
        }
        5 => format!("ech, {} B", bytes.len()),
        6 => format!("ipv6hint, {} B", bytes.len()),
        number => format!("key{number}, {} B", bytes.len()),
    }
}
