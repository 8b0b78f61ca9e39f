//! A run as one host saw it, as a sequence of JSON records (RFC 7464) in the format qlog.
//!
//! [`Version::Draft`] is draft-ietf-quic-qlog-main-schema with -quic-events. qlog has no schema
//! for TCP, so TCP's events have a namespace of their own. [`Version::Older`] is qlog 0.3, which
//! the visualisations of qvis read: there segments are written as packets of QUIC, because those
//! are what they draw.

mod tcp;

use super::comment;
use crate::json::write::{Object, Value};
use crate::scenario::Run;
use crate::sim::endpoint::{Event, MetricUnit};
use crate::sim::trace::{Entry, HostId, PacketId, TraceEvent};

/// Which qlog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// The current draft.
    Draft,
    /// 0.3, for qvis.
    Older,
}

/// The schemas of the current draft that events may be of.
const SCHEMAS: [&str; 4] = [
    "urn:ietf:params:qlog:events:quic",
    "urn:ietf:params:qlog:events:loglevel",
    "urn:roundtrip:qlog:events:tcp",
    "urn:roundtrip:qlog:events:ip",
];

/// The log of a host.
pub fn of_run(run: &Run, host: HostId, version: Version) -> String {
    let mut log = Log { run, host, version, tcp: tcp::Numbers::default(), out: String::new() };
    log.record(log.header());
    for entry in run.trace.entries.iter().filter(|entry| entry.host == host) {
        log.entry(entry);
    }
    log.out
}

/// A log that is being written.
struct Log<'a> {
    run: &'a Run,
    host: HostId,
    version: Version,
    tcp: tcp::Numbers,
    out: String,
}

/// An object under construction.
fn object() -> Object {
    Object::default()
}

impl Log<'_> {
    /// A record: its separator, JSON and a line's end (RFC 7464 section 2.2).
    fn record(&mut self, value: impl Into<Value>) {
        self.out.push('\u{1e}');
        self.out.push_str(&value.into().to_string());
        self.out.push('\n');
    }

    fn header(&self) -> Object {
        let run = self.run;
        let host = run.trace.host(self.host);
        // What neither asks nor answers is the network (main schema section 5.1).
        let kind = match host.name {
            "client" | "server" => host.name,
            _ => "network",
        };
        let point = object().with("name", host.name).with("type", kind);
        let title = format!("{} {}", run.scenario, run.setup.params);
        let head = match self.version {
            Version::Draft => object()
                .with("file_schema", "urn:ietf:params:qlog:file:sequential")
                .with("serialization_format", "application/qlog+json-seq"),
            Version::Older => object().with("qlog_version", "0.3").with("qlog_format", "JSON-SEQ"),
        };
        let trace = match self.version {
            Version::Draft => {
                let clock = object().with("clock_type", "monotonic").with("epoch", "unknown");
                let common =
                    object().with("time_format", "relative_to_epoch").with("reference_time", clock);
                object()
                    .with("vantage_point", point)
                    .with("event_schemas", SCHEMAS.into_iter().map(Value::from).collect::<Value>())
                    .with("common_fields", common)
            }
            Version::Older => object().with("vantage_point", point).with(
                "common_fields",
                object().with("time_format", "relative").with("reference_time", 0_u64),
            ),
        };
        head.with("title", title.trim()).with("trace", trace)
    }

    /// An event at a time.
    fn event(&mut self, entry: &Entry, name: &str, data: Object) {
        let time = Value::Millis(entry.at.as_nanos());
        self.record(object().with("time", time).with("name", name).with("data", data));
    }

    fn entry(&mut self, entry: &Entry) {
        match &entry.event {
            TraceEvent::PacketSent(sent) => {
                if let Some(before) = sent.retransmits {
                    self.lost(entry, before);
                }
                self.packet(entry, sent.id, true);
            }
            TraceEvent::PacketReceived { id, .. } => self.packet(entry, *id, false),
            TraceEvent::Endpoint(event) => self.report(entry, event),
        }
    }

    /// A packet leaves or arrives.
    fn packet(&mut self, entry: &Entry, id: PacketId, out: bool) {
        let Some(view) = self.run.trace.packet(id) else { return };
        let word = if out { "packet_sent" } else { "packet_received" };
        let packet = &view.sent.packet;
        if let Some(segment) = packet.segment() {
            let (space, data) = match self.version {
                Version::Draft => ("tcp", tcp::data(&segment, packet)),
                Version::Older => ("transport", self.tcp.data(&segment, view)),
            };
            return self.event(entry, &format!("{space}:{word}"), data);
        }
        if self.version == Version::Draft {
            let label = packet.label();
            let data = object()
                .with("kind", label.kind)
                .with("raw", object().with("length", packet.size()))
                .with("text", comment(self.run, view));
            self.event(entry, &format!("ip:{word}"), data);
        }
    }

    /// A sender takes a packet for lost: it sends the same bytes again.
    fn lost(&mut self, entry: &Entry, id: PacketId) {
        let Some(view) = self.run.trace.packet(id) else { return };
        let Some(segment) = view.sent.packet.segment() else { return };
        let (name, header) = match self.version {
            Version::Draft => ("tcp:packet_lost", tcp::header(&segment, &view.sent.packet)),
            Version::Older => ("recovery:packet_lost", tcp::older_header(view)),
        };
        self.event(entry, name, object().with("header", header));
    }

    fn report(&mut self, entry: &Entry, event: &Event) {
        let draft = self.version == Version::Draft;
        match event {
            Event::MetricUpdated { connection, name, value, unit } => {
                let Some(known) = metric(name) else { return };
                let value = match unit {
                    MetricUnit::Nanoseconds => Value::Millis(*value),
                    MetricUnit::Bytes | MetricUnit::Count => Value::Number(*value),
                };
                let data = object().with(known, value);
                match self.version {
                    Version::Draft => {
                        let data = data.with("connection", *connection);
                        self.event(entry, "tcp:recovery_metrics_updated", data);
                    }
                    Version::Older => self.event(entry, "recovery:metrics_updated", data),
                }
            }
            Event::StateUpdated { machine, connection, from, to } if draft => {
                let data = object()
                    .with("machine", *machine)
                    .with("connection", *connection)
                    .with("old", *from)
                    .with("new", *to);
                self.event(entry, "tcp:connection_state_updated", data);
            }
            Event::TimerSet { connection, timer, fires } if draft => {
                let delta = Value::Millis(fires.as_nanos() - entry.at.as_nanos());
                let data = timer_data(*connection, timer, "set").with("delta", delta);
                self.event(entry, "tcp:timer_updated", data);
            }
            Event::TimerFired { connection, timer } if draft => {
                self.event(entry, "tcp:timer_updated", timer_data(*connection, timer, "expired"));
            }
            Event::TimerCancelled { connection, timer } if draft => {
                let data = timer_data(*connection, timer, "cancelled");
                self.event(entry, "tcp:timer_updated", data);
            }
            Event::Note { text, .. } if draft => {
                self.event(entry, "loglevel:info", object().with("message", text.as_str()));
            }
            Event::PacketDropped { reason } if draft => {
                self.event(entry, "ip:packet_dropped", object().with("trigger", *reason));
            }
            _ => {}
        }
    }
}

/// What qlog calls a metric (quic-events, `recovery_metrics_updated`), if it has it.
fn metric(name: &str) -> Option<&'static str> {
    const NAMES: [(&str, &str); 5] = [
        ("cwnd", "congestion_window"),
        ("ssthresh", "ssthresh"),
        ("bytes-in-flight", "bytes_in_flight"),
        ("srtt", "smoothed_rtt"),
        ("rttvar", "rtt_variance"),
    ];
    NAMES.iter().find(|(ours, _)| *ours == name).map(|(_, theirs)| *theirs)
}

fn timer_data(connection: u32, timer: &str, what: &str) -> Object {
    object().with("timer_type", timer).with("connection", connection).with("event_type", what)
}
