//! The code of the engine's own types.

use super::Report;
use super::code::{Code, Reader, Writer, code_enum, code_struct};
use crate::diagram::inspect::{FieldView, HexByte, HexRow, Inspection, LayerView, Lock};
use crate::diagram::list::{Row, RowFate};
use crate::diagram::parts::{Gap, Lane, LaneHead, Pen};
use crate::diagram::svg::{Element, Layers};
use crate::diagram::timemap::TimeMap;
use crate::diagram::{Hidden, Mode, Plan, Px, Scale};
use crate::scenario::ask::Answer;
use crate::scenario::{
    About, Fidelity, Figure, Ledger, Measure, ParamKind, ParamSpec, Preset, Shown, Step, StepSpec,
    Term, Topic, Unit,
};
use crate::sim::time::Instant;
use crate::sim::trace::{EntryId, PacketId};
use crate::wire::Protocol;

code_struct! {
    Report { order, steps, sends, measures, ledger, rows, losses, end, ending, limit, graph, long }
    Step { name, title, at, entry, caption }
    Measure { name, title, unit, figure }
    Figure { value, sum }
    Term { label, value }
    Ledger {
        round_trips_milli, first_byte_ns, last_byte_ns, packets, bytes_on_wire, header_ppm,
        retransmissions, lost, head_of_line_ns,
    }
    Row {
        number, id, sent, from, to, rightward, protocol, kind, name, detail, size, fate, repeats,
        cause,
    }
    Inspection { layers, hex, more }
    LayerView { protocol, name, pen, size, bytes, lock, fields }
    Lock { keys, public }
    FieldView { name, label, value, size, bytes, meaning, clause, depth }
    HexRow { offset, bytes }
    HexByte { at, value, layer }
    Lane { name, title, subtitle, x, head }
    LaneHead { x, y, size }
    Gap { top, bottom, from, to }
    Plan { scale, width, height, lanes, gaps, hidden, end, map }
    TimeMap { knots }
    Element { tag, key, attrs, children, text }
    Layers { root, back, next, past, now, labels, hits }
    Answer { value, unit, shown, sum }
    Shown { number, unit }
    ParamSpec { key, label, help, kind }
    Preset { name, title, failure, set, faults }
    Fidelity { modelled, left_out, standards, checked }
}

code_enum! {
    RowFate { Arrives(at), Twice(at), Marked(at), Damaged(at), Lost(how) }
    Unit { Milliseconds, Bytes, Count, Percent }
    Protocol { Ipv4, Icmp, Tcp, Udp, Tls, Quic, Dns, Http1, Data }
    Pen { Tcp, Http, Dns, Tls, Quic, Udp, Ghost }
    Mode { True, Gaps, Steps }
    Scale { Page, Projector }
    Hidden { Name, Detail, Message, State, Time }
    Topic { Network, Tcp, Udp, Quic, Dns, Tls, Http, Systems }
    ParamKind {
        Duration { min, max, default },
        Count { min, max, default },
        Bytes { min, max, default },
        Rate { max, default },
        Share { max, default },
        Choice { options, default },
    }
}

impl Code for Instant {
    fn put(&self, writer: &mut Writer) {
        writer.number(self.as_nanos());
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        Self::from_nanos(reader.number())
    }
}

impl Code for Px {
    fn put(&self, writer: &mut Writer) {
        self.as_hundredths().put(writer);
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        Self::hundredths(i32::take(reader))
    }
}

impl Code for PacketId {
    fn put(&self, writer: &mut Writer) {
        self.0.put(writer);
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        Self(u32::take(reader))
    }
}

impl Code for EntryId {
    fn put(&self, writer: &mut Writer) {
        self.0.put(writer);
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        Self(u32::take(reader))
    }
}

/// How steps are found and what is said of them stays with the engine.
impl Code for StepSpec {
    fn put(&self, writer: &mut Writer) {
        self.name.put(writer);
        self.title.put(writer);
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        Self {
            name: Code::take(reader),
            title: Code::take(reader),
            find: |_| None,
            caption: |_, _| String::new(),
        }
    }
}

/// How results are computed stays with the engine; they come with each run.
impl Code for &'static About {
    fn put(&self, writer: &mut Writer) {
        let About { id, title, summary, topic, hosts, kinds, params, presets, steps, .. } = self;
        for text in [id, title, summary] {
            text.put(writer);
        }
        topic.put(writer);
        for names in [hosts, kinds] {
            names.put(writer);
        }
        params.put(writer);
        presets.put(writer);
        steps.put(writer);
        self.fidelity.put(writer);
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        Box::leak(Box::new(About {
            id: Code::take(reader),
            title: Code::take(reader),
            summary: Code::take(reader),
            topic: Code::take(reader),
            hosts: Code::take(reader),
            kinds: Code::take(reader),
            params: Code::take(reader),
            presets: Code::take(reader),
            steps: Code::take(reader),
            measures: &[],
            fidelity: Code::take(reader),
        }))
    }
}
