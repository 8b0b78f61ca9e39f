//! What the scenarios of DNS share: the hosts, their zones, and how messages are found.

pub(super) mod amplification;
pub(super) mod negative;
pub(super) mod poisoning;
pub(super) mod private;
pub(super) mod secure;
pub(super) mod steering;
pub(super) mod truncation;
pub(super) mod ttl;
pub(super) mod walk;

use core::time::Duration;

use super::find::{arrival_of, at, ms, note};
use super::measures::bare;
use super::{Context, Figure, MeasureSpec, Unit};
use crate::proto;
use crate::proto::app::{Address, App};
use crate::proto::dns::resolver::Guard;
use crate::proto::dns::{
    Cache, EDNS_SIZE, Lookup, ResolverConfig, ServerConfig, StubConfig, Transport, Zone,
};
use crate::proto::tcp::{Config, Profile};
use crate::sim::endpoint::Event;
use crate::sim::link::LinkConfig;
use crate::sim::time::nanos;
use crate::sim::trace::{EntryId, Host, HostId, PacketView, Trace, TraceEvent};
use crate::sim::world::World;
use crate::wire::dns::{Kind, Message, Name, PORT, Record};

/// The host that asks.
pub(super) const STUB: HostId = HostId(0);
/// The host that finds out.
pub(super) const RESOLVER: HostId = HostId(1);

/// The client's address.
pub(super) const STUB_IP: [u8; 4] = [192, 0, 2, 10];
/// The resolver's address.
pub(super) const RESOLVER_IP: [u8; 4] = [192, 0, 2, 53];
/// The address of a server of the root.
pub(super) const ROOT_IP: [u8; 4] = [198, 51, 100, 1];
/// The address of a server of `example`.
pub(super) const TLD_IP: [u8; 4] = [198, 51, 100, 2];
/// The address of the shop's name server.
pub(super) const SHOP_IP: [u8; 4] = [203, 0, 113, 53];
/// The address of the CDN's name server.
pub(super) const CDN_IP: [u8; 4] = [203, 0, 113, 54];
/// Where the shop is.
pub(super) const WWW_IP: [u8; 4] = [203, 0, 113, 20];

/// What packets of DNS may be called, over UDP and TCP.
pub(super) const KINDS: &[&str] = &[
    "query",
    "answer",
    "referral",
    "nxdomain",
    "no-data",
    "truncated",
    "failure",
    "fragment",
    "syn",
    "syn-ack",
    "ack",
    "fin",
    "rst",
    "data",
    "icmp",
];

/// The name that is looked up.
pub(super) fn www() -> Name {
    Name::of("www.shop.example")
}

/// TCP as Linux has it.
pub(super) const fn tcp() -> Config {
    Config::new(Profile::LINUX)
}

/// Adds a host that runs an application.
pub(super) fn add(
    world: &mut World,
    (name, title): (&'static str, &'static str),
    address: [u8; 4],
    app: impl App + 'static,
) -> HostId {
    let rng = world.stream(name);
    world.host(Host { name, title, address }, proto::host::Host::new(address, rng, app))
}

/// A link of this round trip.
pub(super) fn link(rtt: Duration) -> LinkConfig {
    LinkConfig::new(rtt / 2)
}

/// A zone of this name and of a server in it.
pub(super) fn zone(origin: &str, server: &str) -> Zone {
    Zone::new(Name::of(origin), Name::of(server), (900, 300))
}

/// The root, with a cut at `example`.
pub(super) fn root_zone() -> Zone {
    zone("", "a.root-servers.example").delegate(Name::of("example"), &[(tld_server(), TLD_IP)])
}

fn tld_server() -> Name {
    Name::of("ns.nic.example")
}

/// The zone `example`, with cuts at the shop and the CDN.
pub(super) fn tld_zone() -> Zone {
    zone("example", "ns.nic.example")
        .delegate(Name::of("shop.example"), &[(Name::of("ns1.shop.example"), SHOP_IP)])
        .delegate(Name::of("cdn.example"), &[(Name::of("ns1.cdn.example"), CDN_IP)])
}

/// A server of some zones over UDP and TCP.
pub(super) const fn server(zones: Vec<Zone>) -> ServerConfig {
    ServerConfig { zones, udp_max: EDNS_SIZE, tcp: Some(tcp()), changes: Vec::new() }
}

/// A resolver that knows the root and nothing else.
pub(super) fn resolver() -> ResolverConfig {
    ResolverConfig {
        hints: vec![(Name::of("a.root-servers.example"), ROOT_IP)],
        tcp: tcp(),
        stream_port: None,
        edns_size: EDNS_SIZE,
        anchor: None,
        minimise: false,
        subnet: None,
        guard: Guard::USUAL,
        cache: Cache::default(),
    }
}

/// A stub that looks these names up through the resolver.
pub(super) fn stub(lookups: Vec<Lookup>) -> StubConfig {
    StubConfig {
        servers: vec![Address { ip: RESOLVER_IP, port: PORT }],
        transport: Transport::Datagrams,
        timeout: Duration::from_secs(5),
        attempts: 2,
        edns_size: 0,
        dnssec: false,
        tcp: tcp(),
        cache: None,
        lookups,
    }
}

/// One lookup of an address at the start.
pub(super) fn look_up(name: Name) -> Vec<Lookup> {
    vec![Lookup { after: Duration::ZERO, name, kind: Kind::A }]
}

/// What a server would refer to for `name`: the servers of the zone, and their addresses.
pub(super) fn delegation(zone: &str, server: &str, address: [u8; 4]) -> [Record; 2] {
    use crate::wire::dns::Data;
    let (zone, server) = (Name::of(zone), Name::of(server));
    [
        Record::new(zone, 172_800, Data::Ns(server.clone())),
        Record::new(server, 172_800, Data::A(address)),
    ]
}

/// The message in a packet: of a datagram, or of a stream if all of it is in this packet.
pub(super) fn message(packet: &PacketView<'_>) -> Option<Message> {
    let bytes = packet.sent.packet.body.to_vec();
    match Message::decode(&bytes) {
        Ok(message) => Some(message),
        Err(_) => Message::decode(bytes.get(2..)?).ok(),
    }
}

/// The packets of a kind that one host sends to another, in order.
pub(super) fn sent<'a>(
    trace: &'a Trace,
    from: HostId,
    to: HostId,
    kind: &'a str,
) -> impl Iterator<Item = PacketView<'a>> {
    trace
        .packets()
        .filter(move |packet| packet.from == from && packet.sent.to == to && is_kind(packet, kind))
}

fn is_kind(packet: &PacketView<'_>, kind: &str) -> bool {
    packet.sent.packet.about.units.first().is_some_and(|unit| unit.kind == kind)
}

/// The first packet of a kind from one host to another.
pub(super) fn first(trace: &Trace, from: HostId, to: HostId, kind: &str) -> Option<EntryId> {
    sent(trace, from, to, kind).next().map(|packet| packet.entry)
}

/// The arrival of the first packet of a kind from one host at another that arrives.
pub(super) fn arrival(trace: &Trace, from: HostId, to: HostId, kind: &str) -> Option<EntryId> {
    sent(trace, from, to, kind).find_map(|packet| arrival_of(trace, packet.sent.id))
}

/// The packet that was sent or received at an entry.
pub(super) fn packet_at(trace: &Trace, entry: EntryId) -> Option<PacketView<'_>> {
    match &trace.entry(entry)?.event {
        TraceEvent::PacketSent(sent) => trace.packet(sent.id),
        TraceEvent::PacketReceived { id, .. } => trace.packet(*id),
        TraceEvent::Endpoint(_) => None,
    }
}

/// The bytes of the message at an entry.
pub(super) fn size_at(trace: &Trace, entry: EntryId) -> u64 {
    packet_at(trace, entry).map_or(0, |packet| packet.sent.packet.body.len())
}

/// What a note says.
pub(super) fn said(trace: &Trace, entry: EntryId) -> &str {
    match trace.entry(entry).map(|entry| &entry.event) {
        Some(TraceEvent::Endpoint(Event::Note { text, .. })) => text,
        _ => "",
    }
}

/// The end of the stub's first lookup, however it ended.
pub(super) fn ended(trace: &Trace) -> Option<EntryId> {
    let ends = ["resolved", "no-name", "no-data", "failed"];
    ends.iter().filter_map(|name| note(trace, STUB, name)).min()
}

/// The time of the stub's first lookup.
pub(super) fn lookup_time(trace: &Trace) -> Option<Figure> {
    let from = note(trace, STUB, "lookup")?;
    Some(super::find::span(trace, from, ended(trace)?))
}

/// The time between two entries, in words.
pub(super) fn took(trace: &Trace, from: EntryId, to: EntryId) -> String {
    ms(nanos(at(trace, to) - at(trace, from)))
}

/// How long the lookup took.
pub(super) const LOOKUP: MeasureSpec = MeasureSpec {
    name: "lookup",
    title: "Lookup",
    unit: Unit::Milliseconds,
    compute: |context| lookup_time(context.trace),
};

/// Questions that the resolver asked others.
pub(super) const ASKED: MeasureSpec = MeasureSpec {
    name: "asked",
    title: "Questions of the resolver",
    unit: Unit::Count,
    compute: |context| Some(bare(asked(context))),
};

fn asked(context: &Context<'_>) -> u64 {
    let packets = context.trace.packets();
    packets.filter(|packet| packet.from == RESOLVER && is_kind(packet, "query")).count() as u64
}
