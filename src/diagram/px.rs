//! Lengths on a drawing: whole hundredths of a pixel, so that results are equal everywhere.

use std::fmt;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

/// A length or a place, in hundredths of a CSS pixel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Px(i32);

impl Px {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Whole pixels.
    pub const fn new(pixels: i32) -> Self {
        Self(pixels.saturating_mul(100))
    }

    /// Hundredths of a pixel: `Px::hundredths(125)` is 1.25 px.
    pub const fn hundredths(value: i32) -> Self {
        Self(value)
    }

    /// The number of hundredths.
    pub const fn as_hundredths(self) -> i32 {
        self.0
    }

    /// Whole pixels, rounded to the nearest.
    pub const fn round(self) -> i32 {
        (self.0 + if self.0 < 0 { -50 } else { 50 }) / 100
    }

    /// This length times `percent` / 100.
    pub const fn percent(self, percent: i32) -> Self {
        Self::clamp_i64(self.0 as i64 * percent as i64 / 100)
    }

    /// The length of which this is `percent` / 100.
    pub const fn unpercent(self, percent: i32) -> Self {
        Self::clamp_i64(self.0 as i64 * 100 / percent as i64)
    }

    /// This length rounded to tenths of a pixel, the precision of drawn places.
    pub const fn tenths(self) -> Self {
        Self((self.0 + if self.0 < 0 { -5 } else { 5 }) / 10 * 10)
    }

    /// The length without its sign.
    pub const fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// The nearest length that fits.
    #[expect(clippy::cast_possible_truncation, reason = "clamped to the range just before")]
    pub(crate) const fn clamp_i64(value: i64) -> Self {
        let most = i32::MAX as i64;
        Self(if value > most {
            i32::MAX
        } else if value < -most {
            -i32::MAX
        } else {
            value as i32
        })
    }
}

impl Add for Px {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Px {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Px {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Px {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Mul<i32> for Px {
    type Output = Self;

    fn mul(self, by: i32) -> Self {
        Self(self.0.saturating_mul(by))
    }
}

impl Div<i32> for Px {
    type Output = Self;

    fn div(self, by: i32) -> Self {
        Self(self.0 / by)
    }
}

/// Pixels with at most two decimals and no needless zero: `5.5`, `1.25`, `40`.
impl fmt::Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        match part {
            0 => write!(f, "{sign}{whole}"),
            part if part.is_multiple_of(10) => write!(f, "{sign}{whole}.{}", part / 10),
            part => write!(f, "{sign}{whole}.{part:02}"),
        }
    }
}

/// A place on a drawing; `y` grows downwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Point {
    /// From the left.
    pub x: Px,
    /// From the top.
    pub y: Px,
}

impl Point {
    /// The place at these distances from left and top.
    pub const fn new(x: Px, y: Px) -> Self {
        Self { x, y }
    }

    /// The place `along` further in direction `dir` and `up` to its upper side.
    pub fn moved(self, dir: Dir, along: Px, up: Px) -> Self {
        let mul = |length: Px, factor: i64| i64::from(length.0) * factor;
        let x = mul(along, dir.cos) + mul(up, dir.sin);
        let y = mul(along, dir.sin) - mul(up, dir.cos);
        Self {
            x: self.x + Px::clamp_i64((x + UNIT / 2).div_euclid(UNIT)),
            y: self.y + Px::clamp_i64((y + UNIT / 2).div_euclid(UNIT)),
        }
    }
}

/// The length of a direction's arrow.
const UNIT: i64 = 1 << 16;

/// A direction, as cosine and sine in 1/65,536.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dir {
    cos: i64,
    sin: i64,
}

impl Dir {
    /// To the right.
    pub const RIGHT: Self = Self { cos: UNIT, sin: 0 };

    /// From one place towards another; to the right if they are one.
    pub fn between(from: Point, to: Point) -> Self {
        let dx = i64::from(to.x.0) - i64::from(from.x.0);
        let dy = i64::from(to.y.0) - i64::from(from.y.0);
        match i64::try_from((dx * dx + dy * dy).unsigned_abs().isqrt()) {
            Ok(length) if length > 0 => Self { cos: dx * UNIT / length, sin: dy * UNIT / length },
            _ => Self::RIGHT,
        }
    }

    /// The same slope, but never to the left: how text lies on a line.
    pub const fn readable(self) -> Self {
        if self.cos < 0 { Self { cos: -self.cos, sin: -self.sin } } else { self }
    }

    /// The angle in hundredths of a degree, clockwise, from -18,000 to 18,000.
    #[expect(clippy::cast_possible_truncation, reason = "at most 18,000, rounded to whole")]
    #[expect(clippy::cast_precision_loss, reason = "both fit 17 bits")]
    pub fn angle(self) -> i32 {
        // libm computes the same bits on every machine; the result is rounded to hundredths.
        let radians = libm::atan2(self.sin as f64, self.cos as f64);
        libm::round(radians.to_degrees() * 100.0) as i32
    }

    /// The direction of an angle in hundredths of a degree, clockwise.
    #[expect(clippy::cast_possible_truncation, reason = "at most 65,536, rounded to whole")]
    #[expect(clippy::cast_precision_loss, reason = "17 bits")]
    pub fn of_angle(hundredths: i32) -> Self {
        let radians = (f64::from(hundredths) / 100.0).to_radians();
        let unit = |part: f64| libm::round(part * UNIT as f64) as i64;
        Self { cos: unit(libm::cos(radians)), sin: unit(libm::sin(radians)) }
    }

    /// The distance along the line at which it has fallen or risen by `height`, if it ever does.
    pub fn reach(self, height: Px) -> Option<Px> {
        let sin = self.sin.abs();
        (sin > 0).then(|| Px::clamp_i64(i64::from(height.0) * UNIT / sin))
    }
}

/// The distance between two places.
pub fn distance(a: Point, b: Point) -> Px {
    let (dx, dy) = (i64::from(b.x.0) - i64::from(a.x.0), i64::from(b.y.0) - i64::from(a.y.0));
    Px::clamp_i64(i64::try_from((dx * dx + dy * dy).unsigned_abs().isqrt()).unwrap_or(i64::MAX))
}

/// A four-sided convex shape: a text box, a thick line, a band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quad(pub [Point; 4]);

impl Quad {
    /// An upright box.
    pub fn upright(left: Px, top: Px, right: Px, bottom: Px) -> Self {
        Self([
            Point::new(left, top),
            Point::new(right, top),
            Point::new(right, bottom),
            Point::new(left, bottom),
        ])
    }

    /// A line of this thickness.
    pub fn line(from: Point, to: Point, thickness: Px) -> Self {
        let dir = Dir::between(from, to);
        let half = thickness / 2;
        Self([
            from.moved(dir, Px::ZERO, half),
            to.moved(dir, Px::ZERO, half),
            to.moved(dir, Px::ZERO, -half),
            from.moved(dir, Px::ZERO, -half),
        ])
    }

    /// The highest and the lowest place.
    pub fn span(&self) -> (Px, Px) {
        let ys = self.0.map(|point| point.y);
        (ys.into_iter().min().unwrap_or_default(), ys.into_iter().max().unwrap_or_default())
    }

    /// The leftmost and the rightmost place.
    pub fn sides(&self) -> (Px, Px) {
        let xs = self.0.map(|point| point.x);
        (xs.into_iter().min().unwrap_or_default(), xs.into_iter().max().unwrap_or_default())
    }

    /// Whether the two share more than a border: no line separates them.
    pub fn meets(&self, other: &Self) -> bool {
        let ((top, bottom), (other_top, other_bottom)) = (self.span(), other.span());
        top < other_bottom && other_top < bottom && !self.separates(other) && !other.separates(self)
    }

    /// Whether one of its sides separates the two (separating axis theorem).
    fn separates(&self, other: &Self) -> bool {
        (0..4).any(|side| {
            let (a, b) = (self.0[side], self.0[(side + 1) % 4]);
            let (nx, ny) = (i64::from((b.y - a.y).0), -i64::from((b.x - a.x).0));
            if nx == 0 && ny == 0 {
                return false;
            }
            let onto = |p: &Point| i64::from(p.x.0) * nx + i64::from(p.y.0) * ny;
            let range = |quad: &Self| {
                let values = quad.0.map(|p| onto(&p));
                (values.into_iter().min().unwrap_or(0), values.into_iter().max().unwrap_or(0))
            };
            let ((low, high), (other_low, other_high)) = (range(self), range(other));
            high <= other_low || other_high <= low
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Dir, Point, Px, Quad};

    #[test]
    fn lengths_print_without_needless_zeros() {
        let shown = |value| Px::hundredths(value).to_string();
        assert_eq!([125, 550, -4000, 7, -30].map(shown), ["1.25", "5.5", "-40", "0.07", "-0.3"]);
    }

    #[test]
    fn a_line_of_fifty_over_two_hundred_and_twenty_four_has_the_angle_of_the_look() {
        let dir = Dir::between(
            Point::new(Px::new(150), Px::new(18)),
            Point::new(Px::new(374), Px::new(68)),
        );
        assert_eq!(dir.angle(), 1258);
        assert_eq!(dir.reach(Px::new(10)).map(Px::round), Some(46));
    }

    #[test]
    fn boxes_meet_only_where_they_overlap() {
        let square = |x: i32, y: i32| {
            Quad::upright(Px::new(x), Px::new(y), Px::new(x + 10), Px::new(y + 10))
        };
        let slanted = Quad::line(
            Point::new(Px::new(0), Px::new(30)),
            Point::new(Px::new(30), Px::new(0)),
            Px::new(2),
        );
        assert!(square(0, 0).meets(&square(9, 9)));
        assert!(!square(0, 0).meets(&square(10, 0)));
        assert!(slanted.meets(&square(10, 10)));
        assert!(!slanted.meets(&square(0, 0)));
    }
}
