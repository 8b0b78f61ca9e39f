//! Messages and records as bytes.

use std::sync::Arc;

use expect_test::expect;
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

use super::extension::{self, Extension, Offer};
use super::hello::RETRY_RANDOM;
use super::message::Ticket;
use super::{Alert, ClientHello, Content, Message, RecordHeader, ServerHello, Version};
use crate::wire::encoder::{DecodeError, Encoder};

fn client_hello() -> ClientHello {
    ClientHello {
        random: [7; 32],
        session: vec![9; 32],
        suites: vec![0x1302, 0x1303, 0x1301, 0x00ff],
        extensions: vec![
            Extension::server_name("example.test"),
            Extension::new(extension::EC_POINT_FORMATS, vec![3, 0, 1, 2]),
            Extension::list(
                extension::SUPPORTED_GROUPS,
                2,
                &[0x1d, 0x17, 0x1e, 0x19, 0x18, 0x100, 0x101, 0x102, 0x103, 0x104],
            ),
            Extension::new(extension::SESSION_TICKET, Vec::new()),
            Extension::new(extension::ENCRYPT_THEN_MAC, Vec::new()),
            Extension::new(extension::EXTENDED_MASTER_SECRET, Vec::new()),
            Extension::list(
                extension::SIGNATURE_ALGORITHMS,
                2,
                &[
                    0x403, 0x503, 0x603, 0x807, 0x808, 0x809, 0x80a, 0x80b, 0x804, 0x805, 0x806,
                    0x401, 0x501, 0x601,
                ],
            ),
            Extension::list(extension::SUPPORTED_VERSIONS, 1, &[0x0304]),
            Extension::new(extension::PSK_MODES, vec![1, 1]),
            Extension::key_shares(&[(0x1d, vec![5; 32])]),
        ],
    }
}

fn server_hello(random: [u8; 32]) -> Message {
    let share = if random == RETRY_RANDOM {
        Extension::one(extension::KEY_SHARE, 0x17)
    } else {
        Extension::key_share(0x1d, &[6; 32])
    };
    let versions = Extension::one(extension::SUPPORTED_VERSIONS, 0x0304);
    let extensions = vec![versions, share];
    Message::ServerHello(ServerHello { random, session: vec![9; 32], suite: 0x1301, extensions })
}

fn all() -> Vec<(Message, Version)> {
    let ticket = |extensions| Ticket {
        lifetime: 7200,
        age_add: 0,
        nonce: Vec::new(),
        ticket: vec![1; 192],
        extensions,
    };
    let chain = vec![Arc::from([1; 895]), Arc::from([2; 629])];
    let offer = Offer { identity: vec![3; 192], age: 5, binder: vec![4; 32] };
    let mut resumed = client_hello();
    resumed.extensions.push(Extension::new(extension::EARLY_DATA, Vec::new()));
    resumed.extensions.push(Extension::offers(&[offer]));
    let most = Extension::new(extension::EARLY_DATA, vec![0, 0, 64, 0]);
    let (new, old) = (Version::Tls13, Version::Tls12);
    vec![
        (Message::ClientHello(client_hello()), new),
        (Message::ClientHello(resumed), new),
        (server_hello([6; 32]), new),
        (server_hello(RETRY_RANDOM), new),
        (Message::EncryptedExtensions(vec![Extension::alpn(&["h2"])]), new),
        (Message::CertificateRequest(vec![0x403, 0x804]), new),
        (Message::CertificateRequest(vec![0x403, 0x804]), old),
        (Message::Certificate(chain.clone()), new),
        (Message::Certificate(chain), old),
        (Message::CertificateVerify { scheme: 0x403, signature: vec![7; 71] }, new),
        (Message::Finished(vec![8; 32]), new),
        (Message::Finished(vec![8; 12]), old),
        (Message::NewSessionTicket(ticket(vec![most])), new),
        (Message::NewSessionTicket(ticket(Vec::new())), old),
        (Message::EndOfEarlyData, new),
        (Message::KeyUpdate(true), new),
        (Message::ServerHelloDone, old),
        (Message::ClientKeyExchange(vec![1; 32]), old),
        (
            Message::ServerKeyExchange {
                group: 0x1d,
                key: vec![1; 32],
                scheme: 0x403,
                signature: vec![7; 71],
            },
            old,
        ),
    ]
}

#[test]
fn messages_have_the_lengths_that_openssl_3_0_19_sends() {
    let len = |message: &Message, version| message.to_bytes(version).len();
    let lens: Vec<usize> = all().iter().map(|(message, version)| len(message, *version)).collect();
    // ClientHello, ServerHello, HelloRetryRequest, ServerKeyExchange as in its own message dump.
    assert_eq!((lens[0], lens[2], lens[3]), (0xf1, 0x7a, 0x58));
    assert_eq!(lens[18], 4 + 4 + 32 + 4 + 71);
    assert_eq!((lens[10], lens[11]), (36, 16));
}

#[test]
fn every_message_is_read_back_and_its_fields_cover_every_bit_once() {
    for (message, version) in all() {
        let bytes = message.to_bytes(version);
        let read = Message::decode(&bytes, version).unwrap().unwrap();
        assert_eq!(read, (message.clone(), bytes.len()));
        let mut out = Encoder::recording(0);
        message.encode(version, &mut out);
        let mut next = 0;
        for field in out.into_fields().0.iter().filter(|field| field.depth == 0) {
            assert_eq!(field.bits.start, next, "{message:?} {}", field.spec.name);
            next = field.bits.end;
        }
        assert_eq!(next as usize, bytes.len() * 8);
    }
}

#[test]
fn a_message_that_has_not_arrived_whole_is_awaited() {
    for (message, version) in all() {
        let bytes = message.to_bytes(version);
        for end in 0..bytes.len() {
            assert_eq!(Message::decode(&bytes[..end], version), Ok(None));
        }
    }
}

#[test]
fn broken_messages_are_refused_with_byte_and_rule() {
    let refused = |change: fn(&mut Vec<u8>)| {
        let mut bytes = Message::ClientHello(client_hello()).to_bytes(Version::Tls13);
        change(&mut bytes);
        Message::decode(&bytes, Version::Tls13).unwrap_err().to_string()
    };
    expect!["byte 0: a message has a type that the standard names (RFC 8446 section 4)"]
        .assert_eq(&refused(|bytes| bytes[0] = 99));
    expect!["byte 4: a hello says version 0x0303 (RFC 8446 section 4.1.2)"]
        .assert_eq(&refused(|bytes| bytes[5] = 4));
    expect!["byte 39: a session ID has at most 32 bytes (RFC 8446 section 4.1.2)"]
        .assert_eq(&refused(|bytes| bytes[38] = 33));
    expect!["byte 82: the only compression is none (RFC 8446 section 4.1.2)"]
        .assert_eq(&refused(|bytes| bytes[82] = 1));
    expect!["byte 91: a server name is a host name, type 0 (RFC 6066 section 3)"]
        .assert_eq(&refused(|bytes| bytes[91] = 1));
    assert!(refused(|bytes| bytes[99] = b' ').contains("RFC 6066"));
}

#[test]
fn alerts_and_record_headers_are_read_back() {
    for alert in [Alert::CLOSE_NOTIFY, Alert::UNKNOWN_CA, Alert::CERTIFICATE_EXPIRED] {
        let mut out = Encoder::new();
        alert.encode(&mut out);
        assert_eq!(Alert::decode(&out.into_bytes()), Ok(alert));
    }
    assert!(Alert::decode(&[3, 0]).is_err() && Alert::decode(&[1]).is_err());
    let header = RecordHeader { content: Content::Handshake, version: 0x0301, len: 241 };
    assert_eq!(RecordHeader::decode(&header.to_bytes()), Ok(header));
    let refuse = |bytes: &[u8]| RecordHeader::decode(bytes).map_err(|error| error.at);
    assert_eq!(refuse(&[19, 3, 3, 0, 1]), Err(0));
    assert_eq!(refuse(&[22, 3, 4, 0, 1]), Err(1));
    assert_eq!(refuse(&[22, 3, 3, 0x41, 1]), Err(3));
}

/// Reads in both versions; what is read is written the same.
fn read(bytes: &[u8]) -> Result<(), DecodeError> {
    for version in [Version::Tls12, Version::Tls13] {
        if let Some((message, len)) = Message::decode(bytes, version)? {
            let again = message.to_bytes(version);
            // A list of protocols or a ServerHello may be written in one way only.
            assert_eq!(again, bytes[..len]);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Err(error) = read(&bytes) {
            prop_assert!(error.at as usize <= bytes.len());
        }
    }

    #[test]
    fn any_damage_is_read_or_refused(
        which in any::<proptest::sample::Index>(),
        at in any::<proptest::sample::Index>(),
        value in any::<u8>(),
    ) {
        let (message, version) = all().swap_remove(which.index(19));
        let mut bytes = message.to_bytes(version);
        let place = at.index(bytes.len());
        bytes[place] = value;
        match Message::decode(&bytes, version) {
            Ok(Some((read, len))) => prop_assert_eq!(&read.to_bytes(version)[..], &bytes[..len]),
            Ok(None) => prop_assert!(place < 4),
            Err(error) => prop_assert!(error.at as usize <= bytes.len()),
        }
    }
}
