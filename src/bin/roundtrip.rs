//! The native program `roundtrip`.

fn main() {}
