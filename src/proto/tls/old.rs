//! What TLS 1.2 does otherwise (RFC 5246 section 7.3, RFC 8422, tickets of RFC 5077), on both
//! sides.

use super::chain::proves;
use super::client::Client;
use super::secret::{X25519, digest, mix, share, shared};
use super::server::Server;
use super::session::{LIFETIME, Sealed, Session, clock};
use super::{Level, Step};
use crate::sim::time::Instant;
use crate::wire::tls::extension::{self, Extension};
use crate::wire::tls::hello::DOWNGRADE;
use crate::wire::tls::message::Ticket;
use crate::wire::tls::{Alert, ClientHello, Message, ServerHello, Version};
use crate::wire::{KeyUse, Side};

use super::core::Core;

impl Core {
    /// The keys of both directions from the master secret.
    fn old_keys(&self, write: bool) -> Step {
        let sender = if write { self.side } else { self.side.peer() };
        let keys = self.keys(KeyUse::Tls12, sender, self.secret);
        let level = Level::Application;
        if write { Step::Write(level, keys) } else { Step::Read(level, keys) }
    }

    /// The master secret is known: what this side reads with comes into use when the peer says so.
    fn old_master(&mut self, secret: u64) {
        self.secret = secret;
        self.finished = [secret, secret];
        let read = self.old_keys(false);
        self.out.push_back(read);
    }

    /// ChangeCipherSpec and Finished.
    fn old_send_finished(&mut self) {
        self.out.push_back(Step::ChangeCipherSpec);
        let write = self.old_keys(true);
        self.out.push_back(write);
        let finished = Message::Finished(self.verify_data(self.side));
        self.send(Level::Application, &finished);
    }
}

/// What the server signs: both randoms and its share (RFC 8422 section 5.4).
fn signed(client: &[u8; 32], server: &[u8; 32], group: u16, key: &[u8]) -> u64 {
    mix(digest(client), mix(digest(server), digest(key) ^ u64::from(group)))
}

impl Client {
    pub(super) fn on_old_hello(&mut self, hello: &ServerHello) {
        if !self.config.versions.contains(&Version::Tls12) {
            return self.fail(Alert::PROTOCOL_VERSION, "the server speaks no TLS 1.3");
        }
        let new = self.config.versions.contains(&Version::Tls13);
        if new && hello.random.ends_with(&DOWNGRADE) {
            return self.fail(Alert::ILLEGAL_PARAMETER, "someone has removed TLS 1.3");
        }
        self.core.version = Version::Tls12;
        self.old.0 = hello.random;
        if let Some(Ok(names)) = hello.extension(extension::ALPN).map(Extension::as_alpn) {
            self.core.alpn = names.into_iter().next();
        }
        let session = self.config.session.clone();
        let session = session.filter(|session| session.version == Version::Tls12);
        match session {
            Some(session) if hello.session == self.session_id => {
                self.core.old_master(session.secret);
                self.go(self.state.recv_resumed());
            }
            _ => self.go(self.state.recv_old_hello()),
        }
    }

    pub(super) fn old_receive(&mut self, message: Message) {
        use super::state::ClientState;
        match (self.state, message) {
            (ClientState::WaitSke, Message::ServerKeyExchange { group, key, signature, .. }) => {
                let covered = signed(&self.core.client_random, &self.old.0, group, &key);
                if self.chain.first().is_none_or(|leaf| !proves(leaf, covered, &signature)) {
                    return self.fail(Alert::DECRYPT_ERROR, "the server's proof is wrong");
                }
                (self.old.1, self.old.2) = (group, key);
                self.go(self.state.recv_key_exchange());
            }
            (ClientState::WaitShd, Message::ServerHelloDone) => self.old_second_flight(),
            _ => self.fail(Alert::UNEXPECTED_MESSAGE, "a message came out of turn"),
        }
    }

    fn old_second_flight(&mut self) {
        if self.asked {
            self.send_certificate(Level::Initial);
        }
        let private = self.core.private();
        let (group, key) = (self.old.1, core::mem::take(&mut self.old.2));
        let Some(agreed) = shared(group, private, &key, false) else {
            return self.fail(Alert::ILLEGAL_PARAMETER, "the server's share has a wrong length");
        };
        let key = share(group, private, false);
        self.core.send(Level::Initial, &Message::ClientKeyExchange(key));
        let master = mix(agreed, self.core.transcript);
        if let (true, Some(own)) = (self.asked, self.config.identity.clone()) {
            let signature = own.sign(self.core.to_sign(Side::Client));
            let scheme = own.algorithm.scheme();
            self.core.send(Level::Initial, &Message::CertificateVerify { scheme, signature });
        }
        self.core.old_master(master);
        self.core.old_send_finished();
        self.go(self.state.recv_done());
    }

    pub(super) fn old_finish(&mut self) {
        // Who resumes answers the server's Finished; else this side's has gone before.
        if self.chain.is_empty() {
            self.core.old_send_finished();
        }
        self.complete();
    }

    pub(super) fn old_keep(&mut self, now: Instant, ticket: Ticket) {
        let session = Session {
            version: Version::Tls12,
            suite: self.core.suite,
            ticket: ticket.ticket,
            id: Vec::new(),
            secret: self.core.secret,
            age_add: 0,
            received: Some(now),
            early_max: 0,
        };
        self.core.out.push_back(Step::Keep(session));
    }
}

impl Server {
    pub(super) fn on_old_hello(&mut self, now: Instant, hello: &ClientHello) {
        if !self.config.versions.contains(&Version::Tls12) {
            return self.fail(Alert::PROTOCOL_VERSION, "the client speaks no TLS 1.3");
        }
        self.core.version = Version::Tls12;
        let suites = self.config.suites.iter();
        let Some(suite) = suites.copied().find(|s| *s >> 8 != 0x13 && hello.suites.contains(s))
        else {
            return self.fail(Alert::HANDSHAKE_FAILURE, "no cipher suite in common");
        };
        self.core.suite = suite;
        if !self.choose_alpn(hello) {
            return;
        }
        let ticket = hello.extension(extension::SESSION_TICKET);
        self.wants_ticket = ticket.is_some() && self.config.tickets > 0;
        let sealed = ticket.and_then(|one| Sealed::open(&self.config, &one.data));
        let resumed = sealed.map(|(sealed, _)| sealed).filter(|sealed| {
            let age = clock(now).saturating_sub(sealed.issued);
            sealed.version == Version::Tls12 && age <= u64::from(LIFETIME) * 1_000
        });
        let random = self.old_hello(hello, resumed.is_some());
        if let Some(sealed) = resumed {
            self.core.old_master(sealed.secret);
            self.core.old_send_finished();
            self.wants_ticket = false;
            self.go(self.state.negotiate());
            return self.go(self.state.wait_finished());
        }
        let Some(own) = self.identity(hello) else {
            return self.fail(Alert::HANDSHAKE_FAILURE, "no certificate to show");
        };
        self.core.send(Level::Initial, &Message::Certificate(own.chain.clone()));
        self.private = self.core.private();
        let key = share(X25519, self.private, false);
        let covered = signed(&hello.random, &random, X25519, &key);
        let (scheme, signature) = (own.algorithm.scheme(), own.sign(covered));
        let exchange = Message::ServerKeyExchange { group: X25519, key, scheme, signature };
        self.core.send(Level::Initial, &exchange);
        let ask = self.config.clients.is_some();
        if ask {
            let schemes = hello.extension(extension::SIGNATURE_ALGORITHMS);
            let schemes = schemes.and_then(|one| one.as_list(2).ok()).unwrap_or_default();
            self.core.send(Level::Initial, &Message::CertificateRequest(schemes));
        }
        self.core.send(Level::Initial, &Message::ServerHelloDone);
        self.go(self.state.negotiate());
        self.go(if ask { self.state.wait_certificate() } else { self.state.wait_key_exchange() });
    }

    /// ServerHello; returns its random.
    fn old_hello(&mut self, hello: &ClientHello, resumed: bool) -> [u8; 32] {
        let mut random = self.core.random();
        if self.config.versions.contains(&Version::Tls13) {
            random[24..].copy_from_slice(&DOWNGRADE);
        }
        let mut extensions = vec![Extension::new(extension::RENEGOTIATION_INFO, vec![0])];
        if !resumed {
            extensions.push(Extension::new(extension::EC_POINT_FORMATS, vec![3, 0, 1, 2]));
            if self.wants_ticket {
                extensions.push(Extension::new(extension::SESSION_TICKET, Vec::new()));
            }
        }
        if let Some(name) = &self.core.alpn {
            extensions.push(Extension::alpn(&[name]));
        }
        extensions.push(Extension::new(extension::EXTENDED_MASTER_SECRET, Vec::new()));
        let session = if resumed { hello.session.clone() } else { Vec::new() };
        let suite = self.core.suite;
        let answer = ServerHello { random, session, suite, extensions };
        self.core.send(Level::Initial, &Message::ServerHello(answer));
        random
    }

    pub(super) fn old_receive(&mut self, message: Message) {
        use super::state::ServerState;
        match (self.state, message) {
            (ServerState::WaitCke, Message::ClientKeyExchange(key)) => {
                let Some(agreed) = shared(X25519, self.private, &key, false) else {
                    let why = "the client's share has a wrong length";
                    return self.fail(Alert::ILLEGAL_PARAMETER, why);
                };
                let master = mix(agreed, self.core.transcript);
                self.core.old_master(master);
                self.go(self.state.recv_key_exchange());
            }
            _ => self.fail(Alert::UNEXPECTED_MESSAGE, "a message came out of turn"),
        }
    }

    pub(super) fn old_finish(&mut self, now: Instant) {
        // Who has sent Finished before has resumed.
        if self.private != 0 {
            if self.wants_ticket {
                let number = self.core.rng.next();
                let (version, suite) = (Version::Tls12, self.core.suite);
                let secret = self.core.secret;
                let sealed = Sealed { version, suite, secret, issued: clock(now) };
                let ticket = Ticket {
                    lifetime: LIFETIME,
                    age_add: 0,
                    nonce: Vec::new(),
                    ticket: sealed.ticket(&self.config, number),
                    extensions: Vec::new(),
                };
                self.core.send(Level::Initial, &Message::NewSessionTicket(ticket));
            }
            self.core.old_send_finished();
        }
        self.complete();
    }
}
