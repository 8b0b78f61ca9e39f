//! Reads TOML by hand, so that every mistake is reported with its place, not the first alone.

use core::ops::Range;
use std::cell::RefCell;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Cx;
use super::origin::Origin;
use crate::content::problem::{Problem, instead};

/// A text that an author wrote, with its place.
#[derive(Clone, Debug)]
pub(super) struct Word<'d> {
    /// What it says.
    pub(super) text: String,
    /// Where it stands in the file.
    pub(super) span: Range<usize>,
    /// Where its content comes from.
    pub(super) origin: Origin<'d>,
}

/// A TOML document and where it comes from.
pub(super) struct Document<'d> {
    source: &'d str,
    origin: Origin<'d>,
    table: Spanned<DeTable<'d>>,
}

impl<'d> Document<'d> {
    /// Parses a document. Mistakes of syntax are reported; what could be read is kept.
    pub(super) fn parse(cx: &Cx<'_>, source: &'d str, origin: Origin<'d>) -> Self {
        let (table, errors) = DeTable::parse_recoverable(source);
        for error in errors {
            let at = origin.at(&error.span().unwrap_or_default());
            cx.report(Problem::error(&origin.file.path, at, error.message()));
        }
        Self { source, origin, table }
    }

    /// Reads its keys. `what` names it in messages: `a diagram`.
    pub(super) fn reader<'r>(&'r self, cx: &'r Cx<'r>, what: &'static str) -> Reader<'r> {
        // A table without a place of its own is reported at its beginning.
        let span = self.origin.at(&(0..self.source.trim_end().len().min(1)));
        Reader::new(
            Base { cx, source: self.source, origin: &self.origin },
            self.table.get_ref(),
            span,
            what,
        )
    }
}

#[derive(Clone, Copy)]
struct Base<'d> {
    cx: &'d Cx<'d>,
    source: &'d str,
    origin: &'d Origin<'d>,
}

/// A table that is read key by key; [`Reader::finish`] reports the keys nobody asked for.
pub(super) struct Reader<'d> {
    base: Base<'d>,
    table: &'d DeTable<'d>,
    what: &'static str,
    /// Where the table stands in the file.
    pub(super) span: Range<usize>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'d> Reader<'d> {
    const fn new(
        base: Base<'d>,
        table: &'d DeTable<'d>,
        span: Range<usize>,
        what: &'static str,
    ) -> Self {
        Self { base, table, what, span, asked: RefCell::new(Vec::new()) }
    }

    /// Reports a problem at a place of the file.
    pub(super) fn error(&self, span: &Range<usize>, message: impl Into<String>) {
        self.base.cx.error(self.base.origin.file, span, message);
    }

    fn get(&self, key: &'static str) -> Option<&'d Spanned<DeValue<'d>>> {
        self.asked.borrow_mut().push(key);
        self.table.get(key)
    }

    fn at(&self, value: &Spanned<DeValue<'d>>) -> Range<usize> {
        self.base.origin.at(&value.span())
    }

    fn wrong(&self, key: &str, value: &Spanned<DeValue<'d>>, wanted: &str) {
        let found = match value.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "`true` or `false`",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let message = match value.get_ref() {
            // A number that is wanted and is one is the wrong number.
            DeValue::Integer(_) | DeValue::Float(_) if wanted.contains("number") => {
                format!("`{key}` must be {wanted}")
            }
            _ => format!("`{key}` must be {wanted}, this is {found}"),
        };
        self.error(&self.at(value), message);
    }

    fn missing(&self, key: &str, wanted: &str) {
        self.error(&self.span, format!("{} needs `{key}`, {wanted}", self.what));
    }

    fn word(&self, value: &Spanned<DeValue<'d>>) -> Option<Word<'d>> {
        let text = value.get_ref().as_str()?.to_owned();
        let origin = self.base.origin.string(self.base.source, &value.span(), &text);
        Some(Word { text, span: self.at(value), origin })
    }

    /// A text, if it is there.
    pub(super) fn text(&self, key: &'static str) -> Option<Word<'d>> {
        let value = self.get(key)?;
        let word = self.word(value);
        if word.is_none() {
            self.wrong(key, value, "a text in quotation marks");
        }
        word
    }

    /// A text that has to be there and must not be empty.
    pub(super) fn need(&self, key: &'static str, wanted: &str) -> Option<Word<'d>> {
        if !self.table.contains_key(key) {
            self.asked.borrow_mut().push(key);
            self.missing(key, wanted);
            return None;
        }
        let word = self.text(key)?;
        if word.text.trim().is_empty() {
            self.error(&word.span, format!("`{key}` is empty: it is {wanted}"));
            return None;
        }
        Some(word)
    }

    /// Whether a key is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// A whole number from 0, if it is there.
    pub(super) fn number(&self, key: &'static str) -> Option<(u64, Range<usize>)> {
        let value = self.get(key)?;
        let number = value.get_ref().as_integer().and_then(whole);
        if number.is_none() {
            self.wrong(key, value, "a whole number from 0");
        }
        Some((number?, self.at(value)))
    }

    /// A number from 0 in thousandths, if it is there: `0.5` is 500.
    pub(super) fn milli(&self, key: &'static str) -> Option<u64> {
        let value = self.get(key)?;
        let milli = match value.get_ref() {
            DeValue::Integer(number) => whole(number).and_then(|number| number.checked_mul(1_000)),
            DeValue::Float(number) => thousandths(number.as_str()),
            _ => None,
        };
        if milli.is_none() {
            self.wrong(key, value, "a number from 0 with at most three decimals");
        }
        milli
    }

    /// `true` or `false`; false if it is not there.
    pub(super) fn flag(&self, key: &'static str) -> bool {
        let Some(value) = self.get(key) else { return false };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong(key, value, "`true` or `false`");
            false
        })
    }

    /// A list of texts; empty if it is not there.
    pub(super) fn texts(&self, key: &'static str) -> Vec<Word<'d>> {
        self.items(key, "a list of texts")
            .filter_map(|value| {
                let word = self.word(value);
                if word.is_none() {
                    self.wrong(key, value, "a list of texts");
                }
                word
            })
            .collect()
    }

    /// A list of lists of texts; empty if it is not there.
    pub(super) fn rows(
        &self,
        key: &'static str,
        wanted: &'static str,
    ) -> Vec<(Vec<Word<'d>>, Range<usize>)> {
        let mut rows = Vec::new();
        for value in self.items(key, wanted) {
            let words = value.get_ref().as_array().and_then(|row| {
                row.iter().map(|value| self.word(value)).collect::<Option<Vec<_>>>()
            });
            match words {
                Some(words) => rows.push((words, self.at(value))),
                None => self.wrong(key, value, wanted),
            }
        }
        rows
    }

    /// A list of tables; empty if it is not there.
    pub(super) fn tables(&self, key: &'static str, what: &'static str) -> Vec<Self> {
        let mut tables = Vec::new();
        for value in self.items(key, "a list of tables") {
            match value.get_ref().as_table() {
                Some(table) => tables.push(Self::new(self.base, table, self.at(value), what)),
                None => self.wrong(key, value, "a list of tables `{ … }`"),
            }
        }
        tables
    }

    /// A table, if it is there.
    pub(super) fn table(&self, key: &'static str, what: &'static str) -> Option<Self> {
        let value = self.get(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(key, value, "a table `{ … }`");
            return None;
        };
        Some(Self::new(self.base, table, self.at(value), what))
    }

    /// The keys and values of a table whose keys are the author's, in their order in the file.
    /// Numbers and flags become text.
    pub(super) fn pairs(&self, key: &'static str) -> Vec<(Word<'d>, Word<'d>)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(key, value, "a table `{ … }`");
            return Vec::new();
        };
        let mut pairs = Vec::new();
        for (name, value) in table {
            let text = match value.get_ref() {
                DeValue::Integer(number) => Some(number.as_str().to_owned()),
                DeValue::Float(number) => Some(number.as_str().to_owned()),
                DeValue::Boolean(flag) => Some(flag.to_string()),
                other => other.as_str().map(str::to_owned),
            };
            let Some(text) = text else {
                self.wrong(name.get_ref(), value, "a text or a number");
                continue;
            };
            let word = self.plain(text, value.span());
            pairs.push((self.plain(name.get_ref().to_string(), name.span()), word));
        }
        pairs.sort_by_key(|(name, _)| name.span.start);
        pairs
    }

    /// The tables of a table whose keys are the author's, in their order in the file.
    pub(super) fn named(&self, key: &'static str, what: &'static str) -> Vec<(Word<'d>, Self)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(key, value, "a table `{ … }`");
            return Vec::new();
        };
        let mut named = Vec::new();
        for (name, value) in table {
            let word = self.plain(name.get_ref().to_string(), name.span());
            match value.get_ref().as_table() {
                Some(table) => {
                    named.push((word, Self::new(self.base, table, self.at(value), what)));
                }
                None => self.wrong(&word.text, value, "a table `{ … }`"),
            }
        }
        named.sort_by_key(|(name, _)| name.span.start);
        named
    }

    /// Counts keys as asked for that another reader of the same table reads.
    pub(super) fn know(&self, keys: &[&'static str]) {
        self.asked.borrow_mut().extend(keys);
    }

    /// Reports every key that nobody asked for.
    pub(super) fn finish(self) {
        let asked = self.asked.borrow();
        for (key, _) in self.table {
            let name = key.get_ref().as_ref();
            if !asked.contains(&name) {
                let instead = instead(name, asked.iter().copied());
                let message = format!("{} has no key `{name}`{instead}", self.what);
                self.error(&self.base.origin.at(&key.span()), message);
            }
        }
    }

    fn plain(&self, text: String, span: Range<usize>) -> Word<'d> {
        let origin = self.base.origin.string(self.base.source, &span, &text);
        Word { text, span: self.base.origin.at(&span), origin }
    }

    fn items(
        &self,
        key: &'static str,
        wanted: &str,
    ) -> impl Iterator<Item = &'d Spanned<DeValue<'d>>> + use<'d> {
        let array = self.get(key).and_then(|value| {
            let array = value.get_ref().as_array();
            if array.is_none() {
                self.wrong(key, value, wanted);
            }
            array
        });
        array.into_iter().flat_map(|array| array.iter())
    }
}

fn whole(number: &toml::de::DeInteger<'_>) -> Option<u64> {
    u64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()
}

/// A decimal number with at most three decimals, in thousandths.
fn thousandths(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.')?;
    if part.len() > 3 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let part: u64 = format!("{part:0<3}").parse().ok()?;
    whole.checked_mul(1_000)?.checked_add(part)
}
