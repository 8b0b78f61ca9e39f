//! `roundtrip build`: every page of the site as static HTML, with the data that it needs.
//!
//! Trunk has put the browser program and its page into a folder; the page has marks between
//! which each route's own head and text come. A reader without script reads the same text.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::check::Content;
use super::paper;
use super::poster::poster;
use super::search::Found;
use super::still;
use super::template::{Everywhere, POLICY, Page, Template, escape};
use super::{Failure, complain};
use crate::app;
use crate::content::types::{Compared, Course, Listed, Page as Special, PageData};
use crate::diagram::Theme;
use crate::scenario::{CATALOGUE, Topic, reality};

/// The arguments of `build`.
#[derive(Debug, Args)]
pub(super) struct Build {
    /// The folder with the page and the program that Trunk wrote
    #[arg(long, value_name = "DIR")]
    dist: PathBuf,
    /// Where the site will live, such as `https://example.org`, for canonical links and the sitemap
    #[arg(long, value_name = "URL", env = "ROUNDTRIP_SITE_URL")]
    site_url: Option<String>,
    /// The folder that holds `content/`
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
}

/// A page to be written.
struct Route {
    /// Its address after the base, with slashes at both ends.
    path: String,
    /// Its file below the folder of the site.
    file: String,
    title: String,
    description: String,
    listed: bool,
    special: Special,
}

/// The site while it is written.
struct Writer<'a> {
    build: &'a Build,
    content: &'a Content,
    template: Template,
    origin: Option<String>,
    /// The chapters as their pages show them, for paper.
    chapters: Vec<(String, String)>,
    files: usize,
}

impl Build {
    /// Compiles the content and writes the site.
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let origin = self.site_url.as_deref().map(origin).transpose()?;
        let content = Content::load(&self.root)?;
        let report = content.report();
        if report.errors() > 0 {
            complain(&["the content has mistakes, so no page was written".to_owned()]);
            super::write_error(&report.long());
            return Err(Failure::Content);
        }
        let index = self.dist.join("index.html");
        let text =
            fs::read_to_string(&index).map_err(|error| Failure::Input(index.clone(), error))?;
        let template = Template::parse(&text).map_err(|message| {
            let hint = "write the site into a folder that Trunk has just built";
            Failure::Usage(vec![format!("{}: {message}: {hint}", index.display())])
        })?;
        let chapters = Vec::new();
        let mut writer =
            Writer { build: self, content: &content, template, origin, chapters, files: 0 };
        writer.pages()?;
        writer.still_pages()?;
        writer.data()?;
        writer.pictures()?;
        writer.for_hosts()?;
        let line = format!("{} files written into {}\n", writer.files, self.dist.display());
        super::write(None, line.as_bytes())
    }
}

/// The address of a site: a scheme and a host, no path.
fn origin(url: &str) -> Result<String, Failure> {
    let trimmed = url.trim_end_matches('/');
    let host = trimmed.strip_prefix("https://").or_else(|| trimmed.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', ' ', '"', '<', '&', '?', '#']) => {
            Ok(trimmed.to_owned())
        }
        _ => Err(Failure::Usage(vec![format!(
            "`{url}` is not where a site lives: write https:// and a host; its folder comes from Trunk"
        )])),
    }
}

/// Whether the policy stands in the pages. Trunk's hook says which build this is; its server for
/// development adds a script.
fn policy() -> bool {
    env::var("TRUNK_PROFILE").map_or(true, |profile| profile != "debug")
}

impl Writer<'_> {
    fn put(&mut self, file: &str, text: impl AsRef<[u8]>) -> Result<(), Failure> {
        let path = self.build.dist.join(file);
        let failed = |path: &Path, error| Failure::Output(path.to_owned(), error);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
        }
        fs::write(&path, text).map_err(|error| failed(&path, error))?;
        self.files += 1;
        Ok(())
    }

    /// Every route and the page for all others.
    fn pages(&mut self) -> Result<(), Failure> {
        let site = &self.content.site;
        let policy = policy();
        for route in self.routes() {
            let data = PageData { course: site.course.clone(), page: route.special };
            let body = anonymous(&app::render(&route.path, &self.template.base, &data));
            if let Special::Chapter(chapter) = &data.page {
                self.chapters.push((chapter.id.clone(), body.clone()));
            }
            let page = Page {
                title: &route.title,
                description: &route.description,
                path: &route.path,
                listed: route.listed,
                body: &body,
                data: &data,
            };
            let origin = self.origin.as_deref();
            let html =
                self.template.page(&page, &Everywhere { site: &site.course.title, origin, policy });
            self.put(&route.file, &html)?;
        }
        Ok(())
    }

    /// The pages without the program.
    fn still_pages(&mut self) -> Result<(), Failure> {
        let site = &self.content.site;
        let base = self.template.base.as_str();
        let paper = paper::course(site, base, &self.chapters);
        self.still(paper::PAGE, "The course on paper", PAPER, &paper)?;
        match &site.numbers {
            Some(numbers) => {
                let (title, text) = (&numbers.title, still::numbers(numbers));
                self.still(NUMBERS, title, &numbers.description, &text)
            }
            None => Ok(()),
        }
    }

    /// A page without the program; only what is not said elsewhere too is listed.
    fn still(&mut self, path: &str, title: &str, about: &str, main: &str) -> Result<(), Failure> {
        let name = &self.content.site.course.title;
        let (class, listed) = match path {
            NUMBERS => ("page numbers", true),
            _ => ("page paper", false),
        };
        let data = PageData { course: Course::default(), page: Special::Plain };
        let page = Page {
            title: &format!("{title} · {name}"),
            description: about,
            path: &format!("/{path}"),
            listed,
            body: &still::page(main, class, path),
            data: &data,
        };
        let everywhere =
            Everywhere { site: name, origin: self.origin.as_deref(), policy: policy() };
        let html = self.template.still(&page, &everywhere);
        self.put(&format!("{path}index.html"), &html)
    }

    fn routes(&self) -> Vec<Route> {
        let site = &self.content.site;
        let name = &site.course.title;
        let route = |path: String, title: String, description: &str| Route {
            file: format!("{}index.html", path.trim_start_matches('/')),
            path,
            title,
            description: description.to_owned(),
            listed: true,
            special: Special::Plain,
        };
        let mut routes = vec![route("/".to_owned(), format!("{name}: {TAGLINE}"), HOME)];
        for chapter in &site.chapters {
            let title = format!("{} · {name}", chapter.title);
            let special = Special::Chapter(Box::new(chapter.clone()));
            let route = route(format!("/course/{}/", chapter.id), title, &chapter.description);
            routes.push(Route { special, ..route });
        }
        for scenario in CATALOGUE {
            let (id, title) = (scenario.about().id, scenario.about().title);
            let summary = scenario.about().summary;
            routes.push(route(
                format!("/learn/{id}/"),
                format!("{title}: live diagram · {name}"),
                summary,
            ));
            let embed = route(format!("/embed/{id}/"), title.to_owned(), summary);
            routes.push(Route { listed: false, ..embed });
        }
        let index = route("/learn/".to_owned(), format!("Scenarios · {name}"), SCENARIOS);
        routes.push(Route { special: Special::Scenarios(listed()), ..index });
        let truth = route("/truth/".to_owned(), format!("How true is this? · {name}"), TRUTH);
        routes.push(Route { special: Special::Truth(compared()), ..truth });
        let glossary = route("/glossary/".to_owned(), format!("Glossary · {name}"), GLOSSARY);
        routes.push(Route { special: Special::Glossary(site.terms.clone()), ..glossary });
        let cards = route("/cards/".to_owned(), format!("Cards · {name}"), CARDS);
        routes.push(Route { special: Special::Cards(site.decks.clone()), ..cards });
        for quiz in &site.quizzes {
            let count = quiz.questions.len();
            let description = format!(
                "{count} questions whose answers a simulation computes, each with its reason."
            );
            let route = route(
                format!("/quiz/{}/", quiz.id),
                format!("{} · {name}", quiz.title),
                &description,
            );
            routes.push(Route { special: Special::Quiz(Box::new(quiz.clone())), ..route });
        }
        let missing =
            route("/404".to_owned(), format!("Not found · {name}"), "There is no such page.");
        routes.push(Route { file: "404.html".to_owned(), listed: false, ..missing });
        routes
    }

    /// What the pages fetch when a reader goes on within the site.
    fn data(&mut self) -> Result<(), Failure> {
        let site = &self.content.site;
        self.put("data/course.json", json(&site.course))?;
        self.put("data/glossary.json", json(&site.terms))?;
        self.put("data/scenarios.json", json(&listed()))?;
        self.put("data/truth.json", json(&compared()))?;
        let found = Found::of(site);
        self.put("data/search.bin", found.index())?;
        self.put("data/search.json", json(found.places()))?;
        for chapter in &site.chapters {
            self.put(&format!("data/chapters/{}.json", chapter.id), json(chapter))?;
        }
        for deck in &site.decks {
            self.put(&format!("data/decks/{}.json", deck.id), json(deck))?;
        }
        for quiz in &site.quizzes {
            self.put(&format!("data/quizzes/{}.json", quiz.id), json(quiz))?;
        }
        Ok(())
    }

    /// The pictures of the texts, and a poster of every scenario.
    fn pictures(&mut self) -> Result<(), Failure> {
        for scenario in CATALOGUE {
            let folder = format!("embed/{}", scenario.about().id);
            self.put(&format!("{folder}/poster.svg"), poster(*scenario, Theme::Light))?;
            self.put(&format!("{folder}/poster-dark.svg"), poster(*scenario, Theme::Dark))?;
        }
        for image in &self.content.site.images {
            let from = self.build.root.join("content").join(image);
            let to = self.build.dist.join(image);
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder)
                    .map_err(|error| Failure::Output(folder.to_owned(), error))?;
            }
            fs::copy(&from, &to).map_err(|error| Failure::Input(from, error))?;
            self.files += 1;
        }
        Ok(())
    }

    /// What hosts and search engines read.
    fn for_hosts(&mut self) -> Result<(), Failure> {
        let headers = headers(&self.template.base);
        self.put("_headers", &headers)?;
        let address = |path: &str| {
            let origin = self.origin.as_deref().unwrap_or_default();
            escape(&format!("{origin}{}{path}", self.template.base))
        };
        let mut map = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
        );
        for route in self.routes().iter().filter(|route| route.listed) {
            map.push_str(&format!("<url><loc>{}</loc></url>\n", address(&route.path)));
        }
        if self.content.site.numbers.is_some() {
            map.push_str(&format!("<url><loc>{}</loc></url>\n", address(&format!("/{NUMBERS}"))));
        }
        map.push_str("</urlset>\n");
        let mut robots = String::from("User-agent: *\nAllow: /\n");
        if self.origin.is_some() {
            robots.push_str(&format!("Sitemap: {}\n", address("/sitemap.xml")));
        }
        self.put("sitemap.xml", &map)?;
        self.put("robots.txt", &robots)
    }
}

/// Headers in the form that common static hosts read. Files with a hash in their name never
/// change; pages are asked for again. Any site may frame a diagram, none the rest; a frame without
/// an origin of its own (`sandbox`) reads the program and its styles as a stranger would, so
/// everybody may read: there is nothing here but public files.
fn headers(base: &str) -> String {
    format!(
        "{base}/*\n\
         \x20 Content-Security-Policy: {POLICY}; frame-ancestors 'self'\n\
         \x20 X-Content-Type-Options: nosniff\n\
         \x20 Referrer-Policy: strict-origin-when-cross-origin\n\
         \x20 Permissions-Policy: camera=(), geolocation=(), microphone=()\n\
         \x20 Cross-Origin-Opener-Policy: same-origin\n\
         \x20 Access-Control-Allow-Origin: *\n\
         \x20 Cache-Control: public, max-age=0, must-revalidate\n\
         \n\
         {base}/embed/*\n\
         \x20 ! Content-Security-Policy\n\
         \x20 Content-Security-Policy: {POLICY}; frame-ancestors *\n\
         \x20 Cross-Origin-Resource-Policy: cross-origin\n\
         \n\
         {base}/app-*\n\
         \x20 ! Cache-Control\n\
         \x20 Cache-Control: public, max-age=31536000, immutable\n\
         \n\
         {base}/engine-*\n\
         \x20 ! Cache-Control\n\
         \x20 Cache-Control: public, max-age=31536000, immutable\n"
    )
}

/// The text without the components' names, which the renderer writes between `<[` and `]>` in
/// builds for debugging; hydration reads the marks only, and pages shall not depend on the build.
fn anonymous(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    let next = |rest: &str| {
        let ends = ["<!--<[", "<!--</["].map(|mark| rest.find(mark).map(|at| at + mark.len()));
        ends.into_iter().flatten().min()
    };
    while let Some(at) = next(rest) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        rest = after.find("]>").and_then(|end| after.get(end..)).unwrap_or(after);
    }
    out + rest
}

/// Figures recorded from real stacks; `tests/reference/README.md` says how.
const RECORDED: &str = include_str!("../../tests/reference/tcp.csv");

/// Every recorded figure beside the engine's.
fn compared() -> Vec<Compared> {
    let rows = reality::compare(RECORDED).unwrap_or_default();
    let words = |row: &reality::Row| {
        let [run, measure, real, engine, difference, tolerance, verdict] = reality::cells(row);
        Compared { run, measure, real, engine, difference, tolerance, verdict }
    };
    rows.iter().map(words).collect()
}

/// Every scenario as the index shows it, topic by topic.
fn listed() -> Vec<Listed> {
    let of =
        |topic: Topic| CATALOGUE.iter().map(|it| it.about()).filter(move |it| it.topic == topic);
    let all = Topic::ALL.iter().flat_map(|topic| of(*topic));
    all.map(|about| Listed {
        id: about.id.to_owned(),
        title: about.title.to_owned(),
        summary: about.summary.to_owned(),
        topic: about.topic.title().to_owned(),
    })
    .collect()
}

fn json(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

const TAGLINE: &str = "learn network protocols by watching them run";
const HOME: &str = "An interactive course on network protocols: chapters beside diagrams that a real \
                    simulation drives, with cards and quizzes. Free and without an account.";
const SCENARIOS: &str = "Every scenario of the course: networks that run in the page, to be \
                         changed and broken.";
/// The address of the page of numbers.
const NUMBERS: &str = "numbers/";
const PAPER: &str = "The whole course as one page, to be printed.";
const TRUTH: &str = "Recorded figures of real network stacks beside those of the simulation.";
const GLOSSARY: &str = "The terms of network protocols in a sentence or two each, with the moment \
                        that shows them.";
const CARDS: &str =
    "Flashcards on network protocols with spaced repetition. The log stays in your browser.";

#[test]
fn the_names_of_components_stay_out_of_the_pages() {
    let body = "<!--<[app::Root]>--><p>a [b]</p><!--<#>-->x<!--</#>--><!--</[app::Root]>-->";
    assert_eq!(anonymous(body), "<!--<[]>--><p>a [b]</p><!--<#>-->x<!--</#>--><!--</[]>-->");
}

#[test]
fn a_site_lives_at_a_scheme_and_a_host() {
    let text = |url| origin(url).ok();
    assert_eq!(text("https://example.org/").as_deref(), Some("https://example.org"));
    for wrong in ["example.org", "https://", "https://example.org/sub", "https://a b"] {
        assert_eq!(text(wrong), None, "{wrong}");
    }
}
