//! The programs of the tests: they send and read bytes, open and close as a list says.

use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};

use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::proto::tcp::Config;
use crate::sim::time::Instant;
use crate::wire::Payload;

/// What a [`Talker`] does at an occasion, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Send this many bytes of the pattern.
    Send(u64),
    /// Close: nothing more will be sent.
    Close,
    /// Give the connection up.
    Abort,
    /// Stop reading.
    Pause,
    /// Read this many bytes at most.
    Read(u64),
    /// Read on.
    Resume,
    /// Do what follows only after this time.
    Wait(Duration),
}

/// When a [`Talker`] acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// The connection is established.
    Established,
    /// This many bytes have been received in all.
    Received(u64),
    /// The peer has closed.
    PeerClosed,
}

/// An application with one connection that does what a list says.
///
/// It notes `received` when bytes complete an occasion, and `closed` and `failed` at the end.
#[derive(Debug)]
pub(super) struct Talker {
    role: Role,
    script: Vec<(When, Vec<Act>)>,
    /// Which occasions have come.
    done: Vec<bool>,
    talks: BTreeMap<ConnId, Talk>,
    out: VecDeque<AppOutput>,
}

#[derive(Clone, Debug)]
enum Role {
    Client { to: Address, config: Config },
    Server { port: u16, config: Config },
}

/// One connection of a talker.
#[derive(Debug, Default)]
struct Talk {
    received: u64,
    sent: u64,
    acts: VecDeque<Act>,
    /// Until when the next act waits.
    until: Option<Instant>,
}

impl Talker {
    /// A client that opens a connection at the start.
    pub(super) fn client(to: Address, config: Config, script: Vec<(When, Vec<Act>)>) -> Self {
        Self::new(Role::Client { to, config }, script)
    }

    /// A server that does the same on its first connection.
    pub(super) fn server(port: u16, config: Config, script: Vec<(When, Vec<Act>)>) -> Self {
        Self::new(Role::Server { port, config }, script)
    }

    fn new(role: Role, script: Vec<(When, Vec<Act>)>) -> Self {
        let done = vec![false; script.len()];
        Self { role, script, done, talks: BTreeMap::new(), out: VecDeque::new() }
    }

    fn start(&mut self) {
        self.out.push_back(match &self.role {
            Role::Client { to, config } => {
                AppOutput::Connect { conn: ConnId(0), to: *to, config: *config }
            }
            Role::Server { port, config } => AppOutput::Listen { port: *port, config: *config },
        });
    }

    fn on(&mut self, now: Instant, conn: ConnId, has_come: impl Fn(&When, &Talk) -> bool) {
        let talk = self.talks.entry(conn).or_default();
        for ((when, acts), done) in self.script.iter().zip(&mut self.done) {
            if !*done && has_come(when, talk) {
                *done = true;
                talk.acts.extend(acts.iter().cloned());
            }
        }
        self.act(now, conn);
    }

    fn act(&mut self, now: Instant, conn: ConnId) {
        let Some(talk) = self.talks.get_mut(&conn) else { return };
        while talk.until.is_none_or(|until| until <= now) {
            talk.until = None;
            match talk.acts.pop_front() {
                None => return,
                Some(Act::Send(len)) => {
                    let payload = Payload::pattern(talk.sent, len);
                    talk.sent += len;
                    self.out.push_back(AppOutput::Send { conn, payload, units: Vec::new() });
                }
                Some(Act::Close) => self.out.push_back(AppOutput::Close { conn }),
                Some(Act::Abort) => self.out.push_back(AppOutput::Abort { conn }),
                Some(Act::Pause) => self.out.push_back(AppOutput::Pause { conn }),
                Some(Act::Read(len)) => self.out.push_back(AppOutput::Read { conn, len }),
                Some(Act::Resume) => self.out.push_back(AppOutput::Resume { conn }),
                Some(Act::Wait(time)) => talk.until = Some(now + time),
            }
        }
    }

    fn note(&mut self, conn: ConnId, name: &'static str, text: String, amount: u64) {
        self.out.push_back(AppOutput::Note { conn, name, text, amount });
    }
}

impl App for Talker {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Start => self.start(),
            AppInput::Timeout => {
                let conns: Vec<ConnId> = self.talks.keys().copied().collect();
                conns.into_iter().for_each(|conn| self.act(now, conn));
            }
            AppInput::Connected { conn } | AppInput::Accepted { conn } => {
                self.on(now, conn, |when, _| *when == When::Established);
            }
            AppInput::Data { conn, payload } => {
                let talk = self.talks.entry(conn).or_default();
                let before = talk.received;
                talk.received += payload.len();
                let total = talk.received;
                let complete = |when: &When| matches!(when, When::Received(wanted) if before < *wanted && *wanted <= total);
                if self.script.iter().any(|(when, _)| complete(when)) {
                    self.note(conn, "received", format!("has received {total} B"), total);
                }
                self.on(
                    now,
                    conn,
                    |when, talk| matches!(when, When::Received(wanted) if talk.received >= *wanted),
                );
            }
            AppInput::PeerClosed { conn } => {
                self.on(now, conn, |when, _| *when == When::PeerClosed);
            }
            AppInput::Closed { conn } => {
                self.note(conn, "closed", "closed in order".to_owned(), 0);
            }
            AppInput::Failed { conn, error } => {
                self.note(conn, "failed", format!("failed: {error}"), 0);
            }
            AppInput::Blocked { conn, left } => {
                self.note(conn, "blocked", format!("{left} B do not fit"), left);
            }
            AppInput::Writable { conn, room } => {
                self.note(conn, "writable", format!("room for {room} B"), room);
            }
            AppInput::Datagram { .. } | AppInput::Unreachable { .. } => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.talks.values().filter_map(|talk| talk.until).min()
    }
}
