//! Reads messages off a byte stream: a head, then as many bytes of body as it announces.

use crate::wire::Payload;
use crate::wire::http1::{HEAD_MAX, HeadError, Header, content_length};

/// Where a reader stands in a stream of messages.
#[derive(Debug)]
pub struct Reader<H> {
    /// What arrived and is not read yet.
    rest: Payload,
    /// The head that was read, and how much of its body is missing.
    current: Option<(H, u64)>,
    decode: Decode<H>,
}

/// Reads a head off the front of some bytes.
pub type Decode<H> = fn(&[u8]) -> Result<Option<(H, usize)>, HeadError>;

/// What a reader finds.
#[derive(Debug, PartialEq, Eq)]
pub enum Found<H> {
    /// A head.
    Head(H),
    /// The last byte of the message that began with this head.
    Complete(H),
}

/// A head that has header fields.
pub trait HasHeaders: Clone {
    /// Its header fields.
    fn headers(&self) -> &[Header];
}

impl HasHeaders for crate::wire::http1::Request {
    fn headers(&self) -> &[Header] {
        &self.headers
    }
}

impl HasHeaders for crate::wire::http1::Response {
    fn headers(&self) -> &[Header] {
        &self.headers
    }
}

impl<H: HasHeaders> Reader<H> {
    /// A reader at the start of a stream.
    pub const fn new(decode: Decode<H>) -> Self {
        Self { rest: Payload::new(), current: None, decode }
    }

    /// Takes bytes and returns what they complete, in order.
    ///
    /// # Errors
    /// Says at which byte of the head and by which rule the stream is no HTTP.
    pub fn take(&mut self, bytes: &Payload) -> Result<Vec<Found<H>>, HeadError> {
        self.rest.append(bytes);
        let mut found = Vec::new();
        loop {
            if let Some((head, missing)) = self.current.take() {
                let taken = self.rest.split_to(missing).len();
                if taken < missing {
                    self.current = Some((head, missing - taken));
                    return Ok(found);
                }
                found.push(Found::Complete(head));
            }
            // Only the front is put in memory: a body may be megabytes.
            let front = self.rest.slice(0..HEAD_MAX as u64 + 1).to_vec();
            let Some((head, len)) = (self.decode)(&front)? else { return Ok(found) };
            self.rest.split_to(len as u64);
            let missing = content_length(head.headers())?;
            found.push(Found::Head(head.clone()));
            self.current = Some((head, missing));
        }
    }
}
