//! The browser program: mounts the application, nothing else.

fn main() {
    roundtrip::app::start();
}
