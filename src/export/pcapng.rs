//! A run as a capture in the format pcapng (draft-ietf-opsawg-pcapng): raw IP packets, times in
//! nanoseconds, one interface for each host, and a comment with each packet.

use super::{Frame, frames};
use crate::scenario::Run;

/// Kinds of blocks (draft-ietf-opsawg-pcapng section 4).
const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const NAMES: u32 = 4;
const PACKET: u32 = 6;
#[cfg(feature = "capture")]
const SECRETS: u32 = 10;

/// Secrets in the format of an NSS key log (section 4.7).
#[cfg(feature = "capture")]
const TLS_KEY_LOG: u32 = 0x544c_534b;

/// The type of links that carry IP packets and nothing around them (`LINKTYPE_RAW`).
const RAW: u16 = 101;

/// Options, each within its kind of block.
const END: u16 = 0;
const COMMENT: u16 = 1;
const NAME: u16 = 2;
const DESCRIPTION: u16 = 3;
const PROGRAM: u16 = 4;
const RESOLUTION: u16 = 9;
const FLAGS: u16 = 2;

/// Packets that leave the interface (section 4.3.1).
const OUTBOUND: u32 = 2;
/// Times in units of 10⁻⁹ s.
const NANOSECONDS: &[u8] = &[9];

/// The capture of a run. With the feature `capture` what is protected is encrypted for real, and
/// the keys are in the file; without it stands there what looks like it.
pub fn of_run(run: &Run) -> Vec<u8> {
    let mut out = header(run);
    #[cfg(feature = "capture")]
    let mut sealer = super::sealer::Sealer::new(frames(run).map(|frame| frame.packet));
    let mut packets = Vec::new();
    for frame in frames(run) {
        #[cfg(feature = "capture")]
        let bytes = sealer.bytes(frame.packet);
        #[cfg(not(feature = "capture"))]
        let bytes = frame.packet.to_vec();
        push_packet(&mut packets, &frame, &bytes);
    }
    #[cfg(feature = "capture")]
    push_keys(&mut out, sealer.key_log().as_bytes());
    out.append(&mut packets);
    out
}

/// The keys, which stand before the packets that need them.
#[cfg(feature = "capture")]
fn push_keys(out: &mut Vec<u8>, log: &[u8]) {
    if log.is_empty() {
        return;
    }
    block(out, SECRETS, |body| {
        body.extend(TLS_KEY_LOG.to_le_bytes());
        body.extend(u32::try_from(log.len()).unwrap_or(u32::MAX).to_le_bytes());
        body.extend(log);
    });
}

/// What stands before the packets.
fn header(run: &Run) -> Vec<u8> {
    let mut out = Vec::new();
    block(&mut out, SECTION, |body| {
        body.extend(0x1a2b_3c4d_u32.to_le_bytes());
        body.extend(1_u16.to_le_bytes());
        body.extend(0_u16.to_le_bytes());
        // The length of the section is not told.
        body.extend(u64::MAX.to_le_bytes());
        option(body, PROGRAM, concat!("roundtrip ", env!("CARGO_PKG_VERSION")).as_bytes());
        option(body, COMMENT, format!("{} {}", run.scenario, run.setup.params).trim().as_bytes());
        option(body, END, &[]);
    });
    for host in &run.trace.hosts {
        block(&mut out, INTERFACE, |body| {
            body.extend(RAW.to_le_bytes());
            body.extend(0_u16.to_le_bytes());
            // Packets are never cut.
            body.extend(0_u32.to_le_bytes());
            option(body, NAME, host.name.as_bytes());
            option(body, DESCRIPTION, host.title.as_bytes());
            option(body, RESOLUTION, NANOSECONDS);
            option(body, END, &[]);
        });
    }
    block(&mut out, NAMES, |body| {
        for host in &run.trace.hosts {
            let mut record = host.address.to_vec();
            record.extend(host.name.as_bytes());
            record.push(0);
            // An IPv4 address with its name (section 4.5).
            option(body, 1, &record);
        }
        option(body, END, &[]);
    });
    out
}

fn push_packet(out: &mut Vec<u8>, frame: &Frame<'_>, bytes: &[u8]) {
    let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let [h3, h2, h1, h0, l3, l2, l1, l0] = frame.at.as_nanos().to_be_bytes();
    block(out, PACKET, |body| {
        body.extend(u32::from(frame.host.0).to_le_bytes());
        // The high and the low half of the time.
        body.extend([h0, h1, h2, h3, l0, l1, l2, l3]);
        body.extend(len.to_le_bytes());
        body.extend(len.to_le_bytes());
        body.extend(bytes);
        pad(body);
        option(body, COMMENT, frame.comment.as_bytes());
        option(body, FLAGS, &OUTBOUND.to_le_bytes());
        option(body, END, &[]);
    });
}

/// A block: its kind, its length before and behind, and its body in whole words.
fn block(out: &mut Vec<u8>, kind: u32, fill: impl FnOnce(&mut Vec<u8>)) {
    let mut body = Vec::new();
    fill(&mut body);
    pad(&mut body);
    let len = u32::try_from(body.len() + 12).unwrap_or(u32::MAX).to_le_bytes();
    out.extend(kind.to_le_bytes());
    out.extend(len);
    out.append(&mut body);
    out.extend(len);
}

fn option(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    let value = value.get(..usize::from(u16::MAX)).unwrap_or(value);
    body.extend(code.to_le_bytes());
    body.extend(u16::try_from(value.len()).unwrap_or(u16::MAX).to_le_bytes());
    body.extend(value);
    pad(body);
}

fn pad(body: &mut Vec<u8>) {
    body.resize(body.len().next_multiple_of(4), 0);
}
