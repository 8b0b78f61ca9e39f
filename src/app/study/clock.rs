//! The time, as the reader's device tells it.

use crate::study::Moment;

/// Now. Only in the browser: never while a page is being built.
#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds since 1970 and minutes of a time zone are whole and far below the range"
)]
pub(crate) fn now() -> Moment {
    let zone = js_sys::Date::new_0().get_timezone_offset();
    Moment { ms: js_sys::Date::now() as i64, zone: -(zone as i32) }
}
