//! Client and server across a table: every output of one is an input of the other.

use core::time::Duration;

use super::{Server, ServerConfig};
use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::proto::http1::{Client, ClientConfig, PORT};
use crate::proto::tcp::{Config, Profile};
use crate::sim::time::Instant;
use crate::wire::Payload;

const CONN: ConnId = ConnId(0);

fn server(think_ms: u64, body: u64) -> Server {
    let think = Duration::from_millis(think_ms);
    Server::new(ServerConfig { tcp: Config::new(Profile::LINUX), think, body })
}

fn client(requests: u32) -> Client {
    let to = Address { ip: [192, 0, 2, 1], port: PORT };
    Client::new(ClientConfig {
        to,
        tcp: Config::new(Profile::LINUX),
        host: "shop.example",
        requests,
        close: true,
    })
}

/// What an application does now: the bytes it sends and the names of its notes.
fn drain(app: &mut dyn App, now: Instant) -> (Payload, Vec<&'static str>, bool) {
    let (mut bytes, mut notes, mut closed) = (Payload::new(), Vec::new(), false);
    while let Some(output) = app.poll(now) {
        match output {
            AppOutput::Send { payload, .. } => bytes.append(&payload),
            AppOutput::Note { name, .. } => notes.push(name),
            AppOutput::Close { .. } => closed = true,
            _ => {}
        }
    }
    (bytes, notes, closed)
}

fn data(payload: Payload) -> AppInput {
    AppInput::Data { conn: CONN, payload }
}

#[test]
fn the_answer_comes_after_the_thinking_and_not_before() {
    let (mut client, mut server) = (client(1), server(30, 100));
    let now = Instant::from_millis(50);
    client.handle(now, AppInput::Connected { conn: CONN });
    let (request, ..) = drain(&mut client, now);
    server.handle(now, data(request));
    let (nothing, notes, _) = drain(&mut server, now);
    assert!(nothing.is_empty());
    assert_eq!(notes, ["request-complete", "think-start"]);
    assert_eq!(server.poll_timeout(), Some(Instant::from_millis(80)));
    server.handle(Instant::from_millis(80), AppInput::Timeout);
    let (response, notes, _) = drain(&mut server, Instant::from_millis(80));
    assert_eq!(notes, ["think-end", "response-sent"]);
    assert!(response.len() > 100);
    assert_eq!(server.poll_timeout(), None);
}

#[test]
fn a_message_may_arrive_in_any_pieces() {
    let (mut client, mut server) = (client(1), server(0, 1000));
    let now = Instant::START;
    client.handle(now, AppInput::Connected { conn: CONN });
    let (request, ..) = drain(&mut client, now);
    for at in 0..request.len() {
        server.handle(now, data(request.slice(at..at + 1)));
    }
    let (mut response, ..) = drain(&mut server, now);
    let mut seen = Vec::new();
    while !response.is_empty() {
        client.handle(now, data(response.split_to(7)));
        let (_, notes, closed) = drain(&mut client, now);
        seen.extend(notes);
        assert_eq!(closed, seen.contains(&"response-complete"));
    }
    assert_eq!(seen, ["response-head", "response-complete"]);
}

#[test]
fn a_kept_connection_carries_one_request_after_the_other() {
    let (mut client, mut server) = (client(3), server(0, 10));
    let now = Instant::START;
    client.handle(now, AppInput::Connected { conn: CONN });
    for round in 1..=3 {
        let (request, _, _) = drain(&mut client, now);
        assert!(!request.is_empty(), "round {round}");
        server.handle(now, data(request));
        let (response, _, _) = drain(&mut server, now);
        client.handle(now, data(response));
    }
    let (more, _, closed) = drain(&mut client, now);
    assert!(more.is_empty());
    assert!(closed);
}

#[test]
fn bytes_that_are_no_http_end_the_connection_with_a_reason() {
    let mut server = server(0, 10);
    server.handle(Instant::START, data(Payload::from(&b"\x16\x03\x01 hello\r\n\r\n"[..])));
    let mut outputs = Vec::new();
    while let Some(output) = server.poll(Instant::START) {
        outputs.push(output);
    }
    assert_eq!(
        outputs,
        [
            AppOutput::Note {
                conn: CONN,
                name: "bad-request",
                text:
                    "not HTTP/1.1: byte 0: a head holds visible ASCII only (RFC 9112 section 2.2)"
                        .to_owned(),
                amount: 0,
            },
            AppOutput::Abort { conn: CONN },
        ]
    );
}
