//! When: the discrete-event core.
