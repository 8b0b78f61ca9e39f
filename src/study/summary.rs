//! The end of a session: what was done, what is coming, and where it is weak.

use crate::sorted::{SortedMap, sort_by};
use crate::study::session::{Left, Session};
use crate::study::{Day, Moment};

/// How many of the weakest topics are named.
const WEAKEST: usize = 3;

/// Days ahead for which strength is predicted: right after a session everything is fresh,
/// so the chance of recall today would flatter every topic.
const STRENGTH_DAYS: u32 = 7;

/// What the end screen says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Answers given today.
    pub done: u32,
    /// Cards seen for the first time today.
    pub fresh: u32,
    /// Answers today to cards that were due.
    pub tested: u32,
    /// The share of those that was remembered, in per mille; `None` without any.
    pub remembered: Option<u16>,
    /// What tomorrow brings.
    pub tomorrow: Left,
    /// The topics with the lowest predicted recall in a week, weakest first.
    pub weakest: Vec<Strength>,
}

/// How well the cards of a topic will be remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strength {
    /// The topic.
    pub topic: String,
    /// The mean chance of recall of the cards seen so far, in per mille.
    pub recall: u16,
    /// How many cards that is the mean of.
    pub seen: u32,
    /// How many cards the topic has.
    pub cards: u32,
}

impl Session {
    /// The end screen of the study day of `now`.
    pub fn summary(&self, now: Moment) -> Summary {
        let today = now.day();
        let count = self.progress().day(today);
        let mut weakest = self.strengths(today.plus(STRENGTH_DAYS));
        sort_by(&mut weakest, |a, b| a.recall.cmp(&b.recall).then_with(|| a.topic.cmp(&b.topic)));
        weakest.retain(|strength| strength.seen > 0);
        weakest.truncate(WEAKEST);
        Summary {
            done: count.answers,
            fresh: count.fresh,
            tested: count.tested,
            remembered: per_mille(f64::from(count.remembered), count.tested),
            tomorrow: self.load_after(today),
            weakest,
        }
    }

    /// The predicted recall of each topic on `day`, by name: with the date of an interview,
    /// what will be known there. A topic without a seen card has 0 of 0.
    pub fn strengths(&self, day: Day) -> Vec<Strength> {
        let mut sums: SortedMap<&str, (f64, u32, u32)> = SortedMap::new();
        for item in self.items() {
            let (sum, seen, cards) = sums.get_or_default(&item.topic);
            *cards += 1;
            if let Some(recall) = self.progress().card(&item.id).recall_on(day) {
                *sum += recall;
                *seen += 1;
            }
        }
        sums.into_iter()
            .map(|(topic, (sum, seen, cards))| Strength {
                topic: topic.to_owned(),
                recall: per_mille(sum, seen).unwrap_or(0),
                seen,
                cards,
            })
            .collect()
    }
}

fn per_mille(sum: f64, of: u32) -> Option<u16> {
    if of == 0 {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "rounded and inside 0..=1,000, which a u16 holds"
    )]
    let share = libm::round(sum * 1000.0 / f64::from(of)).clamp(0.0, 1000.0) as u16;
    Some(share)
}
