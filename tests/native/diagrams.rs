//! Drawings: what they show, that no word touches anything, and golden pictures.

use roundtrip::diagram::check::collisions;
use roundtrip::diagram::list::{self, Row};
use roundtrip::diagram::options::Timers;
use roundtrip::diagram::tokens::{Theme, Token};
use roundtrip::diagram::{
    Diagram, Ghost, LayoutOptions, Mode, Scale, StepMark, View, changes, inspect, mermaid, state,
    svg,
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
    let (setup, problems) = Setup::from_query(scenario.about(), &pairs);
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
        // Presets that are networks change times only, and all of them alike: two are enough.
        let presets = scenario
            .about()
            .presets
            .iter()
            .filter(|preset| preset.failure || ["lan", "satellite"].contains(&preset.name));
        for preset in [None].into_iter().chain(presets.map(|preset| Some(preset.name))) {
            let run = run(*scenario, preset);
            let what = format!("{}@{}", scenario.about().id, preset.unwrap_or("default"));
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
        let failures = scenario.about().presets.iter().filter(|preset| preset.failure);
        for preset in [None].into_iter().chain(failures.map(|preset| Some(preset.name))) {
            let run = run(*scenario, preset);
            let steps = marks(&run);
            let options = LayoutOptions { steps: &steps, ..Default::default() };
            let diagram = Diagram::layout(&run.trace, &options);
            let view = View { title: scenario.about().title, ..Default::default() };
            let picture = svg::standalone(&diagram.scene(view));
            let at = preset.map_or_else(String::new, |preset| format!("@{preset}"));
            let name = format!("../golden/{}{at}.svg", scenario.about().id);
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
            assert!(message.end.y > message.start.y, "{} {}", scenario.about().id, message.title);
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

#[test]
fn the_list_says_when_from_whom_and_why() {
    let trace = sketch::request(true);
    let rows = list::rows(&trace);
    let sentences: Vec<String> = rows.iter().map(Row::sentence).collect();
    expect_test::expect![[r#"
        SYN, seq 0, from Client to Server, 40 bytes, sent at 0 ms, arrives at 50 ms.
        SYN-ACK, seq 0, ack 1, from Server to Client, 40 bytes, sent at 50 ms, because SYN (message 1) arrived, arrives at 100 ms.
        ACK, ack 1, from Client to Server, 40 bytes, sent at 100 ms, because SYN-ACK (message 2) arrived, arrives at 150 ms.
        request, 480 B, from Client to Server, 520 bytes, sent at 100 ms, because SYN-ACK (message 2) arrived, lost.
        request again, 480 B, from Client to Server, 520 bytes, sent at 400 ms, arrives at 450 ms.
        200 OK, 1,180 B, ack 481, from Server to Client, 1,220 bytes, sent at 450 ms, because request again (message 5) arrived, arrives at 500 ms.
        ACK, ack 1,181, from Client to Server, 40 bytes, sent at 500 ms, because 200 OK (message 6) arrived, arrives at 550 ms.
    "#]]
    .assert_eq(&(sentences.join("\n").replace('\u{a0}', " ") + "\n"));
    let shown = list::description(&trace).replace('\u{a0}', " ");
    assert!(shown.starts_with("Client and Server: 7 messages, 1 of them lost, in 550 ms. SYN"));
}

#[test]
fn changes_say_what_a_drop_did() {
    let (before, now) = (sketch::request(false), sketch::request(true));
    let lines = changes::changes(&before, &now);
    let lines = lines.iter().map(|change| format!("{}: {}\n", change.name, change.words));
    expect_test::expect![[r#"
        request: arrived at 150 ms, is lost now
        request again: new, sent at 400 ms
        200 OK: arrives at 500 ms instead of 200 ms
        ACK: arrives at 550 ms instead of 250 ms
    "#]]
    .assert_eq(&lines.collect::<String>().replace('\u{a0}', " "));
    assert_eq!(changes::changes(&now, &now), []);
    assert_eq!(changes::first_difference(&now, &now), None);
}

#[test]
fn mermaid_gets_every_message_or_says_that_it_does_not() {
    expect_test::expect![[r#"
        sequenceDiagram
            participant h_client as Client
            participant h_server as Server
            h_client->>h_server: 0 ms SYN (seq 0)
            h_server->>h_client: 50 ms SYN-ACK (seq 0, ack 1)
            h_client->>h_server: 100 ms ACK (ack 1)
            h_client-xh_server: 100 ms request (480 B), lost
            h_client->>h_server: 400 ms request again (480 B)
            h_server->>h_client: 450 ms 200 OK (1,180 B, ack 481)
            h_client->>h_server: 500 ms ACK (ack 1,181)
    "#]]
    .assert_eq(&mermaid::mermaid(&sketch::request(true)));
    let long = mermaid::mermaid(&sketch::flights(8));
    assert!(long.len() <= 50_000 && long.contains("more messages are left out"));
}

#[test]
fn every_byte_of_every_packet_belongs_to_a_layer_and_fields_stay_in_theirs() {
    for scenario in scenario::CATALOGUE {
        let run = run(*scenario, None);
        for packet in run.trace.packets().take(60) {
            let shown = inspect::inspect(&packet);
            let bytes = shown.hex.iter().flat_map(|row| &row.bytes);
            let loose = bytes.filter(|byte| byte.layer.is_none()).count();
            assert_eq!(loose, 0, "{} {}", scenario.about().id, packet.sent.packet);
            for layer in &shown.layers {
                for field in layer.fields.iter().filter(|field| !field.bytes.is_empty()) {
                    let inside = layer.bytes.start <= field.bytes.start
                        && field.bytes.end <= layer.bytes.end;
                    assert!(inside, "{} {:?} {:?}", field.name, field.bytes, layer.bytes);
                }
            }
        }
    }
}

#[test]
fn no_word_of_a_state_diagram_touches_a_line_of_another() {
    for machine in roundtrip::proto::MACHINES {
        for width in [320, 480, 712] {
            let picture = state::draw(machine, width, None, Theme::Light);
            // Boxes and circles are drawn for the words in them: only lines may not be met.
            let found = collisions(&picture.svg);
            let found: Vec<_> = found
                .iter()
                .filter(|found| {
                    !["strip", "circle", "line", "shape"].contains(&found.with.as_str())
                })
                .collect();
            assert!(found.is_empty(), "{width} {found:?}");
        }
    }
}
