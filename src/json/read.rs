//! A value to our types.

use super::parse::{Json, parse};

/// A type that can be read from a value.
pub trait Read: Sized {
    /// The names of its fields.
    const FIELDS: &'static [&'static str] = &[];

    /// Takes it out of `found`. Where that fails, `trouble` knows, and what is returned means
    /// nothing: so there is nothing to undo half-way, which is what costs code.
    fn read(found: Json, trouble: &mut Trouble) -> Self;
}

/// Reads a `T` from a text.
///
/// # Errors
/// Names the first place that is wrong, and says what is expected there.
pub fn read<T: Read>(text: &str) -> Result<T, String> {
    read_value(parse(text)?)
}

/// Reads a `T` from a value.
///
/// # Errors
/// Names the first place that is wrong, and says what is expected there.
pub fn read_value<T: Read>(json: Json) -> Result<T, String> {
    let mut trouble = Trouble::default();
    let value = T::read(json, &mut trouble);
    match trouble.first {
        None => Ok(value),
        Some(what) => Err(what),
    }
}

/// Where reading stands, and the first thing that went wrong.
#[derive(Debug, Default)]
pub struct Trouble {
    path: Vec<Step>,
    first: Option<String>,
}

#[derive(Debug)]
enum Step {
    Name(&'static str),
    Nth(usize),
}

impl Trouble {
    /// Notes what is wrong here, if nothing was before.
    #[cold]
    pub fn note(&mut self, what: &str) {
        if self.first.is_some() {
            return;
        }
        let mut place = String::new();
        for step in &self.path {
            match step {
                Step::Name(name) => {
                    if !place.is_empty() {
                        place.push('.');
                    }
                    place.push_str(name);
                }
                Step::Nth(at) => {
                    place.push('[');
                    place.push_str(&at.to_string());
                    place.push(']');
                }
            }
        }
        let mut text = what.to_owned();
        if !place.is_empty() {
            text = ["`", &place, "`: ", what].concat();
        }
        self.first = Some(text);
    }

    fn inside<T: Read>(&mut self, step: Step, found: Json) -> T {
        self.path.push(step);
        let value = T::read(found, self);
        self.path.pop();
        value
    }

    /// Takes a field out of an object. `_` in its name may stand as `-` in the text.
    pub fn field<T: Read>(&mut self, object: &mut Json, name: &'static str) -> T {
        let found = self.take(object, name);
        self.inside(Step::Name(name), found)
    }

    fn take(&mut self, object: &mut Json, name: &str) -> Json {
        let Json::Object(pairs) = object else {
            self.note("an object is expected");
            return Json::Null;
        };
        let same = |known: &str| {
            let fits = |(a, b): (u8, u8)| a == b || (a == b'-' && b == b'_');
            known.len() == name.len() && known.bytes().zip(name.bytes()).all(fits)
        };
        let found = pairs.iter_mut().find(|(known, _)| same(known));
        found.map_or(Json::Null, |(_, value)| core::mem::take(value))
    }

    fn items(&mut self, found: Json) -> Vec<Json> {
        match found {
            Json::List(items) => return items,
            Json::Null => {}
            _ => self.note("a list is expected"),
        }
        Vec::new()
    }

    fn expected(&mut self, found: &Json, what: &str) {
        let missing = if *found == Json::Null { "missing: " } else { "" };
        self.note(&[missing, what, " is expected"].concat());
    }

    fn whole(&mut self, found: &Json) -> (bool, u64) {
        if let Json::Whole(below, number) = found {
            return (*below, *number);
        }
        self.expected(found, "a whole number");
        (false, 0)
    }

    /// The variant that is named, by its place in `names`, and what it holds.
    pub fn variant(&mut self, found: Json, names: &[&'static str]) -> (usize, Json) {
        let (name, inside) = match found {
            Json::Text(name) => (name, Json::Null),
            Json::Object(mut pairs) if pairs.len() == 1 => pairs.remove(0),
            found => {
                self.expected(&found, "a name, or an object of one field");
                return (0, Json::Null);
            }
        };
        let place = names.iter().position(|known| known.eq_ignore_ascii_case(&name));
        place.map_or_else(
            || {
                let mut text = ["`", &name, "` is none of"].concat();
                for known in names {
                    text.push_str(" `");
                    text.push_str(&known.to_ascii_lowercase());
                    text.push('`');
                }
                self.note(&text);
                (0, Json::Null)
            },
            |place| (place, inside),
        )
    }
}

impl Read for String {
    fn read(found: Json, trouble: &mut Trouble) -> Self {
        if let Json::Text(text) = found {
            return text;
        }
        trouble.expected(&found, "a text");
        Self::new()
    }
}

impl Read for bool {
    /// One that is not there is false.
    fn read(found: Json, trouble: &mut Trouble) -> Self {
        match found {
            Json::Bool(value) => return value,
            Json::Null => {}
            _ => trouble.note("`true` or `false` is expected"),
        }
        false
    }
}

impl Read for u64 {
    fn read(found: Json, trouble: &mut Trouble) -> Self {
        match trouble.whole(&found) {
            (true, 1..) => {
                trouble.note("a number from 0 on is expected");
                0
            }
            (_, number) => number,
        }
    }
}

impl Read for i64 {
    fn read(found: Json, trouble: &mut Trouble) -> Self {
        let (below, number) = trouble.whole(&found);
        let signed =
            if below { 0_i64.checked_sub_unsigned(number) } else { number.try_into().ok() };
        signed.unwrap_or_else(|| {
            trouble.note("the number is too large");
            0
        })
    }
}

/// A smaller type of numbers from a larger one.
macro_rules! smaller {
    ($($small:ty: $large:ty),*) => {$(
        impl Read for $small {
            fn read(found: Json, trouble: &mut Trouble) -> Self {
                Self::try_from(<$large>::read(found, trouble)).unwrap_or_else(|_| {
                    trouble.note("the number is too large");
                    0
                })
            }
        }
    )*};
}
smaller!(u8: u64, u16: u64, u32: u64, i32: i64);

impl<T: Read> Read for Vec<T> {
    /// One that is not there is empty.
    fn read(found: Json, trouble: &mut Trouble) -> Self {
        let items = trouble.items(found);
        let mut out = Self::with_capacity(items.len());
        for (at, item) in items.into_iter().enumerate() {
            out.push(trouble.inside(Step::Nth(at), item));
        }
        out
    }
}

impl<T: Read> Read for Option<T> {
    fn read(found: Json, trouble: &mut Trouble) -> Self {
        if found == Json::Null { None } else { Some(T::read(found, trouble)) }
    }
}

impl<T: Read> Read for Box<T> {
    fn read(found: Json, trouble: &mut Trouble) -> Self {
        Self::new(T::read(found, trouble))
    }
}

impl<A: Read, B: Read> Read for (A, B) {
    fn read(found: Json, trouble: &mut Trouble) -> Self {
        let mut items = trouble.items(found);
        if items.len() != 2 {
            trouble.note("a list of two is expected");
            items.resize(2, Json::Null);
        }
        let second = items.pop().unwrap_or(Json::Null);
        let first = items.pop().unwrap_or(Json::Null);
        (trouble.inside(Step::Nth(0), first), trouble.inside(Step::Nth(1), second))
    }
}

/// A struct or an enum that can be read from JSON, as it is declared. The names of variants are
/// one word each, and the first variant must not hold its own type.
macro_rules! readable {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty),* $(,)?
        }
    ) => {
        $(#[$meta])*
        $vis struct $name {
            $($(#[$field_meta])* $field_vis $field: $type,)*
        }

        impl $crate::json::Read for $name {
            const FIELDS: &'static [&'static str] = &[$(stringify!($field)),*];

            fn read(mut found: $crate::json::Json, trouble: &mut $crate::json::Trouble) -> Self {
                Self { $($field: trouble.field(&mut found, stringify!($field)),)* }
            }
        }
    };
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $(
                $(#[$variant_meta:meta])*
                $variant:ident
                $(($type:ty))?
                $({
                    $($(#[$field_meta:meta])* $field:ident: $field_type:ty),* $(,)?
                })?
            ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        $vis enum $name {
            $(
                $(#[$variant_meta])*
                $variant $(($type))? $({ $($(#[$field_meta])* $field: $field_type,)* })?,
            )*
        }

        impl $crate::json::Read for $name {
            const FIELDS: &'static [&'static str] = &[$(stringify!($variant)),*];

            fn read(found: $crate::json::Json, trouble: &mut $crate::json::Trouble) -> Self {
                #[derive(Clone, Copy)]
                enum Name { $($variant),* }
                const NAMES: &[Name] = &[$(Name::$variant),*];
                let names = <Self as $crate::json::Read>::FIELDS;
                let (place, mut inside) = trouble.variant(found, names);
                // A variant without fields leaves it alone.
                let _ = &mut inside;
                match NAMES[place] {
                    $(Name::$variant => Self::$variant
                        $((<$type as $crate::json::Read>::read(inside, trouble)))?
                        $({ $($field: trouble.field(&mut inside, stringify!($field)),)* })?,)*
                }
            }
        }
    };
}
pub(crate) use readable;
