//! What is sent: datagrams of packets of frames. RFC 9000 sections 12.2, 13 and 14.

use super::draft::{Draft, content, kind_name, title};
use super::space::{Carried, Sent, SpaceId};
use super::{Connection, Datagram, State};
use crate::sim::time::Instant;
use crate::wire::encoder::Encoder;
use crate::wire::quic::{Cid, Frame, Header, INITIAL_MIN, Kind, TAG_LEN, frame, number, varint};
use crate::wire::{Payload, Protocol, Seal, Side, Unit};

/// The most datagrams of a probe (RFC 9002 section 6.2.4).
pub(super) const PROBES: u32 = 2;

/// The fewest bytes of frames for which a packet is worth while.
const LEAST: u64 = 8;

impl Connection {
    /// The next datagram to send.
    pub(super) fn poll_transmit(&mut self, now: Instant) -> Option<Datagram> {
        if !self.state.is_open() && !self.end.due {
            return None;
        }
        let whole = self.config.max_datagram.min(self.path.budget());
        let mut drafts: Vec<Draft> = Vec::new();
        let mut used = 0;
        // A budget that is nearly used up is for acknowledgments.
        let useful = whole >= self.config.max_datagram / 2;
        let asks =
            |frame: &Frame| matches!(frame, Frame::PathChallenge(_) | Frame::PathResponse(_));
        let urgent = self.control.front().is_some_and(|(frame, _)| asks(frame));
        let free = useful && (self.congestion.has_room() || urgent);
        let probing = self.spaces.iter().any(|space| space.probes > 0);
        for kind in self.kinds().into_iter().flatten() {
            let Some(draft) = self.draft(now, kind, whole - used, free || probing) else {
                continue;
            };
            used += draft.len();
            drafts.push(draft);
            if kind == Kind::OneRtt {
                break;
            }
        }
        if drafts.is_empty() {
            self.note_limit(whole);
            self.spaces.iter_mut().for_each(|space| space.probes = 0);
            return None;
        }
        self.pad(&mut drafts, whole, used);
        Some(self.finish(now, drafts))
    }

    /// Says once when the handshake has to wait for the address's validation.
    fn note_limit(&mut self, whole: u64) {
        let waits = self.spaces.iter().any(|space| space.crypto_out.is_due(u64::MAX));
        if waits && whole < self.config.max_datagram && !self.path.told_limit {
            self.path.told_limit = true;
            let (sent, received) = (self.path.sent, self.path.received);
            let text =
                format!("{sent} bytes for {received}: no more before the address is validated");
            self.note("amplification-limit", text, sent);
        }
    }

    /// The kinds of packets for which there are keys, in the order of a datagram (section 12.2).
    fn kinds(&self) -> [Option<Kind>; 3] {
        let has = |kind: &Kind| self.keys(*kind, self.side).is_some();
        let data = [Kind::OneRtt, Kind::ZeroRtt];
        let data = data.into_iter().find(has).filter(|kind| {
            // A client speaks 1-RTT only after the handshake is done (RFC 9001 section 5.7).
            *kind != Kind::OneRtt || self.side == Side::Server || self.state != State::Handshake
        });
        [Some(Kind::Initial).filter(has), Some(Kind::Handshake).filter(has), data]
    }

    /// A packet of this kind with what is due, if anything is.
    fn draft(&mut self, now: Instant, kind: Kind, room: u64, free: bool) -> Option<Draft> {
        let id = SpaceId::of(kind)?;
        let space = &self.spaces[id as usize];
        let number = space.next;
        let number_len = number::len(number, space.largest_acked).max(2);
        let mut header = Header::new(kind, self.ids.destination(), self.ids.source());
        header.number = number::truncate(number, number_len);
        header.number_len = number_len;
        if kind == Kind::Initial {
            header.token.clone_from(&self.token);
        }
        let room = room.checked_sub(header.size() + TAG_LEN).filter(|room| *room >= LEAST)?;
        let mut draft = Draft {
            header,
            number,
            frames: Vec::new(),
            carried: Vec::new(),
            units: Vec::new(),
            again: None,
            size: 0,
            room,
        };
        if kind != Kind::ZeroRtt {
            self.push_ack(now, id, &mut draft);
        }
        if self.end.due {
            self.push_close(kind, &mut draft);
        } else if free && self.may_elicit(kind) {
            self.push_crypto(id, &mut draft);
            if id == SpaceId::Data {
                self.push_control(kind, &mut draft);
                self.push_streams(&mut draft);
            }
            // One probe in any case, another if there is something to say.
            if self.spaces[id as usize].probes == PROBES && !draft.is_eliciting() {
                draft.push(Frame::Ping);
            }
        }
        if draft.frames.is_empty() {
            return None;
        }
        // A packet is long enough for header protection to take its sample (RFC 9001 section
        // 5.4.2).
        let least = 4_u64.saturating_sub(u64::from(number_len));
        if draft.size < least {
            draft.push(Frame::Padding(least - draft.size));
        }
        Some(draft)
    }

    /// An Initial that asks for an acknowledgment fills its datagram, which needs the room
    /// (section 14.1).
    fn may_elicit(&self, kind: Kind) -> bool {
        kind != Kind::Initial || self.path.budget() >= INITIAL_MIN
    }

    fn push_ack(&self, now: Instant, id: SpaceId, draft: &mut Draft) {
        let others = id != SpaceId::Data || self.spaces[id as usize].ack_at <= Some(now);
        let space = &self.spaces[id as usize];
        let exponent = if id == SpaceId::Data { 3 } else { 0 };
        let Some(frame) = space.ack(now, exponent) else { return };
        // Alone it waits for its time; it travels with anything else.
        let company = id == SpaceId::Data && (self.streams.are_due() || !self.control.is_empty());
        if !others && !company {
            return;
        }
        let Frame::Ack(ack) = &frame else { return };
        let largest = ack.largest();
        if draft.push(frame) {
            draft.carried.push(Carried::Ack(largest));
        }
    }

    fn push_close(&self, kind: Kind, draft: &mut Draft) {
        let Some(close) = self.end.frame.clone() else { return };
        // In the handshake the reasons of applications stay hidden (section 10.2.3).
        let close = match (kind, close) {
            (Kind::OneRtt | Kind::ZeroRtt, close) => close,
            (_, Frame::ConnectionClose { application: true, .. }) => Frame::ConnectionClose {
                application: false,
                error: 0x0c,
                frame: 0,
                reason: String::new(),
            },
            (_, close) => close,
        };
        draft.push(close);
    }

    fn push_crypto(&mut self, id: SpaceId, draft: &mut Draft) {
        loop {
            let space = &mut self.spaces[id as usize];
            // Type, offset and length.
            let head = 1 + varint::len(space.crypto_out.next_offset()) + 2;
            let room = (draft.room - draft.size).saturating_sub(head);
            if room == 0 {
                return;
            }
            let Some(chunk) = space.crypto_out.take(room, u64::MAX) else { return };
            let (offset, end) = (chunk.offset, chunk.offset + chunk.data.len());
            draft.carried.push(Carried::Crypto(offset, end));
            let data = chunk.data.clone();
            draft.push_chunk(chunk, Frame::Crypto { offset, data });
        }
    }

    fn push_control(&mut self, kind: Kind, draft: &mut Draft) {
        if kind == Kind::ZeroRtt {
            return;
        }
        while let Some((frame, again)) = self.control.pop_front() {
            if !draft.push(frame.clone()) {
                self.control.push_front((frame, again));
                return;
            }
            draft.again = draft.again.or(again);
            draft.carried.push(Carried::Frame(frame));
        }
    }

    /// Streams take turns; a packet whose larger half is one stream's takes no other, so that
    /// its loss holds up one stream.
    fn push_streams(&mut self, draft: &mut Draft) {
        let half = self.config.max_datagram / 2;
        while let Some((id, chunk)) = self.streams.take(draft.room - draft.size) {
            let (offset, fin) = (chunk.offset, chunk.fin);
            let len = chunk.data.len();
            let end = offset + len;
            draft.carried.push(Carried::Stream { id, start: offset, end, fin });
            let data = chunk.data.clone();
            draft.push_chunk(chunk, Frame::Stream { id, offset, fin, data });
            if len > half {
                break;
            }
        }
    }

    /// Fills the datagram where the standard asks for it: Initials (section 14.1) and probes of
    /// paths (section 8.2.1).
    fn pad(&self, drafts: &mut [Draft], whole: u64, used: u64) {
        let initial = drafts.iter().any(|draft| {
            draft.header.kind == Kind::Initial
                && (self.side == Side::Client || draft.is_eliciting())
        });
        let probe = drafts.iter().flat_map(|draft| &draft.frames);
        let probe = probe
            .clone()
            .any(|frame| matches!(frame, Frame::PathChallenge(_) | Frame::PathResponse(_)));
        let missing = INITIAL_MIN.min(whole).saturating_sub(used);
        if (initial || probe)
            && missing > 0
            && let Some(last) = drafts.last_mut()
        {
            last.room += missing;
            last.push(Frame::Padding(missing));
        }
    }

    /// Protects the packets and notes that they were sent.
    fn finish(&mut self, now: Instant, drafts: Vec<Draft>) -> Datagram {
        let tag = self.datagrams;
        self.datagrams += 1;
        let mut payload = Payload::new();
        let mut units = Vec::new();
        let mut again = None;
        let (name, detail) = title(&drafts);
        let initial_only = drafts.iter().all(|draft| draft.header.kind == Kind::Initial);
        let closing = self.end.due;
        for (place, mut draft) in drafts.into_iter().enumerate() {
            draft.header.payload_len = draft.size + TAG_LEN;
            let start = payload.len();
            let named = (place == 0).then(|| (name.clone(), detail.clone()));
            again = again.or(draft.again);
            self.note_units(&draft, start, named, &mut units);
            payload.append(&self.seal(&draft));
            self.sent(now, draft, tag);
        }
        if closing {
            self.end.due = false;
        }
        self.path.sent += payload.len();
        if self.side == Side::Client && !initial_only {
            // The first Handshake packet makes Initials useless (RFC 9001 section 4.9.1).
            if self.spaces[SpaceId::Handshake as usize].next > 0 {
                self.discard(SpaceId::Initial, now);
            }
        }
        self.loss.limited = !self.congestion.has_room();
        self.report();
        Datagram { to: self.path.remote, payload, units, tag, again }
    }

    /// Header and protected frames of a packet.
    fn seal(&self, draft: &Draft) -> Payload {
        let mut out = Encoder::new();
        draft.header.encode(&mut out);
        let header = out.into_bytes();
        let mut packet = Payload::from(header.as_slice());
        if let Some(keys) = self.keys(draft.header.kind, self.side) {
            packet.append(&Payload::sealed(Seal {
                keys: keys.clone(),
                number: draft.number,
                header: header.into(),
                plain: frame::payload(&draft.frames),
            }));
        }
        packet
    }

    /// Names the packet, its frames and the messages in it.
    fn note_units(
        &self,
        draft: &Draft,
        start: u64,
        named: Option<(String, String)>,
        units: &mut Vec<Unit>,
    ) {
        let unit = |kind: &str, at: u64, len: u64| Unit {
            protocol: Protocol::Quic,
            kind: kind.to_owned(),
            name: draft.header.kind.name().to_owned(),
            detail: content(draft),
            offset: u32::try_from(at).unwrap_or(u32::MAX),
            len,
        };
        let header = draft.header.size();
        let first = units.len();
        units.push(unit(kind_name(draft), start, header));
        if let (Some((name, detail)), Some(unit)) = (named, units.get_mut(first)) {
            unit.name = name;
            unit.detail = detail;
        }
        units.push(unit("frames", start + header, draft.size));
        let mut at = start + header;
        for (place, frame) in draft.frames.iter().enumerate() {
            let data = frame.data().map_or(0, Payload::len);
            let begin = at + frame.size() - data;
            for (_, unit) in draft.units.iter().filter(|(of, _)| *of == place) {
                let offset = u32::try_from(begin).unwrap_or(u32::MAX) + unit.offset;
                units.push(Unit { offset, ..unit.clone() });
            }
            at = begin + data;
        }
    }

    fn sent(&mut self, now: Instant, draft: Draft, tag: u64) {
        let Some(id) = SpaceId::of(draft.header.kind) else { return };
        let ack_eliciting = draft.is_eliciting();
        // What only acknowledges or closes is not in flight (RFC 9002 section 2).
        let padded = draft.frames.iter().any(|frame| matches!(frame, Frame::Padding(_)));
        let closes =
            draft.frames.iter().any(|frame| matches!(frame, Frame::ConnectionClose { .. }));
        let size = if (ack_eliciting || padded) && !closes { draft.len() } else { 0 };
        if draft.carried.iter().any(|carried| matches!(carried, Carried::Ack(_))) {
            self.space(id).on_ack_sent();
        }
        self.congestion.in_flight += size;
        let era = self.path.era;
        let space = self.space(id);
        space.next += 1;
        if ack_eliciting {
            space.probes = space.probes.saturating_sub(1);
        }
        space.push(Sent {
            number: draft.number,
            at: now,
            size,
            ack_eliciting,
            early: draft.header.kind == Kind::ZeroRtt,
            tag,
            era,
            carried: draft.carried,
        });
        if ack_eliciting {
            self.loss.waits_since = now;
            if !self.spoke {
                self.spoke = true;
                self.restart_idle(now);
            }
        }
    }
}

/// A Retry to a client that has shown no token (section 8.1.2).
pub(super) fn retry(client: Cid, named: Cid, token: Vec<u8>) -> (Payload, Vec<Unit>) {
    let header = Header { token, ..Header::new(Kind::Retry, client, named) };
    let mut out = Encoder::new();
    header.encode(&mut out);
    let payload = Payload::from(out.into_bytes());
    let unit = Unit {
        protocol: Protocol::Quic,
        kind: Kind::Retry.id().to_owned(),
        name: Kind::Retry.name().to_owned(),
        detail: format!("token of {} B", header.token.len()),
        offset: 0,
        len: payload.len(),
    };
    (payload, vec![unit])
}
