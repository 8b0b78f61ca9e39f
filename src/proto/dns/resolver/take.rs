//! What a resolver believes of an answer, and remembers.
//!
//! RFC 2181 section 5.4.1: a server is believed about its own zone. Everything else in its
//! answer is left away, so that nobody can slip in records of others.

use super::super::note;
use super::Resolver;
use super::ask::Ask;
use crate::sim::time::Instant;
use crate::wire::dns::{Data, Flags, Kind, Message, Name, Rcode, Record};

/// Records of one name and type, and the signatures over them.
pub(super) struct Set {
    pub(super) records: Vec<Record>,
    pub(super) signatures: Vec<Record>,
}

impl Set {
    pub(super) fn name(&self) -> Option<&Name> {
        self.records.first().map(|record| &record.name)
    }

    pub(super) fn kind(&self) -> Option<Kind> {
        self.records.first().map(Record::kind)
    }
}

/// Puts records that belong together together.
pub(super) fn sets(records: &[Record], signatures: &[Record]) -> Vec<Set> {
    let mut sets: Vec<Set> = Vec::new();
    for record in records.iter().filter(|record| record.kind() != Kind::RRSIG) {
        let same =
            |set: &&mut Set| set.name() == Some(&record.name) && set.kind() == Some(record.kind());
        match sets.iter_mut().find(same) {
            Some(set) => set.records.push(record.clone()),
            None => {
                let covers = |signature: &&Record| {
                    signature.name == record.name
                        && matches!(&signature.data, Data::Rrsig(rrsig) if rrsig.covered == record.kind())
                };
                let all = records.iter().chain(signatures).filter(covers);
                sets.push(Set {
                    records: vec![record.clone()],
                    signatures: all.cloned().collect(),
                });
            }
        }
    }
    sets
}

impl Resolver {
    /// Takes an answer that is meant for a question, and lets its task go on.
    pub(super) fn take(&mut self, now: Instant, ask: &Ask, message: &Message) {
        self.wake(ask.task);
        let useful = match message.rcode {
            Rcode::NOERROR if !message.answers.is_empty() => self.take_records(now, ask, message),
            Rcode::NOERROR => {
                self.take_referral(now, ask, message) || self.take_denial(now, ask, message)
            }
            Rcode::NXDOMAIN => self.take_denial(now, ask, message),
            _ => false,
        };
        if let Some(task) = self.tasks.get_mut(&ask.task).filter(|_| useful) {
            task.tries = 0;
        }
    }

    fn take_records(&mut self, now: Instant, ask: &Ask, message: &Message) -> bool {
        let mut any = false;
        for set in sets(&message.answers, &[]) {
            let own = set.name().is_some_and(|name| name.is_within(&ask.zone));
            if own {
                self.cache.insert(now, &set.records, &set.signatures);
                any = true;
            }
        }
        self.next_label(ask);
        any
    }

    /// A shortened question was answered: the next one names a label more (RFC 9156 section 2.3).
    fn next_label(&mut self, ask: &Ask) {
        if let Some(task) = self.tasks.get_mut(&ask.task)
            && ask.question.name != task.current
        {
            task.labels += 1;
        }
    }

    /// Servers nearer to the name.
    fn take_referral(&mut self, now: Instant, ask: &Ask, message: &Message) -> bool {
        let sets = sets(&message.authorities, &[]);
        let nearer = |set: &&Set| {
            set.kind() == Some(Kind::NS)
                && set.name().is_some_and(|cut| {
                    cut.depth() > ask.zone.depth()
                        && cut.is_within(&ask.zone)
                        && ask.question.name.is_within(cut)
                })
        };
        let Some(servers) = sets.iter().find(nearer).filter(|_| !message.flags.has(Flags::AA))
        else {
            return false;
        };
        let Some(cut) = servers.name().cloned() else { return false };
        self.cache.insert(now, &servers.records, &[]);
        for glue in self::sets(&message.additionals, &[]) {
            let named = servers.records.iter().filter_map(super::server_name);
            let wanted = glue.name().is_some_and(|name| named.clone().any(|server| server == name));
            if wanted && glue.name().is_some_and(|name| name.is_within(&ask.zone)) {
                self.cache.insert(now, &glue.records, &[]);
            }
        }
        self.take_digest(now, &cut, &sets);
        if let Some(task) = self.tasks.get_mut(&ask.task) {
            task.labels = 1;
        }
        true
    }

    /// The digest of the child's key, or the proof that there is none.
    fn take_digest(&mut self, now: Instant, cut: &Name, sets: &[Set]) {
        let of_cut = |set: &&Set, kind| set.kind() == Some(kind) && set.name() == Some(cut);
        if let Some(digest) = sets.iter().find(|set| of_cut(set, Kind::DS)) {
            self.cache.insert(now, &digest.records, &digest.signatures);
        } else if let Some(proof) = sets.iter().find(|set| of_cut(set, Kind::NSEC)) {
            self.cache.insert(now, &proof.records, &proof.signatures);
        }
    }

    /// Nothing of this type, or no such name.
    fn take_denial(&mut self, now: Instant, ask: &Ask, message: &Message) -> bool {
        let soa = message.authorities.iter().find(|record| record.kind() == Kind::SOA);
        if !soa.is_some_and(|soa| soa.name.is_within(&ask.zone)) {
            return false;
        }
        let Some(task) = self.tasks.get(&ask.task) else { return false };
        let full = ask.question.name == task.current && ask.question.kind == task.kind();
        let name = task.current.clone();
        if !full && message.rcode == Rcode::NOERROR {
            self.next_label(ask);
            return true;
        }
        // If a name does not exist, nothing below it does (RFC 8020 section 2).
        let kind = self.tasks.get(&ask.task).map_or(ask.question.kind, |task| task.kind());
        let text = format!("remembers that there is no {kind} {name}");
        self.out.push_back(note("denied", text, 0));
        self.cache.deny(now, (&name, kind), message.rcode, &message.authorities);
        true
    }
}
