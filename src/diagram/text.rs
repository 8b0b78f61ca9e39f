//! How wide a text is, without asking a browser.
//!
//! The widths are those of `DejaVu` Sans, the widest face of the font stack: what does not collide
//! in it collides in none of the others, and the layout is equal in every browser and natively.

use super::px::Px;

/// How heavy the letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// 400.
    Regular,
    /// 600, for which the widest face has only 700.
    Bold,
}

/// The rise of the face's box above the baseline, in thousandths of its size.
pub const ASCENT: i32 = 928;
/// The fall of the face's box below the baseline, in thousandths of its size.
pub const DESCENT: i32 = 236;
/// The font stack of everything inside a diagram.
pub const FAMILY: &str = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, sans-serif";

/// Thousandths of the size, from the space to the tilde.
const REGULAR: [u16; 95] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
];

/// The same for the bold face.
const BOLD: [u16; 95] = [
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696,
    696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683,
    683, 821, 837, 372, 372, 775, 637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771,
    724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343, 665,
    343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838,
];

fn thousandths(letter: char, weight: Weight) -> u16 {
    let table = match weight {
        Weight::Regular => &REGULAR,
        Weight::Bold => &BOLD,
    };
    let place = (letter as usize).checked_sub(32).and_then(|place| table.get(place));
    match (place, letter) {
        (Some(width), _) => *width,
        (None, '\u{2009}' | '\u{202f}') => 200,
        (None, '\u{a0}') => 348,
        (None, '\u{2002}' | '–' | '§') => 500,
        (None, '·' | '’' | '‘') => 380,
        (None, '“' | '”') => 657,
        (None, '−' | '×' | '→' | '←' | '≤' | '≥') => 838,
        (None, _) => 1035,
    }
}

/// The width of a text of this size.
pub fn width(text: &str, size: Px, weight: Weight) -> Px {
    let sum: i64 = text.chars().map(|letter| i64::from(thousandths(letter, weight))).sum();
    Px::clamp_i64((sum * i64::from(size.as_hundredths()) + 999) / 1000)
}

#[cfg(test)]
mod tests {
    use super::{Weight, width};
    use crate::diagram::px::Px;

    #[test]
    fn the_longest_state_name_fits_the_room_beside_the_lanes() {
        let wide = width("SYN-RECEIVED", Px::new(11), Weight::Bold);
        assert!(wide < Px::new(94), "{wide}");
    }

    #[test]
    fn a_letter_outside_the_table_counts_as_wide() {
        assert_eq!(width("\u{4e16}", Px::new(10), Weight::Regular), Px::hundredths(1035));
    }
}
