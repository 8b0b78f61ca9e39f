//! A run as JSON, for programs, and its hash, which is equal on every machine.
//!
//! Keys stand in a fixed order and times are whole nanoseconds, so equal runs give equal bytes.

use super::{Figure, Ledger, Measure, Run, Step};
use crate::json::write::{Object, Value as Json};
use crate::sim::endpoint::{Event, MetricUnit};
use crate::sim::link::Outcome;
use crate::sim::trace::{End, Entry, Host, HostId, Sent, Trace, TraceEvent};
use crate::wire::Keys;
use crate::wire::encoder::FieldValue;
use crate::wire::layers::Layer;

/// The run as one JSON object, without line breaks.
pub fn of_run(run: &Run) -> String {
    let params = run.setup.params.all().map(|(key, value)| (key.to_owned(), value.to_string()));
    let faults = run.setup.faults.iter().map(|fault| Json::from(fault.to_string()));
    let trace = &run.trace;
    Json::from(
        Object::default()
            .with("scenario", run.scenario)
            .with("params", Json::Object(params.map(|(key, value)| (key, value.into())).collect()))
            .with("seed", run.setup.seed)
            .with("faults", faults.collect::<Json>())
            .with("hosts", trace.hosts.iter().map(host).collect::<Json>())
            .with("steps", run.steps.iter().map(step).collect::<Json>())
            .with("measures", run.measures.iter().map(measure).collect::<Json>())
            .with("ledger", ledger(&run.ledger))
            .with("entries", trace.entries.iter().map(|line| entry(trace, line)).collect::<Json>())
            .with("end", end(trace.end)),
    )
    .to_string()
}

/// A hash of the run, of all that [`of_run`] says (FNV-1a with 64 bits).
pub fn trace_hash(run: &Run) -> u64 {
    of_run(run).bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn host(host: &Host) -> Json {
    let [a, b, c, d] = host.address;
    Object::default()
        .with("name", host.name)
        .with("title", host.title)
        .with("address", format!("{a}.{b}.{c}.{d}"))
        .into()
}

fn step(step: &Step) -> Json {
    Object::default()
        .with("name", step.name)
        .with("t_ns", step.at.as_nanos())
        .with("entry", step.entry.0)
        .with("title", step.title)
        .with("caption", step.caption.as_str())
        .into()
}

fn measure(measure: &Measure) -> Json {
    let terms = |figure: &Figure| {
        figure
            .sum
            .iter()
            .map(|term| {
                Object::default()
                    .with("label", term.label.as_str())
                    .with("value", term.value)
                    .into()
            })
            .collect::<Json>()
    };
    let figure = measure.figure.as_ref();
    Object::default()
        .with("name", measure.name)
        .with("value", figure.map(|figure| figure.value))
        .with("unit", measure.unit.id())
        .with("title", measure.title)
        .with_some("sum", figure.map(terms))
        .into()
}

fn ledger(ledger: &Ledger) -> Json {
    Object::default()
        .with("round_trips_milli", ledger.round_trips_milli)
        .with("first_byte_ns", ledger.first_byte_ns)
        .with("last_byte_ns", ledger.last_byte_ns)
        .with("packets", ledger.packets)
        .with("bytes_on_wire", ledger.bytes_on_wire)
        .with("header_ppm", ledger.header_ppm)
        .with("retransmissions", ledger.retransmissions)
        .with("lost", ledger.lost)
        .with("head_of_line_ns", ledger.head_of_line_ns)
        .into()
}

fn end(end: End) -> Json {
    match end {
        End::Quiet => "quiet".into(),
        End::Time => "time".into(),
        End::Steps { .. } => "steps".into(),
    }
}

fn entry(trace: &Trace, entry: &Entry) -> Json {
    let line = Object::default()
        .with("t_ns", entry.at.as_nanos())
        .with("host", trace.host(entry.host).name);
    let line = match &entry.event {
        TraceEvent::PacketSent(sent) => {
            let from = trace.host(entry.host).name;
            let line = line.with("event", "packet_sent").with("id", sent.id.0);
            packet(line, trace, from, sent)
                .with_some("retransmits", sent.retransmits.map(|id| id.0))
        }
        TraceEvent::PacketReceived { id, copy } => {
            let line = line.with("event", "packet_received").with("id", id.0);
            match trace.packet(*id) {
                Some(view) => packet(line, trace, trace.host(view.from).name, view.sent)
                    .with("copy", Json::Bool(*copy)),
                None => line,
            }
        }
        TraceEvent::Endpoint(event) => report(line, event),
    };
    line.with_some("cause", entry.cause.map(|cause| cause.0)).into()
}

fn packet(line: Object, trace: &Trace, from: &str, sent: &Sent) -> Object {
    let label = sent.packet.label();
    let fate = match sent.fate.outcome {
        Outcome::Delivered { .. } => "delivered",
        Outcome::Corrupted { .. } => "corrupted",
        Outcome::Dropped { .. } => "dropped",
    };
    let reason = match sent.fate.outcome {
        Outcome::Dropped { reason, .. } => Some(reason.name()),
        Outcome::Delivered { .. } | Outcome::Corrupted { .. } => None,
    };
    line.with("from", from)
        .with("to", trace.host(sent.to).name)
        .with("fate", fate)
        .with_some("reason", reason)
        .with("end_ns", sent.fate.end().as_nanos())
        .with_some("copy_ns", sent.fate.copy.map(crate::sim::time::Instant::as_nanos))
        .with("kind", label.kind)
        .with("name", label.name)
        .with("detail", label.detail)
        .with("size", sent.packet.size())
        .with("layers", sent.packet.layers().iter().map(|one| layer(trace, one)).collect::<Json>())
}

/// A layer with its fields by name; a name that comes more than once has a list.
fn layer(trace: &Trace, layer: &Layer) -> Json {
    let mut fields: Vec<(String, Json)> = Vec::new();
    for field in layer.fields.iter().filter(|field| field.depth == 0) {
        let value = match &field.value {
            FieldValue::Number(number) => Json::Number(*number),
            FieldValue::Text(text) => Json::Text(text.clone()),
            FieldValue::List(list) => list.iter().map(|text| text.as_str().into()).collect(),
        };
        match fields.iter_mut().find(|(name, _)| name == field.spec.name) {
            None => fields.push((field.spec.name.to_owned(), value)),
            Some((_, Json::List(list))) => list.push(value),
            Some((_, first)) => {
                let before = core::mem::replace(first, Json::Null);
                *first = Json::List(vec![before, value]);
            }
        }
    }
    let keys = layer.keys.as_deref();
    let readers = keys.map(|keys| {
        let hosts = trace.hosts.iter().zip(0..);
        let readers = hosts.filter(|(_, id)| trace.can_read(HostId(*id), keys));
        readers.map(|(host, _)| host.name.into()).collect::<Json>()
    });
    Object::default()
        .with("protocol", layer.protocol.id())
        .with("size", layer.size)
        .with_some("protected", keys.map(Keys::id))
        .with_some("readers", readers)
        .with("fields", Json::Object(fields))
        .into()
}

fn report(line: Object, event: &Event) -> Object {
    match event {
        Event::StateUpdated { machine, connection, from, to } => line
            .with("event", "state_updated")
            .with("machine", *machine)
            .with("connection", *connection)
            .with("old", *from)
            .with("new", *to),
        Event::MetricUpdated { connection, name, value, unit } => line
            .with("event", "metric_updated")
            .with("connection", *connection)
            .with("name", *name)
            .with("value", *value)
            .with(
                "unit",
                match unit {
                    MetricUnit::Bytes => "bytes",
                    MetricUnit::Nanoseconds => "ns",
                    MetricUnit::Count => "count",
                },
            ),
        Event::TimerSet { connection, timer, fires } => line
            .with("event", "timer_set")
            .with("connection", *connection)
            .with("timer", *timer)
            .with("fires_ns", fires.as_nanos()),
        Event::TimerCancelled { connection, timer } => line
            .with("event", "timer_cancelled")
            .with("connection", *connection)
            .with("timer", *timer),
        Event::TimerFired { connection, timer } => {
            line.with("event", "timer_fired").with("connection", *connection).with("timer", *timer)
        }
        Event::KeyUpdated { connection, keys } => line
            .with("event", "key_updated")
            .with("connection", *connection)
            .with("keys", keys.id())
            .with("generation", keys.generation),
        Event::PacketDropped { reason } => {
            line.with("event", "packet_dropped").with("reason", *reason)
        }
        Event::Note { connection, name, text, amount } => line
            .with("event", "note")
            .with("connection", *connection)
            .with("name", *name)
            .with("text", text.as_str())
            .with("amount", *amount),
    }
}
