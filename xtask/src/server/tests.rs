//! The server, asked over a real connection.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::PathBuf;

use super::Server;
use super::rules::Rules;

/// A site in a folder that goes away.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("roundtrip-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("learn/tcp-open")).unwrap();
        fs::write(folder.join("index.html"), "home").unwrap();
        fs::write(folder.join("404.html"), "nothing here").unwrap();
        fs::write(folder.join("learn/tcp-open/index.html"), "player").unwrap();
        fs::write(folder.join("app-0123456789abcdef_bg.wasm"), "wasm").unwrap();
        fs::write(folder.join("app-0123456789abcdef_bg.wasm.br"), "br").unwrap();
        fs::write(folder.join("_headers"), "/*\n  X-Frame-Options: DENY\n").unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// What the server says to these bytes.
fn ask(name: &str, request: &str) -> String {
    let folder = Folder::new(name);
    let server = Server::start(&folder.0, 0).unwrap();
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn get(name: &str, path: &str) -> String {
    ask(name, &format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"))
}

#[test]
fn a_folder_is_its_index_with_and_without_a_slash() {
    for path in ["/learn/tcp-open", "/learn/tcp-open/", "/learn/tcp-open?set.rtt=80ms"] {
        let answer = get("folder", path);
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains("Content-Type: text/html; charset=utf-8\r\n"), "{answer}");
        assert!(answer.ends_with("\r\n\r\nplayer"), "{answer}");
    }
}

#[test]
fn an_unknown_path_gets_the_page_for_it_and_status_404() {
    let answer = get("unknown", "/lern");
    assert!(answer.starts_with("HTTP/1.1 404 Not Found\r\n"), "{answer}");
    assert!(answer.ends_with("nothing here"), "{answer}");
}

#[test]
fn nothing_outside_the_folder_is_served() {
    for path in
        ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "/_headers"]
    {
        let answer = get("outside", path);
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }
}

#[test]
fn wasm_has_its_type_and_is_sent_packed_to_those_who_accept_it() {
    let path = "/app-0123456789abcdef_bg.wasm";
    let plain = get("wasm", path);
    assert!(plain.contains("Content-Type: application/wasm\r\n"), "{plain}");
    assert!(plain.contains("immutable"), "{plain}");
    assert!(plain.ends_with("\r\n\r\nwasm"), "{plain}");
    let packed =
        ask("wasm", &format!("GET {path} HTTP/1.1\r\nAccept-Encoding: gzip, br;q=0.9\r\n\r\n"));
    assert!(packed.contains("Content-Encoding: br\r\n"), "{packed}");
    assert!(packed.ends_with("\r\n\r\nbr"), "{packed}");
    let refused = ask("wasm", &format!("GET {path} HTTP/1.1\r\nAccept-Encoding: br;q=0\r\n\r\n"));
    assert!(refused.ends_with("\r\n\r\nwasm"), "{refused}");
}

#[test]
fn head_describes_the_body_without_sending_it() {
    let answer = ask("head", "HEAD / HTTP/1.1\r\n\r\n");
    assert!(answer.contains("Content-Length: 4\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

#[test]
fn a_copy_that_is_still_good_is_not_sent_again() {
    let folder = Folder::new("tag");
    let server = Server::start(&folder.0, 0).unwrap();
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n").unwrap();
    let mut first = String::new();
    stream.read_to_string(&mut first).unwrap();
    let tag = first.lines().find_map(|line| line.strip_prefix("ETag: ")).unwrap();
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let again = format!("GET / HTTP/1.1\r\nConnection: close\r\nIf-None-Match: {tag}\r\n\r\n");
    stream.write_all(again.as_bytes()).unwrap();
    let mut second = String::new();
    stream.read_to_string(&mut second).unwrap();
    assert!(second.starts_with("HTTP/1.1 304 Not Modified\r\n"), "{second}");
}

#[test]
fn two_requests_share_a_connection() {
    let answer = ask("two", "GET / HTTP/1.1\r\n\r\nGET /lern HTTP/1.1\r\n\r\n");
    assert!(answer.contains("200 OK") && answer.contains("404 Not Found"), "{answer}");
}

#[test]
fn garbage_is_refused_with_a_status() {
    let long = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(20_000));
    let cases: [(&str, u16); 5] = [
        ("\u{1}\u{2}\r\n\r\n", 400),
        ("GET\r\n\r\n", 400),
        ("GET /%zz HTTP/1.1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", 405),
        ("GET / HTTP/1.1\r\nnever ends", 431),
    ];
    for (request, status) in cases {
        let answer = ask("garbage", request);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request:?}: {answer}");
    }
    // The rest of a head that is too long may be cut off by the closing, so no answer is read.
    let folder = Folder::new("long");
    let server = Server::start(&folder.0, 0).unwrap();
    let mut stream = TcpStream::connect(server.address()).unwrap();
    drop(stream.write_all(long.as_bytes()));
    drop(stream);
    assert!(get("long", "/").contains("200 OK"));
}

#[test]
fn the_headers_file_gives_headers_to_the_paths_that_it_names() {
    let rules = Rules::parse(
        "# comment\n/*\n  X-A: 1\n  X-B: 2\n\n/embed/*\n  ! X-A\n  X-B: 3\n/*.wasm\n  X-C: 4\n",
    );
    let of = |path: &str| {
        let mut headers = vec![("X-C".to_owned(), "own".to_owned())];
        rules.apply(path, &mut headers);
        headers.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(of("/"), "X-C=own X-A=1 X-B=2");
    assert_eq!(of("/embed/tcp-open"), "X-C=own X-B=2, 3");
    assert_eq!(of("/app.wasm"), "X-A=1 X-B=2 X-C=4");
    assert!(get("headers", "/").contains("X-Frame-Options: DENY\r\n"));
}
