//! What a message is called.

use super::{Data, Flags, Kind, Message, Rcode, Record};

/// The stable name of a message, and what a person reads first.
pub(super) fn words(message: &Message) -> (&'static str, String) {
    let Some(question) = message.question() else {
        return ("message", "message without a question".to_owned());
    };
    let asked = format!("{}? {}", question.kind, question.name);
    if !message.is_response() {
        return ("query", asked);
    }
    if message.flags.has(Flags::TC) {
        return ("truncated", format!("truncated: {asked}"));
    }
    match message.rcode {
        Rcode::NOERROR => {}
        Rcode::NXDOMAIN => return ("nxdomain", format!("NXDOMAIN {}", question.name)),
        other => return ("failure", format!("{} {}", other.name(), question.name)),
    }
    if !message.answers.is_empty() {
        return ("answer", answer(message, question.kind));
    }
    let referral = message.authorities.iter().find(|record| record.kind() == Kind::NS);
    match referral {
        Some(record) if !message.flags.has(Flags::AA) => {
            ("referral", format!("referral to {}", record.name))
        }
        _ => ("no-data", format!("no {} {}", question.kind, question.name)),
    }
}

/// The first record of the type that was asked for, or else the first of all.
fn answer(message: &Message, wanted: Kind) -> String {
    let mut records = message.answers.iter();
    let first = records.clone().find(|record| record.kind() == wanted).or_else(|| records.next());
    let Some(record) = first else { return String::new() };
    let of_kind = message.answers.iter().filter(|other| other.kind() == record.kind()).count();
    let more = if of_kind > 1 { format!(" and {} more", of_kind - 1) } else { String::new() };
    match &record.data {
        // The data of these says nothing at a glance.
        Data::Dnskey { .. } | Data::Ds { .. } | Data::Rrsig(_) | Data::Txt(_) => {
            format!("{} {}{more}", record.kind(), record.name)
        }
        data => format!("{} {data}{more}", record.kind()),
    }
}

/// The record in the manner of a zone file: `shop.example 300 A 203.0.113.20`.
impl core::fmt::Display for Record {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} {} {} {}", self.name, self.ttl, self.kind(), self.data)
    }
}
