//! The parts that pages are made of, one in a file.

pub(crate) mod anchor;
pub(crate) mod links;
pub(crate) mod bar;
pub(crate) mod foot;
pub(crate) mod dialog;
pub(crate) mod network_form;
pub(crate) mod theme_form;
pub(crate) mod icon;
pub(crate) mod study;
pub(crate) mod moment;
pub(crate) mod prose;
pub(crate) mod number;
pub(crate) mod term;
pub(crate) mod ledger;
pub(crate) mod legs;
pub(crate) mod stacks;
pub(crate) mod course_map;
pub(crate) mod blocks;
pub(crate) mod rail;
pub(crate) mod search;
pub(crate) mod loading;
