//! How much waits in the review: counted by whoever keeps the log, read by the bar of every page,
//! which may be in a program without the log.

use gloo::events::EventListener;
use yew::prelude::*;

use super::site::use_site;
use super::storage::{set_setting, setting};
use super::study::clock::now;

/// The name under which the days are kept.
const DUE: &str = "due";

/// The event that tells a page of other days.
const CHANGED: &str = "rt-due";

/// Keeps the days on which cards are due, in order, and tells the page.
pub(crate) fn keep(days: &[i32]) {
    let line = days.iter().map(ToString::to_string).collect::<Vec<String>>().join(" ");
    if setting(DUE).as_deref() != Some(&line) {
        set_setting(DUE, &line);
        super::browser_facts::tell(CHANGED);
    }
}

/// How many cards are due by now; what is damaged does not count.
#[hook]
pub(crate) fn use_due() -> usize {
    let live = use_site().live;
    let update = use_force_update();
    use_effect_with((), move |()| {
        let window = gloo::utils::window();
        let listeners = [CHANGED, "focus", "storage"].map(|event| {
            let update = update.clone();
            EventListener::new(&window, event, move |_| update.force_update())
        });
        move || drop(listeners)
    });
    if live { count(&setting(DUE).unwrap_or_default(), now().day().0) } else { 0 }
}

/// How many of some days have come.
fn count(days: &str, today: i32) -> usize {
    days.split(' ').filter_map(|day| day.parse::<i32>().ok()).filter(|day| *day <= today).count()
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn days_that_have_come_are_counted_and_damaged_ones_are_not() {
        assert_eq!([0, 19, 20, 21].map(|today| count("0 20 20 21", today)), [1, 1, 3, 4]);
        assert_eq!([count("", 20), count("x 20 --", 20)], [0, 1]);
    }
}
