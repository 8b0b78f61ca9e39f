//! A search for the answer to one question, step by step.

use core::time::Duration;

use super::super::cache::Cached;
use super::super::note;
use super::validate::Verdict;
use super::{Resolver, server_name};
use crate::proto::app::{Address, AppOutput, ConnId};
use crate::sim::time::Instant;
use crate::wire::dns::{
    Data, Edns, Flags, Kind, Message, Name, Question, Rcode, Record, Subnet, UDP_MAX, option,
};

/// How a client asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// By a datagram from here.
    Datagram(Address),
    /// On a connection.
    Stream(ConnId),
}

/// Who waits for an answer.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) way: Way,
    pub(super) query: Message,
}

impl Client {
    /// Its address; over a stream it is not known here.
    pub(super) const fn address(&self) -> [u8; 4] {
        match self.way {
            Way::Datagram(from) => from.ip,
            Way::Stream(_) => [0; 4],
        }
    }
}

/// A search.
#[derive(Debug)]
pub(super) struct Task {
    question: Question,
    pub(super) clients: Vec<Client>,
    /// The task that needs the result.
    parent: Option<u32>,
    /// How many tasks wait for one another above this one.
    depth: u8,
    /// The name that is looked for after all aliases so far.
    pub(super) current: Name,
    /// The aliases so far, and the answer.
    pub(super) answers: Vec<Record>,
    /// The signatures over them.
    signatures: Vec<Record>,
    aliases: u8,
    /// How many labels more than the zone's the last question named (RFC 9156).
    pub(super) labels: usize,
    /// How often servers were asked for the current step.
    pub(super) tries: u8,
    /// Whether it waits for a server or another task.
    pub(super) waits: bool,
    /// The network of the client, if it is passed on.
    pub(super) subnet: Option<Subnet>,
    /// How many questions were asked for it in all.
    asked: u8,
}

/// The most aliases that are followed, as Unbound does.
const ALIASES_MAX: u8 = 11;
/// The most tasks that wait for one another.
const DEPTH_MAX: u8 = 12;
/// The most questions for one step of a task.
const TRIES_MAX: u8 = 8;
/// The most questions for a whole task (Unbound: 32 referrals and repetitions).
const ASKED_MAX: u8 = 64;
/// For how long a failure is remembered (RFC 9520 section 3.2: one second to five minutes).
const FAILURE: Duration = Duration::from_secs(5);

/// What a task does next.
enum Step {
    Ask(Name, Vec<[u8; 4]>),
    Need(Question),
    Done(Rcode, Vec<Record>),
}

impl Task {
    pub(super) fn new(question: Question, parent: Option<(u32, u8)>) -> Self {
        Self {
            current: question.name.clone(),
            question,
            clients: Vec::new(),
            parent: parent.map(|(parent, _)| parent),
            depth: parent.map_or(0, |(_, depth)| depth + 1),
            answers: Vec::new(),
            signatures: Vec::new(),
            aliases: 0,
            labels: 1,
            tries: 0,
            waits: false,
            subnet: None,
            asked: 0,
        }
    }

    pub(super) fn is_for(&self, question: &Question) -> bool {
        self.parent.is_none() && self.question == *question
    }

    pub(super) const fn kind(&self) -> Kind {
        self.question.kind
    }
}

impl Resolver {
    /// Lets a task go on until it waits or is done.
    pub(super) fn step(&mut self, now: Instant, id: u32) {
        loop {
            let Some(task) = self.tasks.get(&id) else { return };
            if task.waits {
                return;
            }
            let depth = task.depth;
            match self.next_step(now, id) {
                Some(Step::Ask(zone, servers)) => return self.ask(now, id, &zone, &servers),
                Some(Step::Need(question)) if depth < DEPTH_MAX => {
                    if let Some(task) = self.tasks.get_mut(&id) {
                        task.waits = true;
                    }
                    self.spawn(question, Some((id, depth)));
                    return;
                }
                Some(Step::Need(_)) => return self.fail(now, id, None),
                Some(Step::Done(rcode, said)) => return self.finish(now, id, rcode, &said),
                None => {}
            }
        }
    }

    /// What comes next; nothing if an alias was followed and the search begins anew.
    fn next_step(&mut self, now: Instant, id: u32) -> Option<Step> {
        let task = self.tasks.get_mut(&id)?;
        let (name, kind) = (task.current.clone(), task.question.kind);
        match self.cache.get(now, &name, kind) {
            Some(Cached::Records(records, signatures)) => {
                task.answers.extend(records);
                task.signatures.extend(signatures);
                return Some(Step::Done(Rcode::NOERROR, Vec::new()));
            }
            Some(Cached::Denied(rcode, said)) => return Some(Step::Done(rcode, said)),
            None => {}
        }
        if let Some(Cached::Records(records, signatures)) = self.cache.get(now, &name, Kind::CNAME)
            && let Some(Data::Cname(target)) = records.first().map(|record| &record.data)
        {
            task.current = target.clone();
            task.answers.extend(records);
            task.signatures.extend(signatures);
            (task.aliases, task.labels, task.tries) = (task.aliases + 1, 1, 0);
            let endless = task.aliases > ALIASES_MAX;
            return endless.then(|| Step::Done(Rcode::SERVFAIL, Vec::new()));
        }
        let asked = Question { name, kind };
        self.failed.retain(|(_, until)| now < *until);
        if task.tries >= TRIES_MAX
            || task.asked >= ASKED_MAX
            || self.failed.iter().any(|(known, _)| *known == asked)
        {
            return Some(Step::Done(Rcode::SERVFAIL, Vec::new()));
        }
        Some(self.whom_to_ask(now, &asked.name, kind))
    }

    /// The nearest zone above a name whose servers are known, or what is missing.
    fn whom_to_ask(&self, now: Instant, name: &Name, kind: Kind) -> Step {
        // The digest of a zone's key is its parent's to give (RFC 4035 section 4.2).
        let deepest = name.depth() - usize::from(kind == Kind::DS && name.depth() > 0);
        for depth in (0..=deepest).rev() {
            let zone = name.suffix(depth);
            let servers = self.cache.records(now, &zone, Kind::NS);
            let names: Vec<&Name> = servers.iter().filter_map(server_name).collect();
            let addresses: Vec<[u8; 4]> = names
                .iter()
                .flat_map(|server| self.cache.records(now, server, Kind::A))
                .filter_map(|record| match record.data {
                    Data::A(address) => Some(address),
                    _ => None,
                })
                .collect();
            if !addresses.is_empty() {
                return Step::Ask(zone, addresses);
            }
            // Servers without an address, whose name lies elsewhere, must be found first.
            if let Some(server) = names.into_iter().find(|server| !server.is_within(&zone)) {
                let question = Question { name: server.clone(), kind: Kind::A };
                if !self.failed.iter().any(|(known, _)| *known == question) {
                    return Step::Need(question);
                }
            }
        }
        let hints = self.config.hints.iter().map(|(_, address)| *address).collect();
        Step::Ask(Name::root(), hints)
    }

    /// Notes that a server is asked for a task.
    pub(super) fn asked(&mut self, id: u32) {
        if let Some(task) = self.tasks.get_mut(&id) {
            task.waits = true;
            task.asked = task.asked.saturating_add(1);
            task.tries += 1;
        }
    }

    /// Gives up a task.
    pub(super) fn fail(&mut self, now: Instant, id: u32, error: Option<u16>) {
        if let Some(task) = self.tasks.get_mut(&id) {
            task.answers.clear();
            task.signatures.clear();
            let (name, kind) = (task.current.clone(), task.question.kind);
            self.failed.push((Question { name, kind }, now + FAILURE));
        }
        self.close(id, Rcode::SERVFAIL, &[], (false, error));
    }

    /// Ends a task that has found out, after a look at the signatures.
    fn finish(&mut self, now: Instant, id: u32, rcode: Rcode, said: &[Record]) {
        if rcode == Rcode::SERVFAIL {
            return self.fail(now, id, None);
        }
        let Some(task) = self.tasks.get_mut(&id) else { return };
        // What a check needs is checked by the one who needs it.
        if self.config.anchor.is_none() || task.parent.is_some() {
            return self.close(id, rcode, said, (false, None));
        }
        let (mut records, mut signatures) = (task.answers.clone(), task.signatures.clone());
        for record in said {
            match record.kind() {
                Kind::RRSIG => signatures.push(record.clone()),
                _ => records.push(record.clone()),
            }
        }
        let denied = (!said.is_empty()).then(|| task.current.clone());
        match self.validate(now, &records, &signatures, denied.as_ref()) {
            Verdict::Need(question) => {
                let Some(task) = self.tasks.get_mut(&id) else { return };
                // The answer is read again from the cache once the missing thing is there.
                task.answers.clear();
                task.signatures.clear();
                task.current = task.question.name.clone();
                (task.waits, task.aliases) = (true, 0);
                let depth = task.depth;
                self.spawn(question, Some((id, depth)));
            }
            Verdict::Secure => {
                self.out.push_back(note("secure", "the signatures are right".to_owned(), 0));
                self.close(id, rcode, said, (true, None));
            }
            Verdict::Insecure => {
                let text = "a zone on the way is not signed".to_owned();
                self.out.push_back(note("insecure", text, 0));
                self.close(id, rcode, said, (false, None));
            }
            Verdict::Bogus(why, code) => {
                self.out.push_back(note("bogus", why.to_owned(), 0));
                self.fail(now, id, Some(code));
            }
        }
    }

    /// Answers all clients of a task and wakes who waits for it.
    fn close(
        &mut self,
        id: u32,
        rcode: Rcode,
        said: &[Record],
        (secure, error): (bool, Option<u16>),
    ) {
        let Some(task) = self.tasks.remove(&id) else { return };
        if let Some(parent) = task.parent {
            if let Some(waiting) = self.tasks.get_mut(&parent) {
                waiting.waits = false;
            }
            self.ready.push_back(parent);
        }
        if !task.clients.is_empty() {
            let text = format!("{} {}", task.question.kind, task.question.name);
            let name = if task.asked > 0 { "resolved" } else { "cache-hit" };
            let how = if task.asked > 0 { "found out" } else { "in the cache" };
            self.out.push_back(note(name, format!("{text}: {how}"), 0));
        }
        for client in &task.clients {
            let mut response = client.query.response(rcode);
            response.flags = response.flags.with(Flags::RA);
            response.answers.clone_from(&task.answers);
            response.authorities = said.to_vec();
            let wants = client.query.edns.as_ref().is_some_and(|edns| edns.dnssec_ok);
            if wants {
                response.answers.extend(task.signatures.iter().cloned());
            } else {
                let shown = [Kind::SOA];
                response.authorities.retain(|record| shown.contains(&record.kind()));
            }
            if secure && (wants || client.query.flags.has(Flags::AD)) {
                response.flags = response.flags.with(Flags::AD);
            }
            response.edns = client.query.edns.as_ref().map(|edns| Edns {
                size: super::super::EDNS_SIZE,
                dnssec_ok: edns.dnssec_ok,
                options: error
                    .map(|code| (option::ERROR, code.to_be_bytes().to_vec()))
                    .into_iter()
                    .collect(),
            });
            self.respond(client, response);
        }
    }

    fn respond(&mut self, client: &Client, response: Message) {
        let output = match client.way {
            Way::Datagram(to) => {
                let size = client.query.edns.as_ref().map_or(UDP_MAX, |edns| edns.size);
                let (payload, units) = response.cut_to(size.max(UDP_MAX)).datagram();
                AppOutput::Datagram { from: crate::wire::dns::PORT, to, payload, units }
            }
            Way::Stream(conn) => {
                let (payload, units) = response.framed();
                AppOutput::Send { conn, payload, units }
            }
        };
        self.out.push_back(output);
    }
}
