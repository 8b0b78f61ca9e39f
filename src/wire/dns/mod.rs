//! Messages of the Domain Name System, RFC 1035 section 4, with EDNS (RFC 6891).

mod data;
mod decode;
mod encode;
mod fields;
mod name;
mod options;
mod words;

pub use data::{Data, Kind, Option16, Rrsig, Soa, key_tag};
pub use name::{LABEL_MAX, NAME_MAX, Name};
pub use options::{Subnet, option};

use super::encoder::{DecodeError, Encoder};
use super::{Payload, Protocol, Unit};

/// The port of servers, for UDP and for TCP.
pub const PORT: u16 = 53;
/// The class of the Internet.
pub const CLASS_IN: u16 = 1;
/// The largest answer over UDP without EDNS (RFC 1035 section 4.2.1).
pub const UDP_MAX: u16 = 512;

/// The second word of the header: the kind of message, and what it says about itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(pub u16);

impl Flags {
    /// It is a response.
    pub const QR: Self = Self(0x8000);
    /// The server is an authority for the name.
    pub const AA: Self = Self(0x0400);
    /// It did not fit and is cut.
    pub const TC: Self = Self(0x0200);
    /// The client wants the server to ask further.
    pub const RD: Self = Self(0x0100);
    /// The server asks further if it is wanted.
    pub const RA: Self = Self(0x0080);
    /// All of it is authentic (RFC 4035 section 3.2.3).
    pub const AD: Self = Self(0x0020);
    /// The client checks for itself (RFC 4035 section 3.2.2).
    pub const CD: Self = Self(0x0010);

    /// Whether all bits of `flags` are set.
    pub const fn has(self, flags: Self) -> bool {
        self.0 & flags.0 == flags.0
    }

    /// The same with more bits set.
    #[must_use]
    pub const fn with(self, flags: Self) -> Self {
        Self(self.0 | flags.0)
    }
}

/// How a question ended (RFC 1035 section 4.1.1, RFC 6895 section 2.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rcode(pub u16);

impl Rcode {
    /// It was answered, maybe with nothing.
    pub const NOERROR: Self = Self(0);
    /// The server could not read the question.
    pub const FORMERR: Self = Self(1);
    /// The server could not find out.
    pub const SERVFAIL: Self = Self(2);
    /// There is no such name.
    pub const NXDOMAIN: Self = Self(3);
    /// The server does not want to answer.
    pub const REFUSED: Self = Self(5);

    /// The name of the standard.
    pub const fn name(self) -> &'static str {
        match self.0 {
            0 => "NOERROR",
            1 => "FORMERR",
            2 => "SERVFAIL",
            3 => "NXDOMAIN",
            4 => "NOTIMP",
            5 => "REFUSED",
            16 => "BADVERS",
            23 => "BADCOOKIE",
            _ => "other",
        }
    }
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The name.
    pub name: Name,
    /// The type of record.
    pub kind: Kind,
}

/// A record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Whose record it is.
    pub name: Name,
    /// For how long it may be remembered, in seconds.
    pub ttl: u32,
    /// What it says.
    pub data: Data,
}

impl Record {
    /// A record.
    pub const fn new(name: Name, ttl: u32, data: Data) -> Self {
        Self { name, ttl, data }
    }

    /// The type.
    pub const fn kind(&self) -> Kind {
        self.data.kind()
    }
}

/// The extension of a message (RFC 6891).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edns {
    /// The largest message over UDP that its sender takes.
    pub size: u16,
    /// Its sender wants signatures (RFC 3225).
    pub dnssec_ok: bool,
    /// Numbered options.
    pub options: Vec<Option16>,
}

/// A message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Ties the response to its query.
    pub id: u16,
    /// The bits of the header, without the code of the result.
    pub flags: Flags,
    /// How it ended; what is above 15 needs EDNS.
    pub rcode: Rcode,
    /// What is asked.
    pub questions: Vec<Question>,
    /// What answers it.
    pub answers: Vec<Record>,
    /// Who knows, or what does not exist.
    pub authorities: Vec<Record>,
    /// What else may help.
    pub additionals: Vec<Record>,
    /// The extension, if it is used.
    pub edns: Option<Edns>,
}

impl Message {
    /// A query for one name.
    pub fn query(id: u16, name: Name, kind: Kind) -> Self {
        Self { id, questions: vec![Question { name, kind }], ..Self::default() }
    }

    /// A response to a query, without content.
    #[must_use]
    pub fn response(&self, rcode: Rcode) -> Self {
        // RD and CD are copied (RFC 1035 section 4.1.1, RFC 4035 section 3.1.6).
        let kept = self.flags.0 & (Flags::RD.0 | Flags::CD.0);
        Self {
            id: self.id,
            flags: Flags(kept).with(Flags::QR),
            rcode,
            questions: self.questions.clone(),
            ..Self::default()
        }
    }

    /// Whether it is a response.
    pub const fn is_response(&self) -> bool {
        self.flags.has(Flags::QR)
    }

    /// The question, if there is just one.
    pub fn question(&self) -> Option<&Question> {
        match &self.questions[..] {
            [question] => Some(question),
            _ => None,
        }
    }

    /// The bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new();
        self.encode_to(&mut out);
        out.into_bytes()
    }

    /// Writes the message.
    pub fn encode_to(&self, out: &mut Encoder) {
        encode::message(self, out);
    }

    /// The bytes behind their length, as a stream carries them (RFC 1035 section 4.2.2).
    pub fn encode_framed(&self) -> Vec<u8> {
        let mut out = Encoder::new();
        self.encode_framed_to(&mut out);
        out.into_bytes()
    }

    /// Writes the length and the message.
    pub fn encode_framed_to(&self, out: &mut Encoder) {
        let len = u32::try_from(self.encode().len()).unwrap_or(u32::MAX);
        out.bits(&fields::FRAME, 16, len);
        self.encode_to(out);
    }

    /// Reads a message that takes all of `bytes`.
    ///
    /// # Errors
    /// Says at which byte which rule is broken.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        decode::message(bytes)
    }

    /// What fits into `max` bytes: all of it, or the header and the question with TC set
    /// (RFC 2181 section 9: a cut answer is not to be used).
    #[must_use]
    pub fn cut_to(self, max: u16) -> Self {
        if self.encode().len() <= usize::from(max) {
            return self;
        }
        Self {
            flags: self.flags.with(Flags::TC),
            answers: Vec::new(),
            authorities: Vec::new(),
            additionals: Vec::new(),
            ..self
        }
    }

    /// The datagram's bytes, and what it is called.
    pub fn datagram(&self) -> (Payload, Vec<Unit>) {
        self.named(self.encode())
    }

    /// The bytes in a stream, and what they are called.
    pub fn framed(&self) -> (Payload, Vec<Unit>) {
        self.named(self.encode_framed())
    }

    fn named(&self, bytes: Vec<u8>) -> (Payload, Vec<Unit>) {
        let (kind, name) = words::words(self);
        let payload = Payload::from(bytes);
        let len = payload.len();
        let detail = format!("{len} B");
        let kind = kind.to_owned();
        let unit = Unit { protocol: Protocol::Dns, kind, name, detail, offset: 0, len };
        (payload, vec![unit])
    }

    /// What it is called in faults: `query`, `answer`, `referral`, `nxdomain` and others.
    pub fn kind(&self) -> &'static str {
        words::words(self).0
    }
}

#[cfg(test)]
mod tests;
