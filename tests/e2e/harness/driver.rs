//! The driver's process and the commands that the WebDriver client does not know.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};
use xtask::browser;

/// The driver takes a free port for IPv4 and then the same for IPv6, which another driver may have
/// taken in the meantime; then it ends.
const TRIES: u32 = 5;

type Lines = std::io::Lines<BufReader<ChildStdout>>;

/// `ChromeDriver` on a port of its own choice; it ends with this value.
#[derive(Debug)]
pub(super) struct Driver {
    process: Child,
    /// Held, for the driver goes on talking.
    _output: Lines,
    pub(super) url: String,
}

impl Driver {
    pub(super) fn start() -> Self {
        let program = browser::chromedriver().unwrap_or_else(|| {
            panic!("no chromedriver: run `cargo xtask test`, which installs it")
        });
        (0..TRIES).find_map(|_| Self::try_start(&program)).unwrap_or_else(|| {
            panic!("chromedriver ended {TRIES} times before it said which port it listens on")
        })
    }

    /// A driver that listens, or nothing if it ended before.
    fn try_start(program: &Path) -> Option<Self> {
        let mut process = Command::new(program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("chromedriver does not start: {error}"));
        let Some(output) = process.stdout.take() else { panic!("chromedriver has no output") };
        let mut lines = BufReader::new(output).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| port_in(&line));
        let url = format!("http://127.0.0.1:{}", port.unwrap_or_default());
        // Without a port, dropping it ends the process.
        let driver = Self { process, _output: lines, url };
        port.is_some().then_some(driver)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// `ChromeDriver was started successfully on port 40123.`
fn port_in(line: &str) -> Option<u16> {
    line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
}

/// What a session asks of Chromium.
pub(super) fn capabilities() -> serde_json::Map<String, Value> {
    let mut options = json!({ "args": browser::FLAGS });
    if let Some(binary) = browser::chromium() {
        options["binary"] = json!(binary);
    }
    let wanted = json!({
        "browserName": "chrome",
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    match wanted {
        Value::Object(map) => map,
        _ => serde_json::Map::new(),
    }
}

/// A command below `/session/<id>/`, sent as JSON.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) path: &'static str,
    pub(super) body: Value,
}

impl WebDriverCompatibleCommand for Raw {
    fn endpoint(
        &self,
        base_url: &url::Url,
        session_id: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base_url.join(&format!("session/{}/{}", session_id.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}
