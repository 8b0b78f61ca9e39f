//! Alerts: a level and a description, two bytes (RFC 8446 section 6).

use crate::wire::encoder::{DecodeError, Encoder, FieldSpec, number, spec};

/// Why a connection ends, or that it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alert(pub u8);

const CLAUSE: &str = "RFC 8446 section 6";
static LEVEL: FieldSpec =
    spec("level", "Level", "1 warns, 2 is fatal; only the description counts any more.", CLAUSE);
static DESCRIPTION: FieldSpec =
    spec("description", "Description", "What happened.", "RFC 8446 section 6.2");

/// Names of the descriptions (RFC 8446 section 6, RFC 9849 for the last).
const NAMES: &[(u8, &str)] = &[
    (0, "close_notify"),
    (10, "unexpected_message"),
    (20, "bad_record_mac"),
    (22, "record_overflow"),
    (40, "handshake_failure"),
    (42, "bad_certificate"),
    (43, "unsupported_certificate"),
    (44, "certificate_revoked"),
    (45, "certificate_expired"),
    (46, "certificate_unknown"),
    (47, "illegal_parameter"),
    (48, "unknown_ca"),
    (49, "access_denied"),
    (50, "decode_error"),
    (51, "decrypt_error"),
    (70, "protocol_version"),
    (71, "insufficient_security"),
    (80, "internal_error"),
    (86, "inappropriate_fallback"),
    (90, "user_canceled"),
    (109, "missing_extension"),
    (110, "unsupported_extension"),
    (112, "unrecognized_name"),
    (113, "bad_certificate_status_response"),
    (115, "unknown_psk_identity"),
    (116, "certificate_required"),
    (120, "no_application_protocol"),
    (121, "ech_required"),
];

impl Alert {
    /// The sender has no more to say.
    pub const CLOSE_NOTIFY: Self = Self(0);
    /// A message came that does not belong here.
    pub const UNEXPECTED_MESSAGE: Self = Self(10);
    /// A record does not open.
    pub const BAD_RECORD_MAC: Self = Self(20);
    /// There is nothing that both can.
    pub const HANDSHAKE_FAILURE: Self = Self(40);
    /// The certificate is damaged, or is for another name.
    pub const BAD_CERTIFICATE: Self = Self(42);
    /// The certificate's time is over, or has not come.
    pub const CERTIFICATE_EXPIRED: Self = Self(45);
    /// Nobody who is trusted stands behind the certificate.
    pub const UNKNOWN_CA: Self = Self(48);
    /// A message cannot be read.
    pub const DECODE_ERROR: Self = Self(50);
    /// A signature or a check of the handshake is wrong.
    pub const DECRYPT_ERROR: Self = Self(51);
    /// A field has a value that it must not have.
    pub const ILLEGAL_PARAMETER: Self = Self(47);
    /// No version in common.
    pub const PROTOCOL_VERSION: Self = Self(70);
    /// An extension is missing.
    pub const MISSING_EXTENSION: Self = Self(109);
    /// The server wants a certificate and got none.
    pub const CERTIFICATE_REQUIRED: Self = Self(116);
    /// No application protocol in common.
    pub const NO_APPLICATION_PROTOCOL: Self = Self(120);
    /// The server did not use the encrypted hello.
    pub const ECH_REQUIRED: Self = Self(121);

    /// The name in the standard.
    pub fn name(self) -> &'static str {
        let found = NAMES.iter().find(|(number, _)| *number == self.0);
        found.map_or("unknown", |(_, name)| name)
    }

    /// Whether the connection may go on after it: only the end of one direction may.
    pub const fn is_fatal(self) -> bool {
        !matches!(self.0, 0 | 90)
    }

    /// Writes the two bytes.
    pub fn encode(self, out: &mut Encoder) {
        let level = if self.is_fatal() { 2 } else { 1 };
        let word = if self.is_fatal() { "fatal" } else { "warning" };
        out.bits_as(&LEVEL, 8, level, |value| number(value, format!("{value} ({word})")));
        let name = self.name();
        out.bits_as(&DESCRIPTION, 8, u32::from(self.0), |value| {
            number(value, format!("{value} ({name})"))
        });
    }

    /// Reads the two bytes.
    ///
    /// # Errors
    /// Refuses another number of bytes and unknown levels.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        match bytes {
            [1 | 2, description] => Ok(Self(*description)),
            [_, _] => Err(DecodeError::new(0, "an alert has level 1 or 2 (RFC 8446 section 6)")),
            _ => Err(DecodeError::new(
                bytes.len().min(2),
                "an alert has two bytes (RFC 8446 section 6)",
            )),
        }
    }
}
