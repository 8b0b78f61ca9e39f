//! Ciphers against the published vectors.

use std::sync::Arc;

use super::{Cipher, Material, retry_tag};
use crate::export::secrets::{Strength, expand, first_secret, prf};
use crate::wire::Payload;
use crate::wire::sealed::{KeyUse, Keys, Seal, Side};

const SHORT: Strength = Strength::Short;

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).unwrap())
        .collect()
}

/// The keys of RFC 9001 appendix A.1, whose connection ID is 8394c8f03e515708.
fn initial(sender: Side) -> Arc<Keys> {
    Arc::new(Keys {
        usage: KeyUse::Initial,
        sender,
        generation: 0,
        client_random: [0; 32],
        secret: 0x8394_c8f0_3e51_5708,
    })
}

#[test]
fn initial_keys_are_those_of_rfc_9001_a_1() {
    let client = first_secret(&initial(Side::Client), SHORT);
    assert_eq!(client[..], hex("c00cf151ca5be075ed0ebfb5c80323c42d6b7db67881289af4008f1f6c357aea"));
    assert_eq!(expand(&client, "quic key", SHORT, 16)[..], hex("1f369613dd76d5467730efcbe3b1a22d"));
    assert_eq!(expand(&client, "quic iv", SHORT, 12)[..], hex("fa044b2f42a3fd3b46fb255c"));
    assert_eq!(expand(&client, "quic hp", SHORT, 16)[..], hex("9f50449e04a0e810283a1e9933adedd2"));
    let server = first_secret(&initial(Side::Server), SHORT);
    assert_eq!(server[..], hex("3c199828fd139efd216c155ad844cc81fb82fa8d7446fa7d78be803acdda951b"));
}

#[test]
fn the_server_initial_is_protected_as_in_rfc_9001_a_3() {
    let mut header = hex("c1000000010008f067a5502a4262b50040750001");
    let plain = hex(
        "02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf73988cfc79825df566dc5430b9a04\
         5a1200130100002e00330024001d00209d3c940d89690b84d08a60993c144eca684d1081287c834d5311bcf32b\
         b9da1a002b00020304",
    );
    let seal = Seal {
        keys: initial(Side::Server),
        number: 1,
        header: header.clone().into(),
        plain: Payload::from(plain),
    };
    let mut cipher = Cipher::default();
    let sealed = cipher.encrypt(&seal);
    cipher.protect_header(&seal, &mut header, &sealed);
    assert_eq!(header, hex("cf000000010008f067a5502a4262b5004075c0d9"));
    assert_eq!(
        sealed,
        hex(
            "5a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839\
             b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d77d\
             06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407dd074ee"
        )
    );
    // Everyone can compute these keys: no line of a key log is needed.
    assert_eq!(cipher.key_log(), "");
}

#[test]
fn the_function_of_tls_1_2_gives_the_known_answer() {
    // The test vector for P_SHA256 that the TLS working group's list published in 2009.
    let out = prf(
        &hex("9bbe436ba940f017b17652849a71db35"),
        &[b"test label", &hex("a0ba9f936cda311827a6f796ffd5198c")[..]].concat(),
        SHORT,
        32,
    );
    assert_eq!(out, hex("e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a"));
}

#[test]
fn a_piece_in_two_packets_is_encrypted_once_and_noted_once() {
    let keys = Keys {
        usage: KeyUse::Application,
        sender: Side::Client,
        generation: 1,
        client_random: [7; 32],
        secret: 9,
    };
    let header = hex("1703030020").into();
    let seal =
        Seal { keys: Arc::new(keys.clone()), number: 3, header, plain: Payload::pattern(0, 16) };
    let mut cipher = Cipher::default();
    assert_eq!(cipher.encrypt(&seal).len(), 32);
    assert_eq!(cipher.encrypt(&seal), cipher.encrypt(&seal));
    let log = cipher.key_log();
    assert!(log.starts_with("CLIENT_TRAFFIC_SECRET_0 0707"), "{log}");
    assert_eq!(log.lines().count(), 1);
    let renewed = Material::new(&keys, SHORT, false);
    let first = Material::new(&Keys { generation: 0, ..keys }, SHORT, false);
    assert_ne!(renewed.iv, first.iv);
}

#[test]
fn the_retry_of_rfc_9001_a_4_has_its_tag() {
    let mut pseudo = hex("088394c8f03e515708");
    pseudo.extend(hex("ff000000010008f067a5502a4262b5746f6b656e"));
    assert_eq!(retry_tag(&pseudo)[..], hex("04a265ba2eff4d829058fb3f0f2496ba"));
}
