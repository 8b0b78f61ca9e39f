//! Hosts, links, one clock, and limits on everything.

use core::cmp::{Ordering, Reverse};
use core::time::Duration;
use std::collections::BinaryHeap;
use std::sync::Arc;

use super::coarse::Coarse;
use super::endpoint::{Endpoint, Event, Input, Output, Transmit};
use super::fault::{Effect, Fault};
use super::link::{DropReason, Fate, Link, LinkConfig, Orders, Outcome};
use super::rng::Rng;
use super::route::{Prefix, Routes};
use super::time::Instant;
use super::trace::{End, Entry, EntryId, Host, HostId, PacketId, Sent, Trace, TraceEvent};
use crate::sorted::SortedMap;
use crate::wire::Packet;
use crate::wire::ipv4::Ecn;

/// A set-up of hosts and links that can run once.
pub struct World {
    hosts: Vec<Machine>,
    links: SortedMap<(HostId, HostId), Link>,
    rng: Rng,
    faults: Vec<Fault>,
    /// How often each packet name of the faults was seen.
    seen: SortedMap<String, u32>,
    /// What is on its way, by time and order of sending.
    pending: BinaryHeap<Reverse<Waiting>>,
    order: u64,
    trace: Trace,
    coarse: Option<Coarse>,
    time_max: Instant,
    steps_max: u32,
}

struct Machine {
    endpoint: Box<dyn Endpoint>,
    address: [u8; 4],
    sent: u32,
    /// The last packet of each tag.
    tags: SortedMap<u64, PacketId>,
    /// Where its packets go that are not for a neighbour.
    routes: Routes,
}

/// Something pending, in the order of time and of sending.
struct Waiting {
    at: Instant,
    order: u64,
    what: Pending,
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Waiting {}

enum Pending {
    Start(HostId),
    /// A packet arrives; without number if the trace does not keep it.
    Arrival {
        host: HostId,
        id: Option<PacketId>,
        packet: Arc<Packet>,
        copy: bool,
    },
    Path {
        rtt: Duration,
    },
}

/// The most steps a run may take, unless a scenario says otherwise.
pub const STEPS_MAX: u32 = 200_000;
/// The longest simulated time, unless a scenario says otherwise.
pub const TIME_MAX: Duration = Duration::from_secs(3600);
/// The most things a host may do at one moment; more means that it does not come to rest.
const OUTPUTS_MAX: u32 = 20_000;

impl core::fmt::Debug for World {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("World").field("hosts", &self.trace.hosts).finish_non_exhaustive()
    }
}

impl World {
    /// An empty world whose chances come from `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            hosts: Vec::new(),
            links: SortedMap::new(),
            rng: Rng::new(seed),
            faults: Vec::new(),
            seen: SortedMap::new(),
            pending: BinaryHeap::new(),
            order: 0,
            trace: Trace::new(Vec::new()),
            coarse: None,
            time_max: Instant::START + TIME_MAX,
            steps_max: STEPS_MAX,
        }
    }

    /// The random stream of a named purpose.
    pub fn stream(&self, purpose: &str) -> Rng {
        self.rng.stream(purpose)
    }

    /// Adds a host; lanes stand in the order of this call.
    pub fn host(&mut self, host: Host, endpoint: impl Endpoint + 'static) -> HostId {
        let id = HostId(u8::try_from(self.hosts.len()).unwrap_or(u8::MAX));
        self.hosts.push(Machine {
            endpoint: Box::new(endpoint),
            address: host.address,
            sent: 0,
            tags: SortedMap::new(),
            routes: Routes::new(),
        });
        self.trace.hosts.push(host);
        id
    }

    /// Puts a one-way link between two hosts.
    pub fn link(&mut self, from: HostId, to: HostId, config: LinkConfig) {
        let name = format!("link {}>{}", self.trace.host(from).name, self.trace.host(to).name);
        self.links.insert((from, to), Link::new(config, self.rng.stream(&name)));
    }

    /// Puts a link each way between two hosts.
    pub fn connect(&mut self, a: HostId, b: HostId, config: LinkConfig) {
        self.link(a, b, config);
        self.link(b, a, config);
    }

    /// Sends packets of `from` to the addresses in `prefix` to its neighbour `via` first.
    pub fn route(&mut self, from: HostId, prefix: Prefix, via: HostId) {
        if let Some(machine) = self.hosts.get_mut(usize::from(from.0)) {
            machine.routes.set(prefix, Some(via));
        }
    }

    /// Adds faults; they act in the order given.
    pub fn faults(&mut self, faults: &[Fault]) {
        for fault in faults {
            if let Fault::Packet { select, .. } = fault {
                self.seen.insert(select.name.clone(), 0);
            }
            if let Fault::Path { at, rtt } = fault {
                self.schedule(*at, Pending::Path { rtt: *rtt });
            }
            self.faults.push(fault.clone());
        }
    }

    /// Ends the run at `time` though more would happen.
    pub const fn time_max(&mut self, time: Instant) {
        self.time_max = time;
    }

    /// Ends the run after `steps`.
    pub const fn steps_max(&mut self, steps: u32) {
        self.steps_max = steps;
    }

    /// Keeps numbers `every` so long instead of all that happens, for runs of minutes.
    pub fn coarse(&mut self, every: Duration) {
        self.coarse = Some(Coarse::new(every));
    }

    /// Runs until nothing is left to happen, or a limit is reached.
    pub fn run(mut self) -> Trace {
        if self.coarse.is_some() {
            self.hosts.iter_mut().for_each(|machine| machine.endpoint.report_on_request());
        }
        let starts = 0..u8::try_from(self.hosts.len()).unwrap_or(u8::MAX);
        // Servers listen before clients speak: the last lane starts first.
        for host in starts.rev() {
            self.schedule(Instant::START, Pending::Start(HostId(host)));
        }
        let mut steps = 0;
        let mut last = Instant::START;
        self.trace.end = loop {
            let Some((at, next)) = self.next() else { break End::Quiet };
            self.sample(at.min(self.time_max));
            if at > self.time_max {
                break End::Time;
            }
            if steps == self.steps_max {
                break End::Steps { max: self.steps_max };
            }
            steps += 1;
            last = at;
            self.step(at, next);
        };
        if self.coarse.is_some() && self.trace.end == End::Quiet {
            self.take_sample(last);
        }
        self.trace
    }

    /// Takes the samples of a coarse run up to `now`.
    fn sample(&mut self, now: Instant) {
        while let Some(at) = self.coarse.as_mut().and_then(|coarse| coarse.due(now)) {
            self.take_sample(at);
        }
    }

    fn take_sample(&mut self, at: Instant) {
        for host in (0..u8::try_from(self.hosts.len()).unwrap_or(u8::MAX)).map(HostId) {
            self.hosts[usize::from(host.0)].endpoint.report_now(at);
            self.drain(at, host, None);
        }
        let Some(coarse) = &mut self.coarse else { return };
        for (ends, link) in self.links.iter() {
            coarse.sample_queue(&mut self.trace, at, *ends, link.waiting(at));
        }
    }

    fn schedule(&mut self, at: Instant, what: Pending) {
        self.order += 1;
        self.pending.push(Reverse(Waiting { at, order: self.order, what }));
    }

    /// The next moment and whose timer it is; `None` as host means something pending.
    fn next(&self) -> Option<(Instant, Option<HostId>)> {
        let pending = self.pending.peek().map(|Reverse(next)| (next.at, None));
        let timers = self.hosts.iter().zip(0..).filter_map(|(machine, id)| {
            machine.endpoint.poll_timeout().map(|at| (at, Some(HostId(id))))
        });
        // At one moment arrivals come before timers: `None` sorts first.
        pending.into_iter().chain(timers).min()
    }

    fn step(&mut self, at: Instant, next: Option<HostId>) {
        let (host, input, cause) = match next {
            Some(host) => (host, Input::Timeout, None),
            None => match self.pending.pop().map(|Reverse(next)| next.what) {
                Some(Pending::Start(host)) => (host, Input::Start, None),
                Some(Pending::Arrival { host, id, packet, copy }) => {
                    let entry = id.map(|id| {
                        let sent = self.trace.packet(id).map(|packet| packet.entry);
                        let event = TraceEvent::PacketReceived { id, copy };
                        self.trace.push(Entry { at, host, cause: sent, event })
                    });
                    (host, Input::Packet(packet), entry)
                }
                Some(Pending::Path { rtt }) => {
                    self.links.values_mut().for_each(|link| link.set_delay(rtt / 2));
                    return;
                }
                None => return,
            },
        };
        self.hosts[usize::from(host.0)].endpoint.handle(at, input);
        self.drain(at, host, cause);
    }

    fn drain(&mut self, now: Instant, host: HostId, mut cause: Option<EntryId>) {
        for _ in 0..OUTPUTS_MAX {
            match self.hosts[usize::from(host.0)].endpoint.poll(now) {
                None => return,
                Some(Output::Transmit(transmit)) => self.transmit(now, host, transmit, cause),
                Some(Output::Route { prefix, via }) => {
                    self.hosts[usize::from(host.0)].routes.set(prefix, via);
                }
                Some(Output::Event(event))
                    if self.coarse.is_some() && !Coarse::keeps_event(&event) => {}
                Some(Output::Event(event)) => {
                    let fired = matches!(event, Event::TimerFired { .. });
                    let event = TraceEvent::Endpoint(event);
                    let entry = self.trace.push(Entry { at: now, host, cause, event });
                    // What a timer makes happen points at the timer.
                    if fired {
                        cause = Some(entry);
                    }
                }
            }
        }
    }

    fn transmit(&mut self, now: Instant, from: HostId, transmit: Transmit, cause: Option<EntryId>) {
        let to = self.next_hop(from, &transmit.packet);
        let machine = &mut self.hosts[usize::from(from.0)];
        machine.sent += 1;
        let nth = machine.sent;
        let markable = transmit.packet.ecn() != Ecn::NONE;
        let orders = Orders { markable, ..self.orders(now, from, nth, &transmit.packet) };
        let link = to.and_then(|to| self.links.get_mut(&(from, to)));
        let fate = link.map_or_else(
            || Fate::refused(now, DropReason::NoRoute),
            |link| link.transmit(now, transmit.packet.size(), orders),
        );
        let to = to.unwrap_or(from);
        self.trace.totals.count(&transmit, &fate);
        let Transmit { packet, tag, retransmits } = transmit;
        let tags = &self.hosts[usize::from(from.0)].tags;
        let retransmits = retransmits.and_then(|tag| tags.get(&tag).copied());
        let kept = self.coarse.as_mut().is_none_or(|coarse| coarse.keeps(retransmits.is_some()));
        let id = kept.then(|| PacketId(self.trace.packets_len()));
        let packet = Arc::new(packet);
        self.deliver(to, id, &packet, &fate);
        let Some(id) = id else { return };
        self.hosts[usize::from(from.0)].tags.insert(tag, id);
        let event = TraceEvent::PacketSent(Sent { id, nth, to, packet, fate, retransmits });
        self.trace.push(Entry { at: now, host: from, cause, event });
    }

    fn deliver(&mut self, host: HostId, id: Option<PacketId>, packet: &Arc<Packet>, fate: &Fate) {
        let (at, packet) = match fate.outcome {
            Outcome::Delivered { at } => (at, Arc::clone(packet)),
            Outcome::Corrupted { at } => (at, Arc::new(damaged(packet))),
            Outcome::Dropped { .. } => return,
        };
        let packet = if fate.marked { Arc::new(marked(&packet)) } else { packet };
        let copy = fate.copy.map(|again| (again, Arc::clone(&packet)));
        self.schedule(at, Pending::Arrival { host, id, packet, copy: false });
        if let Some((again, packet)) = copy {
            self.schedule(again, Pending::Arrival { host, id, packet, copy: true });
        }
    }

    /// The next host on the way to the packet's destination address (RFC 791: octets 16 to 19):
    /// the neighbour that has it, or the one that the sender's table names.
    fn next_hop(&self, from: HostId, packet: &Packet) -> Option<HostId> {
        let address = *packet.head.get(16..20)?.first_chunk::<4>()?;
        let routed = self.hosts.get(usize::from(from.0))?.routes.longest(address);
        if let Some((32, via)) = routed {
            return Some(via);
        }
        let owners = self.hosts.iter().zip(0..).filter(|(machine, _)| machine.address == address);
        owners
            .map(|(_, id)| HostId(id))
            .find(|to| self.links.contains_key(&(from, *to)))
            .or_else(|| routed.map(|(_, via)| via))
    }

    /// What the faults ask for this packet.
    fn orders(&mut self, now: Instant, from: HostId, nth: u32, packet: &Packet) -> Orders {
        let mut orders = Orders::default();
        if self.faults.is_empty() {
            return orders;
        }
        let kind = packet.label().kind;
        let of_kind = self.seen.get_mut(&kind).map(|count| {
            *count += 1;
            *count
        });
        let host = self.trace.host(from).name;
        for fault in &self.faults {
            match fault {
                Fault::Packet { select, effect } => {
                    let chosen = (select.name == kind && of_kind == Some(select.nth))
                        || (select.name == host && select.nth == nth);
                    if chosen {
                        match effect {
                            Effect::Drop => orders.drop = Some(DropReason::Scripted),
                            Effect::Delay(by) => orders.delay += *by,
                            Effect::Duplicate => orders.duplicate = true,
                            Effect::Corrupt => orders.corrupt = true,
                        }
                    }
                }
                Fault::Outage { from: only, start, end } => {
                    let mine = only.as_deref().is_none_or(|only| only == host);
                    if mine && (*start..*end).contains(&now) {
                        orders.drop = Some(DropReason::Outage);
                    }
                }
                Fault::Path { .. } => {}
            }
        }
        orders
    }
}

/// The packet as a long queue leaves it.
fn marked(packet: &Packet) -> Packet {
    packet.clone().with_ecn(Ecn::MARKED)
}

/// The packet with the last bit of its headers flipped.
fn damaged(packet: &Packet) -> Packet {
    let mut head = packet.head.to_vec();
    if let Some(last) = head.last_mut() {
        *last ^= 1;
    }
    Packet { head: head.into(), ..packet.clone() }
}

#[cfg(test)]
mod tests;
