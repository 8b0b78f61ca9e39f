//! Fresh numbers for each try: a pure choice from what the author allows.

/// One value that changes from try to try: `from`, `from + step`, … up to `to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// The name by which the prompt uses it: `{delay}`.
    pub name: String,
    /// The first value.
    pub from: i64,
    /// No value is beyond this; below `from`, only `from` is taken.
    pub to: i64,
    /// The distance of two values; 0 is taken as 1.
    pub step: u32,
}

impl Axis {
    /// How many values there are, at least 1.
    pub fn count(&self) -> u64 {
        let span = i128::from(self.to) - i128::from(self.from);
        let steps = span.max(0) / i128::from(self.step.max(1));
        u64::try_from(steps + 1).unwrap_or(u64::MAX)
    }

    fn value(&self, index: u64) -> i64 {
        let offset = i128::from(index) * i128::from(self.step.max(1));
        i64::try_from(i128::from(self.from) + offset).unwrap_or(self.to)
    }
}

/// The values of try `seed`, by name.
///
/// A pure function of its arguments. Counting `seed` up by one at each try never repeats the
/// last values while there are others, and meets every combination once before any comes again
/// (up to 2⁶⁴ combinations).
pub fn vary(axes: &[Axis], seed: u64) -> Vec<(String, i64)> {
    let total = axes.iter().fold(1_u64, |total, axis| total.saturating_mul(axis.count()));
    let mut index =
        u64::try_from(u128::from(seed % total) * u128::from(stride(total)) % u128::from(total))
            .unwrap_or(0);
    axes.iter()
        .map(|axis| {
            let count = axis.count();
            let value = axis.value(index % count);
            index /= count;
            (axis.name.clone(), value)
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

/// `template` with each `{name}` replaced by its value. Other braces stay as they are.
pub fn fill(template: &str, values: &[(String, i64)]) -> String {
    let mut filled = template.to_owned();
    for (name, value) in values {
        filled = filled.replace(&format!("{{{name}}}"), &value.to_string());
    }
    filled
}
