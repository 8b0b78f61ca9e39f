//! Numbers and times as a person reads them.

use crate::sim::link::DropReason;
use crate::sim::time::Instant;

/// A whole number with its thousands set apart: `1,180`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A text with the thousands of its numbers set apart: `seq 1,449`.
pub fn grouped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    let mut digits = String::new();
    for letter in text.chars().map(Some).chain([None]) {
        if let Some(digit) = letter.filter(char::is_ascii_digit) {
            digits.push(digit);
            continue;
        }
        match digits.parse().map(count) {
            // A number that begins with zeros is a name.
            Ok(number) if !digits.starts_with('0') || digits.len() == 1 => out.push_str(&number),
            _ => out.push_str(&digits),
        }
        digits.clear();
        out.extend(letter);
    }
    out
}

/// `value` / `unit` with at most `decimals` digits after the point, needless zeros left out.
pub fn decimal(value: u64, unit: u64, decimals: u32) -> String {
    let power = 10_u64.pow(decimals.min(9));
    let scaled =
        (u128::from(value) * u128::from(power) + u128::from(unit) / 2) / u128::from(unit.max(1));
    let scaled = u64::try_from(scaled).unwrap_or(u64::MAX);
    let (whole, part) = (scaled / power, scaled % power);
    if part == 0 {
        return count(whole);
    }
    let part = format!("{part:0width$}", width = decimals as usize);
    format!("{}.{}", count(whole), part.trim_end_matches('0'))
}

/// A length of time with its unit: `0.5 ms`, `190 ms`, `61.3 s`. The space does not break.
pub fn time(ns: u64) -> String {
    match ns {
        0 => "0\u{a0}ms".to_owned(),
        1..1_000_000 => format!("{}\u{a0}ms", decimal(ns, 1_000_000, 3)),
        1_000_000..10_000_000 => format!("{}\u{a0}ms", decimal(ns, 1_000_000, 2)),
        10_000_000..100_000_000 => format!("{}\u{a0}ms", decimal(ns, 1_000_000, 1)),
        100_000_000..10_000_000_000 => format!("{}\u{a0}ms", decimal(ns, 1_000_000, 0)),
        _ => format!("{}\u{a0}s", decimal(ns, 1_000_000_000, 1)),
    }
}

/// A moment with its unit.
pub fn moment(at: Instant) -> String {
    time(at.as_nanos())
}

/// A moment on the clock, with at most `digits` after the point: wordings from the finest to the
/// coarsest. Milliseconds have no unit, for the clock's first number says it; seconds do.
pub fn clock(at: Instant, digits: u32) -> Vec<String> {
    let ns = at.as_nanos();
    if ns >= 10_000_000_000 {
        let seconds = |digits| format!("{}\u{a0}s", decimal(ns, 1_000_000_000, digits));
        return (0..=1).rev().map(seconds).collect();
    }
    (0..=digits).rev().map(|digits| decimal(ns, 1_000_000, digits)).collect()
}

/// How many digits after the point tell moments apart where a trip takes this long.
pub const fn clock_digits(trip_ns: u64) -> u32 {
    match trip_ns {
        0..2_000_000 => 2,
        2_000_000..20_000_000 => 1,
        _ => 0,
    }
}

/// The word beside the cross of a packet that did not arrive.
pub const fn lost(reason: DropReason) -> &'static str {
    match reason {
        DropReason::Loss | DropReason::Scripted => "lost",
        DropReason::QueueFull => "queue full",
        DropReason::Outage => "path down",
        DropReason::TooBig => "too big",
        DropReason::NoRoute => "no route",
    }
}

/// The short name of a TCP state, as the Linux kernel's `ss` prints it.
pub fn short_state(name: &str) -> &str {
    match name {
        "ESTABLISHED" => "ESTAB",
        "SYN-RECEIVED" => "SYN-RECV",
        other => other,
    }
}

/// The shortest name of a TCP state, for the narrowest margins.
pub fn tiny_state(name: &str) -> &str {
    match name {
        "FIN-WAIT-1" => "FIN-W-1",
        "FIN-WAIT-2" => "FIN-W-2",
        "CLOSE-WAIT" => "CLOSE-W",
        "TIME-WAIT" => "TIME-W",
        other => short_state(other),
    }
}

/// What a timer is called on a diagram.
pub fn timer(name: &str) -> &str {
    match name {
        "retransmission" => "RTO timer",
        "tail-probe" => "TLP timer",
        "reordering" => "RACK timer",
        "handshake" => "SYN timer",
        "delayed-ack" => "delayed ACK",
        "time-wait" => "2 MSL",
        "persist" | "probe" => "probe timer",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{count, decimal, grouped, time};

    #[test]
    fn numbers_are_grouped_and_rounded() {
        assert_eq!([7, 1_180, 20_000_000].map(count), ["7", "1,180", "20,000,000"]);
        assert_eq!(grouped("seq 1449, 007 of 12 B"), "seq 1,449, 007 of 12 B");
        assert_eq!(decimal(1_500, 1_000, 2), "1.5");
        assert_eq!(decimal(1_999, 1_000, 0), "2");
    }

    #[test]
    fn times_have_as_many_digits_as_they_need() {
        let shown = [500_000, 1_200_000, 190_000_000, 3_000_000_000, 61_300_000_000].map(time);
        let want = ["0.5 ms", "1.2 ms", "190 ms", "3,000 ms", "61.3 s"];
        assert_eq!(shown, want.map(|text| text.replace(' ', "\u{a0}")));
    }
}
