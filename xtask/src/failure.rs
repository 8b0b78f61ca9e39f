//! What went wrong, in one line, with its cure.

use std::fmt;

/// Why a command ends with exit status 1.
#[derive(Debug)]
pub enum Failure {
    /// One line: what is wrong and what to do.
    Message(String),
    /// All has been said already.
    Reported,
}

/// The result of a step.
pub type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// A failure with its one line.
    pub fn new(message: impl Into<String>) -> Self {
        Self::Message(message.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(message) => f.write_str(message),
            Self::Reported => Ok(()),
        }
    }
}
