//! `tls-expiry`: certificates that run out, and who renews them in time.
//!
//! RFC 5280 section 4.1.2.5 says from when until when; RFC 8555 how a machine renews. Days pass
//! between the visits, so the whole life of a certificate is one run.

mod apps;

use core::time::Duration;

use self::apps::{Authority, Pages, Plan, Site, Visitor};
use super::messages::{Message, sending, sent};
use super::sides::{NAME, authority};
use crate::proto::host::Host;
use crate::proto::tcp::{Config, Profile};
use crate::proto::tls::chain::Request;
use crate::proto::tls::config::TODAY;
use crate::proto::tls::{ClientConfig, Identity, PORT, Secure, ServerConfig};
use crate::scenario::find::{CLIENT, SERVER, at, count, note, reports};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{RTT, failure, hosts_of_pair, link, network, server};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Context, Fidelity, Figure, MeasureSpec, Scenario, StepSpec, Topic, Unit,
};
use crate::sim::endpoint::Event;
use crate::sim::link::LinkConfig;
use crate::sim::rng::Rng;
use crate::sim::time::Instant;
use crate::sim::trace::{self, EntryId, HostId, Trace};
use crate::sim::world::World;
use crate::wire::tls::x509::Algorithm;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TlsExpiry;

/// A day.
const DAY: Duration = Duration::from_secs(86_400);
/// How long after a failed try the next one follows.
const RETRY: Duration = DAY;
/// When the first visit is, so that none is at the moment of a renewal.
const FIRST: Duration = Duration::from_secs(3_600);
/// The authority and the round trip to it.
const CA: [u8; 4] = [198, 51, 100, 30];
const CA_RTT: Duration = Duration::from_millis(20);

const PARAMS: &[ParamSpec] = &[
    RTT,
    ParamSpec {
        key: "lifetime",
        label: "Lifetime in days",
        help: "For how many days a certificate is good.",
        kind: ParamKind::Count { min: 2, max: 398, default: 90 },
    },
    ParamSpec {
        key: "renewal",
        label: "Renewal",
        help: "Whether a program renews at two thirds of the lifetime, or a person.",
        kind: ParamKind::Choice {
            options: &[("automatic", "By a program"), ("manual", "By a person")],
            default: 0,
        },
    },
    ParamSpec {
        key: "forgotten",
        label: "Forgotten for days",
        help: "How many days after two thirds of the lifetime a person thinks of it.",
        kind: ParamKind::Count { min: 0, max: 200, default: 40 },
    },
    ParamSpec {
        key: "outage",
        label: "Authority out for days",
        help: "For how many days from the first planned renewal on the authority cannot issue.",
        kind: ParamKind::Count { min: 0, max: 200, default: 0 },
    },
    ParamSpec {
        key: "visits",
        label: "Visits",
        help: "How often a client opens the site in all that time, at even distances.",
        kind: ParamKind::Count { min: 4, max: 60, default: 16 },
    },
];

const PRESETS: &[Preset] = &[
    network("days-6", "6 days", &[("lifetime", "6")]),
    network("days-45", "45 days", &[("lifetime", "45")]),
    network("days-47", "47 days, the limit from 2029", &[("lifetime", "47")]),
    network("days-90", "90 days", &[("lifetime", "90")]),
    network("days-200", "200 days, the limit from March 2026", &[("lifetime", "200")]),
    network("days-398", "398 days, the limit until March 2026", &[("lifetime", "398")]),
    failure("survived", "An outage of 25 days", &[("outage", "25")]),
    failure("outage", "An outage of 45 days", &[("outage", "45")]),
    failure("short-outage", "6 days, an outage of 4", &[("lifetime", "6"), ("outage", "4")]),
    failure("forgotten", "A person forgot", &[("renewal", "manual"), ("forgotten", "45")]),
];

/// Two thirds of a lifetime in days: the moment of renewal.
const fn two_thirds(lifetime: u64) -> Duration {
    Duration::from_secs(lifetime * 86_400 * 2 / 3)
}

/// Days as a length of time.
const fn days(days: u64) -> Duration {
    Duration::from_secs(days * 86_400)
}

/// A certificate for so many days from now on.
fn issued(lifetime: u64, now: Instant) -> Identity {
    let begins = TODAY + now.as_nanos() / 1_000_000_000;
    let request = Request {
        names: vec![NAME.to_owned()],
        validity: (begins, begins + days(lifetime).as_secs()),
        size: None,
        complete: true,
    };
    authority(Algorithm::Ecdsa).issue(&request)
}

/// How late after two thirds a renewal is asked for.
fn late(params: &Params) -> Duration {
    let manual = params.choice("renewal") == "manual";
    days(if manual { params.number("forgotten") } else { 0 })
}

/// When the last visit is: after the first certificate, and after what went wrong.
fn horizon(params: &Params) -> Duration {
    let lifetime = days(params.number("lifetime"));
    lifetime + late(params).max(days(params.number("outage"))) + lifetime / 6
}

/// A moment as captions say it: `day 60`, with the hour where there is one.
fn day(at: Instant) -> String {
    let hours = at.as_nanos() / 3_600_000_000_000;
    match hours % 24 {
        0 => format!("day {}", hours / 24),
        hour => format!("day {}, {hour} h", hours / 24),
    }
}

/// The day of an entry.
fn day_of(trace: &Trace, entry: EntryId) -> String {
    day(at(trace, entry))
}

/// The entries at which a host notes this.
fn notes<'a>(
    trace: &'a Trace,
    host: HostId,
    wanted: &'static str,
) -> impl Iterator<Item = EntryId> + 'a {
    reports(trace, host, move |event| matches!(event, Event::Note { name, .. } if *name == wanted))
}

/// How many visits ended so.
fn visits(trace: &Trace, wanted: &'static str) -> u64 {
    notes(trace, CLIENT, wanted).count() as u64
}

/// The first alert that is more than a goodbye.
fn alert(trace: &Trace) -> Option<Message<'_>> {
    sent(trace, CLIENT, "alert").find(|message| !message.unit.detail.contains("close_notify"))
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "first-visit",
        title: "A visit",
        find: |trace| note(trace, CLIENT, "certificate-accepted"),
        caption: |trace, entry| {
            format!(
                "{}: the client checks the chain and its dates, and believes it.",
                begin(&day_of(trace, entry))
            )
        },
    },
    StepSpec {
        name: "order",
        title: "Renewal is due",
        find: |trace| sending(trace, SERVER, "order"),
        caption: |trace, entry| {
            format!(
                "{}: the site asks the authority for its next certificate.",
                begin(&day_of(trace, entry))
            )
        },
    },
    StepSpec {
        name: "not-renewed",
        title: "No new one",
        find: |trace| note(trace, SERVER, "not-renewed"),
        caption: |_, _| {
            "The authority cannot issue now. The old certificate goes on, and the site asks again \
             every day."
                .to_owned()
        },
    },
    StepSpec {
        name: "expired",
        title: "Run out",
        find: |trace| note(trace, SERVER, "expired"),
        caption: |trace, entry| {
            format!(
                "{}: the certificate is over. The server runs on and notices nothing.",
                begin(&day_of(trace, entry))
            )
        },
    },
    StepSpec {
        name: "refused",
        title: "Refused",
        find: |trace| note(trace, CLIENT, "certificate-refused"),
        caption: |trace, entry| {
            format!(
                "{}: the client reads the dates by its own clock, and believes no more.",
                begin(&day_of(trace, entry))
            )
        },
    },
    StepSpec {
        name: "alert",
        title: "Alert",
        find: |trace| alert(trace).map(|message| message.segment.packet.entry),
        caption: |trace, _| {
            let name = alert(trace).map_or("", |message| message.unit.detail.as_str());
            format!("The alert says {name}: no request is sent, a person sees a warning.")
        },
    },
    StepSpec {
        name: "renewed",
        title: "A new certificate",
        find: |trace| note(trace, SERVER, "renewed"),
        caption: |trace, entry| {
            let tries = sent(trace, SERVER, "order")
                .filter(|message| message.segment.packet.entry < entry)
                .count() as u64;
            format!(
                "{}: after {} the site has a new certificate, and shows it from now on.",
                begin(&day_of(trace, entry)),
                if tries == 1 { "1 try".to_owned() } else { format!("{tries} tries") }
            )
        },
    },
    StepSpec {
        name: "works-again",
        title: "Works again",
        find: |trace| note(trace, CLIENT, "works-again"),
        caption: |trace, entry| {
            format!(
                "{}: a visit works again, after {} with a warning.",
                begin(&day_of(trace, entry)),
                count(visits(trace, "no-page"), "visit")
            )
        },
    },
    StepSpec {
        name: "last-visit",
        title: "The last visit",
        find: |trace| notes(trace, CLIENT, "visited").last(),
        caption: |trace, entry| {
            format!(
                "{}: the last visit, and it works, after {}.",
                begin(&day_of(trace, entry)),
                count(notes(trace, SERVER, "renewed").count() as u64, "renewal")
            )
        },
    },
];

/// The same with a large first letter.
fn begin(words: &str) -> String {
    words.replacen('d', "D", 1)
}

/// From the end of each certificate to its successor, in hours.
fn down(context: &Context<'_>) -> u64 {
    let (trace, params) = (context.trace, &context.setup.params);
    let lifetime = days(params.number("lifetime"));
    let last = Instant::START + horizon(params);
    let mut ends = Instant::START + lifetime;
    let mut down = Duration::ZERO;
    for renewed in notes(trace, SERVER, "renewed").map(|entry| at(trace, entry)) {
        down += renewed - ends;
        ends = renewed + lifetime;
    }
    // The last one may have ended without a successor.
    down += last - ends;
    down.as_secs() / 3_600
}

/// Days from the planned renewal to the end.
fn tolerated(context: &Context<'_>) -> Option<Figure> {
    let lifetime = days(context.setup.params.number("lifetime"));
    let left = lifetime.saturating_sub(two_thirds(context.setup.params.number("lifetime")));
    Some(bare(left.as_secs() / DAY.as_secs()))
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "tolerated",
        title: "Days that an outage of the authority may last",
        unit: Unit::Count,
        compute: tolerated,
    },
    MeasureSpec {
        name: "renewals-ten-years",
        title: "Renewals in ten years",
        unit: Unit::Count,
        compute: |context| {
            let lifetime = context.setup.params.number("lifetime");
            // One every two thirds of a lifetime, rounded.
            Some(bare((3_650 * 3 + lifetime) / (2 * lifetime)))
        },
    },
    MeasureSpec {
        name: "exposure",
        title: "Days for which a stolen key may be used",
        unit: Unit::Count,
        compute: |context| Some(bare(context.setup.params.number("lifetime"))),
    },
    MeasureSpec {
        name: "down",
        title: "Hours without a valid certificate",
        unit: Unit::Count,
        compute: |context| Some(bare(down(context))),
    },
    MeasureSpec {
        name: "refused",
        title: "Visits with a warning",
        unit: Unit::Count,
        compute: |context| Some(bare(visits(context.trace, "no-page"))),
    },
    MeasureSpec {
        name: "orders",
        title: "Times that the site asked for a certificate",
        unit: Unit::Count,
        compute: |context| Some(bare(sent(context.trace, SERVER, "order").count() as u64)),
    },
    MeasureSpec {
        name: "renewals",
        title: "Renewals in this run",
        unit: Unit::Count,
        compute: |context| Some(bare(notes(context.trace, SERVER, "renewed").count() as u64)),
    },
    PACKETS,
    BYTES_ON_WIRE,
];

const KINDS: &[&str] = &[
    "syn",
    "syn-ack",
    "ack",
    "fin",
    "rst",
    "client-hello",
    "server-hello",
    "finished",
    "alert",
    "request",
    "response",
    "order",
    "issued",
    "unavailable",
];

const ABOUT: About = About {
    id: "tls-expiry",
    title: "A certificate runs out",
    summary: "Renewed at two thirds of its life, a certificate leaves a third for what goes wrong.",
    topic: Topic::Tls,
    hosts: &["client", "server", "authority"],
    kinds: KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "Full handshakes of TLS 1.3 days apart, with certificates whose dates the client \
                   checks; renewal at two thirds; an authority that cannot issue; the alert.",
        left_out: "ACME is an order and an answer without protection: no accounts, challenges and \
                   hints when to renew. Clocks are right, and nobody revokes anything.",
        standards: &["RFC 5280 section 4.1.2.5", "RFC 8446 section 6.2", "RFC 8555 section 7.4"],
        checked: "An outage of 30 days at 90, 15 at 45 and 2 at 6 is just survived, and one day \
                  more is not; 6.1, 12.2 and 91 renewals a year.",
    },
};

impl Scenario for TlsExpiry {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let tcp = Config::new(Profile::LINUX);
        let lifetime = params.number("lifetime");
        let horizon = horizon(params);
        let chance = Rng::new(seed);
        let mut world = World::new(seed);
        let visits = u32::try_from(params.number("visits")).unwrap_or(4);
        let every = (horizon - FIRST) / (visits - 1).max(1);
        let first = Instant::START + FIRST;
        let visitor = Visitor::new(server(PORT), tcp, (first, every), visits);
        let believes = ClientConfig::new(NAME, authority(Algorithm::Ecdsa).trust());
        let visitor = Secure::client(visitor, believes, chance.stream("tls client"));
        let own = ServerConfig::new(issued(lifetime, Instant::START));
        let pages = Secure::server(Pages::new(tcp), own, chance.stream("tls server"));
        let until = Instant::START + horizon;
        let site = Site::new(pages, tcp, Plan { lifetime, late: late(params), until });
        let from = Instant::START + two_thirds(lifetime);
        let outage = (from, from + days(params.number("outage")));
        let [here, there] = hosts_of_pair();
        let ca = trace::Host { name: "authority", title: "Authority", address: CA };
        let visitor = Host::new(here.address, world.stream("client"), visitor);
        let site = Host::new(there.address, world.stream("server"), site);
        let issuer = Host::new(CA, world.stream("authority"), Authority::new(tcp, outage));
        let (client, site) = (world.host(here, visitor), world.host(there, site));
        let issuer = world.host(ca, issuer);
        world.connect(client, site, link(params));
        world.connect(site, issuer, LinkConfig::new(CA_RTT / 2));
        world.time_max(until + DAY);
        world
    }
}

#[cfg(test)]
mod tests;
