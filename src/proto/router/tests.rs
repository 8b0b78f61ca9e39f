//! What hosts in the middle do with packets.

use core::time::Duration;

use expect_test::{Expect, expect};

use super::nat::{Nat, NatConfig};
use super::{Middlebox, Router};
use crate::sim::endpoint::{Endpoint, Event, Input, Output};
use crate::sim::link::LinkConfig;
use crate::sim::route::Prefix;
use crate::sim::time::Instant;
use crate::sim::trace::Host;
use crate::sim::world::World;
use crate::wire::ipv4::Ipv4;
use crate::wire::tcp::{Flags, Segment, is_intact};
use crate::wire::{About, Packet, Payload};

const INSIDE: [u8; 4] = [192, 168, 1, 10];
const PUBLIC: [u8; 4] = [198, 51, 100, 7];
const SERVER: [u8; 4] = [203, 0, 113, 20];

fn segment(from: ([u8; 4], u16), to: ([u8; 4], u16), flags: Flags, len: u64) -> Packet {
    let segment =
        Segment { source_port: from.1, destination_port: to.1, flags, ..Segment::default() };
    Packet::tcp((from.0, to.0), 9, segment, Payload::pattern(0, len), About::default())
}

/// The same with other flags in the IP header.
fn cuttable(packet: &Packet) -> Packet {
    let ip = Ipv4 { flags: 0, ..Ipv4::decode(&packet.head).unwrap() };
    let mut head = ip.sealed().to_vec();
    head.extend(&packet.head[20..]);
    Packet { head: head.into(), ..packet.clone() }
}

fn nat(ports: (u16, u16)) -> Nat {
    let inside = Prefix::new([192, 168, 0, 0], 16);
    Nat::new(NatConfig { port_min: ports.0, port_max: ports.1, ..NatConfig::new(inside, PUBLIC) })
}

fn line(packet: &Packet) -> String {
    let ip = Ipv4::decode(&packet.head).unwrap();
    let read = packet.segment().unwrap();
    assert!(ip.is_intact());
    assert!(is_intact(ip.source, ip.destination, &packet.head[20..], &packet.body));
    let text = crate::wire::ipv4::address_text;
    format!(
        "{}:{} > {}:{}",
        text(ip.source),
        read.source_port,
        text(ip.destination),
        read.destination_port
    )
}

fn shown(passed: Result<Packet, &'static str>) -> String {
    passed.map_or_else(str::to_owned, |packet| line(&packet))
}

#[test]
fn two_hosts_with_one_port_get_two_public_ports_and_their_own_answers() {
    let mut nat = nat((1024, u16::MAX));
    let now = Instant::START;
    let server = (SERVER, 443);
    let other = [192, 168, 1, 11];
    let mut pass = |from, to, flags| shown(nat.pass(now, segment(from, to, flags, 0)));
    let lines = [
        pass((INSIDE, 5000), server, Flags::SYN),
        pass((other, 5000), server, Flags::SYN),
        pass(server, (PUBLIC, 5000), Flags::SYN | Flags::ACK),
        pass(server, (PUBLIC, 1024), Flags::SYN | Flags::ACK),
        pass(server, (PUBLIC, 4999), Flags::SYN | Flags::ACK),
        pass((SERVER, 80), (PUBLIC, 5000), Flags::SYN),
    ];
    let expected = expect![[r#"
        198.51.100.7:5000 > 203.0.113.20:443
        198.51.100.7:1024 > 203.0.113.20:443
        203.0.113.20:443 > 192.168.1.10:5000
        203.0.113.20:443 > 192.168.1.11:5000
        no mapping for this port
        the inside never wrote to this sender"#]];
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn a_full_table_refuses_new_flows_and_keeps_the_old_ones() {
    let mut nat = nat((1024, 1025));
    let now = Instant::START;
    let mut open =
        |port| shown(nat.pass(now, segment((INSIDE, port), (SERVER, 443), Flags::SYN, 0)));
    assert_eq!(open(7000), "198.51.100.7:1024 > 203.0.113.20:443");
    assert_eq!(open(7001), "198.51.100.7:1025 > 203.0.113.20:443");
    assert_eq!(open(7002), "no public port is free");
    assert_eq!(open(7000), "198.51.100.7:1024 > 203.0.113.20:443");
}

#[test]
fn an_unanswered_connection_is_forgotten_after_four_minutes() {
    let mut nat = nat((1024, u16::MAX));
    let syn = || segment((INSIDE, 5000), (SERVER, 443), Flags::SYN, 0);
    assert!(nat.pass(Instant::START, syn()).is_ok());
    assert!(nat.pass(Instant::from_millis(1_000), syn()).is_ok());
    assert_eq!(nat.poll_timeout(), Some(Instant::from_millis(241_000)));
    nat.on_timeout(Instant::from_millis(241_000));
    assert_eq!(nat.poll_timeout(), None);
    let answer = segment((SERVER, 443), (PUBLIC, 5000), Flags::SYN | Flags::ACK, 0);
    let late = nat.pass(Instant::from_millis(241_000), answer);
    assert_eq!(shown(late), "no mapping for this port");
}

/// What a router does with a packet.
fn routed(mut router: Router, packet: Packet) -> Vec<String> {
    router.handle(Instant::START, Input::Packet(packet.into()));
    core::iter::from_fn(|| router.poll(Instant::START))
        .map(|output| match output {
            Output::Transmit(sent) => {
                let ip = Ipv4::decode(&sent.packet.head).unwrap();
                assert!(ip.is_intact());
                let label = sent.packet.label();
                format!("{} {}, {} B, ttl {}", label.name, label.detail, ip.total_len, ip.ttl)
            }
            Output::Event(Event::PacketDropped { reason }) => reason.to_owned(),
            other => format!("{other:?}"),
        })
        .collect()
}

fn check(lines: &[String], expected: &Expect) {
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn a_router_takes_one_from_the_time_to_live_and_ends_what_has_none_left() {
    let packet = segment((INSIDE, 1), (SERVER, 2), Flags::SYN, 0);
    let router = || Router::new(PUBLIC);
    check(&routed(router(), packet.clone()), &expect!["SYN seq 0, 40 B, ttl 63"]);
    let last = (0..63).fold(packet, |packet, _| packet.aged());
    check(
        &routed(router(), last.clone()),
        &expect![[r#"
            time exceeded 68 B, 68 B, ttl 64
            time to live is over"#]],
    );
    check(&routed(router().silent(), last), &expect!["time to live is over"]);
}

#[test]
fn a_packet_too_large_is_cut_or_refused_with_the_mtu() {
    let router = || Router::new(PUBLIC).mtu(Prefix::ALL, 1400);
    let packet = segment((INSIDE, 1), (SERVER, 2), Flags::ACK, 1460);
    check(
        &routed(router(), packet.clone()),
        &expect![[r#"
            fragmentation needed MTU 1400, 576 B, ttl 64
            larger than the next link's MTU and not to be cut"#]],
    );
    check(
        &routed(router(), cuttable(&packet)),
        &expect![[r#"
            data seq 0, 1356 B, 1396 B, ttl 63
            fragment bytes 1376 to 1479, 124 B, ttl 63"#]],
    );
}

#[test]
fn a_packet_takes_the_way_of_the_tables_and_says_which_hosts_it_passed() {
    let mut world = World::new(1);
    let host = |name, address| Host { name, title: name, address };
    /// Sends one SYN, or nothing.
    struct Once(Option<Packet>);
    impl Endpoint for Once {
        fn handle(&mut self, _: Instant, _: Input) {}
        fn poll(&mut self, _: Instant) -> Option<Output> {
            let packet = self.0.take()?;
            let transmit = crate::sim::endpoint::Transmit { packet, tag: 1, retransmits: None };
            Some(Output::Transmit(transmit))
        }
        fn poll_timeout(&self) -> Option<Instant> {
            None
        }
    }
    let syn = segment((INSIDE, 5000), (SERVER, 443), Flags::SYN, 0);
    let client = world.host(host("client", INSIDE), Once(Some(syn)));
    let router = world.host(host("nat", PUBLIC), Router::new(PUBLIC).with(nat((1024, u16::MAX))));
    let server = world.host(host("server", SERVER), Once(None));
    world.connect(client, router, LinkConfig::new(Duration::from_millis(1)));
    world.connect(router, server, LinkConfig::new(Duration::from_millis(10)));
    world.route(client, Prefix::ALL, router);
    let expected = expect![[r#"
        0.000      client > nat: Flags [S], seq 0, win 0, length 0
        1.000      nat < SYN
        1.000      nat > server: Flags [S], seq 0, win 0, length 0
        1.000      nat note: new mapping: 192.168.1.10:5000 is 198.51.100.7:5000
        1.000      nat nat-mappings = 1
        1.000      nat timer mapping set for 240001.000
        11.000     server < SYN
        240001.000 nat timer mapping fired
        240001.000 nat note: the mapping of 192.168.1.10:5000 is forgotten
        240001.000 nat nat-mappings = 0
    "#]];
    expected.assert_eq(&world.run().to_string());
}
