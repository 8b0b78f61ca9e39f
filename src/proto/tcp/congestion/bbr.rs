//! BBR version 1: a model of the path, its bandwidth and its shortest round trip, in place of
//! losses. draft-cardwell-iccrg-bbr-congestion-control-00; Linux's `tcp_bbr.c`.
//!
//! Left out of Linux's: the detection of policers and the allowance for gathered acknowledgments.

use core::time::Duration;
use std::collections::VecDeque;

use crate::proto::tcp::delivery::RateSample;
use crate::sim::time::Instant;

/// What the sender does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::proto::tcp) enum Mode {
    /// Doubles its rate each round trip, until the bandwidth does not grow.
    #[default]
    Startup,
    /// Lets the queue run empty that the start has made.
    Drain,
    /// Keeps to the bandwidth, and tries a little more now and then.
    ProbeBw,
    /// Keeps four segments in flight, to see how short the round trip is without a queue.
    ProbeRtt,
}

impl Mode {
    /// The name in the draft.
    pub(in crate::proto::tcp) const fn name(self) -> &'static str {
        match self {
            Self::Startup => "STARTUP",
            Self::Drain => "DRAIN",
            Self::ProbeBw => "PROBE_BW",
            Self::ProbeRtt => "PROBE_RTT",
        }
    }

    /// What the trace is told when it begins.
    pub(in crate::proto::tcp) const fn note(self) -> &'static str {
        match self {
            Self::Startup => "bbr-startup",
            Self::Drain => "bbr-drain",
            Self::ProbeBw => "bbr-probe-bw",
            Self::ProbeRtt => "bbr-probe-rtt",
        }
    }
}

/// What an acknowledgment tells, with what is in flight, in bytes.
#[derive(Clone, Copy, Debug)]
pub(in crate::proto::tcp) struct Told {
    /// When it came.
    pub(in crate::proto::tcp) now: Instant,
    /// The rate sample.
    pub(in crate::proto::tcp) rate: Option<RateSample>,
    /// The round trip that it measures.
    pub(in crate::proto::tcp) rtt: Option<Duration>,
    /// The smoothed round trip, in nanoseconds.
    pub(in crate::proto::tcp) srtt_ns: Option<u64>,
    /// How much has arrived that was not known to have.
    pub(in crate::proto::tcp) acked: u64,
    /// How much was newly held for lost.
    pub(in crate::proto::tcp) lost: u64,
    /// How much has been delivered in all.
    pub(in crate::proto::tcp) delivered: u64,
    /// What was in flight before it, and is now.
    pub(in crate::proto::tcp) in_flight: (u64, u64),
    /// Whether losses are being repaired: fast, or after a time-out.
    pub(in crate::proto::tcp) repairing: (bool, bool),
}

/// The first window and the payload of a segment, in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) initial: u64,
    pub(super) mss: u64,
}

/// The state of BBR.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::proto::tcp) struct Bbr {
    mode: Mode,
    /// The largest rates of the last ten rounds, falling, with their rounds.
    rates: VecDeque<(u64, u64)>,
    round: u64,
    /// The count of delivered bytes that ends the round.
    round_end: u64,
    round_began: bool,
    /// The shortest round trip of the last ten seconds, and when it was seen.
    min_rtt: Option<(Duration, Instant)>,
    /// The rate that the start has reached, and for how many rounds it has not grown.
    full: (u64, u32),
    filled: bool,
    /// The place in the cycle of gains, and since when.
    phase: (usize, Instant),
    /// When the few segments of `PROBE_RTT` have been in flight for long enough.
    probe_until: Option<Instant>,
    probe_round: bool,
    /// The window before a repair or `PROBE_RTT`.
    saved: u64,
    /// Whether losses were being repaired, and whether what leaves replaces what arrives.
    repairing: bool,
    conserving: bool,
    /// Sending goes on after the application had nothing.
    restarting: bool,
    /// Bytes a second.
    pacing: u64,
}

/// Gains in 1/256: 2 / ln 2 rounded up (`bbr_high_gain`), its inverse, one, and two.
const UNIT: u64 = 256;
const HIGHER: u64 = UNIT + 1;
const HIGH: u64 = UNIT * 2885 / 1000 + 1;
const DRAIN: u64 = UNIT * 1000 / 2885;
const WINDOW: u64 = 2 * UNIT;
/// The gains of `PROBE_BW`, each for a round trip (`bbr_pacing_gain`).
const CYCLE: [u64; 8] = [UNIT * 5 / 4, UNIT * 3 / 4, UNIT, UNIT, UNIT, UNIT, UNIT, UNIT];
/// For how many rounds a rate counts (`bbr_bw_rtts`).
const RATE_ROUNDS: u64 = 10;
/// For how long a round trip counts (`bbr_min_rtt_win_sec`).
const RTT_WINDOW: Duration = Duration::from_secs(10);
/// How long `PROBE_RTT` lasts at least (`bbr_probe_rtt_mode_ms`), and its window in segments.
const PROBE_TIME: Duration = Duration::from_millis(200);
const WINDOW_MIN: u64 = 4;
/// The start is over after so many rounds without a quarter more (`bbr_full_bw_cnt`).
const FULL_ROUNDS: u32 = 3;
/// What is sent below the bandwidth so that no queue grows (`bbr_pacing_margin_percent`).
const MARGIN: u64 = 1;

impl Bbr {
    pub(super) const fn mode(&self) -> Mode {
        self.mode
    }

    /// Bytes a second; before the first round trip the window decides.
    pub(super) fn pacing_rate(&self) -> Option<u64> {
        Some(self.pacing).filter(|rate| *rate > 0)
    }

    /// The bandwidth of the path in bytes a second, as far as is known.
    fn bandwidth(&self) -> u64 {
        self.rates.front().map_or(0, |(_, rate)| *rate)
    }

    fn gains(&self) -> (u64, u64) {
        match self.mode {
            Mode::Startup => (HIGH, HIGH),
            Mode::Drain => (DRAIN, HIGH),
            Mode::ProbeBw => (CYCLE[self.phase.0 % CYCLE.len()], WINDOW),
            Mode::ProbeRtt => (UNIT, UNIT),
        }
    }

    /// Takes an acknowledgment; returns the window (`bbr_main`).
    pub(super) fn on_ack(&mut self, told: &Told, cwnd: u64, size: Size) -> u64 {
        let cwnd = self.update_model(told, cwnd, size);
        let (pacing, gain) = self.gains();
        self.set_pacing(told, pacing, cwnd);
        self.window(told, gain, cwnd, size)
    }

    /// What is lost does not lower the window; it comes back after the repair (`bbr_ssthresh`).
    pub(super) fn save(&mut self, cwnd: u64) {
        self.saved =
            if self.repairing || self.mode == Mode::ProbeRtt { self.saved.max(cwnd) } else { cwnd };
    }

    /// A time-out (`bbr_set_state`).
    pub(super) const fn on_timeout(&mut self) {
        self.repairing = true;
        self.full.0 = 0;
        self.round_began = true;
    }

    /// Something is sent after the application had nothing (`CA_EVENT_TX_START`).
    pub(super) fn on_restart(&mut self) {
        self.restarting = true;
        if self.mode == Mode::ProbeBw {
            self.pacing = paced(self.bandwidth(), UNIT);
        }
    }

    fn update_model(&mut self, told: &Told, cwnd: u64, size: Size) -> u64 {
        self.update_rate(told);
        if self.mode == Mode::ProbeBw && self.is_phase_over(told, size) {
            self.next_phase(told.now);
        }
        self.look_for_full_pipe(told);
        if self.mode == Mode::Startup && self.filled {
            self.mode = Mode::Drain;
        }
        let drained = told.in_flight.1 <= self.in_flight(UNIT, size);
        if self.mode == Mode::Drain && drained {
            self.probe_bandwidth(told.now);
        }
        self.update_round_trip(told, cwnd, size.mss)
    }

    /// `bbr_update_bw`.
    fn update_rate(&mut self, told: &Told) {
        self.round_began = false;
        let Some(sample) = told.rate else { return };
        if sample.before >= self.round_end {
            self.round_end = told.delivered;
            self.round += 1;
            self.round_began = true;
            self.conserving = false;
        }
        let rate = sample.rate();
        if sample.limited && rate < self.bandwidth() {
            return;
        }
        while self.rates.back().is_some_and(|(_, last)| *last <= rate) {
            self.rates.pop_back();
        }
        self.rates.push_back((self.round, rate));
        while self.rates.front().is_some_and(|(round, _)| round + RATE_ROUNDS < self.round) {
            self.rates.pop_front();
        }
    }

    /// `bbr_is_next_cycle_phase`.
    fn is_phase_over(&self, told: &Told, size: Size) -> bool {
        let (gain, _) = self.gains();
        let least = self.min_rtt.map_or(Duration::MAX, |(least, _)| least);
        let long = told.now - self.phase.1 > least;
        let in_flight = told.in_flight.0;
        match gain {
            UNIT => long,
            // More takes until it is in flight; less ends as soon as no queue is left.
            HIGHER.. => long && (told.lost > 0 || in_flight >= self.in_flight(gain, size)),
            _ => long || in_flight <= self.in_flight(UNIT, size),
        }
    }

    const fn next_phase(&mut self, now: Instant) {
        self.phase = ((self.phase.0 + 1) % CYCLE.len(), now);
    }

    /// Begins the cycle at any place but the one with less (`bbr_reset_probe_bw_mode`). The moment
    /// stands for chance.
    fn probe_bandwidth(&mut self, now: Instant) {
        self.mode = Mode::ProbeBw;
        let chance = now.as_nanos() / 1_000 % 7;
        self.phase.0 = CYCLE.len() - 1 - usize::try_from(chance).unwrap_or(0);
        self.next_phase(now);
    }

    /// `bbr_check_full_bw_reached`.
    fn look_for_full_pipe(&mut self, told: &Told) {
        let limited = told.rate.is_some_and(|sample| sample.limited);
        if self.filled || !self.round_began || limited {
            return;
        }
        let bandwidth = self.bandwidth();
        let (reached, rounds) = self.full;
        self.full =
            if bandwidth >= reached * 5 / 4 { (bandwidth, 0) } else { (reached, rounds + 1) };
        self.filled = self.full.1 >= FULL_ROUNDS;
    }

    /// `bbr_update_min_rtt`; returns the window.
    fn update_round_trip(&mut self, told: &Told, cwnd: u64, mss: u64) -> u64 {
        let old = self.min_rtt.is_some_and(|(_, at)| told.now > at + RTT_WINDOW);
        if let Some(rtt) = told.rtt
            && (old || self.min_rtt.is_none_or(|(least, _)| rtt < least))
        {
            self.min_rtt = Some((rtt, told.now));
        }
        if old && !self.restarting && self.mode != Mode::ProbeRtt {
            self.save(cwnd);
            self.mode = Mode::ProbeRtt;
            self.probe_until = None;
        }
        let mut cwnd = cwnd;
        if self.mode == Mode::ProbeRtt {
            match self.probe_until {
                None if told.in_flight.1 <= WINDOW_MIN * mss => {
                    self.probe_until = Some(told.now + PROBE_TIME);
                    self.probe_round = false;
                    self.round_end = told.delivered;
                }
                None => {}
                Some(until) => {
                    self.probe_round |= self.round_began;
                    if self.probe_round && told.now > until {
                        cwnd = self.end_probe(told.now, cwnd);
                    }
                }
            }
        }
        if told.acked > 0 {
            self.restarting = false;
        }
        cwnd
    }

    /// `bbr_check_probe_rtt_done`.
    fn end_probe(&mut self, now: Instant, cwnd: u64) -> u64 {
        self.min_rtt = self.min_rtt.map(|(least, _)| (least, now));
        if self.filled {
            self.probe_bandwidth(now);
        } else {
            self.mode = Mode::Startup;
        }
        cwnd.max(self.saved)
    }

    /// `bbr_set_pacing_rate`: while the path is not full the rate only grows.
    fn set_pacing(&mut self, told: &Told, gain: u64, cwnd: u64) {
        if self.rates.is_empty()
            && let Some(srtt) = told.srtt_ns
        {
            let rate = u128::from(cwnd) * 1_000_000_000 / u128::from(srtt.max(1));
            self.pacing = paced(u64::try_from(rate).unwrap_or(u64::MAX >> 10), HIGH);
            return;
        }
        let rate = paced(self.bandwidth(), gain);
        if self.filled || rate > self.pacing {
            self.pacing = rate;
        }
    }

    /// The bandwidth times the shortest round trip, times a gain (`bbr_bdp`).
    fn product(&self, gain: u64, initial: u64) -> u64 {
        let Some((least, _)) = self.min_rtt else { return initial };
        let bytes = u128::from(self.bandwidth()) * least.as_nanos() * u128::from(gain);
        u64::try_from(bytes.div_ceil(u128::from(UNIT) * 1_000_000_000)).unwrap_or(u64::MAX >> 1)
    }

    /// The same in whole segments, with what bursts and delayed acknowledgments need
    /// (`bbr_quantization_budget`).
    fn in_flight(&self, gain: u64, size: Size) -> u64 {
        let Size { initial, mss } = size;
        // As much as leaves at once: a millisecond, two segments at least.
        let burst = (self.pacing / 1_024 / mss).clamp(2, 127);
        let segments = self.product(gain, initial).div_ceil(mss) + 3 * burst;
        let more = if self.mode == Mode::ProbeBw && self.phase.0 == 0 { 2 } else { 0 };
        (segments.next_multiple_of(2) + more) * mss
    }

    /// `bbr_set_cwnd`.
    fn window(&mut self, told: &Told, gain: u64, cwnd: u64, size: Size) -> u64 {
        let mut window = cwnd;
        if told.acked > 0 {
            window = self.repaired(told, cwnd, size.mss);
            if !self.conserving {
                let target = self.in_flight(gain, size);
                if self.filled {
                    window = (window + told.acked).min(target);
                } else if window < target || told.delivered < size.initial {
                    window += told.acked;
                }
                window = window.max(WINDOW_MIN * size.mss);
            }
        }
        if self.mode == Mode::ProbeRtt { window.min(WINDOW_MIN * size.mss) } else { window }
    }

    /// `bbr_set_cwnd_to_recover_or_restore`.
    fn repaired(&mut self, told: &Told, cwnd: u64, mss: u64) -> u64 {
        let (fast, after_timeout) = told.repairing;
        let mut window = if told.lost > 0 { cwnd.saturating_sub(told.lost).max(mss) } else { cwnd };
        let before = core::mem::replace(&mut self.repairing, fast || after_timeout);
        if fast && !before {
            self.conserving = true;
            self.round_end = told.delivered;
            window = told.in_flight.1 + told.acked;
        } else if before && !self.repairing {
            window = window.max(self.saved);
            self.conserving = false;
        }
        if self.conserving { window.max(told.in_flight.1 + told.acked) } else { window }
    }
}

/// A rate with a gain, a little below.
const fn paced(rate: u64, gain: u64) -> u64 {
    rate.saturating_mul(gain) / UNIT * (100 - MARGIN) / 100
}
