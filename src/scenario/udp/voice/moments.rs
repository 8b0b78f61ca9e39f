//! The moments of a call.

use super::{EVERY, LISTENER, SPEAKER, voices};
use crate::scenario::StepSpec;
use crate::scenario::find::{
    arrivals, at, count, enters, ms, note, segment_at, segments, thousands, when,
};
use crate::scenario::stream::Stream;
use crate::sim::endpoint::Event;
use crate::sim::time::nanos;
use crate::sim::trace::{EntryId, Trace, TraceEvent};

/// What notes of this name count.
pub(super) fn amounts<'a>(
    trace: &'a Trace,
    wanted: &'static str,
) -> impl Iterator<Item = u64> + 'a {
    trace.entries.iter().filter_map(move |entry| match &entry.event {
        TraceEvent::Endpoint(Event::Note { name, amount, .. }) if *name == wanted => Some(*amount),
        _ => None,
    })
}

/// How many packets were heard; none if the call had no end.
pub(super) fn heard(trace: &Trace) -> Option<u64> {
    amounts(trace, "over").next()
}

/// For how long the sound had stopped, all in all.
pub(super) fn stalled(trace: &Trace) -> u64 {
    amounts(trace, "resumes").sum()
}

/// What the note at an entry says and counts.
fn noted(trace: &Trace, entry: EntryId) -> (&str, u64) {
    match trace.entry(entry).map(|entry| &entry.event) {
        Some(TraceEvent::Endpoint(Event::Note { text, amount, .. })) => (text, *amount),
        _ => ("", 0),
    }
}

/// The first segment that arrives while bytes before it are missing.
fn held(trace: &Trace) -> Option<EntryId> {
    let mut stream = Stream::default();
    arrivals(trace, LISTENER)
        .find(|(entry, segment)| {
            let new = segment.data_end() > stream.next.max(1);
            !stream.receive(at(trace, *entry), segment) && segment.len > 0 && new
        })
        .map(|(entry, _)| entry)
}

/// Sound that TCP sends again.
fn again(trace: &Trace) -> Option<EntryId> {
    segments(trace)
        .filter(|segment| segment.packet.from == SPEAKER && segment.len > 0)
        .find(|segment| segment.packet.sent.packet.about.tcp.is_some_and(|tcp| tcp.again))
        .map(|segment| segment.packet.entry)
}

/// When the bytes of a segment were sent first.
fn first_sent(trace: &Trace, entry: EntryId) -> Option<u64> {
    let segment = segment_at(trace, entry)?;
    let mut same = segments(trace).filter(|s| s.packet.from == SPEAKER && s.len > 0);
    let first = same.find(|s| s.seq <= segment.seq && s.data_end() > segment.seq)?;
    Some(nanos(at(trace, entry) - first.packet.at))
}

pub(super) const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "open",
        title: "TCP is open",
        find: |trace| enters(trace, SPEAKER, "ESTABLISHED"),
        caption: |trace, entry| {
            format!(
                "TCP has to open first: that takes until {}, and only then is the line there.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "first-packet",
        title: "First packet",
        find: |trace| voices(trace).next().map(|packet| packet.entry),
        caption: |trace, entry| {
            format!(
                "At {} the first packet leaves: it had to wait until {} of sound were spoken.",
                when(trace, entry),
                ms(nanos(EVERY))
            )
        },
    },
    StepSpec {
        name: "first-sound",
        title: "First sound",
        find: |trace| note(trace, LISTENER, "first-sound"),
        caption: |trace, entry| {
            format!(
                "The jitter buffer lets go of the first packet: at {} its sound is heard.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "lost",
        title: "Lost",
        find: |trace| {
            voices(trace).find(|p| p.sent.fate.arrival().is_none()).map(|packet| packet.entry)
        },
        caption: |trace, entry| {
            if segment_at(trace, entry).is_some() {
                return "Sound is lost. TCP will send it again, and hand over nothing that comes \
                        after it before."
                    .to_owned();
            }
            "Sound is lost, and nobody sends it again. The packets after it do not care.".to_owned()
        },
    },
    StepSpec {
        name: "held",
        title: "Kept back",
        find: held,
        caption: |trace, entry| {
            format!(
                "This sound is here at {}, but TCP keeps it back: bytes before it are missing.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "missing",
        title: "A gap",
        find: |trace| note(trace, LISTENER, "missing"),
        caption: |trace, entry| {
            format!(
                "At {} packet {} is due and not here: {} of silence take its place.",
                when(trace, entry),
                thousands(noted(trace, entry).1),
                ms(nanos(EVERY))
            )
        },
    },
    StepSpec {
        name: "stall",
        title: "The sound stops",
        find: |trace| note(trace, LISTENER, "stall"),
        caption: |trace, entry| {
            format!(
                "At {} the buffer is empty. The player stops, and waits for what comes next.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "again",
        title: "Sent again",
        find: again,
        caption: |trace, entry| {
            format!(
                "TCP sends the lost sound again, {} after the first time.",
                ms(first_sent(trace, entry).unwrap_or(0))
            )
        },
    },
    StepSpec {
        name: "late",
        title: "Too late",
        find: |trace| note(trace, LISTENER, "late"),
        caption: |trace, entry| {
            let (text, late) = noted(trace, entry);
            format!("Here at last, but {text}, by {}: it is thrown away.", ms(late))
        },
    },
    StepSpec {
        name: "resumes",
        title: "The sound goes on",
        find: |trace| note(trace, LISTENER, "resumes"),
        caption: |trace, entry| {
            format!(
                "After {} the sound goes on; all that follows is heard later by as much.",
                ms(noted(trace, entry).1)
            )
        },
    },
    StepSpec {
        name: "over",
        title: "The end",
        find: |trace| note(trace, LISTENER, "over"),
        caption: |trace, entry| {
            let needed = amounts(trace, "needed").next().unwrap_or(0);
            format!(
                "The call is over: {} heard. A buffer of {} would have made nothing late.",
                count(noted(trace, entry).1, "packet"),
                ms(needed)
            )
        },
    },
];
