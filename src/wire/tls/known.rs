//! The extensions that are known here: numbers, names, what they are for.

use crate::wire::encoder::{FieldSpec, spec};

/// RFC 6066 section 3.
pub const SERVER_NAME: u16 = 0;
/// RFC 6066 section 8.
pub const STATUS_REQUEST: u16 = 5;
/// RFC 8446 section 4.2.7.
pub const SUPPORTED_GROUPS: u16 = 10;
/// RFC 8422 section 5.1.2.
pub const EC_POINT_FORMATS: u16 = 11;
/// RFC 8446 section 4.2.3.
pub const SIGNATURE_ALGORITHMS: u16 = 13;
/// RFC 7301 section 3.1.
pub const ALPN: u16 = 16;
/// RFC 6962 section 3.3.1.
pub const SCT: u16 = 18;
/// RFC 7685.
pub const PADDING: u16 = 21;
/// RFC 7366.
pub const ENCRYPT_THEN_MAC: u16 = 22;
/// RFC 7627 section 5.
pub const EXTENDED_MASTER_SECRET: u16 = 23;
/// RFC 8879 section 3.
pub const COMPRESS_CERTIFICATE: u16 = 27;
/// RFC 5077 section 3.2.
pub const SESSION_TICKET: u16 = 35;
/// RFC 8446 section 4.2.11.
pub const PRE_SHARED_KEY: u16 = 41;
/// RFC 8446 section 4.2.10.
pub const EARLY_DATA: u16 = 42;
/// RFC 8446 section 4.2.1.
pub const SUPPORTED_VERSIONS: u16 = 43;
/// RFC 8446 section 4.2.2.
pub const COOKIE: u16 = 44;
/// RFC 8446 section 4.2.9.
pub const PSK_MODES: u16 = 45;
/// RFC 8446 section 4.2.8.
pub const KEY_SHARE: u16 = 51;
/// RFC 9001 section 8.2.
pub const QUIC_PARAMETERS: u16 = 57;
/// RFC 9849 section 5.
pub const ENCRYPTED_CLIENT_HELLO: u16 = 0xfe0d;
/// RFC 5746 section 3.2.
pub const RENEGOTIATION_INFO: u16 = 0xff01;

const fn known(
    kind: u16,
    name: &'static str,
    meaning: &'static str,
    clause: &'static str,
) -> (u16, FieldSpec) {
    (kind, spec(name, name, meaning, clause))
}

/// What the extensions are for.
pub(super) static KNOWN: &[(u16, FieldSpec)] = &[
    known(
        SERVER_NAME,
        "server_name",
        "The site that the client wants: one address serves many. It travels in clear.",
        "RFC 6066 section 3",
    ),
    known(
        STATUS_REQUEST,
        "status_request",
        "Asks for a fresh word on the certificate's revocation.",
        "RFC 6066 section 8",
    ),
    known(
        SUPPORTED_GROUPS,
        "supported_groups",
        "The groups in which the client can exchange keys, the dearest first.",
        "RFC 8446 section 4.2.7",
    ),
    known(
        EC_POINT_FORMATS,
        "ec_point_formats",
        "How points of curves are written; TLS 1.3 knows one way.",
        "RFC 8422 section 5.1.2",
    ),
    known(
        SIGNATURE_ALGORITHMS,
        "signature_algorithms",
        "The signatures that the sender can check.",
        "RFC 8446 section 4.2.3",
    ),
    known(
        ALPN,
        "application_layer_protocol_negotiation",
        "What will be spoken inside; the server chooses one.",
        "RFC 7301 section 3.1",
    ),
    known(
        SCT,
        "signed_certificate_timestamp",
        "Asks for proof that the certificate is in a public log.",
        "RFC 6962 section 3.3.1",
    ),
    known(
        PADDING,
        "padding",
        "Zeros: some old servers break on hellos of 256 to 511 bytes.",
        "RFC 7685",
    ),
    known(
        ENCRYPT_THEN_MAC,
        "encrypt_then_mac",
        "Matters to the old cipher modes of TLS 1.2 only.",
        "RFC 7366",
    ),
    known(
        EXTENDED_MASTER_SECRET,
        "extended_master_secret",
        "Binds the secret of TLS 1.2 to the whole handshake.",
        "RFC 7627 section 5",
    ),
    known(
        COMPRESS_CERTIFICATE,
        "compress_certificate",
        "The server may send its certificates compressed.",
        "RFC 8879 section 3",
    ),
    known(
        SESSION_TICKET,
        "session_ticket",
        "A session of TLS 1.2 that the server let the client keep.",
        "RFC 5077 section 3.2",
    ),
    known(
        PRE_SHARED_KEY,
        "pre_shared_key",
        "A key from an earlier connection, and the proof that the client has it; always last.",
        "RFC 8446 section 4.2.11",
    ),
    known(
        EARLY_DATA,
        "early_data",
        "Data follows before the handshake is done.",
        "RFC 8446 section 4.2.10",
    ),
    known(
        SUPPORTED_VERSIONS,
        "supported_versions",
        "The versions in truth: the old version field is frozen at TLS 1.2.",
        "RFC 8446 section 4.2.1",
    ),
    known(
        COOKIE,
        "cookie",
        "What the server wants to hear again, so that it need not remember the first hello.",
        "RFC 8446 section 4.2.2",
    ),
    known(
        PSK_MODES,
        "psk_key_exchange_modes",
        "How an earlier key may be used: here always with a fresh exchange, for forward secrecy.",
        "RFC 8446 section 4.2.9",
    ),
    known(
        KEY_SHARE,
        "key_share",
        "The public half of a fresh key, sent before anything is agreed: that saves the round trip.",
        "RFC 8446 section 4.2.8",
    ),
    known(
        QUIC_PARAMETERS,
        "quic_transport_parameters",
        "The limits and settings of QUIC, sealed by the handshake.",
        "RFC 9001 section 8.2",
    ),
    known(
        ENCRYPTED_CLIENT_HELLO,
        "encrypted_client_hello",
        "The true hello, encrypted to a key that DNS publishes; or a decoy of the same size.",
        "RFC 9849 section 5",
    ),
    known(
        RENEGOTIATION_INFO,
        "renegotiation_info",
        "No attacker has begun this connection.",
        "RFC 5746 section 3.2",
    ),
];
