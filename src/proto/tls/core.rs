//! What both sides of a handshake do alike: messages, the transcript, the key schedule
//! (RFC 8446 section 7).

use std::collections::VecDeque;
use std::sync::Arc;

use super::secret::{digest, filler, mix};
use super::{Level, Step};
use crate::sim::rng::Rng;
use crate::wire::tls::{Alert, Message, Version};
use crate::wire::{KeyUse, Keys, Side};

/// One side of a handshake.
#[derive(Debug)]
pub(super) struct Core {
    pub(super) side: Side,
    pub(super) version: Version,
    pub(super) suite: u16,
    /// Whether QUIC carries the messages.
    pub(super) quic: bool,
    pub(super) complete: bool,
    pub(super) failed: bool,
    pub(super) alpn: Option<String>,
    pub(super) client_random: [u8; 32],
    /// What the keys of the next stage are made from.
    pub(super) secret: u64,
    /// The secrets of the client's and the server's Finished messages.
    pub(super) finished: [u64; 2],
    /// A number that stands for all messages so far.
    pub(super) transcript: u64,
    pub(super) rng: Rng,
    pub(super) out: VecDeque<Step>,
    /// Bytes of messages that have not arrived whole.
    pending: Vec<u8>,
    ccs_sent: bool,
    /// The keys of the application, what this side writes with and reads with.
    application: [Option<Arc<Keys>>; 2],
}

/// Labels of the key schedule (RFC 8446 section 7.1).
pub(super) const DERIVED: u64 = 1;
const CLIENT_KEYS: u64 = 2;
const SERVER_KEYS: u64 = 3;
const RESUMPTION: u64 = 4;
const BINDER: u64 = 5;

impl Core {
    pub(super) const fn new(side: Side, quic: bool, rng: Rng) -> Self {
        Self {
            side,
            version: Version::Tls13,
            suite: 0,
            quic,
            complete: false,
            failed: false,
            alpn: None,
            client_random: [0; 32],
            secret: 0,
            finished: [0; 2],
            transcript: 0,
            rng,
            out: VecDeque::new(),
            pending: Vec::new(),
            ccs_sent: false,
            application: [None, None],
        }
    }

    /// 32 bytes of chance.
    pub(super) fn random(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(&filler(self.rng.next(), 32));
        bytes
    }

    /// The private half of a key exchange.
    pub(super) const fn private(&mut self) -> u64 {
        self.rng.below((1 << 61) - 3) + 2
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
    }

    /// The next message that has arrived whole, and its bytes.
    pub(super) fn next_message(&mut self) -> Result<Option<(Message, Vec<u8>)>, Alert> {
        if self.failed {
            return Ok(None);
        }
        // Before the answer the version is open, but the hellos look the same in both.
        match Message::decode(&self.pending, self.version) {
            Ok(Some((message, len))) => {
                let rest = self.pending.split_off(len);
                let bytes = core::mem::replace(&mut self.pending, rest);
                Ok(Some((message, bytes)))
            }
            Ok(None) => Ok(None),
            Err(_) => Err(Alert::DECODE_ERROR),
        }
    }

    /// Takes a message into the transcript.
    pub(super) fn note(&mut self, bytes: &[u8]) {
        self.transcript = mix(self.transcript, digest(bytes));
    }

    /// Sends a message and takes it into the transcript.
    pub(super) fn send(&mut self, level: Level, message: &Message) {
        let bytes = message.to_bytes(self.version);
        self.note(&bytes);
        self.out.push_back(Step::Send { level, bytes, names: message.names() });
    }

    /// Middleboxes like to see it before anything encrypted (RFC 8446 appendix D.4).
    pub(super) fn change_cipher_spec(&mut self) {
        if !self.quic && !self.ccs_sent {
            self.ccs_sent = true;
            self.out.push_back(Step::ChangeCipherSpec);
        }
    }

    pub(super) fn fail(&mut self, alert: Alert, why: &'static str) {
        if !self.failed {
            self.failed = true;
            self.out.push_back(Step::Fail(alert, why));
        }
    }

    pub(super) fn keys(&self, usage: KeyUse, sender: Side, secret: u64) -> Arc<Keys> {
        let client_random = self.client_random;
        Arc::new(Keys { usage, sender, generation: 0, client_random, secret })
    }

    /// The two keys of a stage of TLS 1.3, the client's and the server's, made from the secret
    /// and all messages so far.
    pub(super) fn stage(&self, usage: KeyUse) -> [Arc<Keys>; 2] {
        let secret = mix(self.secret, self.transcript);
        let side = |sender, label| self.keys(usage, sender, mix(secret, label));
        [side(Side::Client, CLIENT_KEYS), side(Side::Server, SERVER_KEYS)]
    }

    /// The keys of early data, made from the hello.
    pub(super) fn early_keys(&self, psk: u64) -> Arc<Keys> {
        let secret = mix(mix(psk, self.transcript), CLIENT_KEYS);
        self.keys(KeyUse::Early, Side::Client, secret)
    }

    /// The secret of the handshake, from what was exchanged and the earlier key, if any.
    pub(super) const fn enter_handshake(&mut self, psk: u64, shared: u64) {
        self.secret = mix(mix(mix(psk, DERIVED), DERIVED), shared);
    }

    /// The keys of the handshake become the keys of the Finished messages.
    pub(super) fn handshake_keys(&mut self) -> [Arc<Keys>; 2] {
        let keys = self.stage(KeyUse::Handshake);
        self.finished = [keys[0].secret, keys[1].secret];
        keys
    }

    /// The keys of the application; all messages up to the server's Finished count.
    pub(super) fn application_keys(&mut self) -> [Arc<Keys>; 2] {
        self.secret = mix(self.secret, DERIVED);
        let keys = self.stage(KeyUse::Application);
        let [client, server] = keys.clone();
        self.application = match self.side {
            Side::Client => [Some(client), Some(server)],
            Side::Server => [Some(server), Some(client)],
        };
        keys
    }

    /// How many bytes a Finished message has.
    const fn verify_len(&self) -> usize {
        match (self.version, self.suite) {
            (Version::Tls12, _) => 12,
            (Version::Tls13, 0x1302) => 48,
            (Version::Tls13, _) => 32,
        }
    }

    /// What the Finished message of a side says now.
    pub(super) fn verify_data(&self, side: Side) -> Vec<u8> {
        let secret = self.finished[usize::from(side == Side::Server)];
        filler(mix(mix(secret, self.transcript), side as u64), self.verify_len())
    }

    /// The earlier key of a ticket with this nonce.
    pub(super) fn resumption(&self, nonce: &[u8]) -> u64 {
        mix(mix(mix(self.secret, self.transcript), RESUMPTION), digest(nonce))
    }

    /// What a signature of a side covers: all messages so far.
    pub(super) const fn to_sign(&self, side: Side) -> u64 {
        mix(self.transcript, 10 + side as u64)
    }

    pub(super) fn update_keys(&mut self, request: bool) {
        if !self.complete || self.version == Version::Tls12 {
            return;
        }
        let [Some(keys), _] = &mut self.application else { return };
        let next = Arc::new(Keys { generation: keys.generation + 1, ..**keys });
        *keys = Arc::clone(&next);
        let message = Message::KeyUpdate(request);
        let bytes = message.to_bytes(self.version);
        let level = Level::Application;
        self.out.push_back(Step::Send { level, bytes, names: message.names() });
        self.out.push_back(Step::Write(level, next));
    }

    /// The peer goes on with new keys.
    pub(super) fn key_update(&mut self, request: bool) {
        let [_, Some(keys)] = &mut self.application else {
            return self.fail(Alert::UNEXPECTED_MESSAGE, "keys are renewed after the handshake");
        };
        let next = Arc::new(Keys { generation: keys.generation + 1, ..**keys });
        *keys = Arc::clone(&next);
        self.out.push_back(Step::Read(Level::Application, next));
        if request {
            self.update_keys(false);
        }
    }
}

/// The proof that one has an earlier key, over the hello up to it (RFC 8446 section 4.2.11.2).
pub(super) fn binder(psk: u64, transcript: u64, hello: &[u8], suite: u16) -> Vec<u8> {
    let len = if suite == 0x1302 { 48 } else { 32 };
    filler(mix(mix(psk, BINDER), mix(transcript, digest(hello))), len)
}
