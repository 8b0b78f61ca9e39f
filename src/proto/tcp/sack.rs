//! What a receiver says of bytes behind a hole (RFC 2018), and of bytes that it got twice
//! (RFC 2883).

use core::ops::Range;

use super::repair::News;
use super::{Connection, nearest};
use crate::wire::tcp::{Flags, Segment, TcpOption};

/// The runs behind holes, the newest first, and what came twice.
#[derive(Clone, Debug, Default)]
pub(super) struct SackReport {
    /// In positions; they do not touch each other.
    runs: Vec<Range<u64>>,
    /// Told once.
    twice: Option<Range<u64>>,
}

impl SackReport {
    /// A segment has arrived behind a hole. What it touches becomes one run with it, and that run
    /// is the one to be told first (RFC 2018 section 4).
    pub(super) fn add(&mut self, run: Range<u64>) {
        if self.runs.iter().any(|known| known.start <= run.start && run.end <= known.end) {
            return self.add_twice(run);
        }
        let mut joined = run;
        self.runs.retain(|known| {
            let apart = known.end < joined.start || joined.end < known.start;
            if !apart {
                joined = known.start.min(joined.start)..known.end.max(joined.end);
            }
            apart
        });
        self.runs.insert(0, joined);
    }

    /// Something has arrived that was there already.
    pub(super) fn add_twice(&mut self, run: Range<u64>) {
        if run.start < run.end {
            self.twice = Some(run);
        }
    }

    /// Everything before `next` is in order now.
    pub(super) fn forget(&mut self, next: u64) {
        self.runs.retain(|run| run.end > next);
    }
}

impl Connection {
    /// What an acknowledgment of what comes before `ack` says, in positions; `bare` if it carries
    /// nothing besides.
    pub(super) fn news(&self, segment: &Segment, ack: u64, bare: bool) -> News {
        let echo = segment.timestamps().map(|(_, echo)| echo);
        let marked = segment.flags.has(Flags::ECE);
        let position = |seq: u32| {
            let distance = seq.wrapping_sub(self.snd.seq(self.snd.una));
            u64::try_from(nearest(self.snd.una, distance)).unwrap_or(0)
        };
        let told = segment.sack_blocks().unwrap_or_default();
        let mut blocks: Vec<_> = told.iter().map(|(a, b)| position(*a)..position(*b)).collect();
        // RFC 2883 section 4: what came twice lies before the acknowledgment or in the next block.
        let twice = match &blocks[..] {
            [first, ..] if first.start < ack => true,
            [first, next, ..] => next.start <= first.start && first.end <= next.end,
            _ => false,
        };
        let twice = twice.then(|| blocks.remove(0));
        let sack = self.handshake.sack;
        blocks.retain(|block| {
            sack && block.start >= ack && block.start < block.end && block.end <= self.snd.nxt
        });
        News { ack, echo, marked, blocks, twice: twice.filter(|_| sack), bare }
    }

    /// Adds the option that reports what lies behind holes, if a segment with `len` bytes of
    /// payload has room for it.
    pub(super) fn add_sack(&mut self, options: &mut Vec<TcpOption>, len: u64) {
        if !self.handshake.sack {
            return;
        }
        let report = &mut self.rcv.report;
        if report.runs.is_empty() && report.twice.is_none() {
            return;
        }
        // RFC 9293 section 3.1: 40 bytes of options; two of padding, two of kind and length.
        let used: u64 = options.iter().map(|option| u64::from(option.len())).sum();
        let room = (40 - used.min(40)).min(self.snd.mss.saturating_sub(len)).saturating_sub(4) / 8;
        let room = usize::try_from(room).unwrap_or(0);
        if room == 0 {
            return;
        }
        // RFC 2883 section 4: what came twice is the first block.
        let blocks: Vec<Range<u64>> =
            report.twice.take().into_iter().chain(report.runs.iter().cloned()).take(room).collect();
        let blocks =
            blocks.iter().map(|run| (self.rcv.seq(run.start), self.rcv.seq(run.end))).collect();
        options.extend([TcpOption::Nop, TcpOption::Nop, TcpOption::Sack(blocks)]);
    }
}
