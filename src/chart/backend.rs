//! What plotters draws, as elements of our pictures.
//!
//! Coordinates are tenths of a pixel. Colours are not colours but [`Ink`]s, so that the classes
//! and the resolved values of the theme are put on here and nowhere else.

use core::convert::Infallible;

use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

use crate::diagram::px::Px;
use crate::diagram::svg::Element;
use crate::diagram::tokens::{Theme, Token};

/// How something on a chart is drawn, carried through plotters in place of a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ink {
    pub token: Token,
    pub dashed: bool,
    /// In tenths of a pixel.
    pub width: u8,
}

impl Ink {
    pub(super) const fn new(token: Token, width: u8) -> Self {
        Self { token, dashed: false, width }
    }

    /// The ink that a colour stands for.
    fn read((token, dashed, width): (u8, u8, u8)) -> Self {
        let token = Token::ALL.get(usize::from(token)).copied().unwrap_or(Token::Ink);
        Self { token, dashed: dashed > 0, width }
    }

    /// The colour that stands for it.
    pub(super) fn color(self) -> plotters::style::RGBColor {
        let token = Token::ALL.iter().position(|token| *token == self.token).unwrap_or(0);
        let token = u8::try_from(token).unwrap_or(0);
        plotters::style::RGBColor(token, u8::from(self.dashed), self.width)
    }
}

/// A sheet of this size in tenths of a pixel, on which plotters draws elements.
#[derive(Debug)]
pub(super) struct Sheet<'a> {
    pub size: (u32, u32),
    pub theme: Theme,
    pub out: &'a mut Vec<Element>,
}

/// What a drawing may fail with: nothing.
type Drawn = Result<(), DrawingErrorKind<Infallible>>;

fn tenths(value: i32) -> Px {
    Px::hundredths(value.saturating_mul(10))
}

fn points(path: impl IntoIterator<Item = BackendCoord>) -> String {
    let mut out = String::new();
    for (x, y) in path {
        if !out.is_empty() {
            out.push(' ');
        }
        out += &format!("{},{}", tenths(x), tenths(y));
    }
    out
}

impl Sheet<'_> {
    fn stroke(&self, element: Element, style: &impl BackendStyle) -> Element {
        let ink = Ink::read(style.color().rgb);
        let element = element
            .attr("class", format!("s-{}", ink.token.name()))
            .attr("fill", "none")
            .attr("stroke", ink.token.color(self.theme))
            .attr("stroke-width", tenths(i32::from(ink.width)));
        if ink.dashed { element.attr("stroke-dasharray", "5 3") } else { element }
    }

    fn fill(&self, element: Element, style: &impl BackendStyle) -> Element {
        let ink = Ink::read(style.color().rgb);
        let class = format!("f-{}", ink.token.name());
        element.attr("class", class).attr("fill", ink.token.color(self.theme))
    }
}

impl DrawingBackend for Sheet<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    /// Lines, paths and fills are all that charts use; single pixels have no meaning here.
    fn draw_pixel(&mut self, _: BackendCoord, _: BackendColor) -> Drawn {
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let line = Element::new("polyline").attr("points", points(path));
        let line = self.stroke(line, style);
        self.out.push(line);
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let shape = Element::new("polygon").attr("points", points(path));
        let shape = self.fill(shape, style);
        self.out.push(shape);
        Ok(())
    }

    /// Text is set by the chart itself, in widths that need no measuring.
    fn draw_text<T: BackendTextStyle>(&mut self, _: &str, _: &T, _: BackendCoord) -> Drawn {
        Ok(())
    }
}
