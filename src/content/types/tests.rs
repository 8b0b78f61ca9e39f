//! Tests of the compiled content's own arithmetic and its JSON.

use super::*;

fn moment(setup: &[(&str, &str)]) -> Moment {
    Moment {
        scenario: "tcp-open".into(),
        setup: setup.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect(),
        step: "syn-ack".into(),
        title: "SYN-ACK".into(),
        protocol: "tcp".into(),
        at_ns: 50_000_000,
    }
}

#[test]
fn a_moment_without_script_is_a_link_to_the_full_player() {
    assert_eq!(moment(&[]).href(), "learn/tcp-open/?step=syn-ack");
    let with = moment(&[("set.rtt", "80ms"), ("fault", "drop:syn-ack#1")]);
    assert_eq!(with.href(), "learn/tcp-open/?set.rtt=80ms&fault=drop:syn-ack%231&step=syn-ack");
}

#[test]
fn what_would_end_a_query_is_encoded() {
    assert_eq!(encode("a b&c=d#e%é"), "a%20b%26c%3Dd%23e%25%C3%A9");
}

#[test]
fn drawn_values_take_the_place_of_their_names() {
    let numeric = Numeric {
        unit: "ms".into(),
        tolerance_milli: 0,
        vary: vec![Vary { name: "rtt".into(), from: 20, to: 65, step: 20 }],
        scenario: "tcp-open".into(),
        setup: vec![("set.rtt".into(), "{rtt}ms".into())],
        ask: "connect".into(),
    };
    assert_eq!(numeric.fill(&[("rtt".into(), 40)]), [("set.rtt".into(), "40ms".into())]);
    assert_eq!(numeric.vary[0].values().collect::<Vec<_>>(), [20, 40, 60]);
}

#[test]
fn a_range_at_the_end_of_numbers_ends() {
    let vary = Vary { name: "x".into(), from: u64::MAX - 1, to: u64::MAX, step: 0 };
    assert_eq!(vary.values().count(), 2);
}

#[test]
fn plain_text_keeps_the_words_and_drops_the_marks() {
    let nodes = [
        Node::Html("<em>a &lt; b</em> &amp;amp; ".into()),
        Node::Element(Element {
            tag: "strong".into(),
            attrs: Vec::new(),
            children: vec![Node::Blank { answer: "FIN".into(), hint: None }],
        }),
    ];
    assert_eq!(plain_text(&nodes), "a < b &amp; FIN");
}

#[test]
fn blocks_survive_their_json() {
    let blocks = vec![
        Block::Html("<p>x</p>".into()),
        Block::Text(Node::Moment(MomentLink {
            moment: moment(&[]),
            diagram: Some("lost".into()),
            text: vec![Node::Html("it".into())],
        })),
        Block::Diagram(Diagram {
            id: "lost".into(),
            scenario: "tcp-open".into(),
            setup: Vec::new(),
            start: None,
            stop: None,
            mode: Mode::Gaps,
            caption: "c".into(),
            ask: Vec::new(),
        }),
    ];
    let json = serde_json::to_string(&blocks).unwrap();
    assert!(
        json.starts_with(r#"[{"html":"<p>x</p>"},{"text":{"moment":{"moment":{"scenario""#),
        "{json}"
    );
    assert_eq!(crate::json::read(&json), Ok(blocks));
}
