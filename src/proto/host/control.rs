//! What a host hears about its packets from routers and other hosts: ICMP, RFC 1122 section 3.2.2.

use super::Host;
use crate::proto::app::{Address, AppInput};
use crate::proto::tcp::Ends;
use crate::sim::time::Instant;
use crate::wire::Packet;
use crate::wire::icmp::{HEADER_LEN, Icmp, is_intact};
use crate::wire::ipv4::{self, Ipv4};
use crate::wire::udp::PROTOCOL_UDP;

impl Host {
    pub(super) fn on_icmp(
        &mut self,
        now: Instant,
        ip: &Ipv4,
        packet: &Packet,
    ) -> Result<(), &'static str> {
        let header = packet.head.get(usize::from(ipv4::HEADER_LEN)..).unwrap_or_default();
        if !is_intact(header, &packet.body) {
            return Err("checksum");
        }
        let message = Icmp::decode(header).map_err(|error| error.rule)?;
        if message.kind == ECHO {
            // RFC 1122 section 3.2.2.6: every host answers.
            let ips = (self.address, ip.source);
            self.transmit(Packet::icmp(ips, 0, message.echo_reply(), packet.body.clone()));
            return Ok(());
        }
        let quote = packet.body.head_bytes(QUOTE);
        let quoted = Ipv4::decode(&quote).map_err(|error| error.rule)?;
        let Some(start) = quote.get(usize::from(ipv4::HEADER_LEN)..).and_then(<[u8]>::first_chunk)
        else {
            return Err("the quoted packet is cut too short");
        };
        let [a, b, c, d, seq @ ..]: &[u8; HEADER_LEN as usize] = start;
        let local = Address { ip: quoted.source, port: u16::from_be_bytes([*a, *b]) };
        let remote = Address { ip: quoted.destination, port: u16::from_be_bytes([*c, *d]) };
        match quoted.protocol {
            ipv4::PROTOCOL_TCP => {
                let Some(conn) = self.table.get(&Ends { local, remote }) else {
                    return Err("about no connection of this host");
                };
                if let Some(connection) = self.table.connection(conn) {
                    connection.on_icmp(now, &message, u32::from_be_bytes(*seq));
                }
                self.settle(now, conn);
            }
            PROTOCOL_UDP => {
                let input = AppInput::Unreachable { from: local.port, to: remote };
                self.run_app(now, input);
            }
            _ => return Err("about no protocol of this host"),
        }
        Ok(())
    }

    /// Nobody has the port of a datagram: its sender is told (RFC 1122 section 4.1.3.1).
    pub(super) fn refuse_datagram(&mut self, packet: &Packet) {
        if let Some(answer) = packet.icmp_about(self.address, 0, Icmp::PORT_UNREACHABLE) {
            self.transmit(answer);
        }
    }
}

/// The type of an echo.
const ECHO: u8 = 8;
/// What is needed of a quoted packet: its header and 8 bytes (RFC 792).
const QUOTE: u64 = 28;
