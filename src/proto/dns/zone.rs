//! A zone: the records of a name and of what lies below it, up to the next cut.

use super::sign::Signer;
use crate::sim::route::Prefix;
use crate::wire::dns::{Data, Kind, Name, Record, Soa, Subnet};

/// A zone and how it is served.
#[derive(Clone, Debug)]
pub struct Zone {
    origin: Name,
    records: Vec<Record>,
    signer: Option<Signer>,
    steer: Steer,
    /// How often addresses were given out.
    asked: usize,
}

/// Which of a name's addresses is given to whom.
#[derive(Clone, Debug)]
pub enum Steer {
    /// All, in the order of the zone.
    All,
    /// All, the first one another each time.
    RoundRobin,
    /// The one for the network of the client if the resolver tells it (RFC 7871), else for that
    /// of the resolver; the longest prefix wins.
    Geo(Vec<(Prefix, [u8; 4])>),
}

/// What a zone has for a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The records.
    Records(Vec<Record>),
    /// Another name for it.
    Alias(Record, Name),
    /// A cut: servers below it know.
    Cut(Name),
    /// Nothing of this type.
    NoData,
    /// No such name.
    NoName,
}

impl Zone {
    /// A zone with its first record; its negative answers are remembered for the smaller of
    /// `ttls`: the time to live of the SOA record and its last field (RFC 2308 section 5).
    pub fn new(origin: Name, server: Name, ttls: (u32, u32)) -> Self {
        let soa = Soa {
            primary: server.clone(),
            mailbox: origin.child("hostmaster"),
            serial: 2_026_112_101,
            refresh: 7_200,
            retry: 3_600,
            expire: 1_209_600,
            minimum: ttls.1,
        };
        let records = vec![
            Record::new(origin.clone(), ttls.0, Data::Soa(Box::new(soa))),
            Record::new(origin.clone(), 172_800, Data::Ns(server)),
        ];
        Self { origin, records, signer: None, steer: Steer::All, asked: 0 }
    }

    /// The same with one more record.
    #[must_use]
    pub fn with(mut self, name: Name, ttl: u32, data: Data) -> Self {
        self.records.push(Record::new(name, ttl, data));
        self
    }

    /// The same with more records.
    #[must_use]
    pub fn with_all(mut self, records: Vec<Record>) -> Self {
        self.records.extend(records);
        self
    }

    /// The same with a cut at `child`: servers with these names and addresses know what is below.
    #[must_use]
    pub fn delegate(mut self, child: Name, servers: &[(Name, [u8; 4])]) -> Self {
        for (server, address) in servers {
            self.records.push(Record::new(child.clone(), 172_800, Data::Ns(server.clone())));
            self.records.push(Record::new(server.clone(), 172_800, Data::A(*address)));
        }
        self
    }

    /// The same, signed.
    #[must_use]
    pub fn signed(mut self, signer: Signer) -> Self {
        self.records.push(signer.dnskey(3_600));
        self.signer = Some(signer);
        self
    }

    /// The same with a signer's key and the signature over it, and no other signature than those
    /// among the records: what someone on the way could pass off as a signed zone.
    #[must_use]
    pub fn with_key_of(mut self, signer: &Signer) -> Self {
        let key = signer.dnskey(3_600);
        self.records.extend(signer.sign(core::slice::from_ref(&key)));
        self.records.push(key);
        self
    }

    /// The same with another way to give addresses out.
    #[must_use]
    pub fn steered(mut self, steer: Steer) -> Self {
        self.steer = steer;
        self
    }

    pub(super) const fn origin(&self) -> &Name {
        &self.origin
    }

    pub(super) const fn signer(&self) -> Option<&Signer> {
        self.signer.as_ref()
    }

    /// Replaces all records of a name.
    pub(super) fn replace(&mut self, name: &Name, records: &[Record]) {
        self.records.retain(|record| record.name != *name);
        self.records.extend(records.iter().cloned());
    }

    /// The signatures over a name's records of a type that are kept among the records.
    pub(super) fn kept_signatures(&self, name: &Name, kind: Kind) -> Vec<Record> {
        let mut kept = self.records(name, Kind::RRSIG);
        kept.retain(|record| matches!(&record.data, Data::Rrsig(rrsig) if rrsig.covered == kind));
        kept
    }

    /// The records of a name and type.
    pub(super) fn records(&self, name: &Name, kind: Kind) -> Vec<Record> {
        let fits =
            |record: &&Record| (kind == Kind::ANY || record.kind() == kind) && record.name == *name;
        self.records.iter().filter(fits).cloned().collect()
    }

    pub(super) fn soa(&self) -> Option<&Record> {
        self.records.first()
    }

    /// What there is for a question (RFC 1034 section 4.3.2).
    pub(super) fn find(&self, name: &Name, kind: Kind) -> Found {
        let (top, depth) = (self.origin.depth(), name.depth());
        for at in top + 1..=depth {
            let cut = name.suffix(at);
            // The digest of a child's key is the parent's to give (RFC 4035 section 3.1.4.1).
            let above = kind == Kind::DS && at == depth;
            if !above && self.has(&cut, Kind::NS) {
                return Found::Cut(cut);
            }
        }
        let records = self.records(name, kind);
        if !records.is_empty() {
            return Found::Records(records);
        }
        if let Some(record) = self.records(name, Kind::CNAME).into_iter().next()
            && let Data::Cname(target) = &record.data
        {
            let target = target.clone();
            return Found::Alias(record, target);
        }
        // A name exists if something lies below it, too (RFC 8020 section 2).
        if self.records.iter().any(|record| record.name.is_within(name)) {
            Found::NoData
        } else {
            Found::NoName
        }
    }

    fn has(&self, name: &Name, kind: Kind) -> bool {
        self.records.iter().any(|record| record.kind() == kind && record.name == *name)
    }

    /// Orders or chooses addresses for whoever asks; returns for how many bits of the client's
    /// address the choice holds.
    pub(super) fn steer(
        &mut self,
        records: &mut Vec<Record>,
        resolver: [u8; 4],
        subnet: Option<Subnet>,
    ) -> u8 {
        if records.iter().any(|record| record.kind() != Kind::A) {
            return 0;
        }
        match &self.steer {
            Steer::All => 0,
            Steer::RoundRobin => {
                let first = self.asked % records.len().max(1);
                self.asked += 1;
                records.rotate_left(first);
                0
            }
            Steer::Geo(table) => {
                let client = subnet.map_or(resolver, |subnet| subnet.address);
                let fitting = table.iter().filter(|(prefix, _)| prefix.contains(client));
                let Some((prefix, address)) = fitting.max_by_key(|(prefix, _)| prefix.len) else {
                    return 0;
                };
                records.truncate(1);
                records.iter_mut().for_each(|record| record.data = Data::A(*address));
                prefix.len
            }
        }
    }

    /// The name before which nothing lies between it and `name`, and the next one, as NSEC says
    /// it; both are this zone's own (RFC 4034 section 4).
    pub(super) fn denial(&self, name: &Name) -> Option<Record> {
        let mut owners: Vec<&Name> = self
            .records
            .iter()
            .map(|record| &record.name)
            // What lies below a cut is not the zone's (RFC 4035 section 2.3).
            .filter(|owner| {
                (self.origin.depth() + 1..owner.depth())
                    .all(|depth| !self.has(&owner.suffix(depth), Kind::NS))
            })
            .collect();
        owners.sort_by_key(|owner| canonical(owner));
        owners.dedup();
        let wanted = canonical(name);
        let before = owners.iter().rev().find(|owner| canonical(owner) <= wanted)?;
        let after = owners.iter().find(|owner| canonical(owner) > canonical(before));
        let next = after.map_or(&self.origin, |after| *after).clone();
        let mut kinds: Vec<Kind> =
            self.records(before, Kind::ANY).iter().map(Record::kind).collect();
        kinds.extend([Kind::RRSIG, Kind::NSEC]);
        kinds.sort_unstable();
        kinds.dedup();
        let ttl = self.soa().map_or(0, |soa| soa.ttl);
        Some(Record::new((*before).clone(), ttl, Data::Nsec { next, kinds }))
    }
}

/// Labels from the right, in lower case: the order of names (RFC 4034 section 6.1).
pub(super) fn canonical(name: &Name) -> Vec<Vec<u8>> {
    let mut labels: Vec<Vec<u8>> = name.labels().map(<[u8]>::to_ascii_lowercase).collect();
    labels.reverse();
    labels
}
