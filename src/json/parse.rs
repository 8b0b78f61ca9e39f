//! Text to a value (RFC 8259).

/// How deep lists and objects may stand in each other.
const DEPTH_MAX: u32 = 128;

/// A value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Json {
    /// Nothing; also what stands for a field that is not there.
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number: whether it is below zero, and how far from it.
    Whole(bool, u64),
    /// A number that is not whole, or too large.
    Other,
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// Names with their values, in the order of the text.
    Object(Vec<(String, Self)>),
}

/// The value that `text` is.
///
/// # Errors
/// Says what is wrong, and at which character, from 1.
pub fn parse(text: &str) -> Result<Json, String> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    let value = parser.value().and_then(|value| {
        parser.space();
        if parser.at == text.len() { Ok(value) } else { Err("something stands behind its end") }
    });
    value.map_err(|what| {
        let before = text.get(..parser.at).unwrap_or(text).chars().count();
        if parser.at >= text.len() {
            format!("cut off after {before} characters")
        } else {
            format!("{what} (column {})", before + 1)
        }
    })
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
}

/// What is wrong at the place where the parser stands.
type Step<T> = Result<T, &'static str>;

impl Parser<'_> {
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    /// Goes over this character if it comes next, behind white space.
    fn takes(&mut self, character: u8) -> bool {
        self.space();
        let here = self.peek() == character;
        self.at += usize::from(here);
        here
    }

    fn value(&mut self) -> Step<Json> {
        self.space();
        match self.peek() {
            b'{' => self.nested(Self::object),
            b'[' => self.nested(Self::list),
            b'"' => self.string().map(Json::Text),
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'n' => self.word("null", Json::Null),
            _ => Err("a value is expected"),
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Step<Json> {
        for byte in word.bytes() {
            if self.peek() != byte {
                return Err("a value is expected");
            }
            self.at += 1;
        }
        Ok(value)
    }

    fn nested(&mut self, inner: fn(&mut Self) -> Step<Json>) -> Step<Json> {
        if self.depth == DEPTH_MAX {
            return Err("too deep");
        }
        self.at += 1;
        self.depth += 1;
        let value = inner(self);
        self.depth -= 1;
        value
    }

    fn list(&mut self) -> Step<Json> {
        let mut items = Vec::new();
        if self.takes(b']') {
            return Ok(Json::List(items));
        }
        loop {
            items.push(self.value()?);
            if self.takes(b']') {
                return Ok(Json::List(items));
            }
            if !self.takes(b',') {
                return Err("`,` or `]` is expected");
            }
        }
    }

    fn object(&mut self) -> Step<Json> {
        let mut pairs = Vec::new();
        if self.takes(b'}') {
            return Ok(Json::Object(pairs));
        }
        loop {
            self.space();
            if self.peek() != b'"' {
                return Err("a name in quotes is expected");
            }
            let name = self.string()?;
            if !self.takes(b':') {
                return Err("`:` is expected");
            }
            pairs.push((name, self.value()?));
            if self.takes(b'}') {
                return Ok(Json::Object(pairs));
            }
            if !self.takes(b',') {
                return Err("`,` or `}` is expected");
            }
        }
    }

    fn number(&mut self) -> Step<Json> {
        let below = self.peek() == b'-';
        self.at += usize::from(below);
        let start = self.at;
        let mut whole = Some(0_u64);
        while let digit @ b'0'..=b'9' = self.peek() {
            whole = whole.and_then(|n| n.checked_mul(10)?.checked_add(u64::from(digit - b'0')));
            self.at += 1;
        }
        let leading = self.at > start + 1 && self.text.as_bytes().get(start) == Some(&b'0');
        if self.at == start || leading {
            return Err("this is no number");
        }
        let digits = self.at;
        if self.peek() == b'.' {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), b'+' | b'-'));
            self.digits()?;
        }
        Ok(match whole {
            Some(whole) if self.at == digits => Json::Whole(below, whole),
            _ => Json::Other,
        })
    }

    fn digits(&mut self) -> Step<()> {
        let start = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        if self.at == start { Err("this is no number") } else { Ok(()) }
    }

    /// A text; the parser stands at its first quote.
    fn string(&mut self) -> Step<String> {
        self.at += 1;
        let mut out = String::new();
        let mut from = self.at;
        loop {
            match self.peek() {
                b'"' => {
                    out.push_str(self.text.get(from..self.at).unwrap_or_default());
                    self.at += 1;
                    return Ok(out);
                }
                b'\\' => {
                    out.push_str(self.text.get(from..self.at).unwrap_or_default());
                    self.at += 1;
                    out.push(self.escape()?);
                    from = self.at;
                }
                // Zero stands for the end of the text, too.
                0..=0x1f => return Err("a control character stands in a text"),
                _ => self.at += 1,
            }
        }
    }

    /// What stands behind a backslash.
    fn escape(&mut self) -> Step<char> {
        let escape = self.peek();
        let plain = match escape {
            b'"' | b'\\' | b'/' => char::from(escape),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                return self.unicode();
            }
            _ => return Err("there is no such escape"),
        };
        self.at += 1;
        Ok(plain)
    }

    /// A character by its number, or by two halves (RFC 8259 section 7).
    fn unicode(&mut self) -> Step<char> {
        let first = self.hex()?;
        let code = if (0xd800..0xdc00).contains(&first) {
            for expected in [b'\\', b'u'] {
                if self.peek() != expected {
                    return Err("half a character");
                }
                self.at += 1;
            }
            let second = self.hex()?;
            if !(0xdc00..0xe000).contains(&second) {
                return Err("half a character");
            }
            0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)
        } else {
            first
        };
        char::from_u32(code).ok_or("half a character")
    }

    fn hex(&mut self) -> Step<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let digit =
                char::from(self.peek()).to_digit(16).ok_or("this is no hexadecimal digit")?;
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }
}
