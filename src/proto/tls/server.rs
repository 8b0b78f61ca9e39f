//! The server's side of the handshake of TLS 1.3 (RFC 8446 sections 2 and 4).

use std::sync::Arc;

use super::chain::{Identity, proves};
use super::config::{Replay, ServerConfig, TODAY};
use super::core::{Core, binder};
use super::secret::{share, shared};
use super::session::{LIFETIME, Sealed, WINDOW, age_add, clock};
use super::state::ServerState;
use super::{Level, Step};
use crate::sim::rng::Rng;
use crate::sim::time::Instant;
use crate::wire::tls::extension::{self, Extension, Offer};
use crate::wire::tls::hello::RETRY_RANDOM;
use crate::wire::tls::message::Ticket;
use crate::wire::tls::{Alert, ClientHello, Message, ServerHello, Version};
use crate::wire::{Keys, Side};

/// A server.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) core: Core,
    pub(super) config: Arc<ServerConfig>,
    pub(super) state: ServerState,
    retried: bool,
    /// The keys that come into use when the client goes on: of the handshake, of the application.
    next_read: [Option<Arc<Keys>>; 2],
    /// The client's certificates.
    chain: Vec<Arc<[u8]>>,
    resumed: bool,
    /// The private half of the key exchange of TLS 1.2.
    pub(super) private: u64,
    /// Whether the client of TLS 1.2 wants a ticket.
    pub(super) wants_ticket: bool,
}

impl Server {
    pub(super) fn new(config: Arc<ServerConfig>, rng: Rng) -> Self {
        Self {
            core: Core::new(Side::Server, config.quic.is_some(), rng),
            config,
            state: ServerState::Start,
            retried: false,
            next_read: [None, None],
            chain: Vec::new(),
            resumed: false,
            private: 0,
            wants_ticket: false,
        }
    }

    pub(super) fn go(&mut self, next: Option<ServerState>) {
        match next {
            Some(next) => {
                self.core.out.push_back(Step::State(self.state.name(), next.name()));
                self.state = next;
            }
            None => self.fail(Alert::UNEXPECTED_MESSAGE, "a message came out of turn"),
        }
    }

    pub(super) fn fail(&mut self, alert: Alert, why: &'static str) {
        if self.core.failed {
            return;
        }
        self.core.fail(alert, why);
        if let Some(next) = self.state.give_up() {
            self.core.out.push_back(Step::State(self.state.name(), next.name()));
            self.state = next;
        }
    }

    pub(super) fn receive(&mut self, now: Instant, _level: Level, message: Message, bytes: &[u8]) {
        let (signed, verify) =
            (self.core.to_sign(Side::Client), self.core.verify_data(Side::Client));
        let before = self.core.transcript;
        if !matches!(message, Message::KeyUpdate(_)) {
            self.core.note(bytes);
        }
        match (self.state, message) {
            (ServerState::Start, Message::ClientHello(hello)) => {
                self.go(self.state.recv_hello());
                self.core.client_random = hello.random;
                self.on_hello(now, &hello, before, bytes);
            }
            (ServerState::WaitEoed, Message::EndOfEarlyData) => {
                self.read_next(0, Level::Handshake);
                self.go(self.state.recv_end_of_early());
            }
            (ServerState::WaitCert, Message::Certificate(chain)) => {
                self.on_certificate(now, chain);
            }
            (ServerState::WaitCv, Message::CertificateVerify { signature, .. }) => {
                if self.chain.first().is_none_or(|leaf| !proves(leaf, signed, &signature)) {
                    return self.fail(Alert::DECRYPT_ERROR, "the client's proof is wrong");
                }
                self.go(self.state.recv_verify());
            }
            (ServerState::WaitFinished, Message::Finished(data)) => {
                if data != verify {
                    return self.fail(Alert::DECRYPT_ERROR, "the client's Finished is wrong");
                }
                match self.core.version {
                    Version::Tls13 => self.finish(now),
                    Version::Tls12 => self.old_finish(now),
                }
            }
            // In TLS 1.2 the proof comes between the client's share and its Finished.
            (ServerState::WaitFinished, Message::CertificateVerify { signature, .. })
                if self.core.version == Version::Tls12 =>
            {
                if self.chain.first().is_none_or(|leaf| !proves(leaf, signed, &signature)) {
                    self.fail(Alert::DECRYPT_ERROR, "the client's proof is wrong");
                }
            }
            (ServerState::Connected, Message::KeyUpdate(request)) => self.core.key_update(request),
            (_, message) => self.old_receive(message),
        }
    }

    /// Chooses (RFC 8446 section 4.1.1), `before` and `bytes` are for the proof of a key.
    fn on_hello(&mut self, now: Instant, hello: &ClientHello, before: u64, bytes: &[u8]) {
        let offered = hello.extension(extension::SUPPORTED_VERSIONS).map(|one| one.as_list(1));
        let new = matches!(&offered, Some(Ok(list)) if list.contains(&Version::Tls13.number()));
        if !new || !self.config.versions.contains(&Version::Tls13) {
            return self.on_old_hello(now, hello);
        }
        let suites = self.config.suites.iter();
        let Some(suite) = suites.copied().find(|s| *s >> 8 == 0x13 && hello.suites.contains(s))
        else {
            return self.fail(Alert::HANDSHAKE_FAILURE, "no cipher suite in common");
        };
        self.core.suite = suite;
        let groups = hello.extension(extension::SUPPORTED_GROUPS).map(|one| one.as_list(2));
        let shares = hello.extension(extension::KEY_SHARE).map(Extension::as_key_shares);
        let (Some(Ok(groups)), Some(Ok(shares))) = (groups, shares) else {
            return self.fail(Alert::MISSING_EXTENSION, "groups or shares are missing");
        };
        let wanted: Vec<u16> =
            self.config.groups.iter().copied().filter(|group| groups.contains(group)).collect();
        let Some((group, key)) = wanted
            .iter()
            .find_map(|group| shares.iter().find(|(offered, _)| offered == group).copied())
        else {
            return self.retry(hello, wanted.first().copied());
        };
        if !self.choose_alpn(hello) {
            return;
        }
        let psk = self.earlier_key(now, hello, before, bytes);
        let private = self.core.private();
        let Some(agreed) = shared(group, private, key, false) else {
            return self.fail(Alert::ILLEGAL_PARAMETER, "the client's share has a wrong length");
        };
        let answer = share(group, private, true);
        self.answer(now, hello, psk, (group, &answer, agreed));
    }

    fn retry(&mut self, hello: &ClientHello, group: Option<u16>) {
        let Some(group) = group.filter(|_| !self.retried) else {
            return self.fail(Alert::HANDSHAKE_FAILURE, "no group in common");
        };
        self.retried = true;
        let retry = ServerHello {
            random: RETRY_RANDOM,
            session: hello.session.clone(),
            suite: self.core.suite,
            extensions: vec![
                Extension::one(extension::SUPPORTED_VERSIONS, Version::Tls13.number()),
                Extension::one(extension::KEY_SHARE, group),
            ],
        };
        self.core.send(Level::Initial, &Message::ServerHello(retry));
        self.core.change_cipher_spec();
        if hello.extension(extension::EARLY_DATA).is_some() {
            self.core.out.push_back(Step::Early(false));
        }
        self.go(self.state.retry());
    }

    /// Chooses what is spoken inside; no if there is nothing.
    pub(super) fn choose_alpn(&mut self, hello: &ClientHello) -> bool {
        let Some(Ok(names)) = hello.extension(extension::ALPN).map(Extension::as_alpn) else {
            return true;
        };
        if self.config.alpn.is_empty() {
            return true;
        }
        let own = self.config.alpn.iter().find(|own| names.iter().any(|name| name == **own));
        self.core.alpn = own.map(|own| (*own).to_owned());
        if own.is_none() {
            self.fail(Alert::NO_APPLICATION_PROTOCOL, "no application protocol in common");
        }
        own.is_some()
    }

    /// The certificate for the site that is asked for, else the first.
    pub(super) fn identity(&self, hello: &ClientHello) -> Option<Identity> {
        let name = hello.server_name();
        let fits = |own: &&Identity| name.as_ref().is_some_and(|name| own.is_for(name));
        let own = self.config.identities.iter();
        own.clone().find(fits).or_else(|| own.clone().next()).cloned()
    }

    /// The first earlier key that is this server's own, is proved and not too old.
    fn earlier_key(
        &self,
        now: Instant,
        hello: &ClientHello,
        before: u64,
        bytes: &[u8],
    ) -> Option<(u16, Sealed, u64, Offer)> {
        let offers = hello.extension(extension::PRE_SHARED_KEY)?.as_offers().ok()?;
        hello.extension(extension::PSK_MODES)?;
        let len: usize = 2 + offers.iter().map(|offer| 1 + offer.binder.len()).sum::<usize>();
        let proved = bytes.get(..bytes.len().checked_sub(len)?)?;
        (0..).zip(offers).find_map(|(place, offer)| {
            let (sealed, number) = Sealed::open(&self.config, &offer.identity)?;
            let age = clock(now).saturating_sub(sealed.issued);
            let right = binder(sealed.secret, before, proved, sealed.suite) == offer.binder;
            let fits = sealed.version == Version::Tls13
                && (sealed.suite == 0x1302) == (self.core.suite == 0x1302)
                && age <= u64::from(LIFETIME) * 1_000;
            (right && fits).then_some((place, sealed, number, offer))
        })
    }

    /// Whether early data is taken (RFC 8446 sections 4.2.10 and 8).
    fn takes_early(&self, now: Instant, sealed: &Sealed, number: u64, offer: &Offer) -> bool {
        if self.config.early_max == 0 || self.retried {
            return false;
        }
        let shown = u64::from(offer.age.wrapping_sub(age_add(&self.config, number)));
        let is = clock(now).saturating_sub(sealed.issued);
        if is.abs_diff(shown) > WINDOW {
            return false;
        }
        match &self.config.replay {
            Replay::Unchecked => true,
            Replay::SingleUse(used) => used.lock().is_ok_and(|mut used| used.insert(number)),
        }
    }

    /// The server's flight (RFC 8446 section 2).
    fn answer(
        &mut self,
        now: Instant,
        hello: &ClientHello,
        psk: Option<(u16, Sealed, u64, Offer)>,
        (group, key, agreed): (u16, &[u8], u64),
    ) {
        let announced = hello.extension(extension::EARLY_DATA).is_some();
        let early = announced
            && psk.as_ref().is_some_and(|(place, sealed, number, offer)| {
                *place == 0 && self.takes_early(now, sealed, *number, offer)
            });
        let secret = psk.as_ref().map_or(0, |(_, sealed, ..)| sealed.secret);
        self.resumed = psk.is_some();
        let early_keys = self.core.early_keys(secret);
        let mut extensions = vec![
            Extension::one(extension::SUPPORTED_VERSIONS, Version::Tls13.number()),
            Extension::key_share(group, key),
        ];
        if let Some((place, ..)) = psk {
            extensions.push(Extension::one(extension::PRE_SHARED_KEY, place));
        }
        let random = self.core.random();
        let (session, suite) = (hello.session.clone(), self.core.suite);
        let answer = ServerHello { random, session, suite, extensions };
        self.core.send(Level::Initial, &Message::ServerHello(answer));
        self.core.change_cipher_spec();
        self.core.enter_handshake(secret, agreed);
        let [client, server] = self.core.handshake_keys();
        self.core.out.push_back(Step::Write(Level::Handshake, server));
        self.send_extensions(hello, early);
        let ask = self.config.clients.is_some() && !self.resumed;
        if !self.resumed && !self.send_identity(hello, ask) {
            return self.fail(Alert::HANDSHAKE_FAILURE, "no certificate to show");
        }
        let finished = Message::Finished(self.core.verify_data(Side::Server));
        self.core.send(Level::Handshake, &finished);
        let [read, write] = self.core.application_keys();
        self.core.out.push_back(Step::Write(Level::Application, write));
        self.next_read = [Some(client), Some(read)];
        self.go(self.state.negotiate());
        if announced {
            self.core.out.push_back(Step::Early(early));
        }
        if early {
            self.core.out.push_back(Step::Read(Level::Early, early_keys));
        }
        if early && !self.core.quic {
            return self.go(self.state.take_early());
        }
        self.read_next(0, Level::Handshake);
        self.go(if ask { self.state.wait_certificate() } else { self.state.wait_finished() });
    }

    fn send_extensions(&mut self, hello: &ClientHello, early: bool) {
        let mut list = Vec::new();
        if let Some(name) = &self.core.alpn {
            list.push(Extension::alpn(&[name]));
        }
        if early {
            list.push(Extension::new(extension::EARLY_DATA, Vec::new()));
        }
        if let Some(parameters) = &self.config.quic {
            list.push(Extension::new(extension::QUIC_PARAMETERS, parameters.clone()));
            if let Some(theirs) = hello.extension(extension::QUIC_PARAMETERS) {
                self.core.out.push_back(Step::Parameters(theirs.data.clone()));
            }
        }
        self.core.send(Level::Handshake, &Message::EncryptedExtensions(list));
    }

    fn send_identity(&mut self, hello: &ClientHello, ask: bool) -> bool {
        let Some(own) = self.identity(hello) else { return false };
        if ask {
            let schemes = hello.extension(extension::SIGNATURE_ALGORITHMS);
            let schemes = schemes.and_then(|one| one.as_list(2).ok()).unwrap_or_default();
            self.core.send(Level::Handshake, &Message::CertificateRequest(schemes));
        }
        self.core.send(Level::Handshake, &Message::Certificate(own.chain.clone()));
        let signature = own.sign(self.core.to_sign(Side::Server));
        let scheme = own.algorithm.scheme();
        self.core.send(Level::Handshake, &Message::CertificateVerify { scheme, signature });
        true
    }

    fn read_next(&mut self, place: usize, level: Level) {
        if let Some(keys) = self.next_read[place].take() {
            self.core.out.push_back(Step::Read(level, keys));
        }
    }

    fn on_certificate(&mut self, now: Instant, chain: Vec<Arc<[u8]>>) {
        if chain.is_empty() {
            let why = "the client has shown no certificate";
            return self.fail(Alert::CERTIFICATE_REQUIRED, why);
        }
        let today = TODAY + now.as_nanos() / 1_000_000_000;
        let trust = self.config.clients.clone().unwrap_or_default();
        if let Err(doubt) = trust.check(&chain, None, today) {
            let text = doubt.words().to_owned();
            self.core.out.push_back(Step::Note("client-refused", text));
            return self.fail(doubt.alert(), doubt.words());
        }
        let text = "believes the client's certificate".to_owned();
        self.core.out.push_back(Step::Note("client-accepted", text));
        self.chain = chain;
        self.go(match self.core.version {
            Version::Tls13 => self.state.recv_certificate(),
            Version::Tls12 => self.state.wait_key_exchange(),
        });
    }

    fn finish(&mut self, now: Instant) {
        self.read_next(1, Level::Application);
        self.complete();
        let count = if self.resumed { self.config.tickets.min(1) } else { self.config.tickets };
        for nonce in 0..u64::from(count) {
            let nonce = nonce.to_be_bytes().to_vec();
            let secret = self.core.resumption(&nonce);
            let (version, suite) = (Version::Tls13, self.core.suite);
            let sealed = Sealed { version, suite, secret, issued: clock(now) };
            let number = self.core.rng.next();
            let early = self.config.early_max;
            let extensions = if early > 0 {
                vec![Extension::new(extension::EARLY_DATA, early.to_be_bytes().to_vec())]
            } else {
                Vec::new()
            };
            let ticket = Ticket {
                lifetime: LIFETIME,
                age_add: age_add(&self.config, number),
                nonce,
                ticket: sealed.ticket(&self.config, number),
                extensions,
            };
            // Not a part of the handshake any more.
            let message = Message::NewSessionTicket(ticket);
            let (level, bytes) = (Level::Application, message.to_bytes(version));
            self.core.out.push_back(Step::Send { level, bytes, names: message.names() });
        }
    }

    pub(super) fn complete(&mut self) {
        self.core.complete = true;
        self.go(self.state.recv_finished());
        self.core.out.push_back(Step::Complete);
    }
}
