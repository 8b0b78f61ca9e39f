//! A host: connections and datagrams over IPv4 under one application.

mod udp;

use core::fmt;
use std::collections::VecDeque;

use super::app::{Address, App, AppInput, AppOutput, ConnId};
use super::tcp::state::MACHINE;
use super::tcp::{Config, Connection, Ends, State, low_bits};
use crate::sim::endpoint::{Endpoint, Event, Input, Output, Transmit};
use crate::sim::rng::Rng;
use crate::sim::time::Instant;
use crate::sorted::SortedMap;
use crate::wire::ipv4::{self, Ipv4};
use crate::wire::tcp::{Flags, Segment, is_intact};
use crate::wire::udp::PROTOCOL_UDP;
use crate::wire::{About, Datagram, Packet, Payload, TcpContext, Unit};

/// A machine with one address, its connections, and an application on top.
pub struct Host {
    address: [u8; 4],
    app: Box<dyn App>,
    rng: Rng,
    listeners: SortedMap<u16, Config>,
    connections: SortedMap<ConnId, Connection>,
    by_ends: SortedMap<Ends, ConnId>,
    sockets: udp::Sockets,
    /// The number of the next connection.
    next_id: u32,
    /// How many connections were opened from here.
    opened: u16,
    /// How many packets were sent without a connection.
    stray: u64,
    out: VecDeque<Output>,
}

/// Linux's range of ports for connections that are opened (`ip_local_port_range`).
const PORTS: core::ops::RangeInclusive<u16> = 32_768..=60_999;

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host")
            .field("address", &self.address)
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}

impl Host {
    /// A host whose sequence numbers and ports are fixed by `rng`.
    pub fn new(address: [u8; 4], rng: Rng, app: impl App + 'static) -> Self {
        Self {
            address,
            app: Box::new(app),
            rng,
            listeners: SortedMap::new(),
            connections: SortedMap::new(),
            by_ends: SortedMap::new(),
            sockets: udp::Sockets::new(),
            next_id: 0,
            opened: 0,
            stray: 0,
            out: VecDeque::new(),
        }
    }

    /// The same with another largest packet on its link than Ethernet's: larger datagrams leave
    /// in pieces.
    #[must_use]
    pub const fn with_mtu(mut self, mtu: u32) -> Self {
        self.sockets.set_mtu(mtu);
        self
    }

    /// The initial sequence number (RFC 9293 section 3.4.1): a clock of 4 µs, and a function of
    /// the connection that outsiders do not know.
    fn initial_sequence(&self, now: Instant, ends: &Ends) -> u32 {
        let name = format!("isn {ends:?}");
        let secret = self.rng.stream(&name).next();
        low_bits(secret.wrapping_add(now.as_nanos() / 4_000))
    }

    /// The port of the next connection that is opened from here: one after the other, from a
    /// place that chance fixes.
    fn next_port(&mut self) -> u16 {
        let count = u64::from(PORTS.end() - PORTS.start()) + 1;
        let first = self.rng.stream("port").below(count);
        let offset = (first + u64::from(self.opened)) % count;
        self.opened = self.opened.wrapping_add(1);
        PORTS.start() + u16::try_from(offset).unwrap_or(0)
    }

    fn run_app(&mut self, now: Instant, input: AppInput) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            self.app.handle(now, input);
            while let Some(output) = self.app.poll(now) {
                if let Some(conn) = self.command(now, output) {
                    self.drain(conn, &mut inputs);
                }
            }
        }
    }

    /// Does what the application says; returns the connection that may have something to say.
    fn command(&mut self, now: Instant, output: AppOutput) -> Option<ConnId> {
        match output {
            AppOutput::Listen { port, config } => {
                self.listeners.insert(port, config);
                let event = Event::StateUpdated {
                    machine: MACHINE.name,
                    connection: self.next_id,
                    from: State::Closed.name(),
                    to: State::Listen.name(),
                };
                self.out.push_back(Output::Event(event));
                None
            }
            AppOutput::Connect { conn, to, config } => {
                if conn.0 < self.next_id {
                    return None;
                }
                self.next_id = conn.0.saturating_add(1);
                let local = Address { ip: self.address, port: self.next_port() };
                let ends = Ends { local, remote: to };
                let iss = self.initial_sequence(now, &ends);
                let mut connection = Connection::new(conn, ends, iss, config);
                connection.open(now);
                self.connections.insert(conn, connection);
                self.by_ends.insert(ends, conn);
                Some(conn)
            }
            AppOutput::Send { conn, payload, units } => {
                self.on_connection(conn, |connection| connection.send(now, payload, units))
            }
            AppOutput::Close { conn } => {
                self.on_connection(conn, |connection| connection.close(now))
            }
            AppOutput::Abort { conn } => {
                self.on_connection(conn, |connection| connection.abort(now))
            }
            AppOutput::Pause { conn } => self.on_connection(conn, Connection::pause),
            AppOutput::Resume { conn } => {
                self.on_connection(conn, |connection| connection.resume(now))
            }
            AppOutput::Bind { port } => {
                self.sockets.bind(port);
                None
            }
            AppOutput::Unbind { port } => {
                self.sockets.unbind(port);
                None
            }
            AppOutput::Datagram { from, to, payload, units } => {
                self.send_datagram(from, to, payload, units);
                None
            }
            AppOutput::Note { conn, name, text, amount } => {
                let event = Event::Note { connection: conn.0, name, text, amount };
                self.out.push_back(Output::Event(event));
                None
            }
        }
    }

    fn on_connection(&mut self, conn: ConnId, act: impl FnOnce(&mut Connection)) -> Option<ConnId> {
        self.connections.get_mut(&conn).map(act)?;
        Some(conn)
    }

    /// Takes out what a connection sends and says, and forgets it if it is over.
    fn drain(&mut self, conn: ConnId, inputs: &mut VecDeque<AppInput>) {
        let Some(connection) = self.connections.get_mut(&conn) else { return };
        while let Some(output) = connection.poll() {
            self.out.push_back(output);
        }
        while let Some(upcall) = connection.poll_upcall() {
            inputs.push_back(upcall);
        }
        if connection.state() == State::Closed {
            self.by_ends.remove(&connection.ends());
            self.connections.remove(&conn);
        }
    }

    fn settle(&mut self, now: Instant, conn: ConnId) {
        let mut inputs = VecDeque::new();
        self.drain(conn, &mut inputs);
        for input in inputs {
            self.run_app(now, input);
        }
    }

    fn send_datagram(&mut self, from: u16, to: Address, payload: Payload, units: Vec<Unit>) {
        let datagram = Datagram { ports: (from, to.port), body: payload, units };
        match self.sockets.send((self.address, to.ip), datagram) {
            Ok(packets) => packets.into_iter().for_each(|packet| self.transmit(packet)),
            Err(reason) => self.out.push_back(Output::Event(Event::PacketDropped { reason })),
        }
    }

    /// Sends a packet that belongs to no connection.
    fn transmit(&mut self, packet: Packet) {
        self.stray += 1;
        let tag = u64::from(u32::MAX) << 32 | self.stray;
        self.out.push_back(Output::Transmit(Transmit { packet, tag, retransmits: None }));
    }

    fn on_packet(&mut self, now: Instant, packet: &Packet) {
        let read = self.read(packet).and_then(|ip| match ip.protocol {
            ipv4::PROTOCOL_TCP => self.on_segment(now, &ip, packet),
            PROTOCOL_UDP => self.on_datagram(now, &ip, packet),
            _ => Err("unknown protocol"),
        });
        if let Err(reason) = read {
            self.out.push_back(Output::Event(Event::PacketDropped { reason }));
        }
    }

    fn on_datagram(
        &mut self,
        now: Instant,
        ip: &Ipv4,
        packet: &Packet,
    ) -> Result<(), &'static str> {
        if let Some((header, payload)) = self.sockets.receive(now, ip, packet)? {
            let from = Address { ip: ip.source, port: header.source_port };
            self.run_app(now, AppInput::Datagram { to: header.destination_port, from, payload });
        }
        Ok(())
    }

    fn on_segment(&mut self, now: Instant, ip: &Ipv4, packet: &Packet) -> Result<(), &'static str> {
        let header = packet.head.get(usize::from(ipv4::HEADER_LEN)..).unwrap_or_default();
        if !is_intact(ip.source, ip.destination, header, &packet.body) {
            return Err("checksum");
        }
        let segment = Segment::decode(header).map_err(|error| error.rule)?;
        let ends = Ends {
            local: Address { ip: ip.destination, port: segment.destination_port },
            remote: Address { ip: ip.source, port: segment.source_port },
        };
        let conn = match self.by_ends.get(&ends) {
            Some(conn) => *conn,
            None => match self.accept(now, ends, &segment) {
                Some(conn) => conn,
                None => {
                    self.refuse(ends, &segment, packet);
                    return Ok(());
                }
            },
        };
        if let Some(connection) = self.connections.get_mut(&conn) {
            connection.receive(now, &segment, &packet.body);
        }
        self.settle(now, conn);
        Ok(())
    }

    /// Reads the header of a packet that is for this host.
    fn read(&self, packet: &Packet) -> Result<Ipv4, &'static str> {
        let ip = Ipv4::decode(&packet.head).map_err(|error| error.rule)?;
        if !ip.is_intact() {
            return Err("checksum");
        }
        if ip.destination != self.address {
            return Err("not for this host");
        }
        if u32::from(ip.total_len) != packet.size() {
            return Err("length");
        }
        Ok(ip)
    }

    /// A connection for a SYN to a port that the application listens on.
    fn accept(&mut self, now: Instant, ends: Ends, segment: &Segment) -> Option<ConnId> {
        let flags = segment.flags;
        if !flags.has(Flags::SYN) || flags.has(Flags::ACK) || flags.has(Flags::RST) {
            return None;
        }
        let config = *self.listeners.get(&ends.local.port)?;
        let conn = ConnId(self.next_id);
        self.next_id = self.next_id.saturating_add(1);
        let iss = self.initial_sequence(now, &ends);
        self.connections.insert(conn, Connection::passive(conn, ends, iss, config));
        self.by_ends.insert(ends, conn);
        Some(conn)
    }

    /// Answers a segment that belongs to no connection with RST (RFC 9293 section 3.10.7.1).
    fn refuse(&mut self, ends: Ends, segment: &Segment, packet: &Packet) {
        if segment.flags.has(Flags::RST) {
            return;
        }
        let behind = u32::try_from(segment.seq_len(packet.body.len())).unwrap_or(0);
        let (seq, ack, flags) = if segment.flags.has(Flags::ACK) {
            (segment.ack, 0, Flags::RST)
        } else {
            (0, segment.seq.wrapping_add(behind), Flags::RST | Flags::ACK)
        };
        let answer = Segment {
            source_port: ends.local.port,
            destination_port: ends.remote.port,
            seq,
            ack,
            flags,
            ..Segment::default()
        };
        // Shown numbers count from where the other side counts.
        let theirs = packet.about.tcp.unwrap_or_default();
        let context = TcpContext { iss: theirs.irs, irs: theirs.iss, ..TcpContext::default() };
        let about = About { tcp: Some(context), units: Vec::new() };
        let ips = (ends.local.ip, ends.remote.ip);
        self.transmit(Packet::tcp(ips, 0, answer, Payload::new(), about));
    }

    fn on_timeout(&mut self, now: Instant) {
        if self.app.poll_timeout().is_some_and(|at| at <= now) {
            self.run_app(now, AppInput::Timeout);
        }
        let due: Vec<ConnId> = self
            .connections
            .values()
            .filter(|connection| connection.poll_timeout().is_some_and(|at| at <= now))
            .map(Connection::id)
            .collect();
        for conn in due {
            if let Some(connection) = self.connections.get_mut(&conn) {
                connection.on_timeout(now);
            }
            self.settle(now, conn);
        }
    }
}

impl Endpoint for Host {
    fn handle(&mut self, now: Instant, input: Input) {
        match input {
            Input::Start => self.run_app(now, AppInput::Start),
            Input::Packet(packet) => self.on_packet(now, &packet),
            Input::Timeout => self.on_timeout(now),
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<Output> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let connections = self.connections.values().filter_map(Connection::poll_timeout);
        connections.chain(self.app.poll_timeout()).min()
    }
}

#[cfg(test)]
mod tests;
