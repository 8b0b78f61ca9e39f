//! Where a text comes from: texts lie inside TOML strings, which lie inside Markdown fences.

use core::ops::Range;

use crate::content::problem::File;

/// A text's place in its file, so that a problem in it is reported where the author wrote it.
#[derive(Clone, Debug)]
pub(super) struct Origin<'a> {
    /// The file.
    pub(super) file: &'a File,
    /// How its bytes map to the file's.
    map: Map,
}

#[derive(Clone, Debug)]
enum Map {
    /// Byte 0 is this byte of the file, and so on.
    Exact(usize),
    /// Pieces, each with its start in the text and in the file.
    Pieces(Vec<(usize, usize)>),
    /// The text was unescaped: all of it is this part of the file.
    Whole(Range<usize>),
}

impl<'a> Origin<'a> {
    /// A text that stands in the file from this byte on.
    pub(super) const fn exact(file: &'a File, start: usize) -> Self {
        Self { file, map: Map::Exact(start) }
    }

    /// A text that stands in the file in pieces.
    pub(super) const fn pieces(file: &'a File, pieces: Vec<(usize, usize)>) -> Self {
        Self { file, map: Map::Pieces(pieces) }
    }

    /// The place in the file of a part of the text.
    pub(super) fn at(&self, range: &Range<usize>) -> Range<usize> {
        let length = range.end.saturating_sub(range.start);
        let start = match &self.map {
            Map::Exact(start) => start + range.start,
            Map::Whole(whole) => return whole.clone(),
            Map::Pieces(pieces) => pieces
                .iter()
                .rev()
                .find(|(text, _)| *text <= range.start)
                .map_or(0, |(text, file)| file + (range.start - text)),
        };
        start..start + length
    }

    /// The origin of a TOML string's content: exact if the source shows it as it is.
    pub(super) fn string(&self, source: &str, span: &Range<usize>, content: &str) -> Self {
        let raw = source.get(span.clone()).unwrap_or_default();
        let plain = raw.len() == content.len() + 2 && raw.get(1..raw.len() - 1) == Some(content);
        let at = self.at(span);
        match (&self.map, plain) {
            (Map::Exact(_) | Map::Pieces(_), true) => Self::exact(self.file, at.start + 1),
            _ => Self { file: self.file, map: Map::Whole(at) },
        }
    }
}
