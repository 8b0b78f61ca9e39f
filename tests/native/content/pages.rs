//! What chapters become.

use expect_test::expect;

use super::{FRONT, blocks, compiled};

#[test]
fn a_paragraph_without_anything_alive_is_html() {
    expect![[r#"
        [
          {
            "html": "<p>A “quotation” &amp; <em>more</em> <code>&lt;code&gt;</code>.</p>"
          }
        ]"#]]
    .assert_eq(&blocks("A \"quotation\" & *more* `<code>`.\n"));
}

/// The diagrams to which the moment links of a page lead, in order.
fn moments(json: &serde_json::Value, found: &mut Vec<String>) {
    match json {
        serde_json::Value::Array(items) => items.iter().for_each(|item| moments(item, found)),
        serde_json::Value::Object(fields) => {
            let diagram = fields.get("moment").and_then(|moment| moment.get("diagram"));
            found.extend(diagram.and_then(|diagram| diagram.as_str()).map(str::to_owned));
            fields.values().for_each(|value| moments(value, found));
        }
        _ => {}
    }
}

#[test]
fn a_moment_leads_to_the_nearest_diagram_that_shows_it() {
    let body = "[early](tcp-open@syn)\n\n```diagram\nscenario = \"tcp-open\"\ncaption = \"one\"\n```\n\n\
                ```diagram\nscenario = \"tcp-open\"\nid = \"lost\"\npreset = \"lost-syn\"\ncaption = \"two\"\n```\n\n\
                [near](tcp-open@syn) [again](tcp-open@syn-again) [other](tcp-close@fin)\n";
    let json: serde_json::Value = serde_json::from_str(&blocks(body)).unwrap();
    let mut diagrams = Vec::new();
    moments(&json, &mut diagrams);
    assert_eq!(diagrams, ["tcp-open", "lost", "lost"]);
    assert!(json.to_string().contains("\"scenario\":\"tcp-close\""));
}

#[test]
fn a_number_carries_its_question_its_answer_and_its_sum() {
    expect![[r#"
        [
          {
            "text": {
              "element": {
                "tag": "p",
                "children": [
                  {
                    "html": "It takes "
                  },
                  {
                    "number": {
                      "scenario": "tcp-open",
                      "setup": [
                        [
                          "set.rtt",
                          "200ms"
                        ]
                      ],
                      "ask": "connect",
                      "text": "200 ms",
                      "sum": [
                        {
                          "label": "SYN to the server",
                          "text": "100 ms"
                        },
                        {
                          "label": "SYN-ACK to the client",
                          "text": "100 ms"
                        }
                      ]
                    }
                  },
                  {
                    "html": "."
                  }
                ]
              }
            }
          }
        ]"#]]
    .assert_eq(&blocks("It takes {{tcp-open?rtt=200ms connect}}.\n"));
}

#[test]
fn a_sidenote_stands_under_its_paragraph() {
    expect![[r#"
        [
          {
            "html": "<p>One<sup class=\"noteref\">1</sup>.</p>"
          },
          {
            "sidenote": {
              "number": 1,
              "text": [
                {
                  "html": "The <em>note</em>."
                }
              ]
            }
          },
          {
            "html": "<p>Two.</p>"
          }
        ]"#]]
    .assert_eq(&blocks("One[^n].\n\nTwo.\n\n[^n]: The *note*.\n"));
}

#[test]
fn boxes_become_what_they_are() {
    let body = "> [!belief] A belief\n> right below\n>\n> more\n\n> [!exercise] How long?\n>\n> Count.\n\n\
                > [!hint]\n>\n> h\n\n> [!solution]\n>\n> s\n\n> [!takeaways]\n>\n> 1. one\n> 2. two\n";
    expect![[r#"
        [
          {
            "box": {
              "kind": "belief",
              "head": [
                {
                  "html": "A belief"
                }
              ],
              "blocks": [
                {
                  "html": "<p>right below</p>"
                },
                {
                  "html": "<p>more</p>"
                }
              ]
            }
          },
          {
            "exercise": {
              "id": "exercise-1",
              "head": [
                {
                  "html": "How long?"
                }
              ],
              "blocks": [
                {
                  "html": "<p>Count.</p>"
                }
              ],
              "hint": [
                {
                  "html": "<p>h</p>"
                }
              ],
              "solution": [
                {
                  "html": "<p>s</p>"
                }
              ]
            }
          },
          {
            "takeaways": [
              [
                {
                  "html": "one"
                }
              ],
              [
                {
                  "html": "two"
                }
              ]
            ]
          }
        ]"#]]
    .assert_eq(&blocks(body));
}

#[test]
fn questions_one_below_the_other_become_one_list() {
    let body = "> [!faq] Q1\n>\n> a\n\n> [!faq] Q2\n>\n> b\n";
    expect![[r#"
        [
          {
            "faq": [
              {
                "question": [
                  {
                    "html": "Q1"
                  }
                ],
                "blocks": [
                  {
                    "html": "<p>a</p>"
                  }
                ]
              },
              {
                "question": [
                  {
                    "html": "Q2"
                  }
                ],
                "blocks": [
                  {
                    "html": "<p>b</p>"
                  }
                ]
              }
            ]
          }
        ]"#]]
    .assert_eq(&blocks(body));
}

#[test]
fn a_table_has_heads_numbers_and_a_verdict() {
    expect![[r#"
        [
          {
            "html": "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"RTT\"><table><thead><tr><td></td><th scope=\"col\" class=\"num\">RTT</th></tr></thead><tbody><tr><th scope=\"row\">LAN</th><td class=\"num\">1</td></tr></tbody><tfoot><tr><th scope=\"row\">Verdict</th><td colspan=\"1\">Keep it open.</td></tr></tfoot></table></div>"
          }
        ]"#]].assert_eq(&blocks(
        "| | RTT |\n| --- | ---: |\n| LAN | 1 |\n| Verdict | Keep it open. |\n",
    ));
}

#[test]
fn code_is_highlighted_by_class_and_one_line_marked() {
    expect![[r#"
        [
          {
            "html": "<div class=\"listing\"><pre tabindex=\"0\"><code><span class=\"hl-k\">int</span> x <span class=\"hl-k\">=</span> <span class=\"hl-n\">1</span>; <span class=\"hl-c\">//</span><span class=\"hl-c\"> one</span>\n<mark><span class=\"hl-k\">return</span> x;</mark></code></pre><button type=\"button\" class=\"copy\" title=\"Copy the code\">Copy</button><span class=\"sr\" role=\"status\"></span></div>"
          }
        ]"#]].assert_eq(&blocks("```c mark=2\nint x = 1; // one\nreturn x;\n```\n"));
}

#[test]
fn a_reference_leads_to_its_source_and_the_source_back() {
    let text = format!("{FRONT}One.{{{{source RFC 9293}}}}\n\nTwo.{{{{source RFC 9293 §3.5}}}}\n");
    let (_, site, _) = compiled(&[("chapters/second.md", &text)]);
    let chapter = &site.chapters[0];
    expect![[r#"
        [
            Html(
                "<p>One.<sup class=\"cite\" id=\"cite-1\"><a href=\"course/second/#source-1\"><span class=\"sr\">Source </span>1</a></sup></p>",
            ),
            Html(
                "<p>Two.<sup class=\"cite\" id=\"cite-2\"><a href=\"course/second/#source-1\"><span class=\"sr\">Source </span>1</a></sup></p>",
            ),
        ]"#]].assert_eq(&format!("{:#?}", chapter.blocks));
    expect![[r#"<li id="source-1"><a href="https://www.rfc-editor.org/rfc/rfc9293#section-3.5">RFC 9293 §3.5</a> <a class="back" href="course/second/#cite-1" aria-label="Back to the text, reference 1">↩</a> <a class="back" href="course/second/#cite-2" aria-label="Back to the text, reference 2">↩</a></li>"#]].assert_eq(&chapter.sources[0].html);
}
