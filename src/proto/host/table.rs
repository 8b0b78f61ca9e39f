//! The connections of a host: by number, by their two ends, and by when they want to be woken.
//!
//! A 4-tuple of addresses and ports has one connection (RFC 9293 section 3.4.2), so a port is free
//! or taken for one peer at a time.

use core::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::proto::app::{Address, ConnId};
use crate::proto::tcp::{Connection, Ends, State};
use crate::sim::rng::Rng;
use crate::sim::time::Instant;
use crate::sorted::SortedMap;

/// All connections of a host.
#[derive(Debug)]
pub(super) struct Table {
    slots: SortedMap<ConnId, Box<Slot>>,
    by_ends: SortedMap<Ends, ConnId>,
    /// When connections want to be woken; what a slot no longer says is stale.
    wakes: BinaryHeap<Reverse<(Instant, ConnId)>>,
    ports: Ports,
    /// How many are in TIME-WAIT.
    waiting: u64,
    /// Whether connections report on request only.
    on_request: bool,
}

/// A connection and what the table knows about it.
#[derive(Debug)]
struct Slot {
    connection: Connection,
    wake: Option<Instant>,
    /// Whether it counts as one in TIME-WAIT.
    waits: bool,
}

/// The ports of connections that are opened from here: one after the other, from a place that
/// chance fixes.
#[derive(Debug)]
struct Ports {
    min: u16,
    count: u32,
    /// The next one to try, counted from `min`.
    next: u32,
    /// The peer for which the last search found none, while that is so.
    exhausted: Option<Address>,
}

/// Linux's range of ports for connections that are opened (`ip_local_port_range`).
const PORTS: core::ops::RangeInclusive<u16> = 32_768..=60_999;

impl Table {
    pub(super) fn new(rng: &Rng) -> Self {
        Self {
            slots: SortedMap::new(),
            by_ends: SortedMap::new(),
            wakes: BinaryHeap::new(),
            ports: Ports::new(rng, PORTS),
            waiting: 0,
            on_request: false,
        }
    }

    pub(super) fn set_ports(&mut self, rng: &Rng, ports: core::ops::RangeInclusive<u16>) {
        self.ports = Ports::new(rng, ports);
    }

    pub(super) fn get(&self, ends: &Ends) -> Option<ConnId> {
        self.by_ends.get(ends).copied()
    }

    pub(super) fn connection(&mut self, conn: ConnId) -> Option<&mut Connection> {
        self.slots.get_mut(&conn).map(|slot| &mut slot.connection)
    }

    /// All connections, in the order of their numbers.
    pub(super) fn connections(&mut self) -> impl Iterator<Item = &mut Connection> {
        self.slots.values_mut().map(|slot| &mut slot.connection)
    }

    /// From now on all connections report on request only.
    pub(super) fn report_on_request(&mut self) {
        self.on_request = true;
        self.connections().for_each(Connection::report_on_request);
    }

    pub(super) fn insert(&mut self, mut connection: Connection) {
        if self.on_request {
            connection.report_on_request();
        }
        self.by_ends.insert(connection.ends(), connection.id());
        self.slots.insert(connection.id(), Box::new(Slot { connection, wake: None, waits: false }));
    }

    pub(super) fn remove(&mut self, conn: ConnId) -> Option<Connection> {
        let slot = self.slots.remove(&conn)?;
        let ends = slot.connection.ends();
        // A later connection may have taken the ends over.
        if self.by_ends.get(&ends) == Some(&conn) {
            self.by_ends.remove(&ends);
        }
        self.waiting -= u64::from(slot.waits);
        self.ports.exhausted = None;
        Some(slot.connection)
    }

    /// Forgets everything; returns what there was.
    pub(super) fn clear(&mut self) -> Vec<(ConnId, State)> {
        let slots = core::mem::take(&mut self.slots);
        self.by_ends = SortedMap::new();
        self.wakes.clear();
        self.ports.exhausted = None;
        self.waiting = 0;
        slots.iter().map(|(conn, slot)| (*conn, slot.connection.state())).collect()
    }

    /// Notes when a connection wants to be woken; after every change of it.
    pub(super) fn watch(&mut self, conn: ConnId) {
        if let Some(slot) = self.slots.get_mut(&conn) {
            if slot.connection.state() == State::TimeWait && !slot.waits {
                slot.waits = true;
                self.waiting += 1;
            }
            let wake = slot.connection.poll_timeout();
            if wake != slot.wake {
                slot.wake = wake;
                self.wakes.extend(wake.map(|at| Reverse((at, conn))));
            }
        }
        while let Some(Reverse((at, conn))) = self.wakes.peek()
            && self.slots.get(conn).and_then(|slot| slot.wake) != Some(*at)
        {
            self.wakes.pop();
        }
    }

    /// When the first connection wants to be woken.
    pub(super) fn next_wake(&self) -> Option<Instant> {
        self.wakes.peek().map(|Reverse((at, _))| *at)
    }

    /// The connections whose moment has come, in the order of their numbers.
    pub(super) fn due(&mut self, now: Instant) -> Vec<ConnId> {
        let mut due = Vec::new();
        while self.wakes.peek().is_some_and(|Reverse((at, _))| *at <= now) {
            let Some(Reverse((at, conn))) = self.wakes.pop() else { break };
            if let Some(slot) = self.slots.get_mut(&conn)
                && slot.wake == Some(at)
            {
                slot.wake = None;
                due.push(conn);
            }
        }
        crate::sorted::sort_by_key(&mut due, |conn| *conn);
        due
    }

    /// A free port towards `remote`, and the connection in TIME-WAIT that has to make room for
    /// it if the program allows that; nothing if all are taken.
    pub(super) fn free_port(
        &mut self,
        ip: [u8; 4],
        remote: Address,
        reuse: Option<Instant>,
    ) -> Option<(u16, Option<ConnId>)> {
        if reuse.is_none() && self.ports.exhausted == Some(remote) {
            return None;
        }
        for _ in 0..self.ports.count {
            let port = self.ports.take();
            let ends = Ends { local: Address { ip, port }, remote };
            let Some(conn) = self.by_ends.get(&ends) else { return Some((port, None)) };
            let old = self.slots.get(conn).map(|slot| &slot.connection);
            if let (Some(now), Some(old)) = (reuse, old)
                && old.makes_room(now)
            {
                return Some((port, Some(*conn)));
            }
        }
        self.ports.exhausted = Some(remote);
        None
    }

    /// How many connections are in TIME-WAIT.
    pub(super) const fn waiting(&self) -> u64 {
        self.waiting
    }
}

impl Ports {
    fn new(rng: &Rng, ports: core::ops::RangeInclusive<u16>) -> Self {
        let count = u32::from(ports.end().saturating_sub(*ports.start())) + 1;
        let next = u32::try_from(rng.stream("port").below(count.into())).unwrap_or(0);
        Self { min: *ports.start(), count, next, exhausted: None }
    }

    fn take(&mut self) -> u16 {
        let port = self.min.saturating_add(u16::try_from(self.next).unwrap_or(0));
        self.next = (self.next + 1) % self.count;
        port
    }
}
