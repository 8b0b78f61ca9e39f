//! Drawings: what they show, that no word touches anything, and golden pictures.

use roundtrip::diagram::check::collisions;
use roundtrip::diagram::options::Timers;
use roundtrip::diagram::tokens::{Theme, Token};
use roundtrip::diagram::{
    Diagram, Ghost, LayoutOptions, Mode, Scale, StepMark, View, changes, svg,
};
use roundtrip::scenario::{self, Run, Scenario, Setup};
use roundtrip::sim::time::Instant;
use roundtrip::sim::trace::Trace;

use crate::sketch;

const WIDTHS: [i32; 5] = [320, 390, 480, 712, 960];
const MODES: [Mode; 3] = [Mode::True, Mode::Gaps, Mode::Steps];

fn marks(run: &Run) -> Vec<StepMark> {
    let mark = |step: &scenario::Step| StepMark {
        name: step.name,
        title: step.title,
        at: step.at,
        entry: step.entry,
    };
    run.steps.iter().map(mark).collect()
}

fn run(scenario: &dyn Scenario, preset: Option<&str>) -> Run {
    let pairs: Vec<_> =
        preset.map(|name| ("preset".to_owned(), name.to_owned())).into_iter().collect();
    let (setup, problems) = Setup::from_query(scenario, &pairs);
    assert_eq!(problems, []);
    scenario::run(scenario, &setup)
}

/// Every collision of a trace in every size and mode, as text.
fn check(what: &str, trace: &Trace, steps: &[StepMark], ghost: Option<Ghost<'_>>) -> String {
    let mut out = String::new();
    let pages = WIDTHS.map(|width| (width, Scale::Page, Timers::Fired));
    let large = [(960, Scale::Projector, Timers::Fired), (480, Scale::Page, Timers::All)];
    for mode in MODES {
        for (width, scale, timers) in pages.into_iter().chain(large) {
            let options =
                LayoutOptions { width, scale, mode, steps, ghost, timers, ..Default::default() };
            let diagram = Diagram::layout(trace, &options);
            let drawing = svg::draw(&diagram.scene(View::default()));
            for found in collisions(&drawing) {
                out += &format!("{what} {width} {scale:?} {mode:?}: {found:?}\n");
            }
        }
    }
    out
}

#[test]
fn no_word_touches_anything_in_any_scenario_width_and_mode() {
    let mut found = String::new();
    for scenario in scenario::CATALOGUE {
        let presets = scenario.presets().iter().map(|preset| Some(preset.name));
        for preset in [None].into_iter().chain(presets) {
            let run = run(*scenario, preset);
            let what = format!("{}@{}", scenario.id(), preset.unwrap_or("default"));
            found += &check(&what, &run.trace, &marks(&run), None);
        }
    }
    assert_eq!(found, "");
}

#[test]
fn no_word_touches_anything_in_traces_that_no_scenario_makes() {
    let clean = sketch::request(false);
    let lost = sketch::request(true);
    let ghost =
        changes::first_difference(&clean, &lost).map(|first| Ghost { trace: &clean, first });
    let mut found = check("ghost", &lost, &[], ghost);
    for (what, trace) in [
        ("mishaps", sketch::mishaps()),
        ("close", sketch::close()),
        ("three", sketch::three()),
        ("flights", sketch::flights(5)),
    ] {
        found += &check(what, &trace, &[], None);
    }
    assert_eq!(found, "");
}

#[test]
fn golden_pictures_show_every_scenario_and_failure() {
    for scenario in scenario::CATALOGUE {
        let failures = scenario.presets().iter().filter(|preset| preset.failure);
        for preset in [None].into_iter().chain(failures.map(|preset| Some(preset.name))) {
            let run = run(*scenario, preset);
            let steps = marks(&run);
            let options = LayoutOptions { steps: &steps, ..Default::default() };
            let diagram = Diagram::layout(&run.trace, &options);
            let view = View { title: scenario.title(), ..Default::default() };
            let picture = svg::standalone(&diagram.scene(view));
            let at = preset.map_or_else(String::new, |preset| format!("@{preset}"));
            let name = format!("../golden/{}{at}.svg", scenario.id());
            expect_test::expect_file![name].assert_eq(&format!("{picture}\n"));
        }
    }
}

#[test]
fn a_picture_is_the_same_drawn_twice_and_needs_nothing_from_outside() {
    let trace = sketch::request(true);
    let draw = || {
        let diagram = Diagram::layout(&trace, &LayoutOptions::default());
        svg::standalone(&diagram.scene(View::default())).to_string()
    };
    let picture = draw();
    assert_eq!(picture, draw());
    for banned in ["currentColor", "var(", "<marker", "foreignObject", "url(", "href", "style="] {
        assert!(!picture.contains(banned), "{banned}");
    }
}

#[test]
fn the_style_sheet_has_the_colours_of_the_drawings() {
    let css = include_str!("../../assets/tokens.css");
    for token in Token::ALL {
        for theme in Theme::ALL {
            let line = format!("--{}: {};", token.name(), token.color(theme));
            let block = match theme {
                Theme::Light => css.split("@media").next().unwrap_or_default(),
                _ => {
                    let head = format!("[data-theme=\"{}\"]", theme.id());
                    css.split(&head).nth(1).unwrap_or_default()
                }
            };
            let block = block.split('}').next().unwrap_or_default().to_ascii_uppercase();
            assert!(block.contains(&line.to_ascii_uppercase()), "{line} in {}", theme.id());
        }
    }
}

#[test]
fn arrows_never_point_up_and_stay_inside() {
    for scenario in scenario::CATALOGUE {
        let run = run(*scenario, None);
        let diagram = Diagram::layout(&run.trace, &LayoutOptions::default());
        for message in &diagram.messages {
            assert!(message.end.y > message.start.y, "{} {}", scenario.id(), message.title);
            assert!(message.last_line().1.y <= diagram.height, "{}", message.title);
        }
        for tenth in 0..=10 {
            let at = Instant::from_nanos(diagram.end.as_nanos() / 10 * tenth);
            let again = diagram.instant(diagram.y(at));
            let gap = diagram.end.as_nanos() / 100;
            assert!(at.as_nanos().abs_diff(again.as_nanos()) <= gap, "{at} {again}");
        }
    }
}
