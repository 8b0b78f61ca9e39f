//! Mistakes in chapters.

use expect_test::expect;

use super::{check, check_body};

#[test]
fn a_chapter_without_front_matter_is_told() {
    check(
        &[("chapters/second.md", "text\n")],
        expect![[r#"
        content/chapters/second.md:1:1: error: a chapter starts with its front matter between two lines `+++`
    "#]],
    );
}

#[test]
fn every_key_of_the_front_matter_is_checked() {
    let text = r#"+++
id = "secnd"
title = 3
minutes = 0
after = ["frist", "second"]
aims = "do it"
sumary = "x"
sources = ["RFC 92x §3", "RFC §3"]
+++
"#;
    check(
        &[("chapters/second.md", text)],
        expect![[r#"
            content/chapters/second.md:2:1: error: a chapter needs `aims`, what the reader will be able to do
            content/chapters/second.md:2:1: error: a chapter needs `summary`, the chapter in three sentences
            content/chapters/second.md:2:6: error: the name of the file is `second`, this says `secnd`
            content/chapters/second.md:3:9: error: `title` must be a text in quotation marks, this is a number
            content/chapters/second.md:4:11: error: `minutes` must be from 1 to 600
            content/chapters/second.md:5:10: error: the course has no chapter `frist`: did you mean `first`?
            content/chapters/second.md:5:19: error: `second` does not come before this chapter in the course
            content/chapters/second.md:6:8: error: `aims` must be a list of texts, this is a text
            content/chapters/second.md:7:1: error: a chapter has no key `sumary`: did you mean `summary`?
            content/chapters/second.md:8:12: error: `92x` is no number of an RFC: write `RFC 9293 §3.5`
            content/chapters/second.md:8:26: error: `§3` is no number of an RFC: write `RFC 9293 §3.5`
        "#]],
    );
}

#[test]
fn a_mistake_of_toml_itself_is_told_where_it_is() {
    let text = "+++\nid = second\"\nminutes = 5\n+++\n";
    check(
        &[("chapters/second.md", text)],
        expect![[r#"
        content/chapters/second.md:2:1: error: a chapter needs `aims`, what the reader will be able to do
        content/chapters/second.md:2:1: error: a chapter needs `summary`, the chapter in three sentences
        content/chapters/second.md:2:1: error: a chapter needs `title`, its title
        content/chapters/second.md:2:6: error: missing opening quote, expected `"`
        content/chapters/second.md:2:6: error: the name of the file is `second`, this says `second"`
    "#]],
    );
}

#[test]
fn an_unknown_scenario_or_step_names_the_nearest() {
    check_body(
        "[a](tcp-opn@syn), [b](tcp-open@sin), [c](tcp-open@).\n",
        expect![[r#"
        content/chapters/second.md:10:5: error: there is no scenario `tcp-opn`: did you mean `tcp-open`?
        content/chapters/second.md:10:23: error: `tcp-open` has no step `sin`: did you mean `syn`?
        content/chapters/second.md:10:42: error: `tcp-open` has no step ``
    "#]],
    );
}

#[test]
fn a_step_that_does_not_happen_is_told() {
    check_body(
        "[a](tcp-open@syn-again) and [b](tcp-open?lost-syns=1@syn-again)\n",
        expect![[r#"
        content/chapters/second.md:10:5: error: the step `syn-again` of `tcp-open` does not happen with these settings
    "#]],
    );
}

#[test]
fn the_settings_of_a_moment_are_checked() {
    let body = "[a](tcp-open?lost-sins=1@syn), [b](tcp-open?rtt=80@syn), [c](tcp-open?rtt=9s@syn), \
                [d](tcp-open?preset=lost-sin@syn), [e](tcp-open?fault=drop:sin#1@syn).\n";
    check_body(
        body,
        expect![[r#"
        content/chapters/second.md:10:5: error: there is no parameter `lost-sins`: did you mean `lost-syns`?
        content/chapters/second.md:10:36: error: rtt: `80` has no unit: write `80ms` or `80s`
        content/chapters/second.md:10:62: error: rtt: `9s` is not between 1ms and 1s: 1s is nearest
        content/chapters/second.md:10:88: error: there is no preset `lost-sin`: did you mean `lost-syn`?
        content/chapters/second.md:10:123: error: fault: `sin` is no kind of packet and no host: did you mean `syn`?
    "#]],
    );
}

#[test]
fn a_reference_to_a_source_is_checked() {
    let body = "A{{source RFC 9293}}, b{{source RFC 9293 §3}}, c{{source RFX 9293 §3.5}}.\n";
    check_body(
        body,
        expect![[r#"
            content/chapters/second.md:10:49: error: no source starts with `RFX 9293 §3.5`: did you mean `RFC 9293 §3.5`?
        "#]],
    );
    let deck = "+++\ndeck = \"second\"\ntitle = \"D\"\nchapter = \"second\"\n+++\n\
                ### A? {#second.a}\n\nx{{source RFC 9293}}\n";
    check(
        &[("decks/second.md", deck)],
        expect![[r#"
            content/decks/second.md:8:2: error: a source is referred to in the text of its chapter only
        "#]],
    );
}

#[test]
fn the_page_of_numbers_is_checked() {
    let text = "+++\ntitle = \"N\"\nsourcs = []\n+++\n";
    check(
        &[("numbers.md", text)],
        expect![[r#"
            content/numbers.md:2:1: error: the page of numbers needs `summary`, what it holds
            content/numbers.md:3:1: error: the page of numbers has no key `sourcs`: did you mean `sources`?
        "#]],
    );
    let text = "+++\ntitle = \"N\"\nsummary = \"s\"\n+++\n> [!note]\n>\n> x\n";
    check(
        &[("numbers.md", text)],
        expect![[r#"
            content/numbers.md:1:1: error: this page has headings, text and tables only
        "#]],
    );
}

#[test]
fn a_computed_number_is_checked() {
    let body = "{{tcp-open conect}}, {{tcp-opn connect}}, {{tcp-open}}, {{tcp-open time(sin)}}, \
                {{tcp-open param(rt)}}, {{tcp-open gave-up}}, {{tcp-open time(syn) - time(syn-ack)}}\n\n{{open\n";
    check_body(
        body,
        expect![[r#"
        content/chapters/second.md:10:1: error: `tcp-open`: there is no measure `conect`: did you mean `connect`?
        content/chapters/second.md:10:22: error: there is no scenario `tcp-opn`: did you mean `tcp-open`?
        content/chapters/second.md:10:43: error: `{{tcp-open}}` is no number: write `{{scenario measure}}`
        content/chapters/second.md:10:57: error: `tcp-open`: there is no step `sin`: did you mean `syn`?
        content/chapters/second.md:10:81: error: `tcp-open`: there is no parameter `rt`: did you mean `rtt`?
        content/chapters/second.md:10:105: error: `tcp-open`: this run has no `gave-up`
        content/chapters/second.md:10:127: error: `tcp-open`: `syn` happens before `syn-ack` in this run
        content/chapters/second.md:12:1: error: `{{` has no `}}`
    "#]],
    );
}

#[test]
fn links_lead_somewhere() {
    let body = "## Head {#head}\n\n[a](glossary:none) [b](chapter:secnd) [c](#heed) [d](quiz:none) [e](www.x.org) \
                [f](http://x.org) [g](https://x) [h](rfc:92x) [i](rfc:9293#3.5) [j](learn:tcp-opn) \
                [](https://example.org) [k](chapter:second#heed) [l](#head)\n";
    check_body(
        body,
        expect![[r#"
            content/chapters/second.md:12:5: error: there is no term `none`
            content/chapters/second.md:12:24: error: there is no chapter `secnd`: did you mean `second`?
            content/chapters/second.md:12:43: error: `second` has no heading `#heed`: did you mean `head`?
            content/chapters/second.md:12:54: error: there is no quiz `none`
            content/chapters/second.md:12:69: error: the link `www.x.org` leads nowhere
            content/chapters/second.md:12:84: error: the link `http://x.org` leads nowhere
            content/chapters/second.md:12:102: error: `https://x` is no address
            content/chapters/second.md:12:117: error: `92x` is no number of an RFC
            content/chapters/second.md:12:130: error: `#3.5` is no clause: write `#section-3.5` or `#appendix-A`
            content/chapters/second.md:12:148: error: there is no scenario `tcp-opn`: did you mean `tcp-open`?
            content/chapters/second.md:12:166: error: the link has no words
            content/chapters/second.md:12:191: error: `second` has no heading `#heed`: did you mean `head`?
        "#]],
    );
}

#[test]
fn a_diagram_is_checked_key_by_key() {
    let body = r#"```diagram
scenario = "tcp-open"
id = "tcp-close"
set = { rtt = "80", lost-sins = 1 }
preset = "lost"
faults = ["drop:syn#0"]
start = "sin"
stop = "syn-again"
mode = "gap"
captoin = "x"
```

```diagram
scenario = "tcp"
caption = ""
```

```diagram
caption = "none"
```
"#;
    check_body(
        body,
        expect![[r#"
        content/chapters/second.md:11:1: error: a diagram needs `caption`, what it shows, in words
        content/chapters/second.md:12:6: error: the name `tcp-close` is taken
        content/chapters/second.md:13:15: error: rtt: `80` has no unit: write `80ms` or `80s`
        content/chapters/second.md:13:21: error: there is no parameter `lost-sins`: did you mean `lost-syns`?
        content/chapters/second.md:14:10: error: there is no preset `lost`: there is `lan`, `wifi`, `mobile`, `atlantic`, `satellite`, `lost-syn`, `lost-syn-ack`, `lost-ack`, `unreachable` and `refused`
        content/chapters/second.md:15:11: error: fault: `0` is no number of a packet: count from 1, as in `syn#1`
        content/chapters/second.md:16:9: error: `tcp-open` has no step `sin`: did you mean `syn`?
        content/chapters/second.md:17:8: error: the step `syn-again` does not happen with these settings
        content/chapters/second.md:18:8: error: there is no mode `gap`: did you mean `gaps`?
        content/chapters/second.md:19:1: error: a diagram has no key `captoin`: did you mean `caption`?
        content/chapters/second.md:23:12: error: there is no scenario `tcp`: did you mean `tcp-mtu`?
        content/chapters/second.md:24:11: error: `caption` is empty: it is what it shows, in words
        content/chapters/second.md:28:1: error: a diagram needs `scenario`, the name of what it runs
    "#]],
    );
}

#[test]
fn a_comparison_of_stacks_is_checked_key_by_key() {
    let body = r#"```stacks
set = { stack = "quic", thnk = "0ms", rtt = "80" }
preset = "quic"
```

```stacks
caption = "Every stack from nothing."
set = { think = "0ms" }
```
"#;
    check_body(
        body,
        expect![[r#"
            content/chapters/second.md:11:1: error: a stacks block needs `caption`, what it shows, in words
            content/chapters/second.md:11:1: error: a stacks block shows every stack: it fixes none
            content/chapters/second.md:11:25: error: there is no parameter `thnk`: did you mean `think`?
            content/chapters/second.md:11:45: error: rtt: `80` has no unit: write `80ms` or `80s`
            content/chapters/second.md:12:1: error: a stacks block has no key `preset`: there is `caption`, `set`
        "#]],
    );
}

#[test]
fn names_of_diagrams_are_their_own() {
    let body = "```diagram\nscenario = \"tcp-open\"\nid = \"x\"\ncaption = \"c\"\n```\n\n\
                ```diagram\nscenario = \"tcp-open\"\nid = \"x\"\ncaption = \"c\"\n```\n";
    check_body(
        body,
        expect![[r#"
        content/chapters/second.md:18:6: error: the name `x` is taken
    "#]],
    );
}

#[test]
fn blocks_for_quizzes_and_cards_are_checked() {
    let body = "```quiz\nuse = \"secnd\"\n```\n\n```cards\nuse = [\"second.a\"]\n```\n\n```cards\n```\n\n\
                ```quizz\n```\n";
    let quiz = "id = \"second\"\ntitle = \"Q\"\nchapter = \"second\"\n[[short]]\nid = \"second.q\"\n\
                prompt = \"p\"\naccept = [\"a\"]\nexplain = \"e\"\n";
    let deck = "+++\ndeck = \"second\"\ntitle = \"D\"\nchapter = \"second\"\n+++\n### A? {#second.aa}\n\nx\n";
    let text = format!("{}{body}", super::FRONT);
    let only = "\n```quiz\nuse = \"second\"\nonly = [\"second.p\"]\n```\n";
    let text = text + only;
    let list = [
        ("chapters/second.md", text.as_str()),
        ("quizzes/second.toml", quiz),
        ("decks/second.md", deck),
    ];
    check(
        &list,
        expect![[r#"
            content/chapters/second.md:11:7: error: there is no quiz `secnd`: did you mean `second`?
            content/chapters/second.md:15:8: error: there is no card `second.a`: did you mean `second.aa`?
            content/chapters/second.md:18:1: error: a cards block needs `use`, a list of ids of cards
            content/chapters/second.md:21:1: error: there is no language `quizz`
            content/chapters/second.md:26:9: error: the quiz has no question `second.p`: did you mean `second.q`?
        "#]],
    );
}

#[test]
fn boxes_are_checked() {
    let body = r"> just a quotation

> [!beleif] x
>
> y

> [!belief]
>
> no head

> [!pitfall] no body

> [!hint]
>
> without exercise

> [!exercise] unsolved
>
> text

> [!takeaways] words
>
> no list

> [!note]
>
> > [!note]
> >
> > inside
";
    check_body(
        body,
        expect![[r#"
        content/chapters/second.md:10:1: error: a quotation must start with its kind: `[!belief]`, `[!pitfall]`, `[!note]`, `[!exercise]`, `[!hint]`, `[!solution]`, `[!takeaways]`, `[!faq]`
        content/chapters/second.md:12:1: error: there is no box `beleif`: did you mean `belief`?
        content/chapters/second.md:16:1: error: the box `belief` needs words behind its kind
        content/chapters/second.md:20:1: error: the box `pitfall` is empty
        content/chapters/second.md:22:1: error: a `hint` stands behind its exercise
        content/chapters/second.md:26:1: error: the exercise has no `> [!solution]` behind it
        content/chapters/second.md:30:1: error: the words behind `[!takeaways]` belong into a paragraph of their own
        content/chapters/second.md:32:3: error: takeaways are one list
        content/chapters/second.md:36:3: error: a box cannot stand in a box
    "#]],
    );
}

#[test]
fn sidenotes_are_checked() {
    let body = "one[^a] two[^b] three[^b]\n\n[^b]: b\n\n[^c]: c\n";
    check_body(
        body,
        expect![[r#"
        content/chapters/second.md:10:4: error: there is no sidenote `[^a]: …`
        content/chapters/second.md:10:22: error: the sidenote `b` is referred to twice
        content/chapters/second.md:14:1: error: nothing refers to the sidenote `c`
    "#]],
    );
}

#[test]
fn headings_are_checked() {
    check_body(
        "# One\n\n## Two\n\n## Two\n\n#### Four\n\n## Five {.big}\n",
        expect![[r#"
        content/chapters/second.md:10:1: error: headings of a chapter are written with `##` and `###`
        content/chapters/second.md:14:4: error: two headings have the anchor `two`: give one its own with `{#name}`
        content/chapters/second.md:16:1: error: headings of a chapter are written with `##` and `###`
        content/chapters/second.md:18:1: error: a heading of a chapter takes an anchor only: `{#name}`
    "#]],
    );
}

#[test]
fn code_pictures_and_html_are_checked() {
    let body = "```\nx\n```\n\n```rustt\nx\n```\n\n```rust mark=9 bold\nx\n```\n\n\
                ![](images/x.svg)\n\n<b>bold</b>\n\n<div>\n</div>\n";
    check_body(
        body,
        expect![[r#"
            content/chapters/second.md:10:1: error: code needs its language behind the fence, such as `console` or `text`
            content/chapters/second.md:14:1: error: there is no language `rustt`: did you mean `rust`?
            content/chapters/second.md:18:1: error: `mark=9`: the code ends at line 1
            content/chapters/second.md:18:1: error: a fence has no setting `bold`: there is `mark=3`
            content/chapters/second.md:22:1: error: the picture has no words: say between the brackets what it shows
            content/chapters/second.md:22:5: error: there is no picture `images/x.svg`
            content/chapters/second.md:24:1: error: HTML is not written here: write `\<` for the sign itself
            content/chapters/second.md:24:8: error: HTML is not written here: write `\<` for the sign itself
            content/chapters/second.md:26:1: error: HTML is not written here: write `\<` for the sign itself
        "#]],
    );
}

#[test]
fn a_verdict_ends_its_table() {
    let body = "| a | b |\n| --- | --- |\n| Verdict | x |\n| c | d |\n\n| a | b |\n| --- | --- |\n| Verdict | |\n";
    check_body(
        body,
        expect![[r#"
        content/chapters/second.md:12:1: error: the verdict must be the last row of its table
        content/chapters/second.md:17:1: error: the verdict says nothing
    "#]],
    );
}

#[test]
fn blanks_belong_to_cards() {
    check_body(
        "{{1:blank}}\n",
        expect![[r#"
        content/chapters/second.md:10:1: error: a blank stands only in the first block of a card with `type=cloze`
    "#]],
    );
}
