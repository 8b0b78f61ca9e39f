//! What pages share for studying: the learner's log, the review and the quiz as machines.

pub(crate) mod clock;
pub(crate) mod desk;
mod keeper;
mod provider;
pub(crate) mod quiz;
pub(crate) mod review;

pub(crate) use provider::{Study, StudyProvider, use_study};
