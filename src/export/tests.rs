//! What stands in exported files.

use super::{frames, pcapng};
use crate::scenario::{self, Run, Setup};

fn run(id: &str, preset: &str) -> Run {
    let scenario = scenario::find(id).unwrap();
    let setup = Setup::new(scenario.about()).with_preset(scenario.about(), preset).unwrap();
    scenario::run(scenario, &setup)
}

#[test]
fn every_packet_is_in_the_capture_once_with_what_happened_to_it() {
    let run = run("tcp-open", "lost-syn");
    let frames: Vec<_> = frames(&run).collect();
    assert_eq!(frames.len(), run.trace.packets().count());
    assert!(frames[0].comment.starts_with("SYN seq 0 (never arrives: scripted). "));
    assert!(!frames[0].again && frames[1].again);
}

#[test]
fn a_capture_is_whole_blocks_one_behind_the_other() {
    let bytes = pcapng::of_run(&run("http1-get", "lan"));
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    let (mut at, mut kinds) = (0, Vec::new());
    while at < bytes.len() {
        let len = word(at + 4) as usize;
        assert_eq!(word(at + len - 4) as usize, len);
        kinds.push(word(at));
        at += len;
    }
    assert_eq!(at, bytes.len());
    assert_eq!(kinds[..4], [0x0a0d_0d0a, 1, 1, 4]);
    assert!(kinds[4..].iter().all(|kind| *kind == 6));
}
