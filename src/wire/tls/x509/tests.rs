//! Certificates as bytes.

use super::{Algorithm, Certificate};
use proptest::prelude::{any, prop_assert, proptest};

pub(crate) fn sample(algorithm: Algorithm) -> Certificate {
    Certificate {
        serial: 7,
        issuer: "Example Intermediate".to_owned(),
        subject: "shop.example".to_owned(),
        not_before: 1_790_000_000,
        not_after: 1_797_776_000,
        names: vec!["shop.example".to_owned(), "*.shop.example".to_owned()],
        authority: false,
        algorithm,
        key: vec![0xc1; algorithm.key_len()],
        signed_with: algorithm,
        comment: 0,
    }
}

#[test]
fn a_certificate_is_read_back() {
    for algorithm in [Algorithm::Ecdsa, Algorithm::Rsa, Algorithm::MlDsa] {
        for comment in [0, 1, 200, 70_000] {
            let one = Certificate { comment, ..sample(algorithm) };
            let signature = vec![0x55; algorithm.signature_len()];
            let (read, _) = Certificate::decode(&one.to_bytes(&signature)).unwrap();
            assert_eq!(read, one);
        }
    }
}

proptest! {
    #[test]
    fn damaged_certificates_are_refused_or_read_and_never_panic(
        at in any::<proptest::sample::Index>(),
        value in any::<u8>(),
        keep in any::<proptest::sample::Index>(),
    ) {
        let one = sample(Algorithm::Ecdsa);
        let mut bytes = one.to_bytes(&[0x55; 64]);
        let place = at.index(bytes.len());
        bytes[place] = value;
        let _ = Certificate::decode(&bytes);
        bytes.truncate(keep.index(bytes.len()));
        prop_assert!(Certificate::decode(&bytes).is_err());
    }
}
