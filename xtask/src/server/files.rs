//! From a path to a file of the site and its headers.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::http::{Answer, Request};
use super::rules::Rules;

/// The folder that is served.
#[derive(Debug)]
pub(super) struct Site {
    root: PathBuf,
}

impl Site {
    pub(super) const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// The answer to a request; whatever is wrong with it is a 404 or 400.
    pub(super) fn answer(&self, request: &Request) -> Answer {
        let Some(path) = decode(&request.path) else {
            return Answer::text(400, "the path of this request cannot be read");
        };
        // Read each time: a new build may have replaced the folder.
        let rules = Rules::read(&self.root);
        let (status, file) = match self.find(&path) {
            Some(file) => (200, file),
            None => (404, self.root.join("404.html")),
        };
        let mut answer = match self.file(status, &file, request) {
            Some(answer) => answer,
            None => Answer::text(404, "there is no such page, and the site has no 404.html"),
        };
        rules.apply(&path, &mut answer.headers);
        answer.head_only = request.head_only;
        answer
    }

    /// The file behind a path: itself, or the `index.html` of the folder of that name.
    fn find(&self, path: &str) -> Option<PathBuf> {
        let mut file = self.root.clone();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            if part.starts_with('.') || part == "_headers" || part.contains(['\\', '\0', ':']) {
                return None;
            }
            file.push(part);
        }
        if file.is_dir() {
            file.push("index.html");
        } else if path.ends_with('/') {
            return None;
        }
        file.is_file().then_some(file)
    }

    fn file(&self, status: u16, file: &Path, request: &Request) -> Option<Answer> {
        let packed =
            request.brotli.then(|| with_suffix(file, ".br")).filter(|packed| packed.is_file());
        let source = packed.as_deref().unwrap_or(file);
        let tag = tag(source)?;
        let mut headers = vec![
            ("Content-Type".to_owned(), content_type(file).to_owned()),
            ("Cache-Control".to_owned(), cache_control(file).to_owned()),
            ("ETag".to_owned(), tag.clone()),
        ];
        if with_suffix(file, ".br").is_file() {
            headers.push(("Vary".to_owned(), "Accept-Encoding".to_owned()));
        }
        if packed.is_some() {
            headers.push(("Content-Encoding".to_owned(), "br".to_owned()));
        }
        if status == 200
            && request.if_none_match.as_deref().is_some_and(|known| known.contains(&tag))
        {
            return Some(Answer { status: 304, headers, body: Vec::new(), head_only: true });
        }
        Some(Answer { status, headers, body: fs::read(source).ok()?, head_only: false })
    }
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Size and time of the last change: enough to see that a file was built again.
fn tag(file: &Path) -> Option<String> {
    let about = fs::metadata(file).ok()?;
    let changed = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some(format!("\"{:x}-{changed:x}\"", about.len()))
}

/// Names that Trunk made from the contents never change their meaning; all else may.
fn cache_control(file: &Path) -> &'static str {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    // Sixteen digits, fewer when the first ones are nought.
    let hashed = name.split(['-', '.', '_']).any(|part| {
        (12..=16).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_hexdigit())
    });
    if hashed { "public, max-age=31536000, immutable" } else { "no-cache" }
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().unwrap_or_default().to_str().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "gif" => "image/gif",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "mp4" => "video/mp4",
        "xml" => "application/xml",
        "txt" => "text/plain; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

/// Percent-decoding (RFC 3986, section 2.1); nothing when it is not UTF-8 or cut short.
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        let text = std::str::from_utf8(&digits).ok()?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        bytes.push(u8::from_str_radix(text, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}
