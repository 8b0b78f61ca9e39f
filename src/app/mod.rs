//! The browser: Yew pages and components.

/// Mounts the application.
pub fn start() {}
