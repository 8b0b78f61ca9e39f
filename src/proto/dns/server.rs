//! An authoritative server: it answers for its zones and asks nobody (RFC 1034 section 4.3.2).

use core::time::Duration;
use std::collections::VecDeque;

use super::frames::Frames;
use super::note;
use super::zone::{Found, Zone};
use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::proto::tcp::Config;
use crate::sim::time::Instant;
use crate::wire::dns::{
    Data, Edns, Flags, Kind, Message, Name, PORT, Rcode, Record, Subnet, UDP_MAX,
};

/// What a server is like.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Its zones.
    pub zones: Vec<Zone>,
    /// The largest answer that it sends over UDP, whatever the client takes.
    pub udp_max: u16,
    /// How it behaves over TCP; without it nobody listens there.
    pub tcp: Option<Config>,
    /// What changes in its zones, in the order of time.
    pub changes: Vec<Change>,
}

/// A change of a zone: from some moment a name has other records.
#[derive(Clone, Debug)]
pub struct Change {
    /// How long after the start.
    pub after: Duration,
    /// Which name.
    pub name: Name,
    /// All its records from then on.
    pub records: Vec<Record>,
}

/// The most aliases that an answer follows.
const ALIASES_MAX: u32 = 12;

/// An authoritative server.
#[derive(Debug)]
pub struct Server {
    config: ServerConfig,
    changes: VecDeque<(Instant, Change)>,
    frames: Frames,
    out: VecDeque<AppOutput>,
}

impl Server {
    /// A server with its zones.
    pub fn new(mut config: ServerConfig) -> Self {
        let changes = core::mem::take(&mut config.changes);
        let changes =
            changes.into_iter().map(|change| (Instant::START + change.after, change)).collect();
        Self { config, changes, frames: Frames::default(), out: VecDeque::new() }
    }

    fn change(&mut self, now: Instant) {
        while let Some((_, change)) = self.changes.pop_front_if(|(at, _)| *at <= now) {
            for zone in &mut self.config.zones {
                if change.name.is_within(zone.origin()) {
                    zone.replace(&change.name, &change.records);
                }
            }
            let said = change.records.first().map_or_else(
                || format!("{} is gone", change.name),
                |record| format!("{} is {} now", change.name, record.data),
            );
            self.out.push_back(note("record-changed", said, 0));
        }
    }

    /// What is answered to a query from this address; nothing to what is no query.
    fn respond(&mut self, bytes: &[u8], from: [u8; 4]) -> Option<(Message, u16)> {
        let query = Message::decode(bytes).ok().filter(|message| !message.is_response())?;
        let udp_max = query.edns.as_ref().map_or(UDP_MAX, |edns| edns.size.max(UDP_MAX));
        let mut response = query.response(Rcode::NOERROR);
        response.edns = query.edns.as_ref().map(|edns| Edns {
            size: super::EDNS_SIZE,
            dnssec_ok: edns.dnssec_ok,
            options: Vec::new(),
        });
        match query.question() {
            Some(question) => {
                let subnet = query
                    .edns
                    .as_ref()
                    .and_then(|edns| edns.options.iter().find_map(Subnet::from_option));
                let (name, kind) = (question.name.clone(), question.kind);
                self.answer(&mut response, name, kind, (from, subnet));
            }
            None => response.rcode = Rcode::FORMERR,
        }
        Some((response, udp_max.min(self.config.udp_max)))
    }

    fn answer(
        &mut self,
        response: &mut Message,
        mut name: Name,
        kind: Kind,
        who: ([u8; 4], Option<Subnet>),
    ) {
        let signed = response.edns.as_ref().is_some_and(|edns| edns.dnssec_ok);
        for hop in 0..ALIASES_MAX {
            let Some(place) = self.zone(&name, kind) else {
                if hop == 0 {
                    response.rcode = Rcode::REFUSED;
                }
                return;
            };
            let Some(zone) = self.config.zones.get_mut(place) else { return };
            let found = zone.find(&name, kind);
            if hop == 0 && !matches!(found, Found::Cut(_)) {
                response.flags = response.flags.with(Flags::AA);
            }
            match found {
                Found::Records(mut records) => {
                    let scope = zone.steer(&mut records, who.0, who.1);
                    if let (Some(subnet), Some(edns)) = (who.1, &mut response.edns) {
                        edns.options.push(Subnet { scope, ..subnet }.to_option());
                    }
                    push(&mut response.answers, records, zone, signed);
                    return;
                }
                Found::Alias(record, target) => {
                    push(&mut response.answers, vec![record], zone, signed);
                    name = target;
                }
                Found::Cut(cut) => return refer(response, zone, &cut, signed),
                found => {
                    if found == Found::NoName {
                        response.rcode = Rcode::NXDOMAIN;
                    }
                    return deny(response, zone, &name, signed);
                }
            }
        }
    }

    /// The zone nearest above a name; for the digest of a key that of the parent, if it is here.
    fn zone(&self, name: &Name, kind: Kind) -> Option<usize> {
        let zones = self.config.zones.iter().enumerate();
        let fitting = zones.filter(|(_, zone)| name.is_within(zone.origin()));
        let rank = |zone: &Zone| {
            let apex = kind == Kind::DS && zone.origin() == name;
            (!apex, zone.origin().depth())
        };
        fitting.max_by_key(|(_, zone)| rank(zone)).map(|(place, _)| place)
    }

    fn on_stream(&mut self, conn: ConnId, bytes: &[u8], from: [u8; 4]) {
        if let Some((response, _)) = self.respond(bytes, from) {
            let (payload, units) = response.framed();
            self.out.push_back(AppOutput::Send { conn, payload, units });
        }
    }

    fn on_datagram(&mut self, to: u16, from: Address, bytes: &[u8]) {
        if let Some((response, max)) = self.respond(bytes, from.ip) {
            let (payload, units) = response.cut_to(max).datagram();
            self.out.push_back(AppOutput::Datagram { from: to, to: from, payload, units });
        }
    }
}

/// Adds records, with their signatures if they are wanted and there are any.
fn push(section: &mut Vec<Record>, records: Vec<Record>, zone: &Zone, signed: bool) {
    let mut signatures = Vec::new();
    if let Some(first) = records.first().filter(|_| signed) {
        signatures = zone.kept_signatures(&first.name, first.kind());
        signatures.extend(zone.signer().and_then(|signer| signer.sign(&records)));
    }
    section.extend(records);
    section.extend(signatures);
}

/// Names the servers behind a cut, with their addresses as far as the zone has them.
fn refer(response: &mut Message, zone: &Zone, cut: &Name, signed: bool) {
    let servers = zone.records(cut, Kind::NS);
    for server in &servers {
        if let Data::Ns(name) = &server.data {
            response.additionals.extend(zone.records(name, Kind::A));
            response.additionals.extend(zone.records(name, Kind::AAAA));
        }
    }
    // The servers of a cut are not the parent's to sign; the digest is (RFC 4035 section 3.1.4).
    response.authorities.extend(servers);
    if signed && zone.signer().is_some() {
        let digests = zone.records(cut, Kind::DS);
        let proof =
            if digests.is_empty() { zone.denial(cut).into_iter().collect() } else { digests };
        push(&mut response.authorities, proof, zone, true);
    }
}

/// Says that there is nothing, and for how long that may be remembered (RFC 2308 section 3).
fn deny(response: &mut Message, zone: &Zone, name: &Name, signed: bool) {
    let soa = zone.soa().cloned().into_iter().collect();
    push(&mut response.authorities, soa, zone, signed);
    if signed && zone.signer().is_some() {
        let proof = zone.denial(name).into_iter().collect();
        push(&mut response.authorities, proof, zone, true);
    }
}

impl App for Server {
    fn handle(&mut self, now: Instant, input: AppInput) {
        self.change(now);
        match input {
            AppInput::Start => {
                self.out.push_back(AppOutput::Bind { port: PORT });
                if let Some(config) = self.config.tcp {
                    self.out.push_back(AppOutput::Listen { port: PORT, config });
                }
            }
            AppInput::Datagram { to, from, payload } => {
                self.on_datagram(to, from, &payload.to_vec());
            }
            AppInput::Data { conn, payload } => {
                for message in self.frames.take(conn, &payload) {
                    // Over a stream nobody is steered: the address is not known here.
                    self.on_stream(conn, &message, [0; 4]);
                }
            }
            AppInput::PeerClosed { conn } => self.out.push_back(AppOutput::Close { conn }),
            AppInput::Closed { conn } | AppInput::Failed { conn, .. } => self.frames.forget(conn),
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.changes.front().map(|(at, _)| *at)
    }
}
