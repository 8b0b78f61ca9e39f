//! The Internet checksum, RFC 1071: the ones' complement of the sum of 16-bit words.

use super::payload::pattern_byte;

/// A checksum that is being added up, in the order of the bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checksum {
    sum: u64,
    /// Whether the next byte is the second of its word.
    odd: bool,
}

impl Checksum {
    /// Nothing added yet.
    pub const fn new() -> Self {
        Self { sum: 0, odd: false }
    }

    /// Adds bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.sum += if self.odd { u64::from(byte) } else { u64::from(byte) << 8 };
            self.odd = !self.odd;
        }
    }

    /// Adds `len` bytes of the endless pattern from position `start`, without making them.
    pub fn add_pattern(&mut self, start: u64, len: u64) {
        let end = start + len;
        let sums = |parity| pattern_sum(end, parity) - pattern_sum(start, parity);
        // The first byte is high unless the word is half full.
        let high = (start + u64::from(self.odd)) % 2;
        self.sum += (sums(high) << 8) + sums(1 - high);
        self.odd ^= len % 2 == 1;
    }

    /// The checksum: 0 if what was added contains a right one.
    pub const fn finish(self) -> u16 {
        let mut sum = self.sum;
        while sum >> 16 != 0 {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        let [.., high, low] = sum.to_be_bytes();
        !u16::from_be_bytes([high, low])
    }
}

/// The sum of the pattern's bytes at the positions below `end` whose parity is `parity`.
fn pattern_sum(end: u64, parity: u64) -> u64 {
    // The period is even, so a position and its place in the period have the same parity.
    let part = |end: u64| (0..end).filter(|at| at % 2 == parity).map(byte).sum::<u64>();
    end / 26 * PERIOD[usize::from(parity == 1)] + part(end % 26)
}

const fn byte(position: u64) -> u64 {
    pattern_byte(position) as u64
}

/// The sums of one period's bytes at even and at odd places.
const PERIOD: [u64; 2] = [13 * b'm' as u64, 13 * b'n' as u64];

#[cfg(test)]
mod tests {
    use super::Checksum;
    use crate::wire::Payload;

    fn checksum(bytes: &[u8]) -> u16 {
        let mut sum = Checksum::new();
        sum.add(bytes);
        sum.finish()
    }

    #[test]
    fn the_example_of_rfc_1071_adds_up_to_ddf2() {
        let bytes = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];
        assert_eq!(checksum(&bytes), !0xddf2);
        assert_eq!(checksum(&bytes), 0x220d);
    }

    #[test]
    fn bytes_with_their_checksum_give_zero() {
        assert_eq!(checksum(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7, 0x22, 0x0d]), 0);
    }

    #[test]
    fn the_pattern_counts_as_its_bytes_wherever_it_begins() {
        for start in 0..53 {
            for len in 0..80 {
                for before in 0..2 {
                    let mut short = Checksum::new();
                    short.add(&[7][..before]);
                    short.add_pattern(start, len);
                    short.add(b"z");
                    let mut long = vec![7; before];
                    long.extend(Payload::pattern(start, len).to_vec());
                    long.push(b'z');
                    assert_eq!(short.finish(), checksum(&long), "{start} {len} {before}");
                }
            }
        }
    }
}
