//! What a layout is asked for.

use super::px::Px;
use crate::sim::time::Instant;
use crate::sim::trace::{EntryId, Trace};

/// How time becomes height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Every millisecond has the same height.
    True,
    /// The same, but long silences are cut out.
    #[default]
    Gaps,
    /// Every moment at which something happens has a row of its own.
    Steps,
}

/// How large everything is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// As on a page.
    #[default]
    Page,
    /// Everything one and a half times as large, for the lecture hall.
    Projector,
}

impl Scale {
    /// In per cent.
    pub const fn percent(self) -> i32 {
        match self {
            Self::Page => 100,
            Self::Projector => 150,
        }
    }
}

/// A named moment of the run, as the scenario found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepMark {
    /// The permanent name: `syn-ack`.
    pub name: &'static str,
    /// What a person reads.
    pub title: &'static str,
    /// When.
    pub at: Instant,
    /// The entry at which it happens.
    pub entry: EntryId,
}

/// The run before the reader's last fault, shown faintly where it differs.
#[derive(Clone, Copy, Debug)]
pub struct Ghost<'a> {
    /// The run before.
    pub trace: &'a Trace,
    /// Its first entry that is not in the run shown ([`super::changes::first_difference`]).
    pub first: EntryId,
}

/// Which timers are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Timers {
    /// Those that come to their moment.
    #[default]
    Fired,
    /// Also those that are stopped before.
    All,
    /// None.
    Hidden,
}

/// What a layout is asked for.
#[derive(Clone, Copy, Debug)]
pub struct LayoutOptions<'a> {
    /// The width in whole CSS pixels, 320 to 1,600; others are taken as the nearest of these.
    pub width: i32,
    /// How large everything is.
    pub scale: Scale,
    /// How time becomes height.
    pub mode: Mode,
    /// The moments that matter: their packets never disappear inside a band.
    pub steps: &'a [StepMark],
    /// Kinds of packets that are not drawn: `ack`.
    pub hide: &'a [&'a str],
    /// The run before, if its difference is to be seen.
    pub ghost: Option<Ghost<'a>>,
    /// What stands under the name of each host, by lane: `you`, `50 ms away`.
    pub subtitles: &'a [&'a str],
    /// From how many packets on a burst becomes one band; 5 unless the diagram is about them.
    pub bundle: u32,
    /// Which timers are drawn.
    pub timers: Timers,
}

impl Default for LayoutOptions<'_> {
    fn default() -> Self {
        Self {
            width: 480,
            scale: Scale::Page,
            mode: Mode::Gaps,
            steps: &[],
            hide: &[],
            ghost: None,
            subtitles: &[],
            bundle: 5,
            timers: Timers::Fired,
        }
    }
}

impl LayoutOptions<'_> {
    /// The width at scale 1, in which all measures are given.
    pub(super) fn page_width(&self) -> Px {
        Px::hundredths(self.width.clamp(320, 1600) * 10_000 / self.scale.percent())
    }
}
