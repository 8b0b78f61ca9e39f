//! The command line as a person uses it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::process::{Command, Output, Stdio};

fn roundtrip(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_roundtrip")).args(arguments).output().expect("it starts")
}

/// What a mistake says; it ends with exit code 2 and prints nothing on standard output.
fn mistake(arguments: &[&str]) -> String {
    let output = roundtrip(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert_eq!(output.stdout, b"", "{arguments:?}");
    String::from_utf8(output.stderr).expect("it is text")
}

/// What a command prints; it succeeds and says nothing on standard error.
fn success(arguments: &[&str]) -> String {
    let output = roundtrip(arguments);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
    assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    String::from_utf8(output.stdout).expect("it is text")
}

#[test]
fn list_names_every_scenario() {
    let text = success(&["list"]);
    for id in ["tcp-open", "tcp-close", "tcp-loss", "tcp-slow-start", "http1-get"] {
        assert!(text.lines().any(|line| line.starts_with(&format!("{id}  "))), "{id}");
    }
    let json: serde_json::Value = serde_json::from_str(&success(&["list", "--json"])).unwrap();
    let first = &json["scenarios"][0];
    assert_eq!(first["id"], "tcp-open");
    assert_eq!(first["params"][0]["key"], "rtt");
    assert_eq!(first["params"][0]["default"], "100ms");
    assert_eq!(first["steps"][0]["name"], "syn");
}

#[test]
fn run_prints_what_happened() {
    let text = success(&["run", "tcp-open", "rtt=80ms"]);
    assert!(text.contains("client > server: Flags [S], seq 0, win 64240"), "{text}");
    assert!(text.contains("\nconnect          80"), "{text}");
}

#[test]
fn run_as_json_is_one_object_with_whole_nanoseconds() {
    let text = success(&["run", "tcp-open", "--preset", "lost-syn", "--format", "json"]);
    assert_eq!(text.lines().count(), 1);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["scenario"], "tcp-open");
    assert_eq!(json["params"]["lost-syns"], "1");
    assert_eq!(json["seed"], 1);
    let syn = json["entries"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["event"] == "packet_sent")
        .unwrap();
    assert_eq!(
        (&syn["t_ns"], &syn["host"], &syn["to"]),
        (&0.into(), &"client".into(), &"server".into())
    );
    assert_eq!(syn["fate"], "dropped");
    let tcp = &syn["layers"][1];
    assert_eq!((&tcp["protocol"], &tcp["size"]), (&"tcp".into(), &40.into()));
    for field in ["flags", "seq", "ack", "len", "win", "options"] {
        assert!(!tcp["fields"][field].is_null(), "{field}: {tcp}");
    }
    let connect = json["measures"].as_array().unwrap().iter().find(|m| m["name"] == "connect");
    assert_eq!(connect.unwrap()["value"], 1_100_000_000);
    assert_eq!(json["steps"][0]["name"], "syn");
    assert_eq!(json["ledger"]["lost"], 1);
}

#[test]
fn run_takes_parameters_presets_faults_and_a_seed() {
    let text = success(&[
        "run",
        "tcp-open",
        "rtt=40ms",
        "--preset",
        "lost-syn",
        "--fault",
        "delay:ack#1:200ms",
        "--seed",
        "7",
    ]);
    let head = text.lines().nth(1).unwrap();
    for part in ["rtt=40ms", "lost-syns=1", "fault=delay:ack#1:200ms", "seed=7"] {
        assert!(head.contains(part), "{head}");
    }
}

#[test]
fn run_as_svg_is_one_picture_with_its_messages() {
    let text = success(&["run", "tcp-open", "--format", "svg"]);
    assert!(text.starts_with("<svg ") && text.trim_end().ends_with("</svg>"), "{text}");
    for part in
        ["xmlns=\"http://www.w3.org/2000/svg\"", "<title", "<desc", "SYN-ACK", "ESTABLISHED"]
    {
        assert!(text.contains(part), "{part}");
    }
}

#[test]
fn run_as_mermaid_is_a_sequence_diagram() {
    let text = success(&["run", "tcp-open", "--preset", "lost-syn", "--format", "mermaid"]);
    assert!(text.starts_with("sequenceDiagram\n    participant h_client as Client\n"), "{text}");
    assert!(
        text.contains("h_client-xh_server: ") && text.contains("h_server->>h_client: "),
        "{text}"
    );
}

#[test]
fn equal_commands_print_equal_bytes() {
    let arguments = ["run", "tcp-slow-start", "loss=2%", "--seed", "3", "--format", "json"];
    assert_eq!(success(&arguments), success(&arguments));
}

#[test]
fn an_unknown_name_gets_the_nearest_right_one() {
    for (arguments, message) in [
        (&["run", "tcp-opn"][..], "there is no scenario `tcp-opn`: did you mean `tcp-open`?"),
        (&["run", "tcp-open", "rt=1ms"], "there is no parameter `rt`: did you mean `rtt`?"),
        (
            &["run", "tcp-open", "--preset", "lost-sin"],
            "there is no preset `lost-sin`: did you mean `lost-syn`?",
        ),
        (
            &["run", "tcp-open", "profile=linus"],
            "profile: `linus` is not one of `linux` and `rfc`: did you mean `linux`?",
        ),
        (
            &["run", "tcp-open", "--fault", "drop:syn-akc#1"],
            "fault: `syn-akc` is no kind of packet and no host: did you mean `syn-ack`?",
        ),
        (&["run", "tcp-open", "rtt=80"], "rtt: `80` has no unit: write `80ms` or `80s`"),
        (&["run", "tcp-open", "rtt=1h"], "rtt: `h` is no unit of time: use ns, us, ms, s or min"),
        (&["run", "tcp-open", "rtt=20s"], "rtt: `20s` is not between 1ms and 1s: 1s is nearest"),
        (&["run", "tcp-open", "--seed", "x"], "seed: `x` is no whole number, such as `1`"),
        (&["run", "tcp-open", "fast"], "`fast` sets nothing: write KEY=VALUE, such as rtt=80ms"),
    ] {
        assert_eq!(mistake(arguments), format!("error: {message}\n"));
    }
}

#[test]
fn all_mistakes_are_named_at_once() {
    let text = mistake(&["run", "tcp-open", "rtt=x", "los=1%", "--preset", "none"]);
    assert_eq!(text.lines().count(), 3, "{text}");
}

#[test]
fn run_writes_captures_and_logs() {
    let path = std::env::temp_dir().join(format!("roundtrip-{}.pcapng", std::process::id()));
    let file = path.to_str().expect("the path is text");
    assert_eq!(success(&["run", "tcp-open", "--format", "pcapng", "-o", file]), "");
    let bytes = std::fs::read(&path).expect("it was written");
    std::fs::remove_file(&path).expect("it goes");
    assert_eq!(bytes[..4], [0x0a, 0x0d, 0x0d, 0x0a]);
    let log = success(&["run", "tcp-open", "--format", "qlog", "--at", "server"]);
    assert!(log.contains(r#""vantage_point":{"name":"server""#), "{log}");
    let older = success(&["run", "tcp-open", "--format", "qlog03"]);
    assert!(older.contains(r#""qlog_version":"0.3""#), "{older}");
    let text = mistake(&["run", "tcp-open", "--format", "qlog", "--at", "servr"]);
    assert_eq!(text, "error: there is no host `servr`: did you mean `server`?\n");
}

#[test]
fn an_unknown_format_or_command_names_the_right_ones() {
    let text = mistake(&["run", "tcp-open", "--format", "jsn"]);
    assert!(text.contains("'jsn'") && text.contains("json") && text.contains("text"), "{text}");
    assert!(mistake(&["rum"]).contains("run"));
    assert!(mistake(&[]).contains("Usage"));
}

#[test]
fn help_and_version_go_to_standard_output() {
    assert!(success(&["--help"]).contains("list"));
    assert!(success(&["run", "--help"]).contains("--preset"));
    assert!(success(&["--version"]).starts_with("roundtrip "));
}

#[test]
fn output_goes_to_a_file_if_asked() {
    let directory = std::env::temp_dir().join(format!("roundtrip-cli-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let file = directory.join("run.json");
    let path = file.to_str().unwrap();
    assert_eq!(success(&["run", "tcp-open", "--format", "json", "-o", path]), "");
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text, success(&["run", "tcp-open", "--format", "json"]));
    let missing = directory.join("missing").join("run.json");
    let output = roundtrip(&["run", "tcp-open", "-o", missing.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: cannot write "));
    std::fs::remove_dir_all(&directory).unwrap();
}

#[test]
fn a_reader_that_stops_early_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_roundtrip"))
        .args(["run", "tcp-slow-start", "size=1MB", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

/// A peer whose link is its standard input, which may be handed to it as descriptor 3.
#[cfg(unix)]
fn peer(
    link: std::os::unix::net::UnixDatagram,
    shell: bool,
    arguments: &str,
) -> std::process::Child {
    let program = env!("CARGO_BIN_EXE_roundtrip");
    let mut command = if shell {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &format!("exec {program} peer --fd 3 {arguments} 3<&0 0</dev/null")]);
        command
    } else {
        let mut command = Command::new(program);
        command.args(["peer", "--fd", "0"]).args(arguments.split(' '));
        command
    };
    command.stdin(Stdio::from(std::os::fd::OwnedFd::from(link)));
    command.stdout(Stdio::piped()).spawn().expect("it starts")
}

#[cfg(unix)]
#[test]
fn two_peers_exchange_bytes_over_descriptors_and_close_in_order() {
    let (here, there) = std::os::unix::net::UnixDatagram::pair().unwrap();
    let server = peer(
        here,
        true,
        "--local 10.77.0.2 --remote 10.77.0.1:5001 --listen --send 70000 --expect 50000",
    );
    let client = peer(
        there,
        false,
        "--local 10.77.0.1 --remote 10.77.0.2:5001 --connect --send 50000 --expect 70000",
    );
    for (child, counts) in
        [(client, "sent 50000 B, received 70000 B"), (server, "sent 70000 B, received 50000 B")]
    {
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && text.starts_with(counts), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn a_peer_says_what_it_cannot_use() {
    let ends = "--local 10.77.0.1 --remote 10.77.0.2:5001 --send 1 --expect 1";
    let ask = |more: &str| {
        let all = format!("peer {ends} {more}");
        mistake(&all.split(' ').collect::<Vec<&str>>())
    };
    assert!(ask("--connect --profile bsd").contains("`bsd` is no profile: use linux or rfc"));
    assert!(ask("--connect --listen").contains("cannot be used with"));
    assert!(ask("--profile rfc").contains("--connect"));
}
