//! Messages in a stream: each behind its length in two bytes, RFC 1035 section 4.2.2.

use crate::proto::app::ConnId;
use crate::sorted::SortedMap;
use crate::wire::Payload;

/// What has arrived of messages on connections.
#[derive(Debug, Default)]
pub(super) struct Frames {
    rest: SortedMap<ConnId, Payload>,
}

impl Frames {
    /// Takes bytes of a connection; returns the messages that they complete.
    pub(super) fn take(&mut self, conn: ConnId, bytes: &Payload) -> Vec<Vec<u8>> {
        let rest = self.rest.get_or_default(conn);
        rest.append(bytes);
        let mut messages = Vec::new();
        while let [high, low] = rest.head_bytes(2)[..] {
            let end = 2 + u64::from(u16::from_be_bytes([high, low]));
            if rest.len() < end {
                break;
            }
            messages.push(rest.split_to(end).slice(2..end).to_vec());
        }
        messages
    }

    /// Forgets a connection that is gone.
    pub(super) fn forget(&mut self, conn: ConnId) {
        self.rest.remove(&conn);
    }
}
