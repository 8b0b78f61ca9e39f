//! Sets of numbers that come in stretches: packet numbers that arrived, bytes that were acked.

/// Stretches of numbers, each with its first and the one behind its last, in order; none touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ranges(Vec<(u64, u64)>);

impl Ranges {
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &(u64, u64)> {
        self.0.iter()
    }

    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn contains(&self, number: u64) -> bool {
        let place = self.0.partition_point(|(_, end)| *end <= number);
        self.0.get(place).is_some_and(|(start, _)| *start <= number)
    }

    /// The largest number.
    pub(super) fn last(&self) -> Option<u64> {
        self.0.last().map(|(_, end)| end - 1)
    }

    /// Puts the numbers from `start` to before `end` in.
    pub(super) fn insert(&mut self, start: u64, end: u64) {
        if start >= end {
            return;
        }
        let first = self.0.partition_point(|(_, behind)| *behind < start);
        let last = self.0.partition_point(|(begin, _)| *begin <= end);
        let (mut low, mut high) = (start, end);
        if let Some(joined) = self.0.get(first..last).filter(|joined| !joined.is_empty()) {
            low = low.min(joined[0].0);
            high = high.max(joined[joined.len() - 1].1);
        }
        self.0.splice(first..last.max(first), [(low, high)]);
    }

    /// Takes all numbers below `floor` out.
    pub(super) fn forget_below(&mut self, floor: u64) {
        let gone = self.0.partition_point(|(_, end)| *end <= floor);
        self.0.drain(..gone);
        if let Some((start, _)) = self.0.first_mut() {
            *start = (*start).max(floor);
        }
    }

    /// Takes the oldest stretches out until `count` are left; returns the number below which
    /// nothing is known any more.
    pub(super) fn keep_last(&mut self, count: usize) -> Option<u64> {
        let gone = self.0.len().checked_sub(count).filter(|gone| *gone > 0)?;
        self.0.drain(..gone).next_back().map(|(_, end)| end)
    }

    /// The numbers from `start` to before `end` that are not in it.
    pub(super) fn missing(&self, start: u64, end: u64) -> Vec<(u64, u64)> {
        let mut missing = Vec::new();
        let mut at = start;
        let first = self.0.partition_point(|(_, behind)| *behind <= start);
        for (begin, behind) in self.0.iter().skip(first).take_while(|(begin, _)| *begin < end) {
            if *begin > at {
                missing.push((at, *begin));
            }
            at = *behind;
        }
        if at < end {
            missing.push((at, end));
        }
        missing
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::{prop_assert_eq, proptest};

    use super::Ranges;

    proptest! {
        #[test]
        fn stretches_are_the_set_of_their_numbers(
            stretches in proptest::collection::vec((0_u64..60, 0_u64..12), 0..20),
            floor in 0_u64..70,
        ) {
            let (mut ranges, mut set) = (Ranges::default(), BTreeSet::new());
            for (start, len) in stretches {
                ranges.insert(start, start + len);
                set.extend(start..start + len);
            }
            let same = |ranges: &Ranges, set: &BTreeSet<u64>| {
                (0..80).all(|number| ranges.contains(number) == set.contains(&number))
            };
            prop_assert_eq!(same(&ranges, &set), true);
            prop_assert_eq!(ranges.last(), set.last().copied());
            let missing: Vec<u64> =
                ranges.missing(5, 50).into_iter().flat_map(|(start, end)| start..end).collect();
            let expected: Vec<u64> = (5..50).filter(|number| !set.contains(number)).collect();
            prop_assert_eq!(missing, expected);
            ranges.forget_below(floor);
            set.retain(|number| *number >= floor);
            prop_assert_eq!(same(&ranges, &set), true);
        }
    }
}
