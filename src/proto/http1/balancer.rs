//! A balancer: takes requests, passes each to the next of its servers, and the answer back.
//!
//! RFC 9110 section 3.7 calls it a gateway. A request that has not been answered in time goes to
//! another server, as RFC 9110 section 9.2.2 allows for methods that are idempotent.

use core::time::Duration;
use std::collections::VecDeque;

use super::PORT;
use super::body::{Found, Reader};
use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::proto::tcp::Config;
use crate::sim::time::{Instant, nanos};
use crate::sorted::SortedMap;
use crate::wire::http1::{Header, Request, Response};
use crate::wire::{Payload, Protocol, Unit};

/// How long a server that was taken out gets no requests (Envoy's `base_ejection_time`).
const OUT: Duration = Duration::from_secs(30);
/// From one own connection's number to the next: room for those that clients are just opening.
const APART: u32 = 64;

/// What the balancer does.
#[derive(Clone, Debug)]
pub struct BalancerConfig {
    /// Its servers, in the order in which they get requests.
    pub servers: Vec<Address>,
    /// How its connections behave.
    pub tcp: Config,
    /// How long a try may take.
    pub timeout: Duration,
    /// How many more tries a request may have.
    pub retries: u32,
    /// After how many failed tries in a row a server gets no requests for a while; 0 for never.
    pub eject_after: u32,
}

/// A request on its way.
#[derive(Clone, Debug)]
struct Job {
    client: ConnId,
    head: Payload,
    tries: u32,
    /// The server that has failed it last.
    failed: Option<usize>,
}

/// A try: a connection to a server on which an answer is waited for.
#[derive(Debug)]
struct Try {
    job: Job,
    serial: u64,
    reader: Reader<Response>,
    got: Payload,
}

/// A server as the balancer knows it.
#[derive(Debug)]
struct Member {
    to: Address,
    idle: Vec<ConnId>,
    failures: u32,
    out_until: Option<Instant>,
}

/// A balancer at work.
#[derive(Debug)]
pub struct Balancer {
    config: BalancerConfig,
    members: Vec<Member>,
    clients: SortedMap<ConnId, Reader<Request>>,
    /// The connections to servers.
    own: SortedMap<ConnId, usize>,
    busy: SortedMap<ConnId, Try>,
    /// When tries end, in the order of time.
    deadlines: VecDeque<(Instant, ConnId, u64)>,
    turn: usize,
    serial: u64,
    next: u32,
    out: VecDeque<AppOutput>,
}

impl Balancer {
    /// A balancer that will listen when the run begins.
    pub fn new(config: BalancerConfig) -> Self {
        let member =
            |to: &Address| Member { to: *to, idle: Vec::new(), failures: 0, out_until: None };
        Self {
            members: config.servers.iter().map(member).collect(),
            config,
            clients: SortedMap::new(),
            own: SortedMap::new(),
            busy: SortedMap::new(),
            deadlines: VecDeque::new(),
            turn: 0,
            serial: 0,
            next: 0,
            out: VecDeque::new(),
        }
    }

    fn note(&mut self, conn: ConnId, name: &'static str, text: String, amount: u64) {
        self.out.push_back(AppOutput::Note { conn, name, text, amount });
    }

    /// Requests of a client.
    fn ask(&mut self, now: Instant, client: ConnId, payload: &Payload) {
        let reader = self.clients.get_or_insert_with(client, || Reader::new(Request::decode));
        let Ok(found) = reader.take(payload) else {
            self.out.push_back(AppOutput::Abort { conn: client });
            return;
        };
        for found in found {
            if let Found::Complete(request) = found {
                let head = Payload::from(request.encode());
                self.dispatch(now, Job { client, head, tries: 0, failed: None });
            }
        }
    }

    /// The server whose turn it is: not one that is out, nor the one that has just failed.
    fn choose(&mut self, now: Instant, failed: Option<usize>) -> usize {
        let all = self.members.len().max(1);
        let free = |place: &usize| {
            let out = self.members.get(*place).and_then(|member| member.out_until);
            out.is_none_or(|until| until <= now) && failed != Some(*place)
        };
        let place = (0..all).map(|step| (self.turn + step) % all).find(free);
        let place = place.unwrap_or(self.turn % all);
        self.turn = (place + 1) % all;
        place
    }

    /// A connection to a server: one that is free, or a new one.
    fn connection(&mut self, place: usize) -> Option<ConnId> {
        let member = self.members.get_mut(place)?;
        if let Some(conn) = member.idle.pop() {
            return Some(conn);
        }
        let (conn, to, config) = (ConnId(self.next), member.to, self.config.tcp);
        self.next += APART;
        self.own.insert(conn, place);
        self.out.push_back(AppOutput::Connect { conn, to, config });
        Some(conn)
    }

    /// A try of a request.
    fn dispatch(&mut self, now: Instant, mut job: Job) {
        let place = self.choose(now, job.failed);
        let Some(conn) = self.connection(place) else { return };
        job.tries += 1;
        let (kind, name) = match job.tries {
            1 => ("forwarded", "GET /"),
            _ => ("forwarded-again", "GET / again"),
        };
        let len = job.head.len();
        self.send(conn, job.head.clone(), (kind, name, len));
        self.serial += 1;
        let serial = self.serial;
        self.deadlines.push_back((now + self.config.timeout, conn, serial));
        let amount = place as u64 + 1;
        self.note(conn, kind, format!("passes the request to server {amount}"), amount);
        let (reader, got) = (Reader::new(Response::decode), Payload::new());
        self.busy.insert(conn, Try { job, serial, reader, got });
    }

    fn send(&mut self, conn: ConnId, payload: Payload, (kind, name, len): (&str, &str, u64)) {
        let unit = Unit {
            protocol: Protocol::Http1,
            kind: kind.to_owned(),
            name: name.to_owned(),
            detail: format!("{len} B"),
            offset: 0,
            len,
        };
        self.out.push_back(AppOutput::Send { conn, payload, units: vec![unit] });
    }

    /// What a server says.
    fn hear(&mut self, conn: ConnId, payload: &Payload) {
        let Some(one) = self.busy.get_mut(&conn) else { return };
        one.got.append(payload);
        let done = one.reader.take(payload).unwrap_or_default();
        if !done.iter().any(|found| matches!(found, Found::Complete(_))) {
            return;
        }
        let Some(Try { job, got, .. }) = self.busy.remove(&conn) else { return };
        if let Some(member) = self.member_of(conn) {
            member.failures = 0;
            member.idle.push(conn);
        }
        let len = got.len();
        self.send(job.client, got, ("response", "200 OK", len));
    }

    fn member_of(&mut self, conn: ConnId) -> Option<&mut Member> {
        self.members.get_mut(*self.own.get(&conn)?)
    }

    /// A try has failed: the request goes to another server, or its client hears that it has.
    fn fail(&mut self, now: Instant, conn: ConnId) {
        let Some(Try { mut job, .. }) = self.busy.remove(&conn) else { return };
        let Some(place) = self.own.remove(&conn) else { return };
        let amount = place as u64 + 1;
        self.note(conn, "timeout", format!("server {amount} has not answered in time"), amount);
        self.out.push_back(AppOutput::Abort { conn });
        self.count_failure(now, place);
        job.failed = Some(place);
        if job.tries <= self.config.retries {
            self.dispatch(now, job);
        } else {
            let (status, reason) = (504, "Gateway Timeout".to_owned());
            let headers = vec![Header::new("Content-Length", "0")];
            let answer = Payload::from(Response { status, reason, headers }.encode());
            let len = answer.len();
            self.send(job.client, answer, ("gave-up", "504 Gateway Timeout", len));
        }
    }

    /// Takes a server out that fails again and again, unless too few would be left.
    fn count_failure(&mut self, now: Instant, place: usize) {
        let is_out = |member: &&Member| member.out_until.is_some_and(|until| until > now);
        let left = self.members.len() - self.members.iter().filter(is_out).count();
        let enough = left * 2 > self.members.len();
        let Some(member) = self.members.get_mut(place) else { return };
        member.failures += 1;
        let after = self.config.eject_after;
        if after > 0 && member.failures >= after && enough {
            member.failures = 0;
            member.out_until = Some(now + OUT);
            let amount = place as u64 + 1;
            let text = format!("server {amount} gets no requests for {} s", OUT.as_secs());
            self.note(ConnId(0), "ejected", text, nanos(OUT));
        }
    }
}

impl App for Balancer {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Start => {
                let (port, config) = (PORT, self.config.tcp);
                self.out.push_back(AppOutput::Listen { port, config });
            }
            AppInput::Accepted { conn } => self.next = self.next.max(conn.0 + APART),
            AppInput::Data { conn, payload } if self.own.contains_key(&conn) => {
                self.hear(conn, &payload);
            }
            AppInput::Data { conn, payload } => self.ask(now, conn, &payload),
            AppInput::Timeout => {
                while let Some((_, conn, serial)) =
                    self.deadlines.pop_front_if(|(at, ..)| *at <= now)
                {
                    if self.busy.get(&conn).is_some_and(|one| one.serial == serial) {
                        self.fail(now, conn);
                    }
                }
            }
            AppInput::PeerClosed { conn } => self.out.push_back(AppOutput::Close { conn }),
            AppInput::Failed { conn, .. } | AppInput::Closed { conn } => {
                self.clients.remove(&conn);
                if let Some(member) = self.member_of(conn) {
                    member.idle.retain(|idle| *idle != conn);
                }
                self.fail(now, conn);
            }
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.deadlines.front().map(|(at, ..)| *at)
    }
}
