//! Packet numbers: only the low bytes travel, RFC 9000 section 17.1 and appendix A.

/// How many bytes of `number` must travel when `acked` is the largest that the peer has
/// acknowledged (appendix A.2): enough for twice what is unacknowledged. From 1 to 4.
pub fn len(number: u64, acked: Option<u64>) -> u8 {
    let unacked = acked.map_or(number + 1, |acked| number.saturating_sub(acked));
    let bits = u64::BITS - unacked.max(1).leading_zeros() + 1;
    u8::try_from(bits.div_ceil(8)).unwrap_or(4).clamp(1, 4)
}

/// The `len` low bytes of a number.
pub fn truncate(number: u64, len: u8) -> u64 {
    number & ((1 << (8 * u32::from(len.clamp(1, 4)))) - 1)
}

/// The number whose low `len` bytes are `low`, nearest to the one that is `expected` next
/// (appendix A.3).
pub fn expand(low: u64, len: u8, expected: u64) -> u64 {
    let window = 1_u64 << (8 * u32::from(len.clamp(1, 4)));
    let half = window / 2;
    let candidate = (expected & !(window - 1)) | low;
    if candidate + half <= expected && candidate < (1 << 62) - window {
        candidate + window
    } else if candidate > expected + half && candidate >= window {
        candidate - window
    } else {
        candidate
    }
}
