//! The plan of a drawing: what a page needs of it to move a playhead, and no more.

use super::options::Scale;
use super::parts::{Diagram, Gap, Lane};
use super::px::Px;
use super::timemap::TimeMap;
use crate::sim::time::Instant;

/// Where moments lie on a drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How large everything is on the page.
    pub scale: Scale,
    /// The whole width, at scale 1.
    pub width: Px,
    /// The whole height, at scale 1.
    pub height: Px,
    /// The hosts.
    pub lanes: Vec<Lane>,
    /// Times cut out.
    pub gaps: Vec<Gap>,
    /// How many packets the filter hides.
    pub hidden: u32,
    /// When the last thing happens.
    pub end: Instant,
    /// The heights of moments.
    pub map: TimeMap,
}

impl Diagram {
    /// Its plan.
    pub fn plan(&self) -> Plan {
        Plan {
            scale: self.scale,
            width: self.width,
            height: self.height,
            lanes: self.lanes.clone(),
            gaps: self.gaps.clone(),
            hidden: self.hidden,
            end: self.end,
            map: self.map.clone(),
        }
    }
}

impl Plan {
    /// A length in pixels of the page.
    pub const fn to_page(&self, length: Px) -> Px {
        length.percent(self.scale.percent())
    }

    /// The width on the page.
    pub const fn page_width(&self) -> Px {
        self.to_page(self.width)
    }

    /// The height on the page.
    pub const fn page_height(&self) -> Px {
        self.to_page(self.height)
    }

    /// The height of a moment on the page, the playhead's place.
    pub fn y(&self, at: Instant) -> Px {
        self.to_page(self.map.y(at))
    }

    /// The moment at a height on the page.
    pub fn instant(&self, y: Px) -> Instant {
        self.map.instant(y.unpercent(self.scale.percent()))
    }

    /// The gap that a moment lies in; the playhead takes 400 ms through it at any speed.
    pub fn gap(&self, at: Instant) -> Option<&Gap> {
        self.gaps.iter().find(|gap| gap.from <= at && at < gap.to)
    }

    /// The attributes of the parts of a picture above and below the playhead.
    pub fn window(&self, playhead: Option<Instant>, part: Part) -> [(&'static str, String); 5] {
        let (width, height) = (self.page_width(), self.page_height());
        let cut = playhead.map_or(height, |at| self.y(at));
        window((width, height), cut, part)
    }
}

/// The attributes of an inner `svg` that shows a picture of this size above or below a height.
pub(super) fn window(
    (width, height): (Px, Px),
    cut: Px,
    part: Part,
) -> [(&'static str, String); 5] {
    let cut = cut.tenths();
    let (top, high) = match part {
        Part::Past => (Px::ZERO, cut),
        Part::Next => (cut, (height - cut).max(Px::ZERO)),
    };
    [
        ("x", "0".to_owned()),
        ("y", top.to_string()),
        ("width", width.to_string()),
        ("height", high.to_string()),
        ("viewBox", format!("0 {top} {width} {high}")),
    ]
}

/// Which part of a picture an inner `svg` shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Above the playhead.
    Past,
    /// Below it.
    Next,
}
