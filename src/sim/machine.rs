//! A state machine is a table: its arrows are the code, the picture and the test.

/// An arrow of a state machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The state before, in the words of the standard.
    pub from: &'static str,
    /// What makes it move, in words.
    pub on: &'static str,
    /// The state after.
    pub to: &'static str,
}

/// A state machine with its name.
#[derive(Clone, Copy, Debug)]
pub struct Machine {
    /// The permanent name: `tcp`.
    pub name: &'static str,
    /// What a person reads.
    pub title: &'static str,
    /// Its states, the first one first.
    pub states: &'static [&'static str],
    /// Its arrows.
    pub transitions: &'static [Transition],
}

impl Machine {
    /// Whether there is an arrow between two states.
    pub fn allows(&self, from: &str, to: &str) -> bool {
        self.transitions.iter().any(|arrow| arrow.from == from && arrow.to == to)
    }
}

/// The arrows as text, a line each.
impl core::fmt::Display for Machine {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        for Transition { from, on, to } in self.transitions {
            writeln!(f, "{from} -> {to}: {on}")?;
        }
        Ok(())
    }
}

/// Declares the states of a machine and the arrows between them.
///
/// It makes the enum, a method per occasion that gives the next state if there is an arrow, and
/// the lists `STATES` and `TRANSITIONS`.
macro_rules! transitions {
    (
        $(#[$meta:meta])*
        pub enum $State:ident { $($(#[$doc:meta])* $state:ident = $name:literal),+ $(,)? }
        $($(#[$on_doc:meta])* $on:ident = $words:literal { $($from:ident => $to:ident),+ $(,)? })+
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $State { $($(#[$doc])* $state),+ }

        impl $State {
            /// The names of the states, as the standard writes them.
            pub const STATES: &'static [&'static str] = &[$($name),+];

            /// The arrows between the states.
            pub const TRANSITIONS: &'static [$crate::sim::machine::Transition] = &[$($(
                $crate::sim::machine::Transition {
                    from: Self::$from.name(),
                    on: $words,
                    to: Self::$to.name(),
                },
            )+)+];

            /// The name as the standard writes it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$state => $name),+ }
            }

            $(
                $(#[$on_doc])*
                /// The state after it, if there is such an arrow.
                pub const fn $on(self) -> Option<Self> {
                    match self {
                        $(Self::$from => Some(Self::$to),)+
                        #[allow(unreachable_patterns, reason = "an occasion may fit every state")]
                        _ => None,
                    }
                }
            )+
        }
    };
}
pub(crate) use transitions;
