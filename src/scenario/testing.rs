//! What the tests of the scenarios share: a run from a line of settings.

use super::{Params, Run, Scenario, Setup, run};

/// The run of a scenario under settings such as `rtt=1ms lost-syns=2`, and faults.
pub(super) fn run_with(scenario: &dyn Scenario, settings: &str, faults: &[&str]) -> Run {
    let (params, problems) = Params::parse(scenario.about().params, settings);
    assert_eq!(problems, []);
    let mut setup = Setup { params, ..Setup::new(scenario.about()) };
    for fault in faults {
        setup.add_fault(scenario.about(), fault).unwrap();
    }
    run(scenario, &setup)
}

/// The run of a scenario under a preset.
pub(super) fn run_preset(scenario: &dyn Scenario, preset: &str) -> Run {
    run(scenario, &Setup::new(scenario.about()).with_preset(scenario.about(), preset).unwrap())
}

/// The value of a measure, if the run has it.
pub(super) fn value(run: &Run, measure: &str) -> Option<u64> {
    run.measure(measure).expect("the scenario has this measure").figure.as_ref().map(|f| f.value)
}

/// The value of a measure of time, in milliseconds.
pub(super) fn millis(run: &Run, measure: &str) -> Option<u64> {
    value(run, measure).map(|ns| {
        assert_eq!(ns % 1_000_000, 0, "{measure} is {ns} ns");
        ns / 1_000_000
    })
}

/// The states that a host's TCP went through.
pub(super) fn states(run: &Run, host: &str) -> Vec<&'static str> {
    use crate::sim::{endpoint::Event, trace::TraceEvent};
    let entries = run.trace.entries.iter();
    entries
        .filter(|entry| run.trace.host(entry.host).name == host)
        .filter_map(|entry| match &entry.event {
            TraceEvent::Endpoint(Event::StateUpdated { machine: "tcp", to, .. }) => Some(*to),
            _ => None,
        })
        .collect()
}

/// The kinds of all packets, in the order of sending.
pub(super) fn kinds(run: &Run) -> Vec<String> {
    run.trace.packets().map(|packet| packet.sent.packet.label().kind).collect()
}
