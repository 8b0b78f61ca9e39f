//! What a fault changed: two runs laid beside each other.

use super::words;
use crate::sim::link::Outcome;
use crate::sim::time::Instant;
use crate::sim::trace::{EntryId, HostId, PacketId, PacketView, Trace};
use crate::sorted::{SortedMap, sort_by_key};

/// A difference between the run before and the run now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What happened to the message.
    pub kind: ChangeKind,
    /// Who sends it.
    pub from: &'static str,
    /// What it is called.
    pub name: String,
    /// Its number in the run before, if it was there.
    pub before: Option<PacketId>,
    /// Its number in the run now, if it is there.
    pub after: Option<PacketId>,
    /// The change in words: `arrived at 150 ms, is lost now`.
    pub words: String,
}

/// What happened to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It arrived before and does not now.
    Lost,
    /// It did not arrive before and does now.
    Saved,
    /// It is sent or arrives at another time.
    Moved,
    /// It was not there before.
    New,
    /// It is not there any more.
    Gone,
}

/// The first entry of the run before that is not in the run now; `None` if all of it is.
pub fn first_difference(before: &Trace, now: &Trace) -> Option<EntryId> {
    let place = before.entries.iter().zip(&now.entries).position(|(old, new)| old != new);
    let place = place.or_else(|| {
        let shared = before.entries.len().min(now.entries.len());
        (shared < before.entries.len()).then_some(shared)
    });
    place.map(|place| EntryId(u32::try_from(place).unwrap_or(u32::MAX)))
}

/// A message by what tells it from others: sender, what it is called, and the how manieth of it.
type Key = (HostId, String, String, u32);

/// The packets of a run by their keys, in the order of sending.
fn keyed(trace: &Trace) -> Vec<(Key, PacketView<'_>)> {
    let mut seen: SortedMap<(HostId, String, String), u32> = SortedMap::new();
    trace
        .packets()
        .map(|packet| {
            let label = packet.sent.packet.label();
            let name = (packet.from, label.name, label.detail);
            let nth = seen.get_or_default(name.clone());
            *nth += 1;
            ((name.0, name.1, name.2, *nth), packet)
        })
        .collect()
}

/// The differences of two runs, in the order of time.
pub fn changes(before: &Trace, now: &Trace) -> Vec<Change> {
    let old: SortedMap<Key, PacketView<'_>> = keyed(before).into_iter().collect();
    let new: SortedMap<Key, PacketView<'_>> = keyed(now).into_iter().collect();
    let mut out: Vec<(Instant, Change)> = Vec::new();
    for (key, packet) in new.iter() {
        let was = old.get(key);
        let change = match was {
            Some(was) => compare(was, packet),
            None => Some((ChangeKind::New, format!("new, sent at {}", words::moment(packet.at)))),
        };
        if let Some((kind, words)) = change {
            let ids = (was.map(|was| was.sent.id), Some(packet.sent.id));
            out.push((packet.at, change_of(now, key, (kind, words), ids)));
        }
    }
    for (key, packet) in old.iter() {
        if !new.contains_key(key) {
            let words = format!("was sent at {}, is not sent now", words::moment(packet.at));
            let ids = (Some(packet.sent.id), None);
            out.push((packet.at, change_of(before, key, (ChangeKind::Gone, words), ids)));
        }
    }
    sort_by_key(&mut out, |(at, change)| (*at, change.after, change.before));
    out.into_iter().map(|(_, change)| change).collect()
}

fn change_of(
    trace: &Trace,
    (from, name, ..): &Key,
    (kind, words): (ChangeKind, String),
    (before, after): (Option<PacketId>, Option<PacketId>),
) -> Change {
    Change { kind, from: trace.host(*from).title, name: name.clone(), before, after, words }
}

/// What differs between a message before and now.
fn compare(was: &PacketView<'_>, is: &PacketView<'_>) -> Option<(ChangeKind, String)> {
    let time = |packet: &PacketView<'_>| words::moment(packet.sent.fate.end());
    let arrives = |packet: &PacketView<'_>| packet.sent.fate.arrival().is_some();
    match (arrives(was), arrives(is)) {
        (true, false) => Some((ChangeKind::Lost, format!("arrived at {}, is lost now", time(was)))),
        (false, true) => {
            Some((ChangeKind::Saved, format!("was lost, arrives at {} now", time(is))))
        }
        (true, true) if was.sent.fate != is.sent.fate || was.at != is.at => {
            let damaged = |packet: &PacketView<'_>| {
                matches!(packet.sent.fate.outcome, Outcome::Corrupted { .. })
            };
            let words = match (damaged(was), damaged(is)) {
                (false, true) => format!("arrives damaged at {}", time(is)),
                _ if was.sent.fate.copy.is_none() && is.sent.fate.copy.is_some() => {
                    format!("arrives twice, at {}", time(is))
                }
                _ if time(was) == time(is) => {
                    format!("sent at {} instead of {}", words::moment(is.at), words::moment(was.at))
                }
                _ => format!("arrives at {} instead of {}", time(is), time(was)),
            };
            Some((ChangeKind::Moved, words))
        }
        (false, false) if was.at != is.at => {
            let (now, then) = (words::moment(is.at), words::moment(was.at));
            Some((ChangeKind::Moved, format!("sent at {now} instead of {then}, lost both times")))
        }
        _ => None,
    }
}
