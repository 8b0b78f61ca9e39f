//! `tcp-backpressure`: a program that reads slowly slows the one that writes, through the buffers
//! of both kernels; and where programs keep what they cannot handle, that ends.
//!
//! RFC 9293 sections 3.8.6 and 3.8.6.1.

mod apps;
mod measures;

use core::time::Duration;

use self::apps::{Consumer, Producer};
use self::measures::{MEASURES, asks, most_kept, producing, shut, slowed, wait};
use super::long::{PORT, at_moment, points};
use crate::proto::tcp::{Config, Profile};
use crate::scenario::find::{CLIENT, SERVER, at, count, enters, ms, note, thousands, when};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{ATLANTIC, LAN, MS, RTT, WIFI, failure, pair, server};
use crate::scenario::setup::Preset;
use crate::scenario::{About, Fidelity, PAIR, Scenario, StepSpec, TCP_KINDS, Topic};
use crate::sim::endpoint::Event;
use crate::sim::link::LinkConfig;
use crate::sim::time::Instant;
use crate::sim::trace::TraceEvent;
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TcpBackpressure;

const PARAMS: &[ParamSpec] = &[
    ParamSpec { kind: ParamKind::Duration { min: MS, max: 100 * MS, default: MS }, ..RTT },
    ParamSpec {
        key: "producer",
        label: "Producer (MB/s)",
        help: "How many million bytes a second the server's program could write.",
        kind: ParamKind::Count { min: 1, max: 1_000, default: 100 },
    },
    ParamSpec {
        key: "consumer",
        label: "Consumer (MB/s)",
        help: "How many million bytes a second the client's program reads; 0 is one that hangs.",
        kind: ParamKind::Count { min: 0, max: 100, default: 10 },
    },
    ParamSpec {
        key: "send-buffer",
        label: "Send buffer",
        help: "How much the server's kernel keeps until it is acknowledged.",
        kind: ParamKind::Bytes { min: 16_384, max: 16_000_000, default: 4_000_000 },
    },
    ParamSpec {
        key: "receive-buffer",
        label: "Receive buffer",
        help: "How much the client's kernel keeps until it is read.",
        kind: ParamKind::Bytes { min: 16_384, max: 16_000_000, default: 6_000_000 },
    },
    ParamSpec {
        key: "keeps",
        label: "A list without a limit",
        help: "Which program keeps in its own memory what it cannot hand on, instead of waiting.",
        kind: ParamKind::Choice {
            options: &[("none", "None"), ("reader", "The reader"), ("writer", "The writer")],
            default: 0,
        },
    },
];

const PRESETS: &[Preset] = &[
    LAN,
    WIFI,
    ATLANTIC,
    failure("reader-keeps", "The reader keeps a list", &[("keeps", "reader")]),
    failure("writer-keeps", "The writer keeps a list", &[("keeps", "writer")]),
    failure("fast-reader", "A fast reader", &[("producer", "50"), ("consumer", "100")]),
    failure(
        "stopped",
        "The reader hangs",
        &[("consumer", "0"), ("send-buffer", "30kB"), ("receive-buffer", "30kB")],
    ),
];

/// A run with more bytes than this has numbers in place of its packets.
const FINE_MAX: u64 = 200_000;
/// The most bytes that travel, so that no run takes long.
const BYTES_MAX: u64 = 60_000_000;
/// The most samples of a number.
const SAMPLES: u128 = 500;
const STEPS_MAX: u32 = 20_000_000;

/// What the parameters ask for, in bytes and bytes a second.
#[derive(Clone, Copy, Debug)]
struct Plan {
    producer: u64,
    consumer: u64,
    send: u64,
    receive: u64,
}

impl Plan {
    fn new(params: &Params) -> Self {
        Self {
            producer: params.number("producer") * 1_000_000,
            consumer: params.number("consumer") * 1_000_000,
            send: params.number("send-buffer"),
            receive: params.number("receive-buffer"),
        }
    }

    /// How long both buffers take to fill; none if they never do.
    fn filling(&self) -> Option<Duration> {
        let more = self.producer.checked_sub(self.consumer).filter(|more| *more > 0)?;
        let ns = u128::from(self.send + self.receive) * 1_000_000_000 / u128::from(more);
        u64::try_from(ns).ok().map(Duration::from_nanos)
    }

    /// How long the run lasts, and about how many bytes travel meanwhile.
    fn extent(&self, params: &Params) -> (Duration, u64) {
        let reader_keeps = params.choice("keeps") == "reader";
        let rate = if reader_keeps { self.producer } else { self.consumer.min(self.producer) };
        let wanted = match self.filling() {
            // Several probes.
            _ if self.consumer == 0 => Duration::from_secs(10),
            filling => (filling.unwrap_or_default() * 3)
                .clamp(Duration::from_secs(1), Duration::from_secs(10)),
        };
        let most = (BYTES_MAX * 1_000).checked_div(rate).map_or(wanted, Duration::from_millis);
        let time = wanted.min(most) + params.duration(RTT.key) * 4;
        let bytes = u128::from(rate) * time.as_nanos() / 1_000_000_000;
        (time, u64::try_from(bytes).unwrap_or(u64::MAX) + self.send + self.receive)
    }
}

/// A rate as captions say it: `10.0 MB/s`.
fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB/s", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "open",
        title: "Open",
        find: |trace| enters(trace, SERVER, "ESTABLISHED"),
        caption: |trace, entry| {
            format!("At {} the server's program begins to write.", when(trace, entry))
        },
    },
    StepSpec {
        name: "window-shut",
        title: "Window shut",
        find: shut,
        caption: |trace, entry| {
            let waits = at_moment(trace, CLIENT, "receive-buffer", at(trace, entry));
            let waits = waits.map_or_else(String::new, |waits| {
                format!(" In the client's kernel {} bytes wait to be read.", thousands(waits))
            });
            format!(
                "By {} the window is 0: the server may send nothing.{waits}",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "blocked",
        title: "A write waits",
        find: |trace| note(trace, SERVER, "blocked"),
        caption: |trace, entry| {
            let written = match trace.entry(entry).map(|entry| &entry.event) {
                Some(TraceEvent::Endpoint(Event::Note { amount, .. })) => *amount,
                _ => 0,
            };
            format!(
                "At {}, {} after the first write and {} bytes later, the server's program has to \
                 wait: its kernel's buffer is full too.",
                when(trace, entry),
                ms(wait(trace, producing(trace), Some(entry)).unwrap_or(0)),
                thousands(written)
            )
        },
    },
    StepSpec {
        name: "writable",
        title: "Room again",
        find: |trace| note(trace, SERVER, "writable"),
        caption: |trace, entry| {
            format!(
                "At {} a third of the send buffer is free, and the write goes on.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "probe",
        title: "First probe",
        find: |trace| asks(trace).next(),
        caption: |trace, entry| {
            format!(
                "At {} the server asks whether the window is still 0: an update could be lost.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "probe-again",
        title: "Second probe",
        find: |trace| asks(trace).nth(1),
        caption: |trace, entry| {
            let waited = wait(trace, asks(trace).next(), Some(entry)).unwrap_or(0);
            format!(
                "At {}, after twice the time, {}, it asks again. As long as it gets an answer, it \
                 goes on.",
                when(trace, entry),
                ms(waited)
            )
        },
    },
    StepSpec {
        name: "kept",
        title: "The list",
        find: |trace| most_kept(trace).map(|(entry, ..)| entry),
        caption: |trace, entry| {
            let (host, bytes) =
                most_kept(trace).map_or((SERVER, 0), |(_, host, bytes)| (host, bytes));
            format!(
                "At {} the {}'s program keeps {} bytes in a list of its own, and it grows.",
                when(trace, entry),
                trace.host(host).name,
                thousands(bytes)
            )
        },
    },
    StepSpec {
        name: "end",
        title: "End",
        find: |trace| {
            let last = |host, name| points(trace, host, name).last().map(|point| point.entry);
            last(CLIENT, "consumed").or_else(|| asks(trace).last())
        },
        caption: |trace, entry| {
            let probes = asks(trace).count() as u64;
            match slowed(trace) {
                Some(rate) if probes == 0 => format!(
                    "At {}: since the first wait the server's program has written {}.",
                    when(trace, entry),
                    megabytes(rate)
                ),
                _ if probes > 0 => {
                    let probes = count(probes, "probe");
                    format!(
                        "At {}, after {probes}, the connection is still open.",
                        when(trace, entry)
                    )
                }
                _ => format!("At {} no write has had to wait.", when(trace, entry)),
            }
        },
    },
];

const ABOUT: About = About {
    id: "tcp-backpressure",
    title: "When the reader is slow",
    summary: "One program writes 100 MB a second, the other reads 10. For a tenth of a second \
              nobody notices; then the writer has to wait.",
    topic: Topic::Tcp,
    hosts: PAIR,
    kinds: TCP_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "Both buffers, the window, every packet, and the moment at which a writer hears \
                   of room: when a third is free, as in Linux. Both programs work in steps of \
                   0.1 ms. Long runs keep numbers and the first packets.",
        left_out: "Buffers have fixed sizes and count data alone; Linux lets both grow and counts \
                   its own overhead too. The path takes everything.",
        standards: &["RFC 9293 section 3.8.6", "RFC 9293 section 3.8.6.1"],
        checked: "The first wait against buffers / (producer - consumer), less what a window that \
                  grows only by a sixteenth of the receive buffer leaves unused; then the \
                  producer's rate against the consumer's, and probes after 1, 2 and 4 time-outs.",
    },
};

impl Scenario for TcpBackpressure {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let plan = Plan::new(params);
        let (time, bytes) = plan.extent(params);
        let millis = u64::try_from(time.as_millis().div_ceil(SAMPLES)).unwrap_or(u64::MAX).max(1);
        let every = Duration::from_millis(millis);
        let config = Config { autotune: false, ..Config::new(Profile::LINUX) };
        let sender = Config { send_buffer: Some(plan.send), ..config };
        let receiver = Config { receive_window: plan.receive, ..config };
        let keeps = |who| params.choice("keeps") == who;
        let consumer = Consumer::new(server(PORT), receiver, plan.consumer, keeps("reader"), every);
        let producer = Producer::new(PORT, sender, plan.producer, keeps("writer"), every);
        let link = LinkConfig::new(params.duration(RTT.key) / 2);
        let mut world = pair(seed, link, consumer, producer);
        if bytes > FINE_MAX {
            world.coarse(every);
        }
        world.time_max(Instant::START + time);
        world.steps_max(STEPS_MAX);
        world
    }
}

#[cfg(test)]
mod tests;
