//! Who waits in TIME-WAIT, for how long, and what a lost part of the close costs.

use super::TcpClose;
use crate::scenario::testing::{kinds, millis, run_preset, run_with, states, value};

#[test]
fn only_the_side_that_closes_first_waits() {
    for (closer, other) in [("client", "server"), ("server", "client")] {
        let run = run_with(&TcpClose, &format!("closer={closer}"), &[]);
        let path = states(&run, closer);
        assert_eq!(path[path.len() - 4..], ["FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "CLOSED"]);
        let path = states(&run, other);
        assert_eq!(path[path.len() - 3..], ["CLOSE-WAIT", "LAST-ACK", "CLOSED"]);
    }
}

#[test]
fn time_wait_lasts_60_seconds_on_linux_and_240_by_the_standard() {
    let run = run_with(&TcpClose, "", &[]);
    assert_eq!(millis(&run, "time-wait"), Some(60_000));
    let run = run_with(&TcpClose, "profile=rfc", &[]);
    assert_eq!(millis(&run, "time-wait"), Some(240_000));
}

#[test]
fn closing_takes_one_round_trip_if_the_peer_closes_at_once() {
    for rtt in [1, 100, 600] {
        let run = run_with(&TcpClose, &format!("rtt={rtt}ms"), &[]);
        assert_eq!(millis(&run, "close"), Some(rtt));
    }
}

#[test]
fn closing_at_once_on_both_sides_passes_through_closing() {
    let run = run_preset(&TcpClose, "simultaneous");
    for host in ["client", "server"] {
        let path = states(&run, host);
        assert_eq!(path[path.len() - 4..], ["FIN-WAIT-1", "CLOSING", "TIME-WAIT", "CLOSED"]);
    }
}

#[test]
fn a_lost_fin_is_sent_again_after_the_time_out() {
    let run = run_preset(&TcpClose, "lost-fin");
    assert_eq!(value(&run, "retransmissions"), Some(1));
    // RTO = SRTT + max(4 RTTVAR, 200 ms): with the first sample of 100 ms, 300 ms.
    assert_eq!(millis(&run, "close"), Some(400));
}

#[test]
fn a_lost_last_ack_makes_the_peer_repeat_its_fin() {
    let run = run_preset(&TcpClose, "lost-last-ack");
    assert!(run.step("fin-again").is_some());
    let again = run.trace.packets().find(|packet| packet.sent.retransmits.is_some()).unwrap();
    assert_eq!(run.trace.host(again.from).name, "server");
    assert_eq!(states(&run, "server").last(), Some(&"CLOSED"));
}

#[test]
fn a_reset_ends_both_sides_without_waiting() {
    let run = run_preset(&TcpClose, "reset");
    assert_eq!(kinds(&run).last().map(String::as_str), Some("rst"));
    assert_eq!(value(&run, "time-wait"), None);
    assert_eq!(millis(&run, "total"), Some(50));
    assert!(!states(&run, "client").contains(&"TIME-WAIT"));
}

#[test]
fn after_a_half_close_the_other_side_may_still_send() {
    let run = run_preset(&TcpClose, "half-close");
    let fin = run.step("fin").unwrap().at;
    let later: u64 = run
        .trace
        .packets()
        .filter(|packet| packet.at > fin && packet.from.0 == 1)
        .map(|packet| packet.sent.packet.body.len())
        .sum();
    assert_eq!(later, 4344);
    assert_eq!(states(&run, "client").last(), Some(&"CLOSED"));
}
