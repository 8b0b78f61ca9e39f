//! Numbered steps with their times, so that a long command is never silent.

use std::time::{Duration, Instant};

use crate::failure::Outcome;

/// The steps of a command.
#[derive(Debug)]
pub struct Progress {
    start: Instant,
    total: usize,
    step: usize,
}

impl Progress {
    /// A command of `total` steps begins now.
    #[must_use]
    pub fn new(total: usize) -> Self {
        Self { start: Instant::now(), total, step: 0 }
    }

    /// Says what begins, does it, and says how long it took.
    ///
    /// # Errors
    /// Those of the work.
    pub fn step<T>(&mut self, title: &str, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
        self.step += 1;
        println!("[{}/{}] {title}", self.step, self.total);
        let begin = Instant::now();
        let result = work();
        let ending = if result.is_ok() { "done" } else { "failed" };
        let (took, all) = (text(begin.elapsed()), text(self.start.elapsed()));
        println!("[{}/{}] {ending} in {took}, {all} in all", self.step, self.total);
        result
    }
}

/// `0.4 s` or `3 min 20 s`.
fn text(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        return format!("{seconds}.{} s", time.subsec_millis() / 100);
    }
    format!("{} min {:02} s", seconds / 60, seconds % 60)
}

#[test]
fn times_are_read_at_a_glance() {
    assert_eq!(text(Duration::from_millis(450)), "0.4 s");
    assert_eq!(text(Duration::from_secs(200)), "3 min 20 s");
    assert_eq!(text(Duration::from_secs(3_661)), "61 min 01 s");
}
