//! Streams and their flow control, RFC 9000 sections 2 to 4.

use std::collections::VecDeque;

use super::Config;
use super::buffer::{Chunk, Incoming, Outgoing};
use crate::sorted::SortedMap;
use crate::wire::quic::{Frame, TransportParams, varint};
use crate::wire::{Payload, Side, Unit};

/// All streams of a connection.
#[derive(Debug)]
pub(super) struct Streams {
    side: Side,
    map: SortedMap<u64, Stream>,
    /// Those with something to send, in the order of their turns.
    turns: VecDeque<u64>,
    peer: TransportParams,
    /// What may be sent on all streams, and what was.
    send_max: u64,
    sent: u64,
    /// What the peer was allowed to send, what it has sent, and what was read.
    receive_max: u64,
    received: u64,
    read: u64,
    stream_window: u64,
    window: u64,
    /// How many streams the peer may open, by kind: two directions, one.
    open_max: [u64; 2],
}

/// One stream.
#[derive(Debug, Default)]
struct Stream {
    out: Outgoing,
    send_max: u64,
    incoming: Incoming,
    receive_max: u64,
    /// Whether the end of a stream that the peer opened has made room for another.
    counted: bool,
}

/// What is wrong with what the peer sent: the error code (RFC 9000 section 20.1).
pub(super) type Refusal = u64;

/// What a frame gives the application.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) data: Payload,
    /// Whether the stream has ended.
    pub(super) end: bool,
}

const FLOW_CONTROL_ERROR: Refusal = 3;
const STREAM_LIMIT_ERROR: Refusal = 4;
const STREAM_STATE_ERROR: Refusal = 5;
const FINAL_SIZE_ERROR: Refusal = 6;

/// Whether the client opened a stream (section 2.1).
const fn opener(id: u64) -> Side {
    if id & 1 == 0 { Side::Client } else { Side::Server }
}

/// Whether a stream has one direction only.
const fn is_uni(id: u64) -> bool {
    id & 2 != 0
}

impl Streams {
    pub(super) fn new(side: Side, config: &Config) -> Self {
        Self {
            side,
            map: SortedMap::new(),
            turns: VecDeque::new(),
            peer: TransportParams::default(),
            send_max: 0,
            sent: 0,
            receive_max: config.window,
            received: 0,
            read: 0,
            stream_window: config.stream_window,
            window: config.window,
            open_max: [config.streams; 2],
        }
    }

    /// Takes the peer's limits, remembered (section 7.4.1) or said.
    pub(super) fn set_peer(&mut self, peer: &TransportParams) {
        self.peer = peer.clone();
        self.send_max = self.send_max.max(peer.initial_max_data);
        let ids: Vec<u64> = self.map.keys().copied().collect();
        for id in ids {
            let max = self.initial_max(id);
            if let Some(stream) = self.map.get_mut(&id) {
                stream.send_max = stream.send_max.max(max);
            }
        }
    }

    /// What the peer lets this end send on a stream at first.
    fn initial_max(&self, id: u64) -> u64 {
        match (is_uni(id), opener(id) == self.side) {
            (true, _) => self.peer.initial_max_stream_data_uni,
            (false, true) => self.peer.initial_max_stream_data_bidi_remote,
            (false, false) => self.peer.initial_max_stream_data_bidi_local,
        }
    }

    fn stream(&mut self, id: u64) -> &mut Stream {
        let (send_max, receive_max) = (self.initial_max(id), self.stream_window);
        self.map.get_or_insert_with(id, || Stream { send_max, receive_max, ..Stream::default() })
    }

    /// Takes bytes from the application.
    pub(super) fn write(&mut self, id: u64, payload: Payload, units: Vec<Unit>, fin: bool) {
        if is_uni(id) && opener(id) != self.side {
            return;
        }
        let stream = self.stream(id);
        stream.out.write(payload, units);
        if fin {
            stream.out.finish();
        }
        self.wake(id);
    }

    fn wake(&mut self, id: u64) {
        if !self.turns.contains(&id) {
            self.turns.push_back(id);
        }
    }

    /// Up to which position a stream may be sent now.
    fn limit(&self, id: u64) -> u64 {
        let Some(stream) = self.map.get(&id) else { return 0 };
        // The peer limits how many streams there are (section 4.6).
        let count = if is_uni(id) {
            self.peer.initial_max_streams_uni
        } else {
            self.peer.initial_max_streams_bidi
        };
        if opener(id) == self.side && id / 4 >= count {
            return 0;
        }
        stream.send_max.min(stream.out.next() + (self.send_max - self.sent.min(self.send_max)))
    }

    fn is_due(&self, id: u64) -> bool {
        let limit = self.limit(id);
        self.map.get(&id).is_some_and(|stream| stream.out.is_due(limit) && (limit > 0))
    }

    /// Whether any stream can send.
    pub(super) fn are_due(&self) -> bool {
        self.turns.iter().any(|id| self.is_due(*id))
    }

    /// Takes a stretch of the stream whose turn it is, with its frame in `room` bytes. What was lost
    /// goes before what is new (section 13.3).
    pub(super) fn take(&mut self, room: u64) -> Option<(u64, Chunk)> {
        let has_lost = |id: &u64| self.map.get(id).is_some_and(|stream| stream.out.has_lost());
        if let Some(place) = self.turns.iter().position(has_lost) {
            let id = self.turns.remove(place)?;
            self.turns.push_front(id);
        }
        for _ in 0..self.turns.len() {
            let id = self.turns.pop_front()?;
            let limit = self.limit(id);
            let due = self.is_due(id);
            let Some(stream) = self.map.get_mut(&id) else { continue };
            if !due {
                // Held back by a limit it keeps its turn; with nothing to send it has none.
                if stream.out.is_due(u64::MAX) {
                    self.turns.push_back(id);
                }
                continue;
            }
            // Type, stream, offset and length.
            let offset = match stream.out.next_offset() {
                0 => 0,
                offset => varint::len(offset),
            };
            let head = 1 + varint::len(id) + offset + 2;
            let before = stream.out.next();
            let chunk = room.checked_sub(head).and_then(|max| stream.out.take(max, limit));
            self.sent += stream.out.next() - before;
            if stream.out.is_due(u64::MAX) {
                self.turns.push_back(id);
            }
            return chunk.map(|chunk| (id, chunk));
        }
        None
    }

    /// Takes what a STREAM frame brings.
    pub(super) fn on_data(
        &mut self,
        id: u64,
        offset: u64,
        data: &Payload,
        fin: bool,
    ) -> Result<Received, Refusal> {
        self.check_open(id)?;
        if is_uni(id) && opener(id) == self.side {
            return Err(STREAM_STATE_ERROR);
        }
        let end = offset + data.len();
        let stream = self.stream(id);
        let known = stream.incoming.final_size;
        if known.is_some_and(|size| end > size || fin && end != size)
            || fin && end < stream.incoming.highest
        {
            return Err(FINAL_SIZE_ERROR);
        }
        if end > stream.receive_max {
            return Err(FLOW_CONTROL_ERROR);
        }
        if fin {
            stream.incoming.final_size = Some(end);
        }
        let more = end.saturating_sub(stream.incoming.highest);
        let data = stream.incoming.insert(offset, data);
        let end = stream.incoming.take_end();
        self.received += more;
        self.read += data.len();
        if self.received > self.receive_max {
            return Err(FLOW_CONTROL_ERROR);
        }
        Ok(Received { data, end })
    }

    fn check_open(&self, id: u64) -> Result<(), Refusal> {
        if opener(id) == self.side {
            // The peer may not speak on a stream that this end has not opened (section 19.8).
            return if self.map.contains_key(&id) { Ok(()) } else { Err(STREAM_STATE_ERROR) };
        }
        let max = self.open_max[usize::from(is_uni(id))];
        if id / 4 >= max { Err(STREAM_LIMIT_ERROR) } else { Ok(()) }
    }

    /// The limits that should be raised: half of what was allowed is read (section 4.2).
    pub(super) fn raises(&mut self) -> Vec<Frame> {
        let mut frames = Vec::new();
        if self.receive_max - self.read < self.window / 2 {
            self.receive_max = self.read + self.window;
            frames.push(Frame::MaxData(self.receive_max));
        }
        for (id, stream) in self.map.iter_mut() {
            let incoming = &stream.incoming;
            if incoming.final_size.is_none()
                && stream.receive_max - incoming.next() < self.stream_window / 2
            {
                stream.receive_max = incoming.next() + self.stream_window;
                frames.push(Frame::MaxStreamData { id: *id, max: stream.receive_max });
            }
        }
        for uni in [false, true] {
            let mut more = 0;
            for (id, stream) in self.map.iter_mut() {
                let ended = stream.incoming.final_size == Some(stream.incoming.next())
                    && (uni || stream.out.is_done());
                if is_uni(*id) == uni && opener(*id) != self.side && ended && !stream.counted {
                    stream.counted = true;
                    more += 1;
                }
            }
            if more > 0 {
                let max = &mut self.open_max[usize::from(uni)];
                *max += more;
                frames.push(Frame::MaxStreams { bidi: !uni, max: *max });
            }
        }
        frames
    }

    /// The newest value of a limit that was lost on the way; none if it does not matter any more.
    pub(super) fn renewed(&self, frame: &Frame) -> Option<Frame> {
        match frame {
            Frame::MaxData(_) => Some(Frame::MaxData(self.receive_max)),
            Frame::MaxStreamData { id, .. } => {
                let stream = self.map.get(id)?;
                let open = stream.incoming.final_size.is_none();
                open.then_some(Frame::MaxStreamData { id: *id, max: stream.receive_max })
            }
            Frame::MaxStreams { bidi, .. } => {
                let max = self.open_max[usize::from(!*bidi)];
                Some(Frame::MaxStreams { bidi: *bidi, max })
            }
            _ => None,
        }
    }

    /// Takes a limit that the peer raised.
    pub(super) fn on_raise(&mut self, frame: &Frame) {
        match frame {
            Frame::MaxData(max) => self.send_max = self.send_max.max(*max),
            Frame::MaxStreamData { id, max } => {
                if let Some(stream) = self.map.get_mut(id) {
                    stream.send_max = stream.send_max.max(*max);
                }
            }
            Frame::MaxStreams { bidi, max } => {
                let known = if *bidi {
                    &mut self.peer.initial_max_streams_bidi
                } else {
                    &mut self.peer.initial_max_streams_uni
                };
                *known = (*known).max(*max);
            }
            _ => {}
        }
    }

    pub(super) fn on_acked(&mut self, id: u64, range: (u64, u64), fin: bool) {
        if let Some(stream) = self.map.get_mut(&id) {
            stream.out.on_acked(range.0, range.1, fin);
        }
    }

    pub(super) fn on_lost(&mut self, id: u64, range: (u64, u64), fin: bool, tag: u64) {
        if let Some(stream) = self.map.get_mut(&id) {
            stream.out.on_lost(range.0, range.1, fin, tag);
            self.wake(id);
        }
    }

    /// The peer refused early data: all of it goes again.
    pub(super) fn restart(&mut self) {
        self.sent = 0;
        let ids: Vec<u64> = self.map.keys().copied().collect();
        for id in ids {
            if let Some(stream) = self.map.get_mut(&id) {
                stream.out.restart();
            }
            self.wake(id);
        }
    }
}
