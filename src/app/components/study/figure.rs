//! A still picture of a run: on a card with one thing hidden, beside a question up to the moment
//! that is asked about.

use yew::prelude::*;

use crate::app::player::{node, subtitles};
use crate::content::types::{self, Diagram};
use crate::diagram::parts::{Label, Span};
use crate::diagram::svg::{Element, standalone};
use crate::diagram::text::Weight;
use crate::diagram::tokens::Token;
use crate::diagram::{self, Cover, Hidden, LayoutOptions, Mode, Px, StepMark, View};
use crate::scenario::ask::moment;
use crate::scenario::{self, Run, Setup};
use crate::sim::trace::EntryId;

/// The widths that it is laid out for; the page shows the widest that fits.
const WIDTHS: [i32; 4] = [320, 390, 480, 640];

/// Pixels that are shown below the last thing of a picture that is cut.
const BELOW: i32 = 24;

/// Pixels above which a picture is cut below what is asked about.
const TALL: i32 = 400;

/// A still picture.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct FigureProps {
    pub(crate) diagram: Diagram,
    /// The moment: a step or the n-th packet of a name; the diagram's start unless given.
    #[prop_or_default]
    pub(crate) at: Option<AttrValue>,
    /// What is hidden, and whether it is told now.
    #[prop_or_default]
    pub(crate) hide: Option<(types::Hide, bool)>,
    /// Whether it ends at the moment.
    #[prop_or_default]
    pub(crate) cut: bool,
    /// What its ids begin with; unique on the page.
    pub(crate) id: AttrValue,
}

/// A still picture. A run that the engine does not know is said in words.
#[component]
pub(crate) fn Figure(props: &FigureProps) -> Html {
    let drawn = use_memo(props.clone(), draw);
    match drawn.as_ref() {
        Ok(pictures) => html! {
            <div class="figure drawing fit">
                { for pictures.iter().map(|(width, picture)| html! {
                    <div class={format!("w{width}")}>{ node(picture) }</div>
                }) }
            </div>
        },
        Err(what) => html! { <p class="notice bad">{ what.clone() }</p> },
    }
}

fn draw(props: &FigureProps) -> Result<Vec<(i32, Element)>, String> {
    let Diagram { scenario: name, setup, start, caption, .. } = &props.diagram;
    let found = scenario::find(name).ok_or_else(|| format!("There is no scenario `{name}`."))?;
    let (setup, _) = Setup::from_query(found.about(), setup);
    let run = scenario::run(found, &setup);
    let at = props.at.as_deref().or(start.as_deref());
    let entry = at.map(|at| moment(&run, at)).transpose();
    let entry =
        entry.map_err(|error| format!("This diagram has no such moment: {}.", error.message()))?;
    Ok(WIDTHS
        .iter()
        .map(|width| (*width, picture(props, &run, entry, (*width, caption))))
        .collect())
}

fn picture(
    props: &FigureProps,
    run: &Run,
    entry: Option<EntryId>,
    (width, caption): (i32, &str),
) -> Element {
    let steps: Vec<StepMark> = run
        .steps
        .iter()
        .map(|step| StepMark { name: step.name, title: step.title, at: step.at, entry: step.entry })
        .collect();
    let away = subtitles(run);
    let away: Vec<&str> = away.iter().map(String::as_str).collect();
    let mode = match props.diagram.mode {
        types::Mode::Gaps => Mode::Gaps,
        types::Mode::True => Mode::True,
        types::Mode::Steps => Mode::Steps,
    };
    let options =
        LayoutOptions { width, mode, steps: &steps, subtitles: &away, ..LayoutOptions::default() };
    let mut laid = diagram::Diagram::layout(&run.trace, &options);
    if let (Some(entry), Some((hide, told))) = (entry, props.hide) {
        let cover = if told { Cover::Told } else { Cover::Asked };
        laid.cover(&run.trace, entry, hidden(hide), cover);
    }
    let entry_at = entry.and_then(|entry| run.trace.entry(entry)).map(|it| it.at);
    name_lost(&mut laid, run);
    let mut end = laid.height;
    if let (Some(at), true) = (entry_at, props.cut) {
        end = laid.until(at);
    } else if let Some(entry) = entry {
        // A long run goes on below; what is asked about is above.
        end = end.min(laid.reach(&run.trace, entry).max(Px::new(TALL)));
    }
    let below = whole_lines(&laid, end + Px::new(BELOW));
    let high = diagram::svg::HEAD.round() + below.round();
    let words: Vec<&str> = laid.messages.iter().map(|message| message.title.as_str()).collect();
    let (id, desc) = (format!("{}-{width}", props.id), words.join(", "));
    let view = View {
        // A cover says itself which moment is meant, and a playhead would lie over it.
        playhead: entry_at.filter(|_| props.cut),
        id: &id,
        title: if caption.is_empty() { "Sequence diagram" } else { caption },
        desc: &desc,
        ..View::default()
    };
    let mut picture = standalone(&laid.scene(view));
    if high < diagram::svg::HEAD.round() + laid.height.round() {
        crop(&mut picture, width, high);
    }
    picture
}

/// The height below which to cut, so that no word is cut through.
fn whole_lines(laid: &diagram::Diagram, height: Px) -> Px {
    let (above, below) = (Px::new(11), Px::new(6));
    let through = |y: Px| y - above < height && y + below > height;
    let cut = laid.texts.iter().map(|text| text.at.y).filter(|y| through(*y)).max();
    cut.map_or(height, |y| y + below)
}

/// A lost message whose name found no room has a number, which refers to a list. There is none
/// here, so the word beside its cross says what is lost.
fn name_lost(laid: &mut diagram::Diagram, run: &Run) {
    for message in &mut laid.messages {
        let packet = message.packets.first().and_then(|id| run.trace.packet(*id));
        let (Some(Label::Number(..)), Some(fate), Some(packet)) =
            (&message.label, &mut message.fate, packet)
        else {
            continue;
        };
        let text = format!("{} ", packet.sent.packet.label().name);
        fate.spans.insert(0, Span { text, weight: Weight::Bold, token: Token::Ink });
        message.label = None;
    }
}

/// Shows only the upper part of a picture.
fn crop(picture: &mut Element, width: i32, high: i32) {
    for (name, value) in &mut picture.attrs {
        match *name {
            "height" => *value = high.to_string(),
            "viewBox" => *value = format!("0 0 {width} {high}"),
            _ => {}
        }
    }
}

const fn hidden(hide: types::Hide) -> Hidden {
    match hide {
        types::Hide::Label => Hidden::Name,
        types::Hide::Detail => Hidden::Detail,
        types::Hide::Message => Hidden::Message,
        types::Hide::State => Hidden::State,
        types::Hide::Time => Hidden::Time,
    }
}
