//! Which way a packet goes next: a table of prefixes for each host.
//!
//! RFC 1812 section 5.2.4.3: of all prefixes that contain the destination, the longest wins. A
//! neighbour's own address counts as the longest, unless the table names that very address.

use super::trace::HostId;

/// The addresses whose first `len` bits are those of `network`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Prefix {
    /// The first address; the bits behind `len` do not count.
    pub network: [u8; 4],
    /// How many bits count, 0 to 32.
    pub len: u8,
}

impl Prefix {
    /// Every address: the default route.
    pub const ALL: Self = Self { network: [0; 4], len: 0 };

    /// A prefix with the bits behind `len` cleared.
    pub fn new(network: [u8; 4], len: u8) -> Self {
        let len = len.min(32);
        let network = (u32::from_be_bytes(network) & mask(len)).to_be_bytes();
        Self { network, len }
    }

    /// The prefix that contains this address alone.
    pub const fn host(address: [u8; 4]) -> Self {
        Self { network: address, len: 32 }
    }

    /// Whether an address is in it.
    pub const fn contains(self, address: [u8; 4]) -> bool {
        let mask = mask(self.len);
        u32::from_be_bytes(address) & mask == u32::from_be_bytes(self.network) & mask
    }
}

/// As people write it: `203.0.113.0/24`.
impl core::fmt::Display for Prefix {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let [a, b, c, d] = self.network;
        write!(f, "{a}.{b}.{c}.{d}/{}", self.len)
    }
}

/// The bits that count in a prefix of `len` bits.
const fn mask(len: u8) -> u32 {
    if len == 0 { 0 } else { u32::MAX << (32 - len as u32) }
}

/// The table of a host: where packets to a prefix go next.
#[derive(Clone, Debug, Default)]
pub(super) struct Routes(Vec<(Prefix, HostId)>);

impl Routes {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Sends packets to `prefix` to the host `via` from now on; `None` takes the entry out.
    pub(super) fn set(&mut self, prefix: Prefix, via: Option<HostId>) {
        self.0.retain(|(known, _)| *known != prefix);
        self.0.extend(via.map(|via| (prefix, via)));
    }

    /// The entry with the longest prefix that contains `address`.
    pub(super) fn longest(&self, address: [u8; 4]) -> Option<(u8, HostId)> {
        let fitting = self.0.iter().filter(|(prefix, _)| prefix.contains(address));
        fitting.map(|(prefix, via)| (prefix.len, *via)).max_by_key(|(len, _)| *len)
    }
}

#[cfg(test)]
mod tests {
    use super::{Prefix, Routes};
    use crate::sim::trace::HostId;

    #[test]
    fn the_longest_prefix_wins_whatever_the_order() {
        let mut routes = Routes::new();
        let wide = Prefix::new([203, 0, 113, 99], 22);
        let narrow = Prefix::new([203, 0, 113, 0], 24);
        routes.set(narrow, Some(HostId(2)));
        routes.set(wide, Some(HostId(1)));
        routes.set(Prefix::ALL, Some(HostId(0)));
        assert_eq!(wide.to_string(), "203.0.112.0/22");
        assert_eq!(routes.longest([203, 0, 113, 7]), Some((24, HostId(2))));
        assert_eq!(routes.longest([203, 0, 112, 7]), Some((22, HostId(1))));
        assert_eq!(routes.longest([8, 8, 8, 8]), Some((0, HostId(0))));
        routes.set(narrow, None);
        assert_eq!(routes.longest([203, 0, 113, 7]), Some((22, HostId(1))));
    }

    #[test]
    fn a_prefix_of_no_bits_is_everything() {
        assert!(Prefix::ALL.contains([255, 255, 255, 255]));
        assert!(!Prefix::host([1, 2, 3, 4]).contains([1, 2, 3, 5]));
    }
}
