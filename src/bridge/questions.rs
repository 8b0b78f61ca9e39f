//! What can be asked: each question is a type, and says what its answer is.

use super::code::{Code, code_struct};
use super::desk::Desk;
use super::{Report, stacks, still};
use crate::diagram::inspect::Inspection;
use crate::diagram::svg::{Element, Layers};
use crate::diagram::{Hidden, Mode, Plan, Scale};
use crate::scenario::{self, About, Setup, ask};
use crate::sim::time::Instant;
use crate::sim::trace::PacketId;

/// A question.
pub trait Question: Code {
    /// Its number among all questions.
    const NUMBER: u64;
    /// What answers it.
    type Answer: Code;
    /// Answers it.
    fn answer(&self, desk: &mut Desk) -> Self::Answer;
}

/// A run: what is to be run, up to which step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The scenario's permanent name.
    pub scenario: String,
    /// The set-up in its text form.
    pub setup: Vec<(String, String)>,
    /// The step behind which nothing is shown.
    pub until: Option<String>,
}

impl Order {
    /// The run of a set-up.
    pub fn new(scenario: &str, setup: &Setup) -> Self {
        Self { scenario: scenario.to_owned(), setup: setup.to_query(), until: None }
    }
}

/// A drawing of a run: for which width, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lay {
    /// The run.
    pub order: Order,
    /// The run before the reader's last fault, whose difference is drawn faintly.
    pub before: Option<Order>,
    /// In whole CSS pixels.
    pub width: i32,
    /// How large everything is.
    pub scale: Scale,
    /// How time becomes height.
    pub mode: Mode,
    /// Kinds of packets that are not drawn.
    pub hide: Vec<String>,
}

/// What is to be seen of a drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The playhead; none shows the finished run.
    pub playhead: Option<Instant>,
    /// The chosen packet.
    pub selected: Option<PacketId>,
    /// Whether what is still to come is drawn.
    pub future: bool,
    /// What its ids begin with.
    pub id: String,
    /// The title, for those who cannot see it.
    pub title: String,
    /// What is to be seen, in words.
    pub desc: String,
}

/// What is known of a scenario before it runs?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tell {
    /// Its permanent name.
    pub scenario: String,
}

/// What happens?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Play {
    /// The run.
    pub order: Order,
}

/// Where is everything?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The drawing.
    pub lay: Lay,
}

/// How does it look, in layers?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The drawing.
    pub lay: Lay,
    /// What is to be seen of it.
    pub look: Look,
}

/// How do the names of the messages look?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// The drawing.
    pub lay: Lay,
    /// What is to be seen of it.
    pub look: Look,
}

/// How does that look that moves with the playhead, and how many messages have begun?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Now {
    /// The drawing.
    pub lay: Lay,
    /// What is to be seen of it.
    pub look: Look,
}

/// How does the graph beside a drawing look, and whose is it?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    /// The drawing.
    pub lay: Lay,
    /// The playhead; none shows the finished run.
    pub playhead: Option<Instant>,
}

/// How do the numbers of a long run look over all its time?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Long {
    /// The drawing of its first messages.
    pub lay: Lay,
    /// The playhead; none shows the finished run.
    pub playhead: Option<Instant>,
}

/// What is in a packet?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspect {
    /// The run.
    pub order: Order,
    /// The packet.
    pub packet: PacketId,
}

/// Which messages differ between two runs, and how, in words?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compare {
    /// The run before.
    pub before: Order,
    /// The run now.
    pub now: Order,
}

/// What is this number of a run?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The run.
    pub order: Order,
    /// As texts ask for it: `time(syn-ack)`.
    pub text: String,
}

/// Where does the time of a run of `first-request` go?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Legged {
    /// The run.
    pub order: Order,
}

/// The legs of a run, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Legs {
    /// All the time to the first byte.
    pub total: String,
    /// The server's own.
    pub work: String,
    /// Every leg, as a table.
    pub table: Element,
}

/// Where does the time of a first request go over every stack, as a table?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stacks {
    /// The set-up that all stacks share.
    pub order: Order,
    /// What stands before the addresses of the full player.
    pub base: String,
    /// What stands at their end: the settings that they fix.
    pub fixed: String,
}

/// How far away is a server that answers after a round trip of so many nanoseconds?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The round trip.
    pub rtt: u64,
}

/// How far a round trip reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Which of the distances that can be chosen comes nearest from below.
    pub place: usize,
    /// Kilometres, for people.
    pub km: String,
    /// The rule, in words.
    pub words: String,
    /// Nanoseconds of a round trip to each of the distances that can be chosen.
    pub rtts: Vec<u64>,
}

/// How does a still picture look, for each width?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Still {
    /// The run.
    pub order: Order,
    /// The moment: a step or the n-th packet of a name.
    pub at: Option<String>,
    /// How time becomes height.
    pub mode: Mode,
    /// What is hidden, and whether it is told now.
    pub hide: Option<(Hidden, bool)>,
    /// Whether it ends at the moment.
    pub cut: bool,
    /// What its ids begin with.
    pub id: String,
    /// What it shows, in words.
    pub caption: String,
}

code_struct! {
    Order { scenario, setup, until }
    Lay { order, before, width, scale, mode, hide }
    Look { playhead, selected, future, id, title, desc }
    Tell { scenario }
    Play { order }
    Place { lay }
    Draw { lay, look }
    Names { lay, look }
    Now { lay, look }
    Graph { lay, playhead }
    Long { lay, playhead }
    Inspect { order, packet }
    Compare { before, now }
    Ask { order, text }
    Legged { order }
    Legs { total, work, table }
    Stacks { order, base, fixed }
    Reach { rtt }
    Reached { place, km, words, rtts }
    Still { order, at, mode, hide, cut, id, caption }
}

impl Question for Tell {
    const NUMBER: u64 = 0;
    type Answer = Option<&'static About>;

    fn answer(&self, _: &mut Desk) -> Self::Answer {
        scenario::find(&self.scenario).map(|found| found.about())
    }
}

impl Question for Play {
    const NUMBER: u64 = 1;
    type Answer = Option<Report>;

    fn answer(&self, desk: &mut Desk) -> Self::Answer {
        Some(Report::of(&self.order, &*desk.run(&self.order)?))
    }
}

impl Question for Place {
    const NUMBER: u64 = 2;
    type Answer = Option<Plan>;

    fn answer(&self, desk: &mut Desk) -> Self::Answer {
        Some(desk.laid(&self.lay)?.plan())
    }
}

impl Question for Draw {
    const NUMBER: u64 = 3;
    type Answer = Option<Layers>;

    fn answer(&self, desk: &mut Desk) -> Self::Answer {
        let diagram = desk.laid(&self.lay)?;
        Some(crate::diagram::svg::layers(&diagram.scene(self.look.view())))
    }
}

impl Question for Names {
    const NUMBER: u64 = 4;
    type Answer = Option<Element>;

    fn answer(&self, desk: &mut Desk) -> Self::Answer {
        let diagram = desk.laid(&self.lay)?;
        Some(crate::diagram::svg::labels(&diagram.scene(self.look.view())))
    }
}

impl Question for Now {
    const NUMBER: u64 = 5;
    type Answer = Option<(Element, u32)>;

    fn answer(&self, desk: &mut Desk) -> Self::Answer {
        let diagram = desk.laid(&self.lay)?;
        let scene = diagram.scene(self.look.view());
        Some((crate::diagram::svg::now(&scene), crate::diagram::svg::passed(&scene)))
    }
}

impl Question for Graph {
    const NUMBER: u64 = 6;
    type Answer = Option<(String, Element)>;

    fn answer(&self, desk: &mut Desk) -> Self::Answer {
        let (run, diagram) = (desk.run(&self.lay.order)?, desk.laid(&self.lay)?);
        still::graph(&run.trace, &diagram, self.playhead)
    }
}

impl Question for Inspect {
    const NUMBER: u64 = 7;
    type Answer = Option<Inspection>;

    fn answer(&self, desk: &mut Desk) -> Self::Answer {
        let run = desk.run(&self.order)?;
        let packet = run.trace.packet(self.packet)?;
        Some(crate::diagram::inspect::inspect(&packet))
    }
}

impl Question for Compare {
    const NUMBER: u64 = 8;
    type Answer = Vec<(String, String)>;

    fn answer(&self, desk: &mut Desk) -> Self::Answer {
        let (Some(before), Some(now)) = (desk.run(&self.before), desk.run(&self.now)) else {
            return Vec::new();
        };
        let changes = crate::diagram::changes::changes(&before.trace, &now.trace);
        changes.into_iter().map(|change| (change.name, change.words)).collect()
    }
}

impl Question for Ask {
    const NUMBER: u64 = 9;
    type Answer = Result<ask::Answer, String>;

    fn answer(&self, desk: &mut Desk) -> Self::Answer {
        let Some(run) = desk.run(&self.order) else {
            return Err(format!("There is no scenario `{}`.", self.order.scenario));
        };
        ask::ask(&run, &self.text).map_err(|error| error.message().to_owned())
    }
}

impl Question for Still {
    const NUMBER: u64 = 10;
    type Answer = Result<Vec<(i32, Element)>, String>;

    fn answer(&self, desk: &mut Desk) -> Self::Answer {
        still::draw(self, desk)
    }
}

impl Question for Legged {
    const NUMBER: u64 = 12;
    type Answer = Option<Legs>;

    fn answer(&self, desk: &mut Desk) -> Self::Answer {
        stacks::legs(&*desk.run(&self.order)?)
    }
}

impl Question for Stacks {
    const NUMBER: u64 = 13;
    type Answer = Option<Element>;

    fn answer(&self, _: &mut Desk) -> Self::Answer {
        let about = scenario::find(&self.order.scenario)?.about();
        let (setup, _) = Setup::from_query(about, &self.order.setup);
        Some(stacks::stacks(&setup, &self.base, &self.fixed))
    }
}

impl Question for Reach {
    const NUMBER: u64 = 14;
    type Answer = Reached;

    fn answer(&self, _: &mut Desk) -> Self::Answer {
        stacks::reach(self.rtt)
    }
}

impl Question for Long {
    const NUMBER: u64 = 11;
    type Answer = Vec<(String, Element)>;

    fn answer(&self, desk: &mut Desk) -> Self::Answer {
        let run = desk.run(&self.lay.order);
        run.map_or_else(Vec::new, |run| still::long(&run.trace, self.lay.width, self.playhead))
    }
}
