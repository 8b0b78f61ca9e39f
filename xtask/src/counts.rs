//! How many tests passed and failed, read from what the test runners print.

/// Passed and failed tests of all runners, and checks, each of which is one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that held.
    pub passed: u64,
    /// Those that did not.
    pub failed: u64,
}

impl Counts {
    /// Takes in a line such as `test result: ok. 12 passed; 0 failed; 0 ignored; …`.
    pub fn read(&mut self, line: &str) {
        let Some(result) = line.trim_start().strip_prefix("test result: ") else { return };
        for part in result.split([';', '.']) {
            let Some((number, word)) = part.trim().split_once(' ') else { continue };
            let Ok(number) = number.parse::<u64>() else { continue };
            match word {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                _ => {}
            }
        }
    }

    /// Takes in a check as a whole.
    pub const fn check(&mut self, good: bool) {
        if good {
            self.passed += 1;
        } else {
            self.failed += 1;
        }
    }
}

#[test]
fn counts_add_up_over_the_runners() {
    let mut counts = Counts::default();
    counts.read("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; finished in 0.02s");
    counts.read("test result: FAILED. 3 passed; 2 failed; 0 ignored");
    counts.read("the test result: 5 passed");
    counts.check(true);
    assert_eq!(counts, Counts { passed: 16, failed: 2 });
}
