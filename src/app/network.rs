//! The reader's own network: the default of every diagram and of every number in the text.

use super::text::shown_text;
use crate::content::types::Pairs;
use crate::scenario::{NETWORK, ParamKind, ParamSpec, Params, Value};

/// The reader's own network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Network {
    params: Params,
}

impl Default for Network {
    fn default() -> Self {
        Self { params: Params::defaults(NETWORK) }
    }
}

impl Network {
    /// Reads what [`Network::line`] wrote; what cannot be read is left at its default.
    pub(crate) fn parse(line: &str) -> Self {
        Self { params: Params::parse(NETWORK, line).0 }
    }

    /// What differs from the default, in one line.
    pub(crate) fn line(&self) -> String {
        self.params.to_string()
    }

    /// What differs from the default, as settings of a diagram.
    pub(crate) fn pairs(&self) -> Pairs {
        let changed = self.params.changed();
        changed.map(|(key, value)| (format!("set.{key}"), value.to_string())).collect()
    }

    /// Its parameters.
    pub(crate) fn specs() -> &'static [ParamSpec] {
        NETWORK
    }

    /// One of its values.
    pub(crate) fn value(&self, spec: &ParamSpec) -> Value {
        self.params.value(spec.key).unwrap_or_else(|| spec.kind.default_value())
    }

    /// The value of this name, if it has it.
    pub(crate) fn value_of(&self, key: &str) -> Option<Value> {
        self.params.value(key)
    }

    /// The same with one value changed.
    pub(crate) fn with(&self, key: &str, value: Value) -> Self {
        Self { params: self.params.clone().with(key, value) }
    }

    /// In a few words: `100 ms · no limit · 0 % loss`.
    pub(crate) fn words(&self) -> String {
        let words = Self::specs().iter().map(|spec| {
            let value = self.value(spec);
            let text = shown_text(&spec.kind.shown(value));
            match spec.kind {
                ParamKind::Share { .. } => format!("{text} loss"),
                ParamKind::Rate { .. } if value == Value::Rate(0) => "no limit".to_owned(),
                _ => text,
            }
        });
        words.collect::<Vec<_>>().join(" · ")
    }
}
