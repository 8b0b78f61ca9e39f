//! What the decoder of HTTP/1.1 heads takes and refuses.

use proptest::prelude::*;

use super::{Header, Request, Response, content_length, header};

fn request() -> Request {
    Request {
        method: "GET".to_owned(),
        target: "/report?day=1".to_owned(),
        headers: vec![Header::new("Host", "shop.example"), Header::new("Accept", "*/*")],
    }
}

#[test]
fn a_request_survives_its_bytes() {
    let bytes = request().encode();
    assert_eq!(Request::decode(&bytes), Ok(Some((request(), bytes.len()))));
}

#[test]
fn a_response_survives_its_bytes_and_leaves_the_body() {
    let headers = vec![Header::new("Content-Length", "5")];
    let response = Response { status: 200, reason: "OK".to_owned(), headers };
    let mut bytes = response.encode();
    let len = bytes.len();
    bytes.extend(b"hello");
    assert_eq!(Response::decode(&bytes), Ok(Some((response, len))));
}

#[test]
fn every_cut_of_a_head_waits_for_the_rest() {
    let bytes = request().encode();
    for cut in 0..bytes.len() {
        assert_eq!(Request::decode(&bytes[..cut]), Ok(None), "cut at {cut}");
    }
}

fn refused(bytes: &[u8]) -> String {
    Request::decode(bytes).map_or_else(|error| error.to_string(), |taken| format!("{taken:?}"))
}

#[test]
fn a_refusal_names_the_byte_and_the_rule() {
    assert_eq!(
        refused(b"GET / HTTP/1.0\r\n\r\n"),
        "byte 6: the version is HTTP/1.1 (RFC 9112 section 2.3)"
    );
    assert_eq!(
        refused(b"GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
        "byte 16: a header's name is a token, with no space before the colon (RFC 9112 section 5.1)"
    );
    assert_eq!(
        refused(b"GET / HTTP/1.1\nHost: a\r\n\r\n"),
        "byte 14: a line ends with CR LF (RFC 9112 section 2.2)"
    );
    assert_eq!(
        refused(b"\r\n"),
        "byte 0: a message begins with its start line (RFC 9112 section 2.1)"
    );
    assert_eq!(
        refused(b"GET /\x00 HTTP/1.1\r\n\r\n"),
        "byte 5: a head holds visible ASCII only (RFC 9112 section 2.2)"
    );
    assert_eq!(
        refused(&vec![b'a'; 20_000]),
        "byte 16384: a head has at most 16,384 bytes (our limit)"
    );
}

#[test]
fn names_of_headers_are_compared_without_regard_to_case() {
    assert_eq!(header(&request().headers, "HOST"), Some("shop.example"));
}

#[test]
fn a_length_that_is_no_number_is_refused() {
    assert_eq!(content_length(&[]), Ok(0));
    assert_eq!(content_length(&[Header::new("content-length", "12")]), Ok(12));
    assert!(content_length(&[Header::new("Content-Length", "+12")]).is_err());
    assert!(content_length(&[Header::new("Content-Length", "99999999999999999999")]).is_err());
}

proptest! {
    #[test]
    fn no_bytes_make_the_decoders_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Request::decode(&bytes);
        let _ = Response::decode(&bytes);
    }

    #[test]
    fn damaged_heads_never_panic(place in 0_usize..60, byte in any::<u8>()) {
        let mut bytes = request().encode();
        if let Some(target) = bytes.get_mut(place) {
            *target = byte;
        }
        let _ = Request::decode(&bytes);
    }
}
