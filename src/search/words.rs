//! A text as words: lower case, without accents, letters and digits only.

/// The longest word that is kept, in bytes; what is longer is no word that anybody types.
const WORD_MAX: usize = 32;

/// The words of a text in their order. Letters of Latin lose their accents; other scripts stay.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|sign: char| !sign.is_alphanumeric() && sign != '\'' && sign != '’')
        .map(folded)
        .filter(|word| !word.is_empty())
}

fn folded(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for sign in word.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase) {
        let sign = plain(sign);
        if out.len() + sign.len_utf8() > WORD_MAX {
            break;
        }
        out.push(sign);
    }
    out
}

/// A letter without its accent.
const fn plain(sign: char) -> char {
    match sign {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ì'..='ï' | 'ī' => 'i',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'š' | 'ś' => 's',
        'ž' | 'ź' | 'ż' => 'z',
        'ł' => 'l',
        other => other,
    }
}
