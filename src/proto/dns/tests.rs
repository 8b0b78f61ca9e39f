//! Names found, remembered, denied, cut, checked: read like a packet trace.

use core::time::Duration;

use expect_test::{Expect, expect};

use super::resolver::Guard;
use super::sign::{ECDSA, RSA};
use super::{
    Cache, Change, EDNS_SIZE, Lookup, Resolver, ResolverConfig, Server, ServerConfig, Signer, Stub,
    StubConfig, Transport, Zone,
};
use crate::proto::app::Address;
use crate::proto::host;
use crate::proto::tcp::{Config, Profile};
use crate::sim::endpoint::Event;
use crate::sim::fault::Fault;
use crate::sim::link::LinkConfig;
use crate::sim::trace::{Host, Trace, TraceEvent};
use crate::sim::world::World;
use crate::wire::dns::{Data, Kind, Name, Record};

const STUB: [u8; 4] = [192, 0, 2, 10];
const RESOLVER: [u8; 4] = [192, 0, 2, 53];
const ROOT: [u8; 4] = [198, 51, 100, 1];
const TLD: [u8; 4] = [198, 51, 100, 2];
const SHOP: [u8; 4] = [203, 0, 113, 53];
const CDN: [u8; 4] = [203, 0, 113, 54];

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn tcp() -> Config {
    Config::new(Profile::LINUX)
}

/// The set-up of a test, to be changed before it runs.
struct Net {
    zones: [Zone; 4],
    udp_max: u16,
    changes: Vec<Change>,
    resolver: ResolverConfig,
    lookups: Vec<(u64, &'static str, Kind)>,
    dnssec: bool,
    faults: Vec<&'static str>,
}

fn net() -> Net {
    let ttls = (900, 300);
    let root = Zone::new(Name::root(), name("a.root-servers.example"), ttls)
        .delegate(name("example"), &[(name("ns.nic.example"), TLD)]);
    let tld = Zone::new(name("example"), name("ns.nic.example"), ttls)
        .delegate(name("shop.example"), &[(name("ns1.shop.example"), SHOP)])
        .delegate(name("cdn.example"), &[(name("ns1.cdn.example"), CDN)]);
    let shop = Zone::new(name("shop.example"), name("ns1.shop.example"), ttls)
        .with(name("www.shop.example"), 300, Data::A([203, 0, 113, 20]))
        .with(name("img.shop.example"), 300, Data::Cname(name("shop.cdn.example")))
        .with(name("big.shop.example"), 300, Data::Txt(vec![vec![b'x'; 250]; 6]));
    let cdn = Zone::new(name("cdn.example"), name("ns1.cdn.example"), ttls).with(
        name("shop.cdn.example"),
        60,
        Data::A([203, 0, 113, 99]),
    );
    let resolver = ResolverConfig {
        hints: vec![(name("a.root-servers.example"), ROOT)],
        tcp: tcp(),
        stream_port: None,
        edns_size: EDNS_SIZE,
        anchor: None,
        minimise: false,
        subnet: None,
        guard: Guard::USUAL,
        cache: Cache::default(),
    };
    let lookups = vec![(0, "www.shop.example", Kind::A)];
    Net {
        zones: [root, tld, shop, cdn],
        udp_max: EDNS_SIZE,
        changes: Vec::new(),
        resolver,
        lookups,
        dnssec: false,
        faults: Vec::new(),
    }
}

impl Net {
    fn run(self) -> Trace {
        let mut world = World::new(7);
        let lookups = self
            .lookups
            .iter()
            .map(|(ms, text, kind)| Lookup {
                after: Duration::from_millis(*ms),
                name: name(text),
                kind: *kind,
            })
            .collect();
        let stub = Stub::new(
            StubConfig {
                servers: vec![Address { ip: RESOLVER, port: 53 }],
                transport: Transport::Datagrams,
                timeout: Duration::from_secs(5),
                attempts: 2,
                edns_size: if self.dnssec { EDNS_SIZE } else { 0 },
                dnssec: self.dnssec,
                tcp: tcp(),
                cache: None,
                lookups,
            },
            world.stream("stub"),
        );
        let resolver = Resolver::new(self.resolver, world.stream("resolver"));
        let host = |name, address| Host { name, title: name, address };
        let rng = world.stream("hosts");
        let client = world.host(host("client", STUB), host::Host::new(STUB, rng, stub));
        let middle =
            world.host(host("resolver", RESOLVER), host::Host::new(RESOLVER, rng, resolver));
        world.connect(client, middle, LinkConfig::new(Duration::from_millis(5)));
        let names = [("root", ROOT, 10), ("tld", TLD, 15), ("shop", SHOP, 40), ("cdn", CDN, 20)];
        for ((title, address, delay), zone) in names.into_iter().zip(self.zones) {
            let server = Server::new(ServerConfig {
                zones: vec![zone],
                udp_max: self.udp_max,
                tcp: Some(tcp()),
                changes: self.changes.clone(),
            });
            let id = world.host(host(title, address), host::Host::new(address, rng, server));
            world.connect(middle, id, LinkConfig::new(Duration::from_millis(delay)));
        }
        let faults: Vec<Fault> = self.faults.iter().map(|text| text.parse().unwrap()).collect();
        world.faults(&faults);
        world.run()
    }
}

/// What was sent and what was said, timers left away.
fn lines(trace: &Trace) -> String {
    let mut text = String::new();
    for entry in &trace.entries {
        let at = entry.at.as_nanos() / 1_000_000;
        let host = trace.host(entry.host).name;
        match &entry.event {
            TraceEvent::PacketSent(sent) => {
                let label = sent.packet.label();
                if !sent.packet.about.units.is_empty() {
                    let to = trace.host(sent.to).name;
                    text.push_str(&format!(
                        "{at} {host} > {to}: {} ({})\n",
                        label.name, label.detail
                    ));
                }
            }
            TraceEvent::Endpoint(Event::Note { text: said, .. }) => {
                text.push_str(&format!("{at} {host}: {said}\n"));
            }
            _ => {}
        }
    }
    text
}

fn check(net: Net, expected: Expect) {
    expected.assert_eq(&lines(&net.run()));
}

#[test]
fn a_cold_walk_asks_root_tld_and_authority_and_costs_their_round_trips() {
    check(
        net(),
        expect![[r#"
        0 client: looks up A www.shop.example
        0 client > resolver: A? www.shop.example (34 B)
        5 resolver > root: A? www.shop.example (45 B)
        15 root > resolver: referral to example (82 B)
        25 resolver > tld: A? www.shop.example (45 B)
        40 tld > resolver: referral to shop.example (79 B)
        55 resolver > shop: A? www.shop.example (45 B)
        95 shop > resolver: A 203.0.113.20 (61 B)
        135 resolver: A www.shop.example: found out
        135 resolver > client: A 203.0.113.20 (50 B)
        140 client: www.shop.example: 203.0.113.20
    "#]],
    );
}

#[test]
fn an_alias_into_another_zone_is_followed() {
    check(
        Net { lookups: vec![(0, "img.shop.example", Kind::A)], ..net() },
        expect![[r#"
        0 client: looks up A img.shop.example
        0 client > resolver: A? img.shop.example (34 B)
        5 resolver > root: A? img.shop.example (45 B)
        15 root > resolver: referral to example (82 B)
        25 resolver > tld: A? img.shop.example (45 B)
        40 tld > resolver: referral to shop.example (79 B)
        55 resolver > shop: A? img.shop.example (45 B)
        95 shop > resolver: CNAME shop.cdn.example (68 B)
        135 resolver > tld: A? shop.cdn.example (45 B)
        150 tld > resolver: referral to cdn.example (79 B)
        165 resolver > cdn: A? shop.cdn.example (45 B)
        185 cdn > resolver: A 203.0.113.99 (61 B)
        205 resolver: A img.shop.example: found out
        205 resolver > client: A 203.0.113.99 (73 B)
        210 client: img.shop.example: 203.0.113.99
    "#]],
    );
}

#[test]
fn what_is_remembered_ages_and_ends() {
    let www = |ms| (ms, "www.shop.example", Kind::A);
    let lookups = vec![www(0), www(10_000), www(299_000), www(301_000)];
    check(
        Net { lookups, ..net() },
        expect![[r#"
        0 client: looks up A www.shop.example
        0 client > resolver: A? www.shop.example (34 B)
        5 resolver > root: A? www.shop.example (45 B)
        15 root > resolver: referral to example (82 B)
        25 resolver > tld: A? www.shop.example (45 B)
        40 tld > resolver: referral to shop.example (79 B)
        55 resolver > shop: A? www.shop.example (45 B)
        95 shop > resolver: A 203.0.113.20 (61 B)
        135 resolver: A www.shop.example: found out
        135 resolver > client: A 203.0.113.20 (50 B)
        140 client: www.shop.example: 203.0.113.20
        10000 client: looks up A www.shop.example
        10000 client > resolver: A? www.shop.example (34 B)
        10005 resolver: A www.shop.example: in the cache
        10005 resolver > client: A 203.0.113.20 (50 B)
        10010 client: www.shop.example: 203.0.113.20
        299000 client: looks up A www.shop.example
        299000 client > resolver: A? www.shop.example (34 B)
        299005 resolver: A www.shop.example: in the cache
        299005 resolver > client: A 203.0.113.20 (50 B)
        299010 client: www.shop.example: 203.0.113.20
        301000 client: looks up A www.shop.example
        301000 client > resolver: A? www.shop.example (34 B)
        301005 resolver > shop: A? www.shop.example (45 B)
        301045 shop > resolver: A 203.0.113.20 (61 B)
        301085 resolver: A www.shop.example: found out
        301085 resolver > client: A 203.0.113.20 (50 B)
        301090 client: www.shop.example: 203.0.113.20
    "#]],
    );
}

#[test]
fn that_a_name_does_not_exist_is_remembered_for_the_smaller_of_both_times() {
    let new = |ms| (ms, "new.shop.example", Kind::A);
    let record = Record::new(name("new.shop.example"), 300, Data::A([203, 0, 113, 21]));
    let change = Change {
        after: Duration::from_secs(10),
        name: name("new.shop.example"),
        records: vec![record],
    };
    let lookups = vec![new(0), new(20_000), new(300_000), new(300_200)];
    check(
        Net { lookups, changes: vec![change], ..net() },
        expect![[r#"
        0 client: looks up A new.shop.example
        0 client > resolver: A? new.shop.example (34 B)
        5 resolver > root: A? new.shop.example (45 B)
        15 root > resolver: referral to example (82 B)
        25 resolver > tld: A? new.shop.example (45 B)
        40 tld > resolver: referral to shop.example (79 B)
        55 resolver > shop: A? new.shop.example (45 B)
        95 shop > resolver: NXDOMAIN new.shop.example (96 B)
        135 resolver: remembers that there is no A new.shop.example
        135 resolver: A new.shop.example: found out
        135 resolver > client: NXDOMAIN new.shop.example (85 B)
        140 client: new.shop.example: no such name
        10000 root: new.shop.example is 203.0.113.21 now
        10000 tld: new.shop.example is 203.0.113.21 now
        10000 shop: new.shop.example is 203.0.113.21 now
        10000 cdn: new.shop.example is 203.0.113.21 now
        20000 client: looks up A new.shop.example
        20000 client > resolver: A? new.shop.example (34 B)
        20005 resolver: A new.shop.example: in the cache
        20005 resolver > client: NXDOMAIN new.shop.example (85 B)
        20010 client: new.shop.example: no such name
        300000 client: looks up A new.shop.example
        300000 client > resolver: A? new.shop.example (34 B)
        300005 resolver: A new.shop.example: in the cache
        300005 resolver > client: NXDOMAIN new.shop.example (85 B)
        300010 client: new.shop.example: no such name
        300200 client: looks up A new.shop.example
        300200 client > resolver: A? new.shop.example (34 B)
        300205 resolver > shop: A? new.shop.example (45 B)
        300245 shop > resolver: A 203.0.113.21 (61 B)
        300285 resolver: A new.shop.example: found out
        300285 resolver > client: A 203.0.113.21 (50 B)
        300290 client: new.shop.example: 203.0.113.21
    "#]],
    );
}

#[test]
fn an_answer_that_does_not_fit_is_asked_for_again_over_tcp() {
    check(
        Net { lookups: vec![(0, "big.shop.example", Kind::TXT)], ..net() },
        expect![[r#"
        0 client: looks up TXT big.shop.example
        0 client > resolver: TXT? big.shop.example (34 B)
        5 resolver > root: TXT? big.shop.example (45 B)
        15 root > resolver: referral to example (82 B)
        25 resolver > tld: TXT? big.shop.example (45 B)
        40 tld > resolver: referral to shop.example (79 B)
        55 resolver > shop: TXT? big.shop.example (45 B)
        95 shop > resolver: truncated: TXT? big.shop.example (45 B)
        135 resolver: asks again over TCP
        215 resolver > shop: TXT? big.shop.example (47 B)
        255 shop > resolver: TXT big.shop.example (1565 B)
        295 resolver: TXT big.shop.example: found out
        295 resolver > client: truncated: TXT? big.shop.example (34 B)
        300 client: asks again over TCP
        310 client > resolver: TXT? big.shop.example (36 B)
        315 resolver: TXT big.shop.example: in the cache
        315 resolver > client: TXT big.shop.example (1554 B)
        320 client: big.shop.example: text
    "#]],
    );
}

#[test]
fn silence_is_asked_again_and_the_stub_waits_longer_than_the_resolver() {
    let faults = vec!["drop:query#2", "drop:referral#2"];
    check(
        Net { faults, ..net() },
        expect![[r#"
        0 client: looks up A www.shop.example
        0 client > resolver: A? www.shop.example (34 B)
        5 resolver > root: A? www.shop.example (45 B)
        381 resolver > root: A? www.shop.example (45 B)
        391 root > resolver: referral to example (82 B)
        401 resolver > tld: A? www.shop.example (45 B)
        416 tld > resolver: referral to shop.example (79 B)
        777 resolver > tld: A? www.shop.example (45 B)
        792 tld > resolver: referral to shop.example (79 B)
        807 resolver > shop: A? www.shop.example (45 B)
        847 shop > resolver: A 203.0.113.20 (61 B)
        887 resolver: A www.shop.example: found out
        887 resolver > client: A 203.0.113.20 (50 B)
        892 client: www.shop.example: 203.0.113.20
    "#]],
    );
}

#[test]
fn a_shortened_question_tells_each_server_only_what_it_must_know() {
    let mut net = net();
    net.resolver.minimise = true;
    check(
        net,
        expect![[r#"
        0 client: looks up A www.shop.example
        0 client > resolver: A? www.shop.example (34 B)
        5 resolver > root: A? example (36 B)
        15 root > resolver: referral to example (73 B)
        25 resolver > tld: A? shop.example (41 B)
        40 tld > resolver: referral to shop.example (75 B)
        55 resolver > shop: A? www.shop.example (45 B)
        95 shop > resolver: A 203.0.113.20 (61 B)
        135 resolver: A www.shop.example: found out
        135 resolver > client: A 203.0.113.20 (50 B)
        140 client: www.shop.example: 203.0.113.20
    "#]],
    );
}

/// The zones signed from the root to the shop; the CDN is not.
fn signed(shop: Signer) -> Net {
    let mut net = net();
    let root = Signer::new(Name::root(), RSA);
    let tld = Signer::new(name("example"), ECDSA);
    let [root_zone, tld_zone, shop_zone, cdn_zone] = net.zones;
    let shop_ds = Signer::new(name("shop.example"), ECDSA).ds(3_600);
    net.resolver.anchor = Some(root.ds(3_600));
    net.zones = [
        root_zone.with_all(vec![tld.ds(3_600)]).signed(root),
        tld_zone.with_all(vec![shop_ds]).signed(tld),
        shop_zone.signed(shop),
        cdn_zone,
    ];
    net.dnssec = true;
    net
}

fn shop_signer() -> Signer {
    Signer::new(name("shop.example"), ECDSA)
}

#[test]
fn a_signed_answer_is_followed_up_to_the_root() {
    check(
        signed(shop_signer()),
        expect![[r#"
        0 client: looks up A www.shop.example
        0 client > resolver: A? www.shop.example (45 B)
        5 resolver > root: A? www.shop.example (45 B)
        15 root > resolver: referral to example (417 B)
        25 resolver > tld: A? www.shop.example (45 B)
        40 tld > resolver: referral to shop.example (230 B)
        55 resolver > shop: A? www.shop.example (45 B)
        95 shop > resolver: A 203.0.113.20 (169 B)
        135 resolver > root: DNSKEY? . (28 B)
        145 root > resolver: DNSKEY . (589 B)
        155 resolver > tld: DNSKEY? example (36 B)
        170 tld > resolver: DNSKEY example (219 B)
        185 resolver > shop: DNSKEY? shop.example (41 B)
        225 shop > resolver: DNSKEY shop.example (229 B)
        265 resolver: the signatures are right
        265 resolver: A www.shop.example: found out
        265 resolver > client: A 203.0.113.20 (169 B)
        270 client: www.shop.example: 203.0.113.20
    "#]],
    );
}

#[test]
fn an_alias_to_an_unsigned_zone_makes_the_answer_insecure() {
    let lookups = vec![(0, "img.shop.example", Kind::A)];
    check(
        Net { lookups, ..signed(shop_signer()) },
        expect![[r#"
        0 client: looks up A img.shop.example
        0 client > resolver: A? img.shop.example (45 B)
        5 resolver > root: A? img.shop.example (45 B)
        15 root > resolver: referral to example (417 B)
        25 resolver > tld: A? img.shop.example (45 B)
        40 tld > resolver: referral to shop.example (230 B)
        55 resolver > shop: A? img.shop.example (45 B)
        95 shop > resolver: CNAME shop.cdn.example (176 B)
        135 resolver > tld: A? shop.cdn.example (45 B)
        150 tld > resolver: referral to cdn.example (216 B)
        165 resolver > cdn: A? shop.cdn.example (45 B)
        185 cdn > resolver: A 203.0.113.99 (61 B)
        205 resolver > root: DNSKEY? . (28 B)
        215 root > resolver: DNSKEY . (589 B)
        225 resolver > tld: DNSKEY? example (36 B)
        240 tld > resolver: DNSKEY example (219 B)
        255 resolver > shop: DNSKEY? shop.example (41 B)
        295 shop > resolver: DNSKEY shop.example (229 B)
        335 resolver: a zone on the way is not signed
        335 resolver: A img.shop.example: found out
        335 resolver > client: A 203.0.113.99 (192 B)
        340 client: img.shop.example: 203.0.113.99
    "#]],
    );
}

#[test]
fn signatures_that_ended_and_keys_that_nobody_vouches_for_are_not_believed() {
    let said = |net: Net| {
        let text = lines(&net.run());
        text.lines()
            .filter(|line| line.contains("client:") || line.contains("resolver:"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let expired = said(signed(shop_signer().expired()));
    assert!(expired.contains("the signature is no longer valid"), "{expired}");
    assert!(expired.contains("could not be resolved"), "{expired}");
    let other = said(signed(shop_signer().with_other_key()));
    assert!(other.contains("no key fits the digest at the parent"), "{other}");
}

#[test]
fn an_absence_is_proven() {
    let lookups = vec![(0, "nope.shop.example", Kind::A), (5, "www.shop.example", Kind::MX)];
    check(
        Net { lookups, ..signed(shop_signer()) },
        expect![[r#"
        0 client: looks up A nope.shop.example
        0 client > resolver: A? nope.shop.example (46 B)
        5 resolver > root: A? nope.shop.example (46 B)
        5 client: looks up MX www.shop.example
        5 client > resolver: MX? www.shop.example (45 B)
        10 resolver > root: MX? www.shop.example (45 B)
        15 root > resolver: referral to example (418 B)
        20 root > resolver: referral to example (417 B)
        25 resolver > tld: A? nope.shop.example (46 B)
        30 resolver > tld: MX? www.shop.example (45 B)
        40 tld > resolver: referral to shop.example (231 B)
        45 tld > resolver: referral to shop.example (230 B)
        55 resolver > shop: A? nope.shop.example (46 B)
        60 resolver > shop: MX? www.shop.example (45 B)
        95 shop > resolver: NXDOMAIN nope.shop.example (355 B)
        100 shop > resolver: no MX www.shop.example (346 B)
        135 resolver: remembers that there is no A nope.shop.example
        135 resolver > root: DNSKEY? . (28 B)
        140 resolver: remembers that there is no MX www.shop.example
        140 resolver > root: DNSKEY? . (28 B)
        145 root > resolver: DNSKEY . (589 B)
        150 root > resolver: DNSKEY . (589 B)
        155 resolver > tld: DNSKEY? example (36 B)
        160 resolver > tld: DNSKEY? example (36 B)
        170 tld > resolver: DNSKEY example (219 B)
        175 tld > resolver: DNSKEY example (219 B)
        185 resolver > shop: DNSKEY? shop.example (41 B)
        190 resolver > shop: DNSKEY? shop.example (41 B)
        225 shop > resolver: DNSKEY shop.example (229 B)
        230 shop > resolver: DNSKEY shop.example (229 B)
        265 resolver: the signatures are right
        265 resolver: A nope.shop.example: found out
        265 resolver > client: NXDOMAIN nope.shop.example (355 B)
        270 resolver: the signatures are right
        270 resolver: MX www.shop.example: found out
        270 resolver > client: no MX www.shop.example (346 B)
        270 client: nope.shop.example: no such name
        275 client: www.shop.example: no MX
    "#]],
    );
}

#[test]
fn what_may_not_be_remembered_is_passed_on_all_the_same() {
    let mut net = net();
    let [root, tld, shop, cdn] = net.zones;
    let now = shop.with(name("now.shop.example"), 0, Data::A([203, 0, 113, 7]));
    net.zones = [root, tld, now, cdn];
    net.lookups = vec![(0, "now.shop.example", Kind::A), (1_000, "now.shop.example", Kind::A)];
    let text = lines(&net.run());
    assert_eq!(text.matches("resolver > shop").count(), 2, "{text}");
    assert_eq!(text.matches("client: now.shop.example: 203.0.113.7").count(), 2, "{text}");
}
