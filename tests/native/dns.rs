//! Every message of DNS in every run, read by hickory-proto.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use hickory_proto::op::Message as Theirs;
use roundtrip::scenario::{self, CATALOGUE, Setup, Topic};
use roundtrip::wire::Protocol;
use roundtrip::wire::dns::Message;

#[test]
fn hickory_reads_every_message_of_every_scenario() {
    let mut read = 0;
    for scenario in CATALOGUE.iter().filter(|one| one.about().topic == Topic::Dns) {
        let about = scenario.about();
        let names = about.presets.iter().filter(|preset| preset.failure);
        let presets = [None].into_iter().chain(names.map(|preset| Some(preset.name)));
        for preset in presets {
            let setup = Setup::new(about);
            let setup = match preset {
                Some(name) => setup.with_preset(about, name).unwrap(),
                None => setup,
            };
            for packet in scenario::run(*scenario, &setup).trace.packets() {
                let carried = &packet.sent.packet;
                let whole = carried.datagram().is_some() && !carried.is_piece();
                if !whole || carried.label().protocol != Protocol::Dns {
                    continue;
                }
                let bytes = carried.body.to_vec();
                let what = format!("{} {preset:?} packet {}", about.id, packet.sent.id.0);
                let ours = Message::decode(&bytes).expect(&what);
                let theirs = Theirs::from_vec(&bytes).expect(&what);
                assert_eq!(theirs.metadata.id, ours.id, "{what}");
                assert_eq!(theirs.queries.len(), ours.questions.len(), "{what}");
                assert_eq!(theirs.answers.len(), ours.answers.len(), "{what}");
                assert_eq!(theirs.authorities.len(), ours.authorities.len(), "{what}");
                assert_eq!(theirs.edns.is_some(), ours.edns.is_some(), "{what}");
                read += 1;
            }
        }
    }
    assert!(read > 500, "only {read} messages were read");
}
