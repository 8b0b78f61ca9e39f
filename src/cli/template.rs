//! The page that Trunk wrote, and what stands between its marks on each route.

use crate::content::types::PageData;

/// Scripts come from files of the site only, so a text that was smuggled in cannot run.
/// `frame-ancestors` is a header's alone, see `_headers`.
pub(super) const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'self'; \
    form-action 'none'";

/// The page that every route is made from.
#[derive(Debug)]
pub(super) struct Template {
    before_head: String,
    before_page: String,
    after_page: String,
    /// The path before every route, without a slash at its end: empty or `/sub`.
    pub(super) base: String,
}

/// A page's own parts.
pub(super) struct Page<'a> {
    /// Its title.
    pub(super) title: &'a str,
    /// What search engines show.
    pub(super) description: &'a str,
    /// Its address after the base, with slashes at both ends.
    pub(super) path: &'a str,
    /// Whether search engines should list it.
    pub(super) listed: bool,
    /// Its text.
    pub(super) body: &'a str,
    /// What it was drawn from.
    pub(super) data: &'a PageData,
}

/// What is the same for all pages.
pub(super) struct Everywhere<'a> {
    /// The name of the site.
    pub(super) site: &'a str,
    /// Where the site lives, without a slash at its end: `https://example.org`.
    pub(super) origin: Option<&'a str>,
    /// Whether the policy stands in the page too; the development server's own script would not
    /// pass it.
    pub(super) policy: bool,
}

impl Template {
    /// Reads Trunk's page.
    ///
    /// # Errors
    /// Names the mark that is missing.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (before_head, rest) = cut(text, "<!-- rt:head -->")?;
        let (_, rest) = cut(rest, "<!-- /rt:head -->")?;
        let (before_page, rest) = cut(rest, "<!-- rt:page -->")?;
        let (_, after_page) = cut(rest, "<!-- /rt:page -->")?;
        let base = before_head
            .split_once("<base href=\"")
            .and_then(|(_, rest)| rest.split_once('"'))
            .map_or("/", |(href, _)| href);
        Ok(Self {
            base: base.trim_end_matches('/').to_owned(),
            before_head: before_head.to_owned(),
            before_page: before_page.to_owned(),
            after_page: after_page.to_owned(),
        })
    }

    /// A page as HTML.
    pub(super) fn page(&self, page: &Page<'_>, everywhere: &Everywhere<'_>) -> String {
        let Self { before_head, before_page, after_page, .. } = self;
        let head = self.head(page, everywhere);
        let (body, data) = (page.body, inline(page.data));
        format!(
            "{before_head}{head}{}<div id=\"rt-app\">{body}</div>\n\
             <script type=\"application/json\" id=\"rt-data\">{data}</script>{after_page}",
            before_page.trim_start_matches('\n'),
        )
    }

    /// A page that starts no program and carries no data.
    pub(super) fn still(&self, page: &Page<'_>, everywhere: &Everywhere<'_>) -> String {
        let Self { before_head, before_page, after_page, .. } = self;
        let (head, body) = (self.head(page, everywhere), page.body);
        let around = before_page.trim_start_matches('\n');
        unstarted(&format!("{before_head}{head}{around}")) + body + &unstarted(after_page)
    }

    fn head(&self, page: &Page<'_>, everywhere: &Everywhere<'_>) -> String {
        let (title, description) = (escape(page.title), escape(page.description));
        let site = escape(everywhere.site);
        let mut head = String::new();
        if everywhere.policy {
            head.push_str(&format!(
                "<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n"
            ));
        }
        head.push_str(&format!("<title>{title}</title>\n"));
        head.push_str(&format!("<meta name=\"description\" content=\"{description}\">\n"));
        if !page.listed {
            head.push_str("<meta name=\"robots\" content=\"noindex\">\n");
            return head;
        }
        let mut card = vec![
            ("og:type", "article".to_owned()),
            ("og:site_name", site),
            ("og:title", title),
            ("og:description", description),
        ];
        if let Some(origin) = everywhere.origin {
            // Only a whole address says which of two copies is meant.
            let address = escape(&format!("{origin}{}{}", self.base, page.path));
            head.push_str(&format!("<link rel=\"canonical\" href=\"{address}\">\n"));
            card.push(("og:url", address));
        }
        for (name, value) in card {
            head.push_str(&format!("<meta property=\"{name}\" content=\"{value}\">\n"));
        }
        head.push_str("<meta name=\"twitter:card\" content=\"summary\">\n");
        head
    }
}

/// A part of a page without the script that starts the program.
fn unstarted(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    let mut rest = part;
    while let Some(at) = rest.find("<script") {
        let (before, script) = rest.split_at(at);
        let end = script.find("</script>").map_or(script.len(), |at| at + "</script>".len());
        let (script, behind) = script.split_at(end);
        out.push_str(before);
        if !script.contains("start.js") {
            out.push_str(script);
        }
        rest = behind;
    }
    out + rest
}

/// Data as JSON that can stand in a page: nothing in it ends the element.
fn inline(data: &PageData) -> String {
    serde_json::to_string(data).unwrap_or_default().replace('<', "\\u003c")
}

/// Words as HTML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn cut<'a>(text: &'a str, mark: &str) -> Result<(&'a str, &'a str), String> {
    text.split_once(mark).ok_or_else(|| format!("the page has no mark `{mark}`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::types::{Course, Page as Content};

    const TRUNK: &str = "<head><base href=\"/sub/\"><!-- rt:head --><title>x</title><!-- /rt:head -->\
                         <script src=\"/sub/start.js\"></script></head>\
                         <body><!-- rt:page --><p>empty</p><!-- /rt:page --></body>";

    fn page(title: &str, listed: bool, origin: Option<&str>) -> String {
        let course = Course { title: "</script>".into(), ..Course::default() };
        let data = PageData { course, page: Content::Plain };
        let page = Page {
            title,
            description: "d",
            path: "/cards/",
            listed,
            body: "<main>text</main>",
            data: &data,
        };
        let everywhere = Everywhere { site: "Roundtrip", origin, policy: true };
        Template::parse(TRUNK).unwrap().page(&page, &everywhere)
    }

    #[test]
    fn the_base_of_the_site_is_read_off_the_page() {
        assert_eq!(Template::parse(TRUNK).unwrap().base, "/sub");
    }

    #[test]
    fn a_page_keeps_what_trunk_wrote_around_the_marks() {
        let html = page("Cards", true, None);
        assert!(html.contains("<script src=\"/sub/start.js\"></script>"), "{html}");
        assert!(html.contains("<div id=\"rt-app\"><main>text</main></div>"), "{html}");
        assert!(!html.contains("rt:head") && !html.contains("<p>empty</p>"), "{html}");
    }

    #[test]
    fn no_data_ends_its_element() {
        let html = page("Cards", true, None);
        assert!(html.contains("\\u003c/script>"), "{html}");
    }

    #[test]
    fn a_title_is_words_not_markup() {
        let html = page("<b>&\"", true, None);
        assert!(html.contains("<title>&lt;b&gt;&amp;&quot;</title>"), "{html}");
    }

    #[test]
    fn a_canonical_address_is_whole_or_absent() {
        let with = page("Cards", true, Some("https://example.org"));
        let link = "<link rel=\"canonical\" href=\"https://example.org/sub/cards/\">";
        assert!(with.contains(link), "{with}");
        assert!(!page("Cards", true, None).contains("canonical"));
    }

    #[test]
    fn a_page_that_is_not_listed_says_so_and_has_no_card() {
        let html = page("Embed", false, Some("https://example.org"));
        assert!(html.contains("content=\"noindex\"") && !html.contains("og:title"), "{html}");
    }

    #[test]
    fn a_missing_mark_is_named() {
        let error = Template::parse("<head></head>").unwrap_err();
        assert_eq!(error, "the page has no mark `<!-- rt:head -->`");
    }
}
