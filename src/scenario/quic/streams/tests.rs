//! T20: who waits for a lost packet.

use super::{QuicStreams, chance};
use crate::scenario::testing::{run_preset, value};
use crate::scenario::{Params, Scenario, Setup, run};

/// The share of streams that wait over many seeds, in parts per million, and what the formula
/// says.
fn share(settings: &str, seeds: u64) -> (u64, u64) {
    let about = QuicStreams.about();
    let (params, problems) = Params::parse(about.params, settings);
    assert_eq!(problems, []);
    let (mut sum, mut expected) = (0, 0);
    for seed in 0..seeds {
        let setup = Setup { params: params.clone(), seed, ..Setup::new(about) };
        let run = run(&QuicStreams, &setup);
        sum += value(&run, "delayed-share").unwrap();
        expected = value(&run, "expected-share").unwrap();
    }
    (sum / seeds, expected)
}

#[test]
fn the_formula_gives_the_shares_that_everyone_quotes() {
    let per_mille = |loss, packets| (chance(loss, packets) + 500) / 1_000;
    assert_eq!([per_mille(10_000, 120), per_mille(10_000, 20)], [701, 182]);
    assert_eq!([per_mille(20_000, 100), per_mille(20_000, 10)], [867, 183]);
}

#[test]
fn over_many_seeds_18_percent_of_streams_wait_on_quic_and_70_on_tcp() {
    let (quic, expected) = share("rtt=20ms", 150);
    assert!(quic.abs_diff(expected) < 40_000, "{quic} for {expected}");
    let (tcp, expected) = share("rtt=20ms stack=tcp", 150);
    assert!(tcp.abs_diff(expected) < 60_000, "{tcp} for {expected}");
}

#[test]
fn one_lost_packet_holds_up_one_stream_on_quic_and_all_later_bytes_on_tcp() {
    let quic = run_preset(&QuicStreams, "one-loss");
    assert_eq!(value(&quic, "delayed"), Some(1));
    assert!(quic.step("goes-on").is_some());
    let tcp = run_preset(&QuicStreams, "one-loss-tcp");
    assert_eq!(value(&tcp, "delayed"), Some(6));
    assert!(tcp.step("goes-on").is_none());
    let waiting = |run| value(run, "waiting").unwrap();
    assert!(waiting(&tcp) > 0);
}
