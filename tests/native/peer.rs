//! Our TCP against another one, smoltcp, byte by byte over a link that loses packets.

#![allow(clippy::unwrap_used, reason = "a test fails where it happens")]

use std::collections::{BTreeMap, VecDeque};

use roundtrip::proto::app::{Address, App, AppInput, AppOutput, ConnError, ConnId};
use roundtrip::proto::host::Host;
use roundtrip::proto::tcp::{Config, Profile};
use roundtrip::sim::endpoint::{Endpoint, Input, Output};
use roundtrip::sim::rng::Rng;
use roundtrip::sim::time::Instant;
use roundtrip::wire::{About, Packet, Payload};
use smoltcp::iface::{Interface, SocketHandle, SocketSet};
use smoltcp::phy::{Device, DeviceCapabilities, Medium, RxToken, TxToken};
use smoltcp::socket::tcp;
use smoltcp::time::Instant as Theirs;
use smoltcp::wire::{HardwareAddress, IpAddress, IpCidr};

const US: [u8; 4] = [192, 0, 2, 1];
const THEM: [u8; 4] = [192, 0, 2, 2];
const PORT: u16 = 80;
const CONN: ConnId = ConnId(0);

/// One way takes 10 ms.
const DELAY_NS: u64 = 10_000_000;

/// What our application has seen, shared with the test.
#[derive(Debug, Default)]
struct Seen {
    got: u64,
    wrong: bool,
    closed: bool,
    error: Option<ConnError>,
}

/// Sends bytes of the pattern, reads the peer's, and closes when both are through.
struct Talk {
    connects: bool,
    sends: u64,
    expects: u64,
    seen: std::rc::Rc<std::cell::RefCell<Seen>>,
    out: VecDeque<AppOutput>,
}

impl Talk {
    fn open(&mut self) {
        let payload = Payload::pattern(0, self.sends);
        self.out.push_back(AppOutput::Send { conn: CONN, payload, units: Vec::new() });
        if self.expects == 0 {
            self.out.push_back(AppOutput::Close { conn: CONN });
        }
    }
}

impl App for Talk {
    fn handle(&mut self, _now: Instant, input: AppInput) {
        let mut seen = self.seen.borrow_mut();
        match input {
            AppInput::Start => {
                let config = Config::new(Profile::LINUX);
                let to = Address { ip: THEM, port: PORT };
                self.out.push_back(if self.connects {
                    AppOutput::Connect { conn: CONN, to, config }
                } else {
                    AppOutput::Listen { port: PORT, config }
                });
            }
            AppInput::Connected { .. } | AppInput::Accepted { .. } => {
                drop(seen);
                self.open();
            }
            AppInput::Data { payload, .. } => {
                let wanted = Payload::pattern(seen.got, payload.len());
                seen.wrong |= payload != wanted;
                seen.got += payload.len();
                if seen.got == self.expects {
                    self.out.push_back(AppOutput::Close { conn: CONN });
                }
            }
            AppInput::Closed { .. } => seen.closed = true,
            AppInput::Failed { error, .. } => seen.error = Some(error),
            AppInput::Timeout
            | AppInput::PeerClosed { .. }
            | AppInput::Datagram { .. }
            | AppInput::Blocked { .. }
            | AppInput::Writable { .. }
            | AppInput::Unreachable { .. } => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }
}

/// A wire's end for smoltcp.
#[derive(Default)]
struct Wire {
    arrived: VecDeque<Vec<u8>>,
    sent: Vec<Vec<u8>>,
}

struct Rx(Vec<u8>);
struct Tx<'a>(&'a mut Vec<Vec<u8>>);

impl RxToken for Rx {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, read: F) -> R {
        read(&self.0)
    }
}

impl TxToken for Tx<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, write: F) -> R {
        let mut bytes = vec![0; len];
        let result = write(&mut bytes);
        self.0.push(bytes);
        result
    }
}

impl Device for Wire {
    type RxToken<'a> = Rx;
    type TxToken<'a> = Tx<'a>;

    fn receive(&mut self, _now: Theirs) -> Option<(Rx, Tx<'_>)> {
        let bytes = self.arrived.pop_front()?;
        Some((Rx(bytes), Tx(&mut self.sent)))
    }

    fn transmit(&mut self, _now: Theirs) -> Option<Tx<'_>> {
        Some(Tx(&mut self.sent))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ip;
        capabilities.max_transmission_unit = 1500;
        capabilities
    }
}

/// smoltcp with one socket.
struct Peer {
    wire: Wire,
    interface: Interface,
    sockets: SocketSet<'static>,
    socket: SocketHandle,
    sent: u64,
    sends: u64,
    got: u64,
    wrong: bool,
    closing: bool,
}

impl Peer {
    fn new(connects: bool, sends: u64) -> Self {
        let mut wire = Wire::default();
        let config = smoltcp::iface::Config::new(HardwareAddress::Ip);
        let mut interface = Interface::new(config, &mut wire, Theirs::ZERO);
        let [a, b, c, d] = THEM;
        let address = IpCidr::new(IpAddress::v4(a, b, c, d), 24);
        interface.update_ip_addrs(|addresses| addresses.push(address).unwrap());
        let buffer = || tcp::SocketBuffer::new(vec![0; 60_000]);
        let mut socket = tcp::Socket::new(buffer(), buffer());
        if connects {
            let [a, b, c, d] = US;
            let us = (IpAddress::v4(a, b, c, d), PORT);
            socket.connect(interface.context(), us, 50_000).unwrap();
        } else {
            socket.listen(PORT).unwrap();
        }
        let mut sockets = SocketSet::new(Vec::new());
        let socket = sockets.add(socket);
        let (sent, got, wrong, closing) = (0, 0, false, false);
        Self { wire, interface, sockets, socket, sent, sends, got, wrong, closing }
    }

    /// Lets smoltcp work, its application read and write; closes after us.
    fn step(&mut self, now: u64) {
        let now = Theirs::from_micros(i64::try_from(now / 1000).unwrap());
        self.interface.poll(now, &mut self.wire, &mut self.sockets);
        let socket = self.sockets.get_mut::<tcp::Socket<'_>>(self.socket);
        while socket.can_recv() {
            let got = self.got;
            let (len, right) = socket
                .recv(|bytes| {
                    let wanted = Payload::pattern(got, bytes.len() as u64).to_vec();
                    (bytes.len(), (bytes.len(), *bytes == wanted))
                })
                .unwrap();
            self.got += len as u64;
            self.wrong |= !right;
        }
        while socket.can_send() && self.sent < self.sends {
            let bytes = Payload::pattern(self.sent, (self.sends - self.sent).min(5000)).to_vec();
            self.sent += socket.send_slice(&bytes).unwrap() as u64;
        }
        let peer_closed = socket.may_send() && !socket.may_recv() && self.got > 0;
        if peer_closed && self.sent == self.sends && !self.closing {
            self.closing = true;
            socket.close();
        }
        self.interface.poll(now, &mut self.wire, &mut self.sockets);
    }

    fn wakes(&mut self, now: u64) -> Option<u64> {
        let theirs = Theirs::from_micros(i64::try_from(now / 1000).unwrap());
        let at = self.interface.poll_at(theirs, &self.sockets)?;
        Some(u64::try_from(at.total_micros()).unwrap() * 1000)
    }
}

/// Bytes as a packet: headers and the rest.
fn packet(bytes: &[u8]) -> Packet {
    let header = 20 + usize::from(bytes[32] >> 4) * 4;
    let (head, body) = bytes.split_at(header);
    Packet { head: head.into(), body: Payload::from(body), about: About::default() }
}

/// Runs an exchange in which the wire loses `loss_ppm` of the packets.
fn exchange(connects: bool, loss_ppm: u32, seed: u64) {
    let (up, down) = (100_000, 80_000);
    let seen = std::rc::Rc::new(std::cell::RefCell::new(Seen::default()));
    let out = VecDeque::new();
    let talk = Talk { connects, sends: up, expects: down, seen: seen.clone(), out };
    let mut host = Host::new(US, Rng::new(seed), talk);
    let mut peer = Peer::new(!connects, down);
    let mut luck = Rng::new(seed).stream("losses");
    let mut pending: BTreeMap<(u64, u64), (bool, Vec<u8>)> = BTreeMap::new();
    let (mut now, mut order) = (0, 0);
    host.handle(Instant::START, Input::Start);
    for _ in 0..20_000 {
        while let Some(output) = host.poll(Instant::from_nanos(now)) {
            let Output::Transmit(transmit) = output else { continue };
            order += 1;
            if !luck.chance(loss_ppm) {
                pending.insert((now + DELAY_NS, order), (true, transmit.packet.to_vec()));
            }
        }
        peer.step(now);
        for bytes in std::mem::take(&mut peer.wire.sent) {
            order += 1;
            if !luck.chance(loss_ppm) {
                pending.insert((now + DELAY_NS, order), (false, bytes));
            }
        }
        let arrival = pending.keys().next().map(|(at, _)| *at);
        let ours = host.poll_timeout().map(Instant::as_nanos);
        let next = arrival.into_iter().chain(ours).chain(peer.wakes(now)).min();
        let done = seen.borrow().closed || seen.borrow().error.is_some();
        let Some(next) = next.filter(|_| !done) else { break };
        now = next.max(now);
        if arrival == Some(now) {
            let Some((_, (to_them, bytes))) = pending.pop_first() else { break };
            if to_them {
                peer.wire.arrived.push_back(bytes);
            } else {
                host.handle(Instant::from_nanos(now), Input::Packet(packet(&bytes).into()));
            }
        } else if ours == Some(now) {
            host.handle(Instant::from_nanos(now), Input::Timeout);
        }
    }
    let seen = seen.borrow();
    assert_eq!((seen.error, seen.wrong, peer.wrong), (None, false, false), "seed {seed}");
    assert_eq!((seen.got, peer.got), (down, up), "seed {seed}");
    assert!(seen.closed, "seed {seed}: not closed at {now} ns: {host:?}");
}

#[test]
fn another_stack_and_ours_exchange_everything_and_close_when_we_connect() {
    exchange(true, 0, 1);
    (0..10).for_each(|seed| exchange(true, 30_000, seed));
}

#[test]
fn another_stack_and_ours_exchange_everything_and_close_when_they_connect() {
    exchange(false, 0, 1);
    (0..10).for_each(|seed| exchange(false, 30_000, seed));
}
