//! Sets of IP addresses, and how CIDR blocks are read.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::intervals::Intervals;

/// A set of addresses, of both families.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct CidrSet {
    v4: Intervals<u32>,
    v6: Intervals<u128>,
}

/// Addresses that follow one another, of one family; both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IpRange {
    /// The first address.
    pub first: IpAddr,
    /// The last address.
    pub last: IpAddr,
}

/// Why a text is no CIDR block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CidrError {
    /// There is no `/` and length of prefix.
    NoPrefix,
    /// What stands before the `/` is no address.
    BadAddress,
    /// The length of the prefix is no number from 0 to 32 (IPv4) or 128 (IPv6).
    BadPrefix,
}

impl fmt::Display for CidrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoPrefix => "has no prefix length",
            Self::BadAddress => "does not begin with an IP address",
            Self::BadPrefix => "has a prefix length that does not fit the address",
        })
    }
}

impl CidrSet {
    /// Every address of both families.
    pub fn all() -> Self {
        Self { v4: Intervals::all(), v6: Intervals::all() }
    }

    /// Every IPv4 address.
    pub fn all_v4() -> Self {
        Self { v4: Intervals::all(), v6: Intervals::default() }
    }

    /// Every IPv6 address.
    pub fn all_v6() -> Self {
        Self { v4: Intervals::default(), v6: Intervals::all() }
    }

    /// The addresses of a block `10.0.0.0/8`. Bits after the prefix do not count, as the API
    /// server takes it.
    ///
    /// # Errors
    /// When the text is no block.
    pub fn parse(text: &str) -> Result<Self, CidrError> {
        let (address, length) = text.split_once('/').ok_or(CidrError::NoPrefix)?;
        let address: IpAddr = address.parse().map_err(|_| CidrError::BadAddress)?;
        let digits = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
        let plain = digits && (length == "0" || !length.starts_with('0'));
        let length: u32 = length.parse().map_err(|_| CidrError::BadPrefix)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        if !plain || length > most {
            return Err(CidrError::BadPrefix);
        }
        Ok(Self::block(address, length))
    }

    /// The addresses of a block, or the one address where there is no `/`, as Calico's `nets` and
    /// Cilium's `fromCIDR` take it.
    ///
    /// # Errors
    /// When the text is neither.
    pub fn parse_or_address(text: &str) -> Result<Self, CidrError> {
        match text.parse::<IpAddr>() {
            Ok(address) => Ok(Self::one(address)),
            Err(_) if !text.contains('/') => Err(CidrError::BadAddress),
            Err(_) => Self::parse(text),
        }
    }

    /// One address.
    pub fn one(address: IpAddr) -> Self {
        Self::block(address, 128)
    }

    /// A block; a length beyond the family's means one address.
    fn block(address: IpAddr, length: u32) -> Self {
        match address {
            IpAddr::V4(address) => {
                let hosts = u32::MAX.checked_shr(length).unwrap_or(0);
                let first = address.to_bits() & !hosts;
                let v4 = Intervals::range(first, first | hosts);
                Self { v4, v6: Intervals::default() }
            }
            IpAddr::V6(address) => {
                let hosts = u128::MAX.checked_shr(length).unwrap_or(0);
                let first = address.to_bits() & !hosts;
                let v6 = Intervals::range(first, first | hosts);
                Self { v4: Intervals::default(), v6 }
            }
        }
    }

    /// True when it holds no address.
    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// True when it holds every address of both families.
    pub fn is_all(&self) -> bool {
        self.v4.is_all() && self.v6.is_all()
    }

    /// True when it holds every address of one family at least.
    pub fn holds_a_family(&self) -> bool {
        self.v4.is_all() || self.v6.is_all()
    }

    /// True when it holds an address.
    pub fn contains(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => self.v4.contains(address.to_bits()),
            IpAddr::V6(address) => self.v6.contains(address.to_bits()),
        }
    }

    /// True when it holds every address that `other` holds.
    pub fn holds_all_of(&self, other: &Self) -> bool {
        other.subtract(self).is_empty()
    }

    /// What either holds.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self { v4: self.v4.union(&other.v4), v6: self.v6.union(&other.v6) }
    }

    /// What both hold.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        Self { v4: self.v4.intersect(&other.v4), v6: self.v6.intersect(&other.v6) }
    }

    /// What it holds and the other does not.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Self {
        Self { v4: self.v4.subtract(&other.v4), v6: self.v6.subtract(&other.v6) }
    }

    /// Its ranges, IPv4 first; they are sorted and neither overlap nor touch.
    pub fn ranges(&self) -> Vec<IpRange> {
        let v4 = self.v4.ranges().iter().map(|range| IpRange::v4(range.0, range.1));
        v4.chain(self.v6.ranges().iter().map(|range| IpRange::v6(range.0, range.1))).collect()
    }
}

impl IpRange {
    fn v4(first: u32, last: u32) -> Self {
        Self { first: Ipv4Addr::from_bits(first).into(), last: Ipv4Addr::from_bits(last).into() }
    }

    fn v6(first: u128, last: u128) -> Self {
        Self { first: Ipv6Addr::from_bits(first).into(), last: Ipv6Addr::from_bits(last).into() }
    }

    /// The same addresses as a set.
    pub fn set(&self) -> CidrSet {
        match (self.first, self.last) {
            (IpAddr::V4(first), IpAddr::V4(last)) => CidrSet {
                v4: Intervals::range(first.to_bits(), last.to_bits()),
                v6: Intervals::default(),
            },
            (IpAddr::V6(first), IpAddr::V6(last)) => CidrSet {
                v4: Intervals::default(),
                v6: Intervals::range(first.to_bits(), last.to_bits()),
            },
            _ => CidrSet::default(),
        }
    }
}

/// `10.0.0.0-10.255.255.255`
impl fmt::Display for IpRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

/// All addresses, cut wherever one of some sets begins or ends: within a piece all addresses are
/// alike to those sets.
#[derive(Debug, Clone)]
pub struct Pieces {
    pieces: Vec<IpRange>,
}

impl Pieces {
    /// All addresses of both families, cut by the ranges of `sets`.
    pub fn new<'s>(sets: impl IntoIterator<Item = &'s CidrSet>) -> Self {
        let (mut v4, mut v6) = (vec![0u32], vec![0u128]);
        for set in sets {
            for (first, last) in set.v4.ranges() {
                v4.push(*first);
                v4.extend(last.checked_add(1));
            }
            for (first, last) in set.v6.ranges() {
                v6.push(*first);
                v6.extend(last.checked_add(1));
            }
        }
        let mut pieces = Vec::with_capacity(v4.len() + v6.len());
        v4.sort_unstable();
        v4.dedup();
        v6.sort_unstable();
        v6.dedup();
        for (at, first) in v4.iter().enumerate() {
            let last = v4.get(at + 1).map_or(u32::MAX, |next| next - 1);
            pieces.push(IpRange::v4(*first, last));
        }
        for (at, first) in v6.iter().enumerate() {
            let last = v6.get(at + 1).map_or(u128::MAX, |next| next - 1);
            pieces.push(IpRange::v6(*first, last));
        }
        Self { pieces }
    }

    /// The pieces, IPv4 first, in the order of their addresses.
    pub fn ranges(&self) -> &[IpRange] {
        &self.pieces
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(set: &CidrSet) -> String {
        set.ranges().iter().map(IpRange::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn blocks() {
        for (text, expected) in [
            ("10.0.0.0/8", "10.0.0.0-10.255.255.255"),
            ("10.1.2.3/8", "10.0.0.0-10.255.255.255"),
            ("0.0.0.0/0", "0.0.0.0-255.255.255.255"),
            ("8.8.8.8/32", "8.8.8.8-8.8.8.8"),
            ("::/0", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("fd00::/8", "fd00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ] {
            assert_eq!(CidrSet::parse(text).as_ref().map(words), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_block() {
        for (text, expected) in [
            ("A", CidrError::NoPrefix),
            ("10.0.0.1", CidrError::NoPrefix),
            ("zc00::/8", CidrError::BadAddress),
            ("10.0.0/8", CidrError::BadAddress),
            ("010.0.0.0/8", CidrError::BadAddress),
            ("10.0.0.0/33", CidrError::BadPrefix),
            ("10.0.0.0/", CidrError::BadPrefix),
            ("10.0.0.0/+8", CidrError::BadPrefix),
            ("10.0.0.0/08", CidrError::BadPrefix),
            ("10.0.0.0/255.0.0.0", CidrError::BadPrefix),
            ("::/129", CidrError::BadPrefix),
            ("", CidrError::NoPrefix),
        ] {
            assert_eq!(CidrSet::parse(text), Err(expected), "{text}");
        }
        assert!(CidrSet::parse_or_address("10.0.0.1").is_ok());
        assert_eq!(CidrSet::parse_or_address("web"), Err(CidrError::BadAddress));
    }

    #[test]
    fn except_is_cut_out() {
        let parse = |text| CidrSet::parse(text).expect(text);
        let set = parse("10.0.0.0/8").subtract(&parse("10.1.0.0/16"));
        assert_eq!(words(&set), "10.0.0.0-10.0.255.255 10.2.0.0-10.255.255.255");
        let pieces = Pieces::new([&set]);
        let v4: Vec<String> =
            pieces.ranges().iter().filter(|r| r.first.is_ipv4()).map(IpRange::to_string).collect();
        let expected = [
            "0.0.0.0-9.255.255.255",
            "10.0.0.0-10.0.255.255",
            "10.1.0.0-10.1.255.255",
            "10.2.0.0-10.255.255.255",
            "11.0.0.0-255.255.255.255",
        ];
        assert_eq!(v4, expected);
        assert!(CidrSet::all_v4().union(&CidrSet::all_v6()).is_all());
    }

    proptest! {
        /// Blocks within 10.0.0.0/26 against a model of 64 bits.
        #[test]
        fn algebra_is_that_of_bits(
            left in proptest::collection::vec((0u32..64, 26u32..=32), 0..5),
            right in proptest::collection::vec((0u32..64, 26u32..=32), 0..5),
        ) {
            let address = |at: u32| IpAddr::from(Ipv4Addr::from_bits(0x0a00_0000 + at));
            let set = |blocks: &[(u32, u32)]| blocks.iter().fold(CidrSet::default(), |set, block| {
                let text = format!("{}/{}", address(block.0), block.1);
                set.union(&CidrSet::parse(&text).expect("a block"))
            });
            let model = |blocks: &[(u32, u32)]| blocks.iter().fold(0u64, |bits, (host, length)| {
                let size = 32 - length;
                (0..64).filter(|at| at >> size == host >> size).fold(bits, |bits, at| bits | 1 << at)
            });
            let bits = |set: &CidrSet| (0..64).filter(|at| set.contains(address(*at)))
                .fold(0u64, |bits, at| bits | 1 << at);
            let (one, other) = (set(&left), set(&right));
            prop_assert_eq!(bits(&one), model(&left));
            prop_assert_eq!(bits(&one.union(&other)), model(&left) | model(&right));
            prop_assert_eq!(bits(&one.intersect(&other)), model(&left) & model(&right));
            prop_assert_eq!(bits(&one.subtract(&other)), model(&left) & !model(&right));
            let pieces = Pieces::new([&one, &other]);
            let mut whole = CidrSet::default();
            for piece in pieces.ranges() {
                whole = whole.union(&piece.set());
                prop_assert_eq!(one.contains(piece.first), one.contains(piece.last));
                let held = one.intersect(&piece.set());
                prop_assert!(held.is_empty() || held == piece.set());
            }
            prop_assert!(whole.is_all());
        }
    }
}
