//! Who opens what.

use std::sync::Arc;

use super::{KeyUse, Keys, Seal, Side, TAG_LEN};
use crate::wire::Payload;
use crate::wire::checksum::Checksum;

fn keys(secret: u64) -> Keys {
    Keys {
        usage: KeyUse::Application,
        sender: Side::Client,
        generation: 0,
        client_random: [7; 32],
        secret,
    }
}

fn piece(number: u64) -> Payload {
    let header = Box::from([23, 3, 3, 0, 21]);
    let plain = Payload::from(&b"hello"[..]);
    Payload::sealed(Seal { keys: Arc::new(keys(1)), number, header, plain })
}

#[test]
fn a_protected_piece_is_a_tag_longer_and_hides_its_plaintext() {
    let piece = piece(0);
    assert_eq!(piece.len(), 5 + TAG_LEN);
    assert_eq!(piece.to_vec().len(), 21);
    assert!(!piece.to_vec().windows(5).any(|window| window == b"hello"));
}

#[test]
fn only_the_same_keys_and_number_open_it() {
    let piece = piece(3);
    assert_eq!(piece.unseal(&keys(1), 3).map(Payload::to_vec).as_deref(), Some(&b"hello"[..]));
    assert_eq!(piece.unseal(&keys(2), 3), None);
    assert_eq!(piece.unseal(&keys(1), 4), None);
    assert_eq!(piece.unseal(&Keys { generation: 1, ..keys(1) }, 3), None);
    let bytes = Payload::from(piece.to_vec());
    assert_eq!(bytes, piece);
    assert_eq!(bytes.unseal(&keys(1), 3), None);
}

#[test]
fn pieces_that_travel_apart_open_when_they_are_together_again() {
    let whole = piece(1);
    for cut in 0..=whole.len() {
        let mut rest = whole.clone();
        let mut front = rest.split_to(cut);
        if cut < whole.len() {
            assert_eq!(front.unseal(&keys(1), 1), None);
        }
        front.append(&rest);
        assert_eq!(front, whole);
        assert!(front.unseal(&keys(1), 1).is_some());
    }
}

#[test]
fn the_checksum_counts_the_bytes_that_travel() {
    for (number, cut) in (0..300).zip((0..21).cycle()) {
        let stretch = piece(number).slice(cut..u64::MAX);
        let (mut quick, mut slow) = (Checksum::new(), Checksum::new());
        quick.add(b"x");
        slow.add(b"x");
        stretch.add_to(&mut quick);
        slow.add(&stretch.to_vec());
        assert_eq!(quick.finish(), slow.finish());
    }
}
