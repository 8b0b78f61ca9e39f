//! `dns-secure`: answers that are checked from the root's key down.
//!
//! DNSSEC: RFC 4033 to 4035; extended errors RFC 8914.

use super::{
    ASKED, KINDS, LOOKUP, RESOLVER, STUB, ended, first, link, look_up, resolver, root_zone, said,
    server, size_at, stub, tld_zone, took, www, zone,
};
use crate::proto::dns::sign::{ECDSA, RSA};
use crate::proto::dns::{EDNS_SIZE, Resolver, Server, Signer, Stub, StubConfig, Zone};
use crate::scenario::find::{note, when};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{MS, failure, network};
use crate::scenario::setup::Preset;
use crate::scenario::{About, Fidelity, MeasureSpec, Scenario, StepSpec, Topic, Unit};
use crate::sim::trace::{EntryId, HostId, Trace};
use crate::sim::world::World;
use crate::wire::dns::{Data, Flags, Kind, Name};

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct DnsSecure;

const ROOT: HostId = HostId(2);
const TLD: HostId = HostId(3);
const SHOP: HostId = HostId(4);

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        key: "rtt",
        label: "Round trip",
        help: "How long a packet takes there and back, on each of the ways.",
        kind: ParamKind::Duration { min: MS, max: 1_000 * MS, default: 20 * MS },
    },
    ParamSpec {
        key: "zone",
        label: "The shop's zone",
        help: "How the shop signs its zone.",
        kind: ParamKind::Choice {
            options: &[
                ("signed", "Signed"),
                ("unsigned", "Not signed, and the parent says so"),
                ("expired", "Signatures that have ended"),
                ("other-key", "A new key that the parent does not know"),
                ("stripped", "Signatures left away on the way"),
                ("tampered", "Another address under the old signature"),
            ],
            default: 0,
        },
    },
    ParamSpec {
        key: "algorithm",
        label: "Algorithm",
        help: "With which keys all zones sign.",
        kind: ParamKind::Choice {
            options: &[("ecdsa", "ECDSA P-256"), ("rsa", "RSA, 2048 bits")],
            default: 0,
        },
    },
    ParamSpec {
        key: "check",
        label: "Checked",
        help: "Whether the resolver checks signatures at all.",
        kind: ParamKind::Choice { options: &[("yes", "Yes"), ("no", "No")], default: 0 },
    },
];

const PRESETS: &[Preset] = &[
    network("lan", "LAN", &[("rtt", "1ms")]),
    network("home", "Home", &[("rtt", "20ms")]),
    network("atlantic", "Transatlantic", &[("rtt", "100ms")]),
    failure("unsigned", "Not signed", &[("zone", "unsigned")]),
    failure("expired", "Expired", &[("zone", "expired")]),
    failure("other-key", "Key changed too early", &[("zone", "other-key")]),
    failure("tampered", "Tampered", &[("zone", "tampered")]),
    failure("unchecked", "Tampered, not checked", &[("zone", "tampered"), ("check", "no")]),
];

/// The nth packet of a kind between two hosts that answers a question for a type.
fn about(trace: &Trace, from: HostId, to: HostId, kind: Kind) -> Option<EntryId> {
    trace
        .packets()
        .filter(|packet| packet.from == from && packet.sent.to == to)
        .find(|packet| {
            super::message(packet)
                .is_some_and(|message| message.question().is_some_and(|asked| asked.kind == kind))
        })
        .map(|packet| packet.entry)
}

/// What the resolver thinks of the answer.
fn verdict(trace: &Trace) -> Option<EntryId> {
    ["secure", "insecure", "bogus"].iter().find_map(|name| note(trace, RESOLVER, name))
}

/// Whether a referral has a record of a kind beside the servers that it names.
fn holds(trace: &Trace, entry: EntryId, kind: Kind) -> bool {
    let message = super::packet_at(trace, entry).and_then(|packet| super::message(&packet));
    message.is_some_and(|message| message.authorities.iter().any(|record| record.kind() == kind))
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "query",
        title: "Question",
        find: |trace| first(trace, STUB, RESOLVER, "query"),
        caption: |_, _| {
            "The client asks with DO set: it would like to see signatures, and what the resolver \
             thinks of them."
                .to_owned()
        },
    },
    StepSpec {
        name: "root-referral",
        title: "Referral of the root",
        find: |trace| first(trace, ROOT, RESOLVER, "referral"),
        caption: |trace, entry| {
            let signs = if holds(trace, entry, Kind::DS) {
                ", and signs the digest of their key (DS)"
            } else {
                "; nobody asked for signatures"
            };
            format!(
                "In {} bytes the root names the servers of example{signs}.",
                size_at(trace, entry)
            )
        },
    },
    StepSpec {
        name: "tld-referral",
        title: "Referral of .example",
        find: |trace| first(trace, TLD, RESOLVER, "referral"),
        caption: |trace, entry| {
            if holds(trace, entry, Kind::DS) {
                "It vouches for the shop in the same way: servers, and the signed digest of its \
                 key."
                    .to_owned()
            } else if !holds(trace, entry, Kind::NSEC) {
                "It names the shop's server, without a signature.".to_owned()
            } else {
                "It proves with a signed NSEC record that the shop has no key: its zone is not \
                 signed."
                    .to_owned()
            }
        },
    },
    StepSpec {
        name: "answer",
        title: "Answer of the shop",
        find: |trace| first(trace, SHOP, RESOLVER, "answer"),
        caption: |trace, entry| {
            let message = super::packet_at(trace, entry).and_then(|p| super::message(&p));
            let signed = message.is_some_and(|message| {
                message.answers.iter().any(|record| record.kind() == Kind::RRSIG)
            });
            let size = size_at(trace, entry);
            if signed {
                format!("{size} bytes: the address, and a signature over it (RRSIG).")
            } else {
                format!("{size} bytes: the address alone, without a signature.")
            }
        },
    },
    StepSpec {
        name: "root-key",
        title: "The root's key",
        find: |trace| about(trace, RESOLVER, ROOT, Kind::DNSKEY),
        caption: |trace, entry| {
            format!(
                "At {} the resolver fetches the keys, the root's first: its digest is the one \
                 thing that it knew before.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "shop-key",
        title: "The shop's key",
        find: |trace| about(trace, SHOP, RESOLVER, Kind::DNSKEY),
        caption: |trace, entry| {
            format!(
                "The shop's key, in {} bytes; its digest must be the one that the parent signed.",
                size_at(trace, entry)
            )
        },
    },
    StepSpec {
        name: "secure",
        title: "Secure",
        find: |trace| note(trace, RESOLVER, "secure"),
        caption: |_, _| {
            "Every link of the chain fits, from the root's key to the address: the answer is \
             secure."
                .to_owned()
        },
    },
    StepSpec {
        name: "insecure",
        title: "Insecure",
        find: |trace| note(trace, RESOLVER, "insecure"),
        caption: |_, _| {
            "The parent proves that this zone is not signed: the answer is used as it always was."
                .to_owned()
        },
    },
    StepSpec {
        name: "bogus",
        title: "Bogus",
        find: |trace| note(trace, RESOLVER, "bogus"),
        caption: |trace, entry| {
            format!("The chain breaks: {}. Such an answer is not passed on.", said(trace, entry))
        },
    },
    StepSpec {
        name: "ended",
        title: "End",
        find: ended,
        caption: |trace, entry| {
            let lookup = note(trace, STUB, "lookup").unwrap_or(entry);
            format!("{}, after {}.", said(trace, entry), took(trace, lookup, entry))
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    LOOKUP,
    MeasureSpec {
        name: "authentic",
        title: "Answers with AD set",
        unit: Unit::Count,
        compute: |context| {
            let answers = super::sent(context.trace, RESOLVER, STUB, "answer");
            let authentic = answers.filter(|packet| {
                super::message(packet).is_some_and(|message| message.flags.has(Flags::AD))
            });
            Some(bare(authentic.count() as u64))
        },
    },
    MeasureSpec {
        name: "checking",
        title: "Time for keys",
        unit: Unit::Milliseconds,
        compute: |context| {
            let from = about(context.trace, RESOLVER, ROOT, Kind::DNSKEY)?;
            Some(crate::scenario::find::span(context.trace, from, verdict(context.trace)?))
        },
    },
    MeasureSpec {
        name: "answer-size",
        title: "Answer of the shop",
        unit: Unit::Bytes,
        compute: |context| {
            let entry = first(context.trace, SHOP, RESOLVER, "answer")?;
            Some(bare(size_at(context.trace, entry)))
        },
    },
    ASKED,
    PACKETS,
    BYTES_ON_WIRE,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "DNSKEY, DS, RRSIG and NSEC records of true length, fetched and checked along the \
               chain from the root's key; what does not fit becomes SERVFAIL with an extended \
               error.",
    left_out: "Signatures are made of a checksum instead of cryptography: a change shows, but a \
               forger could make one. One key a zone; no NSEC3, no change of keys.",
    standards: &["RFC 4034", "RFC 4035 sections 3.2 and 5", "RFC 8914"],
    checked: "Secure, insecure and bogus for each state of the zone; a signature of ECDSA adds \
              108 bytes to the answer, one of RSA 300.",
};

const ABOUT: About = About {
    id: "dns-secure",
    title: "Signed answers",
    summary: "A resolver follows signatures from the root to the shop, and refuses what does not fit.",
    topic: Topic::Dns,
    hosts: &["client", "resolver", "root", "tld", "shop"],
    kinds: KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: FIDELITY,
};

/// The shop's zone in the state that was asked for.
fn shop(state: &str, signer: Signer) -> Zone {
    let zone = zone("shop.example", "ns1.shop.example");
    let address = |ip| zone.clone().with(www(), 300, Data::A(ip));
    match state {
        "unsigned" | "stripped" => address(super::WWW_IP),
        "expired" => address(super::WWW_IP).signed(signer.expired()),
        "other-key" => address(super::WWW_IP).signed(signer.with_other_key()),
        "tampered" => {
            // The records of the true zone with its signature, and another address.
            let signed = crate::wire::dns::Record::new(www(), 300, Data::A(super::WWW_IP));
            let signature = signer.sign(core::slice::from_ref(&signed));
            let forged = address([203, 0, 113, 66]);
            forged.with_all(signature.into_iter().collect()).with_key_of(&signer)
        }
        _ => address(super::WWW_IP).signed(signer),
    }
}

impl Scenario for DnsSecure {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let mut world = World::new(seed);
        let algorithm = if params.choice("algorithm") == "rsa" { RSA } else { ECDSA };
        let signer = |zone: &str| Signer::new(Name::of(zone), algorithm);
        let state = params.choice("zone");
        let checks = params.choice("check") == "yes";
        let config = StubConfig { edns_size: EDNS_SIZE, dnssec: true, ..stub(look_up(www())) };
        let client = Stub::new(config, world.stream("lookups"));
        let mut config = resolver();
        config.anchor = checks.then(|| signer("").ds(172_800));
        let finder = Resolver::new(config, world.stream("questions"));
        let root = root_zone().with_all(vec![signer("example").ds(86_400)]).signed(signer(""));
        let mut tld = tld_zone();
        if state != "unsigned" {
            tld = tld.with_all(vec![signer("shop.example").ds(86_400)]);
        }
        let tld = tld.signed(signer("example"));
        let client = super::add(&mut world, ("client", "Client"), super::STUB_IP, client);
        let middle = super::add(&mut world, ("resolver", "Resolver"), super::RESOLVER_IP, finder);
        let path = link(params.duration("rtt"));
        world.connect(client, middle, path);
        for (name, address, zone) in [
            (("root", "Root"), super::ROOT_IP, root),
            (("tld", "TLD"), super::TLD_IP, tld),
            (("shop", "Shop"), super::SHOP_IP, shop(state, signer("shop.example"))),
        ] {
            let host = super::add(&mut world, name, address, Server::new(server(vec![zone])));
            world.connect(middle, host, path);
        }
        world
    }
}

#[cfg(test)]
mod tests {
    //! The outcome for each state of the zone (RFC 4035 section 4.3).

    use super::DnsSecure;
    use crate::scenario::testing::{millis, run_with, value};

    #[test]
    fn each_state_of_the_zone_has_its_outcome() {
        for (state, outcome, authentic) in [
            ("signed", "secure", 1),
            ("unsigned", "insecure", 0),
            ("expired", "bogus", 0),
            ("other-key", "bogus", 0),
            ("stripped", "bogus", 0),
            ("tampered", "bogus", 0),
        ] {
            for algorithm in ["ecdsa", "rsa"] {
                let run = run_with(&DnsSecure, &format!("zone={state} algorithm={algorithm}"), &[]);
                let seen: Vec<&str> = ["secure", "insecure", "bogus"]
                    .into_iter()
                    .filter(|name| run.step(name).is_some())
                    .collect();
                assert_eq!(seen, [outcome], "{state} {algorithm}");
                assert_eq!(value(&run, "authentic"), Some(authentic), "{state}");
                let failed = run.step("ended").unwrap().caption.contains("could not");
                assert_eq!(failed, outcome == "bogus", "{state}");
            }
        }
    }

    #[test]
    fn who_does_not_check_takes_the_forged_address() {
        let run = run_with(&DnsSecure, "zone=tampered check=no", &[]);
        assert!(run.step("ended").unwrap().caption.contains("203.0.113.66"));
        assert_eq!(value(&run, "authentic"), Some(0));
    }

    #[test]
    fn checking_costs_the_keys_of_three_zones_and_the_signature_its_bytes() {
        // Four ways of 20 ms, and three more for the keys.
        assert_eq!(millis(&run_with(&DnsSecure, "", &[]), "lookup"), Some(140));
        assert_eq!(millis(&run_with(&DnsSecure, "check=no", &[]), "lookup"), Some(80));
        let size = |settings: &str| value(&run_with(&DnsSecure, settings, &[]), "answer-size");
        let bare = size("check=no").unwrap();
        // A signature takes 44 bytes besides its own 64 or 256: the record's head (12), the fields (18), the signer (14).
        assert_eq!(size(""), Some(bare + 44 + 64));
        assert_eq!(size("algorithm=rsa"), Some(bare + 44 + 256));
    }
}
