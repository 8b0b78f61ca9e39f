//! The names above the lanes: side by side where there is room, on two lines where there is not.

use super::parts::{Lane, LaneHead};
use super::px::Px;
use super::text::{self, Weight};

/// Where what stands under a title stands.
pub const UNDER: Px = Px::new(34);
/// The size of what stands under a title.
pub const SMALL: Px = Px::new(12);
/// Names keep this far from each other.
const APART: Px = Px::new(5);

/// Before the names have their places.
pub(super) const NOWHERE: LaneHead = LaneHead { x: Px::ZERO, y: Px::ZERO, size: Px::ZERO };

/// Gives the names of lanes their places, from the widest letters that a browser may have.
pub(super) fn place(lanes: &mut [Lane], width: Px) {
    let away = " away";
    if !fits(lanes, 1, width, |lane| text::width(&lane.subtitle, SMALL, Weight::Regular)) {
        for lane in lanes.iter_mut() {
            if let Some(short) = lane.subtitle.strip_suffix(away) {
                lane.subtitle = short.to_owned();
            }
        }
    }
    let title = |size: Px| move |lane: &Lane| text::width(lane.title, size, Weight::Bold);
    let sizes = [14, 12].map(Px::new);
    let side_by_side = sizes.into_iter().find(|size| fits(lanes, 1, width, title(*size)));
    let small = |lane: &Lane| text::width(&lane.subtitle, SMALL, Weight::Regular);
    let spare = fits(lanes, 1, width, small);
    let (size, lines) = match side_by_side {
        Some(size) if spare => (size, None),
        Some(size) => (size, Some([Px::new(26), Px::new(26)])),
        None => {
            let fitting = [12, 11, 10].map(Px::new);
            let size = fitting.into_iter().find(|size| fits(lanes, 2, width, title(*size)));
            (size.unwrap_or(Px::new(10)), Some([Px::new(17), Px::new(34)]))
        }
    };
    for (nth, lane) in lanes.iter_mut().enumerate() {
        if lines.is_some() {
            lane.subtitle.clear();
        }
        let own = if lane.subtitle.is_empty() { Px::new(26) } else { Px::new(18) };
        let y = lines.map_or(own, |lines| lines[nth % 2]);
        let widest = text::width(lane.title, size, Weight::Bold).max(small(lane));
        lane.head = LaneHead { x: middle(lane.x, widest, width), y, size };
    }
}

/// The middle of words under which a lane stands, moved into the picture.
fn middle(x: Px, wide: Px, width: Px) -> Px {
    let half = wide / 2 + Px::new(2);
    x.min(width - half).max(half)
}

/// Whether words of this width keep apart from those `every` so many lanes further.
fn fits(lanes: &[Lane], every: usize, width: Px, wide: impl Fn(&Lane) -> Px) -> bool {
    lanes.iter().zip(lanes.iter().skip(every)).all(|(lane, next)| {
        let (own, other) = (wide(lane), wide(next));
        let apart = middle(next.x, other, width) - middle(lane.x, own, width);
        own == Px::ZERO || other == Px::ZERO || apart >= (own + other) / 2 + APART
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes(names: &[(&'static str, &str, i32)]) -> Vec<Lane> {
        let lane = |(title, subtitle, x): &(&'static str, &str, i32)| Lane {
            name: "",
            title,
            subtitle: (*subtitle).to_owned(),
            x: Px::new(*x),
            head: NOWHERE,
        };
        names.iter().map(lane).collect()
    }

    fn placed(names: &[(&'static str, &str, i32)], width: i32) -> Vec<(String, i32, i32, i32)> {
        let mut lanes = lanes(names);
        place(&mut lanes, Px::new(width));
        let shown = |lane: Lane| {
            let head = lane.head;
            (lane.subtitle, head.x.round(), head.y.round(), head.size.round())
        };
        lanes.into_iter().map(shown).collect()
    }

    #[test]
    fn two_lanes_have_names_side_by_side_with_their_distance_under_them() {
        let found = placed(&[("Client", "you", 120), ("Server", "50 ms away", 310)], 390);
        assert_eq!(
            found,
            [("you".to_owned(), 120, 18, 14), ("50 ms away".to_owned(), 310, 18, 14)]
        );
    }

    #[test]
    fn three_lanes_on_a_phone_say_their_distance_shortly() {
        let names =
            [("Far", "50 ms away", 122), ("Client", "50 ms away", 190), ("Near", "you", 258)];
        let found = placed(&names, 336);
        let under: Vec<&str> = found.iter().map(|(under, ..)| under.as_str()).collect();
        assert_eq!(under, ["50 ms", "50 ms", "you"]);
    }

    #[test]
    fn seven_lanes_on_a_phone_have_names_on_two_lines() {
        let names = ["Visitor", "Resolver", "Shop", "Network", "Near", "Middle", "Far"];
        let names: Vec<(&'static str, &str, i32)> =
            names.iter().zip(0..).map(|(name, nth)| (*name, "9 ms away", 64 + nth * 38)).collect();
        let found = placed(&names, 336);
        let lines: Vec<i32> = found.iter().map(|(_, _, y, _)| *y).collect();
        assert_eq!(lines, [17, 34, 17, 34, 17, 34, 17]);
        assert!(found.iter().all(|(under, _, _, size)| under.is_empty() && *size >= 11));
    }

    #[test]
    fn words_do_not_leave_the_picture() {
        let found = placed(&[("Authority", "", 10), ("B", "", 330)], 336);
        assert!(found[0].1 > 30, "{found:?}");
    }
}
