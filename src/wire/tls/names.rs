//! Numbers of TLS and what they are called (the registries of IANA, as far as they are used here).

use crate::wire::encoder::{FieldValue, number};

/// The suites (RFC 8446 appendix B.4, RFC 5289), the registry's number and name.
const SUITES: &[(u16, &str)] = &[
    (0x1301, "TLS_AES_128_GCM_SHA256"),
    (0x1302, "TLS_AES_256_GCM_SHA384"),
    (0x1303, "TLS_CHACHA20_POLY1305_SHA256"),
    (0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
    (0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
    (0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
    (0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
    (0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
    (0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
    (0x00ff, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"),
];

/// The groups of the key exchange (RFC 8446 section 4.2.7, and the hybrid with ML-KEM).
const GROUPS: &[(u16, &str)] = &[
    (0x0017, "secp256r1"),
    (0x0018, "secp384r1"),
    (0x0019, "secp521r1"),
    (0x001d, "x25519"),
    (0x001e, "x448"),
    (0x0100, "ffdhe2048"),
    (0x0101, "ffdhe3072"),
    (0x0102, "ffdhe4096"),
    (0x0103, "ffdhe6144"),
    (0x0104, "ffdhe8192"),
    (0x11ec, "X25519MLKEM768"),
];

/// Signature schemes (RFC 8446 section 4.2.3).
const SCHEMES: &[(u16, &str)] = &[
    (0x0403, "ecdsa_secp256r1_sha256"),
    (0x0503, "ecdsa_secp384r1_sha384"),
    (0x0603, "ecdsa_secp521r1_sha512"),
    (0x0804, "rsa_pss_rsae_sha256"),
    (0x0805, "rsa_pss_rsae_sha384"),
    (0x0806, "rsa_pss_rsae_sha512"),
    (0x0807, "ed25519"),
    (0x0401, "rsa_pkcs1_sha256"),
    (0x0905, "mldsa65"),
];

fn name(table: &[(u16, &'static str)], number: u16) -> String {
    let found = table.iter().find(|(known, _)| *known == number);
    found.map_or_else(|| format!("0x{number:04x}"), |(_, name)| (*name).to_owned())
}

/// The name of a cipher suite.
pub fn suite(number: u16) -> String {
    name(SUITES, number)
}

/// The name of a group.
pub fn group(number: u16) -> String {
    name(GROUPS, number)
}

/// The name of a signature scheme.
pub fn scheme(number: u16) -> String {
    name(SCHEMES, number)
}

/// The name of a version.
pub fn version(number: u16) -> String {
    super::Version::of(number).map_or_else(|| format!("0x{number:04x}"), |v| v.name().to_owned())
}

/// Numbers by their names, in a row.
pub(super) fn list(name: fn(u16) -> String, numbers: &[u16]) -> (FieldValue, String) {
    let names: Vec<String> = numbers.iter().map(|number| name(*number)).collect();
    let shown = names.join(", ");
    (FieldValue::List(names), shown)
}

/// A number as four hexadecimal digits.
pub(super) fn hex4(value: u32) -> (FieldValue, String) {
    number(value, format!("0x{value:04x}"))
}

/// A number of bytes.
pub(super) fn bytes(value: u32) -> (FieldValue, String) {
    number(value, format!("{value} B"))
}

/// The first bytes in hexadecimal digits, and how many there are.
pub(super) fn hex(bytes: &[u8]) -> (FieldValue, String) {
    let digits: String = bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let more = if bytes.len() > 16 { "…" } else { "" };
    let shown = match bytes.len() {
        0 => "empty".to_owned(),
        len => format!("{digits}{more} ({len} B)"),
    };
    (FieldValue::Text(format!("{digits}{more}")), shown)
}
