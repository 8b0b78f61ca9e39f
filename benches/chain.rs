//! What the chain from a slider to a picture costs natively: `cargo xtask bench`.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod stages;

use std::time::Instant;

fn main() {
    let start = Instant::now();
    print!("{}", stages::table("natively", || start.elapsed().as_secs_f64() * 1_000.0));
}
