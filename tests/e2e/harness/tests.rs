//! A test of the tests: the helpers see what is there, and fail when it is not.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Page, Theme, View, open_foreign, page_of};

const PAGE: &str = r#"<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Fixture</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"></head><body><main>
<h1>Fixture</h1><label for="rtt">RTT</label><input id="rtt" type="range" min="1" max="1000" value="100">
<label for="name">Name</label><input id="name"><button type="button">Drop</button>
<p id="said"></p><p id="shown"></p></main><script>
const say = (text) => { said.textContent = text; };
rtt.addEventListener("input", () => say("rtt " + rtt.value));
document.querySelector("button").addEventListener("click", () => setTimeout(() => say("dropped"), 60));
addEventListener("keydown", (event) => say((event.shiftKey ? "Shift+" : "") + event.key));
shown.textContent = [innerWidth, matchMedia("(prefers-color-scheme: dark)").matches,
  matchMedia("(prefers-reduced-motion: reduce)").matches, matchMedia("(pointer: coarse)").matches].join(" ");
</script></body></html>"#;

fn fails(work: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(work)).is_err()
}

#[test]
fn hands_and_eyes_of_the_harness_work() {
    let page = page_of(PAGE, View::default());
    page.click("button");
    page.wait("the answer", "said.textContent === 'dropped'");
    assert_eq!(page.text("#said"), "dropped");
    page.set("#rtt", "250");
    assert_eq!(page.text("#said"), "rtt 250");
    page.press("Shift+ArrowRight");
    assert_eq!(page.text("#said"), "Shift+ArrowRight");
    page.write("#name", "Ada");
    assert_eq!(page.script("return document.getElementById('name').value"), "Ada");
    assert_eq!(page.attribute("#rtt", "max").as_deref(), Some("1000"));
    assert_eq!((page.count("input"), page.count("video")), (2, 0));
    assert_eq!((page.title().as_str(), page.address().as_str()), ("Fixture", "/"));
    page.wait_for("#shown");
    page.reload();
    page.assert_accessible();
    page.screenshot("fixture");
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn a_view_is_what_the_page_sees() {
    let dark = View { width: 390, theme: Theme::Dark, still: true, touch: true, ..View::default() };
    assert_eq!(page_of(PAGE, dark).text("#shown"), "390 true true true");
    assert_eq!(page_of(PAGE, View::default()).text("#shown"), "1280 false false false");
    let quiet = View { script: false, ..View::default() };
    assert_eq!(page_of(PAGE, quiet).text("#shown"), "");
}

#[test]
fn what_is_wrong_is_seen() {
    let broken = PAGE.replace("<label for=\"name\">Name</label>", "").replace(
        "</main>",
        "</main><div id=\"push\"></div><script>console.error('a word');
         const frame = (next) => requestAnimationFrame(next);
         new PerformanceObserver(() => frame(() => {
             push.style.height = '90px'; document.body.prepend(push);
             frame(() => frame(() => { push.dataset.late = 1; }));
         })).observe({ type: 'paint', buffered: true })</script>",
    );
    let page = page_of(&broken, View::default());
    page.wait_for("[data-late]");
    assert!(!page.shifts().is_empty());
    assert!(page.console().iter().any(|line| line.contains("a word")));
    assert!(fails(|| page.assert_accessible()));
    assert_eq!(page.overhang(), Vec::<String>::new());
    page.script("push.style.width = '2000px'");
    assert!(page.overhang()[0].starts_with("div"));
    assert!(fails(|| page.click("#nowhere")));
    assert!(fails(|| page.press("ArrowSideways")));
}

#[test]
fn an_iframe_of_the_site_can_be_entered_from_another_origin() {
    let page = open_foreign(
        "<title>Slide</title><iframe src=\"SITE/\" width=\"960\" height=\"540\"></iframe>",
    );
    let outside: fn(&Page) -> String = |page| page.script("return location.origin").to_string();
    let around = outside(&page);
    page.enter_frame("iframe");
    assert_ne!(outside(&page), around);
    page.leave_frame();
    assert_eq!(outside(&page), around);
}
