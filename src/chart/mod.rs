//! How much: graphs over time.
