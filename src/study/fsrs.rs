//! FSRS-6: how well a card is remembered, and when to ask again.
//!
//! The formulas and the default weights are those of the FSRS-6 model as published by
//! open-spaced-repetition ("The Algorithm", section FSRS-6); each function names the quantity
//! it computes there. The model has three quantities: *stability* S (days until the chance of
//! recall has fallen to 90 %), *difficulty* D (1 to 10) and *retrievability* R (the chance of
//! recall now).
//!
//! There is no clock, no chance and no rounding inside the model, so replaying a log always
//! gives the same memory. `libm` gives the same bits on every machine. What is shown or
//! compared by the rest of the product is a whole number of days ([`interval`]).

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::study::Grade;

/// The weights w0 … w20 that fit the average learner best (FSRS-6 defaults).
pub const WEIGHTS: [f64; 21] = [
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835,
    0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
];

/// The least stability, in days.
pub const STABILITY_MIN: f64 = 0.001;
/// The greatest stability, in days: one hundred years.
pub const STABILITY_MAX: f64 = 36_500.0;
/// The longest interval, in days.
pub const INTERVAL_MAX: u32 = 36_500;

/// What is known about one card in one head.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Memory {
    /// Days until the chance of recall has fallen to 90 %, 0.001 to 36,500.
    pub stability: f64,
    /// How hard the card is to learn, 1 to 10.
    pub difficulty: f64,
}

/// The memory after an answer.
///
/// `before` is `None` at the first review. `elapsed_days` counts from the last review;
/// 0 means the same day, for which the model has its own formula.
pub fn review(before: Option<Memory>, grade: Grade, elapsed_days: u32) -> Memory {
    let Some(before) = before else {
        return Memory {
            stability: initial_stability(grade),
            difficulty: clamp_difficulty(initial_difficulty(grade)),
        };
    };
    let s = clamp_stability(before.stability);
    let d = clamp_difficulty(before.difficulty);
    let r = recall(f64::from(elapsed_days), s);
    let stability = match (elapsed_days, grade) {
        (0, _) => stability_same_day(s, grade),
        (_, Grade::Again) => stability_after_lapse(s, d, r),
        (_, Grade::Hard | Grade::Good | Grade::Easy) => stability_after_recall(s, d, r, grade),
    };
    Memory { stability: clamp_stability(stability), difficulty: next_difficulty(d, grade) }
}

/// The chance of recall, 0 to 1, `elapsed_days` after the last review.
pub fn retrievability(memory: Memory, elapsed_days: u32) -> f64 {
    recall(f64::from(elapsed_days), clamp_stability(memory.stability))
}

/// Whole days, 1 to [`INTERVAL_MAX`], after which the chance of recall has fallen to
/// `desired_retention` (a share; values outside 0.5 to 0.99 are taken as the nearest of them).
pub fn interval(stability: f64, desired_retention: f64) -> u32 {
    let retention = desired_retention.clamp(0.5, 0.99);
    let days =
        clamp_stability(stability) / factor() * (libm::pow(retention, -1.0 / WEIGHTS[20]) - 1.0);
    whole_days(days)
}

fn whole_days(days: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "rounded and inside 1..=36,500, which a u32 holds"
    )]
    let whole = libm::round(days).clamp(1.0, f64::from(INTERVAL_MAX)) as u32;
    whole
}

/// R(t, S) = (1 + F·t/S)^(−w20), the forgetting curve.
fn recall(days: f64, s: f64) -> f64 {
    libm::pow(1.0 + factor() * days / s, -WEIGHTS[20])
}

/// F = 0.9^(−1/w20) − 1, so that R(S, S) = 90 %.
fn factor() -> f64 {
    libm::pow(0.9, -1.0 / WEIGHTS[20]) - 1.0
}

/// S0(G) = w(G−1).
fn initial_stability(grade: Grade) -> f64 {
    match grade {
        Grade::Again => WEIGHTS[0],
        Grade::Hard => WEIGHTS[1],
        Grade::Good => WEIGHTS[2],
        Grade::Easy => WEIGHTS[3],
    }
}

/// D0(G) = w4 − e^(w5·(G−1)) + 1, not yet clamped: the pull towards "Easy" uses it raw.
fn initial_difficulty(grade: Grade) -> f64 {
    WEIGHTS[4] - libm::exp(WEIGHTS[5] * (grade.value() - 1.0)) + 1.0
}

/// D′ = D + ΔD·(10 − D)/9 with ΔD = −w6·(G−3), then w7·D0(Easy) + (1 − w7)·D′.
fn next_difficulty(d: f64, grade: Grade) -> f64 {
    let delta = -WEIGHTS[6] * (grade.value() - 3.0);
    let damped = d + delta * (10.0 - d) / 9.0;
    let pulled = WEIGHTS[7] * initial_difficulty(Grade::Easy) + (1.0 - WEIGHTS[7]) * damped;
    clamp_difficulty(pulled)
}

/// S′r = S·(1 + e^w8·(11 − D)·S^(−w9)·(e^(w10·(1−R)) − 1)·[w15 if Hard]·[w16 if Easy]).
fn stability_after_recall(s: f64, d: f64, r: f64, grade: Grade) -> f64 {
    let button = match grade {
        Grade::Hard => WEIGHTS[15],
        Grade::Easy => WEIGHTS[16],
        Grade::Again | Grade::Good => 1.0,
    };
    let growth = libm::exp(WEIGHTS[8])
        * (11.0 - d)
        * libm::pow(s, -WEIGHTS[9])
        * (libm::exp(WEIGHTS[10] * (1.0 - r)) - 1.0)
        * button;
    s * (1.0 + growth)
}

/// S′f = w11·D^(−w12)·((S+1)^w13 − 1)·e^(w14·(1−R)), at most S / e^(w17·w18).
///
/// The ceiling keeps a lapse from ever lengthening a memory.
fn stability_after_lapse(s: f64, d: f64, r: f64) -> f64 {
    let forgotten = WEIGHTS[11]
        * libm::pow(d, -WEIGHTS[12])
        * (libm::pow(s + 1.0, WEIGHTS[13]) - 1.0)
        * libm::exp(WEIGHTS[14] * (1.0 - r));
    forgotten.min(s / libm::exp(WEIGHTS[17] * WEIGHTS[18]))
}

/// S′ = S·e^(w17·(G−3+w18))·S^(−w19), never shorter than S for Hard or better.
fn stability_same_day(s: f64, grade: Grade) -> f64 {
    let growth =
        libm::exp(WEIGHTS[17] * (grade.value() - 3.0 + WEIGHTS[18])) * libm::pow(s, -WEIGHTS[19]);
    s * if grade == Grade::Again { growth } else { growth.max(1.0) }
}

fn clamp_stability(s: f64) -> f64 {
    s.clamp(STABILITY_MIN, STABILITY_MAX)
}

fn clamp_difficulty(d: f64) -> f64 {
    d.clamp(1.0, 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_as_many_days_as_the_stability_nine_in_ten_are_recalled() {
        for days in [1, 10, 1000] {
            let memory = Memory { stability: f64::from(days), difficulty: 5.0 };
            assert!((retrievability(memory, days) - 0.9).abs() < 1e-12);
        }
    }

    #[test]
    fn at_ninety_per_cent_the_interval_is_the_stability() {
        assert_eq!(interval(17.0, 0.9), 17);
        assert_eq!(interval(0.2, 0.9), 1);
        assert_eq!(interval(1e9, 0.9), INTERVAL_MAX);
    }

    #[test]
    fn who_wants_to_remember_more_is_asked_sooner() {
        let days: Vec<u32> = [0.8, 0.9, 0.95].iter().map(|&r| interval(30.0, r)).collect();
        assert_eq!(days, [99, 30, 12]);
    }

    #[test]
    fn a_first_good_gives_two_days() {
        let memory = review(None, Grade::Good, 0);
        assert_eq!(interval(memory.stability, 0.9), 2);
        assert!((memory.difficulty - 2.118_104).abs() < 1e-5);
    }

    #[test]
    fn a_lapse_never_lengthens_a_memory() {
        for s in [0.001, 0.3, 1.0, 20.0, 36_500.0] {
            for days in [0, 1, 7, 4000] {
                let after =
                    review(Some(Memory { stability: s, difficulty: 1.0 }), Grade::Again, days);
                assert!(after.stability <= s, "{s} {days} {after:?}");
            }
        }
    }
}
