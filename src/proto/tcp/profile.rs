//! How a stack behaves, as data: `linux` as its kernel does, `rfc` by the standards' own numbers.

use core::time::Duration;

/// The numbers by which stacks differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The permanent name: `linux`.
    pub name: &'static str,
    /// How many SYN time-outs stay at one second before they double.
    pub syn_linear_timeouts: u32,
    /// How many more SYNs follow, each after twice the time.
    pub syn_retries: u32,
    /// How many SYN-ACKs are sent again, each after twice the time.
    pub synack_retries: u32,
    /// The time-out before there is a sample of the round trip.
    pub rto_initial: Duration,
    /// The least that the variance adds to the smoothed round trip.
    pub rto_variance_min: Duration,
    /// The least time-out.
    pub rto_min: Duration,
    /// The largest time-out.
    pub rto_max: Duration,
    /// The time-out with which data begins after a lost SYN.
    pub rto_after_syn_timeout: Duration,
    /// Whether that holds although the handshake gave a sample.
    pub rto_after_syn_timeout_always: bool,
    /// How long data may go unacknowledged before the connection is given up.
    pub give_up: Duration,
    /// The first congestion window, in segments; `None` follows RFC 5681.
    pub initial_window: Option<u32>,
    /// Which algorithm decides on the congestion window.
    pub algorithm: Algorithm,
    /// Whether CUBIC leaves slow start early, by `HyStart`.
    pub hystart: bool,
    /// How acknowledgments make the congestion window grow.
    pub growth: Growth,
    /// What a loss lowers.
    pub reduction: Reduction,
    /// What an idle time longer than the time-out does to the congestion window.
    pub idle: Idle,
    /// When a small segment waits for the acknowledgment of what is in flight.
    pub nagle: Nagle,
    /// A window that could not grow beyond this part of the buffer, as one in so many, does not
    /// grow; `None` lets it grow by a segment.
    pub window_least: Option<u64>,
    /// How long an acknowledgment may wait for something to travel with.
    pub delayed_ack: Duration,
    /// How many segments at the start are acknowledged at once.
    pub quick_acks: u32,
    /// How losses are found.
    pub repair: Repair,
    /// The tick of the clock that short timers wait for; zero fires on time.
    pub tick: Duration,
    /// Whether only the first partial acknowledgment of a recovery restarts the timer.
    pub impatient: bool,
    /// How long a closed connection remembers its addresses.
    pub time_wait: Duration,
}

/// An algorithm of congestion control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RFC 5681.
    Reno,
    /// RFC 9438.
    Cubic,
    /// Version 1, draft-cardwell-iccrg-bbr-congestion-control-00.
    Bbr,
}

impl Algorithm {
    /// The algorithm of this name: `cubic`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "reno" => Some(Self::Reno),
            "cubic" => Some(Self::Cubic),
            "bbr" => Some(Self::Bbr),
            _ => None,
        }
    }
}

/// How acknowledgments make the congestion window grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// By all the bytes they acknowledge, so that delayed acknowledgments do not slow it down.
    Acknowledged,
    /// By at most one segment per acknowledgment.
    PerAck,
}

/// What a loss lowers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// The congestion window, which a sender that has little to send does not let grow; it goes
    /// down bit by bit (RFC 6937), and up again if nothing was lost (RFC 3522, RFC 5682).
    Window,
    /// What is in flight; after recovery the window is at most one segment more than that.
    Flight,
}

/// How losses are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// By the time of sending, with probes for the tail (RFC 8985), over SACK.
    Rack,
    /// By three segments or runs behind the hole (RFC 6675), over SACK.
    Sack,
    /// By three duplicate acknowledgments (RFC 5681, RFC 6582), without SACK.
    Duplicates,
}

/// What an idle time longer than the time-out does to the congestion window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idle {
    /// It halves once per time-out, down to the initial window.
    Halve,
    /// It becomes the initial window, if it is larger.
    Restart,
    /// Nothing (Linux with `tcp_slow_start_after_idle` 0).
    Keep,
}

/// When a small segment waits for the acknowledgment of what is in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nagle {
    /// While anything is in flight.
    Any,
    /// While another small segment is in flight (Minshall's variant).
    Small,
}

impl Profile {
    /// Linux 6.5 and later.
    pub const LINUX: Self = Self {
        name: "linux",
        // ip-sysctl: tcp_syn_linear_timeouts 4, tcp_syn_retries 6, tcp_synack_retries 5.
        syn_linear_timeouts: 4,
        syn_retries: 6,
        synack_retries: 5,
        // tcp.h: TCP_TIMEOUT_INIT, TCP_RTO_MIN (on the variance), TCP_RTO_MAX,
        // TCP_TIMEOUT_FALLBACK (without a sample of the handshake only).
        rto_initial: Duration::from_secs(1),
        rto_variance_min: Duration::from_millis(200),
        rto_min: Duration::ZERO,
        rto_max: Duration::from_secs(120),
        rto_after_syn_timeout: Duration::from_secs(3),
        rto_after_syn_timeout_always: false,
        // ip-sysctl: tcp_retries2 15, which is 924.6 s at the least time-out.
        give_up: Duration::from_millis(924_600),
        // tcp.h: TCP_INIT_CWND.
        initial_window: Some(10),
        // tcp_cong.c: CUBIC unless asked otherwise; tcp_cubic.c: hystart 1.
        algorithm: Algorithm::Cubic,
        hystart: true,
        growth: Growth::Acknowledged,
        // tcp_cong.c: tcp_reno_ssthresh; tcp_input.c: tcp_end_cwnd_reduction.
        reduction: Reduction::Window,
        // ip-sysctl: tcp_slow_start_after_idle 1.
        idle: Idle::Halve,
        nagle: Nagle::Small,
        // tcp_output.c: __tcp_select_window.
        window_least: Some(16),
        // tcp.h: TCP_DELACK_MIN, TCP_MAX_QUICKACKS.
        delayed_ack: Duration::from_millis(40),
        quick_acks: 16,
        // ip-sysctl: tcp_sack 1, tcp_recovery 1, tcp_early_retrans 3.
        repair: Repair::Rack,
        // CONFIG_HZ 250, and timer.c: a timer fires on the tick after its moment.
        tick: Duration::from_millis(4),
        impatient: false,
        // tcp.h: TCP_TIMEWAIT_LEN.
        time_wait: Duration::from_secs(60),
    };

    /// Linux before 6.5, where every SYN time-out doubles (`tcp_syn_retries` 6): 127 s in all.
    pub const LINUX_BEFORE_6_5: Self = Self { syn_linear_timeouts: 0, ..Self::LINUX };

    /// The standards' own numbers.
    pub const RFC: Self = Self {
        name: "rfc",
        // RFC 6298 section 5.5: each time-out doubles. RFC 9293 section 3.8.3: a SYN is tried for
        // at least three minutes; the eighth at 127 s waits for the largest time-out, until 247 s.
        syn_linear_timeouts: 0,
        syn_retries: 7,
        synack_retries: 5,
        // RFC 6298 sections 2.1, 2.4, 2.5 and 5.7.
        rto_initial: Duration::from_secs(1),
        rto_variance_min: Duration::ZERO,
        rto_min: Duration::from_secs(1),
        rto_max: Duration::from_secs(120),
        rto_after_syn_timeout: Duration::from_secs(3),
        rto_after_syn_timeout_always: true,
        // RFC 9293 section 3.8.3: at least 100 s.
        give_up: Duration::from_secs(100),
        // RFC 5681 section 3.1: two to four segments.
        initial_window: None,
        // RFC 5681.
        algorithm: Algorithm::Reno,
        hystart: false,
        growth: Growth::PerAck,
        // RFC 5681 equation 4, RFC 6582 section 3.2 step 3, first choice.
        reduction: Reduction::Flight,
        // RFC 5681 section 4.1.
        idle: Idle::Restart,
        // RFC 9293 section 3.7.4.
        nagle: Nagle::Any,
        // RFC 9293 section 3.8.6.2.2.
        window_least: None,
        // RFC 9293 section 3.8.6.3: less than 0.5 s; RFC 5681 section 4.2: every second segment.
        delayed_ack: Duration::from_millis(200),
        quick_acks: 0,
        repair: Repair::Sack,
        tick: Duration::ZERO,
        // RFC 6582 section 3.2 step 3, the recommended variant.
        impatient: true,
        // RFC 9293 section 3.4.2: twice the maximum segment lifetime of two minutes.
        time_wait: Duration::from_secs(240),
    };

    /// The profile of this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::LINUX, Self::RFC].into_iter().find(|profile| profile.name == name)
    }
}

/// Asking a silent peer whether it is still there (RFC 9293 section 3.8.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeepAlive {
    /// How long the peer may be silent before it is asked.
    pub idle: Duration,
    /// How long its answer may take before it is asked again.
    pub interval: Duration,
    /// How many questions may stay without an answer.
    pub probes: u32,
}

impl KeepAlive {
    /// Linux's defaults for a program that asks for it (tcp.h: `TCP_KEEPALIVE_TIME`,
    /// `TCP_KEEPALIVE_INTVL`, `TCP_KEEPALIVE_PROBES`); the RFC asks for at least two hours.
    pub const LINUX: Self =
        Self { idle: Duration::from_secs(7_200), interval: Duration::from_secs(75), probes: 9 };
}

/// How one connection, or all of a listener, behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// The stack.
    pub profile: Profile,
    /// The MSS option that it sends: the MTU without 40 bytes of headers (RFC 9293 section 3.7.1).
    pub mss: u16,
    /// The first congestion window in segments; `None` takes the profile's.
    pub initial_window: Option<u32>,
    /// The most unread bytes that it lets the peer send.
    pub receive_window: u64,
    /// Whether `receive_window` grows as long as the application reads quickly.
    pub autotune: bool,
    /// The most bytes that were written and are not acknowledged (Linux's `tcp_wmem`); `None` takes
    /// everything at once, as if the application had waited for room.
    pub send_buffer: Option<u64>,
    /// How long an acknowledgment may wait; `None` takes the profile's, zero never waits.
    pub delayed_ack: Option<Duration>,
    /// Whether, and when, it asks a silent peer whether it is still there.
    pub keep_alive: Option<KeepAlive>,
    /// Whether it asks for marks in place of losses when it opens (RFC 3168); whoever is asked
    /// agrees, as Linux does.
    pub ecn: bool,
    /// Whether segments leave one after the other over a round trip, at a rate that follows the
    /// window; BBR always does so. Linux does it where the queue `fq` or the program asks for it.
    pub pacing: bool,
    /// How many connections of a listener may be half open; the next SYN is dropped or answered
    /// with a cookie.
    pub backlog: u32,
    /// Whether a listener with a full backlog answers with cookies (RFC 4987 section 3.6).
    pub syn_cookies: bool,
    /// Whether a new connection may take the ends of one in TIME-WAIT (RFC 6191).
    pub reuse: bool,
    /// Whether it tries smaller segments when large ones seem to be swallowed (Linux's
    /// `tcp_mtu_probing` 1).
    pub mtu_probing: bool,
    /// Where the sequence numbers begin, instead of where the host would.
    pub initial_sequence: Option<u32>,
    /// Whether small segments go out at once (`TCP_NODELAY`), as most HTTP programs ask for.
    pub nodelay: bool,
    /// Whether it offers timestamps (RFC 7323).
    pub timestamps: bool,
    /// Whether it offers to scale windows (RFC 7323 section 2).
    pub scaling: bool,
}

impl Config {
    /// Half of Linux's default receive buffer of 131,072 bytes, which is what it offers.
    pub const RECEIVE_WINDOW: u64 = 65_536;
    /// The largest window that the scaled field can say (RFC 7323 section 2.3): no limit here.
    pub const UNLIMITED: u64 = 65_535 << 14;

    /// How long an acknowledgment may wait for something to travel with.
    pub(super) fn delayed_ack(&self) -> Duration {
        self.delayed_ack.unwrap_or(self.profile.delayed_ack)
    }

    /// The defaults of a stack on Ethernet.
    pub const fn new(profile: Profile) -> Self {
        Self {
            profile,
            mss: 1460,
            initial_window: None,
            receive_window: Self::RECEIVE_WINDOW,
            autotune: true,
            send_buffer: None,
            delayed_ack: None,
            keep_alive: None,
            ecn: false,
            pacing: false,
            // net.core.somaxconn since Linux 5.4; ip-sysctl: tcp_syncookies 1, tcp_tw_reuse 2,
            // which outside of one machine is off.
            backlog: 4_096,
            syn_cookies: true,
            reuse: false,
            mtu_probing: false,
            initial_sequence: None,
            nodelay: true,
            timestamps: true,
            scaling: true,
        }
    }
}
