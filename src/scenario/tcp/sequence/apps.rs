//! Somebody off the path who sends a reset in another's name.

use core::time::Duration;

use crate::sim::endpoint::{Endpoint, Input, Output, Transmit};
use crate::sim::time::Instant;
use crate::wire::tcp::{Flags, Segment};
use crate::wire::{About, Packet, Payload, TcpContext};

/// Two ends, the one whose name is used first.
type Ends = (([u8; 4], u16), ([u8; 4], u16));

/// Sends one forged RST, or none.
#[derive(Debug)]
pub(super) struct Forger {
    ends: Ends,
    /// When, and with which number.
    plan: Option<(Duration, u32)>,
    /// Where the numbers of the client begin, to show them as the others are.
    first: u32,
    out: Option<Packet>,
}

impl Forger {
    pub(super) const fn new(ends: Ends, plan: Option<(Duration, u32)>, first: u32) -> Self {
        Self { ends, plan, first, out: None }
    }
}

impl Endpoint for Forger {
    fn handle(&mut self, _now: Instant, input: Input) {
        if input == Input::Timeout
            && let Some((_, seq)) = self.plan.take()
        {
            let (from, to) = self.ends;
            let segment = Segment {
                source_port: from.1,
                destination_port: to.1,
                seq,
                flags: Flags::RST,
                ..Segment::default()
            };
            let tcp = Some(TcpContext { iss: self.first, ..TcpContext::default() });
            let about = About { tcp, ..About::default() };
            self.out = Some(Packet::tcp((from.0, to.0), 0, segment, Payload::new(), about));
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<Output> {
        let packet = self.out.take()?;
        Some(Output::Transmit(Transmit { packet, tag: 1, retransmits: None }))
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.plan.map(|(after, _)| Instant::START + after)
    }
}
