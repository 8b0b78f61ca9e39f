//! BBR version 1 and pacing, beside Linux 6.18.

use expect_test::expect;

use super::{Act, Bench, When, bench, send, sends, story};
use crate::proto::tcp::profile::Algorithm;
use crate::sim::link::Queue;
use crate::sim::trace::{Trace, TraceEvent};

fn bbr() -> Bench {
    bench(
        vec![(When::Established, vec![send(100)])],
        vec![(When::Received(100), vec![send(1_000_000), Act::Close])],
    )
    .config(|config| {
        config.profile.algorithm = Algorithm::Bbr;
    })
}

/// Milliseconds from the SYN to the last byte.
fn completion(trace: &Trace) -> u64 {
    let arrivals = trace.entries.iter().filter(|entry| entry.host.0 == 0);
    let data = arrivals.filter(|entry| match &entry.event {
        TraceEvent::PacketReceived { id, .. } => {
            trace.packet(*id).is_some_and(|packet| !packet.sent.packet.body.is_empty())
        }
        _ => false,
    });
    data.map(|entry| entry.at.as_nanos() / 1_000_000).max().unwrap_or(0)
}

#[test]
fn a_megabyte_takes_as_long_as_on_linux() {
    let done = completion(&bbr().run());
    // Measured: 848 ms.
    assert!(done.abs_diff(848) * 100 <= 4 * 848, "{done} ms");
}

#[test]
fn segments_leave_one_after_the_other() {
    let trace = bbr().run();
    let sent = sends(&trace, 1);
    let second: Vec<&str> =
        sent.lines().filter(|line| line.contains("data")).skip(10).take(4).collect();
    expect![[r#"
        250.000 data seq 14481, 1448 B
        251.749 data seq 15929, 1448 B
        255.248 data seq 17377, 1448 B
        258.747 data seq 18825, 1448 B"#]]
    .assert_eq(&second.join("\n"));
}

#[test]
fn the_start_ends_when_the_bandwidth_no_longer_grows() {
    let mut bench = bbr();
    bench.server = vec![(When::Received(100), vec![send(4_000_000)])];
    bench.link.rate_bps = Some(10_000_000);
    bench.link.queue = Queue::Bytes(1_000_000);
    let trace = bench.run();
    let modes: Vec<String> =
        story(&trace).lines().filter(|line| line.contains("BBR")).map(str::to_owned).collect();
    expect![[r#"
        1711.313   server note: BBR: DRAIN
        1996.913   server note: BBR: PROBE_BW"#]]
    .assert_eq(&modes.join("\n"));
}

#[test]
fn without_a_model_pacing_is_off_unless_asked_for() {
    let first = |pacing: bool| {
        let mut bench = bbr().config(|config| {
            config.profile.algorithm = Algorithm::Cubic;
            config.pacing = pacing;
        });
        bench.limit = Some(1);
        let trace = bench.run();
        let sent = sends(&trace, 1);
        let data = sent.lines().filter(|line| line.contains("data")).skip(10).take(3);
        data.map(|line| line.split(' ').next().unwrap_or("").to_owned()).collect::<Vec<_>>()
    };
    expect![[r#"
        ["250.000", "250.000", "250.000"]
        ["250.000", "252.272", "254.772"]"#]]
    .assert_eq(&format!("{:?}\n{:?}", first(false), first(true)));
}

#[test]
fn a_lossy_path_delivers_everything() {
    let mut bench = bbr();
    bench.link.loss = crate::sim::link::Loss::Each { ppm: 30_000 };
    let trace = bench.run();
    assert!(story(&trace).contains("FIN-WAIT-1 -> FIN-WAIT-2"), "{}", super::ending(&trace, 5));
}
