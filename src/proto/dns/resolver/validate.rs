//! Whether an answer is authentic: from the root's key down to the records (RFC 4035 section 5).

use super::super::cache::Cached;
use super::super::sign::{Fault, trusted_key, verify};
use super::super::zone::canonical;
use super::Resolver;
use super::take::{Set, sets};
use crate::sim::time::Instant;
use crate::wire::dns::{Data, Kind, Name, Question, Record};

/// What is to be thought of an answer (RFC 4035 section 4.3).
pub(super) enum Verdict {
    /// Signed from the root down.
    Secure,
    /// The parent says that the zone is not signed.
    Insecure,
    /// It should be signed and is not as it should be: why, and the extended error.
    Bogus(&'static str, u16),
    /// Something has to be asked first.
    Need(Question),
}

/// What is known of a zone.
enum Trust {
    /// These are its keys.
    Keys(Vec<Record>),
    /// It is not signed.
    Unsigned,
}

impl From<Fault> for Verdict {
    fn from(fault: Fault) -> Self {
        let (words, code) = fault.words();
        Self::Bogus(words, code)
    }
}

impl Resolver {
    /// Checks all sets of an answer; `denied` is the name that is said to be without.
    pub(super) fn validate(
        &self,
        now: Instant,
        records: &[Record],
        signatures: &[Record],
        denied: Option<&Name>,
    ) -> Verdict {
        let all = sets(records, signatures);
        let mut verdict = Verdict::Secure;
        for set in &all {
            match self.check(now, set) {
                Ok(true) => {}
                Ok(false) => verdict = Verdict::Insecure,
                Err(other) => return other,
            }
        }
        let proven = denied.is_none_or(|name| all.iter().any(|set| denies(set, name)));
        match verdict {
            Verdict::Secure if !proven => {
                Verdict::Bogus("nothing proves that it does not exist", 12)
            }
            verdict => verdict,
        }
    }

    /// Whether a set is signed as it should be; false if it need not be.
    fn check(&self, now: Instant, set: &Set) -> Result<bool, Verdict> {
        let Some(name) = set.name() else { return Ok(true) };
        let zone = self.zone_of(now, name, set.kind() == Some(Kind::DS));
        match self.trust(now, &zone)? {
            Trust::Unsigned => Ok(false),
            Trust::Keys(keys) => {
                verify(&set.records, &set.signatures, &keys, now)?;
                Ok(true)
            }
        }
    }

    /// The zone that a name belongs to, as far as cuts are known.
    fn zone_of(&self, now: Instant, name: &Name, above: bool) -> Name {
        let deepest = name.depth() - usize::from(above && name.depth() > 0);
        (1..=deepest)
            .rev()
            .map(|depth| name.suffix(depth))
            .find(|zone| !self.cache.records(now, zone, Kind::NS).is_empty())
            .unwrap_or_default()
    }

    /// The keys of a zone, if they are vouched for from the root down.
    fn trust(&self, now: Instant, zone: &Name) -> Result<Trust, Verdict> {
        let digests = if zone.depth() == 0 {
            self.config.anchor.iter().cloned().collect()
        } else {
            let parent = self.zone_of(now, zone, true);
            let Trust::Keys(keys) = self.trust(now, &parent)? else { return Ok(Trust::Unsigned) };
            match self.cache.get(now, zone, Kind::DS) {
                Some(Cached::Records(digests, signatures)) => {
                    verify(&digests, &signatures, &keys, now)?;
                    digests
                }
                _ => return self.unsigned(now, zone, &keys),
            }
        };
        let name = zone.clone();
        match self.cache.get(now, zone, Kind::DNSKEY) {
            Some(Cached::Records(keys, signatures)) => {
                let trusted = trusted_key(&keys, &digests).ok_or(Fault::NoKey)?;
                verify(&keys, &signatures, core::slice::from_ref(trusted), now)?;
                Ok(Trust::Keys(keys))
            }
            Some(Cached::Denied(..)) => Err(Fault::NoKey.into()),
            None => Err(self.need(Question { name, kind: Kind::DNSKEY })),
        }
    }

    /// Whether the parent proves that a zone is not signed (RFC 4035 section 5.2).
    fn unsigned(&self, now: Instant, zone: &Name, keys: &[Record]) -> Result<Trust, Verdict> {
        if let Some(Cached::Records(proof, signatures)) = self.cache.get(now, zone, Kind::NSEC) {
            verify(&proof, &signatures, keys, now)?;
            let signed = proof.iter().any(|record| {
                matches!(&record.data, Data::Nsec { kinds, .. } if kinds.contains(&Kind::DS))
            });
            return if signed { Err(Fault::Unsigned.into()) } else { Ok(Trust::Unsigned) };
        }
        match self.cache.get(now, zone, Kind::DS) {
            Some(_) => Ok(Trust::Unsigned),
            None => Err(self.need(Question { name: zone.clone(), kind: Kind::DS })),
        }
    }

    /// What has to be asked, unless that was tried in vain.
    fn need(&self, question: Question) -> Verdict {
        if self.failed.iter().any(|(known, _)| *known == question) {
            return Verdict::Bogus("the chain of keys cannot be fetched", 9);
        }
        Verdict::Need(question)
    }
}

/// Whether an NSEC record says that there is nothing at `name`, or not of the type.
fn denies(set: &Set, name: &Name) -> bool {
    set.records.iter().any(|record| match &record.data {
        Data::Nsec { next, .. } => {
            let (before, after, wanted) =
                (canonical(&record.name), canonical(next), canonical(name));
            // The last name points back to the zone itself.
            before <= wanted && (wanted < after || after <= before)
        }
        _ => false,
    })
}
