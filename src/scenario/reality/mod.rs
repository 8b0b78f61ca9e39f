//! How true is this? Figures recorded from real stacks beside the engine's own.
//!
//! A recording is a line of a CSV file: the run, what was recorded, the scenario and its settings
//! that repeat it here, the measure, the real value, and how far apart the two may be. Any scenario
//! can be named; `transfer` is one more, with what only comparisons need.

mod transfer;

use super::{Scenario, Setup, Unit, find, run};
use crate::sorted::SortedMap;

/// A recorded figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The run, in words.
    pub run: String,
    /// The scenario that repeats it.
    pub scenario: String,
    /// Its settings: `rtt=40ms fault=drop:data#25`.
    pub settings: String,
    /// The measure.
    pub measure: String,
    /// The real value, in thousandths of a millisecond, a byte or a thing.
    pub real: i64,
    /// How far the engine's value may be from it.
    pub tolerance: Tolerance,
}

/// How far a figure may be from the real one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tolerance {
    /// Not at all.
    Exact,
    /// By this much either way, in thousandths.
    By(i64),
    /// The real figure is from so much less to so much more, in parts per million of the engine's:
    /// real timers are late, never early.
    Between(i64, i64),
}

/// A recorded figure beside the engine's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What was recorded.
    pub recorded: Recorded,
    /// What it counts.
    pub unit: Unit,
    /// What the engine says, in thousandths; nothing if the run does not have it.
    pub engine: Option<i64>,
    /// Whether they are near enough.
    pub holds: bool,
}

/// The scenario of this name, those for comparisons included.
fn scenario(id: &str) -> Option<&'static dyn Scenario> {
    let own: &'static dyn Scenario = &transfer::Transfer;
    if id == own.about().id { Some(own) } else { find(id) }
}

/// Reads the lines of a CSV file and runs what they name.
///
/// # Errors
/// Names the line and what is wrong with it.
pub fn compare(csv: &str) -> Result<Vec<Row>, String> {
    let mut runs = SortedMap::default();
    let lines = csv.lines().enumerate().skip(1);
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|(place, line)| {
            let recorded = Recorded::read(line);
            recorded
                .and_then(|recorded| row(recorded, &mut runs))
                .map_err(|problem| format!("line {}: {problem}", place + 1))
        })
        .collect()
}

/// The measures of a run: name, unit and value.
type Measured = Vec<(&'static str, Unit, Option<u64>)>;

fn row(recorded: Recorded, runs: &mut SortedMap<String, Measured>) -> Result<Row, String> {
    let key = format!("{} {}", recorded.scenario, recorded.settings);
    if !runs.contains_key(&key) {
        runs.insert(key.clone(), measured(&recorded)?);
    }
    let found =
        runs.get(&key).and_then(|all| all.iter().find(|(name, ..)| *name == recorded.measure));
    let Some((_, unit, value)) = found else {
        return Err(format!("`{}` has no measure `{}`", recorded.scenario, recorded.measure));
    };
    let engine = value.and_then(|value| i64::try_from(value).ok()).map(|value| match unit {
        Unit::Milliseconds => value / 1_000,
        Unit::Bytes | Unit::Count | Unit::Percent => value * 1_000,
    });
    let holds = engine.is_some_and(|engine| recorded.tolerance.holds(recorded.real, engine));
    Ok(Row { recorded, unit: *unit, engine, holds })
}

fn measured(recorded: &Recorded) -> Result<Measured, String> {
    let Some(scenario) = scenario(&recorded.scenario) else {
        return Err(format!("there is no scenario `{}`", recorded.scenario));
    };
    let pairs: Option<Vec<(String, String)>> = recorded
        .settings
        .split_whitespace()
        .map(|pair| {
            let (key, value) = pair.split_once('=')?;
            let key = match key {
                "fault" | "preset" | "seed" => key.to_owned(),
                _ => format!("set.{key}"),
            };
            Some((key, value.to_owned()))
        })
        .collect();
    let Some(pairs) = pairs else {
        return Err(format!("`{}`: write `key=value`, with spaces between", recorded.settings));
    };
    let (setup, problems) = Setup::from_query(scenario.about(), &pairs);
    if let Some(problem) = problems.first() {
        return Err(problem.message.clone());
    }
    let run = run(scenario, &setup);
    let value = |measure: &super::Measure| measure.figure.as_ref().map(|figure| figure.value);
    Ok(run.measures.iter().map(|measure| (measure.name, measure.unit, value(measure))).collect())
}

impl Recorded {
    fn read(line: &str) -> Result<Self, String> {
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        let [run, scenario, settings, measure, real, tolerance] = fields[..] else {
            return Err(format!("six fields are needed, and there are {}", fields.len()));
        };
        Ok(Self {
            run: run.to_owned(),
            scenario: scenario.to_owned(),
            settings: settings.to_owned(),
            measure: measure.to_owned(),
            real: thousandths(real).ok_or_else(|| format!("`{real}` is no number"))?,
            tolerance: Tolerance::read(tolerance)
                .ok_or_else(|| format!("`{tolerance}`: write `exact`, `5 ms`, `±1`, `4 %`"))?,
        })
    }
}

impl Tolerance {
    /// `exact`, `5 ms`, `±1`, `4 %`, or `-1 % +13 %`.
    fn read(text: &str) -> Option<Self> {
        if text == "exact" {
            return Some(Self::Exact);
        }
        let amount = text.strip_suffix("ms").or_else(|| text.strip_prefix('±'));
        if let Some(amount) = amount {
            return Some(Self::By(thousandths(amount.trim())?));
        }
        // A thousandth of a per cent is ten millionths.
        let share = |text: &str| Some(thousandths(text.trim())? * 10);
        let mut parts = text.strip_suffix('%')?.split('%');
        match (parts.next(), parts.next()) {
            (Some(one), None) => share(one).map(|share| Self::Between(share, share)),
            (Some(less), Some(more)) => Some(Self::Between(
                share(less.trim().strip_prefix('-')?)?,
                share(more.trim().strip_prefix('+')?)?,
            )),
            _ => None,
        }
    }

    const fn holds(&self, real: i64, engine: i64) -> bool {
        let difference = real - engine;
        match self {
            Self::Exact => difference == 0,
            Self::By(most) => difference.abs() <= *most,
            Self::Between(less, more) => {
                let share = difference.saturating_mul(1_000_000);
                share >= -less.saturating_mul(engine) && share <= more.saturating_mul(engine)
            }
        }
    }
}

impl core::fmt::Display for Tolerance {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Exact => f.write_str("exact"),
            Self::By(most) => write!(f, "±{}", plain(*most)),
            Self::Between(less, more) if less == more => write!(f, "{} %", plain(less / 10)),
            Self::Between(less, more) => {
                write!(f, "-{} % +{} %", plain(less / 10), plain(more / 10))
            }
        }
    }
}

impl Row {
    /// What the engine says more than the real stack, in thousandths.
    pub fn difference(&self) -> Option<i64> {
        self.engine.map(|engine| engine - self.recorded.real)
    }
}

/// A number with up to three decimals, in thousandths.
fn thousandths(text: &str) -> Option<i64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || decimals.len() > 3 || whole.is_empty() {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let decimals: i64 = format!("{decimals:0<3}").parse().ok()?;
    whole.checked_mul(1_000)?.checked_add(decimals)
}

/// A number of thousandths without needless zeros.
fn plain(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let number = number.unsigned_abs();
    let decimals = format!("{:03}", number % 1_000);
    let decimals = decimals.trim_end_matches('0');
    let point = if decimals.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{decimals}", number / 1_000)
}

/// A row as words: run, measure, real, engine, difference, tolerance, verdict.
pub fn cells(row: &Row) -> [String; 7] {
    let unit = if row.unit == Unit::Milliseconds { " ms" } else { "" };
    let shown = |number: Option<i64>| match number {
        Some(number) => format!("{}{unit}", plain(number)),
        None => "none".to_owned(),
    };
    [
        row.recorded.run.clone(),
        row.recorded.measure.clone(),
        shown(Some(row.recorded.real)),
        shown(row.engine),
        shown(row.difference()),
        row.recorded.tolerance.to_string(),
        if row.holds { "holds" } else { "OFF" }.to_owned(),
    ]
}

/// The rows as a table of text, the widest cell deciding each column.
pub fn table(rows: &[Row]) -> String {
    let head = ["run", "measure", "real", "engine", "difference", "tolerance", "verdict"];
    let mut lines = vec![head.map(ToOwned::to_owned)];
    lines.extend(rows.iter().map(cells));
    let width =
        |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 7] = core::array::from_fn(width);
    let mut text = String::new();
    for line in &lines {
        let cells: Vec<String> =
            line.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Recorded, Tolerance, compare, plain, table, thousandths};

    #[test]
    fn numbers_have_up_to_three_decimals() {
        assert_eq!(thousandths("12.34"), Some(12_340));
        assert_eq!(thousandths("7"), Some(7_000));
        for wrong in ["", ".5", "1.2345", "-1", "1e3"] {
            assert_eq!(thousandths(wrong), None, "{wrong}");
        }
        assert_eq!([12_340, 7_000, -5].map(plain), ["12.34", "7", "-0.005"]);
    }

    #[test]
    fn tolerances_are_read_and_written() {
        for text in ["exact", "4 %", "-1 % +13 %"] {
            assert_eq!(Tolerance::read(text).unwrap().to_string(), text);
        }
        assert_eq!(Tolerance::read("5 ms"), Some(Tolerance::By(5_000)));
        assert_eq!(Tolerance::read("±1"), Some(Tolerance::By(1_000)));
        assert_eq!(Tolerance::read("often"), None);
    }

    #[test]
    fn real_timers_may_be_late_and_not_early() {
        let late = Tolerance::read("-1 % +13 %").unwrap();
        assert!(late.holds(113_000, 100_000) && late.holds(99_000, 100_000));
        assert!(!late.holds(114_000, 100_000) && !late.holds(98_000, 100_000));
    }

    #[test]
    fn a_line_that_names_nothing_says_so() {
        for (line, problem) in [
            ("a,b", "line 2: six fields are needed, and there are 2"),
            ("a,no-such,,extra,1,exact", "line 2: there is no scenario `no-such`"),
            ("a,tcp-loss,,no-such,1,exact", "line 2: `tcp-loss` has no measure `no-such`"),
            (
                "a,tcp-loss,rtt,extra,1,exact",
                "line 2: `rtt`: write `key=value`, with spaces between",
            ),
        ] {
            assert_eq!(compare(&format!("head\n{line}\n")), Err(problem.to_owned()));
        }
        assert!(Recorded::read("a,b,c,d,x,exact").is_err());
    }

    #[test]
    fn rows_stand_in_a_table() {
        let rows = compare("head\nthe middle,tcp-loss,lost=5,extra,101.2,5 ms\n").unwrap();
        expect_test::expect![[r#"
            run         measure  real      engine  difference  tolerance  verdict
            the middle  extra    101.2 ms  100 ms  -1.2 ms     ±5         holds
        "#]]
        .assert_eq(&table(&rows));
    }
}
