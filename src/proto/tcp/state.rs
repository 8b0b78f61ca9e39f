//! The state machine of RFC 9293 section 3.3.2, figure 5, as its table.

use crate::sim::machine::{Machine, transitions};

transitions! {
    /// The state of a connection.
    pub enum State {
        /// There is no connection.
        Closed = "CLOSED",
        /// Waiting for a SYN.
        Listen = "LISTEN",
        /// Waiting for the answer to a SYN.
        SynSent = "SYN-SENT",
        /// Waiting for the acknowledgment of a SYN-ACK.
        SynReceived = "SYN-RECEIVED",
        /// Open.
        Established = "ESTABLISHED",
        /// Sent a FIN that is not acknowledged; the peer may go on sending.
        FinWait1 = "FIN-WAIT-1",
        /// Sent a FIN that is acknowledged; waiting for the peer's.
        FinWait2 = "FIN-WAIT-2",
        /// The peer has sent its FIN; the application may go on sending.
        CloseWait = "CLOSE-WAIT",
        /// Both sent a FIN at the same time; waiting for the acknowledgment of this one.
        Closing = "CLOSING",
        /// Sent a FIN after the peer's; waiting for its acknowledgment.
        LastAck = "LAST-ACK",
        /// All done; waiting until no old packet can be left in the network.
        TimeWait = "TIME-WAIT",
    }

    /// The application wants to accept connections.
    listen = "the application listens" { Closed => Listen }
    /// The application wants a connection.
    open = "the application opens; SYN sent" { Closed => SynSent }
    /// A SYN came.
    recv_syn = "SYN received; SYN-ACK sent" { Listen => SynReceived, SynSent => SynReceived }
    /// A SYN-ACK came.
    recv_syn_ack = "SYN-ACK received; ACK sent" { SynSent => Established }
    /// The acknowledgment of the own SYN came.
    recv_ack_of_syn = "ACK of the SYN received" { SynReceived => Established }
    /// The application has sent all, and so says the FIN.
    send_fin = "the application closes; FIN sent" {
        SynReceived => FinWait1, Established => FinWait1, CloseWait => LastAck,
    }
    /// A FIN came, and all before it.
    recv_fin = "FIN received; ACK sent" {
        SynReceived => CloseWait, Established => CloseWait,
        FinWait1 => Closing, FinWait2 => TimeWait,
    }
    /// The acknowledgment of the own FIN came.
    recv_ack_of_fin = "ACK of the FIN received" {
        FinWait1 => FinWait2, Closing => TimeWait, LastAck => Closed,
    }
    /// Twice the longest life of a packet is over.
    time_wait_over = "time-wait timer" { TimeWait => Closed }
    /// An RST came.
    recv_rst = "RST received" {
        SynSent => Closed, SynReceived => Closed, Established => Closed, FinWait1 => Closed,
        FinWait2 => Closed, CloseWait => Closed, Closing => Closed, LastAck => Closed,
        TimeWait => Closed,
    }
    /// The application gives the connection up.
    abort = "the application aborts; RST sent" {
        SynSent => Closed, SynReceived => Closed, Established => Closed, FinWait1 => Closed,
        FinWait2 => Closed, CloseWait => Closed, Closing => Closed, LastAck => Closed,
        TimeWait => Closed,
    }
    /// The peer has not answered for too long.
    give_up = "no answer for too long" {
        SynSent => Closed, SynReceived => Closed, Established => Closed, FinWait1 => Closed,
        FinWait2 => Closed, CloseWait => Closed, Closing => Closed, LastAck => Closed,
    }
}

impl State {
    /// Whether SYNs have gone both ways.
    pub const fn is_synchronized(self) -> bool {
        !matches!(self, Self::Closed | Self::Listen | Self::SynSent | Self::SynReceived)
    }

    /// Whether the application's bytes may go out.
    pub const fn can_send(self) -> bool {
        matches!(
            self,
            Self::Established | Self::CloseWait | Self::FinWait1 | Self::Closing | Self::LastAck
        )
    }

    /// Whether the peer's bytes are expected.
    pub const fn can_receive(self) -> bool {
        matches!(self, Self::Established | Self::FinWait1 | Self::FinWait2)
    }
}

/// The table with its name.
pub const MACHINE: Machine = Machine {
    name: "tcp",
    title: "TCP connection",
    states: State::STATES,
    transitions: State::TRANSITIONS,
};
