//! The state machines as their tables.

use expect_test::expect;

use super::MACHINES;

#[test]
fn the_arrows_of_tcp_are_those_of_rfc_9293() {
    expect![[r#"
        CLOSED -> LISTEN: the application listens
        CLOSED -> SYN-SENT: the application opens; SYN sent
        LISTEN -> SYN-RECEIVED: SYN received; SYN-ACK sent
        SYN-SENT -> SYN-RECEIVED: SYN received; SYN-ACK sent
        SYN-SENT -> ESTABLISHED: SYN-ACK received; ACK sent
        SYN-RECEIVED -> ESTABLISHED: ACK of the SYN received
        SYN-RECEIVED -> FIN-WAIT-1: the application closes; FIN sent
        ESTABLISHED -> FIN-WAIT-1: the application closes; FIN sent
        CLOSE-WAIT -> LAST-ACK: the application closes; FIN sent
        SYN-RECEIVED -> CLOSE-WAIT: FIN received; ACK sent
        ESTABLISHED -> CLOSE-WAIT: FIN received; ACK sent
        FIN-WAIT-1 -> CLOSING: FIN received; ACK sent
        FIN-WAIT-2 -> TIME-WAIT: FIN received; ACK sent
        FIN-WAIT-1 -> FIN-WAIT-2: ACK of the FIN received
        CLOSING -> TIME-WAIT: ACK of the FIN received
        LAST-ACK -> CLOSED: ACK of the FIN received
        TIME-WAIT -> CLOSED: time-wait timer
        SYN-SENT -> CLOSED: RST received
        SYN-RECEIVED -> CLOSED: RST received
        ESTABLISHED -> CLOSED: RST received
        FIN-WAIT-1 -> CLOSED: RST received
        FIN-WAIT-2 -> CLOSED: RST received
        CLOSE-WAIT -> CLOSED: RST received
        CLOSING -> CLOSED: RST received
        LAST-ACK -> CLOSED: RST received
        TIME-WAIT -> CLOSED: RST received
        SYN-SENT -> CLOSED: the application aborts; RST sent
        SYN-RECEIVED -> CLOSED: the application aborts; RST sent
        ESTABLISHED -> CLOSED: the application aborts; RST sent
        FIN-WAIT-1 -> CLOSED: the application aborts; RST sent
        FIN-WAIT-2 -> CLOSED: the application aborts; RST sent
        CLOSE-WAIT -> CLOSED: the application aborts; RST sent
        CLOSING -> CLOSED: the application aborts; RST sent
        LAST-ACK -> CLOSED: the application aborts; RST sent
        TIME-WAIT -> CLOSED: the application aborts; RST sent
        SYN-SENT -> CLOSED: no answer for too long
        SYN-RECEIVED -> CLOSED: no answer for too long
        ESTABLISHED -> CLOSED: no answer for too long
        FIN-WAIT-1 -> CLOSED: no answer for too long
        FIN-WAIT-2 -> CLOSED: no answer for too long
        CLOSE-WAIT -> CLOSED: no answer for too long
        CLOSING -> CLOSED: no answer for too long
        LAST-ACK -> CLOSED: no answer for too long
    "#]]
    .assert_eq(&MACHINES[0].to_string());
}

#[test]
fn every_state_can_be_reached_and_left() {
    for machine in MACHINES {
        let first = machine.states[0];
        for state in machine.states {
            let reached = machine.transitions.iter().any(|arrow| arrow.to == *state);
            let left = machine.transitions.iter().any(|arrow| arrow.from == *state);
            assert!(reached && left || *state == first, "{}: {state}", machine.name);
        }
        assert!(!machine.allows(first, "nowhere"));
    }
}
