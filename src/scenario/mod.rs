//! What if: the catalogue of scenarios.
