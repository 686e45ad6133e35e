//! Sets of ports: for each protocol that policies know, the numbers.

use std::fmt;

use super::intervals::Intervals;

/// A protocol that has ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// Stream Control Transmission Protocol
    Sctp,
    /// Transmission Control Protocol
    Tcp,
    /// User Datagram Protocol
    Udp,
}

impl Protocol {
    /// All of them, in the order in which port sets are written.
    pub const ALL: [Self; 3] = [Self::Sctp, Self::Tcp, Self::Udp];

    /// The protocol of a name as the API writes it: `TCP`. Case counts.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| protocol.name() == name)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sctp => "SCTP",
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
        }
    }
}

/// A set of ports: numbers from 1 to 65535, apart for each protocol.
///
/// It is written `TCP 80,443-445,UDP 53`; `All Connections` when it holds everything; `No
/// Connections` when it is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct PortSet {
    /// In the order of [`Protocol::ALL`].
    numbers: [Intervals<u16>; 3],
}

impl PortSet {
    /// Every port of every protocol.
    pub fn all() -> Self {
        Self { numbers: [Intervals::all(), Intervals::all(), Intervals::all()] }
    }

    /// Every port of a protocol.
    pub fn all_of(protocol: Protocol) -> Self {
        Self::range(protocol, 1, u16::MAX)
    }

    /// The ports `first` to `last` of a protocol, both included; none when they are reversed. Port
    /// 0 is no port.
    pub fn range(protocol: Protocol, first: u16, last: u16) -> Self {
        let mut set = Self::default();
        set.numbers[protocol as usize] = Intervals::range(first, last);
        set
    }

    /// One port.
    pub fn one(protocol: Protocol, number: u16) -> Self {
        Self::range(protocol, number, number)
    }

    /// True when it holds no port.
    pub fn is_empty(&self) -> bool {
        self.numbers.iter().all(Intervals::is_empty)
    }

    /// True when it holds every port of every protocol.
    pub fn is_all(&self) -> bool {
        self.numbers.iter().all(Intervals::is_all)
    }

    /// True when it holds a port.
    pub fn contains(&self, protocol: Protocol, number: u16) -> bool {
        self.numbers[protocol as usize].contains(number)
    }

    /// True when it holds every port that `other` holds.
    pub fn holds_all_of(&self, other: &Self) -> bool {
        other.subtract(self).is_empty()
    }

    /// The ranges of a protocol: inclusive, sorted, neither overlapping nor touching.
    pub fn ranges(&self, protocol: Protocol) -> &[(u16, u16)] {
        self.numbers[protocol as usize].ranges()
    }

    /// What either holds.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.with(other, Intervals::union)
    }

    /// What both hold.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        self.with(other, Intervals::intersect)
    }

    /// What it holds and the other does not.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Self {
        self.with(other, Intervals::subtract)
    }

    fn with(
        &self,
        other: &Self,
        operation: fn(&Intervals<u16>, &Intervals<u16>) -> Intervals<u16>,
    ) -> Self {
        let both = |at: usize| operation(&self.numbers[at], &other.numbers[at]);
        Self { numbers: std::array::from_fn(both) }
    }
}

impl fmt::Display for PortSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_all() {
            return f.write_str("All Connections");
        }
        if self.is_empty() {
            return f.write_str("No Connections");
        }
        let mut between = "";
        for protocol in Protocol::ALL {
            for (at, (first, last)) in self.ranges(protocol).iter().enumerate() {
                f.write_str(between)?;
                between = ",";
                if at == 0 {
                    write!(f, "{} ", protocol.name())?;
                }
                if first == last { write!(f, "{first}") } else { write!(f, "{first}-{last}") }?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written() {
        let tcp = |first, last| PortSet::range(Protocol::Tcp, first, last);
        for (set, expected) in [
            (PortSet::all(), "All Connections"),
            (PortSet::default(), "No Connections"),
            (tcp(80, 80).union(&tcp(443, 445)), "TCP 80,443-445"),
            (PortSet::one(Protocol::Udp, 53).union(&tcp(1, 65_535)), "TCP 1-65535,UDP 53"),
            (tcp(79, 81).subtract(&tcp(80, 80)).union(&tcp(82, 90)), "TCP 79,81-90"),
            (PortSet::one(Protocol::Sctp, 9).union(&tcp(5, 4)), "SCTP 9"),
            (PortSet::all().subtract(&tcp(80, 80)), "SCTP 1-65535,TCP 1-79,81-65535,UDP 1-65535"),
        ] {
            assert_eq!(set.to_string(), expected);
        }
    }

    #[test]
    fn protocols_are_apart() {
        let both = PortSet::one(Protocol::Tcp, 53).union(&PortSet::one(Protocol::Udp, 53));
        assert!(both.contains(Protocol::Udp, 53) && !both.contains(Protocol::Sctp, 53));
        assert_eq!(both.intersect(&PortSet::all_of(Protocol::Tcp)).to_string(), "TCP 53");
        assert!(both.holds_all_of(&PortSet::one(Protocol::Tcp, 53)));
        assert!(!both.holds_all_of(&PortSet::one(Protocol::Sctp, 53)));
        assert_eq!(Protocol::parse("tcp"), None);
    }
}
