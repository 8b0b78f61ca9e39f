//! What parameters promise to everyone who writes or reads one.

use super::{ParamKind, ParamSpec, Params, Value};
use crate::scenario::slider::POSITIONS;

const SPECS: &[ParamSpec] = &[
    spec("rtt", ParamKind::Duration { min: 1_000_000, max: 1_000_000_000, default: 100_000_000 }),
    spec("loss", ParamKind::Share { max: 200_000, default: 0 }),
    spec("rate", ParamKind::Rate { max: 1_000_000_000, default: 0 }),
    spec("size", ParamKind::Bytes { min: 1_000, max: 10_000_000, default: 200_000 }),
    spec("mss", ParamKind::Bytes { min: 536, max: 8960, default: 1460 }),
    spec("lost-syns", ParamKind::Count { min: 0, max: 11, default: 0 }),
    spec(
        "profile",
        ParamKind::Choice { options: &[("linux", "Linux"), ("rfc", "The RFCs")], default: 0 },
    ),
];

const fn spec(key: &'static str, kind: ParamKind) -> ParamSpec {
    ParamSpec { key, label: "", help: "", kind }
}

fn set(key: &str, text: &str) -> String {
    let mut params = Params::defaults(SPECS);
    match params.set(key, text) {
        Ok(()) => params.to_string(),
        Err(error) => format!("[{params}] {}", error.message),
    }
}

#[test]
fn every_kind_reads_and_writes_its_text() {
    for text in [
        "rtt=80ms",
        "rtt=1500us",
        "loss=2%",
        "loss=0.1%",
        "loss=0.0001%",
        "rate=10Mbit/s",
        "rate=1Gbit/s",
        "rate=56kbit/s",
        "size=1MB",
        "size=14480B",
        "size=201kB",
        "lost-syns=3",
        "profile=rfc",
        "rtt=80ms loss=2% lost-syns=1",
    ] {
        let (params, problems) = Params::parse(SPECS, text);
        assert_eq!((params.to_string().as_str(), problems.len()), (text, 0));
    }
}

#[test]
fn other_ways_to_say_the_same_are_understood() {
    assert_eq!(set("rtt", " 0.08s "), "rtt=80ms");
    assert_eq!(set("size", "1500"), "size=1500B");
    assert_eq!(set("size", "0.25mb"), "size=250kB");
    assert_eq!(set("rate", "unlimited"), "");
    assert_eq!(set("rate", "0"), "");
    assert_eq!(set("loss", "0"), "");
}

#[test]
fn an_unknown_name_gets_the_nearest_right_one() {
    assert_eq!(set("rt", "1ms"), "[] there is no parameter `rt`: did you mean `rtt`?");
    assert_eq!(
        set("lost-syn", "1"),
        "[] there is no parameter `lost-syn`: did you mean `lost-syns`?"
    );
    assert_eq!(
        set("colour", "1"),
        "[] there is no parameter `colour`: there is `rtt`, `loss`, `rate`, `size`, `mss`, \
         `lost-syns` and `profile`"
    );
    assert_eq!(
        set("profile", "linus"),
        "[] profile: `linus` is not one of `linux` and `rfc`: did you mean `linux`?"
    );
}

#[test]
fn an_unreadable_value_is_refused_with_the_cure() {
    assert_eq!(set("rtt", "80"), "[] rtt: `80` has no unit: write `80ms` or `80s`");
    assert_eq!(set("loss", "2"), "[] loss: `2` is no share: write per cent, such as `2%`");
    assert_eq!(
        set("rate", "10"),
        "[] rate: `10` has no unit: use `bit/s`, `kbit/s`, `Mbit/s` or `Gbit/s`"
    );
    assert_eq!(
        set("size", "10kib"),
        "[] size: `kib` is no unit of size: use `B`, `kB`, `MB` or `GB`"
    );
    assert_eq!(set("size", ""), "[] size: `` is no size, such as `10B`");
    assert_eq!(set("lost-syns", "many"), "[] lost-syns: `many` is no whole number, such as `3`");
    assert_eq!(set("lost-syns", "-1"), "[] lost-syns: `-1` is no whole number, such as `3`");
}

#[test]
fn a_value_out_of_range_becomes_the_nearest_and_is_reported() {
    assert_eq!(set("rtt", "5s"), "[rtt=1s] rtt: `5s` is not between 1ms and 1s: 1s is nearest");
    assert_eq!(
        set("lost-syns", "99"),
        "[lost-syns=11] lost-syns: `99` is not between 0 and 11: 11 is nearest"
    );
    assert_eq!(
        set("rate", "1bit/s"),
        "[rate=10kbit/s] rate: `1bit/s` is not between 10kbit/s and unlimited: 10kbit/s is nearest"
    );
    assert!(set("rtt", "99999999999999999999s").starts_with("[] rtt:"));
}

#[test]
fn a_value_of_another_kind_becomes_the_default() {
    let params =
        Params::defaults(SPECS).with("rtt", Value::Count(3)).with("nothing", Value::Count(1));
    assert_eq!(params, Params::defaults(SPECS));
}

#[test]
fn moving_the_slider_right_never_means_less() {
    for spec in SPECS {
        let stops = spec.kind.stops();
        assert!(stops.len() <= usize::from(POSITIONS), "{}: {}", spec.key, stops.len());
        let mut seen: Vec<Value> = (0..=POSITIONS).map(|at| spec.kind.value_at(at)).collect();
        seen.dedup();
        assert_eq!(seen, stops, "{}", spec.key);
    }
}

#[test]
fn a_slider_at_a_stop_means_that_stop() {
    for spec in SPECS {
        for stop in spec.kind.stops() {
            assert_eq!(spec.kind.value_at(spec.kind.position(stop)), stop, "{}", spec.key);
            assert_eq!(spec.kind.step(spec.kind.step(stop, 1), 0), spec.kind.step(stop, 1));
        }
    }
}

#[test]
fn arrow_keys_go_through_round_values() {
    let kind = SPECS[0].kind;
    let mut value = kind.value_at(0);
    let mut texts = vec![value.to_string()];
    for _ in 0..12 {
        value = kind.step(value, 1);
        texts.push(value.to_string());
    }
    assert_eq!(
        texts.join(" "),
        "1ms 1100us 1200us 1300us 1400us 1500us 1600us 1700us 1800us 1900us 2ms 2200us 2400us"
    );
    assert_eq!(kind.step(kind.value_at(POSITIONS), 5).to_string(), "1s");
    assert_eq!(kind.step(kind.value_at(POSITIONS), -1).to_string(), "950ms");
    let between = Value::Duration(core::time::Duration::from_millis(101));
    assert_eq!(kind.step(between, -1).to_string(), "100ms");
    assert_eq!(kind.step(between, 1).to_string(), "110ms");
}

#[test]
fn values_are_shown_with_the_unit_that_fits() {
    let shown = |place: usize, value| {
        let shown = SPECS[place].kind.shown(value);
        format!("{}|{}", shown.number, shown.unit)
    };
    let ms = core::time::Duration::from_millis;
    assert_eq!(shown(0, Value::Duration(ms(80))), "80|ms");
    assert_eq!(shown(0, Value::Duration(ms(1000))), "1000|ms");
    assert_eq!(shown(0, Value::Duration(ms(60_000))), "60|s");
    assert_eq!(shown(1, Value::Share(1_000)), "0.1|%");
    assert_eq!(shown(2, Value::Rate(0)), "unlimited|");
    assert_eq!(shown(2, Value::Rate(1_500_000)), "1.5|Mbit/s");
    assert_eq!(shown(3, Value::Bytes(14_480)), "14.48|kB");
    assert_eq!(shown(6, Value::Choice("rfc")), "The RFCs|");
}
