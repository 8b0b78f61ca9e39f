//! The parts of a laid-out diagram.

use super::cover::Cover;
use super::options::{LayoutOptions, Scale};
use super::px::{Dir, Point, Px};
use super::text::{self, Weight};
use super::timemap::TimeMap;
use super::tokens::Token;
use super::{layout, px};
use crate::sim::time::Instant;
use crate::sim::trace::{EntryId, PacketId, Trace};
use crate::wire::Protocol;

/// A trace with a place for everything: computed once per trace and options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagram {
    /// How large everything is on the page.
    pub scale: Scale,
    /// The whole width.
    pub width: Px,
    /// The whole height.
    pub height: Px,
    /// The left edge of the clock gutter; 0 unless the diagram is wider than it needs.
    pub left: Px,
    /// The width of the clock gutter.
    pub gutter: Px,
    /// The hosts.
    pub lanes: Vec<Lane>,
    /// The clock's marks.
    pub ticks: Vec<Tick>,
    /// Times cut out.
    pub gaps: Vec<Gap>,
    /// States on the lanes.
    pub strips: Vec<Strip>,
    /// Timers beside the lanes.
    pub timers: Vec<Bar>,
    /// The messages, in the order of sending; ghosts come last.
    pub messages: Vec<Message>,
    /// What stands upright: clock, states, timers, notes.
    pub texts: Vec<Text>,
    /// How many packets the filter hides.
    pub hidden: u32,
    /// Whether packets are joined into bands, which the legend explains once.
    pub bundled: bool,
    /// When the last thing happens.
    pub end: Instant,
    /// How many digits after the point the clock's milliseconds have at most.
    pub digits: u32,
    pub(super) map: TimeMap,
}

/// A host's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// The host's stable name.
    pub name: &'static str,
    /// The host's name for people.
    pub title: &'static str,
    /// What stands under it; may be empty.
    pub subtitle: String,
    /// Where it stands.
    pub x: Px,
    /// Where its names stand.
    pub head: LaneHead,
}

/// Where the names of a lane stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneHead {
    /// Their middle; beside the lane where that would leave the picture.
    pub x: Px,
    /// The baseline of the title.
    pub y: Px,
    /// The size of the title.
    pub size: Px,
}

/// A mark of the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// Its height.
    pub y: Px,
    /// Where the bracket ends that joins what happens at this instant; `y` without one.
    pub bracket: Px,
    /// When.
    pub at: Instant,
}

/// A time cut out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The height of its upper edge.
    pub top: Px,
    /// The height of its lower edge.
    pub bottom: Px,
    /// When it begins.
    pub from: Instant,
    /// When it ends.
    pub to: Instant,
}

/// How a stretch of a state looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Hollow: opening or closing.
    Hollow,
    /// Filled: open.
    Open,
    /// Hollow and dashed: over, but waiting.
    Waiting,
    /// Filled with the colour of the protocol that waits: work at the host.
    Work,
}

/// A stretch of a state on a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strip {
    /// The place of its lane in [`Diagram::lanes`].
    pub lane: usize,
    /// Where it begins.
    pub top: Px,
    /// Where it ends.
    pub bottom: Px,
    /// How it looks.
    pub look: Look,
    /// Whose state it is.
    pub pen: Pen,
}

/// A timer beside a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The middle of the bar.
    pub x: Px,
    /// When it is armed.
    pub top: Px,
    /// When it fires or is stopped.
    pub bottom: Px,
    /// Whether it fires; one that is stopped has no lower cap.
    pub fires: bool,
}

/// How a protocol's lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pen {
    /// Solid.
    Tcp,
    /// Solid and heavy: HTTP and everything above.
    Http,
    /// Round dots.
    Dns,
    /// Long dashes.
    Tls,
    /// Dash and dot.
    Quic,
    /// Short dashes: anything else.
    Udp,
    /// Fine dots: what would have been.
    Ghost,
}

/// How a message ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It arrives.
    Arrives,
    /// It ends in a cross on the way, beside this word.
    Lost(&'static str),
    /// It arrives damaged: a cross at the lane.
    Damaged,
}

/// A message, or a band of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The packets, in the order of sending: one, or all of a band.
    pub packets: Vec<PacketId>,
    /// The place of the sender's lane.
    pub from: usize,
    /// The place of the receiver's lane.
    pub to: usize,
    /// How its line looks.
    pub pen: Pen,
    /// How it ends.
    pub ending: Ending,
    /// When it is sent; the first of a band.
    pub sent: Instant,
    /// When it arrives or dies; the last of a band.
    pub ended: Instant,
    /// Where its line meets the sender's lane.
    pub start: Point,
    /// Where its line meets the receiver's lane, or the cross.
    pub end: Point,
    /// How far below the first line of a band the last begins and ends.
    pub band: Option<(Px, Px)>,
    /// Whether a second copy arrives.
    pub copied: bool,
    /// What stands beside it.
    pub label: Option<Label>,
    /// The word beside the cross.
    pub fate: Option<Text>,
    /// What it is called, for people and machines that cannot see the label.
    pub title: String,
    /// Whether only its label is drawn: the message itself is asked for.
    pub covered: bool,
}

/// What stands beside a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// Its name, and detail if there is room.
    Text(Text),
    /// Its number in the list, in a circle around this place.
    Number(Point, String),
}

/// Which end of a text its place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The left end.
    Start,
    /// The middle.
    Middle,
    /// The right end.
    End,
}

/// A piece of a text in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The letters.
    pub text: String,
    /// How heavy.
    pub weight: Weight,
    /// Its colour.
    pub token: Token,
}

/// A line of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The anchor's place on the baseline.
    pub at: Point,
    /// Which end that is.
    pub anchor: Anchor,
    /// In which direction it runs.
    pub dir: Dir,
    /// Its size.
    pub size: Px,
    /// Its pieces.
    pub spans: Vec<Span>,
    /// Whether it is in italics.
    pub italic: bool,
    /// Whether it has a halo that keeps lines away.
    pub halo: bool,
    /// What it is about.
    pub about: About,
    /// The pieces under a cover, from the first to behind the last.
    pub cover: Option<(Cover, usize, usize)>,
}

/// What a text is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum About {
    /// A message, or anything else that is not timed by it.
    #[default]
    Message,
    /// The state that a lane is in from a moment on.
    State {
        /// The place of the lane.
        lane: usize,
        /// Since when.
        since: Instant,
        /// The entry with which it begins.
        entry: EntryId,
    },
    /// The name of a timer.
    Timer,
    /// How long a timer runs, or a host works.
    Length,
    /// The clock, and the times that are cut out.
    Clock,
}

impl Text {
    /// A line of one style, upright and without halo.
    pub fn plain(text: &str, size: i32, weight: Weight, token: Token) -> Self {
        Self {
            at: Point::default(),
            anchor: Anchor::Start,
            dir: Dir::RIGHT,
            size: Px::new(size),
            spans: vec![Span { text: text.to_owned(), weight, token }],
            italic: false,
            halo: false,
            about: About::Message,
            cover: None,
        }
    }

    /// The same about something else.
    #[must_use]
    pub const fn about(mut self, about: About) -> Self {
        self.about = about;
        self
    }

    /// The same at another place.
    #[must_use]
    pub fn at(mut self, x: Px, y: Px, anchor: Anchor) -> Self {
        self.at = Point::new(x, y);
        self.anchor = anchor;
        self
    }

    /// Its width in the widest face.
    pub fn width(&self) -> Px {
        self.spans
            .iter()
            .map(|span| text::width(&span.text, self.size, span.weight))
            .fold(Px::ZERO, |sum, width| sum + width)
    }

    /// The letters alone.
    pub fn words(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }

    /// Its box in the widest face, smaller by `shrink` on every side.
    pub fn outline(&self, shrink: Px) -> px::Quad {
        let width = self.width();
        let (left, right) = match self.anchor {
            Anchor::Start => (Px::ZERO, width),
            Anchor::Middle => (-width / 2, width / 2),
            Anchor::End => (-width, Px::ZERO),
        };
        let (left, right) = (left + shrink, right - shrink);
        let above = Px::hundredths(self.size.as_hundredths() * text::ASCENT / 1000) - shrink;
        let below = shrink - Px::hundredths(self.size.as_hundredths() * text::DESCENT / 1000);
        let corner = |along, up| self.at.moved(self.dir, along, up);
        px::Quad([
            corner(left, above),
            corner(right, above),
            corner(right, below),
            corner(left, below),
        ])
    }
}

impl Pen {
    /// The pen of a protocol.
    pub const fn of(protocol: Protocol) -> Self {
        match protocol {
            Protocol::Tcp | Protocol::Data => Self::Tcp,
            Protocol::Dns => Self::Dns,
            Protocol::Tls => Self::Tls,
            Protocol::Http1 => Self::Http,
            Protocol::Ipv4 | Protocol::Icmp | Protocol::Udp => Self::Udp,
            Protocol::Quic => Self::Quic,
        }
    }

    /// The colour of its lines.
    pub const fn token(self) -> Token {
        match self {
            Self::Tcp => Token::Tcp,
            Self::Dns => Token::Dns,
            Self::Tls => Token::Tls,
            Self::Http => Token::Http,
            Self::Quic => Token::Quic,
            Self::Udp => Token::Udp,
            Self::Ghost => Token::Edge,
        }
    }

    /// The colour of its fills.
    pub const fn tint(self) -> Token {
        match self {
            Self::Tcp => Token::TcpTint,
            Self::Dns => Token::DnsTint,
            Self::Tls => Token::TlsTint,
            Self::Http => Token::HttpTint,
            Self::Quic => Token::QuicTint,
            Self::Udp => Token::UdpTint,
            Self::Ghost => Token::Stage,
        }
    }

    /// The width of its lines.
    pub const fn width(self) -> Px {
        match self {
            Self::Tcp | Self::Udp => Px::hundredths(175),
            Self::Tls | Self::Quic => Px::new(2),
            Self::Dns => Px::hundredths(250),
            Self::Http => Px::new(3),
            Self::Ghost => Px::hundredths(125),
        }
    }

    /// Its dashes, in hundredths of a pixel: drawn, left out, and so on.
    pub const fn dashes(self) -> &'static [i32] {
        match self {
            Self::Tcp | Self::Http => &[],
            Self::Dns => &[10, 450],
            Self::Tls => &[900, 300],
            Self::Quic => &[900, 300, 200, 300],
            Self::Udp => &[300, 300],
            Self::Ghost => &[200, 300],
        }
    }

    /// Length and height of its arrowhead.
    pub const fn head(self) -> (Px, Px) {
        match self {
            Self::Http => (Px::new(11), Px::new(10)),
            Self::Tcp | Self::Dns | Self::Tls | Self::Quic | Self::Udp | Self::Ghost => {
                (Px::new(10), Px::new(8))
            }
        }
    }
}

impl Message {
    /// Whether it is of the run before.
    pub const fn is_ghost(&self) -> bool {
        matches!(self.pen, Pen::Ghost)
    }

    /// The last line of a band; its own line if it is none.
    pub fn last_line(&self) -> (Point, Point) {
        let (above, below) = self.band.unwrap_or_default();
        let lower = |point: Point, by| Point::new(point.x, point.y + by);
        (lower(self.start, above), lower(self.end, below))
    }
}

impl Diagram {
    /// Gives everything in a trace its place.
    pub fn layout(trace: &Trace, options: &LayoutOptions<'_>) -> Self {
        layout::layout(trace, options)
    }

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

    /// The message that a packet is drawn as.
    pub fn message(&self, packet: PacketId) -> Option<&Message> {
        self.messages
            .iter()
            .find(|message| !message.is_ghost() && message.packets.binary_search(&packet).is_ok())
    }
}
