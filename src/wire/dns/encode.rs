//! Writes messages, names compressed as RFC 1035 section 4.1.4 describes.

use core::fmt;
use core::net::Ipv6Addr;

use super::super::encoder::{Encoder, FieldSpec, FieldValue, number, text};
use super::super::ipv4::address_text;
use super::options::{option_text, param_text};
use super::{CLASS_IN, Data, Edns, Flags, Kind, Message, Name, Option16, Rcode, Record, fields};

/// A message that is being written, and where names stood in it.
struct Writer<'a> {
    out: &'a mut Encoder,
    /// How much was written before the message began.
    begin: usize,
    /// The place in the message at `begin`.
    at: usize,
    names: Vec<(Name, u16)>,
}

/// What a pointer can reach: 14 bits (RFC 1035 section 4.1.4).
const POINTER_MAX: usize = 0x3fff;

pub(super) fn message(message: &Message, out: &mut Encoder) {
    let mut writer = Writer { begin: out.written(), at: 0, out, names: Vec::new() };
    writer.header(message);
    for question in &message.questions {
        let group = writer.out.open();
        writer.owner(&question.name);
        writer.kind(question.kind);
        writer.out.bits(&fields::CLASS, 16, CLASS_IN.into());
        let shown = || text(format!("{} {}", question.kind, question.name));
        writer.out.close(group, &fields::QUESTION, shown);
    }
    for (section, records) in [
        (&fields::ANSWER, &message.answers),
        (&fields::AUTHORITY, &message.authorities),
        (&fields::ADDITIONAL, &message.additionals),
    ] {
        records.iter().for_each(|record| writer.record(section, record));
    }
    if let Some(edns) = &message.edns {
        writer.edns(edns, message.rcode);
    }
}

fn count(things: usize) -> u32 {
    u32::try_from(things).unwrap_or(u32::MAX)
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    let mut shown = String::new();
    for byte in bytes.iter().take(8) {
        let _ = write!(shown, "{byte:02x}");
    }
    if bytes.len() > 8 {
        let _ = write!(shown, "…, {} B", bytes.len());
    }
    shown
}

impl Writer<'_> {
    fn place(&self) -> usize {
        self.at + self.out.written() - self.begin
    }

    fn header(&mut self, message: &Message) {
        let out = &mut *self.out;
        out.bits_as(&fields::ID, 16, message.id.into(), |id| number(id, format!("0x{id:04x}")));
        let group = out.open();
        let bits = u32::from(message.flags.0);
        let set = |flag: Flags| u32::from(message.flags.has(flag));
        out.bits(&fields::QR, 1, set(Flags::QR));
        out.bits(&fields::OPCODE, 4, bits >> 11 & 15);
        for (spec, flag) in [
            (&fields::AA, Flags::AA),
            (&fields::TC, Flags::TC),
            (&fields::RD, Flags::RD),
            (&fields::RA, Flags::RA),
        ] {
            out.bits(spec, 1, set(flag));
        }
        out.bits(&fields::Z, 1, bits >> 6 & 1);
        out.bits(&fields::AD, 1, set(Flags::AD));
        out.bits(&fields::CD, 1, set(Flags::CD));
        out.bits_as(&fields::RCODE, 4, u32::from(message.rcode.0 & 15), |low| {
            number(low, format!("{low} ({})", message.rcode.name()))
        });
        out.close(group, &fields::FLAGS, || flag_names(message));
        let opt = usize::from(message.edns.is_some());
        out.bits(&fields::QDCOUNT, 16, count(message.questions.len()));
        out.bits(&fields::ANCOUNT, 16, count(message.answers.len()));
        out.bits(&fields::NSCOUNT, 16, count(message.authorities.len()));
        out.bits(&fields::ARCOUNT, 16, count(message.additionals.len() + opt));
    }

    fn kind(&mut self, kind: Kind) {
        self.out.bits_as(&fields::TYPE, 16, kind.0.into(), |n| number(n, format!("{kind} ({n})")));
    }

    /// The name in front of a record, with the place that it points at.
    fn owner(&mut self, name: &Name) {
        let known = self.known(name);
        let (bytes, _) = self.compressed(name, known);
        self.out.bytes(&fields::NAME, &bytes, || match known {
            Some((0, place)) => text(format!("{name}, as at byte {place} of the message")),
            _ => text(name.to_string()),
        });
    }

    /// A name in data; older types may compress it, newer ones must not (RFC 3597 section 4).
    fn name(&mut self, spec: &'static FieldSpec, name: &Name, compress: bool) {
        let known = if compress { self.known(name) } else { None };
        let bytes = if compress { self.compressed(name, known).0 } else { name.as_wire().to_vec() };
        self.out.bytes(spec, &bytes, || text(name.to_string()));
    }

    /// How many labels stand before the longest end of a name that was written already, and
    /// where that was.
    fn known(&self, name: &Name) -> Option<(usize, u16)> {
        let depth = name.depth();
        (1..=depth).rev().find_map(|keep| {
            let end = name.suffix(keep);
            let (_, place) = self.names.iter().find(|(known, _)| *known == end)?;
            Some((depth - keep, *place))
        })
    }

    /// The bytes of a name with a pointer to what is known; remembers what is new.
    fn compressed(&mut self, name: &Name, known: Option<(usize, u16)>) -> (Vec<u8>, usize) {
        let fresh = known.map_or(usize::MAX, |(fresh, _)| fresh);
        let (start, depth) = (self.place(), name.depth());
        let mut bytes = Vec::new();
        for (label, nth) in name.labels().take(fresh).zip(0..) {
            if let Some(place) = Some(start + bytes.len()).filter(|place| *place <= POINTER_MAX) {
                let place = u16::try_from(place).unwrap_or(0);
                self.names.push((name.suffix(depth - nth), place));
            }
            bytes.push(u8::try_from(label.len()).unwrap_or(0));
            bytes.extend_from_slice(label);
        }
        match known {
            Some((_, place)) => bytes.extend_from_slice(&(place | 0xc000).to_be_bytes()),
            None => bytes.push(0),
        }
        let len = bytes.len();
        (bytes, len)
    }

    fn record(&mut self, section: &'static FieldSpec, record: &Record) {
        let group = self.out.open();
        self.owner(&record.name);
        self.kind(record.kind());
        self.out.bits(&fields::CLASS, 16, CLASS_IN.into());
        self.out.bits_as(&fields::TTL, 32, record.ttl, |ttl| number(ttl, format!("{ttl} s")));
        let len = self.data_len(&record.data);
        self.out.bits(&fields::RDLENGTH, 16, count(len));
        self.data(&record.data);
        self.out.close(group, section, || text(record.to_string()));
    }

    /// How many bytes the data takes behind its length.
    fn data_len(&mut self, data: &Data) -> usize {
        let known = self.names.len();
        let at = self.place() + 2;
        let mut scratch = Encoder::new();
        let names = core::mem::take(&mut self.names);
        let mut probe = Writer { out: &mut scratch, begin: 0, at, names };
        probe.data(data);
        self.names = probe.names;
        self.names.truncate(known);
        scratch.written()
    }

    fn bytes(&mut self, spec: &'static FieldSpec, bytes: &[u8]) {
        self.out.bytes(spec, bytes, || text(hex(bytes)));
    }

    /// Bytes behind their length in one byte.
    fn short(&mut self, spec: &'static FieldSpec, bytes: &[u8], shown: String) {
        let mut framed = vec![u8::try_from(bytes.len()).unwrap_or(u8::MAX)];
        framed.extend(bytes.iter().take(255));
        self.out.bytes(spec, &framed, || text(shown));
    }

    fn data(&mut self, data: &Data) {
        match data {
            Data::A(address) => {
                self.out.bytes(&fields::ADDRESS, address, || text(address_text(*address)));
            }
            Data::Aaaa(address) => self.out.bytes(&fields::ADDRESS, address, || {
                text(Ipv6Addr::from_octets(*address).to_string())
            }),
            Data::Ns(name) | Data::Cname(name) | Data::Ptr(name) => {
                self.name(&fields::TARGET, name, true);
            }
            Data::Mx { preference, exchange } => {
                self.out.bits(&fields::PREFERENCE, 16, (*preference).into());
                self.name(&fields::TARGET, exchange, true);
            }
            Data::Txt(texts) => texts.iter().for_each(|bytes| {
                let shown = format!("\"{}\"", String::from_utf8_lossy(bytes));
                self.short(&fields::TEXT, bytes, shown);
            }),
            Data::Soa(soa) => {
                self.name(&fields::PRIMARY, &soa.primary, true);
                self.name(&fields::MAILBOX, &soa.mailbox, true);
                for (spec, value) in [
                    (&fields::SERIAL, soa.serial),
                    (&fields::REFRESH, soa.refresh),
                    (&fields::RETRY, soa.retry),
                    (&fields::EXPIRE, soa.expire),
                    (&fields::MINIMUM, soa.minimum),
                ] {
                    self.out.bits(spec, 32, value);
                }
            }
            Data::Caa { flags, tag, value } => {
                self.out.bits(&fields::CAA_FLAGS, 8, (*flags).into());
                self.short(&fields::TAG, tag, String::from_utf8_lossy(tag).into_owned());
                let shown = || text(format!("\"{}\"", String::from_utf8_lossy(value)));
                self.out.bytes(&fields::VALUE, value, shown);
            }
            Data::Srv { priority, weight, port, target } => {
                self.out.bits(&fields::PRIORITY, 16, (*priority).into());
                self.out.bits(&fields::WEIGHT, 16, (*weight).into());
                self.out.bits(&fields::SERVICE_PORT, 16, (*port).into());
                self.name(&fields::TARGET, target, false);
            }
            Data::Svcb { priority, target, params, .. } => {
                self.out.bits(&fields::PRIORITY, 16, (*priority).into());
                self.name(&fields::TARGET, target, false);
                params.iter().for_each(|param| self.option(&fields::PARAM, param, param_text));
            }
            Data::Other(_, bytes) => self.bytes(&fields::OTHER, bytes),
            _ => self.signed(data),
        }
    }

    /// The data of the types of DNSSEC.
    fn signed(&mut self, data: &Data) {
        match data {
            Data::Ds { key_tag, algorithm, digest_type, digest } => {
                self.out.bits(&fields::KEY_TAG, 16, (*key_tag).into());
                self.out.bits(&fields::ALGORITHM, 8, (*algorithm).into());
                self.out.bits(&fields::DIGEST_TYPE, 8, (*digest_type).into());
                self.bytes(&fields::DIGEST, digest);
            }
            Data::Dnskey { flags, algorithm, key } => {
                self.out.bits(&fields::KEY_FLAGS, 16, (*flags).into());
                self.out.bits(&fields::KEY_PROTOCOL, 8, 3);
                self.out.bits(&fields::ALGORITHM, 8, (*algorithm).into());
                self.bytes(&fields::KEY, key);
            }
            Data::Rrsig(rrsig) => {
                let covered = rrsig.covered;
                self.out.bits_as(&fields::COVERED, 16, covered.0.into(), |n| {
                    number(n, covered.to_string())
                });
                self.out.bits(&fields::ALGORITHM, 8, rrsig.algorithm.into());
                self.out.bits(&fields::LABELS, 8, rrsig.labels.into());
                self.out.bits(&fields::ORIGINAL_TTL, 32, rrsig.original_ttl);
                self.out.bits(&fields::EXPIRATION, 32, rrsig.expiration);
                self.out.bits(&fields::INCEPTION, 32, rrsig.inception);
                self.out.bits(&fields::KEY_TAG, 16, rrsig.key_tag.into());
                self.name(&fields::SIGNER, &rrsig.signer, false);
                self.bytes(&fields::SIGNATURE, &rrsig.signature);
            }
            Data::Nsec { next, kinds } => {
                self.name(&fields::NEXT, next, false);
                self.kinds(kinds);
            }
            Data::Nsec3 { flags, iterations, salt, next, kinds } => {
                self.out.bits(&fields::HASH, 8, 1);
                self.out.bits(&fields::NSEC3_FLAGS, 8, (*flags).into());
                self.out.bits(&fields::ITERATIONS, 16, (*iterations).into());
                self.short(&fields::SALT, salt, hex(salt));
                self.short(&fields::NEXT_HASH, next, hex(next));
                self.kinds(kinds);
            }
            _ => {}
        }
    }

    /// Types as bits, in windows of 256 (RFC 4034 section 4.1.2).
    fn kinds(&mut self, kinds: &[Kind]) {
        let mut bytes = Vec::new();
        let mut windows: Vec<u16> = kinds.iter().map(|kind| kind.0 >> 8).collect();
        windows.dedup();
        for window in windows {
            let mut map = Vec::new();
            for kind in kinds.iter().filter(|kind| kind.0 >> 8 == window) {
                let [_, low] = kind.0.to_be_bytes();
                map.resize(map.len().max(usize::from(low / 8) + 1), 0_u8);
                if let Some(byte) = map.last_mut() {
                    *byte |= 0x80 >> (low % 8);
                }
            }
            let [_, window] = window.to_be_bytes();
            bytes.extend([window, u8::try_from(map.len()).unwrap_or(0)]);
            bytes.extend(map);
        }
        self.out.bytes(&fields::TYPES, &bytes, || {
            let names: Vec<String> = kinds.iter().map(ToString::to_string).collect();
            let shown = names.join(" ");
            (FieldValue::List(names), shown)
        });
    }

    fn option(
        &mut self,
        spec: &'static FieldSpec,
        option: &Option16,
        shown: fn(&Option16) -> String,
    ) {
        let (number, data) = option;
        let len = u16::try_from(data.len()).unwrap_or(u16::MAX);
        let mut bytes = number.to_be_bytes().to_vec();
        bytes.extend(len.to_be_bytes());
        bytes.extend(data.iter().take(len.into()));
        self.out.bytes(spec, &bytes, || text(shown(option)));
    }

    fn edns(&mut self, edns: &Edns, rcode: Rcode) {
        let group = self.out.open();
        self.owner(&Name::root());
        self.kind(Kind::OPT);
        let size = u32::from(edns.size);
        self.out.bits_as(&fields::UDP_SIZE, 16, size, |size| number(size, format!("{size} B")));
        self.out.bits(&fields::HIGH_RCODE, 8, u32::from(rcode.0 >> 4));
        self.out.bits(&fields::VERSION, 8, 0);
        self.out.bits(&fields::DO, 1, edns.dnssec_ok.into());
        self.out.bits(&fields::EDNS_Z, 15, 0);
        let len: usize = edns.options.iter().map(|(_, bytes)| bytes.len() + 4).sum();
        self.out.bits(&fields::RDLENGTH, 16, count(len));
        for option in &edns.options {
            self.option(&fields::OPTION, option, option_text);
        }
        let signed = if edns.dnssec_ok { ", DO" } else { "" };
        self.out.close(group, &fields::OPT, || text(format!("{} B{signed}", edns.size)));
    }
}

fn flag_names(message: &Message) -> (FieldValue, String) {
    let all = [
        (Flags::QR, "QR"),
        (Flags::AA, "AA"),
        (Flags::TC, "TC"),
        (Flags::RD, "RD"),
        (Flags::RA, "RA"),
        (Flags::AD, "AD"),
        (Flags::CD, "CD"),
    ];
    let mut names: Vec<String> = all
        .into_iter()
        .filter(|(flag, _)| message.flags.has(*flag))
        .map(|(_, name)| name.to_owned())
        .collect();
    if message.is_response() {
        names.push(message.rcode.name().to_owned());
    }
    let shown = names.join(", ");
    (FieldValue::List(names), shown)
}

/// The data in the manner of a zone file.
impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = Encoder::recording(0);
        Writer { out: &mut out, begin: 0, at: 0, names: Vec::new() }.data(self);
        let shown: Vec<String> = out.into_fields().0.into_iter().map(|field| field.shown).collect();
        f.write_str(&shown.join(" "))
    }
}

impl Data {
    /// The bytes of the data alone, without its length.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut out = Encoder::new();
        Writer { out: &mut out, begin: 0, at: 0, names: Vec::new() }.data(self);
        out.into_bytes()
    }
}
