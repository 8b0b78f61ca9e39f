//! Tables, with their verdict.

use pulldown_cmark::{Alignment, Tag};

use super::html::wrap;
use super::text::Text;
use super::tree::{Kind, Md, words};
use crate::content::types::Node;

impl Text<'_> {
    /// A table in a frame that scrolls by itself.
    pub(super) fn table(&self, piece: &Md, alignment: &[Alignment]) -> Node {
        let (mut head, mut body, mut foot) = (Vec::new(), Vec::new(), Vec::new());
        let mut label = String::new();
        let rows = piece.children.len();
        for (index, row) in piece.children.iter().enumerate() {
            if matches!(row.kind, Kind::Tag(Tag::TableHead)) {
                let titles: Vec<String> =
                    row.children.iter().map(|cell| words(&cell.children)).collect();
                label = titles.join(", ").trim_start_matches(", ").to_owned();
                head.push(wrap("tr", &[], self.cells(row, alignment, true)));
            } else if is_verdict(row) {
                if index + 1 != rows {
                    self.error(&row.range, "the verdict must be the last row of its table");
                }
                foot.push(wrap("tr", &[], self.verdict(row, alignment)));
            } else {
                body.push(wrap("tr", &[], self.cells(row, alignment, false)));
            }
        }
        let mut parts = vec![wrap("thead", &[], head), wrap("tbody", &[], body)];
        if !foot.is_empty() {
            parts.push(wrap("tfoot", &[], foot));
        }
        let table = wrap("table", &[], parts);
        let frame = [
            ("class", "table"),
            ("role", "region"),
            ("tabindex", "0"),
            ("aria-label", label.as_str()),
        ];
        wrap("div", &frame, vec![table])
    }

    fn cells(&self, row: &Md, alignment: &[Alignment], head: bool) -> Vec<Node> {
        let mut cells = Vec::new();
        for (index, cell) in row.children.iter().enumerate() {
            let scope = if head { "col" } else { "row" };
            let mut attrs = Vec::new();
            let empty = cell.children.is_empty();
            let tag = if (head || index == 0) && !empty { "th" } else { "td" };
            if tag == "th" {
                attrs.push(("scope", scope));
            }
            if alignment.get(index) == Some(&Alignment::Right) {
                attrs.push(("class", "num"));
            }
            cells.push(wrap(tag, &attrs, self.inline(&cell.children)));
        }
        cells
    }

    /// A verdict spans the row if only one cell of it has words.
    fn verdict(&self, row: &Md, alignment: &[Alignment]) -> Vec<Node> {
        let said: Vec<&Md> =
            row.children.iter().skip(1).filter(|cell| !cell.children.is_empty()).collect();
        match said.as_slice() {
            [only] => {
                let span = alignment.len().saturating_sub(1).to_string();
                let name = row.children.first().map(|cell| self.inline(&cell.children));
                let head = wrap("th", &[("scope", "row")], name.unwrap_or_default());
                vec![head, wrap("td", &[("colspan", span.as_str())], self.inline(&only.children))]
            }
            [] => {
                self.error(&row.range, "the verdict says nothing");
                Vec::new()
            }
            _ => self.cells(row, alignment, false),
        }
    }
}

fn is_verdict(row: &Md) -> bool {
    row.children.first().is_some_and(|cell| words(&cell.children).trim() == "Verdict")
}
