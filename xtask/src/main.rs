//! Sets up the tools of Roundtrip and runs everything.

fn main() {}
