//! How long an outage may last: 30 days at 90, 15 at 45, 2 at 6; 6.1, 12.2 and 91 renewals a year.

use super::TlsExpiry;
use crate::scenario::testing::{run_preset, run_with, value};

#[test]
fn an_outage_of_a_third_of_the_lifetime_is_just_survived() {
    for (lifetime, third) in [(90, 30), (45, 15), (6, 2)] {
        let at = |outage: u64| {
            let settings = format!("lifetime={lifetime} outage={outage} visits=60");
            run_with(&TlsExpiry, &settings, &[])
        };
        let (kept, lost) = (at(third), at(third + 1));
        assert_eq!(value(&kept, "tolerated"), Some(third));
        assert_eq!((value(&kept, "down"), value(&kept, "refused")), (Some(0), Some(0)));
        assert_eq!(value(&lost, "down"), Some(24), "{lifetime}");
        assert!(value(&lost, "refused") > Some(0) || lifetime > 6, "{lifetime}");
        assert!(lost.step("expired").is_some() && lost.step("renewed").is_some());
    }
}

#[test]
fn shorter_lifetimes_are_renewed_more_often() {
    for (lifetime, in_ten_years) in [(90, 61), (45, 122), (6, 913)] {
        let run = run_with(&TlsExpiry, &format!("lifetime={lifetime}"), &[]);
        assert_eq!(value(&run, "renewals-ten-years"), Some(in_ten_years));
        assert_eq!((value(&run, "down"), value(&run, "refused")), (Some(0), Some(0)));
        assert_eq!(value(&run, "renewals"), Some(1));
    }
}

#[test]
fn a_certificate_that_ran_out_ends_every_handshake_with_an_alert() {
    for preset in ["outage", "short-outage", "forgotten"] {
        let run = run_preset(&TlsExpiry, preset);
        assert!(value(&run, "refused") > Some(0), "{preset}");
        assert!(run.step("alert").unwrap().caption.contains("certificate_expired"));
        assert!(run.step("works-again").is_some(), "{preset}");
    }
    let run = run_preset(&TlsExpiry, "survived");
    assert_eq!((value(&run, "down"), run.step("expired").is_none()), (Some(0), true));
}

#[test]
fn a_person_who_forgets_costs_the_days_beyond_the_third() {
    let run = run_preset(&TlsExpiry, "forgotten");
    // 45 days after day 60, of which 30 were left.
    assert_eq!(value(&run, "down"), Some(15 * 24));
}
