//! The player's state and everything that changes it: pure, tested without a browser.

use std::rc::Rc;

use yew::Reducible;

use crate::app::engine;
use crate::bridge::{Order, Report};
use crate::diagram::Mode;
use crate::scenario::{About, Setup, Step, Value};
use crate::sim::fault::Fault;
use crate::sim::time::Instant;
use crate::sim::trace::PacketId;

/// The player's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Model {
    /// What is run.
    pub(crate) setup: Setup,
    /// What it started from; *Reset* goes back to it.
    pub(crate) origin: Setup,
    /// The run, with everything read off it.
    pub(crate) run: Rc<Report>,
    /// The run without the reader's last fault, while its ghost is shown.
    pub(crate) before: Option<Rc<Report>>,
    /// The faults of that run.
    before_faults: Option<Vec<Fault>>,
    /// Counts runs, so that layouts know when theirs is old.
    pub(crate) serial: u32,
    /// How time is drawn.
    pub(crate) mode: Mode,
    /// The place in [`SPEEDS`].
    pub(crate) speed: usize,
    /// The playhead.
    pub(crate) at: Instant,
    /// The step that was chosen, where several happen at one instant.
    step: Option<usize>,
    /// Whether time moves.
    pub(crate) playing: bool,
    /// Where the playhead comes from while it travels to `at`, and how far it is, in thousandths.
    pub(crate) travel: Option<(Instant, u32)>,
    /// The chosen packet.
    pub(crate) chosen: Option<PacketId>,
    /// Where playing stops, if before the end.
    pub(crate) stop: Option<&'static str>,
    /// Behind which step nothing is shown at all.
    until: Option<&'static str>,
}

/// Speeds as a share of normal, in hundredths, and their names. At normal speed one round trip
/// takes a second.
pub(crate) const SPEEDS: [(u32, &str); 7] = [
    (10, "1/10 ×"),
    (25, "1/4 ×"),
    (50, "1/2 ×"),
    (100, "1 ×"),
    (200, "2 ×"),
    (500, "5 ×"),
    (1000, "10 ×"),
];

/// The place of normal speed in [`SPEEDS`].
const NORMAL: usize = 3;

/// What changes a player.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// A parameter gets a value.
    Set(&'static str, Value),
    /// A preset is chosen.
    Preset(&'static str),
    /// The set-up is replaced, from an address; its last fault is compared with the run without.
    Load(Setup, Mode, Option<String>),
    /// The reader's network or the author's settings changed: a new beginning.
    Restart(Setup),
    /// Something goes wrong with a chosen message.
    Fault(Fault),
    /// A fault is taken back.
    Mend(usize),
    /// The ghost leaves.
    Forget,
    /// Back to what it started from.
    Reset,
    /// The playhead moves at once.
    Seek(Instant),
    /// The playhead moves to a step by its name.
    Named(String),
    /// One step back.
    Back,
    /// One step on.
    Forward,
    /// To the start.
    Home,
    /// To the end.
    End,
    /// Play, from the start if it stands at the end.
    Toggle,
    /// Pause.
    Pause,
    /// Time has passed: the playhead is here now.
    Advance(Instant),
    /// The travelling playhead has come this far, in thousandths.
    Travel(u32),
    /// How time is drawn.
    Mode(Mode),
    /// How fast it plays.
    Speed(usize),
    /// A message is chosen.
    Choose(Option<PacketId>),
}

/// Runs a set-up of a scenario, up to a step if one is named.
fn run(id: &str, setup: &Setup, until: Option<&str>) -> Option<Rc<Report>> {
    engine::play(&Order { until: until.map(str::to_owned), ..Order::new(id, setup) })
}

impl Model {
    /// A finished run; nothing is shown behind the step `until`, if it is given. None without an
    /// engine.
    pub(crate) fn until(
        about: &About,
        setup: Setup,
        mode: Mode,
        until: Option<&'static str>,
    ) -> Option<Self> {
        let run = run(about.id, &setup, until)?;
        let at = run.end;
        Some(Self {
            origin: setup.clone(),
            setup,
            run,
            before: None,
            before_faults: None,
            serial: 0,
            mode,
            speed: NORMAL,
            at,
            step: None,
            playing: false,
            travel: None,
            chosen: None,
            stop: None,
            until,
        })
    }

    /// The same, standing at a step, if it happens.
    pub(crate) fn standing_at(mut self, step: Option<&str>) -> Self {
        if let Some(place) = step.and_then(|name| self.place(name)) {
            self.stand(place);
        }
        self
    }

    /// The moments of the run.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.run.steps
    }

    /// When the last thing happens.
    pub(crate) fn end(&self) -> Instant {
        self.run.end
    }

    /// Where playing stops.
    pub(crate) fn stop_at(&self) -> Instant {
        let stop = self.stop.and_then(|name| self.run.step(name)).map(|step| step.at);
        stop.filter(|at| *at > self.at).unwrap_or_else(|| self.end())
    }

    /// The place of the step that the playhead is at or has passed last.
    pub(crate) fn current(&self) -> Option<usize> {
        let passed = self.steps().iter().take_while(|step| step.at <= self.at).count();
        match self.step {
            Some(place) if self.steps().get(place).is_some_and(|step| step.at == self.at) => {
                Some(place)
            }
            _ => passed.checked_sub(1),
        }
    }

    /// The step that the playhead is at or has passed last.
    pub(crate) fn current_step(&self) -> Option<&Step> {
        self.current().and_then(|place| self.steps().get(place))
    }

    /// The step that the playhead stands at exactly, for the address.
    pub(crate) fn standing(&self) -> Option<&Step> {
        self.current_step().filter(|step| step.at == self.at)
    }

    /// The packet that the step at the playhead sends, if it sends one.
    pub(crate) fn sends(&self) -> Option<PacketId> {
        self.current().and_then(|place| *self.run.sends.get(place)?)
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.steps().iter().position(|step| step.name == name)
    }

    fn stand(&mut self, place: usize) {
        if let Some(step) = self.run.steps.get(place) {
            self.at = step.at;
            self.step = Some(place);
        }
    }

    /// Moves the playhead with a short journey.
    fn travel_to(&mut self, at: Instant) {
        self.playing = false;
        self.travel = (at != self.at).then_some((self.at, 0));
        self.at = at;
        self.step = None;
    }

    fn travel_to_step(&mut self, place: usize) {
        let Some(at) = self.steps().get(place).map(|step| step.at) else { return };
        self.travel_to(at);
        self.stand(place);
    }

    fn forward(&mut self) {
        let next = self.current().map_or(0, |place| place + 1);
        if next < self.steps().len() {
            self.travel_to_step(next);
        } else {
            self.travel_to(self.end());
        }
    }

    fn back(&mut self) {
        let Some(place) = self.current() else { return self.travel_to(Instant::START) };
        // Between two steps the last one is one step away.
        let between = self.steps().get(place).is_some_and(|step| step.at < self.at);
        match if between { Some(place) } else { place.checked_sub(1) } {
            Some(place) => self.travel_to_step(place),
            None => self.travel_to(Instant::START),
        }
    }

    /// Runs the set-up anew. The playhead stays at the end, at its step, or as near as it can.
    fn rerun(&mut self) {
        let at_end = self.at >= self.end();
        let name = self.standing().map(|step| step.name);
        let Some(run) = run(&self.run.order.scenario, &self.setup, self.until) else { return };
        self.before = self.before_faults.as_ref().and_then(|faults| {
            let setup = Setup { faults: faults.clone(), ..self.setup.clone() };
            self::run(&run.order.scenario, &setup, self.until)
        });
        self.run = run;
        self.serial += 1;
        self.travel = None;
        let end = self.end();
        let place = name.filter(|_| !at_end).and_then(|name| self.place(name));
        self.at = if at_end { end } else { self.at.min(end) };
        if let Some(place) = place {
            self.stand(place);
        }
        if self.chosen.is_some_and(|id| self.run.row(id).is_none()) {
            self.chosen = None;
        }
    }

    fn replace(&mut self, setup: Setup, before_faults: Option<Vec<Fault>>) {
        self.before_faults = before_faults;
        self.setup = setup;
        self.chosen = None;
        self.rerun();
    }

    fn set_up(&mut self, action: Action) {
        match action {
            Action::Set(key, value) => {
                self.setup.params = self.setup.params.clone().with(key, value);
                self.rerun();
            }
            Action::Preset(name) => {
                let Some(about) = engine::about(&self.run.order.scenario) else { return };
                if let Ok(setup) = self.setup.with_preset(about, name) {
                    self.replace(setup, None);
                }
            }
            Action::Load(setup, mode, step) => {
                self.mode = mode;
                // An address with faults of the reader shows what the last of them changed.
                let readers = setup.faults != self.origin.faults;
                let others = setup.faults.split_last().filter(|_| readers);
                let others = others.map(|(_, others)| others.to_vec());
                self.replace(setup, others);
                if self.setup.faults != self.origin.faults {
                    let last = self.setup.faults.len().saturating_sub(1);
                    self.before_faults = self.setup.faults.get(..last).map(<[Fault]>::to_vec);
                    self.rerun();
                }
                if let Some(place) = step.and_then(|name| self.place(&name)) {
                    self.stand(place);
                }
            }
            Action::Restart(setup) => {
                self.origin = setup.clone();
                self.replace(setup, None);
            }
            Action::Fault(fault) => {
                self.before_faults = Some(self.setup.faults.clone());
                self.setup.faults.push(fault);
                self.at = self.end();
                self.rerun();
            }
            Action::Mend(place) => {
                if place < self.setup.faults.len() {
                    self.setup.faults.remove(place);
                }
                self.before_faults = None;
                self.rerun();
            }
            Action::Forget => {
                self.before_faults = None;
                self.before = None;
                self.serial += 1;
            }
            Action::Reset => self.replace(self.origin.clone(), None),
            _ => {}
        }
    }

    fn toggle(&mut self) {
        self.playing = !self.playing;
        self.travel = None;
        self.step = None;
        if self.playing && self.at >= self.end() {
            self.at = Instant::START;
        }
    }

    fn advance(&mut self, at: Instant) {
        let stop = self.stop_at();
        self.at = at.min(stop);
        self.step = None;
        self.playing = at < stop;
    }
}

impl Reducible for Model {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut model = (*self).clone();
        match action {
            Action::Seek(at) => {
                model.at = at.min(model.end());
                (model.step, model.travel) = (None, None);
            }
            Action::Named(name) => {
                if let Some(place) = model.place(&name) {
                    model.travel_to_step(place);
                }
            }
            Action::Back => model.back(),
            Action::Forward => model.forward(),
            Action::Home => model.travel_to(Instant::START),
            Action::End => model.travel_to(model.end()),
            Action::Toggle => model.toggle(),
            Action::Pause => model.playing = false,
            Action::Advance(at) => model.advance(at),
            Action::Travel(part) if part < 1000 => {
                model.travel = model.travel.map(|(from, _)| (from, part));
            }
            Action::Travel(_) => model.travel = None,
            Action::Mode(mode) => model.mode = mode,
            Action::Speed(place) => model.speed = place.min(SPEEDS.len() - 1),
            Action::Choose(packet) => model.chosen = packet,
            other => model.set_up(other),
        }
        model.into()
    }
}

#[cfg(test)]
mod tests;
