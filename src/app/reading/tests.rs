//! Marks come and stay; damage is kept.

use super::{Mark, Passed, Reading};
use crate::content::types::{Course, CourseChapter, Part};

fn course() -> Course {
    let chapter = |(id, ready): (&str, bool)| CourseChapter {
        id: id.to_owned(),
        title: id.to_uppercase(),
        about: String::new(),
        minutes: ready.then_some(20),
    };
    let chapters = [("one", true), ("two", false), ("three", true), ("four", true)];
    let part = Part {
        numeral: "I".to_owned(),
        title: "Part".to_owned(),
        chapters: chapters.into_iter().map(chapter).collect(),
    };
    Course { parts: vec![part], ..Course::default() }
}

fn pass(reading: &mut Reading, chapter: &str, at: Option<&str>, read: Option<&str>) -> bool {
    reading.pass(&Passed { chapter, sections: 2, at, read })
}

fn next(reading: &Reading) -> Option<String> {
    let course = course();
    let (chapter, at) = reading.next(&course)?;
    Some(at.map_or_else(|| chapter.id.clone(), |at| format!("{}#{at}", chapter.id)))
}

#[test]
fn sections_that_were_passed_add_up_to_a_chapter() {
    let mut reading = Reading::default();
    assert_eq!((reading.mark("one"), next(&reading)), (Mark::None, None));
    assert!(pass(&mut reading, "one", Some("a"), None));
    assert_eq!((reading.mark("one"), next(&reading).as_deref()), (Mark::None, Some("one#a")));
    assert!(pass(&mut reading, "one", Some("b"), Some("a")));
    assert_eq!((reading.mark("one"), next(&reading).as_deref()), (Mark::Part(1, 2), Some("one#b")));
    assert!(!pass(&mut reading, "one", Some("b"), Some("a")), "the same once more is nothing new");
    pass(&mut reading, "one", Some("b"), Some("b"));
    assert_eq!((reading.mark("one"), reading.done(&course())), (Mark::Done, 1));
    assert!(reading.has("one", "a") && !reading.has("one", "c"));
}

#[test]
fn behind_a_chapter_that_is_read_comes_the_next_that_can_be_read() {
    let mut reading = Reading::default();
    for chapter in ["three", "one"] {
        pass(&mut reading, chapter, Some("b"), Some("a"));
        pass(&mut reading, chapter, Some("b"), Some("b"));
    }
    assert_eq!(next(&reading).as_deref(), Some("four"), "two cannot be read, three is read");
    pass(&mut reading, "four", Some("b"), Some("a"));
    pass(&mut reading, "four", Some("b"), Some("b"));
    assert_eq!(next(&reading), None);
    // What has left the course since is no place to go on.
    pass(&mut reading, "gone", Some("b"), Some("a"));
    assert_eq!(next(&reading), None);
}

#[test]
fn what_was_kept_comes_back() {
    let mut reading = Reading::default();
    pass(&mut reading, "one", None, None);
    pass(&mut reading, "three", Some("b"), Some("a"));
    let text = reading.text();
    assert_eq!(text, "one 2 -\nthree 2 b a\n");
    assert_eq!(Reading::parse(&text), reading);
}

#[test]
fn damage_costs_its_own_line_and_is_kept_word_for_word() {
    let long = "x".repeat(100_000);
    let damaged =
        ["{\"v\":9}", "one", "one two three", "one 0 a", "<b> 2 a b", "one 2 b a,b", &long];
    for line in damaged {
        let reading = Reading::parse(&format!("{line}\nthree 2 b a\n"));
        assert_eq!(reading.mark("three"), Mark::Part(1, 2), "{line}");
        assert_eq!(reading.kept, [line], "{line}");
        assert!(reading.text().lines().any(|kept| kept == line));
    }
    let twice = Reading::parse("one 2 b a\none 2 a\n");
    assert_eq!((twice.mark("one"), twice.kept.len()), (Mark::Part(1, 2), 1));
    assert!(Reading::parse("\n \n").is_empty());
}
