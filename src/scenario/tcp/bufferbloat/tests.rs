//! How much a queue adds to the round trip.

use super::TcpBufferbloat;
use crate::scenario::testing::{run_preset, run_with, value};

#[test]
fn a_megabyte_before_ten_megabits_adds_800_ms() {
    for congestion in ["cubic", "reno"] {
        let run = run_with(&TcpBufferbloat, &format!("congestion={congestion}"), &[]);
        let loaded = value(&run, "loaded-rtt").unwrap() / 1_000_000;
        assert!((800..=842).contains(&loaded), "{congestion}: {loaded} ms");
        // What the sender itself has measured says the same.
        let measured = value(&run, "rtt-max").unwrap() / 1_000_000;
        assert!(measured.abs_diff(840) * 100 <= 5 * 840, "{congestion}: {measured} ms");
    }
}

#[test]
fn a_queue_as_large_as_the_path_gives_as_much_with_a_tenth_of_the_delay() {
    let (large, right) =
        (run_with(&TcpBufferbloat, "", &[]), run_preset(&TcpBufferbloat, "right-size"));
    let (more, less) = (value(&large, "throughput").unwrap(), value(&right, "throughput").unwrap());
    assert!(less * 100 >= 95 * more, "{less}, {more}");
    assert_eq!(value(&right, "path"), Some(50_000));
    assert!(value(&right, "loaded-rtt").unwrap() <= 81_500_000);
}
