//! A host that crashes: it forgets everything at once, tells nobody, and may come back.

use super::Host;
use crate::proto::app::AppInput;
use crate::proto::tcp::State;
use crate::proto::tcp::state::MACHINE;
use crate::sim::endpoint::{Event, Output};
use crate::sim::time::Instant;

/// When the host crashes and comes back, and whether it is down.
#[derive(Debug, Default)]
pub(super) struct Power {
    crash: Option<Instant>,
    back: Option<Instant>,
    pub(super) down: bool,
}

impl Power {
    /// When the next of it happens.
    pub(super) const fn next(&self) -> Option<Instant> {
        if self.down { self.back } else { self.crash }
    }
}

impl Host {
    /// The same, crashing at a moment and coming back at a later one, if at all. Its program
    /// starts anew then.
    #[must_use]
    pub const fn with_crash(mut self, at: Instant, back: Option<Instant>) -> Self {
        self.power.crash = Some(at);
        self.power.back = back;
        self
    }

    /// Crashes or comes back if the moment has come.
    pub(super) fn switch(&mut self, now: Instant) {
        if self.power.next().is_none_or(|at| at > now) {
            return;
        }
        if self.power.down {
            self.power.back = None;
            self.power.down = false;
            self.say("restarted", "the host is back and remembers nothing");
            self.run_app(now, AppInput::Start);
            return;
        }
        self.power.crash = None;
        self.power.down = true;
        self.say("crashed", "the host crashes: every connection is forgotten, nobody is told");
        for (conn, state) in self.table.clear() {
            if state != State::Closed {
                let event = Event::StateUpdated {
                    machine: MACHINE.name,
                    connection: conn.0,
                    from: state.name(),
                    to: State::Closed.name(),
                };
                self.out.push_back(Output::Event(event));
            }
        }
        // The number of a port on which nobody has called yet is not used again.
        self.next_id = self.next_id.max(1);
        self.listeners = crate::sorted::SortedMap::new();
        self.half_open = crate::sorted::SortedSet::default();
        self.sockets = super::udp::Sockets::new();
    }

    fn say(&mut self, name: &'static str, text: &str) {
        let text = text.to_owned();
        self.out.push_back(Output::Event(Event::Note { connection: 0, name, text, amount: 0 }));
    }
}
