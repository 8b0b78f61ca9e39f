//! Where the time of a first request goes, as parts of a page: the legs of one run, and the ladder
//! of all stacks, whose table is its own picture.

use super::questions::{Legs, Reached};
use crate::diagram::svg::Element;
use crate::scenario::{Far, Run, Rung, Setup, Unit, far, ladder, rung};

/// The scenario that these are runs of.
const FIRST: &str = "first-request";

/// The parts of a rung in order: pen, name, and what would save it.
const PARTS: [(&str, &str, &str); 6] = [
    ("dns", "DNS", "a cached answer: 0"),
    ("tcp", "TCP", "a warm connection: 0"),
    ("tls", "TLS", "early data: 0"),
    ("http", "Request", "a nearer server: less"),
    ("work", "Server", "a faster server: less"),
    ("http", "Answer", "a nearer server: less"),
];

/// The pens, in words.
const LEGEND: [(&str, &str); 6] = [
    ("dns", "DNS"),
    ("tcp", "TCP"),
    ("tls", "TLS"),
    ("quic", "QUIC"),
    ("http", "on the way"),
    ("work", "server"),
];

/// The place of the server's work among the parts.
const WORK: usize = 4;

/// Pen and name of a part: the handshake is that of TLS, or that of QUIC.
fn part(stack: &str, place: usize) -> (&'static str, &'static str) {
    match PARTS.get(place) {
        Some((_, "TLS", _)) if stack.starts_with("quic") => ("quic", "QUIC"),
        Some((pen, name, _)) => (pen, name),
        None => ("", ""),
    }
}

/// A length of time, which no line breaks.
fn time(ns: u64) -> String {
    Unit::Milliseconds.shown(ns).to_string().replace(' ', "\u{a0}")
}

fn tag(name: &'static str, class: &str) -> Element {
    let element = Element::new(name);
    if class.is_empty() { element } else { element.attr("class", class) }
}

/// The line of a protocol, as the diagram draws it.
fn pen(name: &str) -> Element {
    tag("svg", &format!("pen {name}"))
        .attr("viewBox", "0 0 22 8")
        .attr("aria-hidden", "true")
        .child(Element::new("path").attr("d", "M1 4h20"))
}

/// The legs of a run; none if it is of another scenario, or came to no answer.
pub(super) fn legs(run: &Run) -> Option<Legs> {
    let found = (run.scenario == FIRST).then(|| rung(run)).filter(|rung| !rung.parts.is_empty())?;
    let mut body = Element::new("tbody");
    for (place, (ns, (.., saved))) in found.parts.iter().zip(PARTS).enumerate() {
        let (line, name) = part(&found.stack, place);
        // Every row stays, so that nothing moves when another stack has fewer.
        let saved = if *ns == 0 { "nothing to wait for" } else { saved };
        let head = Element::new("th").attr("scope", "row").child(pen(line));
        let row = Element::new("tr")
            .attr("data-leg", name)
            .child(head.child(Element::new("span").text(name)))
            .child(Element::new("td").text(&time(*ns)))
            .child(Element::new("td").text(saved));
        body = body.child(row);
    }
    Some(Legs {
        total: time(found.parts.iter().sum()),
        work: time(found.parts.get(WORK).copied().unwrap_or(0)),
        table: tag("table", "legs").child(body),
    })
}

/// The ladder of a set-up, as a table. `base` stands before the addresses of the full player,
/// `fixed` is what they fix.
pub(super) fn stacks(setup: &Setup, base: &str, fixed: &str) -> Element {
    let rungs = ladder(setup);
    let longest = rungs.iter().map(|rung| rung.parts.iter().sum()).max().unwrap_or(0).max(1);
    let head = |class: &str| tag("th", class).attr("scope", "col");
    let mut legend = head("way");
    for (name, words) in LEGEND {
        legend = legend
            .child(tag("span", "key").child(pen(name)).child(Element::new("span").text(words)));
    }
    let heads = Element::new("tr")
        .child(head("").text("Over"))
        .child(legend)
        .child(head("n").text("First byte"))
        .child(head("n").text("Round trips"));
    let mut body = Element::new("tbody");
    for rung in &rungs {
        body = body.child(row(rung, longest, base, fixed));
    }
    let table = tag("table", "data").child(Element::new("thead").child(heads)).child(body);
    let whole = Element::new("div").child(table);
    if setup.params.number("loss") == 0 {
        return whole;
    }
    whole.child(tag("p", "quiet").text(
        "Each row is one run with this chance of loss: what is lost differs from row to row, as \
         the packets do.",
    ))
}

fn row(rung: &Rung, longest: u64, base: &str, fixed: &str) -> Element {
    let href = format!("{base}/learn/{FIRST}/?set.stack={}{fixed}", rung.stack);
    let link = Element::new("a").attr("href", href).text(&rung.title);
    let row = Element::new("tr")
        .attr("data-stack", &rung.stack)
        .child(Element::new("th").attr("scope", "row").child(link));
    if rung.parts.is_empty() {
        return row.child(tag("td", "way").attr("colspan", 3).text("No answer comes."));
    }
    let total = Element::new("b").text(&time(rung.parts.iter().sum()));
    let way =
        tag("td", "way").child(bar(rung, longest)).child(tag("span", "words").text(&words(rung)));
    let trips = rung.trips.to_string();
    row.child(way).child(tag("td", "n").child(total)).child(tag("td", "n").text(&trips))
}

/// The parts in words, for those who do not see the bar.
fn words(rung: &Rung) -> String {
    let parts = rung.parts.iter().enumerate().filter(|(_, ns)| **ns > 0);
    let parts = parts.map(|(place, ns)| format!("{} {}", part(&rung.stack, place).1, time(*ns)));
    parts.collect::<Vec<_>>().join(" · ")
}

/// From this share of the room on, in thousandths, a part has room for its number.
const ROOM: u64 = 30;
/// The same where there is little room.
const ROOM_NARROW: u64 = 85;

fn bar(rung: &Rung, longest: u64) -> Element {
    let thousandths = |ns: u64| ns * 1_000 / longest;
    let share = |ns: u64| format!("{}.{}%", thousandths(ns) / 10, thousandths(ns) % 10);
    let mut bar = tag("svg", "stack-bar").attr("aria-hidden", "true");
    let mut begin = 0;
    for (place, ns) in rung.parts.iter().enumerate().filter(|(_, ns)| **ns > 0) {
        let (x, end) = (share(begin), share(begin + ns));
        let rect = Element::new("rect").attr("x", &x).attr("y", 5);
        let line = Element::new("line").attr("x1", &x).attr("x2", &end).attr("y1", 5).attr("y2", 5);
        let mut group = tag("g", part(&rung.stack, place).0)
            .child(rect.attr("width", share(*ns)).attr("height", 20))
            .child(line);
        let room = thousandths(*ns);
        if room >= ROOM {
            let class = if room < ROOM_NARROW { "small" } else { "" };
            let number = Unit::Milliseconds.shown(*ns).number;
            group = group
                .child(tag("text", class).attr("x", &x).attr("dx", 4).attr("y", 20).text(&number));
        }
        bar = bar.child(group);
        begin += ns;
    }
    bar
}

/// How far a round trip reaches.
pub(super) fn reach(rtt: u64) -> Reached {
    let far = far(rtt);
    let place = far.places.iter().rposition(|place| place.rtt <= rtt).unwrap_or(0);
    Reached {
        place,
        km: Unit::Count.shown(far.km).number,
        words: reach_words(rtt, &far),
        rtts: far.places.iter().map(|place| place.rtt).collect(),
    }
}

fn reach_words(rtt: u64, far: &Far) -> String {
    let (rtt, straight) = (time(rtt), time(far.straight));
    if far.places.last().is_some_and(|last| far.km > last.km) {
        return format!(
            "No place on Earth is a round trip of {rtt} away on a usual path: it takes a satellite, \
             or queues."
        );
    }
    let name = far.places.iter().find(|place| place.km == far.km).map_or("", |place| place.name);
    let comma = if name.is_empty() { "" } else { ", " };
    let km = Unit::Count.shown(far.km).number;
    format!(
        "{km}\u{a0}km{comma}{name}: light in straight glass fibre would be back after {straight}. \
         Usual paths take 2.1 times that, {rtt}."
    )
}
