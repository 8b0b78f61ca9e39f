//! Traces written by hand, for drawing what no scenario does yet.

use std::collections::BTreeMap;
use std::sync::Arc;

use roundtrip::sim::endpoint::Event;
use roundtrip::sim::link::{DropReason, Fate, Outcome};
use roundtrip::sim::time::Instant;
use roundtrip::sim::trace::{Entry, Host, HostId, PacketId, Sent, Trace, TraceEvent};
use roundtrip::wire::{About, Packet, Payload, Protocol, Unit};

/// Something that happens in a sketch.
#[derive(Clone)]
enum Act {
    Send(Box<(Sent, Option<u64>)>),
    Receive(PacketId),
    Say(Event),
}

/// A trace in the making. Times are in tenths of milliseconds.
pub(crate) struct Sketch {
    hosts: Vec<Host>,
    acts: Vec<(u64, u8, HostId, Act)>,
    sent: u32,
}

/// What becomes of a sketched packet, in tenths of milliseconds.
#[derive(Clone, Copy)]
pub(crate) enum End {
    Arrives(u64),
    Dies(u64),
    Damaged(u64),
    Twice(u64),
}

const fn at(tenths: u64) -> Instant {
    Instant::from_nanos(tenths * 100_000)
}

impl Sketch {
    pub(crate) fn new(names: &[(&'static str, &'static str)]) -> Self {
        let hosts = names.iter().zip(1..);
        let hosts =
            hosts.map(|((name, title), nth)| Host { name, title, address: [10, 0, 0, nth] });
        Self { hosts: hosts.collect(), acts: Vec::new(), sent: 0 }
    }

    pub(crate) fn pair() -> Self {
        Self::new(&[("client", "Client"), ("server", "Server")])
    }

    /// A packet: when, from and to, `kind|name|detail`, payload, what becomes of it.
    pub(crate) fn send(
        &mut self,
        (when, way): (u64, (u8, u8)),
        what: &str,
        body: u64,
        end: End,
    ) -> PacketId {
        let id = PacketId(self.sent);
        self.sent += 1;
        let mut words = what.split('|').map(str::to_owned);
        let kind = words.next().unwrap_or_default();
        let name = words.next().unwrap_or_default();
        let detail = words.next().unwrap_or_default();
        let protocol = if name.starts_with("GET") { Protocol::Http1 } else { Protocol::Tcp };
        let unit = Unit { protocol, kind, name, detail, offset: 0, len: body };
        let packet = Packet {
            head: Arc::from([0_u8; 40].as_slice()),
            body: Payload::pattern(0, body),
            about: About { tcp: None, units: vec![unit] },
        };
        let (outcome, arrival) = match end {
            End::Arrives(tenths) | End::Twice(tenths) => {
                (Outcome::Delivered { at: at(tenths) }, Some(tenths))
            }
            End::Damaged(tenths) => (Outcome::Corrupted { at: at(tenths) }, Some(tenths)),
            End::Dies(tenths) => {
                (Outcome::Dropped { at: at(tenths), reason: DropReason::Scripted }, None)
            }
        };
        let copy = matches!(end, End::Twice(_)).then(|| at(arrival.unwrap_or_default()));
        let fate = Fate { departs: at(when), outcome, copy, marked: false };
        let sent = Sent {
            id,
            nth: id.0 + 1,
            to: HostId(way.1),
            packet: Arc::new(packet),
            fate,
            retransmits: None,
        };
        self.acts.push((when, 2, HostId(way.0), Act::Send(Box::new((sent, arrival)))));
        if let Some(arrival) = arrival {
            self.acts.push((arrival, 0, HostId(way.1), Act::Receive(id)));
        }
        id
    }

    pub(crate) fn state(&mut self, when: u64, host: u8, from: &'static str, to: &'static str) {
        let event = Event::StateUpdated { machine: "tcp", connection: 0, from, to };
        self.acts.push((when, 1, HostId(host), Act::Say(event)));
    }

    pub(crate) fn timer(&mut self, host: u8, timer: &'static str, from: u64, to: u64) {
        let set = Event::TimerSet { connection: 0, timer, fires: at(to) };
        self.acts.push((from, 3, HostId(host), Act::Say(set)));
        let fired = Event::TimerFired { connection: 0, timer };
        self.acts.push((to, 1, HostId(host), Act::Say(fired)));
    }

    pub(crate) fn work(&mut self, host: u8, from: u64, to: u64) {
        for (when, rank, name) in [(from, 1, "think-start"), (to, 1, "think-end")] {
            let note = Event::Note { connection: 0, name, text: String::new(), amount: 1 };
            self.acts.push((when, rank, HostId(host), Act::Say(note)));
        }
    }

    pub(crate) fn trace(mut self) -> Trace {
        self.acts.sort_by_key(|(when, rank, ..)| (*when, *rank));
        let mut trace = Trace::new(self.hosts);
        let mut sent = BTreeMap::new();
        let mut ids = BTreeMap::new();
        let mut last_heard = BTreeMap::new();
        for (when, _, host, act) in self.acts {
            let now = last_heard.get(&host).copied();
            let heard = now.filter(|(heard, _)| *heard == when).map(|(_, entry)| entry);
            let (cause, event) = match act {
                Act::Send(both) => {
                    let mut packet = both.0;
                    let id = PacketId(trace.packets_len());
                    ids.insert(packet.id, id);
                    packet.id = id;
                    (heard, TraceEvent::PacketSent(packet))
                }
                Act::Receive(id) => {
                    let id = ids.get(&id).copied().unwrap_or(id);
                    (sent.get(&id).copied(), TraceEvent::PacketReceived { id, copy: false })
                }
                Act::Say(event) => (heard, TraceEvent::Endpoint(event)),
            };
            let received = matches!(event, TraceEvent::PacketReceived { .. });
            let own = match &event {
                TraceEvent::PacketSent(packet) => Some(packet.id),
                _ => None,
            };
            let entry = trace.push(Entry { at: at(when), host, cause, event });
            if received {
                last_heard.insert(host, (when, entry));
            }
            if let Some(id) = own {
                sent.insert(id, entry);
            }
        }
        trace
    }
}

const UP: (u8, u8) = (0, 1);
const DOWN: (u8, u8) = (1, 0);

/// A handshake with a round trip of `rtt` tenths of milliseconds.
fn open(sketch: &mut Sketch, rtt: u64) {
    let half = rtt / 2;
    sketch.state(0, 1, "CLOSED", "LISTEN");
    sketch.state(0, 0, "CLOSED", "SYN-SENT");
    sketch.send((0, UP), "syn|SYN|seq 0", 0, End::Arrives(half));
    sketch.state(half, 1, "LISTEN", "SYN-RECEIVED");
    sketch.send((half, DOWN), "syn-ack|SYN-ACK|seq 0, ack 1", 0, End::Arrives(rtt));
    sketch.state(rtt, 0, "SYN-SENT", "ESTABLISHED");
    sketch.send((rtt, UP), "ack|ACK|ack 1", 0, End::Arrives(rtt + half));
    sketch.state(rtt + half, 1, "SYN-RECEIVED", "ESTABLISHED");
}

/// The run of the look's chapter: a request is lost (or not) and a timer repairs it.
pub(crate) fn request(lost: bool) -> Trace {
    let mut sketch = Sketch::pair();
    open(&mut sketch, 1000);
    let again = if lost { 4000 } else { 1000 };
    if lost {
        sketch.send((1000, UP), "request|request|480 B", 480, End::Dies(1250));
        sketch.timer(0, "retransmission", 1000, 4000);
        sketch.send((again, UP), "request|request again|480 B", 480, End::Arrives(again + 500));
    } else {
        sketch.send((1000, UP), "request|request|480 B", 480, End::Arrives(1500));
    }
    let answer = "response|200 OK|1,180 B, ack 481";
    sketch.send((again + 500, DOWN), answer, 1180, End::Arrives(again + 1000));
    sketch.send((again + 1000, UP), "ack|ACK|ack 1,181", 0, End::Arrives(again + 1500));
    sketch.trace()
}

/// A close with a lost FIN, TIME-WAIT and all.
pub(crate) fn close() -> Trace {
    let mut sketch = Sketch::pair();
    open(&mut sketch, 1000);
    sketch.state(1500, 1, "ESTABLISHED", "FIN-WAIT-1");
    sketch.send((1500, DOWN), "fin|FIN|seq 1, ack 1", 0, End::Arrives(2000));
    sketch.state(2000, 0, "ESTABLISHED", "CLOSE-WAIT");
    sketch.send((2000, UP), "ack|ACK|ack 2", 0, End::Arrives(2500));
    sketch.state(2500, 1, "FIN-WAIT-1", "FIN-WAIT-2");
    sketch.state(2300, 0, "CLOSE-WAIT", "LAST-ACK");
    sketch.send((2300, UP), "fin|FIN|seq 1, ack 2", 0, End::Dies(2550));
    sketch.timer(0, "retransmission", 2300, 5300);
    sketch.send((5300, UP), "fin|FIN again|seq 1, ack 2", 0, End::Arrives(5800));
    sketch.state(5800, 1, "FIN-WAIT-2", "TIME-WAIT");
    sketch.send((5800, DOWN), "ack|ACK|ack 2", 0, End::Arrives(6300));
    sketch.state(6300, 0, "LAST-ACK", "CLOSED");
    sketch.timer(1, "time-wait", 5800, 605_800);
    sketch.state(605_800, 1, "TIME-WAIT", "CLOSED");
    sketch.trace()
}

/// Flights of a slow start: bands of data and of acknowledgments.
pub(crate) fn flights(rounds: u32) -> Trace {
    let mut sketch = Sketch::pair();
    open(&mut sketch, 1000);
    sketch.send((1000, UP), "request|GET /report|480 B", 480, End::Arrives(1500));
    let mut when = 1500;
    for round in 0..rounds {
        let count = 10 << round;
        for nth in 0..count {
            let head = round == 0 && nth == 0;
            let what = if head { "response|200 OK|200,000 B" } else { "data|data|1,448 B" };
            sketch.send((when, DOWN), what, 1448, End::Arrives(when + 500));
        }
        for _ in 0..count {
            sketch.send((when + 500, UP), "ack|ACK|", 0, End::Arrives(when + 1000));
        }
        when += 1000;
    }
    sketch.trace()
}

/// Damage, a copy, packets that overtake, work at the server, several at one instant.
pub(crate) fn mishaps() -> Trace {
    let mut sketch = Sketch::pair();
    open(&mut sketch, 1000);
    sketch.send((1000, UP), "request|GET /|480 B", 480, End::Arrives(1500));
    sketch.work(1, 1500, 1800);
    sketch.send((1800, DOWN), "response|200 OK|1,180 B", 1180, End::Damaged(2300));
    sketch.send((1800, DOWN), "data|data|1,448 B", 1448, End::Twice(2300));
    sketch.send((1800, DOWN), "data|data|1,448 B", 1448, End::Arrives(2800));
    sketch.send((2000, DOWN), "data|data|300 B", 300, End::Arrives(2500));
    sketch.send((2300, UP), "ack|ACK|ack 1", 0, End::Arrives(2800));
    sketch.send((2500, UP), "ack|ACK|ack 1, SACK 1", 0, End::Dies(2750));
    sketch.send((2600, DOWN), "window-update|window update|win 65,535", 0, End::Arrives(3100));
    sketch.trace()
}

/// Three hosts, as on the home page.
pub(crate) fn three() -> Trace {
    let hosts = [("resolver", "Resolver"), ("browser", "Browser"), ("server", "Server")];
    let mut sketch = Sketch::new(&hosts);
    sketch.send((0, (1, 0)), "query|A? shop.example|", 40, End::Arrives(100));
    sketch.send((100, (0, 1)), "answer|203.0.113.7|", 56, End::Arrives(200));
    sketch.send((200, (1, 2)), "syn|SYN|", 0, End::Arrives(700));
    sketch.send((700, (2, 1)), "syn-ack|SYN-ACK|", 0, End::Arrives(1200));
    sketch.send((1200, (1, 2)), "request|GET /|HTTP/1.1", 300, End::Arrives(1700));
    sketch.work(2, 1700, 2000);
    sketch.send((2000, (2, 1)), "response|200 OK|first byte", 1448, End::Arrives(2500));
    sketch.trace()
}
