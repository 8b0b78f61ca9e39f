//! Which theme the page has.

use yew::prelude::*;

use crate::app::settings::{Settings, SettingsContext, Theme};

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
