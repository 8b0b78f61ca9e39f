//! A tree of SVG elements with two outlets: text, and whatever the page is made of.

use std::fmt;

/// An SVG element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// Its name: `line`.
    pub tag: &'static str,
    /// What tells it from its neighbours when a page draws the tree again, where that matters.
    pub key: Option<String>,
    /// Its attributes, in order, not escaped.
    pub attrs: Vec<(&'static str, String)>,
    /// What it contains, after its text.
    pub children: Vec<Self>,
    /// Its text, not escaped; empty if none.
    pub text: String,
}

impl Element {
    /// An element without anything.
    pub const fn new(tag: &'static str) -> Self {
        Self { tag, key: None, attrs: Vec::new(), children: Vec::new(), text: String::new() }
    }

    /// The same with an attribute more.
    #[must_use]
    pub fn attr(mut self, name: &'static str, value: impl ToString) -> Self {
        self.attrs.push((name, value.to_string()));
        self
    }

    /// The same with a child more.
    #[must_use]
    pub fn child(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    /// The same with text.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        text.clone_into(&mut self.text);
        self
    }

    /// The same with a key.
    #[must_use]
    pub fn key(mut self, key: impl ToString) -> Self {
        self.key = Some(key.to_string());
        self
    }

    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attrs.iter().find(|(attr, _)| *attr == name).map(|(_, value)| value.as_str())
    }

    /// How many elements it is, itself included.
    pub fn count(&self) -> u32 {
        self.children.iter().map(Self::count).sum::<u32>() + 1
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        write!(f, "<{}", self.tag)?;
        for (name, value) in &self.attrs {
            write!(f, " {name}=\"")?;
            escape(value, f)?;
            f.write_str("\"")?;
        }
        if self.children.is_empty() && self.text.is_empty() {
            return f.write_str("/>");
        }
        f.write_str(">")?;
        escape(&self.text, f)?;
        for child in &self.children {
            // Inside of text every space is seen; elsewhere a line each reads better.
            if self.tag != "text" {
                write!(f, "\n{:indent$}", "", indent = depth)?;
            }
            child.write(f, depth + 1)?;
        }
        if !self.children.is_empty() && self.tag != "text" {
            write!(f, "\n{:indent$}", "", indent = depth.saturating_sub(1))?;
        }
        write!(f, "</{}>", self.tag)
    }
}

fn escape(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for letter in text.chars() {
        match letter {
            '&' => f.write_str("&amp;")?,
            '<' => f.write_str("&lt;")?,
            '>' => f.write_str("&gt;")?,
            '"' => f.write_str("&quot;")?,
            // XML 1.0 section 2.2 knows no other control characters.
            '\u{0}'..='\u{8}'
            | '\u{b}'
            | '\u{c}'
            | '\u{e}'..='\u{1f}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                f.write_str("\u{fffd}")?;
            }
            letter => write!(f, "{letter}")?,
        }
    }
    Ok(())
}

/// The element as SVG text, a line an element.
impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::Element;

    #[test]
    fn text_is_escaped_and_keeps_its_spaces() {
        let text =
            Element::new("text").attr("x", 5).child(Element::new("tspan").text("a<b & \"c\" "));
        let shown = "<text x=\"5\"><tspan>a&lt;b &amp; &quot;c&quot; </tspan></text>";
        assert_eq!(text.to_string(), shown);
        assert_eq!(Element::new("g").text("\u{1}").to_string(), "<g>\u{fffd}</g>");
    }
}
