//! The state of a diagram as the query of an address, in both directions.

use crate::content::types::Pairs;
use crate::diagram::Mode;
use crate::scenario::text::instead;
use crate::scenario::{About, Setup};

/// Reads a query into pairs; what is not well-formed is taken as it stands.
pub(crate) fn pairs(query: &str) -> Pairs {
    query
        .trim_start_matches('?')
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect()
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let code = match byte {
            b'+' => Some(b' '),
            b'%' => {
                let mut ahead = rest.clone();
                let digits = (ahead.next().and_then(digit), ahead.next().and_then(digit));
                match digits {
                    (Some(high), Some(low)) => {
                        rest = ahead;
                        Some(high * 16 + low)
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        bytes.push(code.unwrap_or(byte));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// What a query says about a diagram, and what of it could not be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    /// What is run.
    pub(crate) setup: Setup,
    /// How time is drawn, if it says so.
    pub(crate) mode: Option<Mode>,
    /// Where the playhead stands, if it says so.
    pub(crate) step: Option<String>,
    /// What was ignored and what would be right, in words.
    pub(crate) problems: Vec<String>,
}

/// Reads what pairs say about a diagram. `also` are keys with a meaning of the page's own.
pub(crate) fn read(scenario: &About, pairs: &Pairs, also: &[&str]) -> State {
    let (setup, errors) = Setup::from_query(scenario, pairs);
    let mut problems: Vec<String> = errors.into_iter().map(|error| error.message).collect();
    let (mut mode, mut step) = (None, None);
    for (key, value) in pairs {
        match key.as_str() {
            "mode" => match mode_of(value) {
                Some(found) => mode = Some(found),
                None => problems.push(format!(
                    "There is no mode `{value}`: {}.",
                    instead(value, MODES.map(|(name, _)| name))
                )),
            },
            "step" | "start" => {
                if scenario.steps.iter().any(|known| known.name == value) {
                    step = Some(value.clone());
                } else {
                    let names = scenario.steps.iter().map(|known| known.name);
                    problems
                        .push(format!("There is no step `{value}`: {}.", instead(value, names)));
                }
            }
            "preset" | "fault" | "seed" => {}
            known if known.starts_with("set.") || also.contains(&known) => {}
            unknown => {
                let known = KEYS.iter().chain(also).copied();
                problems
                    .push(format!("`{unknown}` means nothing here: {}.", instead(unknown, known)));
            }
        }
    }
    State { setup, mode, step, problems }
}

/// The keys of a diagram's state; parameters are `set.` and their name.
const KEYS: &[&str] = &["preset", "fault", "seed", "mode", "step"];

/// The modes by their names in an address.
pub(crate) const MODES: [(&str, Mode); 3] =
    [("true", Mode::True), ("gaps", Mode::Gaps), ("steps", Mode::Steps)];

fn mode_of(name: &str) -> Option<Mode> {
    MODES.iter().find(|(known, _)| *known == name).map(|(_, mode)| *mode)
}

/// The name of a mode in an address.
pub(crate) fn mode_name(mode: Mode) -> &'static str {
    MODES.iter().find(|(_, known)| *known == mode).map_or("gaps", |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::pairs;

    #[test]
    fn a_query_is_decoded() {
        let expected =
            [("fault".to_owned(), "drop:syn-ack#1".to_owned()), ("a b".into(), String::new())];
        assert_eq!(pairs("?fault=drop:syn-ack%231&a+b"), expected);
    }

    #[test]
    fn a_damaged_query_is_taken_as_it_stands() {
        assert_eq!(pairs("a=%zz%4")[0].1, "%zz%4");
        assert_eq!(pairs("?&&=").len(), 1);
    }
}
