//! A client that asks on one stream, a server that answers, and a link between them.

use core::fmt::Write;
use core::time::Duration;
use std::collections::VecDeque;

use crate::proto::app::{Address, AppInput, AppOutput, ConnId};
use crate::proto::host::Host;
use crate::proto::quic::{Config, Endpoint, StreamApp, StreamInput, StreamOutput};
use crate::proto::tls::chain::Request;
use crate::proto::tls::config::{DAY, TODAY};
use crate::proto::tls::{self, Pki};
use crate::sim::endpoint::Event;
use crate::sim::fault::Fault;
use crate::sim::link::LinkConfig;
use crate::sim::time::Instant;
use crate::sim::trace::{self, Trace, TraceEvent};
use crate::sim::world::World;
use crate::wire::Payload;
use crate::wire::tls::x509::Algorithm;

const CLIENT: [u8; 4] = [192, 0, 2, 1];
const SERVER: [u8; 4] = [192, 0, 2, 2];
const CONN: ConnId = ConnId(0);

/// What is run.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) link: LinkConfig,
    pub(super) client: Config,
    pub(super) server: Config,
    pub(super) request: u64,
    pub(super) response: u64,
    /// Streams that are opened at once.
    pub(super) streams: u64,
    /// When the client goes on from another port, in milliseconds.
    pub(super) migrate: Option<u64>,
    pub(super) faults: Vec<&'static str>,
    pub(super) seed: u64,
}

impl Pair {
    pub(super) fn new() -> Self {
        let pki = Pki::new("Example", 7, Algorithm::Ecdsa);
        let names = vec!["shop.example".to_owned()];
        let validity = (TODAY - 30 * DAY, TODAY + 60 * DAY);
        let request = Request { names, validity, size: Some(1_524), complete: true };
        let client = tls::ClientConfig::new("shop.example", pki.trust());
        let server =
            tls::ServerConfig { tickets: 1, ..tls::ServerConfig::new(pki.issue(&request)) };
        Self {
            link: LinkConfig::new(Duration::from_millis(50)),
            client: Config::client(client),
            server: Config::server(server),
            request: 100,
            response: 1000,
            streams: 1,
            migrate: None,
            faults: Vec::new(),
            seed: 1,
        }
    }

    pub(super) fn run(&self) -> Trace {
        let mut world = World::new(self.seed);
        let to = Address { ip: SERVER, port: 443 };
        let client = Client {
            to,
            config: self.client.clone(),
            ask: (self.streams, self.request),
            left: self.streams,
            due: self.migrate.map(Instant::from_millis),
            out: VecDeque::new(),
        };
        let server =
            Server { config: self.server.clone(), response: self.response, out: VecDeque::new() };
        let client = Endpoint::new(world.stream("quic client"), client);
        let server = Endpoint::new(world.stream("quic server"), server);
        let hosts = [("client", CLIENT), ("server", SERVER)].map(|(name, address)| trace::Host {
            name,
            title: name,
            address,
        });
        let [here, there] = hosts;
        let client = Host::new(CLIENT, world.stream("client"), client);
        let server = Host::new(SERVER, world.stream("server"), server);
        let client = world.host(here, client);
        let server = world.host(there, server);
        world.connect(client, server, self.link);
        let faults: Vec<Fault> = self.faults.iter().map(|text| text.parse().unwrap()).collect();
        world.faults(&faults);
        world.run()
    }
}

struct Client {
    to: Address,
    config: Config,
    ask: (u64, u64),
    left: u64,
    due: Option<Instant>,
    out: VecDeque<StreamOutput>,
}

impl StreamApp for Client {
    fn handle(&mut self, _now: Instant, input: StreamInput) {
        match input {
            StreamInput::Lower(AppInput::Start) => {
                let config = self.config.clone();
                self.out.push_back(StreamOutput::Connect { conn: CONN, to: self.to, config });
                for stream in 0..self.ask.0 {
                    self.out.push_back(StreamOutput::Send {
                        conn: CONN,
                        stream: 4 * stream,
                        payload: Payload::pattern(0, self.ask.1),
                        units: Vec::new(),
                        end: true,
                    });
                }
            }
            StreamInput::Lower(AppInput::Timeout) => {
                self.due = None;
                self.out.push_back(StreamOutput::Migrate { conn: CONN });
            }
            StreamInput::Data { payload, end, .. } => {
                let text = String::new();
                let note = AppOutput::Note { conn: CONN, name: "got", text, amount: payload.len() };
                self.out.push_back(StreamOutput::Lower(note));
                self.left -= u64::from(end);
                if end && self.left == 0 {
                    self.out.push_back(StreamOutput::Close { conn: CONN, error: 0 });
                }
            }
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<StreamOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.due
    }
}

struct Server {
    config: Config,
    response: u64,
    out: VecDeque<StreamOutput>,
}

impl StreamApp for Server {
    fn handle(&mut self, _now: Instant, input: StreamInput) {
        match input {
            StreamInput::Lower(AppInput::Start) => {
                self.out.push_back(StreamOutput::Listen { port: 443, config: self.config.clone() });
            }
            StreamInput::Data { conn, stream, end: true, .. } => {
                self.out.push_back(StreamOutput::Send {
                    conn,
                    stream,
                    payload: Payload::pattern(0, self.response),
                    units: Vec::new(),
                    end: true,
                });
            }
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<StreamOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }
}

/// What was sent and what became of it: a line a datagram, and the notes of the hosts.
pub(super) fn story(trace: &Trace) -> String {
    let mut text = String::new();
    for entry in &trace.entries {
        let host = trace.host(entry.host).name;
        match &entry.event {
            TraceEvent::PacketSent(sent) => {
                let label = sent.packet.label();
                let size = sent.packet.body.len();
                let fate = if sent.fate.arrival().is_some() { "" } else { "  ** lost" };
                let again = if sent.retransmits.is_some() { " again" } else { "" };
                let _ = writeln!(
                    text,
                    "{} {host}: {size} B {}{again}: {}{fate}",
                    entry.at, label.name, label.detail
                );
            }
            TraceEvent::Endpoint(Event::Note { name: "got", .. }) => {}
            TraceEvent::Endpoint(event) => {
                if matches!(
                    event,
                    Event::StateUpdated { .. }
                        | Event::PacketDropped { .. }
                        | Event::Note { .. }
                        | Event::TimerFired { .. }
                ) {
                    let _ = writeln!(text, "{} {host} {event}", entry.at);
                }
            }
            TraceEvent::PacketReceived { .. } => {}
        }
    }
    text
}

/// How many bytes of streams the application of a host got.
pub(super) fn received(trace: &Trace, host: &str) -> u64 {
    let notes = trace.entries.iter().filter(|entry| trace.host(entry.host).name == host);
    notes
        .filter_map(|entry| match &entry.event {
            TraceEvent::Endpoint(Event::Note { name: "got", amount, .. }) => Some(*amount),
            _ => None,
        })
        .sum()
}
