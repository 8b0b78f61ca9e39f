//! Chance from a seed: `SplitMix64` (Steele, Lea, Flood 2014), the same on every machine.
//!
//! Each purpose has its own named stream, and each index of a stream its own generator, so that
//! a draw more in one place never shifts the draws of another.

/// A generator of chance; equal seeds give equal draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rng(u64);

impl Rng {
    /// The generator of `seed`.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The stream for a purpose, such as `link client>server`.
    #[must_use]
    pub fn stream(self, purpose: &str) -> Self {
        // FNV-1a: any stable hash of the name will do.
        let hash = purpose.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(mix(self.0 ^ hash))
    }

    /// The generator of the `index`-th draw of this stream.
    #[must_use]
    pub const fn at(self, index: u64) -> Self {
        Self(mix(self.0.wrapping_add(mix(index.wrapping_add(1)))))
    }

    /// The next 64 random bits.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number from 0 to `bound` − 1; 0 if `bound` is 0.
    pub const fn below(&mut self, bound: u64) -> u64 {
        // The bias of the multiply method is under 2^-32 for the bounds used here.
        ((self.next() as u128 * bound as u128) >> 64) as u64
    }

    /// Whether something of probability `ppm` parts per million happens.
    pub const fn chance(&mut self, ppm: u32) -> bool {
        self.below(1_000_000) < ppm as u64
    }
}

/// The finalizer of `SplitMix64`.
const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::Rng;

    #[test]
    fn draws_equal_the_published_vector() {
        // The first outputs of SplitMix64 for seed 1234567.
        let mut rng = Rng::new(1_234_567);
        let draws: Vec<u64> = (0..3).map(|_| rng.next()).collect();
        assert_eq!(
            draws,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn a_chance_of_one_percent_happens_about_once_in_a_hundred() {
        let stream = Rng::new(7).stream("test");
        let hits = (0..100_000).filter(|&index| stream.at(index).chance(10_000)).count();
        assert!((900..1_100).contains(&hits), "{hits}");
    }

    #[test]
    fn streams_of_different_names_differ() {
        let rng = Rng::new(1);
        assert_ne!(rng.stream("client>server"), rng.stream("server>client"));
    }
}
