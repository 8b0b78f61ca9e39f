//! A page in a browser, and what can be done with it.

use std::cell::{Cell, RefCell};
use std::fs;
use std::future::Future;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use xtask::server::Server;
use xtask::tools;

use super::driver::{Driver, Raw, capabilities};
use super::{output_folder, write};

/// Milliseconds for which [`Page::wait`] waits.
const PATIENCE_MS: u32 = 10_000;

/// True when every player on the screen answers, or the page says why it does not.
const AWAKE: &str = "document.querySelector('[data-notice=engine]')
    || document.documentElement.dataset.start === 'failed'
    || [...document.querySelectorAll('section.player')].every((player) => {
        const { top, bottom } = player.getBoundingClientRect();
        return top >= innerHeight || bottom <= 0 || player.dataset.live === 'true';
    })";

/// A page in a browser of its own.
pub(crate) struct Page {
    runtime: Runtime,
    client: Client,
    /// Held for its end.
    _driver: Driver,
    servers: RefCell<Vec<Server>>,
    site: String,
    /// The pages start the program, so that opening one waits for it.
    pub(super) scripted: Cell<bool>,
}

impl Page {
    pub(super) fn start(site: Server) -> Self {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap_or_else(|error| panic!("no runtime for the WebDriver client: {error}"));
        let driver = Driver::start();
        let mut builder =
            ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        builder.capabilities(capabilities());
        let client = runtime
            .block_on(builder.connect(&driver.url))
            .unwrap_or_else(|error| panic!("no session with Chromium: {error}"));
        let url = site.url();
        let servers = RefCell::new(vec![site]);
        Self { runtime, client, _driver: driver, servers, site: url, scripted: Cell::new(true) }
    }

    /// Keeps a further server alive as long as the page.
    pub(super) fn keep(&self, server: Server) {
        self.servers.borrow_mut().push(server);
    }

    fn run<T>(&self, what: &str, work: impl Future<Output = Result<T, CmdError>>) -> T {
        self.runtime.block_on(work).unwrap_or_else(|error| panic!("{what}: {error}"))
    }

    /// Follows an address of the site, and waits until the program runs there.
    pub(crate) fn goto(&self, path: &str) {
        let url = format!("{}{path}", self.site);
        self.run(&url, self.client.goto(&url));
        self.wait_until_alive();
    }

    /// Loads the page again.
    pub(crate) fn reload(&self) {
        self.run("reload", self.client.refresh());
        self.wait_until_alive();
    }

    fn wait_until_alive(&self) {
        // Pages for paper have no program.
        let program = "return !!document.querySelector('script[data-app]')";
        if self.scripted.get() && self.script(program) == true {
            self.wait("the program runs", "document.documentElement.dataset.start");
            self.wait("what is on the screen is awake", AWAKE);
        }
    }

    /// Waits until an expression in JavaScript is true; `what` says it in words.
    pub(crate) fn wait(&self, what: &str, expression: &str) {
        let script = format!(
            "const done = arguments[arguments.length - 1], end = performance.now() + {PATIENCE_MS};
             (function look() {{
                 let good = false;
                 try {{ good = Boolean({expression}); }} catch {{ /* not there yet */ }}
                 if (good || performance.now() > end) done(good); else setTimeout(look, 15);
             }})();"
        );
        let came = self.later(what, &script);
        assert!(came == true, "waited in vain for: {what} ({expression})\n{:#?}", self.console());
    }

    /// Waits until an element is there.
    pub(crate) fn wait_for(&self, selector: &str) {
        self.wait(selector, &format!("document.querySelector({})", json!(selector)));
    }

    /// The value of a script's `return`.
    pub(crate) fn script(&self, script: &str) -> Value {
        self.run(script, self.client.execute(script, Vec::new()))
    }

    /// What a script hands to its last argument, a function, when it is done.
    pub(crate) fn later(&self, what: &str, script: &str) -> Value {
        self.run(what, self.client.execute_async(script, Vec::new()))
    }

    fn find(&self, selector: &str) -> Element {
        self.run(selector, self.client.find(Locator::Css(selector)))
    }

    /// How many elements match.
    pub(crate) fn count(&self, selector: &str) -> usize {
        self.run(selector, self.client.find_all(Locator::Css(selector))).len()
    }

    /// Clicks, or taps, the middle of an element.
    pub(crate) fn click(&self, selector: &str) {
        let element = self.find(selector);
        self.run(&format!("click {selector}"), element.click());
    }

    /// The text of an element as it is shown.
    pub(crate) fn text(&self, selector: &str) -> String {
        let element = self.find(selector);
        self.run(selector, element.text())
    }

    /// An attribute of an element.
    pub(crate) fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let element = self.find(selector);
        self.run(selector, element.attr(name))
    }

    /// Types a text into an element.
    pub(crate) fn write(&self, selector: &str, text: &str) {
        let element = self.find(selector);
        self.run(&format!("write into {selector}"), element.send_keys(text));
    }

    /// Presses a key with its modifiers: `ArrowRight`, `Shift+Tab`, `Control+k`, `Space`.
    pub(crate) fn press(&self, keys: &str) {
        let values: Vec<char> = keys.split('+').map(key).collect();
        let down = values.iter().map(|value| KeyAction::Down { value: *value });
        let up = values.iter().rev().map(|value| KeyAction::Up { value: *value });
        let actions = down.chain(up).fold(KeyActions::new("keyboard".to_owned()), KeyActions::then);
        self.run(&format!("press {keys}"), self.client.perform_actions(actions));
    }

    /// Sets a slider, select or field and tells the page, as moving it would.
    pub(crate) fn set(&self, selector: &str, value: &str) {
        let element = self.find(selector);
        let script = "const [field, value] = arguments;
            const own = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value');
            own.set.call(field, value);
            field.dispatchEvent(new Event('input', { bubbles: true }));
            field.dispatchEvent(new Event('change', { bubbles: true }));";
        let target =
            serde_json::to_value(element).unwrap_or_else(|error| panic!("{selector}: {error}"));
        self.run(selector, self.client.execute(script, vec![target, json!(value)]));
    }

    /// Goes into an iframe; [`Page::leave_frame`] comes back.
    pub(crate) fn enter_frame(&self, selector: &str) {
        let element = self.find(selector);
        self.run(selector, element.enter_frame());
    }

    /// Back to the page around the iframe.
    pub(crate) fn leave_frame(&self) {
        self.run("leave the frame", self.client.clone().enter_parent_frame());
    }

    /// Path and query of the address.
    pub(crate) fn address(&self) -> String {
        let url = self.run("address", self.client.current_url());
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// The title in the tab.
    pub(crate) fn title(&self) -> String {
        self.run("title", self.client.title())
    }

    /// Errors and warnings since the last look, in words.
    pub(crate) fn console(&self) -> Vec<String> {
        let log = Raw { path: "se/log", body: json!({ "type": "browser" }) };
        let entries = self.run("console", self.client.issue_cmd(log));
        let entries = entries.as_array().cloned().unwrap_or_default();
        let serious = entries
            .iter()
            .filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING");
        serious.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// What has moved by itself since the page was opened: how much, and which elements. Empty
    /// means a cumulative layout shift of 0.000, with as many decimals as it is reported: words
    /// that are drawn anew may differ by a fraction of a pixel.
    pub(crate) fn shifts(&self) -> Vec<String> {
        let script = "const done = arguments[arguments.length - 1];
            const name = ({ node }) => node?.nodeType === 1
                ? `${node.localName}.${[...node.classList].join('.')}`
                : `'${node?.textContent?.trim().slice(0, 40)}'`;
            const moved = [];
            new PerformanceObserver((list) => {
                for (const shift of list.getEntries()) if (!shift.hadRecentInput && shift.value >= 0.0005)
                    moved.push(`${shift.value.toFixed(5)} by ${shift.sources.map(name).join(', ')}`);
            }).observe({ type: 'layout-shift', buffered: true });
            requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(moved), 50)));";
        strings(&self.later("layout shift", script))
    }

    /// The elements that reach beyond the right edge, so that the page scrolls sideways.
    pub(crate) fn overhang(&self) -> Vec<String> {
        let script = "const root = document.documentElement;
            if (root.scrollWidth <= root.clientWidth) return [];
            return [...document.querySelectorAll('body *')]
                .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 0.5)
                .map((element) => `${element.localName}.${[...element.classList].join('.')} to ${
                    Math.round(element.getBoundingClientRect().right)} px`).slice(0, 8);";
        strings(&self.script(script))
    }

    /// Fails with every rule of axe-core that the page breaks, and where.
    pub(crate) fn assert_accessible(&self) {
        let axe = tools::axe();
        let source = fs::read_to_string(&axe).unwrap_or_else(|error| {
            panic!("{}: {error}; `cargo xtask test` installs it", axe.display())
        });
        self.run("axe-core", self.client.execute(&source, Vec::new()));
        let script = "const done = arguments[arguments.length - 1];
            axe.run().then((result) => done(result.violations.map((rule) =>
                `${rule.id}: ${rule.help}\\n` + rule.nodes.map((node) =>
                    `    ${node.target}: ${node.failureSummary}`).join('\\n'))),
                (error) => done([String(error)]));";
        let broken = self.later("axe-core", script);
        let broken = strings(&broken);
        assert!(broken.is_empty(), "{} at {}", broken.join("\n"), self.address());
    }

    /// Writes what is in view to `target/e2e/<name>.png`.
    pub(crate) fn screenshot(&self, name: &str) {
        let picture = self.run(name, self.client.screenshot());
        write(&output_folder().join(format!("{name}.png")), &picture);
    }

    /// Sends a command of the `DevTools` protocol.
    pub(crate) fn devtools(&self, command: &str, params: Value) -> Value {
        let body = json!({ "cmd": command, "params": params });
        self.run(command, self.client.issue_cmd(Raw { path: "goog/cdp/execute", body }))
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // Ends Chromium; if that fails the driver's end does.
        drop(self.runtime.block_on(self.client.clone().close()));
    }
}

/// The strings of a list.
fn strings(list: &Value) -> Vec<String> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The key of a name such as `ArrowRight`, or of one character.
fn key(name: &str) -> char {
    let known = match name {
        "ArrowLeft" => Key::Left,
        "ArrowRight" => Key::Right,
        "ArrowUp" => Key::Up,
        "ArrowDown" => Key::Down,
        "Home" => Key::Home,
        "End" => Key::End,
        "PageUp" => Key::PageUp,
        "PageDown" => Key::PageDown,
        "Tab" => Key::Tab,
        "Enter" => Key::Enter,
        "Escape" => Key::Escape,
        "Backspace" => Key::Backspace,
        "Delete" => Key::Delete,
        "Shift" => Key::Shift,
        "Control" => Key::Control,
        "Alt" => Key::Alt,
        "Space" => return ' ',
        _ => {
            let mut characters = name.chars();
            return match (characters.next(), characters.next()) {
                (Some(one), None) => one,
                _ => panic!("no key is called {name}"),
            };
        }
    };
    char::from(known)
}
