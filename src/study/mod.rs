//! What to repeat: scheduling, sessions and grading.
