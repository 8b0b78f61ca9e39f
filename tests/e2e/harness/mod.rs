//! How to write an end-to-end test.
//!
//! ```ignore
//! #[test]
//! fn a_step_back_shows_the_moment_before() {
//!     let page = open("/learn/tcp-open?step=syn-ack");   // loaded and alive
//!     page.click("button[aria-label='Step back']");
//!     page.wait("the step before", "location.search.includes('step=syn-received')");
//!     assert_eq!(page.text("[role=status]"), "…");
//!     page.press("ArrowRight");                           // or "Shift+Tab", "Control+k"
//!     assert_eq!(page.console(), Vec::<String>::new());
//! }
//! ```
//!
//! - [`open`] starts a browser of its own (1280 × 900, light, nothing stored) on a path of the
//!   built site, and waits until the program runs. [`View`] asks for another width, theme,
//!   reduced motion, a coarse pointer or no script: `View { width: 390, theme: Theme::Dark,
//!   ..View::default() }.open("/cards")`.
//! - A CSS selector names an element; each call fails with the selector when nothing matches.
//!   `click`, `press` and `write` act like a hand: what is covered or hidden cannot be clicked.
//! - Never sleep: [`Page::wait`] waits for a condition in JavaScript and names it when it does
//!   not come true within ten seconds.
//! - [`Page::console`] holds errors and warnings: failed requests, refusals by the policy,
//!   panics. End each journey with it.
//! - [`Page::assert_accessible`] runs axe-core; [`Page::shifts`] is empty while nothing has
//!   moved by itself, [`Page::overhang`] while nothing reaches beyond the right edge;
//!   [`Page::screenshot`] writes `target/e2e/<name>.png`.
//! - [`routes`] is every page of the site.
//! - [`open_foreign`] serves a page of yours from another origin, for embedding; the site's
//!   own address replaces `SITE` in it.
//!
//! `dist/` is what is tested; `ROUNDTRIP_SITE` names another folder. Tests run side by side,
//! each with its own server, driver and profile, and all three end with the [`Page`].

mod driver;
mod page;
mod tests;

use std::env;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;
use xtask::server::Server;
use xtask::tools;

pub(crate) use page::Page;

/// `prefers-color-scheme`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    Light,
    Dark,
}

/// Through what a page is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    /// CSS pixels.
    pub(crate) width: u32,
    /// CSS pixels.
    pub(crate) height: u32,
    pub(crate) theme: Theme,
    /// `prefers-reduced-motion: reduce`.
    pub(crate) still: bool,
    /// A finger instead of a mouse: `pointer: coarse`.
    pub(crate) touch: bool,
    /// False: the page is shown without running any script of its own.
    pub(crate) script: bool,
}

impl Default for View {
    fn default() -> Self {
        Self {
            width: 1280,
            height: 900,
            theme: Theme::Light,
            still: false,
            touch: false,
            script: true,
        }
    }
}

impl View {
    /// Opens a path of the site, such as `/learn/tcp-open?set.rtt=80ms`.
    pub(crate) fn open(self, path: &str) -> Page {
        let site = serve(&site_folder());
        let page = Page::start(site);
        self.apply(&page);
        page.goto(path);
        page
    }

    fn apply(self, page: &Page) {
        let scheme = if self.theme == Theme::Dark { "dark" } else { "light" };
        let motion = if self.still { "reduce" } else { "no-preference" };
        page.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": self.width, "height": self.height, "deviceScaleFactor": 1, "mobile": self.touch }),
        );
        page.devtools(
            "Emulation.setEmulatedMedia",
            json!({ "features": [
                { "name": "prefers-color-scheme", "value": scheme },
                { "name": "prefers-reduced-motion", "value": motion },
            ]}),
        );
        page.devtools("Emulation.setTouchEmulationEnabled", json!({ "enabled": self.touch }));
        page.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": !self.script }));
        page.scripted.set(self.script);
    }
}

/// Opens a path of the site at 1280 × 900 in the light theme.
pub(crate) fn open(path: &str) -> Page {
    View::default().open(path)
}

/// Opens a page of another origin; `SITE` in it becomes the address of the site.
pub(crate) fn open_foreign(html: &str) -> Page {
    let site = serve(&site_folder());
    let page = page_of(&html.replace("SITE", &site.url()), View::default());
    page.keep(site);
    page
}

/// Opens a page of yours.
fn page_of(html: &str, view: View) -> Page {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let nth = COUNT.fetch_add(1, Ordering::SeqCst);
    let folder = output_folder().join(format!("page-{}-{nth}", std::process::id()));
    write(&folder.join("index.html"), html.as_bytes());
    let page = Page::start(serve(&folder));
    view.apply(&page);
    page.scripted.set(false);
    page.goto("/");
    page
}

/// The folder of the built site.
pub(crate) fn site_folder() -> PathBuf {
    let folder = env::var_os("ROUNDTRIP_SITE")
        .map_or_else(|| tools::workspace().join("dist"), PathBuf::from);
    assert!(
        folder.join("index.html").is_file(),
        "there is no site in {}: build it first with `cargo xtask build`",
        folder.display()
    );
    folder
}

/// The path of every page of the built site, in order; embedded ones too.
pub(crate) fn routes() -> Vec<String> {
    let root = site_folder();
    let mut routes = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        if folder.join("index.html").is_file() {
            let path =
                folder.strip_prefix(&root).unwrap_or(&folder).to_string_lossy().replace('\\', "/");
            routes.push(format!("/{path}"));
        }
        let entries = fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok);
        folders.extend(entries.map(|entry| entry.path()).filter(|path| path.is_dir()));
    }
    routes.sort();
    routes
}

/// Where screenshots and reports go.
fn output_folder() -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| tools::workspace().join("target"), PathBuf::from);
    target.join("e2e")
}

fn serve(folder: &std::path::Path) -> Server {
    Server::start(folder, 0).unwrap_or_else(|error| panic!("the site cannot be served: {error}"))
}

fn write(file: &std::path::Path, bytes: &[u8]) {
    let done =
        file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(file, bytes));
    done.unwrap_or_else(|error| panic!("{} cannot be written: {error}", file.display()));
}
