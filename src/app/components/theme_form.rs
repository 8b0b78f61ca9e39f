//! Settings of the page: its theme, and what it remembers of the reading.

use yew::prelude::*;

use crate::app::reading::Reading;
use crate::app::settings::{Settings, SettingsContext, Theme};

/// What is remembered of the reading, and how to forget it.
pub(crate) fn reading_form(context: &SettingsContext) -> Html {
    let reading = &context.settings.reading;
    let kept = reading.kept.len();
    let clear = {
        let context = context.clone();
        Callback::from(move |_: MouseEvent| {
            let reading = Reading::default();
            reading.save();
            context.set.emit(Settings { reading, ..context.settings.clone() });
        })
    };
    html! {
        <>
            <h3>{ "Reading marks" }</h3>
            if reading.is_empty() {
                <p>{ "Nothing is marked as read yet. Marks stay in this browser." }</p>
            } else {
                <p>{ "Which sections you have read is kept in this browser, and nowhere else." }</p>
                if kept > 0 {
                    <p class="warn" data-damaged={kept.to_string()}>
                        { "Some of it cannot be read: it is damaged, or of a later version. It counts for nothing and is kept as it is:" }
                    </p>
                    <textarea class="line-input" readonly={true} aria-label="Marks that cannot be read" value={reading.kept.join("\n")} />
                }
                <p><button type="button" class="push" data-action="clear-reading" onclick={clear}>{ "Clear the reading marks" }</button></p>
            }
        </>
    }
}

/// The choice of a theme.
pub(crate) fn theme_form(context: &SettingsContext) -> Html {
    let choose = |theme: Theme| {
        let context = context.clone();
        Callback::from(move |_: Event| {
            theme.show();
            context.set.emit(Settings { theme, ..context.settings.clone() });
        })
    };
    html! {
        <fieldset class="segments">
            <legend class="sr">{ "Theme" }</legend>
            { for Theme::ALL.iter().map(|(theme, name, title)| html! {
                <label>
                    <input type="radio" name="theme" value={*name} onchange={choose(*theme)}
                        checked={context.settings.theme == *theme} />
                    <span>{ *title }</span>
                </label>
            }) }
        </fieldset>
    }
}
