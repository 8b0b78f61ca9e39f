//! Just enough of HTTP/1.1 (RFC 9112) for a browser that reads files.

use std::io::{self, BufRead, Read};

/// Bytes of a request's head, all lines together.
const HEAD_MAX: u64 = 16 * 1024;

/// What was asked for.
#[derive(Debug)]
pub(super) struct Request {
    /// The path without its query, not yet decoded.
    pub(super) path: String,
    /// The answer is wanted without its body.
    pub(super) head_only: bool,
    /// Brotli is acceptable.
    pub(super) brotli: bool,
    /// The tag of the copy that the browser has.
    pub(super) if_none_match: Option<String>,
    /// The connection ends with the answer.
    pub(super) close: bool,
}

/// Why a request is not answered.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) why: &'static str,
}

impl Request {
    /// Reads the next request; nothing when the connection has ended.
    pub(super) fn read(reader: &mut impl BufRead) -> io::Result<Option<Result<Self, Refusal>>> {
        let mut head = reader.take(HEAD_MAX);
        let Some(first) = line(&mut head)? else { return Ok(None) };
        let Some(mut request) = Self::from_request_line(&first) else {
            return Ok(Some(Err(refusal_of(&first))));
        };
        loop {
            let Some(field) = line(&mut head)? else {
                let why = "the head of the request is too long or unfinished";
                return Ok(Some(Err(Refusal { status: 431, why })));
            };
            if field.is_empty() {
                return Ok(Some(Ok(request)));
            }
            if let Some((name, value)) = field.split_once(':') {
                request.field(name, value.trim());
            }
        }
    }

    fn from_request_line(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() || !version.starts_with("HTTP/1.") || !target.starts_with('/') {
            return None;
        }
        let head_only = match method {
            "GET" => false,
            "HEAD" => true,
            _ => return None,
        };
        let path = target.split(['?', '#']).next()?.to_owned();
        let close = version == "HTTP/1.0";
        Some(Self { path, head_only, brotli: false, if_none_match: None, close })
    }

    fn field(&mut self, name: &str, value: &str) {
        if name.eq_ignore_ascii_case("accept-encoding") {
            self.brotli = value.split(',').any(accepts_brotli);
        } else if name.eq_ignore_ascii_case("if-none-match") {
            self.if_none_match = Some(value.to_owned());
        } else if name.eq_ignore_ascii_case("connection") {
            self.close |= value.eq_ignore_ascii_case("close");
        } else if name.eq_ignore_ascii_case("content-length") {
            // A body would be taken for the next request.
            self.close |= value != "0";
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            self.close = true;
        }
    }
}

/// `br`, unless its weight is nought (RFC 9110, section 12.4.2).
fn accepts_brotli(coding: &str) -> bool {
    let mut parts = coding.split(';').map(str::trim);
    parts.next() == Some("br")
        && !parts.any(|part| {
            part.starts_with("q=0") && !part.contains(['1', '2', '3', '4', '5', '6', '7', '8', '9'])
        })
}

fn refusal_of(first: &str) -> Refusal {
    let method = first.split(' ').next().unwrap_or_default();
    let known = ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"];
    if known.contains(&method) {
        return Refusal { status: 405, why: "this server only hands out files" };
    }
    Refusal { status: 400, why: "this is not a request of HTTP/1.1" }
}

/// A line without its end; nothing at the end of the input.
fn line(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    reader.read_until(b'\n', &mut bytes)?;
    if bytes.pop() != Some(b'\n') {
        return Ok(None);
    }
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// What is sent back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// The body is described but not sent.
    pub(super) head_only: bool,
}

impl Answer {
    /// A line of plain text.
    pub(super) fn text(status: u16, text: &str) -> Self {
        let kind = ("Content-Type".to_owned(), "text/plain; charset=utf-8".to_owned());
        Self {
            status,
            headers: vec![kind],
            body: format!("{text}\n").into_bytes(),
            head_only: false,
        }
    }

    /// The bytes on the wire; `last` closes the connection after them.
    pub(super) fn encode(&self, last: bool) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.status != 304 {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        head.push_str(if last { "Connection: close\r\n\r\n" } else { "\r\n" });
        let mut bytes = head.into_bytes();
        if !self.head_only && self.status != 304 {
            bytes.extend_from_slice(&self.body);
        }
        bytes
    }
}

const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        304 => "Not Modified",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        431 => "Request Header Fields Too Large",
        _ => "Error",
    }
}
