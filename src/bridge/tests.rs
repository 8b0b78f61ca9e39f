//! What crosses the bridge arrives as it was sent.

use std::fmt::Debug;

use super::code::{Reader, from_bytes, to_bytes};
use super::questions::{
    Ask, Compare, Draw, Graph, Inspect, Long, Names, Now, Place, Play, Question, Still, Tell,
};
use super::{Desk, Lay, Look, Order, answer};
use crate::diagram::{Hidden, Mode, Scale};
use crate::scenario::{About, CATALOGUE, Setup};
use crate::sim::time::Instant;
use crate::sim::trace::PacketId;

/// Every scenario at its defaults and under each preset.
fn orders() -> Vec<Order> {
    let mut orders = Vec::new();
    for scenario in CATALOGUE {
        let about = scenario.about();
        let plain = Setup::new(about);
        orders.push(Order::new(about.id, &plain));
        for preset in about.presets {
            let setup = plain.with_preset(about, preset.name).expect("a preset");
            orders.push(Order::new(about.id, &setup));
        }
    }
    orders
}

fn lay(order: &Order) -> Lay {
    Lay {
        order: order.clone(),
        before: None,
        width: 480,
        scale: Scale::Page,
        mode: Mode::Gaps,
        hide: vec!["ack".to_owned()],
    }
}

fn look(playhead: Option<Instant>) -> Look {
    let text = |text: &str| text.to_owned();
    Look {
        playhead,
        selected: Some(PacketId(1)),
        future: true,
        id: text("d"),
        title: text("T"),
        desc: text("„ü“"),
    }
}

/// Asks as the browser does, and compares with what is answered at once.
fn crosses<Q: Question + PartialEq + Debug>(desk: &mut Desk, question: &Q)
where
    Q::Answer: PartialEq + Debug,
{
    let mut bytes = to_bytes(&Q::NUMBER);
    bytes.extend(to_bytes(question));
    assert_eq!(from_bytes::<Q>(&to_bytes(question)).as_ref(), Some(question));
    let answered = answer(desk, &bytes).expect("it is a question");
    let arrived: Q::Answer = from_bytes(&answered).expect("its answer can be read");
    assert_eq!(arrived, question.answer(desk));
}

#[test]
fn every_answer_about_every_scenario_arrives_as_it_was_sent() {
    let mut desk = Desk::default();
    for order in orders() {
        let (lay, at) = (lay(&order), Some(Instant::from_millis(70)));
        crosses(&mut desk, &Play { order: order.clone() });
        crosses(&mut desk, &Place { lay: lay.clone() });
        for look in [look(None), look(at)] {
            crosses(&mut desk, &Draw { lay: lay.clone(), look: look.clone() });
            crosses(&mut desk, &Names { lay: lay.clone(), look: look.clone() });
            crosses(&mut desk, &Now { lay: lay.clone(), look });
        }
        crosses(&mut desk, &Graph { lay: lay.clone(), playhead: at });
        crosses(&mut desk, &Long { lay, playhead: at });
        let plain = Order { setup: Vec::new(), ..order.clone() };
        crosses(&mut desk, &Compare { before: plain, now: order.clone() });
        for packet in [0, 3, 1_000_000] {
            crosses(&mut desk, &Inspect { order: order.clone(), packet: PacketId(packet) });
        }
        for text in ["param(rtt)", "nonsense"] {
            crosses(&mut desk, &Ask { order: order.clone(), text: text.to_owned() });
        }
    }
}

#[test]
fn a_still_picture_arrives_as_it_was_sent() {
    let scenario = CATALOGUE[0].about();
    let question = Still {
        order: Order::new(scenario.id, &Setup::new(scenario)),
        at: Some("syn-ack".to_owned()),
        mode: Mode::Gaps,
        hide: Some((Hidden::Name, true)),
        cut: true,
        id: "f".to_owned(),
        caption: String::new(),
    };
    crosses(&mut Desk::default(), &question);
    crosses(&mut Desk::default(), &Still { at: Some("nonsense".to_owned()), ..question });
}

#[test]
fn all_that_the_pages_need_of_a_scenario_arrives() {
    for scenario in CATALOGUE {
        let about = scenario.about();
        let arrived: &About = from_bytes(&to_bytes(&about)).expect("it can be read");
        let names = |about: &About| -> Vec<_> {
            about.steps.iter().map(|step| (step.name, step.title)).collect()
        };
        let plain = |about: &About| {
            let About { id, title, summary, topic, hosts, kinds, params, presets, .. } = about;
            format!("{id} {title} {summary} {topic:?} {hosts:?} {kinds:?} {params:?} {presets:?}")
        };
        assert_eq!(names(arrived), names(about));
        assert_eq!(plain(arrived), plain(about));
        assert_eq!(format!("{:?}", arrived.fidelity), format!("{:?}", about.fidelity));
        // Settings mean the same on both sides.
        for preset in about.presets {
            let here = Setup::new(about).with_preset(about, preset.name).expect("a preset");
            let there = Setup::new(arrived).with_preset(arrived, preset.name).expect("a preset");
            assert_eq!(here, there);
            assert_eq!(Setup::from_query(about, &there.to_query()).0, here);
        }
    }
}

#[test]
fn an_unknown_scenario_has_no_answer() {
    let mut desk = Desk::default();
    let order = Order { scenario: "nope".to_owned(), setup: Vec::new(), until: None };
    assert!(Tell { scenario: "nope".to_owned() }.answer(&mut desk).is_none());
    assert!(Play { order: order.clone() }.answer(&mut desk).is_none());
    assert!(Place { lay: lay(&order) }.answer(&mut desk).is_none());
    assert!(Ask { order, text: "connect".to_owned() }.answer(&mut desk).is_err());
}

#[test]
fn a_run_up_to_a_step_ends_with_it() {
    let mut desk = Desk::default();
    let scenario = CATALOGUE[0].about();
    let order = Order::new(scenario.id, &Setup::new(scenario));
    let order = Order { until: Some("established".to_owned()), ..order };
    let report = Play { order }.answer(&mut desk).expect("it runs");
    let last = report.steps.last().map(|step| step.name);
    assert_eq!((last, report.packets()), (Some("established"), 2));
}

#[test]
fn numbers_of_every_size_arrive() {
    for number in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
        assert_eq!(from_bytes::<u64>(&to_bytes(&number)), Some(number));
    }
    for number in [0, -1, 1, 63, -64, 8_000, i32::MIN, i32::MAX] {
        assert_eq!(from_bytes::<i32>(&to_bytes(&number)), Some(number));
    }
    assert_eq!(to_bytes(&-1_i32).len(), 1);
}

#[test]
fn damaged_bytes_are_nothing() {
    let order = orders().remove(0);
    let mut desk = Desk::default();
    let report = Play { order }.answer(&mut desk);
    let bytes = to_bytes(&report);
    for end in 0..bytes.len() {
        assert!(from_bytes::<<Play as Question>::Answer>(&bytes[..end]).is_none(), "{end}");
    }
    assert_eq!(from_bytes::<u8>(&[0xff, 0xff]), None, "a number that does not end");
    assert_eq!(from_bytes::<Vec<u64>>(&[0xff, 0xff, 0x03]), None, "more than there is");
    assert_eq!(from_bytes::<bool>(&[2]), None);
    assert_eq!(from_bytes::<String>(&[1, 0xff]), None, "no text");
    assert_eq!(from_bytes::<&'static str>(&[5]), None, "a word that nobody wrote");
    assert!(answer(&mut desk, &[]).is_none() && answer(&mut desk, &[99]).is_none());
    assert!(Reader::new(&[]).is_done());
}
