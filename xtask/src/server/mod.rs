//! A small static server for the built site: `cargo xtask serve`, Lighthouse and the
//! end-to-end tests look at the same bytes and headers through it.
//!
//! One thread per connection, at most [`CONNECTIONS_MAX`]; keep-alive; `GET` and `HEAD`; a
//! folder means its `index.html`; `404.html` for everything that is not there; `.br` files
//! beside the originals for browsers that accept them; headers from the site's own `_headers`.

mod files;
mod http;
mod rules;

use std::io::{self, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use files::Site;
use http::{Refusal, Request};

/// Connections served at a time; a further one is closed at once.
pub const CONNECTIONS_MAX: usize = 64;

/// Requests answered on one connection before it is closed.
const REQUESTS_MAX: u32 = 1_000;

/// How long an idle connection is kept, and how long a slow client may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running server; it ends with the program.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    acceptor: thread::JoinHandle<()>,
}

impl Server {
    /// Serves the folder `root` on 127.0.0.1.
    ///
    /// Port 0 asks the system for a free one; [`Server::address`] tells which.
    ///
    /// # Errors
    /// The port is taken or may not be used.
    pub fn start(root: &Path, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let address = listener.local_addr()?;
        let site = Arc::new(Site::new(PathBuf::from(root)));
        let acceptor = thread::spawn(move || accept(&listener, &site));
        Ok(Self { address, acceptor })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address as a URL without a slash at its end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Serves until the program ends.
    pub fn wait(self) {
        // The acceptor loops for ever; a panic in it would end the wait.
        drop(self.acceptor.join());
    }
}

fn accept(listener: &TcpListener, site: &Arc<Site>) {
    let open = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        let Ok(stream) = stream else { continue };
        if open.fetch_add(1, Ordering::SeqCst) >= CONNECTIONS_MAX {
            open.fetch_sub(1, Ordering::SeqCst);
            continue;
        }
        let (site, open) = (Arc::clone(site), Arc::clone(&open));
        thread::spawn(move || {
            // A broken connection concerns nobody but the browser that broke it.
            drop(converse(&stream, &site));
            open.fetch_sub(1, Ordering::SeqCst);
        });
    }
}

/// Answers the requests of one connection.
fn converse(stream: &TcpStream, site: &Site) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream);
    for _ in 0..REQUESTS_MAX {
        let (answer, last) = match Request::read(&mut reader)? {
            None => return Ok(()),
            Some(Ok(request)) => (site.answer(&request), request.close),
            Some(Err(refusal)) => (refuse(&refusal), true),
        };
        let mut writer = stream;
        writer.write_all(&answer.encode(last))?;
        if last {
            return Ok(());
        }
    }
    Ok(())
}

fn refuse(refusal: &Refusal) -> http::Answer {
    let mut answer = http::Answer::text(refusal.status, refusal.why);
    if refusal.status == 405 {
        answer.headers.push(("Allow".to_owned(), "GET, HEAD".to_owned()));
    }
    answer
}

#[cfg(test)]
mod tests;
