//! Study: schedules against a second opinion, and stored logs that must load for ever.

use expect_test::expect;
use fsrs::{FSRS, MemoryState};

use roundtrip::study::fsrs::{Memory, interval, retrievability, review};
use roundtrip::study::log::Log;
use roundtrip::study::progress::Due;
use roundtrip::study::{Grade, Progress};

/// A small seeded generator, so that the sequences are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(limit)).unwrap_or_default()
    }
}

fn relative(ours: f64, theirs: f32) -> f64 {
    (ours - f64::from(theirs)).abs() / f64::from(theirs).abs().max(1e-9)
}

#[test]
fn schedules_agree_with_the_fsrs_crate() {
    const SEQUENCES: u32 = 8_000;
    const REVIEWS: u32 = 20;
    let theirs = FSRS::default();
    let mut dice = Dice(7);
    let mut worst: f64 = 0.0;
    for _ in 0..SEQUENCES {
        let mut memory: Option<Memory> = None;
        let mut state: Option<MemoryState> = None;
        for nth in 0..REVIEWS {
            let grade = Grade::ALL[dice.below(4) as usize];
            // One in five on the same day, the rest spread over days, months and years.
            let days = match dice.below(5) {
                _ if nth == 0 => 0,
                0 => 0,
                1 => 1 + dice.below(3),
                2 => 1 + dice.below(30),
                3 => 1 + dice.below(300),
                _ => 1 + dice.below(3000),
            };
            if let (Some(memory), Some(state)) = (memory, state) {
                let theirs = fsrs::current_retrievability(state, days as f32, 0.1542);
                worst = worst.max(relative(retrievability(memory, days), theirs));
            }
            let next = theirs.next_states(state, 0.9, days).unwrap();
            let next = match grade {
                Grade::Again => next.again,
                Grade::Hard => next.hard,
                Grade::Good => next.good,
                Grade::Easy => next.easy,
            };
            let ours = review(memory, grade, days);
            worst = worst
                .max(relative(ours.stability, next.memory.stability))
                .max(relative(ours.difficulty, next.memory.difficulty));
            memory = Some(ours);
            state = Some(next.memory);
        }
    }
    assert!(worst <= 1e-4, "worst relative difference {worst:e} in {SEQUENCES} sequences");
    // The oracle is not asleep: single and double precision do differ somewhere.
    assert!(worst > 0.0, "the two agree to the last bit, which they cannot");
}

#[test]
fn intervals_agree_with_the_fsrs_crate_to_the_day() {
    let theirs = FSRS::default();
    for stability in [1, 2, 5, 30, 120, 900] {
        for retention in [0.7_f32, 0.8, 0.85, 0.9, 0.95, 0.97] {
            let share = f64::from(retention);
            let days = theirs.next_interval(Some(stability as f32), retention, 3);
            let ours = interval(f64::from(stability), share);
            assert_eq!(f64::from(ours), f64::from(days.round().max(1.0)), "{stability} {share}");
        }
    }
}

/// The file was written by the first version and must load for ever, whatever comes later.
#[test]
fn a_log_of_the_first_version_loads() {
    let text = include_str!("../golden/study-log-v1.jsonl");
    let (log, problems) = Log::parse(text);
    assert_eq!(problems, []);
    let progress = Progress::replay(&log, 0.9);
    let card = progress.card("tcp.syn-seq");
    assert_eq!((card.reviews, card.flagged), (2, true));
    assert!(progress.card("tcp.fin-states#2").suspended);
    let question = progress.question("tcp-open-check", "tcp-open.first-byte").unwrap();
    assert_eq!((question.attempts, question.best, question.last), (2, 1000, 0));
    expect!["2026-12-02"].assert_eq(&match card.due {
        Due::On(day) => day.to_string(),
        other => format!("{other:?}"),
    });
}

#[test]
fn a_log_with_lines_of_the_next_version_loses_nothing_by_a_round_trip() {
    let old = include_str!("../golden/study-log-v1.jsonl");
    let new = "{\"v\":2,\"kind\":\"dream\",\"device\":\"a\",\"seq\":90}";
    let (log, problems) = Log::parse(&format!("{old}{new}\n"));
    assert_eq!(
        problems.iter().map(|p| (p.kept, p.text.as_str())).collect::<Vec<_>>(),
        [(true, new)]
    );
    let (again, _) = Log::parse(&log.text());
    assert_eq!(again, log);
    assert!(log.text().contains(new));
}
