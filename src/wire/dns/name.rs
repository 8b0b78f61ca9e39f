//! Domain names, RFC 1035 section 3.1; compared without regard to case (RFC 4343).

use core::cmp::Ordering;
use core::fmt;

use super::super::encoder::DecodeError;

/// A domain name, complete up to the root.
#[derive(Clone)]
pub struct Name {
    /// Each label behind its length; a zero ends it.
    wire: Vec<u8>,
}

/// The most bytes of a label (RFC 1035 section 2.3.4).
pub const LABEL_MAX: usize = 63;
/// The most bytes of a name, lengths and the final zero included (RFC 1035 section 2.3.4).
pub const NAME_MAX: usize = 255;

/// What is wrong with a label that is too long.
pub(super) const LABEL_RULE: &str = "a label has at most 63 bytes (RFC 1035 section 2.3.4)";
/// What is wrong with a name that is too long.
pub(super) const NAME_RULE: &str = "a name has at most 255 bytes (RFC 1035 section 2.3.4)";

impl Default for Name {
    fn default() -> Self {
        Self::root()
    }
}

impl Name {
    /// The name of the root, which has no label.
    pub fn root() -> Self {
        Self { wire: vec![0] }
    }

    /// Reads the text of a name: `www.shop.example`, with or without the last dot.
    ///
    /// # Errors
    /// Says at which byte of the text which rule is broken.
    pub fn parse(text: &str) -> Result<Self, DecodeError> {
        let mut name = Self { wire: Vec::new() };
        let text = text.strip_suffix('.').unwrap_or(text);
        let mut at = 0;
        for label in text.split('.').filter(|_| !text.is_empty()) {
            if label.is_empty() {
                return Err(DecodeError::new(at, "a label is not empty (RFC 1035 section 2.3.1)"));
            }
            name.push(label.as_bytes()).map_err(|rule| DecodeError::new(at, rule))?;
            at += label.len() + 1;
        }
        name.wire.push(0);
        Ok(name)
    }

    /// The name of a text that is known to be right; the root if it is not.
    pub fn of(text: &str) -> Self {
        Self::parse(text).unwrap_or_default()
    }

    /// A name from its labels.
    ///
    /// # Errors
    /// Names the limit that is passed.
    pub(super) fn from_labels(labels: &[&[u8]]) -> Result<Self, &'static str> {
        let mut name = Self { wire: Vec::new() };
        labels.iter().try_for_each(|label| name.push(label))?;
        name.wire.push(0);
        Ok(name)
    }

    fn push(&mut self, label: &[u8]) -> Result<(), &'static str> {
        let Some(len) = u8::try_from(label.len()).ok().filter(|len| usize::from(*len) <= LABEL_MAX)
        else {
            return Err(LABEL_RULE);
        };
        if self.wire.len() + label.len() + 2 > NAME_MAX {
            return Err(NAME_RULE);
        }
        self.wire.push(len);
        self.wire.extend_from_slice(label);
        Ok(())
    }

    /// The bytes without compression.
    pub fn as_wire(&self) -> &[u8] {
        &self.wire
    }

    /// The labels from the left.
    pub fn labels(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = &self.wire[..];
        core::iter::from_fn(move || {
            let (len, behind) = rest.split_first()?;
            let (label, behind) = behind.split_at_checked(usize::from(*len))?;
            rest = behind;
            (*len > 0).then_some(label)
        })
    }

    /// How many labels it has; the root has none.
    pub fn depth(&self) -> usize {
        self.labels().count()
    }

    /// The name without its first label; none for the root.
    pub fn parent(&self) -> Option<Self> {
        let len = usize::from(*self.wire.first()?);
        (len > 0).then(|| Self { wire: self.wire.get(len + 1..).unwrap_or(&[0]).to_vec() })
    }

    /// The last `depth` labels of it.
    #[must_use]
    pub fn suffix(&self, depth: usize) -> Self {
        let mut name = self.clone();
        while name.depth() > depth {
            name = name.parent().unwrap_or_default();
        }
        name
    }

    /// Whether it is `zone` or lies below it.
    pub fn is_within(&self, zone: &Self) -> bool {
        let (ours, theirs) = (self.depth(), zone.depth());
        ours >= theirs && self.suffix(theirs) == *zone
    }

    /// The name with another label in front; the same if there is no room.
    #[must_use]
    pub fn child(&self, label: &str) -> Self {
        let labels: Vec<&[u8]> = core::iter::once(label.as_bytes()).chain(self.labels()).collect();
        Self::from_labels(&labels).unwrap_or_else(|_| self.clone())
    }

    /// The same with each letter in the case that `upper` says for its place among the letters.
    #[must_use]
    pub fn with_case(&self, upper: impl Fn(u32) -> bool) -> Self {
        let mut wire = self.wire.clone();
        // Lengths are below 64, so no length is taken for a letter.
        for (byte, place) in wire.iter_mut().filter(|byte| byte.is_ascii_alphabetic()).zip(0..) {
            *byte =
                if upper(place) { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() };
        }
        Self { wire }
    }

    /// Whether it is the same name in the same case.
    pub fn is_exactly(&self, other: &Self) -> bool {
        self.wire == other.wire
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.wire.eq_ignore_ascii_case(&other.wire)
    }
}

impl Eq for Name {}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        let lower = u8::to_ascii_lowercase;
        self.wire.iter().map(lower).cmp(other.wire.iter().map(lower))
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The text without the last dot, the root as a dot; other bytes as RFC 1035 section 5.1 says.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut dot = "";
        for label in self.labels() {
            f.write_str(dot)?;
            dot = ".";
            for byte in label {
                match byte {
                    b'.' | b'\\' => write!(f, "\\{}", char::from(*byte))?,
                    b'!'..=b'~' => write!(f, "{}", char::from(*byte))?,
                    byte => write!(f, "\\{byte:03}")?,
                }
            }
        }
        if dot.is_empty() { f.write_str(".") } else { Ok(()) }
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
