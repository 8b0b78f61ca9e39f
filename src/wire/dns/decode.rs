//! Reads messages, strictly: what breaks a rule is refused with its byte and the rule.

use super::super::encoder::DecodeError;
use super::name::{LABEL_RULE, NAME_RULE};
use super::{
    CLASS_IN, Data, Edns, Flags, Kind, Message, Name, Option16, Question, Rcode, Record, Rrsig, Soa,
};

/// Where a reader stands in a message.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where the part that is being read ends.
    end: usize,
}

const SHORT: &str = "the message ends before what it announces (RFC 1035 section 4.1)";
const DATA_RULE: &str = "data ends where its length says (RFC 1035 section 4.1.3)";
const CLASS_RULE: &str = "the class is 1, the Internet (RFC 1035 section 3.2.4)";
const OPT_RULE: &str =
    "a message has at most one OPT, among the additionals (RFC 6891 section 6.1.1)";

pub(super) fn message(bytes: &[u8]) -> Result<Message, DecodeError> {
    let mut reader = Reader { bytes, at: 0, end: bytes.len() };
    let id = reader.word()?;
    let bits = reader.word()?;
    if bits & 0x40 != 0 {
        return Err(DecodeError::new(3, "the Z bit is zero (RFC 1035 section 4.1.1)"));
    }
    let [questions, answers, authorities, additionals] =
        [reader.word()?, reader.word()?, reader.word()?, reader.word()?];
    let mut message = Message { id, flags: Flags(bits & 0xfff0), ..Message::default() };
    for _ in 0..questions {
        message.questions.push(reader.question()?);
    }
    for _ in 0..answers {
        message.answers.push(reader.record()?);
    }
    for _ in 0..authorities {
        message.authorities.push(reader.record()?);
    }
    let mut high = 0;
    for _ in 0..additionals {
        if reader.is_opt() {
            if message.edns.is_some() {
                return Err(reader.refuse(OPT_RULE));
            }
            let (edns, rcode) = reader.edns()?;
            high = u16::from(rcode) << 4;
            message.edns = Some(edns);
        } else {
            message.additionals.push(reader.record()?);
        }
    }
    message.rcode = Rcode(high | bits & 15);
    if reader.at < bytes.len() {
        return Err(reader.refuse("nothing follows the last record (RFC 1035 section 4.1)"));
    }
    Ok(message)
}

impl<'a> Reader<'a> {
    fn refuse(&self, rule: &'static str) -> DecodeError {
        DecodeError::new(self.at, rule)
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], DecodeError> {
        let end = self.at.saturating_add(len);
        let rule = if self.end < self.bytes.len() { DATA_RULE } else { SHORT };
        let taken = self.bytes.get(self.at..end).filter(|_| end <= self.end);
        let taken = taken.ok_or_else(|| DecodeError::new(self.end, rule))?;
        self.at = end;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, DecodeError> {
        self.take(1).map(|bytes| bytes.first().copied().unwrap_or(0))
    }

    fn word(&mut self) -> Result<u16, DecodeError> {
        Ok(u16::from_be_bytes([self.byte()?, self.byte()?]))
    }

    fn long(&mut self) -> Result<u32, DecodeError> {
        Ok(u32::from(self.word()?) << 16 | u32::from(self.word()?))
    }

    /// The bytes up to the end of the part.
    fn rest(&mut self) -> Result<Vec<u8>, DecodeError> {
        self.take(self.end.saturating_sub(self.at)).map(<[u8]>::to_vec)
    }

    /// Bytes behind their length in one byte.
    fn short(&mut self) -> Result<Vec<u8>, DecodeError> {
        let len = self.byte()?;
        self.take(len.into()).map(<[u8]>::to_vec)
    }

    /// A name; pointers lead backwards only, so they end (RFC 1035 section 4.1.4).
    fn name(&mut self) -> Result<Name, DecodeError> {
        let bytes = self.bytes;
        let mut labels: Vec<&[u8]> = Vec::new();
        let (mut at, mut before, mut jumped) = (self.at, self.at, false);
        let mut len = 1;
        loop {
            // Behind a pointer the whole message may be read.
            let end = if jumped { bytes.len() } else { self.end };
            let refuse = |rule| Err(DecodeError::new(at, rule));
            let Some(&first) = bytes.get(at).filter(|_| at < end) else { return refuse(SHORT) };
            let size = usize::from(first);
            match first >> 6 {
                0 if size == 0 => break,
                0 => {
                    let Some(label) = bytes.get(at + 1..at + 1 + size) else {
                        return refuse(SHORT);
                    };
                    if at + 1 + size > end {
                        return refuse(DATA_RULE);
                    }
                    labels.push(label);
                    len += size + 1;
                    if len > super::NAME_MAX {
                        return refuse(NAME_RULE);
                    }
                    at += size + 1;
                }
                3 => {
                    let Some(&low) = bytes.get(at + 1).filter(|_| at + 1 < end) else {
                        return refuse(SHORT);
                    };
                    let to = (size & 0x3f) << 8 | usize::from(low);
                    if to >= before {
                        return refuse("a pointer leads backwards (RFC 1035 section 4.1.4)");
                    }
                    if !jumped {
                        self.at = at + 2;
                        jumped = true;
                    }
                    (at, before) = (to, to);
                }
                _ => return refuse(LABEL_RULE),
            }
        }
        if !jumped {
            self.at = at + 1;
        }
        Name::from_labels(&labels).map_err(|rule| self.refuse(rule))
    }

    fn class(&mut self) -> Result<(), DecodeError> {
        let at = self.at;
        match self.word()? {
            CLASS_IN => Ok(()),
            _ => Err(DecodeError::new(at, CLASS_RULE)),
        }
    }

    fn question(&mut self) -> Result<Question, DecodeError> {
        let name = self.name()?;
        let kind = Kind(self.word()?);
        self.class()?;
        Ok(Question { name, kind })
    }

    fn record(&mut self) -> Result<Record, DecodeError> {
        let name = self.name()?;
        let at = self.at;
        let kind = Kind(self.word()?);
        if kind == Kind::OPT {
            return Err(DecodeError::new(at, OPT_RULE));
        }
        self.class()?;
        let ttl = self.long()?;
        let data = self.part(|reader| reader.data(kind))?;
        Ok(Record { name, ttl, data })
    }

    /// Reads a part behind its length in two bytes, which it must fill.
    fn part<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let len = usize::from(self.word()?);
        let (whole, end) = (self.end, self.at + len);
        if end > whole {
            return Err(DecodeError::new(self.at - 2, SHORT));
        }
        self.end = end;
        let read = read(self)?;
        if self.at != end {
            return Err(self.refuse(DATA_RULE));
        }
        self.end = whole;
        Ok(read)
    }

    fn data(&mut self, kind: Kind) -> Result<Data, DecodeError> {
        Ok(match kind {
            Kind::A => Data::A(self.array()?),
            Kind::AAAA => Data::Aaaa(self.array()?),
            Kind::NS => Data::Ns(self.name()?),
            Kind::CNAME => Data::Cname(self.name()?),
            Kind::PTR => Data::Ptr(self.name()?),
            Kind::MX => Data::Mx { preference: self.word()?, exchange: self.name()? },
            Kind::TXT => Data::Txt(self.until_end(Self::short)?),
            Kind::SOA => Data::Soa(Box::new(Soa {
                primary: self.name()?,
                mailbox: self.name()?,
                serial: self.long()?,
                refresh: self.long()?,
                retry: self.long()?,
                expire: self.long()?,
                minimum: self.long()?,
            })),
            Kind::CAA => Data::Caa { flags: self.byte()?, tag: self.short()?, value: self.rest()? },
            Kind::SRV => Data::Srv {
                priority: self.word()?,
                weight: self.word()?,
                port: self.word()?,
                target: self.name()?,
            },
            Kind::SVCB | Kind::HTTPS => self.service(kind == Kind::HTTPS)?,
            Kind::DS => Data::Ds {
                key_tag: self.word()?,
                algorithm: self.byte()?,
                digest_type: self.byte()?,
                digest: self.rest()?,
            },
            Kind::DNSKEY => self.key()?,
            Kind::RRSIG => Data::Rrsig(Box::new(Rrsig {
                covered: Kind(self.word()?),
                algorithm: self.byte()?,
                labels: self.byte()?,
                original_ttl: self.long()?,
                expiration: self.long()?,
                inception: self.long()?,
                key_tag: self.word()?,
                signer: self.name()?,
                signature: self.rest()?,
            })),
            Kind::NSEC => Data::Nsec { next: self.name()?, kinds: self.kinds()? },
            Kind::NSEC3 => self.nsec3()?,
            kind => Data::Other(kind, self.rest()?),
        })
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn until_end<T>(
        &mut self,
        read: impl Fn(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let mut all = Vec::new();
        while self.at < self.end {
            all.push(read(self)?);
        }
        Ok(all)
    }

    fn option(&mut self) -> Result<Option16, DecodeError> {
        let number = self.word()?;
        let len = self.word()?;
        Ok((number, self.take(len.into())?.to_vec()))
    }

    fn service(&mut self, https: bool) -> Result<Data, DecodeError> {
        let (priority, target) = (self.word()?, self.name()?);
        let at = self.at;
        let params = self.until_end(Self::option)?;
        if !params.iter().zip(params.iter().skip(1)).all(|(one, next)| one.0 < next.0) {
            let rule = "parameters stand in rising order, each once (RFC 9460 section 2.2)";
            return Err(DecodeError::new(at, rule));
        }
        Ok(Data::Svcb { https, priority, target, params })
    }

    fn key(&mut self) -> Result<Data, DecodeError> {
        let flags = self.word()?;
        if self.byte()? != 3 {
            let rule = "the protocol of a DNSKEY is 3 (RFC 4034 section 2.1.2)";
            return Err(DecodeError::new(self.at - 1, rule));
        }
        Ok(Data::Dnskey { flags, algorithm: self.byte()?, key: self.rest()? })
    }

    fn nsec3(&mut self) -> Result<Data, DecodeError> {
        if self.byte()? != 1 {
            let rule = "the hash algorithm of NSEC3 is 1 (RFC 5155 section 3.1.1)";
            return Err(DecodeError::new(self.at - 1, rule));
        }
        Ok(Data::Nsec3 {
            flags: self.byte()?,
            iterations: self.word()?,
            salt: self.short()?,
            next: self.short()?,
            kinds: self.kinds()?,
        })
    }

    /// Types as bits, in windows of 256 (RFC 4034 section 4.1.2).
    fn kinds(&mut self) -> Result<Vec<Kind>, DecodeError> {
        let mut kinds = Vec::new();
        let mut before = None;
        while self.at < self.end {
            let at = self.at;
            let refuse = |rule| Err(DecodeError::new(at, rule));
            let window = self.byte()?;
            if before.is_some_and(|before| before >= window) {
                return refuse("windows stand in rising order (RFC 4034 section 4.1.2)");
            }
            before = Some(window);
            let map = self.short()?;
            if !(1..=32).contains(&map.len()) || map.last() == Some(&0) {
                return refuse(
                    "a map has 1 to 32 bytes and no zero at its end (RFC 4034 section 4.1.2)",
                );
            }
            for (byte, place) in map.iter().zip(0_u16..) {
                let set = (0..8_u16).filter(|bit| byte & (0x80 >> bit) != 0);
                kinds.extend(set.map(|bit| Kind(u16::from(window) << 8 | (place * 8 + bit))));
            }
        }
        Ok(kinds)
    }

    /// Whether an OPT comes next: the root's name and its type.
    fn is_opt(&self) -> bool {
        let [high, low] = Kind::OPT.0.to_be_bytes();
        self.bytes.get(self.at..self.at + 3) == Some(&[0, high, low])
    }

    fn edns(&mut self) -> Result<(Edns, u8), DecodeError> {
        self.take(3)?;
        let size = self.word()?;
        let rcode = self.byte()?;
        if self.byte()? != 0 {
            return Err(DecodeError::new(self.at - 1, "the version is 0 (RFC 6891 section 6.1.3)"));
        }
        let bits = self.word()?;
        if bits & 0x7fff != 0 {
            return Err(DecodeError::new(self.at - 2, "Z is zero (RFC 6891 section 6.1.4)"));
        }
        let options = self.part(|reader| reader.until_end(Self::option))?;
        Ok((Edns { size, dnssec_ok: bits != 0, options }, rcode))
    }
}
