//! The client's side of the handshake of TLS 1.3 (RFC 8446 sections 2 and 4).

use std::sync::Arc;

use super::chain::proves;
use super::config::{ClientConfig, TODAY};
use super::core::{Core, binder};
use super::secret::{filler, share, shared};
use super::session::Session;
use super::state::ClientState;
use super::{Level, Step};
use crate::sim::rng::Rng;
use crate::sim::time::Instant;
use crate::wire::Side;
use crate::wire::tls::extension::{self, Extension, Offer};
use crate::wire::tls::message::Ticket;
use crate::wire::tls::{Alert, ClientHello, Message, ServerHello, Version};

/// A client.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) core: Core,
    pub(super) config: Arc<ClientConfig>,
    pub(super) state: ClientState,
    /// The private halves of the shares that it sent.
    privates: Vec<(u16, u64)>,
    /// The session ID that it sent.
    pub(super) session_id: Vec<u8>,
    retried: bool,
    /// Whether the session from before is resumed.
    resumed: bool,
    /// Early data was announced, and is not refused.
    early: bool,
    /// The server's certificates.
    pub(super) chain: Vec<Arc<[u8]>>,
    /// The server wants a certificate.
    pub(super) asked: bool,
    /// The server's random and share; TLS 1.2.
    pub(super) old: ([u8; 32], u16, Vec<u8>),
}

/// The signatures that are checked: OpenSSL's list for TLS 1.3, and what it adds for TLS 1.2.
const SCHEMES: &[u16] = &[
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0809, 0x080a, 0x080b, 0x0804, 0x0805, 0x0806, 0x0401,
    0x0501, 0x0601, 0x0303, 0x0301, 0x0302, 0x0402, 0x0502, 0x0602,
];
/// How many of them are for TLS 1.3.
const SCHEMES_13: usize = 14;
/// Signatures that withstand quantum computers come first where they are known.
const ML_DSA: u16 = 0x0905;

impl Client {
    pub(super) fn new(config: Arc<ClientConfig>, rng: Rng, now: Instant) -> Self {
        let core = Core::new(Side::Client, config.quic.is_some(), rng);
        let mut client = Self {
            core,
            config,
            state: ClientState::Start,
            privates: Vec::new(),
            session_id: Vec::new(),
            retried: false,
            resumed: false,
            early: false,
            chain: Vec::new(),
            asked: false,
            old: ([0; 32], 0, Vec::new()),
        };
        client.begin(now);
        client
    }

    fn begin(&mut self, now: Instant) {
        self.core.client_random = self.core.random();
        for group in self.config.shares.clone() {
            let private = self.core.private();
            self.privates.push((group, private));
        }
        let new = self.config.versions.contains(&Version::Tls13);
        let resumes = self.config.session.is_some();
        if (new || resumes) && !self.core.quic {
            self.session_id = self.core.random().to_vec();
        }
        let session = self.session().cloned();
        self.early = self.config.early && session.as_ref().is_some_and(|s| s.early_max > 0);
        self.send_hello(now);
        self.go(self.state.begin());
        if let (true, Some(session)) = (self.early, session) {
            self.core.change_cipher_spec();
            let keys = self.core.early_keys(session.secret);
            self.core.out.push_back(Step::Write(Level::Early, keys));
        }
    }

    /// The session of TLS 1.3 to resume.
    fn session(&self) -> Option<&Session> {
        let fits = self.config.versions.contains(&Version::Tls13);
        self.config.session.as_ref().filter(|s| fits && s.version == Version::Tls13)
    }

    pub(super) fn go(&mut self, next: Option<ClientState>) {
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
        if self.core.version == Version::Tls13 && self.state != ClientState::WaitSh {
            self.core.change_cipher_spec();
        }
        self.core.fail(alert, why);
        if let Some(next) = self.state.give_up() {
            self.core.out.push_back(Step::State(self.state.name(), next.name()));
            self.state = next;
        }
    }

    fn send_hello(&mut self, now: Instant) {
        let config = Arc::clone(&self.config);
        let new = config.versions.contains(&Version::Tls13);
        let old = config.versions.contains(&Version::Tls12);
        let mut suites = Vec::new();
        if new {
            suites.extend(config.suites);
        }
        if old {
            suites.extend(config.old_suites);
        }
        if !config.browser && !self.core.quic {
            suites.push(0x00ff);
        }
        let mut hello = ClientHello {
            random: self.core.client_random,
            session: self.session_id.clone(),
            suites,
            extensions: self.extensions(new, old),
        };
        let session = self.session().cloned();
        if let Some(session) = session {
            if self.early {
                hello.extensions.push(Extension::new(extension::EARLY_DATA, Vec::new()));
            }
            self.prove(&mut hello, &session, now);
        }
        self.core.send(Level::Initial, &Message::ClientHello(hello));
    }

    /// Offers the key of the session and proves that the client has it.
    fn prove(&self, hello: &mut ClientHello, session: &Session, now: Instant) {
        let identity = session.ticket.clone();
        let empty = binder(session.secret, 0, &[], session.suite);
        let len = 3 + empty.len();
        let mut offer = Offer { identity, age: session.shown_age(now), binder: empty };
        hello.extensions.push(Extension::offers(std::slice::from_ref(&offer)));
        let bytes = Message::ClientHello(hello.clone()).to_bytes(Version::Tls13);
        let before = &bytes[..bytes.len() - len];
        offer.binder = binder(session.secret, self.core.transcript, before, session.suite);
        hello.extensions.pop();
        hello.extensions.push(Extension::offers(&[offer]));
    }

    /// What the hello says besides ciphers, in OpenSSL's order.
    fn extensions(&self, new: bool, old: bool) -> Vec<Extension> {
        let config = &self.config;
        let ticket = match &config.session {
            Some(session) if session.version == Version::Tls12 => session.ticket.clone(),
            _ => Vec::new(),
        };
        let mut list = vec![Extension::server_name(&config.host)];
        if !self.core.quic {
            list.push(Extension::new(extension::EC_POINT_FORMATS, vec![3, 0, 1, 2]));
        }
        let groups = config.groups.iter().copied().filter(|group| new || *group < 0x100);
        let groups: Vec<u16> = groups.collect();
        list.push(Extension::list(extension::SUPPORTED_GROUPS, 2, &groups));
        if !self.core.quic {
            list.push(Extension::new(extension::SESSION_TICKET, ticket));
        }
        if !config.alpn.is_empty() {
            list.push(Extension::alpn(config.alpn));
        }
        if !self.core.quic {
            list.push(Extension::new(extension::ENCRYPT_THEN_MAC, Vec::new()));
            list.push(Extension::new(extension::EXTENDED_MASTER_SECRET, Vec::new()));
        }
        let mut schemes = if old { SCHEMES.to_vec() } else { SCHEMES[..SCHEMES_13].to_vec() };
        if config.browser {
            schemes.insert(0, ML_DSA);
        }
        list.push(Extension::list(extension::SIGNATURE_ALGORITHMS, 2, &schemes));
        if new {
            let versions: Vec<u16> = config.versions.iter().map(|v| v.number()).collect();
            list.push(Extension::list(extension::SUPPORTED_VERSIONS, 1, &versions));
            list.push(Extension::new(extension::PSK_MODES, vec![1, 1]));
            let shares: Vec<(u16, Vec<u8>)> = self
                .privates
                .iter()
                .map(|(group, private)| (*group, share(*group, *private, false)))
                .collect();
            list.push(Extension::key_shares(&shares));
        }
        if let Some(parameters) = &config.quic {
            list.push(Extension::new(extension::QUIC_PARAMETERS, parameters.clone()));
        }
        if config.browser {
            self.decorate(&mut list);
        }
        list
    }

    /// What browsers add: questions about certificates, and a decoy of Encrypted Client Hello
    /// (RFC 9849 section 6.2).
    fn decorate(&self, list: &mut Vec<Extension>) {
        list.push(Extension::new(extension::STATUS_REQUEST, vec![1, 0, 0, 0, 0]));
        list.push(Extension::new(extension::SCT, Vec::new()));
        list.push(Extension::new(extension::COMPRESS_CERTIFICATE, vec![2, 0, 2]));
        let mut decoy = vec![0, 0, 1, 0, 1, 42, 0, 32];
        let seed = u64::from(self.core.client_random[0]) << 8 | 0xec;
        decoy.extend(filler(seed, 32));
        decoy.extend([0, 176]);
        decoy.extend(filler(seed ^ 1, 176));
        list.push(Extension::new(extension::ENCRYPTED_CLIENT_HELLO, decoy));
    }

    pub(super) fn receive(&mut self, now: Instant, level: Level, message: Message, bytes: &[u8]) {
        // What is expected here was said before this message: signatures and checks cover that.
        let (signed, verify) =
            (self.core.to_sign(Side::Server), self.core.verify_data(Side::Server));
        let later = matches!(message, Message::KeyUpdate(_))
            || self.core.complete && matches!(message, Message::NewSessionTicket(_));
        if !later {
            self.core.note(bytes);
        }
        match (self.state, message) {
            (ClientState::WaitSh, Message::ServerHello(hello)) => self.on_hello(now, &hello),
            (ClientState::WaitEe, Message::EncryptedExtensions(list)) => self.on_extensions(&list),
            (ClientState::WaitCertCr, Message::CertificateRequest(_)) => self.asked = true,
            (ClientState::WaitShd, Message::CertificateRequest(_)) => self.asked = true,
            (ClientState::WaitCertCr, Message::Certificate(chain)) => {
                self.on_certificate(now, chain);
            }
            (ClientState::WaitCv, Message::CertificateVerify { signature, .. }) => {
                let leaf = self.chain.first();
                if leaf.is_none_or(|leaf| !proves(leaf, signed, &signature)) {
                    return self.fail(Alert::DECRYPT_ERROR, "the server's proof is wrong");
                }
                self.go(self.state.recv_verify());
            }
            (ClientState::WaitFinished, Message::Finished(data)) => {
                if data != verify {
                    return self.fail(Alert::DECRYPT_ERROR, "the server's Finished is wrong");
                }
                match self.core.version {
                    Version::Tls13 => self.finish(),
                    Version::Tls12 => self.old_finish(),
                }
            }
            (ClientState::WaitFinished, Message::NewSessionTicket(ticket))
                if self.core.version == Version::Tls12 =>
            {
                self.old_keep(now, ticket);
            }
            (ClientState::Connected, Message::NewSessionTicket(ticket))
                if level == Level::Application =>
            {
                self.keep(now, ticket);
            }
            (ClientState::Connected, Message::KeyUpdate(request)) => self.core.key_update(request),
            (_, message) => self.old_receive(message),
        }
    }

    fn on_hello(&mut self, now: Instant, hello: &ServerHello) {
        if hello.is_retry() {
            return self.on_retry(now, hello);
        }
        self.core.suite = hello.suite;
        let version = hello.extension(extension::SUPPORTED_VERSIONS).map(Extension::as_one);
        if version.is_none() {
            return self.on_old_hello(hello);
        }
        if version != Some(Ok(Version::Tls13.number()))
            || !self.config.versions.contains(&Version::Tls13)
        {
            return self.fail(Alert::PROTOCOL_VERSION, "the server chose no version of ours");
        }
        let Some(Ok((group, key))) =
            hello.extension(extension::KEY_SHARE).map(Extension::as_key_share)
        else {
            return self.fail(Alert::MISSING_EXTENSION, "the server's share is missing");
        };
        let private = self.privates.iter().find(|(known, _)| *known == group);
        let agreed = private.and_then(|(_, private)| shared(group, *private, key, true));
        let Some(agreed) = agreed else {
            return self.fail(Alert::ILLEGAL_PARAMETER, "the server's share fits none of ours");
        };
        self.resumed = hello.extension(extension::PRE_SHARED_KEY).is_some();
        let psk = self.session().map_or(0, |session| session.secret);
        self.core.enter_handshake(if self.resumed { psk } else { 0 }, agreed);
        let [client, server] = self.core.handshake_keys();
        self.core.out.push_back(Step::Write(Level::Handshake, client));
        self.core.out.push_back(Step::Read(Level::Handshake, server));
        self.go(self.state.recv_hello());
    }

    fn on_retry(&mut self, now: Instant, hello: &ServerHello) {
        let group = hello.extension(extension::KEY_SHARE).map(Extension::as_one);
        let Some(Ok(group)) = group.filter(|_| !self.retried) else {
            return self.fail(Alert::UNEXPECTED_MESSAGE, "a second HelloRetryRequest");
        };
        let sent = self.privates.iter().any(|(known, _)| *known == group);
        if sent || !self.config.groups.contains(&group) {
            return self.fail(Alert::ILLEGAL_PARAMETER, "the server asks for no group of ours");
        }
        self.retried = true;
        if core::mem::take(&mut self.early) {
            self.core.out.push_back(Step::Early(false));
        }
        self.privates = vec![(group, self.core.private())];
        self.core.change_cipher_spec();
        self.send_hello(now);
    }

    fn on_extensions(&mut self, list: &[Extension]) {
        if let Some(Ok(names)) = extension::find(list, extension::ALPN).map(Extension::as_alpn) {
            self.core.alpn = names.into_iter().next();
        }
        if let Some(parameters) = extension::find(list, extension::QUIC_PARAMETERS) {
            self.core.out.push_back(Step::Parameters(parameters.data.clone()));
        }
        if self.early {
            self.early = extension::find(list, extension::EARLY_DATA).is_some();
            self.core.out.push_back(Step::Early(self.early));
        }
        self.go(if self.resumed {
            self.state.recv_extensions_psk()
        } else {
            self.state.recv_extensions()
        });
    }

    fn on_certificate(&mut self, now: Instant, chain: Vec<Arc<[u8]>>) {
        let today = TODAY + now.as_nanos() / 1_000_000_000;
        let doubt = self.config.trust.check(&chain, Some(&self.config.host), today);
        if let Err(doubt) = doubt {
            let text = doubt.words().to_owned();
            self.core.out.push_back(Step::Note("certificate-refused", text));
            return self.fail(doubt.alert(), doubt.words());
        }
        let text = format!("believes the certificate of {}", self.config.host);
        self.core.out.push_back(Step::Note("certificate-accepted", text));
        self.chain = chain;
        self.go(match self.core.version {
            Version::Tls13 => self.state.recv_certificate(),
            Version::Tls12 => self.state.recv_old_certificate(),
        });
    }

    /// The second flight (RFC 8446 section 2).
    fn finish(&mut self) {
        let [write, read] = self.core.application_keys();
        if self.early && !self.core.quic {
            self.core.send(Level::Early, &Message::EndOfEarlyData);
        }
        self.core.change_cipher_spec();
        if self.asked {
            self.send_certificate(Level::Handshake);
        }
        let finished = Message::Finished(self.core.verify_data(Side::Client));
        self.core.send(Level::Handshake, &finished);
        self.core.out.push_back(Step::Write(Level::Application, write));
        self.core.out.push_back(Step::Read(Level::Application, read));
        self.complete();
    }

    pub(super) fn complete(&mut self) {
        self.core.complete = true;
        self.go(self.state.recv_finished());
        self.core.out.push_back(Step::Complete);
    }

    /// The own certificate and the proof of its key, or that there is none.
    pub(super) fn send_certificate(&mut self, level: Level) {
        let identity = self.config.identity.clone();
        let chain = identity.as_ref().map(|own| own.chain.clone()).unwrap_or_default();
        self.core.send(level, &Message::Certificate(chain));
        if let Some(own) = identity.filter(|_| self.core.version == Version::Tls13) {
            let signature = own.sign(self.core.to_sign(Side::Client));
            let scheme = own.algorithm.scheme();
            self.core.send(level, &Message::CertificateVerify { scheme, signature });
        }
    }

    fn keep(&mut self, now: Instant, ticket: Ticket) {
        let early = extension::find(&ticket.extensions, extension::EARLY_DATA);
        let early = early.and_then(|one| one.data.first_chunk::<4>());
        let session = Session {
            version: Version::Tls13,
            suite: self.core.suite,
            secret: self.core.resumption(&ticket.nonce),
            ticket: ticket.ticket,
            id: Vec::new(),
            age_add: ticket.age_add,
            received: Some(now),
            early_max: early.map_or(0, |bytes| u32::from_be_bytes(*bytes)),
        };
        self.core.out.push_back(Step::Keep(session));
    }
}
