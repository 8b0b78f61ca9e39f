//! `c10k`: what a server keeps for each of many connections that mostly do nothing.
//!
//! A thread for each keeps a stack; select(2) looks at all of them each time and holds 1,024;
//! epoll(7) hears only of those with news. The run has a sample of the connections; the sums are
//! about all of them.

mod apps;

use self::apps::{Clients, Keeper};
use crate::proto::tcp::{Config, Profile};
use crate::scenario::find::{CLIENT, SERVER, note, reports, thousands, when};
use crate::scenario::measures::{PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{MS, RTT, failure, link, network, pair, server};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Context, Fidelity, Figure, MeasureSpec, PAIR, Scenario, StepSpec, Term, Topic, Unit,
};
use crate::sim::endpoint::Event;
use crate::sim::trace::{EntryId, Trace, TraceEvent};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct C10k;

/// The server's port.
const PORT: u16 = 7_000;
/// How many descriptors select(2) can name (`FD_SETSIZE`).
const SELECT_MAX: u64 = 1_024;
/// Descriptors that are taken: three standard streams and the listening socket.
const TAKEN: u64 = 4;
/// The stack that Linux reserves for a thread (`ulimit -s`), in bytes of address space.
const VIRTUAL: u64 = 8 << 20;

const PARAMS: &[ParamSpec] = &[
    ParamSpec { kind: ParamKind::Duration { min: MS, max: 1_000 * MS, default: 20 * MS }, ..RTT },
    ParamSpec {
        key: "connections",
        label: "Connections",
        help: "How many connections are open at once; most of them do nothing.",
        kind: ParamKind::Count { min: 10, max: 10_000_000, default: 10_000 },
    },
    ParamSpec {
        key: "model",
        label: "Server",
        help: "Who waits for news: a thread for each connection, or one thread for all.",
        kind: ParamKind::Choice {
            options: &[
                ("thread", "A thread for each"),
                ("select", "One thread, select"),
                ("epoll", "One thread, epoll"),
            ],
            default: 0,
        },
    },
    ParamSpec {
        key: "stack",
        label: "Stack in use",
        help: "How many bytes of its stack a thread has touched, so that they are in memory.",
        kind: ParamKind::Bytes { min: 4_000, max: 8_000_000, default: 256_000 },
    },
    ParamSpec {
        key: "socket",
        label: "Socket",
        help: "How many bytes the kernel keeps for an idle connection.",
        kind: ParamKind::Bytes { min: 1_000, max: 100_000, default: 4_000 },
    },
    ParamSpec {
        key: "active",
        label: "Active",
        help: "Which share of the connections has news at any moment.",
        kind: ParamKind::Share { max: 1_000_000, default: 10_000 },
    },
    ParamSpec {
        key: "files",
        label: "Descriptors",
        help: "How many descriptors the process may have (ulimit -n); four are taken.",
        kind: ParamKind::Count { min: 8, max: 20_000_000, default: 1_048_576 },
    },
    ParamSpec {
        key: "sample",
        label: "Shown",
        help: "How many of the connections are really opened in this run.",
        kind: ParamKind::Count { min: 2, max: 200, default: 6 },
    },
];

const PRESETS: &[Preset] = &[
    network("epoll", "One thread, epoll", &[("model", "epoll")]),
    network(
        "ten-million",
        "Ten million, epoll",
        &[("model", "epoll"), ("connections", "10000000"), ("files", "20000000")],
    ),
    failure("threads", "100,000 threads", &[("connections", "100000")]),
    failure("select", "More than select holds", &[("model", "select")]),
    failure(
        "files",
        "Descriptors run out",
        &[("model", "epoll"), ("connections", "10"), ("files", "8"), ("sample", "10")],
    ),
];

/// How many connections the server can hold at most.
fn room(params: &Params) -> u64 {
    let files = params.number("files");
    let select = params.choice("model") == "select";
    (if select { files.min(SELECT_MAX) } else { files }).saturating_sub(TAKEN)
}

/// How many of all connections it holds.
fn held(params: &Params) -> u64 {
    params.number("connections").min(room(params))
}

/// What it keeps for each: a stack, if there is a thread, and the socket.
fn each(params: &Params) -> (u64, u64) {
    let thread = params.choice("model") == "thread";
    (if thread { params.number("stack") } else { 0 }, params.number("socket"))
}

fn noted(trace: &Trace, entry: EntryId) -> (&str, u64) {
    match trace.entry(entry).map(|entry| &entry.event) {
        Some(TraceEvent::Endpoint(Event::Note { text, amount, .. })) => (text, *amount),
        _ => ("", 0),
    }
}

fn accepted(trace: &Trace) -> impl Iterator<Item = EntryId> + '_ {
    reports(trace, SERVER, |event| matches!(event, Event::Note { name: "accepted", .. }))
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "accepted",
        title: "The first one",
        find: |trace| note(trace, SERVER, "accepted"),
        caption: |trace, entry| {
            let (text, bytes) = noted(trace, entry);
            format!("The server accepts and {text}: {} bytes.", thousands(bytes))
        },
    },
    StepSpec {
        name: "no-descriptor",
        title: "No descriptor",
        find: |trace| note(trace, SERVER, "no-descriptor"),
        caption: |_, _| {
            "accept() fails with EMFILE. The kernel has opened the connection, and nobody takes it."
                .to_owned()
        },
    },
    StepSpec {
        name: "sample",
        title: "The sample is open",
        find: |trace| accepted(trace).last(),
        caption: |trace, entry| {
            let all: u64 = accepted(trace).map(|entry| noted(trace, entry).1).sum();
            format!(
                "At {} those shown are open, quiet, and cost {} bytes.",
                when(trace, entry),
                thousands(all)
            )
        },
    },
    StepSpec {
        name: "request",
        title: "One has something to say",
        find: |trace| {
            let mut packets = trace.packets();
            packets.find(|p| p.sent.packet.label().kind == "request").map(|p| p.entry)
        },
        caption: |_, _| {
            "After a long silence one connection speaks: the server has to find out which one."
                .to_owned()
        },
    },
    StepSpec {
        name: "answered",
        title: "Answered",
        find: |trace| note(trace, CLIENT, "answered"),
        caption: |trace, entry| format!("The answer is here at {}.", when(trace, entry)),
    },
    StepSpec {
        name: "unanswered",
        title: "No answer",
        find: |trace| note(trace, CLIENT, "unanswered"),
        caption: |trace, entry| {
            format!(
                "At {} a client gives up: its connection is open, and no program has it.",
                when(trace, entry)
            )
        },
    },
];

/// What all connections take.
fn memory(context: &Context<'_>) -> Figure {
    let params = &context.setup.params;
    let (number, (stack, socket)) = (held(params), each(params));
    let shown = thousands(number);
    let mut sum = Vec::new();
    if stack > 0 {
        let label = format!("{shown} stacks of {} bytes", thousands(stack));
        sum.push(Term { label, value: number * stack });
    }
    let label = format!("{shown} sockets of {} bytes", thousands(socket));
    sum.push(Term { label, value: number * socket });
    Figure { value: sum.iter().map(|term| term.value).sum(), sum }
}

/// How many connections have news.
fn active(params: &Params) -> u64 {
    held(params) * params.number("active") / 1_000_000
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "memory",
        title: "Memory for all",
        unit: Unit::Bytes,
        compute: |context| Some(memory(context)),
    },
    MeasureSpec {
        name: "virtual",
        title: "Address space for stacks",
        unit: Unit::Bytes,
        compute: |context| {
            let params = &context.setup.params;
            let thread = params.choice("model") == "thread";
            thread.then(|| bare(held(params) * VIRTUAL))
        },
    },
    MeasureSpec {
        name: "held",
        title: "Connections that the server can hold",
        unit: Unit::Count,
        compute: |context| Some(bare(held(&context.setup.params))),
    },
    MeasureSpec {
        name: "beyond",
        title: "Connections without a place",
        unit: Unit::Count,
        compute: |context| {
            let params = &context.setup.params;
            Some(bare(params.number("connections") - held(params)))
        },
    },
    MeasureSpec {
        name: "active",
        title: "Connections with news",
        unit: Unit::Count,
        compute: |context| Some(bare(active(&context.setup.params))),
    },
    MeasureSpec {
        name: "looked-at",
        title: "Descriptors looked at to find them",
        unit: Unit::Count,
        compute: |context| {
            let params = &context.setup.params;
            // The kernel hands over those with news, or looks at each (select(2), epoll(7)).
            let all = params.choice("model") == "select";
            Some(bare(if all { held(params) } else { active(params) }))
        },
    },
    MeasureSpec {
        name: "memory-shown",
        title: "Memory for those shown",
        unit: Unit::Bytes,
        compute: |context| {
            let trace = context.trace;
            Some(bare(accepted(trace).map(|entry| noted(trace, entry).1).sum()))
        },
    },
    PACKETS,
];

const ABOUT: About = About {
    id: "c10k",
    title: "Ten thousand connections",
    summary: "Most connections wait: what a server keeps for each decides how many it can hold.",
    topic: Topic::Systems,
    hosts: PAIR,
    kinds: &["syn", "syn-ack", "ack", "request", "response", "fin", "rst"],
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "A sample of the connections, opened and accepted by TCP; descriptors that run \
                   out, so that accept() fails while the kernel goes on opening.",
        left_out: "The numbers for all connections are sums of the parameters, not of this run: \
                   connections × (stack + socket). Buffers in use, threads' turns and the \
                   processor's time.",
        standards: &["select(2)", "epoll(7)", "accept(2)", "RFC 9293 section 3.9.1"],
        checked: "10,000 threads: 2.6 GB; the same connections with epoll: 40 MB.",
    },
};

impl Scenario for C10k {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let tcp = Config::new(Profile::LINUX);
        let sample = params.number("sample").min(params.number("connections"));
        let clients = Clients::new(server(PORT), tcp, u32::try_from(sample).unwrap_or(2));
        let (stack, socket) = each(params);
        let what = if stack > 0 { "a stack and a socket" } else { "a socket" };
        let keeper = Keeper::new(tcp, (stack + socket, what), room(params));
        pair(seed, link(params), clients, keeper)
    }
}

#[cfg(test)]
mod tests {
    //! What many connections cost, and what runs out first.

    use super::C10k;
    use crate::scenario::testing::{run_preset, run_with, value};

    #[test]
    fn ten_thousand_threads_take_2_6_gb_and_epoll_40_mb() {
        let run = run_with(&C10k, "", &[]);
        assert_eq!(value(&run, "memory"), Some(2_600_000_000));
        let run = run_preset(&C10k, "epoll");
        assert_eq!(value(&run, "memory"), Some(40_000_000));
        assert_eq!((value(&run, "active"), value(&run, "looked-at")), (Some(100), Some(100)));
        assert_eq!(value(&run_preset(&C10k, "ten-million"), "memory"), Some(40_000_000_000));
    }

    #[test]
    fn the_sample_costs_what_its_share_of_the_sum_is() {
        for model in ["thread", "epoll"] {
            let run = run_with(&C10k, &format!("connections=20 sample=20 model={model}"), &[]);
            assert_eq!(value(&run, "memory-shown"), value(&run, "memory"), "{model}");
        }
    }

    #[test]
    fn select_looks_at_all_it_holds_and_holds_1_024() {
        let run = run_preset(&C10k, "select");
        assert_eq!(value(&run, "held"), Some(1_020));
        assert_eq!((value(&run, "looked-at"), value(&run, "beyond")), (Some(1_020), Some(8_980)));
    }

    #[test]
    fn without_a_descriptor_a_connection_is_open_and_nobody_answers() {
        let run = run_preset(&C10k, "files");
        assert_eq!((value(&run, "held"), value(&run, "beyond")), (Some(4), Some(6)));
        assert!(run.step("no-descriptor").is_some() && run.step("unanswered").is_some());
        assert!(run.step("answered").is_some());
    }
}
