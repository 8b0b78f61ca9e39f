//! The parts that pages are made of, one in a file.

pub(crate) mod anchor;
pub(crate) mod bar;
pub(crate) mod icon;
pub(crate) mod study;
