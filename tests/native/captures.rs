//! Captures as Wireshark's own reader sees them: `tshark`, with every check of a checksum on.
//!
//! All runs go into one file, each as a section of its own with addresses of its own, because
//! starting the reader takes longer than reading.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use roundtrip::export::{frames, pcapng};
use roundtrip::scenario::{self, CATALOGUE, Run, Setup};
use roundtrip::wire::Protocol;

/// What tshark is asked for about each packet.
const FIELDS: [&str; 7] = [
    "frame.protocols",
    "_ws.expert.severity",
    "_ws.expert.message",
    "_ws.malformed",
    "tcp.analysis.retransmission",
    "tcp.analysis.zero_window",
    "tcp.analysis.out_of_order",
];

/// What tshark calls a warning though it only says what happened on the wire.
const EVENTS: [&str; 11] = [
    "Connection reset (RST)",
    "suspected",
    "Previous segment",
    "is now completely full",
    "Zero Window",
    "Keep-Alive",
    "ACKed segment that wasn't captured",
    "Duplicate ACK",
    "D-SACK",
    "DNS query retransmission",
    "DNS response retransmission",
];

/// A run with its name and its first frame in the file.
struct Section {
    name: String,
    run: Run,
    protocols: BTreeSet<String>,
    counts: BTreeMap<&'static str, usize>,
    frames: usize,
}

/// Every scenario at its defaults and under each preset.
fn sections() -> Vec<Section> {
    let setups = CATALOGUE.iter().flat_map(|scenario| {
        let about = scenario.about();
        let plain = (about.id.to_owned(), Setup::new(about));
        let presets = about.presets.iter().map(|preset| {
            let setup = Setup::new(about).with_preset(about, preset.name).unwrap();
            (format!("{} {}", about.id, preset.name), setup)
        });
        let all: Vec<_> = core::iter::once(plain).chain(presets).collect();
        all.into_iter().map(|(name, setup)| (*scenario, name, setup))
    });
    // Another seed for each: readers take connections of QUIC with equal names for one.
    setups
        .zip(1..)
        .map(|((scenario, name, setup), seed)| {
            let setup = Setup { seed, ..setup };
            let run = scenario::run(scenario, &setup);
            let frames = frames(&run).count();
            let (protocols, counts) = (BTreeSet::new(), BTreeMap::new());
            Section { name, run, protocols, counts, frames }
        })
        .collect()
}

#[test]
fn wireshark_reads_every_capture_without_a_complaint_and_counts_the_same() {
    let mut sections = sections();
    let mut file = Vec::new();
    for (section, number) in sections.iter().zip(0..) {
        let mut capture = pcapng::of_run(&section.run);
        readdress(&mut capture, number);
        file.extend(capture);
    }
    let text = tshark(&file);
    let mut lines = text.lines();
    let mut problems = Vec::new();
    for section in &mut sections {
        for _ in 0..section.frames {
            let line = lines.next().expect("tshark has a line for each packet");
            problems.extend(section.read(line));
        }
        problems.extend(section.compare());
    }
    assert_eq!(lines.next(), None);
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

impl Section {
    /// Takes a packet's line; returns what tshark finds wrong with it.
    fn read(&mut self, line: &str) -> Vec<String> {
        let values: Vec<&str> = line.split('\t').collect();
        let value = |place: usize| values.get(place).copied().unwrap_or_default();
        self.protocols.extend(value(0).split([':', '\x1f']).map(str::to_owned));
        for (place, field) in FIELDS.iter().enumerate().skip(4) {
            *self.counts.entry(field).or_default() += usize::from(!value(place).is_empty());
        }
        let mut problems = Vec::new();
        if !value(3).is_empty() {
            problems.push(format!("{}: malformed: {line}", self.name));
        }
        for (severity, text) in value(1).split('\x1f').zip(value(2).split('\x1f')) {
            // Warnings and errors; notes only if they speak of checksums or ciphers.
            let serious = severity.parse::<u32>().is_ok_and(|level| level >= 0x60_0000);
            // What the run itself says about a packet.
            let comment = severity == "1048576";
            let bad = serious || text.contains("hecksum") || text.contains("ecrypt");
            // A message about a packet quotes its beginning, whose checksum covers the rest too.
            let quoted = value(0).contains("icmp:ip:") && text.contains("hecksum");
            let bad = bad && !comment && !quoted;
            if bad && !EVENTS.iter().any(|event| text.contains(event)) {
                problems.push(format!("{}: {text}", self.name));
            }
        }
        problems
    }

    /// What tshark counts otherwise than the run.
    fn compare(&self) -> Vec<String> {
        let count = |field| self.counts.get(field).copied().unwrap_or_default();
        // An acknowledgment that travels again takes no number and is nothing to tshark.
        let again = frames(&self.run).filter(|frame| {
            let segment = frame.packet.segment().filter(|_| frame.again);
            segment.is_some_and(|segment| segment.seq_len(frame.packet.body.len()) > 0)
        });
        let again = again.count();
        let zero = frames(&self.run).filter(|frame| is_zero_window(frame.packet)).count();
        // What comes again sooner than tshark believes possible it calls out of order.
        let theirs = count("tcp.analysis.retransmission") + count("tcp.analysis.out_of_order");
        let mut problems = Vec::new();
        // What was encrypted can only be seen by who has decrypted it.
        for (protocol, name) in [
            (Protocol::Tls, "tls"),
            (Protocol::Quic, "quic"),
            (Protocol::Http1, "http"),
            (Protocol::Dns, "dns"),
        ] {
            let ours = frames(&self.run)
                .any(|frame| frame.packet.about.units.iter().any(|unit| unit.protocol == protocol));
            if ours && !self.protocols.contains(name) {
                problems.push(format!("{}: tshark sees no {name}", self.name));
            }
        }
        // A forged segment moves tshark's idea of the number that comes next.
        let forged = ["tcp-sequence far", "tcp-sequence near"].contains(&self.name.as_str());
        if again != theirs && !forged {
            problems.push(format!(
                "{}: tshark counts {theirs} retransmissions, the run {again}",
                self.name
            ));
        }
        let theirs = count("tcp.analysis.zero_window");
        if zero != theirs {
            problems.push(format!(
                "{}: tshark counts {theirs} zero windows, the run {zero}",
                self.name
            ));
        }
        problems
    }
}

/// Whether a segment says that nothing fits.
fn is_zero_window(packet: &roundtrip::wire::Packet) -> bool {
    // SYN, FIN and RST say it without meaning it.
    packet.segment().is_some_and(|segment| segment.window == 0 && segment.flags.0 & 0b111 == 0)
}

/// Reads a file with tshark, one line a packet.
fn tshark(file: &[u8]) -> String {
    let path = std::env::temp_dir().join(format!("roundtrip-{}.pcapng", std::process::id()));
    std::fs::write(&path, file).unwrap();
    let mut command = Command::new("tshark");
    command.args(["-n", "-r"]).arg(&path).args(["-T", "fields", "-E", "separator=/t"]);
    command.args(["-E", "occurrence=a", "-E", "aggregator=\x1f"]);
    for check in ["ip.check_checksum", "tcp.check_checksum", "udp.check_checksum"] {
        command.args(["-o", &format!("{check}:TRUE")]);
    }
    command.args(["-o", "tcp.reassemble_out_of_order:TRUE"]);
    for field in FIELDS {
        command.args(["-e", field]);
    }
    let output = command.output().expect("tshark is there: `apt-get install tshark`");
    std::fs::remove_file(&path).unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "tshark: {told}");
    String::from_utf8(output.stdout).unwrap()
}

/// Moves all hosts of a capture into the network 10.`number`, so that the connections of several
/// captures are not taken for one. Checksums follow by RFC 1624, so a wrong one stays wrong.
fn readdress(capture: &mut [u8], number: u16) {
    let word = |bytes: &[u8], at: usize| {
        u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
    };
    let mut known: BTreeMap<[u8; 4], u8> = BTreeMap::new();
    let mut at = 0;
    while at < capture.len() {
        let len = word(capture, at + 4);
        if word(capture, at) == 6 {
            let captured = word(capture, at + 20);
            let packet = &mut capture[at + 28..at + 28 + captured];
            for side in [12, 16] {
                let old: [u8; 4] = packet[side..side + 4].try_into().unwrap();
                let next = u8::try_from(known.len() + 1).unwrap();
                let host = *known.entry(old).or_insert(next);
                let [high, low] = number.to_be_bytes();
                set_address(packet, side, [10, high, low, host]);
            }
        }
        at += len;
    }
}

fn set_address(packet: &mut [u8], at: usize, new: [u8; 4]) {
    let transport = match packet[9] {
        // Only a first piece has the checksum.
        _ if packet[6] & 0x1f != 0 || packet[7] != 0 => None,
        6 => Some(20 + 16),
        17 => Some(20 + 6).filter(|sum| packet[*sum..sum + 2] != [0, 0]),
        _ => None,
    };
    for half in [0, 2] {
        let old = u16::from_be_bytes([packet[at + half], packet[at + half + 1]]);
        let next = u16::from_be_bytes([new[half], new[half + 1]]);
        for sum in [Some(10), transport].into_iter().flatten() {
            let before = u16::from_be_bytes([packet[sum], packet[sum + 1]]);
            let mut total = u32::from(!before) + u32::from(!old) + u32::from(next);
            while total >> 16 != 0 {
                total = (total & 0xffff) + (total >> 16);
            }
            let [.., high, low] = (!total).to_be_bytes();
            packet[sum..sum + 2].copy_from_slice(&[high, low]);
        }
        packet[at + half..at + half + 2].copy_from_slice(&next.to_be_bytes());
    }
}
