//! Maps, sets and sorting whose code is small: sorted vectors, and one sort for all types.
//!
//! The standard collections are compiled anew for every type, a few kilobytes of WebAssembly
//! each; what is in here is a search that all types share and the moves of a vector. Putting in
//! at the end costs nothing to search, anywhere else it moves what lies behind: right for some
//! thousand things, wrong for a queue.

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::fmt;

/// Where something stands among `len` things in order, or where it would.
fn search(len: usize, compare: &mut dyn FnMut(usize) -> Ordering) -> Result<usize, usize> {
    // Most things come in order.
    if len == 0 || compare(len - 1) == Ordering::Less {
        return Err(len);
    }
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = low + (high - low) / 2;
        match compare(middle) {
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
            Ordering::Equal => return Ok(middle),
        }
    }
    Err(low)
}

/// The places of `len` things in order: merges runs of 1, of 2, of 4 …
fn order(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut from: Vec<usize> = (0..len).collect();
    let mut to = from.clone();
    let mut run = 1;
    while run < len {
        for start in (0..len).step_by(2 * run) {
            let (middle, end) = ((start + run).min(len), (start + 2 * run).min(len));
            let (mut left, mut right) = (start, middle);
            for place in &mut to[start..end] {
                // Of two that are equal the left one goes first.
                let from_left = left < middle
                    && (right == end || compare(from[left], from[right]) != Ordering::Greater);
                let next = if from_left { &mut left } else { &mut right };
                *place = from[*next];
                *next += 1;
            }
        }
        core::mem::swap(&mut from, &mut to);
        run *= 2;
    }
    from
}

/// Sorts; things that are equal stay in their order.
pub fn sort_by<T>(things: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut places = order(things.len(), &|a, b| compare(&things[a], &things[b]));
    for at in 0..places.len() {
        // What stood before this place was swapped to where its own entry says by now.
        let mut from = places[at];
        while from < at {
            from = places[from];
        }
        things.swap(at, from);
        places[at] = from;
    }
}

/// Sorts by what `key` says of each; things that are equal stay in their order.
pub fn sort_by_key<T, K: Ord>(things: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(things, |a, b| key(a).cmp(&key(b)));
}

/// A map in the order of its keys.
#[derive(Clone, PartialEq, Eq)]
pub struct SortedMap<K, V> {
    pairs: Vec<(K, V)>,
}

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for SortedMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K, V> SortedMap<K, V> {
    /// An empty map.
    pub const fn new() -> Self {
        Self { pairs: Vec::new() }
    }

    /// How many pairs there are.
    pub const fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there is nothing.
    pub const fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// All pairs in the order of their keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> + ExactSizeIterator {
        self.pairs.iter().map(|(key, value)| (key, value))
    }

    /// All pairs, their values to be changed.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (&K, &mut V)> {
        self.pairs.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// All keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator {
        self.pairs.iter().map(|(key, _)| key)
    }

    /// All values in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator {
        self.pairs.iter().map(|(_, value)| value)
    }

    /// All values to be changed.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> {
        self.pairs.iter_mut().map(|(_, value)| value)
    }

    /// All values.
    pub fn into_values(self) -> impl DoubleEndedIterator<Item = V> {
        self.pairs.into_iter().map(|(_, value)| value)
    }

    /// Keeps the pairs that `keep` says.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        self.pairs.retain_mut(|(key, value)| keep(key, value));
    }

    /// The pair with the smallest key.
    pub fn first(&self) -> Option<(&K, &V)> {
        self.pairs.first().map(|(key, value)| (key, value))
    }

    /// Takes out the pairs at the start, as long as `taken` says.
    pub fn take_while(&mut self, mut taken: impl FnMut(&K, &mut V) -> bool) {
        let stays = self.pairs.iter_mut().position(|(key, value)| !taken(key, value));
        self.pairs.drain(..stays.unwrap_or(self.pairs.len()));
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    fn place<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        search(self.pairs.len(), &mut |at| self.pairs[at].0.borrow().cmp(key))
    }

    /// The value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        Some(&self.pairs[self.place(key).ok()?].1)
    }

    /// The value of a key, to be changed.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let at = self.place(key).ok()?;
        Some(&mut self.pairs[at].1)
    }

    /// Whether there is this key.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.place(key).is_ok()
    }

    /// Gives a key a value; returns the one that it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key) {
            Ok(at) => Some(core::mem::replace(&mut self.pairs[at].1, value)),
            Err(at) => {
                self.pairs.insert(at, (key, value));
                None
            }
        }
    }

    /// The value of a key, `new()` if it had none.
    pub fn get_or_insert_with(&mut self, key: K, new: impl FnOnce() -> V) -> &mut V {
        let at = match self.place(&key) {
            Ok(at) => at,
            Err(at) => {
                self.pairs.insert(at, (key, new()));
                at
            }
        };
        &mut self.pairs[at].1
    }

    /// The value of a key, the default if it had none.
    pub fn get_or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.get_or_insert_with(key, V::default)
    }

    /// Takes a key out.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let at = self.place(key).ok()?;
        Some(self.pairs.remove(at).1)
    }

    /// The last pair whose key is at most this.
    pub fn at_or_before(&self, key: &K) -> Option<(&K, &V)> {
        let end = self.place(key).map_or_else(|at| at, |at| at + 1);
        let (key, value) = self.pairs.get(end.checked_sub(1)?)?;
        Some((key, value))
    }

    /// The first pair whose key is at least this.
    pub fn at_or_after(&self, key: &K) -> Option<(&K, &V)> {
        let (key, value) = self.pairs.get(self.place(key).unwrap_or_else(|at| at))?;
        Some((key, value))
    }
}

impl<K: Ord, V> Extend<(K, V)> for SortedMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, pairs: I) {
        for (key, value) in pairs {
            self.insert(key, value);
        }
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for SortedMap<K, V> {
    /// Of two pairs with one key the later one counts.
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut map = Self::new();
        map.extend(pairs);
        map
    }
}

impl<K, V> IntoIterator for SortedMap<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.pairs.into_iter()
    }
}

/// A set in order.
#[derive(Clone, PartialEq, Eq)]
pub struct SortedSet<K> {
    keys: SortedMap<K, ()>,
}

impl<K> Default for SortedSet<K> {
    fn default() -> Self {
        Self { keys: SortedMap::new() }
    }
}

impl<K: fmt::Debug> fmt::Debug for SortedSet<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl<K> SortedSet<K> {
    /// How many there are.
    pub const fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is nothing.
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// All in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator {
        self.keys.keys()
    }

    /// The smallest.
    pub fn first(&self) -> Option<&K> {
        self.keys.first().map(|(key, ())| key)
    }
}

impl<K: Ord> SortedSet<K> {
    /// Whether this is in it.
    pub fn contains<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.keys.contains_key(key)
    }

    /// Puts this in; whether it is new.
    pub fn insert(&mut self, key: K) -> bool {
        self.keys.insert(key, ()).is_none()
    }

    /// Takes this out; whether it was there.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.keys.remove(key).is_some()
    }

    /// The smallest that is at least this.
    pub fn at_or_after(&self, key: &K) -> Option<&K> {
        self.keys.at_or_after(key).map(|(key, ())| key)
    }
}

impl<K: Ord> Extend<K> for SortedSet<K> {
    fn extend<I: IntoIterator<Item = K>>(&mut self, keys: I) {
        self.keys.extend(keys.into_iter().map(|key| (key, ())));
    }
}

impl<K: Ord> FromIterator<K> for SortedSet<K> {
    fn from_iter<I: IntoIterator<Item = K>>(keys: I) -> Self {
        Self { keys: keys.into_iter().map(|key| (key, ())).collect() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::{SortedMap, sort_by_key};

    proptest! {
        #[test]
        fn the_map_does_what_the_standard_map_does(
            deeds in proptest::collection::vec((any::<u8>(), any::<bool>()), 0..300),
        ) {
            let (mut ours, mut theirs) = (SortedMap::new(), BTreeMap::new());
            for (number, (key, remove)) in deeds.iter().enumerate() {
                if *remove {
                    prop_assert_eq!(ours.remove(key), theirs.remove(key));
                } else {
                    prop_assert_eq!(ours.insert(*key, number), theirs.insert(*key, number));
                }
                prop_assert_eq!(ours.get(key), theirs.get(key));
                prop_assert_eq!(ours.at_or_before(key), theirs.range(..=key).next_back());
                prop_assert_eq!(ours.at_or_after(key), theirs.range(key..).next());
            }
            prop_assert_eq!(ours.iter().collect::<Vec<_>>(), theirs.iter().collect::<Vec<_>>());
            let first = |key: &u8| *key < 100;
            ours.take_while(|key, _| first(key));
            theirs.retain(|key, _| !first(key));
            prop_assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
        }

        #[test]
        fn the_sort_does_what_the_standard_stable_sort_does(
            things in proptest::collection::vec((0_u8..20, any::<u32>()), 0..200),
        ) {
            let (mut ours, mut theirs) = (things.clone(), things);
            sort_by_key(&mut ours, |thing| thing.0);
            theirs.sort_by_key(|thing| thing.0);
            prop_assert_eq!(ours, theirs);
        }
    }
}
