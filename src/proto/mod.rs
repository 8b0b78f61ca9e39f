//! Who: protocols as state machines without input or output of their own.
