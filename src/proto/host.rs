//! A host: connections and datagrams over IPv4 under one application.

mod control;
mod gauges;
mod listen;
mod power;
mod table;
mod udp;

use core::fmt;
use std::collections::VecDeque;

use self::gauges::Gauges;
use self::listen::{Answer, Listener};
use self::table::Table;
use super::app::{Address, App, AppInput, AppOutput, ConnError, ConnId};
use super::tcp::{Config, Connection, Ends, State, low_bits};
use crate::sim::endpoint::{Endpoint, Event, Input, Output, Transmit};
use crate::sim::rng::Rng;
use crate::sim::time::Instant;
use crate::sorted::{SortedMap, SortedSet};
use crate::wire::ipv4::{self, Ecn, Ipv4};
use crate::wire::tcp::{Flags, Segment, is_intact};
use crate::wire::udp::PROTOCOL_UDP;
use crate::wire::{About, Datagram, Packet, Payload, TcpContext, Unit};

/// A machine with one address, its connections, and an application on top.
pub struct Host {
    address: [u8; 4],
    app: Box<dyn App>,
    rng: Rng,
    listeners: SortedMap<u16, Listener>,
    table: Table,
    /// The connections that count in the backlog of their listener.
    half_open: SortedSet<ConnId>,
    sockets: udp::Sockets,
    /// The number of the next connection.
    next_id: u32,
    /// How many packets were sent without a connection.
    stray: u64,
    gauges: Gauges,
    power: power::Power,
    /// Connections that could not be opened.
    refused: VecDeque<AppInput>,
    /// Whether metrics are reported on request only.
    on_request: bool,
    out: VecDeque<Output>,
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host")
            .field("address", &self.address)
            .field("table", &self.table)
            .finish_non_exhaustive()
    }
}

impl Host {
    /// A host whose sequence numbers and ports are fixed by `rng`.
    pub fn new(address: [u8; 4], rng: Rng, app: impl App + 'static) -> Self {
        Self {
            address,
            app: Box::new(app),
            listeners: SortedMap::new(),
            table: Table::new(&rng),
            half_open: SortedSet::default(),
            rng,
            sockets: udp::Sockets::new(),
            next_id: 0,
            stray: 0,
            gauges: Gauges::default(),
            power: power::Power::default(),
            refused: VecDeque::new(),
            on_request: false,
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

    /// The same with another range of ports for the connections that it opens.
    #[must_use]
    pub fn with_ports(mut self, ports: core::ops::RangeInclusive<u16>) -> Self {
        self.table.set_ports(&self.rng, ports);
        self
    }

    /// The initial sequence number (RFC 9293 section 3.4.1): a clock of 4 µs, and a function of
    /// the connection that outsiders do not know.
    fn initial_sequence(&self, now: Instant, ends: &Ends) -> u32 {
        let name = format!("isn {ends:?}");
        let secret = self.rng.stream(&name).next();
        low_bits(secret.wrapping_add(now.as_nanos() / 4_000))
    }

    fn run_app(&mut self, now: Instant, input: AppInput) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            self.app.handle(now, input);
            while let Some(output) = self.app.poll(now) {
                if let Some(conn) = self.command(now, output) {
                    self.drain(now, conn, &mut inputs);
                }
            }
        }
    }

    /// Does what the application says; returns the connection that may have something to say.
    fn command(&mut self, now: Instant, output: AppOutput) -> Option<ConnId> {
        match output {
            AppOutput::Listen { port, config } => {
                self.listen(port, config);
                None
            }
            AppOutput::Connect { conn, to, config } => self.connect(now, conn, to, config),
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
            AppOutput::Read { conn, len } => {
                self.on_connection(conn, |connection| connection.read(now, len))
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
                self.send_datagram(from, to, (payload, units), None);
                None
            }
            AppOutput::Tagged { from, to, payload, units, tag, again } => {
                self.send_datagram(from, to, (payload, units), Some((tag, again)));
                None
            }
            AppOutput::Readdress { ip } => {
                self.address = ip;
                None
            }
            AppOutput::Report(event) => {
                self.out.push_back(Output::Event(event));
                None
            }
            AppOutput::Note { conn, name, text, amount } => {
                let event = Event::Note { connection: conn.0, name, text, amount };
                self.out.push_back(Output::Event(event));
                None
            }
        }
    }

    /// Opens a connection, if a port is free.
    fn connect(
        &mut self,
        now: Instant,
        conn: ConnId,
        to: Address,
        config: Config,
    ) -> Option<ConnId> {
        if conn.0 < self.next_id {
            return None;
        }
        self.next_id = conn.0.saturating_add(1);
        let reuse = config.reuse.then_some(now);
        let Some((port, old)) = self.table.free_port(self.address, to, reuse) else {
            self.refused.push_back(AppInput::Failed { conn, error: ConnError::NoPort });
            return Some(conn);
        };
        let ends = Ends { local: Address { ip: self.address, port }, remote: to };
        let after = old.and_then(|old| self.take_over(now, old));
        let iss = after.unwrap_or_else(|| self.initial_sequence(now, &ends));
        let iss = config.initial_sequence.unwrap_or(iss);
        let mut connection = Connection::new(conn, ends, iss, config);
        connection.open(now);
        self.table.insert(connection);
        Some(conn)
    }

    /// Ends a connection in TIME-WAIT whose ends are used again; returns where the numbers of the
    /// next one begin.
    fn take_over(&mut self, now: Instant, old: ConnId) -> Option<u32> {
        let connection = self.table.connection(old)?;
        let iss = connection.next_initial_sequence();
        connection.make_room();
        self.drain(now, old, &mut VecDeque::new());
        Some(iss)
    }

    fn on_connection(&mut self, conn: ConnId, act: impl FnOnce(&mut Connection)) -> Option<ConnId> {
        self.table.connection(conn).map(act)?;
        Some(conn)
    }

    /// Takes out what a connection sends and says, and forgets it if it is over.
    fn drain(&mut self, now: Instant, conn: ConnId, inputs: &mut VecDeque<AppInput>) {
        inputs.extend(self.refused.drain(..));
        let (on_request, told) = (self.on_request, self.speaks_of(conn));
        let Some(connection) = self.table.connection(conn) else { return };
        if on_request && told && connection.state() == State::Closed {
            connection.report_now(now);
        }
        while let Some(output) = connection.poll() {
            if told || !matches!(output, Output::Event(_)) {
                self.out.push_back(output);
            }
        }
        while let Some(upcall) = connection.poll_upcall() {
            inputs.push_back(upcall);
        }
        let (state, port) = (connection.state(), connection.ends().local.port);
        if !matches!(state, State::Listen | State::SynReceived) {
            self.leave_backlog(conn, port);
        }
        if state == State::Closed {
            self.table.remove(conn);
        }
        self.table.watch(conn);
    }

    fn settle(&mut self, now: Instant, conn: ConnId) {
        let mut inputs = VecDeque::new();
        self.drain(now, conn, &mut inputs);
        for input in inputs {
            self.run_app(now, input);
        }
    }

    /// Sends a datagram; `tag` is its number on its own protocol, and that of the one whose
    /// contents it sends again.
    fn send_datagram(
        &mut self,
        from: u16,
        to: Address,
        (body, units): (Payload, Vec<Unit>),
        tag: Option<(u64, Option<u64>)>,
    ) {
        let datagram = Datagram { ports: (from, to.port), body, units };
        let packets = match self.sockets.send((self.address, to.ip), datagram) {
            Ok(packets) => packets,
            Err(reason) => {
                return self.out.push_back(Output::Event(Event::PacketDropped { reason }));
            }
        };
        let Some((tag, again)) = tag else {
            return packets.into_iter().for_each(|packet| self.transmit(packet));
        };
        // TCP's tags have their connection in the upper half; these have the highest bit.
        let own = |tag: u64| 1 << 63 | tag;
        for packet in packets {
            let (tag, retransmits) = (own(tag), again.map(own));
            self.out.push_back(Output::Transmit(Transmit { packet, tag, retransmits }));
        }
    }

    /// Sends a packet that belongs to no connection.
    fn transmit(&mut self, packet: Packet) {
        self.stray += 1;
        let tag = u64::from(u32::MAX >> 1) << 32 | self.stray;
        self.out.push_back(Output::Transmit(Transmit { packet, tag, retransmits: None }));
    }

    fn on_packet(&mut self, now: Instant, packet: &Packet) {
        let read = self.read(packet).and_then(|ip| match ip.protocol {
            ipv4::PROTOCOL_TCP => self.on_segment(now, &ip, packet),
            ipv4::PROTOCOL_ICMP => self.on_icmp(now, &ip, packet),
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
            if !self.sockets.is_bound(header.destination_port) {
                self.refuse_datagram(packet);
                return Err("no program has this port");
            }
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
        let known = self.table.get(&ends);
        let answer = match known.filter(|conn| !self.is_over(*conn, &segment)) {
            Some(conn) => Answer::Connection(conn),
            None => {
                let after = known.and_then(|old| self.take_over(now, old));
                self.accept(now, ends, &segment, after)
            }
        };
        match answer {
            Answer::Connection(conn) => {
                if let Some(connection) = self.table.connection(conn) {
                    connection.notice_mark(ip.ecn() == Ecn::MARKED, &segment);
                    connection.receive(now, &segment, &packet.body);
                }
                self.settle(now, conn);
            }
            Answer::Nobody => self.refuse(ends, &segment, packet),
            Answer::Done => {}
        }
        Ok(())
    }

    /// Whether a connection in TIME-WAIT ends because its peer opens another.
    fn is_over(&mut self, conn: ConnId, segment: &Segment) -> bool {
        let connection = self.table.connection(conn);
        connection.is_some_and(|connection| connection.is_opened_again_by(segment))
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
        for conn in self.table.due(now) {
            if let Some(connection) = self.table.connection(conn) {
                connection.on_timeout(now);
            }
            self.settle(now, conn);
        }
    }
}

impl Endpoint for Host {
    fn handle(&mut self, now: Instant, input: Input) {
        self.switch(now);
        if self.power.down {
            if let Input::Packet(_) = input {
                let event = Event::PacketDropped { reason: "the host is down" };
                self.out.push_back(Output::Event(event));
            }
            return;
        }
        match input {
            Input::Start => self.run_app(now, AppInput::Start),
            Input::Packet(packet) => self.on_packet(now, &packet),
            Input::Timeout => self.on_timeout(now),
        }
        if !self.on_request {
            self.report_gauges();
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<Output> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        if self.power.down {
            return self.power.next();
        }
        let wakes = self.table.next_wake().into_iter().chain(self.app.poll_timeout());
        wakes.chain(self.power.next()).min()
    }

    fn report_on_request(&mut self) {
        self.on_request = true;
        self.table.report_on_request();
    }

    fn report_now(&mut self, now: Instant) {
        self.report_gauges();
        if self.is_gauged() {
            return;
        }
        for connection in self.table.connections() {
            connection.report_now(now);
            while let Some(output) = connection.poll() {
                self.out.push_back(output);
            }
        }
    }
}

#[cfg(test)]
mod tests;
