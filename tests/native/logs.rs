//! Logs in the format qlog, as the readers of others see them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use expect_test::expect_file;
use qlog::reader::QlogSeqReader;
use roundtrip::export::qlog::{Version, of_run};
use roundtrip::scenario::{self, CATALOGUE, Run, Setup};
use roundtrip::sim::trace::HostId;

fn run(id: &str, preset: &str) -> Run {
    let scenario = scenario::find(id).unwrap();
    let setup = Setup::new(scenario.about()).with_preset(scenario.about(), preset).unwrap();
    scenario::run(scenario, &setup)
}

/// Reads a log with the reader of another program; returns how many records are events.
fn read_by_another(log: &str) -> usize {
    let bytes = std::io::Cursor::new(log.as_bytes().to_vec());
    QlogSeqReader::new(Box::new(bytes)).unwrap().count()
}

#[test]
fn another_program_reads_every_record_of_every_host() {
    for scenario in CATALOGUE {
        let run = scenario::run(*scenario, &Setup::new(scenario.about()));
        for (_, host) in run.trace.hosts.iter().zip(0..) {
            let log = of_run(&run, HostId(host), Version::Draft);
            let records = log.matches('\u{1e}').count();
            assert_eq!(read_by_another(&log), records - 1, "{}", run.scenario);
        }
    }
}

#[test]
fn a_log_of_the_current_draft_looks_like_this() {
    let log = of_run(&run("tcp-open", "lost-syn"), HostId(0), Version::Draft);
    expect_file!["../golden/qlog-draft.sqlog"].assert_eq(&log);
}

#[test]
fn a_log_for_qvis_looks_like_this() {
    let log = of_run(&run("tcp-open", "lost-syn"), HostId(0), Version::Older);
    expect_file!["../golden/qlog-03.sqlog"].assert_eq(&log);
}

/// The fields without which the views of qvis draw nothing.
#[test]
fn qvis_finds_what_it_draws() {
    let log = of_run(&run("tcp-loss", "middle"), HostId(1), Version::Older);
    let mut records = log
        .split('\u{1e}')
        .skip(1)
        .map(|record| serde_json::from_str::<serde_json::Value>(record).unwrap());
    let header = records.next().unwrap();
    assert_eq!(header["qlog_version"], "0.3");
    assert_eq!(header["qlog_format"], "JSON-SEQ");
    assert!(header["trace"]["vantage_point"]["type"].is_string());
    let (mut sent, mut acked, mut lost) = (0, 0, 0);
    for event in records {
        assert!(event["time"].is_number());
        let data = &event["data"];
        match event["name"].as_str().unwrap() {
            "transport:packet_sent" | "transport:packet_received" => {
                assert!(data["header"]["packet_number"].is_number());
                assert!(data["raw"]["length"].is_number());
                sent += u32::from(event["name"] == "transport:packet_sent");
                for frame in data["frames"].as_array().unwrap() {
                    acked += u32::from(frame["frame_type"] == "ack");
                }
            }
            "recovery:packet_lost" => lost += 1,
            "recovery:metrics_updated" => {}
            other => panic!("{other}"),
        }
    }
    assert!(sent > 10 && acked > 5);
    assert_eq!(lost, 1);
}
