//! Hosts in the middle: they pass packets on, and may look into them, change them or refuse them.
//!
//! RFC 1812 section 5.2 (forwarding), RFC 791 section 3.2 (pieces), RFC 1191 section 3 (packets
//! that must not be cut). Which way a packet goes next is the table of the world.

pub mod nat;

use core::fmt;
use std::collections::VecDeque;

use crate::sim::endpoint::{Endpoint, Event, Input, Output, Transmit};
use crate::sim::route::Prefix;
use crate::sim::time::Instant;
use crate::wire::Packet;
use crate::wire::icmp::Icmp;
use crate::wire::ipv4::Ipv4;

/// What a host in the middle does besides passing packets on.
pub trait Middlebox {
    /// Looks at a packet on its way and may change it.
    ///
    /// # Errors
    /// Says in words why the packet ends here.
    fn pass(&mut self, now: Instant, packet: Packet) -> Result<Packet, &'static str>;
    /// The next thing worth knowing, until nothing is left.
    fn poll(&mut self) -> Option<Event>;
    /// When it wants [`Middlebox::on_timeout`].
    fn poll_timeout(&self) -> Option<Instant>;
    /// The moment of [`Middlebox::poll_timeout`] has come.
    fn on_timeout(&mut self, now: Instant);
}

/// A host that passes on what is not for itself.
pub struct Router {
    address: [u8; 4],
    middlebox: Option<Box<dyn Middlebox>>,
    /// The largest packet towards some addresses, in bytes.
    mtus: Vec<(Prefix, u32)>,
    /// Whether it says nothing about packets that it could not pass on.
    silent: bool,
    /// How many packets it sent.
    sent: u64,
    out: VecDeque<Output>,
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Router {
    /// A router with one address, by which it speaks for itself.
    pub const fn new(address: [u8; 4]) -> Self {
        Self {
            address,
            middlebox: None,
            mtus: Vec::new(),
            silent: false,
            sent: 0,
            out: VecDeque::new(),
        }
    }

    /// The same with a function in the middle.
    #[must_use]
    pub fn with(mut self, middlebox: impl Middlebox + 'static) -> Self {
        self.middlebox = Some(Box::new(middlebox));
        self
    }

    /// The same with a link of this MTU in bytes towards some addresses; of several that fit the
    /// last one given counts. What is larger is cut, or refused if it must not be.
    #[must_use]
    pub fn mtu(mut self, towards: Prefix, mtu: u32) -> Self {
        self.mtus.push((towards, mtu));
        self
    }

    /// The same without a word about packets that end here: a black hole (RFC 2923 section 2.1).
    #[must_use]
    pub const fn silent(mut self) -> Self {
        self.silent = true;
        self
    }

    fn on_packet(&mut self, now: Instant, packet: &Packet) {
        if let Err(reason) = self.forward(now, packet) {
            self.out.push_back(Output::Event(Event::PacketDropped { reason }));
        }
        self.settle();
    }

    fn forward(&mut self, now: Instant, packet: &Packet) -> Result<(), &'static str> {
        let ip = Ipv4::decode(&packet.head).map_err(|error| error.rule)?;
        if !ip.is_intact() {
            return Err("checksum");
        }
        if ip.ttl <= 1 {
            self.complain(packet, Icmp::TIME_EXCEEDED);
            return Err("time to live is over");
        }
        let mut packet = packet.aged();
        if let Some(middlebox) = &mut self.middlebox {
            packet = middlebox.pass(now, packet)?;
        }
        let to = Ipv4::decode(&packet.head).map_err(|error| error.rule)?.destination;
        if to == self.address {
            return self.answer(&packet);
        }
        let fitting = self.mtus.iter().rev().find(|(towards, _)| towards.contains(to));
        let mtu = fitting.map_or(u32::MAX, |(_, mtu)| *mtu);
        if packet.size() > mtu && !packet.can_be_cut() {
            let mtu = u16::try_from(mtu).unwrap_or(u16::MAX);
            self.complain(&packet, Icmp::fragmentation_needed(mtu));
            return Err("larger than the next link's MTU and not to be cut");
        }
        packet.pieces(mtu).into_iter().for_each(|piece| self.send(piece));
        Ok(())
    }

    /// Answers an echo for the router itself (RFC 1812 section 4.3.3.6); it has nothing else to say.
    fn answer(&mut self, packet: &Packet) -> Result<(), &'static str> {
        let asked = packet.icmp_message().filter(|message| message.kind == 8);
        let (Some(asked), Ok(ip)) = (asked, Ipv4::decode(&packet.head)) else {
            return Err("for the router itself");
        };
        let ips = (self.address, ip.source);
        self.send(Packet::icmp(ips, 0, asked.echo_reply(), packet.body.clone()));
        Ok(())
    }

    /// Tells the sender why its packet ends here (RFC 1812 section 4.3).
    fn complain(&mut self, packet: &Packet, message: Icmp) {
        if !self.silent
            && let Some(answer) = packet.icmp_about(self.address, 0, message)
        {
            self.send(answer);
        }
    }

    fn send(&mut self, packet: Packet) {
        self.sent += 1;
        self.out.push_back(Output::Transmit(Transmit {
            packet,
            tag: self.sent,
            retransmits: None,
        }));
    }

    fn settle(&mut self) {
        if let Some(middlebox) = &mut self.middlebox {
            while let Some(event) = middlebox.poll() {
                self.out.push_back(Output::Event(event));
            }
        }
    }
}

impl Endpoint for Router {
    fn handle(&mut self, now: Instant, input: Input) {
        match input {
            Input::Start => {}
            Input::Packet(packet) => self.on_packet(now, &packet),
            Input::Timeout => {
                if let Some(middlebox) = &mut self.middlebox {
                    middlebox.on_timeout(now);
                }
                self.settle();
            }
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<Output> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.middlebox.as_ref().and_then(|middlebox| middlebox.poll_timeout())
    }
}

#[cfg(test)]
mod tests;
