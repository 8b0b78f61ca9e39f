//! A writer and its send buffer, a reader and its window.

use core::time::Duration;

use expect_test::expect;

use super::{Act, When, bench, ending, send, sends, story};

fn notes(text: &str, name: &str) -> String {
    text.lines().filter(|line| line.contains(name)).collect::<Vec<&str>>().join("\n")
}

#[test]
fn a_full_send_buffer_takes_what_fits_and_says_when_a_third_is_free() {
    let script = vec![(When::Established, vec![send(50_000)])];
    let trace = bench(script, Vec::new()).config(|config| config.send_buffer = Some(30_000)).run();
    let story = story(&trace);
    expect!["100.000    client note: 20000 B do not fit"].assert_eq(&notes(&story, "do not fit"));
    expect!["200.000    client note: room for 10136 B"].assert_eq(&notes(&story, "room for"));
    // What did not fit was never sent.
    let last = sends(&trace, 0).lines().rfind(|line| line.contains("data")).map(str::to_owned);
    expect!["200.000 data seq 28961, 1040 B"].assert_eq(&last.unwrap_or_default());
}

#[test]
fn a_window_grows_again_only_when_a_sixteenth_of_the_buffer_is_free() {
    let wait = || Act::Wait(Duration::from_millis(100));
    let reads = [Act::Pause, Act::Wait(Duration::from_secs(1))];
    let reads = reads.into_iter().chain((0..5).flat_map(|_| [Act::Read(2_000), wait()]));
    let trace = bench(
        vec![(When::Established, vec![send(200_000)])],
        vec![(When::Established, reads.collect())],
    )
    .config(|config| {
        config.receive_window = 131_072;
        config.autotune = false;
    })
    .limit(2)
    .run();
    // 8,192 bytes are a sixteenth.
    expect!["1550.000 window update win 10000"].assert_eq(&notes(&sends(&trace, 1), "update"));
}

#[test]
fn what_waits_is_handed_over_before_the_end_of_the_peer() {
    let wait = Act::Wait(Duration::from_millis(500));
    let acts = vec![Act::Pause, wait.clone(), Act::Read(600), wait, Act::Read(600)];
    let trace = bench(
        vec![(When::Established, vec![send(1_000), Act::Close])],
        vec![(When::Established, acts), (When::PeerClosed, vec![Act::Close])],
    )
    .run();
    expect![[r#"
        1150.000   server CLOSE-WAIT -> LAST-ACK
        1200.000   client FIN-WAIT-2 -> TIME-WAIT
        1200.000   client > server: Flags [.], ack 2, win 63, options [nop,nop,TS val 1201 ecr 1151], length 0
        1200.000   client note: closed in order
        1250.000   server LAST-ACK -> CLOSED
        1250.000   server note: closed in order
        61200.000  client timer time-wait fired
        61200.000  client TIME-WAIT -> CLOSED"#]].assert_eq(&ending(&trace, 8));
}
