//! Transport parameters, RFC 9000 section 18: what each side of a QUIC connection allows.
//!
//! They travel in the TLS extension `quic_transport_parameters` (RFC 9001 section 8.2).

use super::super::encoder::{DecodeError, Encoder, FieldSpec, spec, text};
use super::varint::{self, Reader};
use super::{Cid, hex};

/// What an endpoint allows and says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportParams {
    /// The client's first destination connection ID, said by servers.
    pub original_dcid: Option<Cid>,
    /// Milliseconds of silence after which it forgets the connection; 0 is never.
    pub max_idle_timeout_ms: u64,
    /// What resets a connection whose state is lost, said by servers.
    pub stateless_reset_token: Option<[u8; 16]>,
    /// The largest datagram that it takes, in bytes.
    pub max_udp_payload_size: u64,
    /// Bytes that the peer may send on all streams.
    pub initial_max_data: u64,
    /// Bytes on a stream with two directions that the sender of the parameters opens.
    pub initial_max_stream_data_bidi_local: u64,
    /// Bytes on a stream with two directions that their receiver opens.
    pub initial_max_stream_data_bidi_remote: u64,
    /// Bytes on a stream with one direction.
    pub initial_max_stream_data_uni: u64,
    /// Streams with two directions that the peer may open.
    pub initial_max_streams_bidi: u64,
    /// Streams with one direction that the peer may open.
    pub initial_max_streams_uni: u64,
    /// The unit of ACK delays is 2 to this power, in microseconds.
    pub ack_delay_exponent: u64,
    /// Milliseconds for which it may keep an acknowledgment back.
    pub max_ack_delay_ms: u64,
    /// Whether the peer must not migrate.
    pub disable_active_migration: bool,
    /// Connection IDs of the peer that it is ready to store.
    pub active_connection_id_limit: u64,
    /// Its first source connection ID.
    pub initial_scid: Option<Cid>,
    /// The source connection ID of its Retry, if it sent one.
    pub retry_scid: Option<Cid>,
}

/// The values that hold when nothing is said (section 18.2).
impl Default for TransportParams {
    fn default() -> Self {
        Self {
            original_dcid: None,
            max_idle_timeout_ms: 0,
            stateless_reset_token: None,
            max_udp_payload_size: 65_527,
            initial_max_data: 0,
            initial_max_stream_data_bidi_local: 0,
            initial_max_stream_data_bidi_remote: 0,
            initial_max_stream_data_uni: 0,
            initial_max_streams_bidi: 0,
            initial_max_streams_uni: 0,
            ack_delay_exponent: 3,
            max_ack_delay_ms: 25,
            disable_active_migration: false,
            active_connection_id_limit: 2,
            initial_scid: None,
            retry_scid: None,
        }
    }
}

static PARAMETER: FieldSpec = spec(
    "transport-parameter",
    "Transport parameter",
    "What the sender allows on this connection.",
    "RFC 9000 section 18.2",
);

/// The parameters that are numbers: their ids and names.
const NUMBERS: [(u64, &str); 11] = [
    (0x01, "max_idle_timeout"),
    (0x03, "max_udp_payload_size"),
    (0x04, "initial_max_data"),
    (0x05, "initial_max_stream_data_bidi_local"),
    (0x06, "initial_max_stream_data_bidi_remote"),
    (0x07, "initial_max_stream_data_uni"),
    (0x08, "initial_max_streams_bidi"),
    (0x09, "initial_max_streams_uni"),
    (0x0a, "ack_delay_exponent"),
    (0x0b, "max_ack_delay"),
    (0x0e, "active_connection_id_limit"),
];

impl TransportParams {
    fn number(&mut self, place: usize) -> &mut u64 {
        match place {
            0 => &mut self.max_idle_timeout_ms,
            1 => &mut self.max_udp_payload_size,
            2 => &mut self.initial_max_data,
            3 => &mut self.initial_max_stream_data_bidi_local,
            4 => &mut self.initial_max_stream_data_bidi_remote,
            5 => &mut self.initial_max_stream_data_uni,
            6 => &mut self.initial_max_streams_bidi,
            7 => &mut self.initial_max_streams_uni,
            8 => &mut self.ack_delay_exponent,
            9 => &mut self.max_ack_delay_ms,
            _ => &mut self.active_connection_id_limit,
        }
    }

    /// Writes those that are not at their defaults, in the order of their ids.
    pub fn encode(&self, out: &mut Encoder) {
        let bytes = |out: &mut Encoder, id: u64, name: &str, value: &[u8]| {
            put(out, id, value, || format!("{name}: {}", hex(value)));
        };
        if let Some(cid) = &self.original_dcid {
            bytes(out, 0, "original_destination_connection_id", cid.as_bytes());
        }
        let (mut mine, mut default) = (self.clone(), Self::default());
        for (place, (id, name)) in NUMBERS.into_iter().enumerate() {
            let value = *mine.number(place);
            if id == 0x03
                && let Some(token) = &self.stateless_reset_token
            {
                bytes(out, 2, "stateless_reset_token", token);
            }
            if id == 0x0e && self.disable_active_migration {
                put(out, 0x0c, &[], || "disable_active_migration".to_owned());
            }
            if value != *default.number(place) {
                let mut encoded = Vec::with_capacity(8);
                varint::put(&mut encoded, value);
                put(out, id, &encoded, || format!("{name}: {value}"));
            }
        }
        if let Some(cid) = &self.initial_scid {
            bytes(out, 0x0f, "initial_source_connection_id", cid.as_bytes());
        }
        if let Some(cid) = &self.retry_scid {
            bytes(out, 0x10, "retry_source_connection_id", cid.as_bytes());
        }
    }

    /// The bytes.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut out = Encoder::new();
        self.encode(&mut out);
        out.into_bytes()
    }

    /// Reads the parameters; unknown ones are skipped (section 7.4.2).
    ///
    /// # Errors
    /// At the byte and by the rule that is broken.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        const RULE: &str = "a parameter is as long as it says (RFC 9000 section 18)";
        let mut params = Self::default();
        let mut reader = Reader::new(bytes);
        let mut seen = Vec::new();
        while !reader.is_empty() {
            let start = reader;
            let id = reader.varint()?;
            let len = reader.varint()?;
            let value = reader.take(len, RULE)?;
            if seen.contains(&id) {
                return Err(start.error("no parameter stands twice (RFC 9000 section 7.4)"));
            }
            seen.push(id);
            let bad = || start.error("the value is what section 18.2 of RFC 9000 allows");
            match id {
                0x00 => params.original_dcid = Some(Cid::new(value).ok_or_else(bad)?),
                0x02 => {
                    params.stateless_reset_token = Some(value.try_into().map_err(|_| bad())?);
                }
                0x0c if value.is_empty() => params.disable_active_migration = true,
                0x0c => return Err(bad()),
                0x0f => params.initial_scid = Some(Cid::new(value).ok_or_else(bad)?),
                0x10 => params.retry_scid = Some(Cid::new(value).ok_or_else(bad)?),
                _ => {
                    let Some(place) = NUMBERS.iter().position(|(known, _)| *known == id) else {
                        continue;
                    };
                    let mut inner = Reader::new(value);
                    let number = inner.varint()?;
                    if !inner.is_empty() || !in_range(id, number) {
                        return Err(bad());
                    }
                    *params.number(place) = number;
                }
            }
        }
        Ok(params)
    }
}

/// The limits of section 18.2.
const fn in_range(id: u64, value: u64) -> bool {
    match id {
        0x03 => value >= 1200,
        0x08 | 0x09 => value <= 1 << 60,
        0x0a => value <= 20,
        0x0b => value < 1 << 14,
        0x0e => value >= 2,
        _ => true,
    }
}

fn put(out: &mut Encoder, id: u64, value: &[u8], shown: impl FnOnce() -> String) {
    let mut bytes = Vec::with_capacity(value.len() + 4);
    varint::put(&mut bytes, id);
    varint::put(&mut bytes, value.len() as u64);
    bytes.extend_from_slice(value);
    out.bytes(&PARAMETER, &bytes, || text(shown()));
}
