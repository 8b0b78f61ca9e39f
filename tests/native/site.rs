//! `roundtrip check` and `roundtrip build` as a person and Trunk's hook use them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use roundtrip::content::types::{Chapter, Course, Page, PageData};

/// Trunk's page with what the build needs of it.
const PAGE: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head>\n<base href=\"/sub/\">\n\
    <!-- rt:head --><title>x</title><!-- /rt:head -->\n\
    <link rel=\"modulepreload\" href=\"/sub/app-0123.js\">\n</head><body>\n\
    <!-- rt:page --><div id=\"rt-app\">not built</div><!-- /rt:page -->\n</body></html>\n";

/// A folder of its own for a test, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn roundtrip(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_roundtrip"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("TRUNK_PROFILE")
        .env_remove("ROUNDTRIP_SITE_URL")
        .output()
        .expect("it starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Builds the site into a folder of this name.
fn built(name: &str, arguments: &[&str]) -> PathBuf {
    let dist = folder(name);
    fs::write(dist.join("index.html"), PAGE).unwrap();
    let mut all = vec!["build", "--dist", dist.to_str().unwrap()];
    all.extend(arguments);
    let output = roundtrip(&all);
    assert!(output.status.success(), "{}", text(&output.stderr));
    dist
}

/// The site as the hook builds it, built once for all tests.
pub(super) fn site() -> &'static Path {
    static SITE: OnceLock<PathBuf> = OnceLock::new();
    SITE.get_or_init(|| built("site", &[]))
}

pub(super) fn read(dist: &Path, file: &str) -> String {
    fs::read_to_string(dist.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn data(html: &str) -> PageData {
    let (_, rest) = html.split_once("id=\"rt-data\">").expect("data stands in the page");
    let (json, _) = rest.split_once("</script>").expect("and ends");
    roundtrip::json::read(json).expect("as JSON")
}

#[test]
fn every_route_has_a_page_with_its_title_and_its_data() {
    let dist = site();
    let pages = [
        ("index.html", "Roundtrip: learn network protocols by watching them run"),
        ("course/tcp-open/index.html", "TCP: opening and closing · Roundtrip"),
        ("learn/tcp-open/index.html", "Opening a TCP connection: live diagram · Roundtrip"),
        ("embed/tcp-open/index.html", "Opening a TCP connection"),
        ("cards/index.html", "Cards · Roundtrip"),
        ("quiz/tcp-open/index.html", "Check: opening and closing · Roundtrip"),
        ("404.html", "Not found · Roundtrip"),
    ];
    let course: Course = roundtrip::json::read(&read(dist, "data/course.json")).unwrap();
    assert_eq!(course.parts.iter().map(|part| part.chapters.len()).sum::<usize>(), 27);
    for (file, title) in pages {
        let html = read(dist, file);
        assert!(html.contains(&format!("<title>{title}</title>")), "{file}: {}", &html[..600]);
        assert!(html.contains("<link rel=\"modulepreload\" href=\"/sub/app-0123.js\">"), "{file}");
        assert!(html.contains("<meta name=\"description\""), "{file}");
        assert!(!html.contains("not built") && !html.contains("roundtrip::app"), "{file}");
        assert_eq!(data(&html).course, course, "{file}");
    }
}

#[test]
fn a_page_carries_the_same_data_as_its_file() {
    let dist = site();
    let Page::Chapter(inlined) = data(&read(dist, "course/tcp-open/index.html")).page else {
        panic!("a chapter's page has the chapter")
    };
    let file: Chapter = roundtrip::json::read(&read(dist, "data/chapters/tcp-open.json")).unwrap();
    assert_eq!(*inlined, file);
    let Page::Cards(decks) = data(&read(dist, "cards/index.html")).page else { panic!("decks") };
    let deck: roundtrip::content::types::Deck =
        roundtrip::json::read(&read(dist, "data/decks/tcp-open.json")).unwrap();
    assert!(decks.contains(&deck));
}

/// The same text, read by the browser's reader and written by the build's writer.
fn again<T: roundtrip::json::Read + serde::Serialize>(text: &str) -> String {
    serde_json::to_string(&roundtrip::json::read::<T>(text).unwrap()).unwrap()
}

#[test]
fn the_browser_reads_all_that_the_build_writes() {
    let dist = site();
    for (folder, again) in [
        ("chapters", again::<Chapter> as fn(&str) -> String),
        ("decks", again::<roundtrip::content::types::Deck>),
        ("quizzes", again::<roundtrip::content::types::Quiz>),
    ] {
        let files: Vec<_> = fs::read_dir(dist.join("data").join(folder)).unwrap().collect();
        assert!(!files.is_empty(), "{folder} is empty");
        for file in files {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            assert_eq!(again(&text), text.trim_end());
        }
    }
    let course = read(dist, "data/course.json");
    assert_eq!(again::<Course>(&course), course.trim_end());
}

#[test]
fn no_page_has_a_script_or_style_of_its_own() {
    let dist = site();
    for file in ["index.html", "course/tcp-open/index.html", "embed/tcp-open/index.html"] {
        let html = read(dist, file);
        let policy = "script-src 'self' 'wasm-unsafe-eval'; style-src 'self'";
        assert!(html.contains(policy), "{file}");
        for tag in html.split("<script").skip(1) {
            let open = tag.split('>').next().unwrap();
            assert!(open.contains("src=") || open.contains("application/json"), "{file}: {open}");
        }
        let body = html.split("<body>").nth(1).unwrap().split("id=\"rt-data\"").next().unwrap();
        assert!(!body.contains(" style=\"") && !body.contains(" onclick="), "{file}");
    }
}

#[test]
fn any_site_may_frame_a_diagram_and_none_the_rest() {
    let headers = read(site(), "_headers");
    let (all, embed) = headers.split_once("\n/sub/embed/*\n").expect("a rule for embeds");
    assert!(all.starts_with("/sub/*\n") && all.contains("frame-ancestors 'self'"), "{all}");
    assert!(embed.contains("! Content-Security-Policy") && embed.contains("frame-ancestors *"));
    assert!(headers.contains("immutable") && !headers.contains("unsafe-inline"));
}

#[test]
fn whole_addresses_need_to_know_where_the_site_lives() {
    let with = built("site-address", &["--site-url", "https://example.org/"]);
    let link = "<link rel=\"canonical\" href=\"https://example.org/sub/course/tcp-open/\">";
    assert!(read(&with, "course/tcp-open/index.html").contains(link));
    assert!(
        read(&with, "sitemap.xml").contains("<loc>https://example.org/sub/learn/tcp-close/</loc>")
    );
    assert!(!read(&with, "sitemap.xml").contains("/embed/"));
    assert!(read(&with, "robots.txt").contains("Sitemap: https://example.org/sub/sitemap.xml"));
    let without = site();
    assert!(!read(without, "course/tcp-open/index.html").contains("canonical"));
    assert!(!read(without, "robots.txt").contains("Sitemap"));
}

#[test]
fn a_poster_stands_beside_each_embed() {
    let dist = site();
    for scenario in ["tcp-open", "tcp-close", "tcp-loss", "tcp-slow-start", "http1-get"] {
        let svg = read(dist, &format!("embed/{scenario}/poster.svg"));
        assert!(
            svg.starts_with("<svg") && svg.contains("<title") && svg.contains("<desc"),
            "{scenario}"
        );
    }
}

#[test]
fn build_tells_what_is_wrong_with_its_arguments() {
    let empty = folder("site-empty");
    let output = roundtrip(&["build", "--dist", empty.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("cannot read"), "{}", text(&output.stderr));

    fs::write(empty.join("index.html"), "<html></html>").unwrap();
    let output = roundtrip(&["build", "--dist", empty.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("no mark `<!-- rt:head -->`"),
        "{}",
        text(&output.stderr)
    );

    let output = roundtrip(&["build", "--dist", "x", "--site-url", "example.org"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("`example.org` is not where a site lives"));
}

#[test]
fn a_mistake_in_the_content_stops_the_build_and_fails_the_check() {
    let root = folder("site-mistake");
    fs::create_dir_all(root.join("content")).unwrap();
    let course = "title = \"T\"\n[[part]]\ntitel = \"P\"\n";
    fs::write(root.join("content/course.toml"), course).unwrap();
    fs::write(root.join("index.html"), PAGE).unwrap();
    let root = root.to_str().unwrap();

    let output = roundtrip(&["check", "--root", root, "--format", "short"]);
    assert_eq!(output.status.code(), Some(1));
    let place =
        "content/course.toml:3:1: error: a part has no key `titel`: did you mean `title`?\n";
    assert!(text(&output.stdout).contains(place), "{}", text(&output.stdout));

    let output = roundtrip(&["check", "--root", root, "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(json.as_array().unwrap().iter().any(|problem| problem["line"] == 3));

    let output = roundtrip(&["build", "--root", root, "--dist", root]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("3 | titel = \"P\""), "{}", text(&output.stderr));
    assert_eq!(fs::read_to_string(Path::new(root).join("index.html")).unwrap(), PAGE);
}

#[test]
fn the_check_of_the_site_passes_and_counts() {
    let output = roundtrip(&["check"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    let last = text(&output.stdout);
    assert!(last.contains(" computed), ") && last.contains(": 0 errors, "), "{last}");
}

#[test]
fn a_missing_folder_and_an_unknown_format_are_told() {
    let empty = folder("site-nothing");
    let output = roundtrip(&["check", "--root", empty.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("there is no folder"), "{}", text(&output.stderr));
    let output = roundtrip(&["check", "--format", "jsn"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("json"), "{}", text(&output.stderr));
}
