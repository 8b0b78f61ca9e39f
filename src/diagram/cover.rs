//! One thing of a diagram hidden, as on a card: a box with a question mark where it stood, as
//! large as it is, and the same place marked once the answer is shown.

use super::parts::{About, Diagram, Label, Text};
use super::px::Px;
use crate::sim::time::Instant;
use crate::sim::trace::{EntryId, HostId, PacketId, Trace, TraceEvent};

/// What is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// The name of the moment's message.
    Name,
    /// Its numbers; its name where there are none.
    Detail,
    /// The message itself with its label.
    Message,
    /// The state of the moment's host.
    State,
    /// How long timers run, and with it the numbers of the clock.
    Time,
}

/// Whether the hidden thing is asked for or told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cover {
    /// A box with a question mark.
    Asked,
    /// The thing itself, marked.
    Told,
}

impl Diagram {
    /// Covers one thing of the moment of `entry`. Returns whether there was something to cover:
    /// a label that found no room has nothing to hide.
    pub fn cover(&mut self, trace: &Trace, entry: EntryId, hidden: Hidden, cover: Cover) -> bool {
        let Some(moment) = trace.entry(entry) else { return false };
        match hidden {
            Hidden::Name | Hidden::Detail | Hidden::Message => packet_of(trace, entry)
                .is_some_and(|packet| self.cover_message(packet, hidden, cover)),
            Hidden::State => self.cover_state(moment.host, (moment.at, entry), cover),
            Hidden::Time => self.cover_times(cover),
        }
    }

    fn cover_message(&mut self, packet: PacketId, hidden: Hidden, cover: Cover) -> bool {
        let message = self
            .messages
            .iter_mut()
            .find(|message| !message.is_ghost() && message.packets.contains(&packet));
        let Some(message) = message else { return false };
        if cover == Cover::Asked {
            message.covered = hidden == Hidden::Message;
            "the hidden message".clone_into(&mut message.title);
        }
        let Some(Label::Text(text)) = &mut message.label else { return false };
        let pieces = text.spans.len();
        text.cover = Some(match hidden {
            Hidden::Detail if pieces > 1 => (cover, 1, pieces),
            Hidden::Message => (cover, 0, pieces),
            _ => (cover, 0, 1),
        });
        true
    }

    /// Covers the state that the host is in with this entry; before the first entry of a state
    /// the one that begins at the same instant, as sending a SYN begins SYN-SENT.
    fn cover_state(&mut self, host: HostId, (at, entry): (Instant, EntryId), cover: Cover) -> bool {
        let begun = |text: &Text| match text.about {
            About::State { lane, since, entry } if lane == usize::from(host.0) => {
                Some((since, entry))
            }
            _ => None,
        };
        let all = || self.texts.iter().filter_map(begun);
        let latest = all().filter(|state| state.1 <= entry).max();
        let latest = latest.or_else(|| all().filter(|state| state.0 <= at).max());
        let text = self.texts.iter_mut().find(|text| latest.is_some() && begun(text) == latest);
        text.is_some_and(|text| {
            text.cover = Some((cover, 0, text.spans.len()));
            true
        })
    }

    fn cover_times(&mut self, cover: Cover) -> bool {
        let lengths = self.texts.iter().any(|text| text.about == About::Length);
        let asked = if lengths { About::Length } else { About::Clock };
        if cover == Cover::Asked && lengths {
            // The clock beside a timer would tell how long it runs.
            self.texts.retain(|text| text.about != About::Clock);
        }
        let mut covered = false;
        for text in self.texts.iter_mut().filter(|text| text.about == asked) {
            text.cover = Some((cover, 0, text.spans.len()));
            covered = true;
        }
        covered
    }
}

impl Diagram {
    /// Leaves out what begins after a moment, and how long anything takes that is not over then.
    /// Messages on their way stay whole, with what becomes of them. Returns the height, at scale 1,
    /// below which there is nothing.
    pub fn until(&mut self, at: Instant) -> Px {
        let now = self.map.y(at);
        self.messages.retain(|message| !message.is_ghost() && message.sent <= at);
        self.texts.retain(|text| match text.about {
            About::State { since, .. } => since <= at,
            About::Length => false,
            About::Timer => text.at.y < now - Px::new(4),
            About::Clock | About::Message => text.at.y <= now,
        });
        self.gaps.retain(|gap| gap.from < at);
        self.ticks.retain(|tick| tick.at <= at);
        self.strips.retain(|strip| strip.top < now);
        for strip in &mut self.strips {
            strip.bottom = strip.bottom.min(now);
        }
        self.timers.retain(|bar| bar.top < now);
        for bar in self.timers.iter_mut().filter(|bar| bar.bottom > now) {
            bar.bottom = now;
            bar.fires = false;
        }
        let ends = self.messages.iter().map(|message| message.last_line().1.y);
        ends.fold(now, Px::max)
    }

    /// Where the message of a moment ends, at scale 1; the moment itself where it is none.
    pub fn reach(&self, trace: &Trace, entry: EntryId) -> Px {
        let at = trace.entry(entry).map_or(Px::ZERO, |moment| self.map.y(moment.at));
        let message = packet_of(trace, entry).and_then(|packet| self.message(packet));
        message.map_or(at, |message| message.last_line().1.y.max(at))
    }
}

/// The packet of a moment: sent or received in it, or the last that its host received before.
fn packet_of(trace: &Trace, entry: EntryId) -> Option<PacketId> {
    let moment = trace.entry(entry)?;
    match &moment.event {
        TraceEvent::PacketSent(sent) => return Some(sent.id),
        TraceEvent::PacketReceived { id, .. } => return Some(*id),
        TraceEvent::Endpoint(_) => {}
    }
    let before = trace.numbered().take_while(|(id, _)| *id < entry);
    let received = before.filter_map(|(_, earlier)| match &earlier.event {
        TraceEvent::PacketReceived { id, .. } if earlier.host == moment.host => Some(*id),
        _ => None,
    });
    received.last()
}
