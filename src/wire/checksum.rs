//! The Internet checksum, RFC 1071: the ones' complement of the sum of 16-bit words.

use super::payload::pattern_byte;
use super::sealed::noise_byte;

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
        let words = if self.odd { &[][..] } else { bytes.as_chunks::<2>().0 };
        self.sum += words.iter().map(|word| u64::from(u16::from_be_bytes(*word))).sum::<u64>();
        for &byte in &bytes[2 * words.len()..] {
            self.sum += if self.odd { u64::from(byte) } else { u64::from(byte) << 8 };
            self.odd = !self.odd;
        }
    }

    /// Adds `len` bytes of the endless pattern from position `start`, without making them.
    pub fn add_pattern(&mut self, start: u64, len: u64) {
        self.add_cycle(&PATTERN, start, len);
    }

    /// Adds `len` bytes of the endless noise from position `start`, without making them.
    pub fn add_noise(&mut self, start: u64, len: u64) {
        self.add_cycle(&NOISE, start, len);
    }

    fn add_cycle<const N: usize>(&mut self, cycle: &Cycle<N>, start: u64, len: u64) {
        let end = start + len;
        let sums = |parity| cycle.sum(end, parity) - cycle.sum(start, parity);
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

/// The running sums of bytes that come again and again, those at even and at odd places: before
/// the first byte, after the first, and so on. The period is even, so a position and its place in
/// the period have the same parity.
struct Cycle<const N: usize> {
    sums: [[u32; 2]; N],
    whole: [u32; 2],
}

impl<const N: usize> Cycle<N> {
    const fn new(byte: [u8; N]) -> Self {
        let mut cycle = Self { sums: [[0; 2]; N], whole: [0; 2] };
        let mut at = 0;
        while at < N {
            cycle.sums[at] = cycle.whole;
            cycle.whole[at % 2] += byte[at] as u32;
            at += 1;
        }
        cycle
    }

    /// The sum of the bytes at the positions below `end` whose parity is `parity`.
    fn sum(&self, end: u64, parity: u64) -> u64 {
        let parity = usize::from(parity == 1);
        let place = usize::try_from(end % N as u64).unwrap_or(0);
        end / N as u64 * u64::from(self.whole[parity]) + u64::from(self.sums[place][parity])
    }
}

static PATTERN: Cycle<26> = Cycle::new({
    let mut bytes = [0; 26];
    let mut at = 0;
    while at < bytes.len() {
        bytes[at] = pattern_byte(at as u64);
        at += 1;
    }
    bytes
});

static NOISE: Cycle<256> = Cycle::new({
    let mut bytes = [0; 256];
    let mut at = 0;
    while at < bytes.len() {
        bytes[at] = noise_byte(at as u64);
        at += 1;
    }
    bytes
});

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
