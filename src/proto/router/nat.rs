//! Network address and port translation: many hosts behind one public address.
//!
//! RFC 3022 section 4, RFC 4787 (UDP) and RFC 5382 (TCP). A mapping belongs to an inside address
//! and port, whoever it talks to (endpoint-independent, RFC 4787 REQ-1); from outside only those
//! get through whom the inside wrote to (address and port dependent filtering, section 5). The
//! public port is the inside one if it is free (port preservation, section 4.2.1), else the next
//! free one.

use core::time::Duration;
use std::collections::VecDeque;

use super::Middlebox;
use crate::proto::app::Address;
use crate::sim::endpoint::{Event, MetricUnit};
use crate::sim::route::Prefix;
use crate::sim::time::Instant;
use crate::sorted::{SortedMap, SortedSet};
use crate::wire::Packet;
use crate::wire::forward::Side;
use crate::wire::ipv4::{self, Ipv4, address_text};
use crate::wire::tcp::Flags;

/// How a translator behaves.
#[derive(Clone, Copy, Debug)]
pub struct NatConfig {
    /// The addresses inside.
    pub inside: Prefix,
    /// The public address.
    pub public: [u8; 4],
    /// The first public port that it gives away.
    pub port_min: u16,
    /// The last one.
    pub port_max: u16,
    /// How long a mapping of UDP lives without a packet from inside (RFC 4787 REQ-5: not less
    /// than two minutes; many live 30 s).
    pub udp_idle: Duration,
    /// The same for TCP while a connection is open (RFC 5382 REQ-5: at least 2 h 4 min).
    pub tcp_idle: Duration,
}

impl NatConfig {
    /// Linux's way: 64,512 ports, UDP streams 30 s after a single packet, TCP 5 days.
    pub const fn new(inside: Prefix, public: [u8; 4]) -> Self {
        Self {
            inside,
            public,
            port_min: 1024,
            port_max: u16::MAX,
            udp_idle: Duration::from_secs(30),
            tcp_idle: Duration::from_secs(5 * 86_400),
        }
    }
}

/// How long a TCP connection is remembered that is opening or over (RFC 5382 REQ-5: 4 minutes).
const TCP_TRANSITORY: Duration = Duration::from_secs(240);

/// A protocol and an inside end.
type Inside = (u8, Address);
/// A protocol and a public port.
type Outside = (u8, u16);

/// What the translator remembers.
#[derive(Debug)]
struct Mapping {
    /// Its number, by which its timer is told from others.
    nth: u32,
    inside: Address,
    expires: Instant,
    /// Whom the inside wrote to.
    peers: SortedSet<Address>,
    /// A TCP connection that has been answered and has seen no FIN or RST.
    established: bool,
}

/// The mappings of each protocol by public port.
#[derive(Debug)]
struct Table {
    slots: SortedMap<u8, Vec<Option<Box<Mapping>>>>,
    live: u64,
}

impl Table {
    fn get(&self, (protocol, port): Outside) -> Option<&Mapping> {
        self.slots.get(&protocol)?.get(usize::from(port))?.as_deref()
    }

    fn get_mut(&mut self, (protocol, port): Outside) -> Option<&mut Mapping> {
        self.slots.get_mut(&protocol)?.get_mut(usize::from(port))?.as_deref_mut()
    }

    fn insert(&mut self, (protocol, port): Outside, mapping: Mapping) {
        let slots = self.slots.get_or_default(protocol);
        let place = usize::from(port);
        if slots.len() <= place {
            slots.resize_with(place + 1, || None);
        }
        slots[place] = Some(Box::new(mapping));
        self.live += 1;
    }

    fn remove(&mut self, (protocol, port): Outside) -> Option<Box<Mapping>> {
        let gone = self.slots.get_mut(&protocol)?.get_mut(usize::from(port))?.take()?;
        self.live -= 1;
        Some(gone)
    }
}

/// A table of translations at work.
#[derive(Debug)]
pub struct Nat {
    config: NatConfig,
    /// The public port that an inside end had last; its mapping may be gone.
    ports: SortedMap<Inside, u16>,
    table: Table,
    /// When mappings may expire, in the order of time for each length: UDP, opening, open.
    expiry: [VecDeque<(Instant, Outside)>; 3],
    /// How many mappings there have been.
    created: u32,
    /// Where the search for a free port begins.
    next_port: u16,
    out: VecDeque<Event>,
}

impl Nat {
    /// An empty table.
    pub const fn new(config: NatConfig) -> Self {
        Self {
            config,
            ports: SortedMap::new(),
            table: Table { slots: SortedMap::new(), live: 0 },
            expiry: [VecDeque::new(), VecDeque::new(), VecDeque::new()],
            created: 0,
            next_port: config.port_min,
            out: VecDeque::new(),
        }
    }

    fn outward(
        &mut self,
        now: Instant,
        ip: &Ipv4,
        packet: &Packet,
    ) -> Result<Packet, &'static str> {
        let (Some(port), Some(to)) = (packet.port(Side::Source), packet.port(Side::Destination))
        else {
            return Err("no port to translate");
        };
        let inside = Address { ip: ip.source, port };
        let own = |port: &u16| {
            self.table.get((ip.protocol, *port)).is_some_and(|mapping| mapping.inside == inside)
        };
        let public = match self.ports.get(&(ip.protocol, inside)).copied().filter(own) {
            Some(public) => public,
            None => self.create(ip.protocol, inside)?,
        };
        let peer = Address { ip: ip.destination, port: to };
        let key = (ip.protocol, public);
        if let Some(mapping) = self.table.get_mut(key) {
            mapping.peers.insert(peer);
        }
        // RFC 4787 REQ-6: what goes out keeps the mapping alive.
        self.refresh(now, key, packet, true);
        Ok(packet.rewritten(Side::Source, self.config.public, public))
    }

    fn inward(&mut self, now: Instant, ip: &Ipv4, packet: &Packet) -> Result<Packet, &'static str> {
        let (Some(from), Some(port)) = (packet.port(Side::Source), packet.port(Side::Destination))
        else {
            return Err("no port to translate");
        };
        let key = (ip.protocol, port);
        let Some(mapping) = self.table.get(key) else {
            return Err("no mapping for this port");
        };
        if !mapping.peers.contains(&Address { ip: ip.source, port: from }) {
            return Err("the inside never wrote to this sender");
        }
        let inside = mapping.inside;
        // An answer makes a TCP connection an open one; UDP lives by what goes out.
        if ip.protocol == ipv4::PROTOCOL_TCP {
            self.refresh(now, key, packet, false);
        }
        Ok(packet.rewritten(Side::Destination, inside.ip, inside.port))
    }

    /// A public port for an inside end.
    fn create(&mut self, protocol: u8, inside: Address) -> Result<u16, &'static str> {
        let NatConfig { port_min, port_max, .. } = self.config;
        let room = u32::from(port_max.saturating_sub(port_min)) + 1;
        let taken = |port: u16| self.table.get((protocol, port)).is_some();
        let preserved = (port_min..=port_max).contains(&inside.port) && !taken(inside.port);
        let after = |port: u16| if port == port_max { port_min } else { port + 1 };
        let mut port = if preserved { inside.port } else { self.next_port };
        let mut tried = 0;
        while taken(port) {
            tried += 1;
            if tried > room {
                return Err("no public port is free");
            }
            port = after(port);
        }
        if !preserved {
            self.next_port = after(port);
        }
        let nth = self.created;
        self.created += 1;
        let mapping = Mapping {
            nth,
            inside,
            expires: Instant::START,
            peers: SortedSet::default(),
            established: false,
        };
        self.ports.insert((protocol, inside), port);
        self.table.insert((protocol, port), mapping);
        let (here, there) = (address_text(inside.ip), address_text(self.config.public));
        let text = format!("new mapping: {here}:{} is {there}:{port}", inside.port);
        let amount = u64::from(port);
        self.out.push_back(Event::Note { connection: nth, name: "mapping-created", text, amount });
        self.report();
        Ok(port)
    }

    /// Lets a mapping live on from now.
    fn refresh(&mut self, now: Instant, key: Outside, packet: &Packet, outward: bool) {
        let Some(mapping) = self.table.get_mut(key) else { return };
        let class = match packet.segment() {
            None => 0,
            Some(segment) => {
                let over = segment.flags.has(Flags::FIN) || segment.flags.has(Flags::RST);
                let answered = !outward && segment.flags.has(Flags::ACK);
                mapping.established = (mapping.established || answered) && !over;
                1 + usize::from(mapping.established)
            }
        };
        let life = [self.config.udp_idle, TCP_TRANSITORY, self.config.tcp_idle][class];
        mapping.expires = now + life;
        self.expiry[class].push_back((mapping.expires, key));
        let (connection, fires) = (mapping.nth, mapping.expires);
        self.out.push_back(Event::TimerSet { connection, timer: "mapping", fires });
    }

    fn expire(&mut self, key: Outside) {
        let Some(mapping) = self.table.remove(key) else { return };
        let connection = mapping.nth;
        self.out.push_back(Event::TimerFired { connection, timer: "mapping" });
        let (here, port) = (address_text(mapping.inside.ip), mapping.inside.port);
        let text = format!("the mapping of {here}:{port} is forgotten");
        let amount = u64::from(key.1);
        self.out.push_back(Event::Note { connection, name: "mapping-expired", text, amount });
        self.report();
    }

    fn report(&mut self) {
        self.out.push_back(Event::MetricUpdated {
            connection: 0,
            name: "nat-mappings",
            value: self.table.live,
            unit: MetricUnit::Count,
        });
    }

    /// Takes away what stands in front of the queues and no longer counts.
    fn tidy(&mut self) {
        let table = &self.table;
        for queue in &mut self.expiry {
            let stale = |(at, key): &(Instant, Outside)| {
                table.get(*key).is_none_or(|mapping| mapping.expires != *at)
            };
            while queue.front().is_some_and(stale) {
                queue.pop_front();
            }
        }
    }
}

impl Middlebox for Nat {
    fn pass(&mut self, now: Instant, packet: Packet) -> Result<Packet, &'static str> {
        let ip = Ipv4::decode(&packet.head).map_err(|error| error.rule)?;
        let passed = if self.config.inside.contains(ip.source) {
            self.outward(now, &ip, &packet)
        } else if ip.destination == self.config.public {
            self.inward(now, &ip, &packet)
        } else {
            Ok(packet)
        };
        self.tidy();
        passed
    }

    fn poll(&mut self) -> Option<Event> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.expiry.iter().filter_map(|queue| queue.front().map(|(at, _)| *at)).min()
    }

    fn on_timeout(&mut self, now: Instant) {
        for class in 0..self.expiry.len() {
            while let Some((_, key)) = self.expiry[class].pop_front_if(|(at, _)| *at <= now) {
                if self.table.get(key).is_some_and(|mapping| mapping.expires <= now) {
                    self.expire(key);
                }
            }
        }
        self.tidy();
    }
}
