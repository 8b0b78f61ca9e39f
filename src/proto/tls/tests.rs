//! Handshakes, whole: a client and a server in one world.

use core::time::Duration;

use super::chain::Request;
use super::config::{AES_128, DAY, TODAY};
use super::secret::{P256, X25519, X25519_MLKEM768};
use super::{ClientConfig, Identity, PORT, Pki, Secure, ServerConfig};
use expect_test::expect;

use crate::proto::app::Address;
use crate::proto::host::Host;
use crate::proto::http1::{Client, Server};
use crate::proto::http1::{ClientConfig as Asks, ServerConfig as Answers};
use crate::proto::tcp::{Config, Profile};
use crate::sim::endpoint::Event;
use crate::sim::link::LinkConfig;
use crate::sim::trace::{Host as Machine, HostId, Trace, TraceEvent};
use crate::sim::world::World;
use crate::wire::Protocol;
use crate::wire::tls::Version;
use crate::wire::tls::x509::Algorithm;

const NAME: &str = "shop.example";

fn pki(algorithm: Algorithm) -> Pki {
    Pki::new("Example", 7, algorithm)
}

fn request(size: Option<u64>) -> Request {
    let validity = (TODAY - 30 * DAY, TODAY + 60 * DAY);
    Request { names: vec![NAME.to_owned()], validity, size, complete: true }
}

fn identity(algorithm: Algorithm) -> Identity {
    // The chain whose flights were measured: leaf and intermediate together.
    let size = if algorithm == Algorithm::Rsa { 1_291 + 1_024 } else { 895 + 629 };
    pki(algorithm).issue(&request(Some(size)))
}

fn sides() -> (ClientConfig, ServerConfig) {
    let client = ClientConfig::new(NAME, pki(Algorithm::Ecdsa).trust());
    (client, ServerConfig::new(identity(Algorithm::Ecdsa)))
}

/// One request over a secured connection, half a round trip being 50 ms.
fn exchange(client: ClientConfig, server: ServerConfig) -> Trace {
    let mut world = World::new(1);
    let tcp = Config::new(Profile::LINUX);
    let ips = [[192, 0, 2, 1], [192, 0, 2, 2]];
    let to = Address { ip: ips[1], port: PORT };
    let asks = Client::new(Asks { to, tcp, host: NAME, requests: 1, close: false });
    let answers = Server::new(Answers { tcp, think: Duration::ZERO, body: 0 }).on_port(PORT);
    let asks = Secure::client(asks, client, world.stream("tls client"));
    let answers = Secure::server(answers, server, world.stream("tls server"));
    let machine = |name, address| Machine { name, title: name, address };
    let asks = Host::new(ips[0], world.stream("client"), asks);
    let answers = Host::new(ips[1], world.stream("server"), answers);
    let a = world.host(machine("client", ips[0]), asks);
    let b = world.host(machine("server", ips[1]), answers);
    world.connect(a, b, LinkConfig::new(Duration::from_millis(50)));
    world.run()
}

/// Bytes of TLS by flight: who sends how much at which moment, in milliseconds.
fn flights(trace: &Trace) -> Vec<(&'static str, u64, u64)> {
    let mut flights: Vec<(&'static str, u64, u64)> = Vec::new();
    for packet in trace.packets().filter(|packet| !packet.sent.packet.body.is_empty()) {
        let host = trace.host(packet.from).name;
        let at = packet.at.as_nanos() / 1_000_000;
        let len = packet.sent.packet.body.len();
        match flights.last_mut() {
            Some(last) if last.0 == host && last.1 == at => last.2 += len,
            _ => flights.push((host, at, len)),
        }
    }
    flights
}

/// The kinds of all messages in the order of sending.
fn messages(trace: &Trace) -> String {
    let mut kinds: Vec<String> = Vec::new();
    for packet in trace.packets() {
        let from = if packet.from == HostId(0) { ">" } else { "<" };
        let units = packet.sent.packet.about.units.iter();
        kinds.extend(units.map(|unit| format!("{from}{}", unit.name)));
    }
    kinds.join(" ")
}

fn noted(trace: &Trace, wanted: &str) -> bool {
    trace.entries.iter().any(|entry| {
        matches!(&entry.event, TraceEvent::Endpoint(Event::Note { name, .. }) if *name == wanted)
    })
}

/// When the client has the head of the response, in milliseconds.
fn answered(trace: &Trace) -> Option<u64> {
    let found = trace.entries.iter().find(|entry| {
        matches!(&entry.event, TraceEvent::Endpoint(Event::Note { name: "response-head", .. }))
    });
    found.map(|entry| entry.at.as_nanos() / 1_000_000)
}

/// Messages, flights and the moment of the answer, a line each.
fn told(trace: &Trace) -> String {
    let flights: Vec<String> =
        flights(trace).iter().map(|(host, at, len)| format!("{at} {host} {len}")).collect();
    let answered = answered(trace).map_or_else(|| "never".to_owned(), |at| at.to_string());
    format!("{}\n{}\nanswered {answered}\n", messages(trace), flights.join(", "))
}

#[test]
fn tls_1_3_full_takes_one_round_trip_and_openssls_sizes() {
    // OpenSSL 3.0.19: 127 + 6 + 28 + 1564 + 99 + 58, then 64, then 2 × 239.
    let (client, server) = sides();
    expect![[r#"
        >ClientHello <ServerHello <EncryptedExtensions <Certificate <CertificateVerify <Finished >Finished >GET / <NewSessionTicket <NewSessionTicket <200 OK
        100 client 246, 150 server 1883, 200 client 160, 250 server 578
        answered 300
    "#]].assert_eq(&told(&exchange(client, server)));
}

#[test]
fn tls_1_3_resumed_saves_bytes_and_no_round_trip() {
    // OpenSSL: 239 bytes more than the full hello, then 225, then 64 and 239.
    let (mut client, server) = sides();
    client.session = Some(server.session(Version::Tls13, AES_128));
    expect![[r#"
        >ClientHello <ServerHello <EncryptedExtensions <Finished >Finished >GET / <NewSessionTicket <200 OK
        100 client 485, 150 server 225, 200 client 160, 250 server 339
        answered 300
    "#]].assert_eq(&told(&exchange(client, server)));
}

#[test]
fn early_data_saves_the_round_trip() {
    // OpenSSL: 229, then EndOfEarlyData and Finished 84, then a ticket of 87 bytes.
    let (mut client, mut server) = sides();
    server.early_max = 16_384;
    client.session = Some(server.session(Version::Tls13, AES_128));
    client.early = true;
    expect![[r#"
        >ClientHello >GET / <ServerHello <EncryptedExtensions <Finished <200 OK >EndOfEarlyData >Finished <NewSessionTicket
        100 client 431, 150 server 329, 200 client 84, 250 server 87
        answered 200
    "#]].assert_eq(&told(&exchange(client, server)));
}

#[test]
fn early_data_that_is_refused_is_sent_again() {
    let (mut client, mut server) = sides();
    server.early_max = 16_384;
    client.session = Some(server.session(Version::Tls13, AES_128));
    client.early = true;
    server.early_max = 0;
    let trace = exchange(client, server);
    assert!(noted(&trace, "early-rejected"));
    expect![[r#"
        >ClientHello >GET / <ServerHello <EncryptedExtensions <Finished >Finished >GET / <NewSessionTicket <200 OK
        100 client 431, 150 server 225, 200 client 154, 250 server 339
        answered 300
    "#]].assert_eq(&told(&trace));
}

#[test]
fn a_share_that_does_not_fit_costs_a_round_trip() {
    let (mut client, mut server) = sides();
    client.groups = vec![X25519, P256];
    server.groups = vec![P256];
    expect![[r#"
        >ClientHello <HelloRetryRequest >ClientHello <ServerHello <EncryptedExtensions <Certificate <CertificateVerify <Finished >Finished >GET / <NewSessionTicket <NewSessionTicket <200 OK
        100 client 230, 150 server 99, 200 client 269, 250 server 1910, 300 client 154, 350 server 578
        answered 400
    "#]].assert_eq(&told(&exchange(client, server)));
}

#[test]
fn tls_1_2_full_takes_two_round_trips() {
    // OpenSSL: 1741 for this chain, then 93, then 242.
    let (mut client, server) = sides();
    client.versions = &[Version::Tls12];
    expect![[r#"
        >ClientHello <ServerHello <Certificate <ServerKeyExchange <ServerHelloDone >ClientKeyExchange >ChangeCipherSpec >Finished <NewSessionTicket <ChangeCipherSpec <Finished >GET / <200 OK
        100 client 167, 150 server 1740, 200 client 93, 250 server 242, 300 client 103, 350 server 107
        answered 400
    "#]].assert_eq(&told(&exchange(client, server)));
}

#[test]
fn tls_1_2_resumed_takes_one_round_trip() {
    // OpenSSL: 141, then 51.
    let (mut client, server) = sides();
    client.versions = &[Version::Tls12];
    client.session = Some(server.session(Version::Tls12, 0xc02b));
    expect![[r#"
        >ClientHello <ServerHello <ChangeCipherSpec <Finished >ChangeCipherSpec >Finished >GET / <200 OK
        100 client 375, 150 server 141, 200 client 154, 250 server 107
        answered 300
    "#]].assert_eq(&told(&exchange(client, server)));
}

#[test]
fn a_clients_certificate_costs_bytes_and_no_round_trip() {
    for (version, answer) in [(&[Version::Tls13][..], 300), (&[Version::Tls12], 400)] {
        let (mut client, mut server) = sides();
        client.versions =
            if version[0] == Version::Tls13 { &[Version::Tls13] } else { &[Version::Tls12] };
        client.identity = Some(identity(Algorithm::Ecdsa));
        server.clients = Some(pki(Algorithm::Ecdsa).trust());
        let trace = exchange(client, server);
        assert!(noted(&trace, "client-accepted"));
        assert_eq!(answered(&trace), Some(answer));
    }
    let (client, mut server) = sides();
    server.clients = Some(pki(Algorithm::Ecdsa).trust());
    let trace = exchange(client, server);
    assert_eq!(answered(&trace), None);
    expect![[r#"
        >ClientHello <ServerHello <EncryptedExtensions <CertificateRequest <Certificate <CertificateVerify <Finished >Certificate >Finished >GET / <Alert
        100 client 246, 150 server 1946, 200 client 190, 250 server 24
        answered never
    "#]].assert_eq(&told(&trace));
}

#[test]
fn a_share_against_quantum_computers_is_1184_bytes_longer_up_and_1088_down() {
    let run = |group| {
        let (mut client, mut server) = sides();
        client.groups = vec![group];
        client.shares = vec![group];
        server.groups = vec![group];
        flights(&exchange(client, server))
    };
    let (old, new) = (run(X25519), run(X25519_MLKEM768));
    assert_eq!(new[0].2 - old[0].2, 1_184);
    assert_eq!(new[1].2 - old[1].2, 1_088);
}

#[test]
fn rsa_has_the_sizes_of_openssl() {
    let (mut client, mut server) = sides();
    client.trust = pki(Algorithm::Rsa).trust();
    server.identities = vec![identity(Algorithm::Rsa)];
    // OpenSSL: 2860 with TLS 1.3, 2717 with TLS 1.2.
    let trace = exchange(client.clone(), server.clone());
    assert_eq!(flights(&trace)[1], ("server", 150, 2_860));
    client.versions = &[Version::Tls12];
    assert_eq!(flights(&exchange(client, server))[1], ("server", 150, 2_717));
}

#[test]
fn only_the_hellos_of_tls_1_3_can_be_read_on_the_path() {
    let (client, server) = sides();
    let trace = exchange(client, server);
    let mut clear = Vec::new();
    for packet in trace.packets() {
        for layer in packet.sent.packet.layers() {
            if let Some(keys) = &layer.keys {
                assert!(trace.can_read(HostId(0), keys) && trace.can_read(HostId(1), keys));
            } else if layer.protocol == Protocol::Tls {
                let named = layer.fields.iter().find(|field| field.spec.name == "handshake-type");
                clear.extend(named.map(|field| field.shown.clone()));
            }
        }
    }
    assert_eq!(clear, ["1 (ClientHello)", "2 (ServerHello)"]);
}

#[test]
fn doubts_end_the_connection_with_their_alert() {
    let doubt = |change: fn(&mut ClientConfig, &mut Request)| {
        let (mut client, mut server) = sides();
        let mut request = request(None);
        change(&mut client, &mut request);
        server.identities = vec![pki(Algorithm::Ecdsa).issue(&request)];
        let trace = exchange(client, server);
        assert_eq!(answered(&trace), None, "{trace}");
        let alert = trace.packets().find(|packet| packet.sent.packet.label().kind == "alert");
        let alert = alert.expect("an alert").sent.packet.label();
        format!("{} {}", alert.name, alert.detail)
    };
    assert_eq!(doubt(|_, request| request.validity.1 = TODAY - DAY), "Alert certificate_expired");
    assert_eq!(doubt(|_, request| request.validity.0 = TODAY + DAY), "Alert bad_certificate");
    assert_eq!(
        doubt(|client, _| client.host = "other.example".to_owned()),
        "Alert bad_certificate"
    );
    assert_eq!(doubt(|_, request| request.complete = false), "Alert unknown_ca");
    let stranger = |client: &mut ClientConfig, _: &mut Request| {
        client.trust = Pki::new("Other", 8, Algorithm::Ecdsa).trust();
    };
    assert_eq!(doubt(stranger), "Alert unknown_ca");
}
