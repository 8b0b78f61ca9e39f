//! Faults by hand: what happens to a chosen packet, or to every packet for a while.
//!
//! Text forms: `drop:syn-ack#1`, `drop:client#7`, `delay:ack#1:200ms`, `duplicate:ack#1`,
//! `corrupt:data#2`, `outage:1s..3s`, `outage:client:1s..3s`, `path:2s:80ms`.

use core::time::Duration;
use std::fmt;
use std::str::FromStr;

use super::time::{Instant, duration_text, parse_duration};

/// Something that goes wrong on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// One packet is treated badly.
    Packet {
        /// Which packet.
        select: Select,
        /// What happens to it.
        effect: Effect,
    },
    /// Every packet handed to a link in this time is lost.
    Outage {
        /// Only those of this sender; `None` means of all.
        from: Option<String>,
        /// When it begins.
        start: Instant,
        /// When it is over.
        end: Instant,
    },
    /// The path changes: from `at` on, the round trip is `rtt`.
    Path {
        /// When.
        at: Instant,
        /// The new round-trip time; each way takes half of it.
        rtt: Duration,
    },
}

/// Which packet: the `nth`, from 1, of those with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Select {
    /// A kind of packet (`syn-ack`) or the name of a host (`client`: all that it sends).
    pub name: String,
    /// Which of them, from 1.
    pub nth: u32,
}

/// What happens to a chosen packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It is lost on the way.
    Drop,
    /// It takes this much longer, and others may overtake it.
    Delay(Duration),
    /// It arrives twice.
    Duplicate,
    /// A bit of it flips on the way.
    Corrupt,
}

/// Why a fault could not be read, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultError {
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FaultError {}

/// The longest time a fault may name.
const TIME_MAX: Duration = Duration::from_secs(86_400);

fn refuse<T>(message: String) -> Result<T, FaultError> {
    Err(FaultError { message })
}

fn duration(text: &str) -> Result<Duration, FaultError> {
    let duration = parse_duration(text).map_err(|message| FaultError { message })?;
    if duration > TIME_MAX {
        return refuse(format!("`{text}` is too long: at most one day"));
    }
    Ok(duration)
}

fn select(text: &str) -> Result<Select, FaultError> {
    let (name, nth) = text.split_once('#').unwrap_or((text, "1"));
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(plain) {
        return refuse(format!("`{name}` is no kind of packet and no host, such as `syn-ack`"));
    }
    match nth.parse() {
        Ok(nth) if nth >= 1 => Ok(Select { name: name.to_owned(), nth }),
        _ => refuse(format!("`{nth}` is no number of a packet: count from 1, as in `{name}#1`")),
    }
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let text = text.trim();
        let Some((word, rest)) = text.split_once(':') else {
            return refuse(format!("`{text}` is no fault: write for example `drop:syn-ack#1`"));
        };
        let packet = |select, effect| Ok(Self::Packet { select, effect });
        match word {
            "drop" => packet(select(rest)?, Effect::Drop),
            "duplicate" => packet(select(rest)?, Effect::Duplicate),
            "corrupt" => packet(select(rest)?, Effect::Corrupt),
            "delay" => match rest.rsplit_once(':') {
                Some((name, time)) => packet(select(name)?, Effect::Delay(duration(time)?)),
                None => refuse(format!("`{text}` lacks the delay: write `delay:{rest}:200ms`")),
            },
            "outage" => outage(rest),
            "path" => match rest.split_once(':') {
                Some((at, rtt)) => {
                    Ok(Self::Path { at: Instant::START + duration(at)?, rtt: duration(rtt)? })
                }
                None => refuse(format!("`{text}` lacks the round trip: write `path:2s:80ms`")),
            },
            _ => refuse(format!(
                "`{word}` is no fault: use drop, delay, duplicate, corrupt, outage or path"
            )),
        }
    }
}

fn outage(rest: &str) -> Result<Fault, FaultError> {
    let (from, window) = match rest.split_once(':') {
        Some((host, window)) => (Some(host.to_owned()), window),
        None => (None, rest),
    };
    let Some((start, end)) = window.split_once("..") else {
        return refuse(format!("`{window}` is no stretch of time: write `outage:1s..3s`"));
    };
    let (start, end) = (Instant::START + duration(start)?, Instant::START + duration(end)?);
    if start >= end {
        return refuse(format!("`{window}` ends before it begins"));
    }
    Ok(Fault::Outage { from, start, end })
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |at: &Instant| duration_text(*at - Instant::START);
        match self {
            Self::Packet { select: Select { name, nth }, effect } => match effect {
                Effect::Drop => write!(f, "drop:{name}#{nth}"),
                Effect::Duplicate => write!(f, "duplicate:{name}#{nth}"),
                Effect::Corrupt => write!(f, "corrupt:{name}#{nth}"),
                Effect::Delay(by) => write!(f, "delay:{name}#{nth}:{}", duration_text(*by)),
            },
            Self::Outage { from: None, start, end } => {
                write!(f, "outage:{}..{}", time(start), time(end))
            }
            Self::Outage { from: Some(host), start, end } => {
                write!(f, "outage:{host}:{}..{}", time(start), time(end))
            }
            Self::Path { at, rtt } => write!(f, "path:{}:{}", time(at), duration_text(*rtt)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Fault;

    #[test]
    fn every_fault_survives_its_text() {
        for text in [
            "drop:syn-ack#1",
            "drop:client#7",
            "delay:ack#1:200ms",
            "duplicate:ack#1",
            "corrupt:data#2",
            "outage:1s..3s",
            "outage:client:1s..3s",
            "path:2s:80ms",
        ] {
            assert_eq!(text.parse::<Fault>().map(|fault| fault.to_string()), Ok(text.to_owned()));
        }
    }

    fn message(text: &str) -> String {
        text.parse::<Fault>().map_or_else(|error| error.message, |fault| fault.to_string())
    }

    #[test]
    fn a_fault_without_number_means_the_first() {
        assert_eq!(message("drop:syn"), "drop:syn#1");
    }

    #[test]
    fn bad_faults_are_refused_with_the_cure() {
        assert_eq!(
            message("lose:syn#1"),
            "`lose` is no fault: use drop, delay, duplicate, corrupt, outage or path"
        );
        assert_eq!(
            message("drop:syn#0"),
            "`0` is no number of a packet: count from 1, as in `syn#1`"
        );
        assert_eq!(message("outage:3s..1s"), "`3s..1s` ends before it begins");
        assert_eq!(message("delay:ack"), "`delay:ack` lacks the delay: write `delay:ack:200ms`");
        assert_eq!(
            message("nonsense"),
            "`nonsense` is no fault: write for example `drop:syn-ack#1`"
        );
    }
}
