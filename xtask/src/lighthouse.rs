//! `cargo xtask lighthouse`: what a slow phone makes of the built site.

use std::fs;

use crate::browser;
use crate::failure::{Failure, Outcome};
use crate::install;
use crate::program::Program;
use crate::server::Server;
use crate::{site, tools};

/// Prints the four scores, shift, largest paint and blocking time of a report, and what cost points.
const SUMMARY: &str = r#"
const report = JSON.parse(require("fs").readFileSync(0, "utf8"));
if (report.runtimeError) { console.log("  " + report.runtimeError.message); process.exit(1); }
const score = (name) => Math.round(report.categories[name].score * 100);
const shown = (name) => report.audits[name].displayValue;
console.log(`  performance ${score("performance")}, accessibility ${score("accessibility")}, ` +
  `best practices ${score("best-practices")}, SEO ${score("seo")}`);
console.log(`  CLS ${shown("cumulative-layout-shift")}, LCP ${shown("largest-contentful-paint")}, ` +
  `TBT ${shown("total-blocking-time")}, ${Math.round(report.audits["total-byte-weight"].numericValue / 1000)} kB`);
for (const category of Object.values(report.categories))
  for (const { id, weight } of category.auditRefs) {
    const audit = report.audits[id];
    if (weight > 0 && audit.score !== null && audit.score < 0.9)
      console.log(`  costs points in ${category.title}: ${audit.title} ${audit.displayValue ?? ""}`);
  }
"#;

/// Measures paths of the site in `dist/` with the preset for phones.
///
/// # Errors
/// There is no site or no browser, or Lighthouse fails.
pub fn lighthouse(paths: &[String]) -> Outcome<()> {
    if !site::dist().join("index.html").is_file() {
        return Err(Failure::new(
            "there is no site in dist/: build it first with `cargo xtask build`",
        ));
    }
    browser::ensure()?;
    let folder = install::lighthouse()?;
    let server = Server::start(&site::dist(), 0)
        .map_err(|error| Failure::new(format!("the site cannot be served: {error}")))?;
    let chromium = browser::chromium().unwrap_or_default();
    let flags = format!("--chrome-flags={}", browser::FLAGS.join(" "));
    for path in paths {
        println!("{path}");
        let report = tools::workspace().join("target/lighthouse.json");
        drop(fs::remove_file(&report));
        Program::new("node")
            .args([folder.join("node_modules/lighthouse/cli/index.js")])
            .args([format!("{}{path}", server.url()).as_str(), &flags, "--output=json", "--quiet"])
            .args([format!("--output-path={}", report.display())])
            .env("CHROME_PATH", &chromium)
            .run()?;
        let json = fs::read_to_string(&report)
            .map_err(|error| Failure::new(format!("Lighthouse wrote no report: {error}")))?;
        print!("{}", Program::new("node").args(["-e", SUMMARY]).output_of(&json)?);
    }
    Ok(())
}
