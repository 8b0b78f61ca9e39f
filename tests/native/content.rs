//! The content: the real one has no mistake, and every mistake an author can make is told with
//! its place and the nearest right thing.

mod chapters;
mod decks;
mod lints;
mod pages;
mod quizzes;

use expect_test::{Expect, expect};
use roundtrip::cli::Simulation;
use roundtrip::content::compile::{Site, compile, lint};
use roundtrip::content::problem::{File, Problem, Report};

/// The course that the cases below live in.
const COURSE: &str = r#"title = "T"
[[part]]
title = "P"
[[part.chapter]]
id = "first"
title = "First"
about = "a"
[[part.chapter]]
id = "second"
title = "Second"
about = "b"
"#;

/// A front matter without mistakes, nine lines.
const FRONT: &str = r#"+++
id = "second"
title = "Second"
minutes = 5
after = ["first"]
aims = ["do it"]
summary = "One. Two. Three."
sources = ["RFC 9293 §3.5"]
+++
"#;

fn files(list: &[(&str, &str)]) -> Vec<File> {
    let named = |(path, text): &(&str, &str)| File {
        path: format!("content/{path}"),
        text: (*text).to_owned(),
    };
    let mut files: Vec<File> = list.iter().map(named).collect();
    if !files.iter().any(|file| file.path == "content/course.toml") {
        files.push(named(&("course.toml", COURSE)));
    }
    files
}

fn compiled(list: &[(&str, &str)]) -> (Vec<File>, Site, Vec<Problem>) {
    let files = files(list);
    let (site, problems) = compile(&files, &Simulation::default());
    (files, site, problems)
}

/// Expects these problems; "has no deck" and the like are left out.
fn check(list: &[(&str, &str)], expect: Expect) {
    let (files, _, mut problems) = compiled(list);
    problems.retain(|problem| !problem.message.starts_with("the chapter has no "));
    let report = Report { files: &files, problems: &problems };
    expect.assert_eq(&report.short());
}

/// Expects these problems of a chapter with this body, which starts at line 10.
fn check_body(body: &str, expect: Expect) {
    let text = format!("{FRONT}{body}");
    check(&[("chapters/second.md", &text)], expect);
}

/// What a body without mistakes becomes.
#[expect(clippy::unwrap_used, reason = "a test may fail here")]
fn blocks(body: &str) -> String {
    let text = format!("{FRONT}{body}");
    let (files, site, problems) = compiled(&[("chapters/second.md", &text)]);
    let errors: Vec<&Problem> = problems
        .iter()
        .filter(|problem| !problem.message.starts_with("the chapter has no "))
        .collect();
    let errors: Vec<Problem> = errors.into_iter().cloned().collect();
    assert_eq!(Report { files: &files, problems: &errors }.short(), "");
    let blocks = site.chapters.first().map(|chapter| chapter.blocks.clone()).unwrap_or_default();
    serde_json::to_string_pretty(&blocks).unwrap()
}

#[test]
fn the_content_of_the_site_has_no_mistake() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    read(&root.join("content"), "content", &mut found);
    let (site, mut problems) = compile(&found, &Simulation::default());
    problems.extend(lint(&found, &site));
    let report = Report { files: &found, problems: &problems };
    assert_eq!((report.errors(), report.warnings()), (0, 0), "\n{}", report.short());
    assert!(!site.chapters.is_empty() && !site.decks.is_empty() && !site.quizzes.is_empty());
}

#[expect(clippy::unwrap_used, reason = "a test may fail here")]
fn read(folder: &std::path::Path, name: &str, found: &mut Vec<File>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read(&entry.path(), &path, found);
        } else {
            let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
            found.push(File { path, text });
        }
    }
}

#[test]
fn the_course_is_read_with_every_mistake() {
    let course = r#"titel = "T"
[[part]]
title = "P"
[[part.chapter]]
id = "a"
title = "A"
about = 3
[[part.chapter]]
id = "a"
title = "A again"
about = "x"
"#;
    check(
        &[("course.toml", course), ("chapters/b.md", "+++\n+++\n")],
        expect![[r#"
            content/chapters/b.md:1:1: error: the course has no chapter `b`: there is `a`
            content/course.toml:1:1: error: the course has no key `titel`: did you mean `title`?
            content/course.toml:1:1: error: the course needs `title`, the name of the site
            content/course.toml:7:9: error: `about` must be a text in quotation marks, this is a number
            content/course.toml:9:6: error: the chapter `a` is listed twice
        "#]],
    );
}

#[test]
fn a_missing_course_is_told() {
    let (site, problems) = compile(&[], &Simulation::default());
    assert_eq!(site, Site::default());
    let report = Report { files: &[], problems: &problems };
    expect![[r#"
        content/course.toml:1:1: error: the file is missing: it lists the chapters
    "#]]
    .assert_eq(&report.short());
}

#[test]
fn a_chapter_that_is_still_to_come_is_listed_and_not_linked() {
    let text = format!("{FRONT}See [the first](chapter:first).\n");
    let (_, site, _) = compiled(&[("chapters/second.md", &text)]);
    let minutes: Vec<_> = site.course.parts[0].chapters.iter().map(|c| c.minutes).collect();
    assert_eq!(minutes, [None, Some(5)]);
    assert!(!site.chapters[0].prev.as_ref().unwrap().ready);
    assert!(!serde_json::to_string(&site.chapters).unwrap().contains("course/first"));
}

#[test]
fn terms_are_checked() {
    let glossary = r"stray

### One {#one short=ONE see=tcp-open@syn-ak}

Text.

More.

### Two {#one .class}

Text.

### Three

Text.

### Four {#four colour=red}

## Five {#five}
";
    check(
        &[("glossary.md", glossary)],
        expect![[r#"
        content/glossary.md:1:1: error: this text belongs to nothing: it stands before the first heading
        content/glossary.md:3:10: warning: nothing links the term `one`
        content/glossary.md:3:29: error: `tcp-open` has no step `syn-ak`: did you mean `syn-ack`?
        content/glossary.md:7:1: error: a term has one paragraph
        content/glossary.md:9:10: error: the term `one` is explained twice
        content/glossary.md:9:16: error: `.class` has no meaning here
        content/glossary.md:13:1: error: the heading needs a permanent name: `{#name}`
        content/glossary.md:17:1: error: the term `Four` is not explained: a paragraph must follow
        content/glossary.md:17:11: warning: nothing links the term `four`
        content/glossary.md:17:17: error: a heading has no key `colour`: there is `short`, `see`
        content/glossary.md:19:1: error: headings are written with `###` here
        content/glossary.md:19:10: warning: nothing links the term `five`
    "#]],
    );
}

#[test]
fn ids_are_given_once_and_never_again_once_retired() {
    let deck = "+++\ndeck = \"second\"\ntitle = \"D\"\nchapter = \"second\"\n+++\n\
                ### A? {#second.a}\n\nx\n\n### B? {#second.a}\n\ny\n\n### C? {#second.old}\n\nz\n";
    let retired = "# why: the card was wrong\nsecond.old # 2026\n";
    check(
        &[("decks/second.md", deck), ("retired-ids.txt", retired)],
        expect![[r#"
        content/decks/second.md:10:9: error: the id `second.a` is given twice: also to a card in content/decks/second.md
        content/decks/second.md:14:9: error: the id `second.old` is retired and cannot be used again
    "#]],
    );
}

#[test]
fn problems_are_shown_with_their_line_as_a_compiler_would() {
    let text = format!("{FRONT}Look at [it](tcp-open@syn-ak).\n\n> hm\n");
    let (files, _, problems) = compiled(&[("chapters/second.md", &text)]);
    let report = Report { files: &files, problems: &problems };
    expect![[r#"
        warning: the chapter has no deck
         --> content/chapters/second.md:1:1
          |
        1 | +++
          | ^

        warning: the chapter has no quiz
         --> content/chapters/second.md:1:1
          |
        1 | +++
          | ^

        error: `tcp-open` has no step `syn-ak`: did you mean `syn-ack`?
          --> content/chapters/second.md:10:14
           |
        10 | Look at [it](tcp-open@syn-ak).
           |              ^^^^^^^^^^^^^^^

        error: a quotation must start with its kind: `[!belief]`, `[!pitfall]`, `[!note]`, `[!exercise]`, `[!hint]`, `[!solution]`, `[!takeaways]`, `[!faq]`
          --> content/chapters/second.md:12:1
           |
        12 | > hm
           | ^^^^

    "#]].assert_eq(&report.long());
    let json: serde_json::Value = serde_json::from_str(&report.json()).unwrap();
    assert_eq!(json[2]["path"], "content/chapters/second.md");
    assert_eq!(json[2]["line"], 10);
    assert_eq!(json[2]["column"], 14);
    assert_eq!(json[2]["severity"], "error");
}

mod any_text {
    //! Loading never fails, whatever the text.

    use super::*;
    use proptest::prelude::*;

    /// Pieces that mean something, glued at random.
    const PIECES: [&str; 22] = [
        "+++\n",
        "### A {#a.b type=cloze}\n\n",
        "{{1:x}}",
        "{{tcp-open connect}}",
        "{{",
        "}}",
        "[x](tcp-open@syn)",
        "```diagram\n",
        "```\n",
        "scenario = \"tcp-open\"\n",
        "> [!belief] b\n>\n> c\n\n",
        "> [!hint]\n\n",
        "[^n]",
        "\n\n[^n]: note\n\n",
        "| a | b |\n| --- | ---: |\n| Verdict | é |\n",
        "[[numeric]]\n",
        "id = \"a.b\"\n",
        "vary = { x = { from = 1, to = 3 } }\n",
        "## H {#h}\n\n",
        "é\u{301}\n",
        "[x](#",
        "answer = 3\n",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_text_stops_the_compiler(
            picks in proptest::collection::vec(0..PIECES.len(), 0..24),
            noise in "\\PC{0,20}",
        ) {
            let glued: String = picks.iter().map(|pick| PIECES[*pick]).collect::<String>() + &noise;
            let chapter = format!("{FRONT}{glued}");
            let list = [
                ("chapters/second.md", chapter.as_str()), ("decks/second.md", &glued), ("glossary.md", &glued),
                ("quizzes/second.toml", &glued), ("chapters/first.md", &glued),
            ];
            let (files, _, problems) = compiled(&list);
            let report = Report { files: &files, problems: &problems };
            prop_assert_eq!(report.short().lines().count() >= problems.len(), true);
            let _ = report.long();
        }
    }
}
