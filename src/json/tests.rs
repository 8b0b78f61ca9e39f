//! The reader against the library that writes.

use proptest::prelude::{Strategy, any, prop_assert_eq, prop_oneof, proptest};
use serde::Serialize;

use super::{Json, parse, push_text, read, readable};

readable! {
    /// One of everything.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    struct Thing {
        text: String,
        number: u64,
        below: i64,
        small: u8,
        flag: bool,
        pair: (String, Vec<Shape>),
        #[serde(skip_serializing_if = "Option::is_none")]
        maybe: Option<i32>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        list: Vec<Box<Self>>,
    }
}

readable! {
    /// One of every kind of variant.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    #[serde(rename_all = "kebab-case")]
    enum Shape {
        Plain,
        Held(String),
        Named {
            a: u32,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            more: Vec<Self>,
        },
    }
}

fn shape() -> impl Strategy<Value = Shape> {
    let leaf =
        prop_oneof![proptest::strategy::Just(Shape::Plain), any::<String>().prop_map(Shape::Held),];
    leaf.prop_recursive(3, 12, 4, |inner| {
        (any::<u32>(), proptest::collection::vec(inner, 0..4))
            .prop_map(|(a, more)| Shape::Named { a, more })
    })
}

fn thing() -> impl Strategy<Value = Thing> {
    let shapes = proptest::collection::vec(shape(), 0..4);
    let leaf = (any::<(String, u64, i64, u8, bool, String, Option<i32>)>(), shapes).prop_map(
        |((text, number, below, small, flag, name, maybe), shapes)| Thing {
            text,
            number,
            below,
            small,
            flag,
            pair: (name, shapes),
            maybe,
            list: Vec::new(),
        },
    );
    leaf.prop_recursive(2, 6, 3, |inner| {
        (inner.clone(), proptest::collection::vec(inner.prop_map(Box::new), 0..3))
            .prop_map(|(thing, list)| Thing { list, ..thing })
    })
}

/// The same value as the library reads it.
fn same(ours: &Json, theirs: &serde_json::Value) -> bool {
    use serde_json::Value;
    match (ours, theirs) {
        (Json::Null, Value::Null) | (Json::Other, Value::Number(_)) => true,
        (Json::Bool(a), Value::Bool(b)) => a == b,
        (Json::Whole(true, a), Value::Number(b)) => {
            b.as_i64().map_or(*a > 1 << 62, |b| b <= 0 && b.unsigned_abs() == *a) || *a == 0
        }
        (Json::Whole(false, a), Value::Number(b)) => b.as_u64() == Some(*a),
        (Json::Text(a), Value::String(b)) => a == b,
        (Json::List(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Json::Object(a), Value::Object(b)) => {
            a.iter().all(|(name, a)| {
                b.get(name).is_some_and(|b| {
                    // Of two fields with one name the library keeps the last.
                    same(a, b) || a_twice(name, ours)
                })
            })
        }
        _ => false,
    }
}

fn a_twice(name: &str, object: &Json) -> bool {
    let Json::Object(pairs) = object else { return false };
    pairs.iter().filter(|(known, _)| known == name).count() > 1
}

proptest! {
    #[test]
    fn what_serde_writes_is_read(thing in thing()) {
        let text = serde_json::to_string(&thing).unwrap();
        prop_assert_eq!(read::<Thing>(&text), Ok(thing.clone()));
        let text = serde_json::to_string_pretty(&thing).unwrap();
        prop_assert_eq!(read::<Thing>(&text), Ok(thing));
    }

    #[test]
    fn a_text_is_json_and_json_is_a_text_exactly_where_the_library_says_so(
        pieces in proptest::collection::vec(proptest::sample::select(vec![
            "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"b\":", "true", "null", "fals", "-", "0",
            "17", "01", ".5", "e3", "\\n", "\\u00e4", "\\ud83d\\ude00", "\\ud83d", " ", "\n", "é", "x",
        ]), 0..12),
    ) {
        let text = pieces.concat();
        match (parse(&text), serde_json::from_str::<serde_json::Value>(&text)) {
            (Ok(ours), Ok(theirs)) => assert!(same(&ours, &theirs), "{text}: {ours:?}, {theirs}"),
            (Err(_), Err(_)) => {}
            // A number beyond the range of a float is one here.
            (Ok(_), Err(error)) if error.to_string().contains("out of range") => {}
            (ours, theirs) => panic!("{text}: {ours:?}, {theirs:?}"),
        }
    }

    #[test]
    fn any_text_is_written_as_the_library_writes_it(text in any::<String>()) {
        let mut ours = String::new();
        push_text(&mut ours, &text);
        prop_assert_eq!(ours, serde_json::to_string(&text).unwrap());
    }

    #[test]
    fn a_damaged_text_never_panics(thing in thing(), at in any::<usize>(), new in any::<char>()) {
        let text = serde_json::to_string(&thing).unwrap();
        let mut damaged: Vec<char> = text.chars().collect();
        let place = at % damaged.len();
        damaged[place] = new;
        let _ = read::<Thing>(&damaged.iter().collect::<String>());
        let _ = read::<Thing>(&text.chars().take(place).collect::<String>());
    }
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let wrong = |text: &str| read::<Thing>(text).unwrap_err();
    let thing = |pair: &str| {
        format!(
            r#"{{"text":"","number":1,"below":-1,"small":1,"flag":true,"pair":["x",[{pair}]]}}"#
        )
    };
    assert_eq!(read::<Thing>(&thing("")).map(|thing| thing.below), Ok(-1));
    assert_eq!(wrong("{"), "cut off after 1 characters");
    assert_eq!(wrong("[1 2]"), "`,` or `]` is expected (column 4)");
    assert_eq!(wrong("[]"), "an object is expected");
    assert_eq!(wrong(r#"{"number":1}"#), "`text`: missing: a text is expected");
    assert_eq!(
        wrong(&thing(r#""round""#)),
        "`pair[1][0]`: `round` is none of `plain` `held` `named`"
    );
    assert_eq!(
        wrong(&thing(r#"{"named":{"a":-1}}"#)),
        "`pair[1][0].a`: a number from 0 on is expected"
    );
    let deep = "[".repeat(1000);
    assert_eq!(wrong(&deep), "too deep (column 129)");
}
