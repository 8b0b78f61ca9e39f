//! `dns-poisoning`: a forger who sees nothing races the true answer by guessing.
//!
//! RFC 5452; the names that nobody has asked for before are Kaminsky's, 2008.

mod forger;

use self::forger::{Forger, Plan};
use super::{KINDS, RESOLVER_IP, SHOP_IP, STUB_IP, add, delegation, link, resolver, server, zone};
use crate::proto::dns::resolver::Guard;
use crate::proto::dns::{Cache, Lookup, Resolver, Server, Stub};
use crate::scenario::find::{arrival_of, count, note, when};
use crate::scenario::measures::{PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{MS, failure, network};
use crate::scenario::setup::Preset;
use crate::scenario::{About, Fidelity, MeasureSpec, Scenario, StepSpec, Topic, Unit};
use crate::sim::time::Instant;
use crate::sim::trace::{EntryId, Host, HostId, PacketView, Trace};
use crate::sim::world::World;
use crate::wire::dns::{Data, Kind, Message, Name};

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct DnsPoisoning;

const CLIENT: HostId = HostId(0);
const RESOLVER: HostId = HostId(1);
const SHOP: HostId = HostId(2);
const FORGER: HostId = HostId(3);
const FORGER_IP: [u8; 4] = [198, 51, 100, 66];
/// Where the forger wants the shop's customers.
const EVIL_IP: [u8; 4] = [198, 51, 100, 67];
/// One in parts per million.
const ONE: u64 = 1_000_000;

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        key: "rtt",
        label: "To the shop",
        help: "The round trip between resolver and the shop's server: the time for the race.",
        kind: ParamKind::Duration { min: MS, max: 1_000 * MS, default: 80 * MS },
    },
    ParamSpec {
        key: "forged",
        label: "Forged answers",
        help: "How many answers the forger sends to each question, each with another identifier.",
        kind: ParamKind::Count { min: 1, max: 200, default: 6 },
    },
    ParamSpec {
        key: "questions",
        label: "Questions",
        help: "How many questions the forger makes the resolver ask, one after the other.",
        kind: ParamKind::Count { min: 1, max: 50, default: 4 },
    },
    ParamSpec {
        key: "bits",
        label: "Bits of the identifier",
        help: "How many bits are chance: 16 in truth, fewer make a picture of it.",
        kind: ParamKind::Count { min: 2, max: 16, default: 16 },
    },
    ParamSpec {
        key: "guard",
        label: "Guarded by",
        help: "What the forger has to guess besides the identifier.",
        kind: ParamKind::Choice {
            options: &[
                ("none", "Nothing: one port for all questions"),
                ("ports", "A random port for each question"),
                ("case", "Letters in random case"),
            ],
            default: 1,
        },
    },
];

const PRESETS: &[Preset] = &[
    network("near", "A near server", &[("rtt", "20ms")]),
    network("far", "A far server", &[("rtt", "200ms")]),
    failure("poisoned", "Four bits, one port", &[("bits", "4"), ("guard", "none")]),
    failure("ports", "Four bits, random ports", &[("bits", "4"), ("guard", "ports")]),
    failure("case", "Four bits, random case", &[("bits", "4"), ("guard", "case")]),
];

fn forged(trace: &Trace) -> impl Iterator<Item = PacketView<'_>> {
    let from_forger = trace.packets().filter(|packet| packet.from == FORGER);
    from_forger.filter(|packet| packet.sent.packet.label().kind == "answer")
}

/// What the client is told at last: the address that the resolver remembers.
fn told(trace: &Trace) -> Option<(EntryId, [u8; 4])> {
    let packet = super::sent(trace, RESOLVER, CLIENT, "answer").next()?;
    let message = super::message(&packet)?;
    message.answers.iter().find_map(|record| match record.data {
        Data::A(address) => Some((packet.entry, address)),
        _ => None,
    })
}

fn is_poisoned(trace: &Trace) -> bool {
    told(trace).is_some_and(|(_, address)| address == EVIL_IP)
}

/// The arrival of the forged answer that fits a question that waits, if one does.
fn lucky(trace: &Trace) -> Option<EntryId> {
    let asked = super::sent(trace, RESOLVER, SHOP, "query")
        .filter_map(|packet| Some((super::message(&packet)?, packet.sent.packet.datagram()?)))
        .collect::<Vec<(Message, _)>>();
    forged(trace)
        .find(|packet| {
            let (Some(answer), Some(udp)) = (super::message(packet), packet.sent.packet.datagram())
            else {
                return false;
            };
            asked.iter().any(|(question, from)| {
                let same = question.question().zip(answer.question());
                question.id == answer.id
                    && from.source_port == udp.destination_port
                    && same.is_some_and(|(one, other)| one.name.is_exactly(&other.name))
            })
        })
        .and_then(|packet| arrival_of(trace, packet.sent.id))
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "bait",
        title: "Bait",
        find: |trace| super::first(trace, FORGER, RESOLVER, "query"),
        caption: |_, _| {
            "The forger asks for a name that nobody has asked for yet, so that the resolver must \
             ask the shop."
                .to_owned()
        },
    },
    StepSpec {
        name: "asked",
        title: "The resolver asks",
        find: |trace| super::first(trace, RESOLVER, SHOP, "query"),
        caption: |trace, entry| {
            let packet = super::packet_at(trace, entry);
            let message = packet.and_then(|packet| super::message(&packet));
            let port = packet.and_then(|packet| packet.sent.packet.datagram());
            format!(
                "The resolver asks with identifier 0x{:04x} from port {}. The forger sees neither.",
                message.map_or(0, |message| message.id),
                port.map_or(0, |udp| udp.source_port)
            )
        },
    },
    StepSpec {
        name: "forged",
        title: "Forged answers",
        find: |trace| forged(trace).next().map(|packet| packet.entry),
        caption: |trace, entry| {
            let at = super::packet_at(trace, entry).map(|packet| packet.at);
            let together = forged(trace).filter(|packet| Some(packet.at) == at).count() as u64;
            format!(
                "{} under the shop's address, each with another guess of the \
                 identifier.",
                count(together, "forged answer")
            )
        },
    },
    StepSpec {
        name: "true-answer",
        title: "The true answer",
        find: |trace| super::first(trace, SHOP, RESOLVER, "nxdomain"),
        caption: |trace, entry| {
            format!(
                "The true answer leaves at {}: there is no such name. Once it arrives, this race \
                 is over.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "lucky",
        title: "A guess that fits",
        find: |trace| lucky(trace).filter(|_| is_poisoned(trace)),
        caption: |trace, entry| {
            format!(
                "At {} a guess fits. The resolver takes what comes with it: another address for \
                 www.shop.example.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "lookup",
        title: "A client asks",
        find: |trace| note(trace, CLIENT, "lookup"),
        caption: |trace, entry| {
            format!("At {} a client that knows of nothing looks up the shop.", when(trace, entry))
        },
    },
    StepSpec {
        name: "told",
        title: "What it is told",
        find: |trace| told(trace).map(|(entry, _)| entry),
        caption: |trace, _| {
            if is_poisoned(trace) {
                "The resolver answers from its memory, with the forger's address.".to_owned()
            } else {
                "The client gets the shop's true address: no guess did fit.".to_owned()
            }
        },
    },
];

/// The chance that one race is won, in parts per million.
fn chance(params: &Params) -> u64 {
    let bits = params.number("bits");
    let forged = params.number("forged").min(1 << bits);
    let alone = forged * ONE / (1 << bits);
    match params.choice("guard") {
        // A port of 64,512, or a letter more for each of the name's letters.
        "ports" => alone / 64_512,
        "case" => alone >> forger::LETTERS,
        _ => alone,
    }
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "forged",
        title: "Forged answers",
        unit: Unit::Count,
        compute: |context| Some(bare(forged(context.trace).count() as u64)),
    },
    MeasureSpec {
        name: "chance",
        title: "Chance of one race",
        unit: Unit::Percent,
        compute: |context| Some(bare(chance(&context.setup.params))),
    },
    MeasureSpec {
        name: "chance-of-all",
        title: "Chance of all races together",
        unit: Unit::Percent,
        compute: |context| {
            let params = &context.setup.params;
            let lose = ONE - chance(params);
            let all = (0..params.number("questions")).fold(ONE, |p, _| p * lose / ONE);
            Some(bare(ONE - all))
        },
    },
    MeasureSpec {
        name: "poisoned",
        title: "Poisoned",
        unit: Unit::Count,
        compute: |context| Some(bare(u64::from(is_poisoned(context.trace)))),
    },
    PACKETS,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "A resolver that takes only what repeats address, port, identifier and question; a \
               forger who knows the server and the time, and guesses the rest.",
    left_out: "The resolver believes an alias inside the zone and what follows it, as resolvers \
               did in 2008. Answers that do not fit make no resolver suspicious here. Cookies and \
               DNSSEC would end the race.",
    standards: &["RFC 5452 sections 4 and 9", "RFC 1035 section 7.3"],
    checked: "Over 200 runs as often as probability says: 1 - (1 - k / 2^bits)^n; never with \
              random ports.",
};

const ABOUT: About = About {
    id: "dns-poisoning",
    title: "Forging an answer",
    summary: "Who guesses identifier and port before the true answer comes, poisons the memory.",
    topic: Topic::Dns,
    hosts: &["client", "resolver", "shop", "forger"],
    kinds: KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: FIDELITY,
};

/// The port of a resolver that has only one for its questions.
const FIXED: u16 = 33_333;

impl Scenario for DnsPoisoning {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let mut world = World::new(seed);
        let rtt = params.duration("rtt");
        let questions = u32::try_from(params.number("questions")).unwrap_or(1);
        let guard = params.choice("guard");
        let bits = u8::try_from(params.number("bits")).unwrap_or(16);
        // Each race is over before the next begins.
        let every = rtt * 2;
        let lookup = Lookup { after: every * (questions + 1), name: super::www(), kind: Kind::A };
        let client = Stub::new(super::stub(vec![lookup]), world.stream("lookups"));
        let mut config = resolver();
        config.guard = Guard {
            fixed_port: (guard != "ports").then_some(FIXED),
            id_bits: bits,
            mixed_case: guard == "case",
        };
        let mut cache = Cache::default();
        for record in delegation("shop.example", "ns1.shop.example", SHOP_IP) {
            cache.insert(Instant::START, core::slice::from_ref(&record), &[]);
        }
        config.cache = cache;
        let finder = Resolver::new(config, world.stream("questions"));
        let origin = Name::of("shop.example");
        let shop = zone("shop.example", "ns1.shop.example").with(
            origin.child("www"),
            300,
            Data::A(super::WWW_IP),
        );
        let plan = Plan {
            questions,
            every,
            forged: u32::try_from(params.number("forged")).unwrap_or(1),
            bits,
            port: (guard != "ports").then_some(FIXED),
        };
        let forger = Forger::new(plan, world.stream("guesses"));
        let client = add(&mut world, ("client", "Client"), STUB_IP, client);
        let middle = add(&mut world, ("resolver", "Resolver"), RESOLVER_IP, finder);
        let shop = add(&mut world, ("shop", "Shop"), SHOP_IP, Server::new(server(vec![shop])));
        let forger =
            world.host(Host { name: "forger", title: "Forger", address: FORGER_IP }, forger);
        world.connect(client, middle, link(rtt / 4));
        world.connect(middle, shop, link(rtt));
        world.connect(forger, middle, link(rtt / 4));
        world
    }
}

/// What the forger wants the resolver to remember.
fn prize() -> (Name, [u8; 4]) {
    (super::www(), EVIL_IP)
}

#[cfg(test)]
mod tests {
    //! Off-path forging succeeds as often as guessing does.

    use super::DnsPoisoning;
    use crate::scenario::testing::{run_preset, value};
    use crate::scenario::{Params, Scenario, Setup, run};

    /// How many of the runs under 200 seeds are poisoned.
    fn poisoned(settings: &str) -> u64 {
        let (params, problems) = Params::parse(DnsPoisoning.about().params, settings);
        assert_eq!(problems, []);
        (1..=200)
            .map(|seed| {
                let setup =
                    Setup { seed, params: params.clone(), ..Setup::new(DnsPoisoning.about()) };
                value(&run(&DnsPoisoning, &setup), "poisoned").unwrap()
            })
            .sum()
    }

    #[test]
    fn guessing_succeeds_as_often_as_probability_says() {
        // 1 - (1 - 16/256)^8 = 40 %: 81 of 200, and three times 6.9 to both sides.
        let hits = poisoned("bits=8 forged=16 questions=8 guard=none");
        assert!((60..=102).contains(&hits), "{hits}");
        // 1 - (1 - 8/64)^2 = 23 %: 47 of 200, and three times 6 to both sides.
        let hits = poisoned("bits=6 forged=8 questions=2 guard=none");
        assert!((29..=65).contains(&hits), "{hits}");
    }

    #[test]
    fn random_ports_and_sixteen_bits_leave_no_chance_worth_the_name() {
        assert_eq!(poisoned("bits=4 forged=16 questions=3 guard=ports"), 0);
        assert_eq!(poisoned("bits=16 forged=16 questions=3 guard=none"), 0);
    }

    #[test]
    fn the_presets_show_both_ends() {
        assert_eq!(value(&run_preset(&DnsPoisoning, "poisoned"), "poisoned"), Some(1));
        assert_eq!(value(&run_preset(&DnsPoisoning, "ports"), "poisoned"), Some(0));
    }
}
