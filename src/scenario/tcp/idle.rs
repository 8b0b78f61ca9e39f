//! `tcp-idle`: a connection that has rested is slow again.
//!
//! RFC 5681 section 4.1; Linux's `tcp_slow_start_after_idle`.

use core::time::Duration;
use std::collections::VecDeque;

use super::long::{PORT, SEGMENT, at_moment, points, segments};
use crate::proto::app::{App, AppInput, AppOutput, ConnId};
use crate::proto::tcp::profile::Idle;
use crate::proto::tcp::{Config, Profile};
use crate::scenario::find::{SERVER, at, count, enters, ms, note, when};
use crate::scenario::measures::{PACKETS, RETRANSMISSIONS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{ATLANTIC, MOBILE, MS, RTT, WIFI, failure, pair, server};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Context, Fidelity, Figure, MeasureSpec, PAIR, Scenario, StepSpec, TCP_KINDS, Term,
    Topic, Unit,
};
use crate::sim::link::LinkConfig;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{EntryId, Trace};
use crate::sim::world::World;
use crate::wire::{Payload, Protocol, Unit as Message};

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TcpIdle;

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        kind: ParamKind::Duration { min: 20 * MS, max: 600 * MS, default: 100 * MS },
        ..RTT
    },
    ParamSpec {
        key: "idle",
        label: "Idle time",
        help: "How long the client waits before it asks once more.",
        kind: ParamKind::Duration { min: 0, max: 60_000 * MS, default: 2_000 * MS },
    },
    ParamSpec {
        key: "restart",
        label: "Slow start after idle",
        help: "Whether the server's window shrinks while nothing is sent.",
        kind: ParamKind::Choice { options: &[("on", "On"), ("off", "Off")], default: 0 },
    },
    ParamSpec {
        key: "size",
        label: "Size",
        help: "How much the server sends each time.",
        kind: ParamKind::Bytes { min: 1_000, max: 1_000_000, default: 200_000 },
    },
];

const PRESETS: &[Preset] = &[
    WIFI,
    MOBILE,
    ATLANTIC,
    failure("half-a-second", "Half a second", &[("idle", "500ms")]),
    failure("a-minute", "A minute", &[("idle", "60s")]),
    failure("kept", "The window is kept", &[("restart", "off")]),
    failure("no-pause", "No pause", &[("idle", "0ms")]),
];

/// The length of a request.
const REQUEST: u64 = 100;
/// How often the client asks before the pause.
const WARM: u32 = 3;
const CONN: ConnId = ConnId(0);

/// The names of what the client notes: asked, and answered, before and after the pause.
const ASKED: [&str; 4] = ["asked-1", "asked-2", "asked-3", "asked-again"];
const ANSWERED: [&str; 4] = ["answered-1", "answered-2", "answered-3", "answered-again"];

/// The client: asks three times, rests, and asks once more.
struct Asker {
    config: Config,
    size: u64,
    idle: Duration,
    asked: usize,
    received: u64,
    due: Option<Instant>,
    out: VecDeque<AppOutput>,
}

impl Asker {
    fn note(&mut self, name: &'static str, text: &str, amount: u64) {
        self.out.push_back(AppOutput::Note { conn: CONN, name, text: text.to_owned(), amount });
    }

    fn ask(&mut self) {
        let Some(name) = ASKED.get(self.asked) else { return };
        self.asked += 1;
        self.received = 0;
        self.note(name, "asks", REQUEST);
        let unit = Message {
            protocol: Protocol::Data,
            kind: "request".to_owned(),
            name: "Request".to_owned(),
            detail: format!("{REQUEST} B"),
            offset: 0,
            len: REQUEST,
        };
        let payload = Payload::pattern(0, REQUEST);
        self.out.push_back(AppOutput::Send { conn: CONN, payload, units: vec![unit] });
    }

    fn answered(&mut self, now: Instant) {
        let place = self.asked.saturating_sub(1);
        if let Some(name) = ANSWERED.get(place) {
            self.note(name, "has the answer", self.size);
        }
        match u32::try_from(self.asked).unwrap_or(u32::MAX) {
            ..WARM => self.ask(),
            WARM => self.due = Some(now + self.idle),
            _ => {}
        }
    }
}

impl App for Asker {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Start => {
                let (to, config) = (server(PORT), self.config);
                self.out.push_back(AppOutput::Connect { conn: CONN, to, config });
            }
            AppInput::Connected { .. } => self.ask(),
            AppInput::Data { payload, .. } => {
                self.received += payload.len();
                if self.received >= self.size {
                    self.answered(now);
                }
            }
            AppInput::Timeout if self.due.take_if(|due| *due <= now).is_some() => self.ask(),
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.due
    }
}

/// The server: answers each request.
struct Answerer {
    config: Config,
    size: u64,
    received: u64,
    out: VecDeque<AppOutput>,
}

impl App for Answerer {
    fn handle(&mut self, _now: Instant, input: AppInput) {
        match input {
            AppInput::Start => {
                self.out.push_back(AppOutput::Listen { port: PORT, config: self.config });
            }
            AppInput::Data { payload, .. } => {
                self.received += payload.len();
                while self.received >= REQUEST {
                    self.received -= REQUEST;
                    let payload = Payload::pattern(0, self.size);
                    self.out.push_back(AppOutput::Send { conn: CONN, payload, units: Vec::new() });
                }
            }
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }
}

fn client_note(trace: &Trace, name: &str) -> Option<EntryId> {
    note(trace, crate::scenario::find::CLIENT, name)
}

/// When the last request has reached the server: half a round trip after it was sent.
fn woken(context: &Context<'_>) -> Option<Instant> {
    let asked = client_note(context.trace, ASKED[3])?;
    Some(at(context.trace, asked) + context.setup.params.duration(RTT.key) / 2)
}

/// How long a transfer took, from the request.
fn transfer(trace: &Trace, nth: usize) -> Option<u64> {
    let (asked, answered) = (client_note(trace, ASKED[nth])?, client_note(trace, ANSWERED[nth])?);
    Some(nanos(at(trace, answered) - at(trace, asked)))
}

/// The window as the pause ends.
fn before(context: &Context<'_>) -> Option<u64> {
    let asked = client_note(context.trace, ASKED[3])?;
    at_moment(context.trace, SERVER, "cwnd", at(context.trace, asked))
}

/// The window with which the answer after the pause begins.
fn after(context: &Context<'_>) -> Option<u64> {
    at_moment(context.trace, SERVER, "cwnd", woken(context)? + SAMPLE)
}

/// Numbers are taken this often.
const SAMPLE: Duration = Duration::from_millis(10);

const fn asked_step<const N: usize>(name: &'static str, title: &'static str) -> StepSpec {
    StepSpec {
        name,
        title,
        find: |trace| client_note(trace, ASKED[N]),
        caption: |trace, entry| {
            let took = transfer(trace, N).map_or_else(|| "long".to_owned(), ms);
            let window = at_moment(trace, SERVER, "cwnd", at(trace, entry)).unwrap_or(0);
            format!(
                "At {} the client asks. The server's window is {}; the answer takes {took}.",
                when(trace, entry),
                segments(window),
            )
        },
    }
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "open",
        title: "Open",
        find: |trace| enters(trace, SERVER, "ESTABLISHED"),
        caption: |trace, entry| {
            let window = points(trace, SERVER, "cwnd").next().map_or(0, |point| point.value);
            format!(
                "At {} the connection is open, and the server's window is {}.",
                when(trace, entry),
                segments(window)
            )
        },
    },
    asked_step::<0>("first", "First request"),
    asked_step::<2>("warm", "Third request"),
    StepSpec {
        name: "pause",
        title: "Pause",
        find: |trace| client_note(trace, ANSWERED[2]),
        caption: |trace, entry| {
            let window = at_moment(trace, SERVER, "cwnd", at(trace, entry)).unwrap_or(0);
            format!(
                "At {} all is quiet. The server remembers a window of {}, for now.",
                when(trace, entry),
                count(window / SEGMENT, "segment")
            )
        },
    },
    asked_step::<3>("cold", "Request after the pause"),
    StepSpec {
        name: "answered",
        title: "Answered",
        find: |trace| client_note(trace, ANSWERED[3]),
        caption: |trace, entry| {
            let took = |nth| transfer(trace, nth).map_or_else(String::new, ms);
            format!(
                "At {} the answer is there. It took {}; before the pause it took {}.",
                when(trace, entry),
                took(3),
                took(2)
            )
        },
    },
];

const fn transfer_measure<const N: usize>(name: &'static str, title: &'static str) -> MeasureSpec {
    MeasureSpec {
        name,
        title,
        unit: Unit::Milliseconds,
        compute: |context| transfer(context.trace, N).map(bare),
    }
}

const MEASURES: &[MeasureSpec] = &[
    transfer_measure::<0>("first", "First transfer"),
    transfer_measure::<2>("warm", "Third transfer"),
    transfer_measure::<3>("cold", "Transfer after the pause"),
    MeasureSpec {
        name: "quiet",
        title: "Between the last data and the next",
        unit: Unit::Milliseconds,
        compute: quiet,
    },
    MeasureSpec {
        name: "rto",
        title: "Time-out, which halves the window once",
        unit: Unit::Milliseconds,
        compute: |context| at_moment(context.trace, SERVER, "rto", woken(context)?).map(bare),
    },
    MeasureSpec {
        name: "before",
        title: "Window before the pause (segments)",
        unit: Unit::Count,
        compute: |context| before(context).map(|bytes| bare(bytes / SEGMENT)),
    },
    MeasureSpec {
        name: "after",
        title: "Window after the pause (segments)",
        unit: Unit::Count,
        compute: |context| after(context).map(|bytes| bare(bytes / SEGMENT)),
    },
    PACKETS,
    RETRANSMISSIONS,
];

/// How long the server sent nothing: the way of its last data, the pause, the way of the request.
fn quiet(context: &Context<'_>) -> Option<Figure> {
    let (trace, half) = (context.trace, context.setup.params.duration(RTT.key) / 2);
    let done = at(trace, client_note(trace, ANSWERED[2])?);
    let pause = nanos(at(trace, client_note(trace, ASKED[3])?) - done);
    let term = |label: &str, value| Term { label: label.to_owned(), value };
    let sum = vec![
        term("last data to the client", nanos(half)),
        term("pause", pause),
        term("request to the server", nanos(half)),
    ];
    Some(Figure { value: 2 * nanos(half) + pause, sum })
}

const ABOUT: About = About {
    id: "tcp-idle",
    title: "A rested connection is cold",
    summary: "Three transfers warm a connection up. After a pause the fourth begins small again.",
    topic: Topic::Tcp,
    hosts: PAIR,
    kinds: TCP_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "Growth, and Linux's halving of the window once per time-out of silence, down to \
                   the first window; numbers are sampled every 10 ms.",
        left_out: "A bottleneck, and a window that a program keeps warm by pings. The client takes \
                   everything at once.",
        standards: &["RFC 5681 section 4.1", "RFC 9293 section 3.8"],
        checked: "The window after 0.5, 1 and 2 s of silence against Linux 6.18, and 200 kB in one \
                  round trip warm and four cold.",
    },
};

impl Scenario for TcpIdle {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let mut profile = Profile::LINUX;
        if params.choice("restart") == "off" {
            profile.idle = Idle::Keep;
        }
        let sender = Config::new(profile);
        let config =
            Config { receive_window: Config::UNLIMITED, autotune: false, ..Config::new(profile) };
        let (size, idle) = (params.number("size"), params.duration("idle"));
        let out = VecDeque::new;
        let client = Asker { config, size, idle, asked: 0, received: 0, due: None, out: out() };
        let answer = Answerer { config: sender, size, received: 0, out: out() };
        let link = LinkConfig::new(params.duration(RTT.key) / 2);
        let mut world = pair(seed, link, client, answer);
        world.coarse(SAMPLE);
        world
    }
}

#[cfg(test)]
mod tests;
