//! What every scenario shares: the network's parameters and the networks worth knowing.

use core::time::Duration;

use super::params::{ParamKind, ParamSpec, Params};
use super::setup::Preset;
use crate::sim::link::{LinkConfig, Loss};

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

const fn network(
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

/// The round-trip time of the parameters.
pub(super) fn rtt(params: &Params) -> Duration {
    params.duration(RTT.key)
}
