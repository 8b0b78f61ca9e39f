//! HTTP/1.1 message heads (RFC 9112): the bytes between the start of a message and its body.
//!
//! The decoder is strict: it takes what section 2 to 6 of the RFC lets a sender produce, and says
//! at which byte and by which rule it refuses anything else. Bodies are delimited by
//! `Content-Length` only.

use std::fmt;

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

fn encode(start_line: &str, headers: &[Header]) -> Vec<u8> {
    let mut text = format!("{start_line}\r\n");
    for Header { name, value } in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    text.into_bytes()
}

impl Request {
    /// The bytes of the head, its empty line included.
    pub fn encode(&self) -> Vec<u8> {
        encode(&format!("{} {} HTTP/1.1", self.method, self.target), &self.headers)
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
        encode(&format!("HTTP/1.1 {:03} {}", self.status, self.reason), &self.headers)
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
