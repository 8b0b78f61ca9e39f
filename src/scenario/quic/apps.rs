//! The programs of the scenarios: one asks on streams, one answers.

use core::time::Duration;
use std::collections::VecDeque;

use crate::proto::app::{Address, AppInput, AppOutput, ConnId};
use crate::proto::quic::{CloseReason, Config, StreamApp, StreamInput, StreamOutput};
use crate::sim::time::Instant;
use crate::sorted::SortedMap;
use crate::wire::{Payload, Protocol, Unit};

/// The connection that a program opens; there is one.
const CONN: ConnId = ConnId(0);

/// What the client asks.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) to: Address,
    pub(super) config: Config,
    /// How many requests it sends, each on a stream of its own.
    pub(super) streams: u64,
    /// The size of a request in bytes.
    pub(super) size: u64,
    /// When it goes on from another address, and which.
    pub(super) moves: Option<(Duration, [u8; 4])>,
}

/// A program that asks at once and waits for all answers.
#[derive(Debug)]
pub(super) struct Asker {
    ask: Ask,
    /// The streams that are not answered, and whether something of the answer came.
    open: SortedMap<u64, bool>,
    moves_at: Option<Instant>,
    out: VecDeque<StreamOutput>,
}

fn note(conn: ConnId, name: &'static str, text: String, amount: u64) -> StreamOutput {
    StreamOutput::Lower(AppOutput::Note { conn, name, text, amount })
}

fn message(kind: &str, stream: u64, len: u64) -> (Payload, Vec<Unit>) {
    let unit = Unit {
        protocol: Protocol::Data,
        kind: kind.to_owned(),
        name: format!("{kind} on stream {stream}"),
        detail: format!("{len} B"),
        offset: 0,
        len,
    };
    (Payload::pattern(0, len), vec![unit])
}

impl Asker {
    pub(super) fn new(ask: Ask) -> Self {
        let open = (0..ask.streams).map(|stream| (4 * stream, false)).collect();
        Self { ask, open, moves_at: None, out: VecDeque::new() }
    }

    fn start(&mut self, now: Instant) {
        self.moves_at = self.ask.moves.map(|(after, _)| now + after);
        let (to, config) = (self.ask.to, self.ask.config.clone());
        self.out.push_back(StreamOutput::Connect { conn: CONN, to, config });
        for stream in self.open.keys().copied().collect::<Vec<_>>() {
            let (payload, units) = message("request", stream, self.ask.size);
            self.out.push_back(StreamOutput::Send {
                conn: CONN,
                stream,
                payload,
                units,
                end: true,
            });
        }
    }

    fn move_on(&mut self) {
        let Some((_, ip)) = self.ask.moves else { return };
        self.out.push_back(StreamOutput::Lower(AppOutput::Readdress { ip }));
        let text = "the host has a network again, and another address".to_owned();
        self.out.push_back(note(CONN, "new-address", text, 0));
        self.out.push_back(StreamOutput::Migrate { conn: CONN });
    }

    fn data(&mut self, stream: u64, end: bool) {
        let Some(begun) = self.open.get_mut(&stream) else { return };
        if !core::mem::replace(begun, true) {
            let text = format!("the first bytes of the answer on stream {stream}");
            self.out.push_back(note(CONN, "response-head", text, stream));
        }
        if end {
            self.open.remove(&stream);
            let text = format!("the answer on stream {stream} is complete");
            self.out.push_back(note(CONN, "response-complete", text, stream));
            if self.open.is_empty() {
                self.out.push_back(note(
                    CONN,
                    "all-complete",
                    "all answers are here".to_owned(),
                    0,
                ));
            }
        }
    }
}

impl StreamApp for Asker {
    fn handle(&mut self, now: Instant, input: StreamInput) {
        match input {
            StreamInput::Lower(AppInput::Start) => self.start(now),
            StreamInput::Lower(AppInput::Timeout) => {
                if self.moves_at.take_if(|at| *at <= now).is_some() {
                    self.move_on();
                }
            }
            StreamInput::Data { stream, end, .. } => self.data(stream, end),
            StreamInput::Closed { conn, why } => self.out.push_back(closed(conn, why)),
            StreamInput::Connected { .. }
            | StreamInput::Accepted { .. }
            | StreamInput::Lower(_) => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<StreamOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.moves_at
    }
}

/// What a program says of the end of its connection.
fn closed(conn: ConnId, why: CloseReason) -> StreamOutput {
    let (name, text) = match why {
        CloseReason::Asked => ("closed", "the connection is closed".to_owned()),
        CloseReason::Peer(error) => ("closed", format!("the peer closed with error {error:#x}")),
        CloseReason::Mistake(error) => ("failed", format!("the peer broke a rule: {error:#x}")),
        CloseReason::Idle => ("timed-out", "nothing was heard for too long".to_owned()),
    };
    note(conn, name, text, 0)
}

/// A program that answers each request after a while.
#[derive(Debug)]
pub(super) struct Answerer {
    port: u16,
    config: Config,
    think: Duration,
    size: u64,
    /// Answers being worked on, by the moment at which they are ready and the order of asking.
    thinking: SortedMap<(Instant, u64), (ConnId, u64)>,
    asked: u64,
    out: VecDeque<StreamOutput>,
}

impl Answerer {
    /// A program that works for `think` on each answer of `size` bytes.
    pub(super) fn new(port: u16, config: Config, think: Duration, size: u64) -> Self {
        let (thinking, out) = (SortedMap::new(), VecDeque::new());
        Self { port, config, think, size, thinking, asked: 0, out }
    }

    fn answer(&mut self, conn: ConnId, stream: u64) {
        let (payload, units) = message("response", stream, self.size);
        self.out.push_back(StreamOutput::Send { conn, stream, payload, units, end: true });
    }
}

impl StreamApp for Answerer {
    fn handle(&mut self, now: Instant, input: StreamInput) {
        match input {
            StreamInput::Lower(AppInput::Start) => {
                let (port, config) = (self.port, self.config.clone());
                self.out.push_back(StreamOutput::Listen { port, config });
            }
            StreamInput::Data { conn, stream, end: true, .. } => {
                self.asked += 1;
                let text = format!("the request on stream {stream} is complete");
                self.out.push_back(note(conn, "request-complete", text, stream));
                if self.think.is_zero() {
                    self.answer(conn, stream);
                } else {
                    let text = format!("works on the request on stream {stream}");
                    self.out.push_back(note(conn, "think-start", text, self.asked));
                    self.thinking.insert((now + self.think, self.asked), (conn, stream));
                }
            }
            StreamInput::Lower(AppInput::Timeout) => {
                let mut ready = Vec::new();
                self.thinking.take_while(|(at, number), (conn, stream)| {
                    let due = *at <= now;
                    if due {
                        ready.push((*number, *conn, *stream));
                    }
                    due
                });
                for (number, conn, stream) in ready {
                    let text = "the answer is ready".to_owned();
                    self.out.push_back(note(conn, "think-end", text, number));
                    self.answer(conn, stream);
                }
            }
            StreamInput::Closed { conn, why } => self.out.push_back(closed(conn, why)),
            StreamInput::Data { .. }
            | StreamInput::Connected { .. }
            | StreamInput::Accepted { .. }
            | StreamInput::Lower(_) => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<StreamOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.thinking.keys().next().map(|(at, _)| *at)
    }
}
