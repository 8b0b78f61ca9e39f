//! Addresses of our own pages: the state of a diagram as a URL query.

/// The settings of a run in the names of the URL: `("set.rtt", "80ms")`, `("preset", "lost-syn")`,
/// `("fault", "drop:ack#1")`, `("seed", "3")`. Not percent-encoded.
pub type Pairs = Vec<(String, String)>;

/// Percent-encodes a name or value of a query. What reads well is left as it is.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b':' | b'/' => {
                out.push(char::from(byte));
            }
            _ => {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                out.push('%');
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
    out
}

/// Writes pairs as a query with its question mark; nothing for no pairs.
pub fn query(pairs: &[(String, String)]) -> String {
    let mut out = String::new();
    for (index, (key, value)) in pairs.iter().enumerate() {
        out.push(if index == 0 { '?' } else { '&' });
        out.push_str(&encode(key));
        out.push('=');
        out.push_str(&encode(value));
    }
    out
}
