//! What the reader should know about where the answers are kept: quiet, in words.

use yew::prelude::*;

use crate::app::study::desk::Keeping;
use crate::study::log::Problem;

/// Where the answers are kept, and what is wrong with that.
pub(super) fn keeping(keeping: Keeping) -> Html {
    let words = match keeping {
        Keeping::Opening | Keeping::Stored => {
            "Your answers are kept in this browser and nowhere else."
        }
        Keeping::Memory => {
            "This browser allows no storage here (a private window or a frame without rights). You \
             can review, but the answers are forgotten with this page unless you save them to a file."
        }
        Keeping::Newer => {
            "The stored answers were written by a newer version of Roundtrip; reload to get it. \
             Nothing was changed. You can review, but the answers are forgotten with this page \
             unless you save them to a file."
        }
        Keeping::Broken => {
            "This browser has stopped storing: it may be out of space, or a newer version of this \
             page is open in another tab. What you do from here on is forgotten with this page \
             unless you save it to a file."
        }
    };
    let class = (!matches!(keeping, Keeping::Opening | Keeping::Stored)).then_some("warn");
    html! { <p class={classes!("kept", class)} data-keeping={format!("{keeping:?}").to_ascii_lowercase()}>{ words }</p> }
}

/// Lines of the store that could not be taken in.
pub(super) fn problems(problems: &[Problem]) -> Html {
    let damaged = problems.iter().filter(|problem| !problem.kept).count();
    let newer = problems.len() - damaged;
    html! {
        <>
            if damaged > 0 {
                <p class="warn" data-damaged={damaged.to_string()}>
                    { format!("{} of the stored answers cannot be read and {} left alone. All others count.",
                        lines(damaged), if damaged == 1 { "is" } else { "are" }) }
                </p>
            }
            if newer > 0 {
                <p class="warn" data-newer={newer.to_string()}>
                    { format!("{} of the stored answers {} written by a newer version of this page. They are kept and exported, and count again once this page is updated.",
                        lines(newer), if newer == 1 { "was" } else { "were" }) }
                </p>
            }
        </>
    }
}

fn lines(count: usize) -> String {
    if count == 1 { "One".to_owned() } else { count.to_string() }
}
