//! HTTP/1.1 message heads (RFC 9112): the bytes between the start of a message and its body.
//!
//! The decoder is strict: it takes what section 2 to 6 of the RFC lets a sender produce, and says
//! at which byte and by which rule it refuses anything else. Bodies are delimited by
//! `Content-Length` only.

use std::fmt;

use super::encoder::{Encoder, FieldSpec, FieldValue, spec, text};

/// The longest head that is read, in bytes.
pub const HEAD_MAX: usize = 16_384;

/// The head of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method: `GET`.
    pub method: String,
    /// What it is applied to: `/report`.
    pub target: String,
    /// The header fields, in order.
    pub headers: Vec<Header>,
}

/// The head of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code: 200.
    pub status: u16,
    /// The words after it: `OK`. They mean nothing to a program.
    pub reason: String,
    /// The header fields, in order.
    pub headers: Vec<Header>,
}

/// A header field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its name, compared without regard to case (RFC 9110 section 5.1).
    pub name: String,
    /// Its value, without the space around it.
    pub value: String,
}

impl Header {
    /// A header field.
    pub fn new(name: &str, value: &str) -> Self {
        Self { name: name.to_owned(), value: value.to_owned() }
    }
}

/// Why bytes are no head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadError {
    /// At which byte from the start.
    pub at: usize,
    /// What the rule demands, and where it stands.
    pub rule: &'static str,
}

impl fmt::Display for HeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.at, self.rule)
    }
}

impl std::error::Error for HeadError {}

/// The value of a header field, by its name in any case.
pub fn header<'a>(headers: &'a [Header], name: &str) -> Option<&'a str> {
    let found = headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    found.map(|header| header.value.as_str())
}

/// The length of the body that follows (RFC 9112 section 6.3): no field means none.
///
/// # Errors
/// Refuses a value that is no decimal number (RFC 9110 section 8.6).
pub fn content_length(headers: &[Header]) -> Result<u64, HeadError> {
    let Some(value) = header(headers, "content-length") else { return Ok(0) };
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().ok().filter(|_| digits).ok_or(HeadError {
        at: 0,
        rule: "Content-Length is a decimal number (RFC 9110 section 8.6)",
    })
}

static METHOD: FieldSpec =
    spec("method", "Method", "What the client wants done.", "RFC 9110 section 9");
static TARGET: FieldSpec =
    spec("target", "Request target", "What it wants it done to.", "RFC 9112 section 3.2");
static VERSION: FieldSpec =
    spec("version", "Version", "The version of the protocol.", "RFC 9112 section 2.3");
static STATUS: FieldSpec = spec(
    "status",
    "Status code",
    "How it went: 2 for success, 3 for elsewhere, 4 for a fault of the client, 5 of the server.",
    "RFC 9110 section 15",
);
static REASON: FieldSpec = spec(
    "reason",
    "Reason phrase",
    "The status in words; programs leave it alone.",
    "RFC 9112 section 4",
);
static FIELD: FieldSpec =
    spec("header", "Header field", "A name and a value about the message.", "RFC 9112 section 5");
static HOST: FieldSpec =
    spec("header", "Host", "Which site is meant: one address serves many.", "RFC 9110 section 7.2");
static CONTENT_LENGTH: FieldSpec = spec(
    "header",
    "Content-Length",
    "How many bytes of content follow the empty line.",
    "RFC 9112 section 6.2",
);
static END: FieldSpec = spec(
    "end-of-head",
    "Empty line",
    "Ends the head; what follows is content.",
    "RFC 9112 section 2.1",
);
static VERSION_TEXT: &str = "HTTP/1.1";

fn word(spec: &'static FieldSpec, word: &str, out: &mut Encoder) {
    out.bytes(spec, word.as_bytes(), || text(word.to_owned()));
}

fn encode_headers(headers: &[Header], out: &mut Encoder) {
    out.raw(b"\r\n");
    for Header { name, value } in headers {
        let spec = match name.to_ascii_lowercase().as_str() {
            "host" => &HOST,
            "content-length" => &CONTENT_LENGTH,
            _ => &FIELD,
        };
        word(spec, &format!("{name}: {value}"), out);
        out.raw(b"\r\n");
    }
    out.bytes(&END, b"\r\n", || text("CR LF".to_owned()));
}

impl Request {
    /// The bytes of the head, its empty line included.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new();
        self.encode_to(&mut out);
        out.into_bytes()
    }

    /// Writes the head, its empty line included.
    pub fn encode_to(&self, out: &mut Encoder) {
        word(&METHOD, &self.method, out);
        out.raw(b" ");
        word(&TARGET, &self.target, out);
        out.raw(b" ");
        word(&VERSION, VERSION_TEXT, out);
        encode_headers(&self.headers, out);
    }

    /// Reads a head from the front of `bytes`: the head and its length in bytes, or nothing if
    /// its end has not arrived.
    ///
    /// # Errors
    /// Says at which byte and by which rule the bytes are no request.
    pub fn decode(bytes: &[u8]) -> Result<Option<(Self, usize)>, HeadError> {
        let Some(head) = Head::decode(bytes)? else { return Ok(None) };
        let mut words = head.start_line.splitn(3, ' ');
        let method = words.next().unwrap_or_default();
        let target = words.next().unwrap_or_default();
        let version = words.next().unwrap_or_default();
        let refuse = |at, rule| Err(HeadError { at, rule });
        if !is_token(method) {
            return refuse(0, "a request begins with a method, a token (RFC 9112 section 3)");
        }
        let target_ok = !target.is_empty() && target.bytes().all(|byte| byte.is_ascii_graphic());
        if !target_ok {
            return refuse(
                method.len() + 1,
                "a target without spaces follows (RFC 9112 section 3)",
            );
        }
        if version != "HTTP/1.1" {
            let at = method.len() + target.len() + 2;
            return refuse(at, "the version is HTTP/1.1 (RFC 9112 section 2.3)");
        }
        let (method, target) = (method.to_owned(), target.to_owned());
        Ok(Some((Self { method, target, headers: head.headers }, head.len)))
    }
}

impl Response {
    /// The bytes of the head, its empty line included.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new();
        self.encode_to(&mut out);
        out.into_bytes()
    }

    /// Writes the head, its empty line included.
    pub fn encode_to(&self, out: &mut Encoder) {
        word(&VERSION, VERSION_TEXT, out);
        out.raw(b" ");
        out.bytes(&STATUS, format!("{:03}", self.status).as_bytes(), || {
            (FieldValue::Number(u64::from(self.status)), self.status.to_string())
        });
        out.raw(b" ");
        word(&REASON, &self.reason, out);
        encode_headers(&self.headers, out);
    }

    /// Reads a head from the front of `bytes`: the head and its length in bytes, or nothing if
    /// its end has not arrived.
    ///
    /// # Errors
    /// Says at which byte and by which rule the bytes are no response.
    pub fn decode(bytes: &[u8]) -> Result<Option<(Self, usize)>, HeadError> {
        let Some(head) = Head::decode(bytes)? else { return Ok(None) };
        let refuse = |at, rule| Err(HeadError { at, rule });
        let Some(rest) = head.start_line.strip_prefix("HTTP/1.1 ") else {
            return refuse(0, "a response begins with HTTP/1.1 (RFC 9112 section 4)");
        };
        let (code, reason) = rest.split_once(' ').unwrap_or((rest, ""));
        let digits = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit());
        let Some(status) = code.parse().ok().filter(|_| digits) else {
            return refuse(9, "the status code is three digits (RFC 9112 section 4)");
        };
        let reason = reason.to_owned();
        Ok(Some((Self { status, reason, headers: head.headers }, head.len)))
    }
}

/// What both kinds of head have in common.
struct Head {
    start_line: String,
    headers: Vec<Header>,
    len: usize,
}

impl Head {
    fn decode(bytes: &[u8]) -> Result<Option<Self>, HeadError> {
        let mut lines = Vec::new();
        let mut at = 0;
        loop {
            let Some(line) = line(bytes, at)? else { return Ok(None) };
            let (start, next) = (at, at + line.len() + 2);
            at = next;
            if line.is_empty() {
                break;
            }
            lines.push((start, line));
        }
        let mut lines = lines.into_iter();
        let Some((_, start_line)) = lines.next() else {
            return Err(HeadError {
                at: 0,
                rule: "a message begins with its start line (RFC 9112 section 2.1)",
            });
        };
        let headers = lines.map(|(at, line)| field(at, line)).collect::<Result<_, _>>()?;
        Ok(Some(Self { start_line: start_line.to_owned(), headers, len: at }))
    }
}

/// The line that starts at `at`, without its end; nothing if the end has not arrived.
fn line(bytes: &[u8], at: usize) -> Result<Option<&str>, HeadError> {
    let rest = bytes.get(at..).unwrap_or_default();
    let end = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
    let line = &rest[..end.unwrap_or(rest.len())];
    if let Some(bad) =
        line.iter().position(|byte| !byte.is_ascii() || byte.is_ascii_control() && *byte != b'\t')
    {
        return Err(HeadError {
            at: at + bad,
            rule: "a head holds visible ASCII only (RFC 9112 section 2.2)",
        });
    }
    if at + line.len() > HEAD_MAX {
        return Err(HeadError {
            at: HEAD_MAX,
            rule: "a head has at most 16,384 bytes (our limit)",
        });
    }
    match end.map(|end| (end, &rest[end..])) {
        None | Some((_, [b'\r'])) => Ok(None),
        Some((_, [b'\r', b'\n', ..])) => Ok(std::str::from_utf8(line).ok()),
        Some((end, _)) => {
            Err(HeadError { at: at + end, rule: "a line ends with CR LF (RFC 9112 section 2.2)" })
        }
    }
}

fn field(at: usize, line: &str) -> Result<Header, HeadError> {
    let Some((name, value)) = line.split_once(':') else {
        return Err(HeadError { at, rule: "a header line has a colon (RFC 9112 section 5)" });
    };
    if !is_token(name) {
        return Err(HeadError {
            at,
            rule: "a header's name is a token, with no space before the colon (RFC 9112 section 5.1)",
        });
    }
    Ok(Header::new(name, value.trim_matches([' ', '\t'])))
}

/// Whether the word is a token (RFC 9110 section 5.6.2).
fn is_token(word: &str) -> bool {
    let special = |byte| b"!#$%&'*+-.^_`|~".contains(&byte);
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || special(byte))
}

#[cfg(test)]
mod tests;
