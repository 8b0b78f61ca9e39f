//! The programs of the scenarios without an application protocol: what they do, and when.

use core::time::Duration;
use std::collections::VecDeque;

use crate::proto::app::{Address, App, AppInput, AppOutput, ConnError, ConnId};
use crate::proto::tcp::Config;
use crate::sim::time::Instant;
use crate::wire::{Payload, Protocol, Unit};

/// The connection that a program opens or accepts; there is one.
const CONN: ConnId = ConnId(0);

/// How a program comes to its connection.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role {
    /// It opens one.
    Connect(Address, Config),
    /// It listens on a port.
    Listen(u16, Config),
    /// It runs and uses no connection.
    Idle,
}

/// Something that a program does with its connection.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    /// Sends bytes without a name.
    Send(u64),
    /// Sends a message: its kind, its name and its length.
    Message(&'static str, &'static str, u64),
    /// Sends nothing more.
    Close,
    /// Gives the connection up.
    Abort,
}

/// A program: what it does at which occasion.
#[derive(Clone, Debug)]
pub(super) struct Program {
    role: Role,
    on_open: Vec<Act>,
    on_received: Option<(u64, Vec<Act>)>,
    on_peer_closed: Vec<Act>,
    after: Option<(Duration, Vec<Act>)>,
    received: u64,
    open: bool,
    due: Option<Instant>,
    overdue: Vec<Act>,
    out: VecDeque<AppOutput>,
}

impl Program {
    /// A program that does nothing with its connection.
    pub(super) const fn new(role: Role) -> Self {
        Self {
            role,
            on_open: Vec::new(),
            on_received: None,
            on_peer_closed: Vec::new(),
            after: None,
            received: 0,
            open: false,
            due: None,
            overdue: Vec::new(),
            out: VecDeque::new(),
        }
    }

    /// What it does as soon as the connection is open.
    pub(super) fn on_open(mut self, acts: &[Act]) -> Self {
        self.on_open = acts.to_vec();
        self
    }

    /// What it does as soon as it has this many bytes of the peer.
    pub(super) fn on_received(mut self, bytes: u64, acts: &[Act]) -> Self {
        self.on_received = Some((bytes, acts.to_vec()));
        self
    }

    /// What it does when the peer will send nothing more.
    pub(super) fn on_peer_closed(mut self, acts: &[Act]) -> Self {
        self.on_peer_closed = acts.to_vec();
        self
    }

    /// What it does this long after the start, or later as soon as the connection is open.
    pub(super) fn after(mut self, delay: Duration, acts: &[Act]) -> Self {
        self.after = Some((delay, acts.to_vec()));
        self
    }

    fn start(&mut self, now: Instant) {
        match self.role {
            Role::Connect(to, config) => {
                self.out.push_back(AppOutput::Connect { conn: CONN, to, config });
            }
            Role::Listen(port, config) => self.out.push_back(AppOutput::Listen { port, config }),
            Role::Idle => {}
        }
        self.due = self.after.as_ref().map(|(delay, _)| now + *delay);
    }

    fn opened(&mut self) {
        self.open = true;
        let acts = core::mem::take(&mut self.on_open);
        self.act(&acts);
        let overdue = core::mem::take(&mut self.overdue);
        self.act(&overdue);
    }

    fn act(&mut self, acts: &[Act]) {
        for act in acts {
            let output = match *act {
                Act::Send(0) => continue,
                Act::Send(len) => AppOutput::Send {
                    conn: CONN,
                    payload: Payload::pattern(0, len),
                    units: Vec::new(),
                },
                Act::Message(kind, name, len) => AppOutput::Send {
                    conn: CONN,
                    payload: Payload::pattern(0, len),
                    units: vec![Unit {
                        protocol: Protocol::Data,
                        kind: kind.to_owned(),
                        name: name.to_owned(),
                        detail: format!("{len} B"),
                        offset: 0,
                        len,
                    }],
                },
                Act::Close => AppOutput::Close { conn: CONN },
                Act::Abort => AppOutput::Abort { conn: CONN },
            };
            self.out.push_back(output);
        }
    }

    fn note(&mut self, name: &'static str, text: &str) {
        let text = text.to_owned();
        self.out.push_back(AppOutput::Note { conn: CONN, name, text, amount: 0 });
    }
}

impl App for Program {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Start => self.start(now),
            AppInput::Timeout => {
                if self.due.take_if(|due| *due <= now).is_some() {
                    let acts = self.after.take().map(|(_, acts)| acts).unwrap_or_default();
                    if self.open {
                        self.act(&acts);
                    } else {
                        self.overdue = acts;
                    }
                }
            }
            AppInput::Connected { .. } | AppInput::Accepted { .. } => self.opened(),
            AppInput::Data { payload, .. } => {
                self.received += payload.len();
                let enough = |wanted: &mut (u64, Vec<Act>)| self.received >= wanted.0;
                if let Some((_, acts)) = self.on_received.take_if(enough) {
                    self.act(&acts);
                }
            }
            AppInput::PeerClosed { .. } => {
                let acts = core::mem::take(&mut self.on_peer_closed);
                self.act(&acts);
            }
            AppInput::Closed { .. } => self.note("closed", "the connection is closed"),
            AppInput::Failed { error, .. } => match error {
                ConnError::TimedOut => self.note("timed-out", "connection timed out"),
                ConnError::Refused => self.note("refused", "connection refused"),
                ConnError::Reset => self.note("was-reset", "connection reset by peer"),
                ConnError::Alert => self.note("alert", "the connection ended with an alert"),
                ConnError::Unreachable => self.note("unreachable", "no route to the host"),
                ConnError::NoPort => self.note("no-port", "no port is free"),
            },
            AppInput::Blocked { .. }
            | AppInput::Writable { .. }
            | AppInput::Datagram { .. }
            | AppInput::Unreachable { .. } => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.due
    }
}
