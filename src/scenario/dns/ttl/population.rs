//! Many resolvers as one program: each remembers for itself, and its clients ask by chance.

use core::cmp::Reverse;
use core::time::Duration;
use std::collections::{BinaryHeap, VecDeque};

use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::scenario::dns::{SHOP_IP, www};
use crate::sim::endpoint::{Event, MetricUnit};
use crate::sim::rng::Rng;
use crate::sim::time::{Instant, nanos};
use crate::wire::dns::{Kind, Message, PORT};

/// Who asks, and when what happens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) resolvers: u32,
    /// The mean time between two lookups of one resolver's clients.
    pub(super) every: Duration,
    /// From when on is counted.
    pub(super) warm: Instant,
    pub(super) outage: Instant,
    pub(super) changed: Instant,
    pub(super) end: Instant,
}

/// One resolver.
#[derive(Clone, Copy, Debug)]
struct Resolver {
    rng: Rng,
    /// The next lookup of one of its clients.
    next: Instant,
    /// Until when it remembers the address.
    expires: Instant,
}

/// The program.
#[derive(Debug)]
pub(super) struct Population {
    plan: Plan,
    resolvers: Vec<Resolver>,
    /// When which resolver has to ask, the soonest first.
    asks: BinaryHeap<Reverse<(Instant, u32)>>,
    /// Moments to note, the soonest first.
    notes: VecDeque<(Instant, &'static str)>,
    lookups: u64,
    hits: u64,
    stale: u64,
    out: VecDeque<AppOutput>,
}

/// The port from which all ask.
const FROM: u16 = 40_000;

impl Population {
    pub(super) fn new(plan: Plan, rng: Rng) -> Self {
        let mut asks = BinaryHeap::new();
        let resolvers = (0..plan.resolvers)
            .map(|number| {
                let mut rng = rng.at(number.into());
                // The run begins in the middle of things: each is somewhere in its own cycle of
                // remembering and waiting.
                let ttl = nanos(plan.warm - Instant::START);
                let phase = rng.below(ttl + nanos(plan.every));
                let expires = Instant::from_nanos(if phase < ttl { phase } else { 0 });
                let next = expires + wait(&mut rng, plan.every);
                asks.push(Reverse((next, number)));
                Resolver { rng, next, expires }
            })
            .collect();
        let notes = VecDeque::from([(plan.outage, "outage"), (plan.changed, "changed")]);
        let (lookups, hits, stale) = (0, 0, 0);
        Self { plan, resolvers, asks, notes, lookups, hits, stale, out: VecDeque::new() }
    }

    fn count(&mut self, name: &'static str, value: u64) {
        let unit = MetricUnit::Count;
        let event = Event::MetricUpdated { connection: 0, name, value, unit };
        self.out.push_back(AppOutput::Report(event));
    }

    /// Who has to ask now asks.
    fn ask(&mut self, now: Instant) {
        while let Some(Reverse((at, number))) = self.asks.peek().copied() {
            if at > now || at >= self.plan.end {
                return;
            }
            self.asks.pop();
            self.lookups += u64::from(now >= self.plan.warm);
            let id = u16::try_from(number).unwrap_or(0);
            let (payload, units) = Message::query(id, www(), Kind::A).datagram();
            let to = Address { ip: SHOP_IP, port: PORT };
            self.out.push_back(AppOutput::Datagram { from: FROM, to, payload, units });
        }
    }

    /// A resolver remembers an answer; what its clients ask meanwhile costs no packet.
    fn remember(&mut self, now: Instant, message: &Message) {
        let Some(record) = message.answers.first() else { return };
        let number = u32::from(message.id);
        let Some(resolver) = self.resolvers.get_mut(number as usize) else { return };
        resolver.expires = now + Duration::from_secs(record.ttl.into());
        let old = now < self.plan.changed;
        // Lookups while the question was on its way wait for this answer.
        while resolver.next < resolver.expires {
            resolver.next += wait(&mut resolver.rng, self.plan.every);
            let at = resolver.next;
            let counted = at >= self.plan.warm && at < self.plan.end && at < resolver.expires;
            self.lookups += u64::from(counted);
            self.hits += u64::from(counted);
            self.stale += u64::from(counted && old && at >= self.plan.outage);
        }
        self.asks.push(Reverse((resolver.next, number)));
    }

    fn note(&mut self, now: Instant) {
        while let Some((_, name)) = self.notes.pop_front_if(|(at, _)| *at <= now) {
            let text = match name {
                "outage" => {
                    let holding = self.holding(now).len() as u64;
                    self.count("held-at-outage", holding);
                    "the old address fails".to_owned()
                }
                "changed" => {
                    self.foresee(now);
                    continue;
                }
                "half" => "half have forgotten the old address".to_owned(),
                _ => "95 % have forgotten the old address".to_owned(),
            };
            self.out.push_back(AppOutput::Note { conn: ConnId(0), name, text, amount: 0 });
            if name == "moved" {
                let (hits, lookups, stale) = (self.hits, self.lookups, self.stale);
                self.count("hits", hits);
                self.count("lookups", lookups);
                self.count("stale", stale);
            }
        }
    }

    /// Until when the resolvers that remember an address now do so, in order.
    fn holding(&self, now: Instant) -> Vec<Instant> {
        let expiries = self.resolvers.iter().map(|resolver| resolver.expires);
        let mut holding: Vec<Instant> = expiries.filter(|expires| *expires > now).collect();
        holding.sort_unstable();
        holding
    }

    /// When half and 95 % of those that remember the old address will have forgotten it.
    fn foresee(&mut self, now: Instant) {
        let holding = self.holding(now);
        for (percent, name) in [(50, "half"), (95, "moved")] {
            let place = (holding.len() * percent).div_ceil(100).saturating_sub(1);
            self.notes.push_back((holding.get(place).copied().unwrap_or(now), name));
        }
    }
}

/// The time to the next lookup: exponential, for lookups know nothing of one another.
fn wait(rng: &mut Rng, mean: Duration) -> Duration {
    // 53 bits are what a float holds; one more, so that the logarithm is not of zero.
    let chance = ((rng.next() >> 11) + 1) as f64 / (1_u64 << 53) as f64;
    mean.mul_f64(-libm::log(chance))
}

impl App for Population {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Start => self.out.push_back(AppOutput::Bind { port: FROM }),
            AppInput::Datagram { payload, .. } => {
                if let Ok(message) = Message::decode(&payload.to_vec()) {
                    self.remember(now, &message);
                }
            }
            _ => {}
        }
        self.note(now);
        self.ask(now);
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let next = self.asks.peek().map(|Reverse((at, _))| *at).filter(|at| *at < self.plan.end);
        next.into_iter().chain(self.notes.front().map(|(at, _)| *at)).min()
    }
}
