//! Fresh numbers for each try: a pure choice from what the author allows.

/// One value that changes from try to try: `from`, `from + step`, … up to `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis<'a> {
    /// The name by which the prompt uses it: `{delay}`.
    pub name: &'a str,
    /// The first value.
    pub from: u64,
    /// No value is beyond this; below `from`, only `from` is taken.
    pub to: u64,
    /// The distance of two values; 0 is taken as 1.
    pub step: u64,
}

impl Axis<'_> {
    /// How many values there are, at least 1.
    pub const fn count(&self) -> u64 {
        (self.to.saturating_sub(self.from) / self.step()).saturating_add(1)
    }

    const fn step(&self) -> u64 {
        if self.step == 0 { 1 } else { self.step }
    }

    const fn value(&self, index: u64) -> u64 {
        self.from.saturating_add(index.saturating_mul(self.step()))
    }
}

/// The values of try `seed`, by name.
///
/// A pure function of its arguments; try 0 has every `from`. Counting `seed` up by one at each try never repeats the
/// last values while there are others, and meets every combination once before any comes again
/// (up to 2⁶⁴ combinations).
pub fn vary(axes: &[Axis<'_>], seed: u64) -> Vec<(String, u64)> {
    let total = axes.iter().fold(1_u64, |total, axis| total.saturating_mul(axis.count()));
    let mut index =
        u64::try_from(u128::from(seed % total) * u128::from(stride(total)) % u128::from(total))
            .unwrap_or(0);
    axes.iter()
        .map(|axis| {
            let count = axis.count();
            let value = axis.value(index % count);
            index /= count;
            (axis.name.to_owned(), value)
        })
        .collect()
}

/// A step through `total` combinations that meets each: near the golden section, so that
/// neighbouring tries are far apart, and without a common divisor.
fn stride(total: u64) -> u64 {
    let golden = u128::from(total) * 618 / 1_000;
    let mut stride = u64::try_from(golden).unwrap_or(1).max(1);
    while gcd(stride, total) != 1 {
        stride += 1;
    }
    stride
}

const fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
