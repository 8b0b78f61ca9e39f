//! How far a round trip reaches, and how long one takes to a place.
//!
//! 2 × distance × group index / c in straight fibre; real paths take 2.1 times as long, the median
//! of many pairs of hosts (Bozkurt and others, 2018, arXiv 1811.10737).

use super::distance::{DETOUR, FIBRE, light};

/// How far away a server is that answers after a round trip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Far {
    /// Kilometres, over the surface of the Earth, on a usual path.
    pub km: u64,
    /// Nanoseconds of a round trip as far as that in straight fibre.
    pub straight: u64,
    /// Places to choose from, the nearest first.
    pub places: Vec<Place>,
}

/// A distance worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Kilometres.
    pub km: u64,
    /// What lies as far apart; may be empty.
    pub name: &'static str,
    /// Nanoseconds of a round trip on a usual path, in whole milliseconds.
    pub rtt: u64,
}

/// Great circles between cities, and round numbers between them.
const PLACES: &[(u64, &str)] = &[
    (100, ""),
    (200, ""),
    (306, "New York to Boston"),
    (500, ""),
    (1_000, ""),
    (2_000, ""),
    (3_000, ""),
    (4_129, "San Francisco to New York"),
    (5_570, "New York to London"),
    (7_192, "London to Mumbai"),
    (8_272, "San Francisco to Tokyo"),
    (9_134, "San Francisco to Frankfurt"),
    (10_848, "London to Singapore"),
    (13_000, ""),
    (15_988, "New York to Sydney"),
    (16_994, "London to Sydney"),
    (20_015, "the other side of the Earth"),
];

const MS: u64 = 1_000_000;

/// A round trip on a usual path, in whole milliseconds.
fn usual(km: u64) -> u64 {
    (2 * light(km, DETOUR, FIBRE) + MS / 2) / MS * MS
}

/// How far a round trip of so many nanoseconds reaches.
pub fn far(rtt: u64) -> Far {
    let place = |(km, name): &(u64, &'static str)| Place { km: *km, name, rtt: usual(*km) };
    let places: Vec<Place> = PLACES.iter().map(place).collect();
    let here = places.iter().find(|place| place.rtt == rtt).map(|place| place.km);
    // What a thousand kilometres take says how many a nanosecond reaches.
    let km = here.unwrap_or_else(|| rtt * 1_000 / (2 * light(1_000, DETOUR, FIBRE)));
    Far { km, straight: 2 * light(km, 0, FIBRE), places }
}

#[cfg(test)]
mod tests {
    use super::{MS, far};

    #[test]
    fn new_york_to_london_takes_twice_what_straight_fibre_would() {
        let found = far(115 * MS);
        assert_eq!(found.km, 5_570);
        assert_eq!(found.straight / 100_000, 545, "54.5 ms");
        let london = found.places.iter().find(|place| place.km == 5_570).unwrap();
        assert_eq!((london.name, london.rtt), ("New York to London", 115 * MS));
    }

    #[test]
    fn between_the_places_the_distance_follows_the_round_trip() {
        assert_eq!(far(100 * MS).km, 4_862);
        assert_eq!(far(1_000 * MS).km, 48_623, "further than around the Earth");
        assert_eq!(far(0).km, 0);
    }

    #[test]
    fn places_are_further_and_further_away() {
        let places = far(0).places;
        assert!(places.is_sorted_by(|one, next| one.km < next.km && one.rtt < next.rtt));
    }
}
