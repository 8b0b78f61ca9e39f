//! Scenarios about the corners of TCP.

pub(super) mod backpressure;
pub(super) mod bufferbloat;
pub(super) mod ecn;
pub(super) mod idle;
mod long;
pub(super) mod loss_rate;
pub(super) mod window;
pub(super) mod nagle;
pub(super) mod outage;
pub(super) mod ports;
pub(super) mod flood;
pub(super) mod half_open;
pub(super) mod forgetting;
pub(super) mod sequence;
pub(super) mod mtu;
pub(super) mod sawtooth;
