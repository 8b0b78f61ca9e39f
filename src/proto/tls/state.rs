//! The two state machines of RFC 8446 appendix A as their tables; TLS 1.2 goes through the states
//! that it has in common, and some of its own.

use crate::sim::machine::{Machine, transitions};

transitions! {
    /// The state of a client.
    pub enum ClientState {
        /// Nothing sent.
        Start = "START",
        /// Waiting for ServerHello.
        WaitSh = "WAIT_SH",
        /// Waiting for EncryptedExtensions.
        WaitEe = "WAIT_EE",
        /// Waiting for Certificate or CertificateRequest.
        WaitCertCr = "WAIT_CERT_CR",
        /// Waiting for CertificateVerify.
        WaitCv = "WAIT_CV",
        /// Waiting for ServerKeyExchange; TLS 1.2.
        WaitSke = "WAIT_SKE",
        /// Waiting for ServerHelloDone; TLS 1.2.
        WaitShd = "WAIT_SHD",
        /// Waiting for Finished.
        WaitFinished = "WAIT_FINISHED",
        /// The handshake is complete.
        Connected = "CONNECTED",
        /// The handshake has failed.
        Failed = "FAILED",
    }

    /// The client begins.
    begin = "ClientHello sent" { Start => WaitSh }
    /// HelloRetryRequest came: another hello goes out, and the wait is the same.
    recv_hello = "ServerHello received" { WaitSh => WaitEe }
    /// ServerHello of TLS 1.2 came.
    recv_old_hello = "ServerHello of TLS 1.2 received" { WaitSh => WaitCertCr }
    /// The answer resumes a session of TLS 1.2.
    recv_resumed = "ServerHello resumes a session of TLS 1.2" { WaitSh => WaitFinished }
    /// EncryptedExtensions came.
    recv_extensions = "EncryptedExtensions received" { WaitEe => WaitCertCr }
    /// EncryptedExtensions came, and an earlier key stands for the certificate.
    recv_extensions_psk = "EncryptedExtensions received, resumed" { WaitEe => WaitFinished }
    /// Certificate came.
    recv_certificate = "Certificate received" { WaitCertCr => WaitCv }
    /// Certificate of TLS 1.2 came.
    recv_old_certificate = "Certificate of TLS 1.2 received" { WaitCertCr => WaitSke }
    /// ServerKeyExchange came.
    recv_key_exchange = "ServerKeyExchange received" { WaitSke => WaitShd }
    /// ServerHelloDone came.
    recv_done = "ServerHelloDone received; second flight sent" { WaitShd => WaitFinished }
    /// CertificateVerify came.
    recv_verify = "CertificateVerify received" { WaitCv => WaitFinished }
    /// Finished came.
    recv_finished = "Finished received; own Finished sent" { WaitFinished => Connected }
    /// The connection is over; the next one begins anew.
    end = "connection over" { Connected => Start, Failed => Start }
    /// Something is wrong.
    give_up = "alert sent or received" {
        WaitSh => Failed, WaitEe => Failed, WaitCertCr => Failed, WaitCv => Failed,
        WaitSke => Failed, WaitShd => Failed, WaitFinished => Failed, Connected => Failed,
    }
}

transitions! {
    /// The state of a server.
    pub enum ServerState {
        /// Waiting for ClientHello.
        Start = "START",
        /// ClientHello has come.
        RecvdCh = "RECVD_CH",
        /// All is chosen, the own flight is sent.
        Negotiated = "NEGOTIATED",
        /// Waiting for the end of early data.
        WaitEoed = "WAIT_EOED",
        /// Waiting for the client's Certificate.
        WaitCert = "WAIT_CERT",
        /// Waiting for the client's CertificateVerify.
        WaitCv = "WAIT_CV",
        /// Waiting for ClientKeyExchange; TLS 1.2.
        WaitCke = "WAIT_CKE",
        /// Waiting for Finished.
        WaitFinished = "WAIT_FINISHED",
        /// The handshake is complete.
        Connected = "CONNECTED",
        /// The handshake has failed.
        Failed = "FAILED",
    }

    /// ClientHello came.
    recv_hello = "ClientHello received" { Start => RecvdCh }
    /// The hello has no share that fits.
    retry = "HelloRetryRequest sent" { RecvdCh => Start }
    /// All is chosen.
    negotiate = "parameters chosen; server's flight sent" { RecvdCh => Negotiated }
    /// Early data is taken.
    take_early = "early data accepted" { Negotiated => WaitEoed }
    /// The client shall show a certificate.
    wait_certificate = "client's certificate requested" { Negotiated => WaitCert }
    /// TLS 1.2: the client's key is missing.
    wait_key_exchange = "TLS 1.2" { Negotiated => WaitCke, WaitCert => WaitCke }
    /// Only Finished is missing.
    wait_finished = "no client certificate requested" { Negotiated => WaitFinished }
    /// EndOfEarlyData came.
    recv_end_of_early = "EndOfEarlyData received" { WaitEoed => WaitFinished }
    /// The client's Certificate came.
    recv_certificate = "Certificate received" { WaitCert => WaitCv }
    /// CertificateVerify came.
    recv_verify = "CertificateVerify received" { WaitCv => WaitFinished }
    /// ClientKeyExchange came.
    recv_key_exchange = "ClientKeyExchange received" { WaitCke => WaitFinished }
    /// Finished came.
    recv_finished = "Finished received" { WaitFinished => Connected }
    /// The connection is over; the next one begins anew.
    end = "connection over" { Connected => Start, Failed => Start }
    /// Something is wrong.
    give_up = "alert sent or received" {
        Start => Failed, RecvdCh => Failed, Negotiated => Failed, WaitEoed => Failed,
        WaitCert => Failed, WaitCv => Failed, WaitCke => Failed, WaitFinished => Failed,
        Connected => Failed,
    }
}

/// The client's table with its name.
pub const CLIENT: Machine = Machine {
    name: "tls-client",
    title: "TLS client",
    states: ClientState::STATES,
    transitions: ClientState::TRANSITIONS,
};

/// The server's table with its name.
pub const SERVER: Machine = Machine {
    name: "tls-server",
    title: "TLS server",
    states: ServerState::STATES,
    transitions: ServerState::TRANSITIONS,
};
