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

#[test]
fn bbr_keeps_the_queue_short_and_the_rate_high() {
    let run = run_preset(&TcpBufferbloat, "bbr");
    let path = value(&run, "path").unwrap();
    assert_eq!(path, 50_000);
    // The window is twice the path, and some segments for bursts.
    let most = value(&run, "settled-flight").unwrap();
    assert!(most <= 2 * path + 10 * 1_448, "{most}");
    // Four packets for 200 ms, every ten seconds.
    assert_eq!(value(&run, "least-flight"), Some(4 * 1_448));
    let rtt = value(&run, "settled-rtt").unwrap() / 1_000_000;
    // A quarter more in flight now and then, and what leaves at once.
    assert!(rtt <= 40 * 3 / 2 + 3, "{rtt} ms");
    // 95 % of what 10 Mbit/s can carry: 1,448 bytes of each 1,500 are data.
    let throughput = value(&run, "throughput").unwrap();
    let line = 1_250_000 * 1_448 / 1_500;
    assert!(throughput * 100 >= 95 * line, "{throughput}, {line}");
    let probes = run.trace.entries.iter().filter(|entry| {
        use crate::sim::{endpoint::Event, trace::TraceEvent};
        let is = |event: &TraceEvent| {
            matches!(event, TraceEvent::Endpoint(Event::Note { name: "bbr-probe-rtt", .. }))
        };
        entry.host == super::SERVER && is(&entry.event)
    });
    assert_eq!(probes.count(), 2);
    // CUBIC in the same queue.
    let cubic = value(&run_with(&TcpBufferbloat, "", &[]), "settled-rtt").unwrap() / 1_000_000;
    assert!(cubic >= 10 * rtt, "{cubic} ms, {rtt} ms");
}
