//! What a resolver remembers, and for how long (RFC 1034 section 5, RFC 2308 section 5).

use core::time::Duration;

use crate::sim::time::{Instant, nanos};
use crate::sorted::SortedMap;
use crate::wire::dns::{Data, Kind, Name, Rcode, Record};

/// Records and their absence by name and type.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    entries: SortedMap<(Name, Kind), Entry>,
}

/// What is remembered of a name and type.
#[derive(Clone, Debug)]
struct Entry {
    records: Vec<Record>,
    signatures: Vec<Record>,
    /// If there is nothing: how that was said, and by which records.
    denied: Option<(Rcode, Vec<Record>)>,
    expires: Instant,
}

/// What the cache has for a question.
#[derive(Clone, Debug)]
pub(super) enum Cached {
    /// Records and the signatures over them.
    Records(Vec<Record>, Vec<Record>),
    /// That there is nothing, with what was said about it.
    Denied(Rcode, Vec<Record>),
}

/// The longest time that anything is remembered: a day, as Unbound does.
const TTL_MAX: u32 = 86_400;
/// The longest time that an absence is remembered: an hour, as Unbound does.
const DENIED_MAX: u32 = 3_600;
/// Stands for every type of a name that does not exist.
const NO_NAME: Kind = Kind(0);

impl Cache {
    /// Remembers records of one name and type.
    pub fn insert(&mut self, now: Instant, records: &[Record], signatures: &[Record]) {
        let Some(first) = records.first() else { return };
        let ttl = records.iter().map(|record| record.ttl).min().unwrap_or(0).min(TTL_MAX);
        let entry = Entry {
            records: records.to_vec(),
            signatures: signatures.to_vec(),
            denied: None,
            expires: now + lifetime(ttl),
        };
        self.entries.insert((first.name.clone(), first.kind()), entry);
    }

    /// Remembers that there is nothing, for the smaller of the SOA's time to live and its last
    /// field (RFC 2308 section 5).
    pub(super) fn deny(
        &mut self,
        now: Instant,
        question: (&Name, Kind),
        rcode: Rcode,
        authorities: &[Record],
    ) {
        let ttl = authorities.iter().find_map(|record| match &record.data {
            Data::Soa(soa) => Some(record.ttl.min(soa.minimum)),
            _ => None,
        });
        let Some(ttl) = ttl.map(|ttl| ttl.min(DENIED_MAX)) else { return };
        let kind = if rcode == Rcode::NXDOMAIN { NO_NAME } else { question.1 };
        let mut authorities = authorities.to_vec();
        authorities.iter_mut().for_each(|record| record.ttl = record.ttl.min(ttl));
        let entry = Entry {
            records: Vec::new(),
            signatures: Vec::new(),
            denied: Some((rcode, authorities)),
            expires: now + lifetime(ttl),
        };
        self.entries.insert((question.0.clone(), kind), entry);
    }

    /// What is remembered, with the time that is left.
    pub(super) fn get(&self, now: Instant, name: &Name, kind: Kind) -> Option<Cached> {
        let fresh = |kind| {
            let entry = self.entries.get(&(name.clone(), kind))?;
            (now < entry.expires).then_some(entry)
        };
        let entry = fresh(kind).or_else(|| fresh(NO_NAME))?;
        let left = seconds_left(now, entry.expires);
        let aged = |records: &[Record]| {
            let mut records = records.to_vec();
            records.iter_mut().for_each(|record| record.ttl = record.ttl.min(left));
            records
        };
        Some(match &entry.denied {
            None => Cached::Records(aged(&entry.records), aged(&entry.signatures)),
            Some((rcode, authorities)) => Cached::Denied(*rcode, aged(authorities)),
        })
    }

    /// The records that are remembered.
    pub(super) fn records(&self, now: Instant, name: &Name, kind: Kind) -> Vec<Record> {
        match self.get(now, name, kind) {
            Some(Cached::Records(records, _)) => records,
            _ => Vec::new(),
        }
    }
}

/// For how long something is remembered: what may not be remembered serves just those who wait
/// for it (RFC 1035 section 3.2.1).
fn lifetime(ttl: u32) -> Duration {
    Duration::from_secs(ttl.into()).max(Duration::from_nanos(1))
}

/// Whole seconds until a moment, the begun one included.
fn seconds_left(now: Instant, until: Instant) -> u32 {
    let left = nanos(until - now).div_ceil(1_000_000_000);
    u32::try_from(left).unwrap_or(u32::MAX)
}
