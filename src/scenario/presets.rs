//! What every scenario shares: the network's parameters and the networks worth knowing.

use core::time::Duration;

use super::params::{ParamKind, ParamSpec, Params};
use super::setup::Preset;
use crate::proto;
use crate::proto::app::{Address, App};
use crate::proto::tcp::{Config, Profile};
use crate::sim::fault::{Effect, Fault, Select};
use crate::sim::link::{LinkConfig, Loss};
use crate::sim::trace::Host;
use crate::sim::world::World;

/// Nanoseconds in a millisecond.
pub(super) const MS: u64 = 1_000_000;

/// The round-trip time of the path.
pub(super) const RTT: ParamSpec = ParamSpec {
    key: "rtt",
    label: "Round trip",
    help: "How long a packet takes there and back; each way takes half of it.",
    kind: ParamKind::Duration { min: MS, max: 1_000 * MS, default: 100 * MS },
};

/// The chance of loss.
pub(super) const LOSS: ParamSpec = ParamSpec {
    key: "loss",
    label: "Loss",
    help: "The chance that a packet is lost, each for itself, both ways.",
    kind: ParamKind::Share { max: 200_000, default: 0 },
};

/// The rate of the path.
pub(super) const RATE: ParamSpec = ParamSpec {
    key: "rate",
    label: "Bandwidth",
    help: "How many bits a second the path carries each way; its queue has no end.",
    kind: ParamKind::Rate { max: 1_000_000_000, default: 0 },
};

/// The behaviour of both hosts.
pub(super) const PROFILE: ParamSpec = ParamSpec {
    key: "profile",
    label: "TCP",
    help: "Which timers and defaults both hosts use.",
    kind: ParamKind::Choice {
        options: &[("linux", "Linux"), ("rfc", "The standards' own numbers")],
        default: 0,
    },
};

/// The parameters that describe a network, the same in every scenario.
pub const NETWORK: &[ParamSpec] = &[RTT, RATE, LOSS];

pub(super) const fn network(
    name: &'static str,
    title: &'static str,
    set: &'static [(&'static str, &'static str)],
) -> Preset {
    Preset { name, title, failure: false, set, faults: &[] }
}

/// A failure that parameters bring about.
pub(super) const fn failure(
    name: &'static str,
    title: &'static str,
    set: &'static [(&'static str, &'static str)],
) -> Preset {
    Preset { name, title, failure: true, set, faults: &[] }
}

/// A cable in the same building.
pub(super) const LAN: Preset = network("lan", "LAN", &[("rtt", "1ms")]);
/// A home network and a near server.
pub(super) const WIFI: Preset = network("wifi", "Home Wi-Fi", &[("rtt", "20ms")]);
/// A phone on the move.
pub(super) const MOBILE: Preset = network("mobile", "4G", &[("rtt", "60ms")]);
/// Between Europe and America.
pub(super) const ATLANTIC: Preset = network("atlantic", "Transatlantic", &[("rtt", "100ms")]);
/// A geostationary satellite: 477 ms of it is the speed of light.
pub(super) const SATELLITE: Preset = network("satellite", "Satellite", &[("rtt", "600ms")]);

/// The link that the parameters describe, for both ways.
pub(super) fn link(params: &Params) -> LinkConfig {
    let rate = params.number(RATE.key);
    let ppm = u32::try_from(params.number(LOSS.key)).unwrap_or(u32::MAX);
    LinkConfig {
        rate_bps: (rate > 0).then_some(rate),
        loss: if ppm == 0 { Loss::Never } else { Loss::Each { ppm } },
        ..LinkConfig::new(params.duration(RTT.key) / 2)
    }
}

/// The client's address; RFC 5737 sets this network aside for examples.
const CLIENT_IP: [u8; 4] = [192, 0, 2, 10];
/// The server's address, of another network for examples.
const SERVER_IP: [u8; 4] = [203, 0, 113, 20];

/// A port of the server.
pub(super) const fn server(port: u16) -> Address {
    Address { ip: SERVER_IP, port }
}

/// TCP as the parameters ask for it.
pub(super) fn config(params: &Params) -> Config {
    Config::new(Profile::named(params.choice(PROFILE.key)).unwrap_or(Profile::LINUX))
}

/// The client and the server.
pub(super) fn hosts_of_pair() -> [Host; 2] {
    [("client", "Client", CLIENT_IP), ("server", "Server", SERVER_IP)]
        .map(|(name, title, address)| Host { name, title, address })
}

/// A client and a server with a link each way, and what the scenario lets go wrong.
pub(super) fn pair(
    seed: u64,
    link: LinkConfig,
    client: impl App + 'static,
    server: impl App + 'static,
) -> World {
    let mut world = World::new(seed);
    let [here, there] = hosts_of_pair();
    let client = proto::host::Host::new(CLIENT_IP, world.stream("client"), client);
    let server = proto::host::Host::new(SERVER_IP, world.stream("server"), server);
    let client = world.host(here, client);
    let server = world.host(there, server);
    world.connect(client, server, link);
    world
}

/// Loses the first `times` packets of a kind.
pub(super) fn lose_first(kind: &str, times: u64) -> Vec<Fault> {
    (1..=u32::try_from(times).unwrap_or(u32::MAX)).map(|nth| lose(kind, nth)).collect()
}

/// Loses the `nth` packet of a kind.
pub(super) fn lose(kind: &str, nth: u32) -> Fault {
    Fault::Packet { select: Select { name: kind.to_owned(), nth }, effect: Effect::Drop }
}

/// The round-trip time of the parameters.
pub(super) fn rtt(params: &Params) -> Duration {
    params.duration(RTT.key)
}
