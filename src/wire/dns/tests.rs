//! Messages: our bytes, read by others and by ourselves.

use hickory_proto::rr::RData;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::{
    Data, Edns, Flags, Kind, Message, Name, Rcode, Record, Rrsig, Soa, Subnet, UDP_MAX, key_tag,
    option,
};

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn record(owner: &str, data: Data) -> Record {
    Record::new(name(owner), 300, data)
}

fn query() -> Message {
    let query = Message::query(0x1c46, name("www.example.com"), Kind::A);
    Message { flags: Flags::RD, ..query }
}

fn answer(records: Vec<Record>) -> Message {
    Message { answers: records, ..query().response(Rcode::NOERROR) }
}

fn soa() -> Data {
    Data::Soa(Box::new(Soa {
        primary: name("ns1.example.com"),
        mailbox: name("hostmaster.example.com"),
        serial: 1,
        refresh: 7_200,
        retry: 3_600,
        expire: 1_209_600,
        minimum: 300,
    }))
}

/// The referral of the root to `com`: thirteen servers, with these addresses.
fn referral(v4: bool, v6: bool) -> Message {
    let servers: Vec<Name> = ('a'..='m').map(|c| name(&format!("{c}.gtld-servers.net"))).collect();
    let ns =
        servers.iter().map(|server| Record::new(name("com"), 172_800, Data::Ns(server.clone())));
    let glue =
        |data: Data| servers.iter().map(move |s| Record::new(s.clone(), 172_800, data.clone()));
    let mut additionals: Vec<Record> = Vec::new();
    additionals.extend(glue(Data::A([192, 5, 6, 30])).filter(|_| v4));
    additionals.extend(glue(Data::Aaaa([1; 16])).filter(|_| v6));
    Message { authorities: ns.collect(), additionals, ..query().response(Rcode::NOERROR) }
}

/// A record of every type that is known.
fn every_kind() -> Vec<Record> {
    let https = vec![(1, b"\x02h3\x02h2".to_vec()), (4, vec![203, 0, 113, 20])];
    let kinds = vec![Kind::A, Kind::MX, Kind::RRSIG, Kind::NSEC, Kind::CAA];
    let data = [
        Data::A([203, 0, 113, 20]),
        Data::Aaaa([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
        Data::Ns(name("ns1.example.com")),
        Data::Cname(name("shop.example.com")),
        Data::Ptr(name("www.example.com")),
        Data::Mx { preference: 10, exchange: name("mail.example.com") },
        Data::Txt(vec![b"v=spf1 -all".to_vec(), b"second".to_vec()]),
        soa(),
        Data::Caa { flags: 0, tag: b"issue".to_vec(), value: b"ca.example".to_vec() },
        Data::Srv { priority: 1, weight: 2, port: 5060, target: name("sip.example.com") },
        Data::Svcb { https: true, priority: 1, target: Name::root(), params: https },
        Data::Ds { key_tag: 60_485, algorithm: 13, digest_type: 2, digest: vec![7; 32] },
        Data::Dnskey { flags: 257, algorithm: 13, key: vec![9; 64] },
        Data::Rrsig(Box::new(Rrsig {
            covered: Kind::A,
            algorithm: 13,
            labels: 3,
            original_ttl: 300,
            expiration: 1_800_000_000,
            inception: 1_790_000_000,
            key_tag: 60_485,
            signer: name("example.com"),
            signature: vec![5; 64],
        })),
        Data::Nsec { next: name("host.example.com"), kinds: kinds.clone() },
        Data::Nsec3 { flags: 1, iterations: 0, salt: vec![], next: vec![3; 20], kinds },
        Data::Other(Kind(999), vec![1, 2, 3]),
    ];
    data.into_iter().map(|data| record("www.example.com", data)).collect()
}

#[test]
fn sizes_are_those_that_dnspython_makes_of_the_same_messages() {
    let size = |message: Message| message.encode().len();
    assert_eq!(size(query()), 33);
    let edns = Some(Edns { size: 1_232, ..Edns::default() });
    assert_eq!(size(Message { edns, ..query() }), 44);
    let a = |last| record("www.example.com", Data::A([203, 0, 113, last]));
    assert_eq!(size(answer(vec![a(1)])) - 33, 16);
    assert_eq!(size(answer(vec![record("www.example.com", Data::Aaaa([1; 16]))])) - 33, 28);
    // With EDNS in the answer: 60, 108 and 72 bytes.
    let with_opt = |records| Message {
        edns: Some(Edns { size: 1_232, ..Edns::default() }),
        ..answer(records)
    };
    assert_eq!(size(with_opt(vec![a(1)])), 60);
    assert_eq!(size(with_opt((1..=4).map(a).collect())), 108);
    assert_eq!(size(with_opt(vec![record("www.example.com", Data::Aaaa([1; 16]))])), 72);
    let com = |message: Message| size(Message { edns: Some(Edns::default()), ..message });
    assert_eq!(
        [com(referral(false, false)), com(referral(true, false)), com(referral(true, true))],
        [268, 476, 840]
    );
}

#[test]
fn hickory_reads_every_record_as_we_mean_it() {
    let edns = Edns {
        size: 1_232,
        dnssec_ok: true,
        options: vec![Subnet::of([192, 0, 2, 77], 24).to_option()],
    };
    let ours = Message {
        edns: Some(edns),
        authorities: vec![record("example.com", soa())],
        ..answer(every_kind())
    };
    let theirs = hickory_proto::op::Message::from_vec(&ours.encode()).unwrap();
    assert_eq!(theirs.metadata.id, 0x1c46);
    assert!(theirs.metadata.recursion_desired && !theirs.metadata.truncation);
    assert_eq!(theirs.answers.len(), ours.answers.len());
    for (theirs, ours) in theirs.answers.iter().zip(&ours.answers) {
        assert_eq!(u16::from(theirs.record_type()), ours.kind().0);
        assert_eq!(theirs.name.to_ascii(), "www.example.com.");
        assert_eq!(theirs.ttl, 300);
    }
    assert!(matches!(&theirs.answers[0].data, RData::A(a) if a.0.octets() == [203, 0, 113, 20]));
    assert!(matches!(&theirs.answers[5].data, RData::MX(mx)
        if mx.preference == 10 && mx.exchange.to_ascii() == "mail.example.com."));
    assert!(matches!(&theirs.answers[9].data, RData::SRV(srv)
        if srv.port == 5060 && srv.target.to_ascii() == "sip.example.com."));
    assert!(matches!(&theirs.authorities[0].data, RData::SOA(soa) if soa.minimum == 300));
    let edns = theirs.edns.unwrap();
    assert_eq!(edns.max_payload(), 1_232);
    assert!(edns.flags().dnssec_ok);
    // And we read what they write: the same message.
    let theirs = hickory_proto::op::Message::from_vec(&ours.encode()).unwrap().to_vec().unwrap();
    assert_eq!(Message::decode(&theirs), Ok(ours));
}

#[test]
fn a_name_that_stood_before_takes_two_bytes() {
    let bytes =
        answer(vec![record("www.example.com", Data::Cname(name("cdn.example.com")))]).encode();
    // A pointer to byte 12; then `cdn` and a pointer to `example.com` at byte 16.
    assert_eq!(bytes[33..35], [0xc0, 12]);
    assert_eq!(bytes[45..], [3, b'c', b'd', b'n', 0xc0, 16]);
}

#[test]
fn what_does_not_fit_is_cut_to_its_question_and_says_so() {
    let cut = referral(true, true).cut_to(UDP_MAX);
    assert!(cut.flags.has(Flags::TC));
    assert_eq!(cut.encode().len(), 33);
    assert_eq!(referral(true, false).cut_to(UDP_MAX), referral(true, false));
    assert_eq!(cut.kind(), "truncated");
}

#[test]
fn messages_are_called_what_they_mean() {
    let named = |message: Message| {
        let (_, units) = message.datagram();
        format!("{}: {}, {}", units[0].kind, units[0].name, units[0].detail)
    };
    assert_eq!(named(query()), "query: A? www.example.com, 33 B");
    let a = |last| record("www.example.com", Data::A([203, 0, 113, last]));
    assert_eq!(named(answer(vec![a(1)])), "answer: A 203.0.113.1, 49 B");
    assert_eq!(named(answer(vec![a(1), a(2)])), "answer: A 203.0.113.1 and 1 more, 65 B");
    let cname = record("www.example.com", Data::Cname(name("cdn.example.net")));
    assert_eq!(named(answer(vec![cname])), "answer: CNAME cdn.example.net, 62 B");
    assert_eq!(named(referral(true, false)), "referral: referral to com, 465 B");
    assert_eq!(
        named(query().response(Rcode::NXDOMAIN)),
        "nxdomain: NXDOMAIN www.example.com, 33 B"
    );
    assert_eq!(named(query().response(Rcode::SERVFAIL)), "failure: SERVFAIL www.example.com, 33 B");
    assert_eq!(named(answer(vec![])), "no-data: no A www.example.com, 33 B");
}

#[test]
fn records_read_like_a_zone_file() {
    let lines: Vec<String> = every_kind().iter().map(ToString::to_string).collect();
    expect_test::expect![[r#"
        www.example.com 300 A 203.0.113.20
        www.example.com 300 AAAA 2001:db8::1
        www.example.com 300 NS ns1.example.com
        www.example.com 300 CNAME shop.example.com
        www.example.com 300 PTR www.example.com
        www.example.com 300 MX 10 mail.example.com
        www.example.com 300 TXT "v=spf1 -all" "second"
        www.example.com 300 SOA ns1.example.com hostmaster.example.com 1 7200 3600 1209600 300
        www.example.com 300 CAA 0 issue "ca.example"
        www.example.com 300 SRV 1 2 5060 sip.example.com
        www.example.com 300 HTTPS 1 . alpn h3,h2 ipv4hint 203.0.113.20
        www.example.com 300 DS 60485 13 2 0707070707070707…, 32 B
        www.example.com 300 DNSKEY 257 3 13 0909090909090909…, 64 B
        www.example.com 300 RRSIG A 13 3 300 1800000000 1790000000 60485 example.com 0505050505050505…, 64 B
        www.example.com 300 NSEC host.example.com A MX RRSIG NSEC CAA
        www.example.com 300 NSEC3 1 1 0  0303030303030303…, 20 B A MX RRSIG NSEC CAA
        www.example.com 300 TYPE999 010203"#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn the_key_tag_is_that_of_the_example_in_rfc_4034() {
    // Section 5.4: the key of dskey.example.com has the tag 60485.
    let key = "AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==";
    let value = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let bits = key
        .bytes()
        .filter(|c| *c != b'=')
        .flat_map(|c| (0..6).rev().map(move |bit| value(c) >> bit & 1));
    let bits: Vec<u8> = bits.collect();
    let bytes: Vec<u8> =
        bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | bit)).collect();
    assert_eq!(key_tag(256, 5, &bytes), 60_485);
}

#[test]
fn broken_messages_are_refused_with_byte_and_rule() {
    let refuse = |change: fn(&mut Vec<u8>)| {
        let mut bytes = answer(vec![record("www.example.com", Data::A([1; 4]))]).encode();
        change(&mut bytes);
        Message::decode(&bytes).unwrap_err().to_string()
    };
    let short = "the message ends before what it announces (RFC 1035 section 4.1)";
    assert_eq!(refuse(|bytes| bytes.truncate(11)), format!("byte 11: {short}"));
    assert_eq!(refuse(|bytes| bytes.truncate(40)), format!("byte 40: {short}"));
    assert_eq!(
        refuse(|bytes| bytes[3] |= 0x40),
        "byte 3: the Z bit is zero (RFC 1035 section 4.1.1)"
    );
    assert_eq!(
        refuse(|bytes| bytes[12] = 0x43),
        "byte 12: a label has at most 63 bytes (RFC 1035 section 2.3.4)"
    );
    assert_eq!(
        refuse(|bytes| bytes[34] = 33),
        "byte 33: a pointer leads backwards (RFC 1035 section 4.1.4)"
    );
    assert_eq!(
        refuse(|bytes| bytes[44] = 3),
        "byte 48: data ends where its length says (RFC 1035 section 4.1.3)"
    );
    assert_eq!(
        refuse(|bytes| bytes.push(0)),
        "byte 49: nothing follows the last record (RFC 1035 section 4.1)"
    );
    assert_eq!(
        refuse(|bytes| bytes[38] = 3),
        "byte 37: the class is 1, the Internet (RFC 1035 section 3.2.4)"
    );
    let loud = |text: &str| Name::parse(text).unwrap_err().to_string();
    assert_eq!(loud("www..com"), "byte 4: a label is not empty (RFC 1035 section 2.3.1)");
    assert_eq!(
        loud(&"a".repeat(64)),
        "byte 0: a label has at most 63 bytes (RFC 1035 section 2.3.4)"
    );
    let long = vec!["abcdefgh"; 29].join(".");
    assert!(loud(&long).contains("255 bytes"));
}

#[test]
fn names_are_compared_without_case_and_keep_it() {
    let mixed = name("wWw.ExAmPlE.cOm");
    assert_eq!(mixed, name("www.example.com"));
    assert!(!mixed.is_exactly(&name("www.example.com")));
    assert_eq!(mixed.to_string(), "wWw.ExAmPlE.cOm");
    assert!(mixed.is_within(&name("EXAMPLE.com")) && mixed.is_within(&Name::root()));
    assert!(
        !name("example.com").is_within(&mixed)
            && !name("notexample.com").is_within(&name("example.com"))
    );
    assert_eq!(name("example.com").with_case(|place| place % 2 == 0).to_string(), "ExAmPlE.cOm");
}

#[test]
fn the_client_subnet_is_cut_to_its_bits() {
    let subnet = Subnet::of([192, 0, 2, 77], 24);
    assert_eq!(subnet.to_option(), (option::SUBNET, vec![0, 1, 24, 0, 192, 0, 2]));
    assert_eq!(Subnet::from_option(&subnet.to_option()), Some(subnet));
    // RFC 7871 section 6: bits behind the prefix are zero.
    assert_eq!(Subnet::from_option(&(option::SUBNET, vec![0, 1, 20, 0, 192, 0, 255])), None);
    assert_eq!(Subnet::of([192, 0, 2, 77], 0).to_option().1.len(), 4);
}

#[test]
fn the_field_list_covers_every_byte_once() {
    let edns = Some(Edns { size: 1_232, dnssec_ok: true, options: vec![(10, vec![1; 8])] });
    let message = Message { edns, ..answer(every_kind()) };
    let mut encoder = crate::wire::encoder::Encoder::recording(28);
    message.encode_to(&mut encoder);
    let (fields, bytes) = encoder.into_fields();
    let mut next = 28 * 8;
    for field in fields.iter().filter(|field| field.depth == 0) {
        assert_eq!(field.bits.start, next, "{}", field.spec.name);
        next = field.bits.end;
    }
    assert_eq!(next, 8 * (28 + u32::try_from(bytes.len()).unwrap()));
    assert!(fields.iter().all(|field| field.depth < 2));
}

fn any_name() -> impl Strategy<Value = Name> {
    proptest::collection::vec("[a-c]{1,3}", 0..5).prop_map(|labels| name(&labels.join(".")))
}

fn any_data() -> impl Strategy<Value = Data> {
    let bytes = || proptest::collection::vec(any::<u8>(), 0..40);
    let kinds = proptest::collection::btree_set(any::<u16>(), 0..6);
    prop_oneof![
        any::<[u8; 4]>().prop_map(Data::A),
        any::<[u8; 16]>().prop_map(Data::Aaaa),
        any_name().prop_map(Data::Ns),
        any_name().prop_map(Data::Cname),
        (any::<u16>(), any_name())
            .prop_map(|(preference, exchange)| Data::Mx { preference, exchange }),
        proptest::collection::vec(bytes(), 0..3).prop_map(Data::Txt),
        (any_name(), any_name(), any::<u32>()).prop_map(|(primary, mailbox, minimum)| {
            Data::Soa(Box::new(Soa { primary, mailbox, minimum, ..Soa::default() }))
        }),
        (any::<u16>(), any_name()).prop_map(|(port, target)| Data::Srv {
            priority: 1,
            weight: 2,
            port,
            target
        }),
        (any_name(), kinds).prop_map(|(next, kinds)| Data::Nsec {
            next,
            kinds: kinds.into_iter().map(Kind).collect()
        }),
        (any::<u16>(), bytes()).prop_map(|(key_tag, digest)| Data::Ds {
            key_tag,
            algorithm: 13,
            digest_type: 2,
            digest
        }),
        bytes().prop_map(|bytes| Data::Other(Kind(60_000), bytes)),
    ]
}

fn any_records() -> impl Strategy<Value = Vec<Record>> {
    let record = (any_name(), any::<u32>(), any_data());
    let record = record.prop_map(|(name, ttl, data)| Record { name, ttl, data });
    proptest::collection::vec(record, 0..6)
}

proptest! {
    #[test]
    fn a_message_survives_its_bytes(
        (id, bits) in any::<(u16, u16)>(),
        asked in any_name(),
        records in any_records(),
        others in any_records(),
        edns in any::<Option<(u16, bool)>>(),
    ) {
        let edns = edns.map(|(size, dnssec_ok)| Edns { size, dnssec_ok, options: vec![(10, vec![1; 8])] });
        let message = Message {
            id,
            flags: Flags(bits & 0xffb0),
            rcode: Rcode(bits & 15),
            answers: records,
            additionals: others,
            edns,
            ..Message::query(id, asked, Kind::A)
        };
        prop_assert_eq!(Message::decode(&message.encode()), Ok(message));
    }

    #[test]
    fn no_bytes_make_the_decoder_panic(
        random in proptest::collection::vec(any::<u8>(), 0..200),
        flips in proptest::collection::vec((any::<u16>(), any::<u8>()), 0..4),
    ) {
        let refused = |bytes: &[u8]| match Message::decode(bytes) {
            Ok(message) => Message::decode(&message.encode()) == Ok(message),
            Err(error) => usize::try_from(error.at).unwrap() <= bytes.len(),
        };
        prop_assert!(refused(&random));
        // Damaged messages get further than noise.
        let mut damaged = answer(every_kind()).encode();
        for (place, byte) in flips {
            let place = usize::from(place) % damaged.len();
            damaged[place] = byte;
        }
        prop_assert!(refused(&damaged));
    }
}
