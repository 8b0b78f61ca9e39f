//! From a slider to the DOM, in the program that is shipped: `cargo xtask bench` prints it.

use crate::harness::open;

/// Moves the slider to and fro and adds up, for each move, the time in its handler and from the
/// begin of the next picture of the screen to the last change of the page.
const MOVES: &str = "
const done = arguments[arguments.length - 1];
const slider = document.querySelector('input[data-param=rtt]');
const value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
const times = [];
(function move(nth) {
  if (nth === 24) return done(times.slice(3));
  let frame = Infinity, last = NaN;
  const seen = new MutationObserver(() => { last = performance.now(); });
  seen.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  requestAnimationFrame(() => { frame = performance.now(); });
  const begin = performance.now();
  value.call(slider, Math.round(slider.max * (nth % 2 ? 0.4 : 0.6)));
  slider.dispatchEvent(new Event('input', { bubbles: true }));
  const handled = performance.now() - begin;
  setTimeout(() => {
    seen.disconnect();
    times.push(last > frame ? handled + last - frame : last - begin);
    move(nth + 1);
  }, 150);
})(0);";

#[test]
#[expect(clippy::print_stdout, reason = "a bench prints its figures")]
fn each_move_of_a_slider_changes_the_page() {
    let page = open("/learn/tcp-slow-start?set.size=700kB");
    let times = page.later("moves of the slider", MOVES);
    let mut times: Vec<f64> =
        times.as_array().into_iter().flatten().filter_map(serde_json::Value::as_f64).collect();
    assert_eq!(times.len(), 21, "some moves changed nothing: {times:?}");
    times.sort_by(f64::total_cmp);
    println!("in Chromium, the shipped program: tcp-slow-start size=700kB");
    println!("  slider to DOM {:>6.2} ms    slowest {:>8.2} ms", times[10], times[20]);
}
