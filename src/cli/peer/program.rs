//! The program on top of the connection: it sends a pattern and checks the one that it receives.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::proto::tcp::Config;
use crate::sim::time::Instant;
use crate::wire::Payload;

/// How the program comes to its connection.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role {
    /// It opens one.
    Connect(Address, Config),
    /// It waits for one on a port.
    Listen(u16, Config),
}

/// How it went, as the command sees it.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// Nothing more will happen.
    pub(super) over: Cell<bool>,
    sent: Cell<u64>,
    wanted: Cell<u64>,
    received: Cell<u64>,
    ended: Cell<Option<Instant>>,
    problem: RefCell<Option<String>>,
}

impl Report {
    /// What happened in a line.
    ///
    /// # Errors
    /// Says what went wrong.
    pub(super) fn verdict(&self) -> Result<String, String> {
        let (received, wanted) = (self.received.get(), self.wanted.get());
        if let Some(problem) = self.problem.borrow().clone() {
            return Err(format!("{problem}; {received} of {wanted} bytes were received"));
        }
        if received != wanted {
            return Err(format!("{received} bytes were received instead of {wanted}"));
        }
        let Some(ended) = self.ended.get() else {
            return Err("the connection was not closed in order".to_owned());
        };
        Ok(format!("sent {} B, received {received} B, closed after {ended} ms", self.sent.get()))
    }

    fn fail(&self, problem: String) {
        self.over.set(true);
        self.problem.borrow_mut().get_or_insert(problem);
    }
}

/// The program.
#[derive(Debug)]
pub(super) struct Program {
    role: Role,
    send: u64,
    pattern: Pattern,
    report: Rc<Report>,
    out: VecDeque<AppOutput>,
}

/// The bytes that a peer sends: they repeat, in whatever period its program has.
#[derive(Debug, Default)]
struct Pattern {
    /// The first bytes, from which the period follows.
    start: Vec<u8>,
    period: Option<usize>,
    /// How many bytes have been checked.
    checked: u64,
}

/// The largest period of a pattern.
const PERIOD_MAX: usize = 1_024;

impl Program {
    pub(super) fn new(role: Role, (send, expect): (u64, u64), report: Rc<Report>) -> Self {
        report.sent.set(send);
        report.wanted.set(expect);
        Self { role, send, pattern: Pattern::default(), report, out: VecDeque::new() }
    }

    /// Everything is written at once and the direction closed: the other one stays open.
    fn begin(&mut self, conn: ConnId) {
        let payload = Payload::pattern(0, self.send);
        self.out.push_back(AppOutput::Send { conn, payload, units: Vec::new() });
        self.out.push_back(AppOutput::Close { conn });
    }

    fn read(&mut self, payload: &Payload) {
        let received = self.report.received.get() + payload.len();
        self.report.received.set(received);
        if let Err(problem) = self.pattern.take(&payload.to_vec()) {
            self.report.fail(problem);
        }
    }
}

impl App for Program {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Start => self.out.push_back(match self.role {
                Role::Connect(to, config) => AppOutput::Connect { conn: ConnId(0), to, config },
                Role::Listen(port, config) => AppOutput::Listen { port, config },
            }),
            AppInput::Connected { conn } | AppInput::Accepted { conn } => self.begin(conn),
            AppInput::Data { payload, .. } => self.read(&payload),
            AppInput::Closed { .. } => {
                self.report.ended.set(Some(now));
                self.report.over.set(true);
            }
            AppInput::Failed { error, .. } => self.report.fail(error.to_string()),
            AppInput::PeerClosed { .. }
            | AppInput::Timeout
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

impl Pattern {
    /// Checks the next bytes.
    ///
    /// # Errors
    /// Names the first byte that does not repeat the beginning.
    fn take(&mut self, bytes: &[u8]) -> Result<(), String> {
        for &byte in bytes {
            let at = self.checked;
            self.checked += 1;
            if self.start.len() < 2 * PERIOD_MAX {
                self.start.push(byte);
                continue;
            }
            let period = *self.period.get_or_insert_with(|| period(&self.start));
            let place = usize::try_from(at % period as u64).unwrap_or(0);
            let wanted = self.start.get(place).copied().unwrap_or_default();
            if byte != wanted {
                return Err(format!(
                    "byte {at} is {byte:#04x} instead of {wanted:#04x}, which the pattern repeats \
                     every {period} bytes"
                ));
            }
        }
        Ok(())
    }
}

/// The smallest period of these bytes; their length if they do not repeat.
fn period(bytes: &[u8]) -> usize {
    let repeats = |period: &usize| bytes.iter().zip(&bytes[*period..]).all(|(a, b)| a == b);
    (1..=PERIOD_MAX).find(repeats).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::{Pattern, period};
    use crate::wire::Payload;

    #[test]
    fn a_period_is_found_and_a_wrong_byte_is_named() {
        assert_eq!(period(b"xxxxxxxxxxxx"), 1);
        assert_eq!(period(b"abcabcabca"), 3);
        let mut bytes = Payload::pattern(0, 10_000).to_vec();
        assert_eq!(Pattern::default().take(&bytes), Ok(()));
        bytes[9_000] = b'?';
        let problem = Pattern::default().take(&bytes).unwrap_err();
        assert!(problem.starts_with("byte 9000 is 0x3f instead of 0x65"), "{problem}");
    }
}
