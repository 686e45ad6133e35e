//! Sets of whole numbers as sorted ranges: what sets of ports and sets of addresses are made of.

use std::fmt::Debug;

/// A number that has a next one and one before.
pub(crate) trait Step: Copy + Ord + Debug {
    /// The smallest number.
    const MIN: Self;
    /// The largest number.
    const MAX: Self;
    /// The next number; none after the largest.
    fn next(self) -> Option<Self>;
    /// The number before; none before the smallest.
    fn before(self) -> Option<Self>;
}

macro_rules! step {
    ($($number:ty, $min:expr);*) => {$(
        impl Step for $number {
            const MIN: Self = $min;
            const MAX: Self = <$number>::MAX;
            fn next(self) -> Option<Self> {
                self.checked_add(1)
            }
            fn before(self) -> Option<Self> {
                if self == Self::MIN { None } else { self.checked_sub(1) }
            }
        }
    )*};
}

// Port 0 is no port.
step!(u16, 1; u32, 0; u128, 0);

/// A set of numbers. Its ranges are inclusive, sorted, and neither overlap nor touch, so equal sets
/// have equal ranges.
///
/// Nearly every set is empty or one range (a port, all ports, a block), and policies by the thousand
/// hold them: those need no memory of their own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) enum Intervals<T> {
    /// No number.
    #[default]
    None,
    /// One range.
    One((T, T)),
    /// Two ranges or more.
    Many(Box<[(T, T)]>),
}

impl<T: Copy> From<Vec<(T, T)>> for Intervals<T> {
    /// From ranges as they must be: sorted, neither overlapping nor touching.
    fn from(ranges: Vec<(T, T)>) -> Self {
        match *ranges {
            [] => Self::None,
            [only] => Self::One(only),
            _ => Self::Many(ranges.into()),
        }
    }
}

impl<T: Step> Intervals<T> {
    /// Every number.
    pub fn all() -> Self {
        Self::One((T::MIN, T::MAX))
    }

    /// The numbers of a range; none when it is reversed or lies outside the numbers there are.
    pub fn range(first: T, last: T) -> Self {
        let first = first.max(T::MIN);
        if first > last { Self::None } else { Self::One((first, last)) }
    }

    /// The ranges.
    pub fn ranges(&self) -> &[(T, T)] {
        match self {
            Self::None => &[],
            Self::One(range) => std::slice::from_ref(range),
            Self::Many(ranges) => ranges,
        }
    }

    /// True when it holds no number.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::None)
    }

    /// True when it holds every number.
    pub fn is_all(&self) -> bool {
        matches!(self, Self::One(range) if *range == (T::MIN, T::MAX))
    }

    /// True when it holds a number.
    pub fn contains(&self, number: T) -> bool {
        let at = self.ranges().partition_point(|range| range.1 < number);
        self.ranges().get(at).is_some_and(|range| range.0 <= number)
    }

    /// What either holds.
    pub fn union(&self, other: &Self) -> Self {
        if self.is_empty() || other.is_all() {
            return other.clone();
        }
        if other.is_empty() || self.is_all() {
            return self.clone();
        }
        let mut ranges: Vec<(T, T)> = self.ranges().iter().chain(other.ranges()).copied().collect();
        ranges.sort_unstable();
        let mut merged: Vec<(T, T)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match merged.last_mut() {
                Some(held) if held.1.next().is_none_or(|next| first <= next) => {
                    held.1 = held.1.max(last);
                }
                _ => merged.push((first, last)),
            }
        }
        merged.into()
    }

    /// What both hold.
    pub fn intersect(&self, other: &Self) -> Self {
        if self.is_empty() || other.is_all() {
            return self.clone();
        }
        let (mut left, mut right) =
            (self.ranges().iter().peekable(), other.ranges().iter().peekable());
        let mut both = Vec::new();
        while let (Some(one), Some(two)) = (left.peek(), right.peek()) {
            let (first, last) = (one.0.max(two.0), one.1.min(two.1));
            if first <= last {
                both.push((first, last));
            }
            if one.1 <= two.1 {
                left.next()
            } else {
                right.next()
            };
        }
        both.into()
    }

    /// What it holds and the other does not.
    pub fn subtract(&self, other: &Self) -> Self {
        self.intersect(&other.complement())
    }

    /// What it does not hold.
    pub fn complement(&self) -> Self {
        let mut rest = Vec::with_capacity(self.ranges().len() + 1);
        let mut start = Some(T::MIN);
        for &(first, last) in self.ranges() {
            if let (Some(start), Some(end)) = (start, first.before())
                && start <= end
            {
                rest.push((start, end));
            }
            start = last.next();
        }
        rest.extend(start.map(|start| (start, T::MAX)));
        rest.into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Numbers 1 to 64, as bits, are the model; a set beyond them must behave the same.
    fn bits(set: &Intervals<u16>) -> u64 {
        (1..=64).filter(|number| set.contains(*number)).fold(0, |bits, at| bits | 1 << (at - 1))
    }

    fn set(ranges: &[(u16, u16)]) -> Intervals<u16> {
        let ranges = ranges.iter().map(|range| Intervals::range(range.0, range.1));
        ranges.fold(Intervals::default(), |set, range| set.union(&range))
    }

    fn is_canonical(set: &Intervals<u16>) -> bool {
        let ranges = set.ranges();
        ranges.iter().all(|range| 1 <= range.0 && range.0 <= range.1)
            && ranges.windows(2).all(|two| u32::from(two[0].1) + 1 < u32::from(two[1].0))
    }

    fn ranges() -> impl Strategy<Value = Vec<(u16, u16)>> {
        proptest::collection::vec((0u16..=64, 0u16..=64), 0..8)
    }

    proptest! {
        #[test]
        fn algebra_is_that_of_bits(left in ranges(), right in ranges()) {
            let low = set(&[(1, 64)]);
            let (one, other) = (set(&left), set(&right));
            let model = |ranges: &[(u16, u16)]| ranges.iter().fold(0u64, |bits, range| {
                (1..=64).filter(|at| range.0 <= *at && *at <= range.1)
                    .fold(bits, |bits, at| bits | 1 << (at - 1))
            });
            prop_assert_eq!(bits(&one), model(&left));
            for (found, expected) in [
                (one.union(&other), bits(&one) | bits(&other)),
                (one.intersect(&other), bits(&one) & bits(&other)),
                (one.subtract(&other), bits(&one) & !bits(&other)),
                (one.complement().intersect(&low), !bits(&one)),
            ] {
                prop_assert!(is_canonical(&found), "{found:?}");
                prop_assert_eq!(bits(&found), expected);
            }
            prop_assert_eq!(one.complement().complement(), one);
        }
    }

    #[test]
    fn ends_of_the_numbers() {
        assert!(set(&[(1, 9), (10, 65_535)]).is_all());
        assert_eq!(set(&[(0, 0)]), Intervals::default());
        assert_eq!(Intervals::<u16>::all().complement(), Intervals::default());
        assert_eq!(Intervals::<u16>::default().complement(), Intervals::all());
        assert_eq!(Intervals::range(0u32, 4).complement().ranges(), [(5, u32::MAX)]);
        assert!(Intervals::range(5u16, 4).is_empty());
    }
}
