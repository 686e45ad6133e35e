//! Kubernetes quantities (`500m`, `1.5Gi`, `1e3`), parsed and compared exactly as the API server
//! does. Whether a quantity is a sensible amount is left to checks.
//!
//! The rules are those of k8s.io/apimachinery/pkg/api/resource (`ParseQuantity`,
//! `CanonicalizeBytes`), the oddities included: `.` and `m` are zero, `1.G` is one giga.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;

/// An amount, exact to 10⁻⁹ (finer parts are rounded away from zero, as the API server does).
///
/// Equality and order are those of the amount: `1Gi` equals `1024Mi`, and `1000m` equals `1`.
#[derive(Debug, Clone, Copy)]
pub struct Quantity {
    nano: i128,
    format: Format,
}

/// How a quantity is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Powers of 1000: n, u, m, none, k, M, G, T, P, E.
    DecimalSi,
    /// Powers of 1024: Ki, Mi, Gi, Ti, Pi, Ei.
    BinarySi,
    /// `1e3`, `1E-3`.
    DecimalExponent,
}

/// Why and where a text is no quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuantityError {
    /// Why.
    pub kind: QuantityErrorKind,
    /// Where: bytes of the text.
    pub at: Range<usize>,
    /// The text that was probably meant, when the mistake is a known one: `512Mi` for `512MiB`.
    pub meant: Option<String>,
}

/// Why a text is no quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuantityErrorKind {
    /// There is no text.
    Empty,
    /// Something that is neither number nor suffix.
    Format,
    /// A suffix that does not exist: `mi`, `i`, `Kk`, or an exponent without digits.
    Suffix,
    /// No digit at all.
    Number,
}

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            QuantityErrorKind::Empty => "is empty",
            QuantityErrorKind::Format => "is not a number with an optional unit",
            QuantityErrorKind::Suffix => "has a unit that does not exist",
            QuantityErrorKind::Number => "has no number",
        })
    }
}

impl std::error::Error for QuantityError {}

const NANO: i128 = 1_000_000_000;

/// The largest amount of a quantity with a binary suffix, in units: the API server caps it there.
const BINARY_MAX: i128 = i64::MAX as i128;

/// 10³⁹ is more than an `i128` holds.
const MAX_DIGITS: usize = 39;

/// The parts of a quantity's text.
struct Parts<'t> {
    negative: bool,
    /// Digits before the dot, leading zeros dropped.
    whole: &'t str,
    /// Digits after the dot.
    fraction: &'t str,
    suffix: &'t str,
    suffix_start: usize,
}

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self { nano: 0, format: Format::DecimalSi };

    /// Reads a quantity as it stands in a manifest. White space around it is allowed, as the API
    /// server trims it.
    ///
    /// # Errors
    /// When the API server would refuse the text.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        let trimmed = text.trim();
        let offset = text.len() - text.trim_start().len();
        parse(trimmed).map_err(|(kind, at)| QuantityError {
            kind,
            at: at.start + offset..at.end + offset,
            meant: meant(trimmed),
        })
    }

    /// An amount in whole units.
    pub fn from_units(units: i64) -> Self {
        Self { nano: i128::from(units) * NANO, format: Format::DecimalSi }
    }

    /// The amount in 10⁻⁹ units. Saturates at ±(2¹²⁷ − 1), about 1.7·10²⁹ units, which only an
    /// exponent or a text of thirty digits exceeds; two amounts beyond it count as equal.
    pub fn nano(self) -> i128 {
        self.nano
    }

    /// The amount in thousandths, rounded away from zero: what the scheduler counts CPU in.
    pub fn milli(self) -> i128 {
        divide_up(self.nano, NANO / 1000)
    }

    /// The amount in whole units, rounded away from zero: what the scheduler counts memory in.
    pub fn units(self) -> i128 {
        divide_up(self.nano, NANO)
    }

    /// So many times the amount; none when it is too large to count.
    pub fn times(self, number: i64) -> Option<Self> {
        let nano = self.nano.checked_mul(i128::from(number))?;
        Some(Self { nano, format: self.format })
    }

    /// All amounts together, written as the first of them; none when it is too large to count.
    pub fn sum(all: &[Self]) -> Option<Self> {
        let format = all.first().map_or(Format::DecimalSi, |first| first.format);
        let nano = all.iter().try_fold(0_i128, |sum, one| sum.checked_add(one.nano))?;
        Some(Self { nano, format })
    }

    /// How it is written.
    pub fn format(self) -> Format {
        self.format
    }

    /// True for nothing, however it is written.
    pub fn is_zero(self) -> bool {
        self.nano == 0
    }

    /// True for less than nothing.
    pub fn is_negative(self) -> bool {
        self.nano < 0
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nano == other.nano
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nano.cmp(&other.nano)
    }
}

/// The canonical form: no fraction, no leading digits that a larger unit can hold; binary units
/// give way to decimal ones below 1024 and for fractions. (Upstream loses the unit of decimal amounts
/// from `1000E` on.)
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nano == 0 {
            return f.write_str("0");
        }
        let is_small = self.nano.abs() < 1024 * NANO;
        if self.format == Format::BinarySi && !is_small && self.nano % NANO == 0 {
            let (mut number, mut unit) = (self.nano / NANO, 0);
            while number % 1024 == 0 && unit + 1 < BINARY.len() {
                number /= 1024;
                unit += 1;
            }
            return write!(f, "{number}{}", BINARY.get(unit).map_or("", |unit| unit.0));
        }
        let (mut number, mut exponent) = (self.nano, -9);
        let bounded = self.format != Format::DecimalExponent;
        while number % 1000 == 0 && !(bounded && exponent == 18) {
            number /= 1000;
            exponent += 3;
        }
        if bounded {
            let unit = DECIMAL.iter().find(|unit| unit.1 == exponent);
            return write!(f, "{number}{}", unit.map_or("", |unit| unit.0));
        }
        match exponent {
            0 => write!(f, "{number}"),
            _ => write!(f, "{number}e{exponent}"),
        }
    }
}

/// Suffix and power of ten.
const DECIMAL: [(&str, i32); 10] = [
    ("", 0),
    ("n", -9),
    ("u", -6),
    ("m", -3),
    ("k", 3),
    ("M", 6),
    ("G", 9),
    ("T", 12),
    ("P", 15),
    ("E", 18),
];

/// Suffix and power of two.
const BINARY: [(&str, u32); 7] =
    [("", 0), ("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40), ("Pi", 50), ("Ei", 60)];

enum Scale {
    Ten(i32),
    Two(u32),
}

type Fault = (QuantityErrorKind, Range<usize>);

fn parse(text: &str) -> Result<Quantity, Fault> {
    if text.is_empty() {
        return Err((QuantityErrorKind::Empty, 0..0));
    }
    let parts = split(text)?;
    let suffix_range = parts.suffix_start..text.len();
    let Some((scale, format)) = interpret(parts.suffix) else {
        return Err((QuantityErrorKind::Suffix, suffix_range));
    };
    let amount = match scale {
        Scale::Ten(exponent) => decimal(parts.whole, parts.fraction, exponent),
        Scale::Two(exponent) => binary(parts.whole, parts.fraction, exponent),
    };
    // Upstream looks for digits only where its int64 arithmetic cannot take the unit.
    let looks = matches!(scale, Scale::Two(50..) | Scale::Ten(..-9));
    let number = text.get(..parts.suffix_start).unwrap_or_default();
    if looks && !number.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err((QuantityErrorKind::Number, 0..parts.suffix_start));
    }
    let nano = if parts.negative { -amount } else { amount };
    let small = nano.abs() < NANO && nano != 0;
    let format = if format == Format::BinarySi && small { Format::DecimalSi } else { format };
    Ok(Quantity { nano, format })
}

/// Sign, digits, an optional dot with digits, letters of suffixes, a sign, digits. What else
/// stands there is the place of the fault.
fn split(text: &str) -> Result<Parts<'_>, Fault> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = unsigned.split_at(digits(unsigned));
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(digits(rest)),
        None => ("", rest),
    };
    let suffix_start = text.len() - rest.len();
    let letters = rest.bytes().take_while(|byte| b"eEinumkKMGTP".contains(byte)).count();
    let tail = rest.get(letters..).unwrap_or_default();
    let tail = tail.strip_prefix(['-', '+']).unwrap_or(tail);
    let tail = tail.get(digits(tail)..).unwrap_or_default();
    if let Some(odd) = tail.chars().next() {
        let at = text.len() - tail.len();
        // A wrong unit (`Mb`) is shown whole.
        let is_word = suffix_start > 0 && rest.bytes().all(|byte| byte.is_ascii_alphabetic());
        let kind = if is_word { QuantityErrorKind::Suffix } else { QuantityErrorKind::Format };
        let range = if is_word { suffix_start..text.len() } else { at..at + odd.len_utf8() };
        return Err((kind, range));
    }
    Ok(Parts {
        negative: text.starts_with('-'),
        whole: whole.trim_start_matches('0'),
        fraction,
        suffix: rest,
        suffix_start,
    })
}

fn interpret(suffix: &str) -> Option<(Scale, Format)> {
    if let Some(unit) = DECIMAL.iter().find(|unit| unit.0 == suffix) {
        return Some((Scale::Ten(unit.1), Format::DecimalSi));
    }
    if let Some(unit) = BINARY.iter().find(|unit| unit.0 == suffix) {
        return Some((Scale::Two(unit.1), Format::BinarySi));
    }
    let exponent: i64 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
    // Beyond these bounds everything is zero's neighbour or saturates. (Upstream keeps the low 32
    // bits of an exponent past 2^31, which no manifest has.)
    let exponent = exponent.clamp(-1_000_000, 1_000_000) as i32;
    Some((Scale::Ten(exponent), Format::DecimalExponent))
}

/// `whole.fraction · 10^exponent` in nano, rounded up, saturating.
fn decimal(whole: &str, fraction: &str, exponent: i32) -> i128 {
    let digits = whole.bytes().chain(fraction.bytes());
    // How many of the digits stand before nano's dot.
    let kept = whole.len() as i64 + i64::from(exponent) + 9;
    let (mut amount, mut rest): (i128, bool) = (0, false);
    let mut count = 0;
    for digit in digits {
        if count < kept {
            amount = push_digit(amount, digit);
        } else {
            rest |= digit != b'0';
        }
        count += 1;
    }
    if amount != 0 {
        for _ in 0..(kept - count).clamp(0, MAX_DIGITS as i64) {
            amount = amount.saturating_mul(10);
        }
    }
    amount.saturating_add(i128::from(rest))
}

/// `whole.fraction · 2^exponent` in nano, rounded up, capped as binary quantities are.
fn binary(whole: &str, fraction: &str, exponent: u32) -> i128 {
    let units = whole.bytes().fold(0, push_digit).min(BINARY_MAX + 1);
    // At most 2^63 · 2^60, well inside i128.
    let units = (units << exponent).min(BINARY_MAX + 1);
    // 2^60 · 10^9 is less than 2^90; times nine, and as much carried, less than 2^94.
    let factor = NANO << exponent;
    let (mut carry, mut rest): (i128, bool) = (0, false);
    for digit in fraction.bytes().rev() {
        let product = i128::from(digit - b'0') * factor + carry;
        rest |= product % 10 != 0;
        carry = product / 10;
    }
    (units * NANO + carry + i128::from(rest)).min(BINARY_MAX * NANO)
}

fn push_digit(amount: i128, digit: u8) -> i128 {
    amount.saturating_mul(10).saturating_add(i128::from(digit - b'0'))
}

fn divide_up(amount: i128, by: i128) -> i128 {
    let whole = amount / by;
    if amount % by == 0 { whole } else { whole + amount.signum() }
}

/// What people write and what exists.
const MEANT: [(&str, &str); 24] = [
    ("B", ""),
    ("b", ""),
    ("K", "Ki"),
    ("KB", "k"),
    ("Kb", "k"),
    ("kB", "k"),
    ("kb", "k"),
    ("KiB", "Ki"),
    ("ki", "Ki"),
    ("MB", "M"),
    ("Mb", "M"),
    ("mb", "M"),
    ("mi", "Mi"),
    ("mib", "Mi"),
    ("MiB", "Mi"),
    ("g", "G"),
    ("GB", "G"),
    ("Gb", "G"),
    ("gb", "G"),
    ("gi", "Gi"),
    ("GiB", "Gi"),
    ("TB", "T"),
    ("TiB", "Ti"),
    ("t", "T"),
];

fn meant(text: &str) -> Option<String> {
    let end = text.find(|c: char| !c.is_ascii_digit() && !".+-".contains(c))?;
    let (number, unit) = text.split_at_checked(end)?;
    if number.is_empty() {
        return None;
    }
    let unit = unit.trim();
    let known = |unit: &&str| interpret(unit).is_some();
    let found = MEANT.iter().find(|(written, _)| *written == unit).map(|(_, exists)| *exists);
    found.or(Some(unit).filter(known)).map(|unit| format!("{number}{unit}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Format::{BinarySi as B, DecimalExponent as E, DecimalSi as D};

    fn parse(text: &str) -> Quantity {
        Quantity::parse(text).expect(text)
    }

    const KI: i128 = 1024;

    /// Text, number, power of ten, format: TestQuantityParse of apimachinery.
    const UPSTREAM: &[(&str, i128, i32, Format)] = &[
        ("0", 0, 0, D),
        ("0n", 0, 0, D),
        ("0u", 0, 0, D),
        ("0m", 0, 0, D),
        ("0Ki", 0, 0, B),
        ("0k", 0, 0, D),
        ("0Mi", 0, 0, B),
        ("0M", 0, 0, D),
        ("0Gi", 0, 0, B),
        ("0G", 0, 0, D),
        ("0Ti", 0, 0, B),
        ("0T", 0, 0, D),
        ("1", 1, 0, D),
        ("1Ki", KI, 0, B),
        ("8Ki", 8 * KI, 0, B),
        ("7Mi", 7 * KI * KI, 0, B),
        ("6Gi", 6 * KI * KI * KI, 0, B),
        ("5Ti", 5 * KI * KI * KI * KI, 0, B),
        ("4Pi", 4 * KI * KI * KI * KI * KI, 0, B),
        ("3Ei", 3 * KI * KI * KI * KI * KI * KI, 0, B),
        ("10Ti", 10 * KI * KI * KI * KI, 0, B),
        ("100Ti", 100 * KI * KI * KI * KI, 0, B),
        ("5n", 5, -9, D),
        ("4u", 4, -6, D),
        ("3m", 3, -3, D),
        ("9", 9, 0, D),
        ("8k", 8, 3, D),
        ("50k", 5, 4, D),
        ("7M", 7, 6, D),
        ("6G", 6, 9, D),
        ("5T", 5, 12, D),
        ("40T", 4, 13, D),
        ("300T", 3, 14, D),
        ("2P", 2, 15, D),
        ("1E", 1, 18, D),
        ("1E-3", 1, -3, E),
        ("1e3", 1, 3, E),
        ("1E6", 1, 6, E),
        ("1e9", 1, 9, E),
        ("1E12", 1, 12, E),
        ("1e15", 1, 15, E),
        ("1E18", 1, 18, E),
        ("1e14", 1, 14, E),
        ("1e13", 1, 13, E),
        ("100.035k", 100_035, 0, D),
        ("0.001", 1, -3, D),
        ("0.0005k", 5, -1, D),
        ("0.005", 5, -3, D),
        ("0.05", 5, -2, D),
        ("0.5", 5, -1, D),
        ("0.00050k", 5, -1, D),
        ("0.00500", 5, -3, D),
        ("0.05000", 5, -2, D),
        ("0.50000", 5, -1, D),
        ("0.5e0", 5, -1, E),
        ("0.5e-1", 5, -2, E),
        ("0.5e-2", 5, -3, E),
        ("10.035M", 10_035, 3, D),
        ("1.2e3", 12, 2, E),
        ("1.3E+6", 13, 5, E),
        ("1.40e9", 14, 8, E),
        ("1.53E12", 153, 10, E),
        ("1.6e15", 16, 14, E),
        ("1.7E18", 17, 17, E),
        ("9.01", 901, -2, D),
        ("8.1k", 81, 2, D),
        ("7.123456M", 7_123_456, 0, D),
        ("6.987654321G", 6_987_654_321, 0, D),
        ("5.444T", 5444, 9, D),
        ("2.5P", 25, 14, D),
        ("1.01E", 101, 16, D),
        ("3.001n", 4, -9, D),
        ("1.1E-9", 2, -9, E),
        ("0.0000000001", 1, -9, D),
        ("0.00000000050", 1, -9, D),
        ("0.5e-9", 1, -9, E),
        ("0.9n", 1, -9, D),
        ("0.00000012345", 124, -9, D),
        ("0.00000012354", 124, -9, D),
        ("9Ei", i64::MAX as i128, 0, B),
        ("9223372036854775807Ki", i64::MAX as i128, 0, B),
        ("12E", 12, 18, D),
        ("100.035Ki", 10_243_584, -2, B),
        ("0.05Gi", 536_870_912, -1, B),
        ("0.025Ti", 274_877_906_944, -1, B),
        ("0.000000000001Ki", 2, -9, D),
    ];

    #[test]
    fn upstream_table() {
        let trolls =
            [(".001", 1, -3, D), (".0001k", 100, -3, D), ("1.", 1, 0, D), ("1.G", 1, 9, D)];
        for (text, number, power, format) in UPSTREAM.iter().copied().chain(trolls) {
            let nano = number * 10_i128.pow((power + 9) as u32);
            for (sign, factor) in [("", 1), ("+", 1), ("-", -1)] {
                let found = parse(&format!("{sign}{text}"));
                assert_eq!(found.nano(), nano * factor, "{sign}{text}");
                assert_eq!(found.format(), format, "{sign}{text}");
            }
        }
    }

    #[test]
    fn upstream_refusals() {
        use QuantityErrorKind::*;
        let table = [
            ("", Empty, 0..0),
            ("1.1.M", Format, 3..4),
            ("1+1.0M", Format, 3..4),
            ("0.1mi", Suffix, 3..5),
            ("0.1am", Suffix, 3..5),
            ("aoeu", Format, 0..1),
            (".5i", Suffix, 2..3),
            ("1i", Suffix, 1..2),
            ("-3.01i", Suffix, 5..6),
            ("-3.01e-", Suffix, 5..7),
            ("1e", Suffix, 1..2),
            ("1Ee3", Suffix, 1..4),
            ("1m5", Suffix, 1..3),
            ("512MB", Suffix, 3..5),
            ("500 m", Format, 3..4),
            ("1,5Gi", Format, 1..2),
            (" 1 x ", Format, 2..3),
            ("1é", Format, 1..3),
            (".Ei", Number, 0..1),
        ];
        for (text, kind, at) in table {
            let error = Quantity::parse(text).expect_err(text);
            assert_eq!((error.kind, error.at), (kind, at), "{text}");
        }
    }

    #[test]
    fn oddities_that_the_api_server_takes() {
        for text in [".", "-.", "-", "+", "m", "Ki", "e3", " 0 ", "00", "-0"] {
            assert!(parse(text).is_zero(), "{text}");
        }
        assert_eq!(parse(" 1 "), parse("1"));
        assert_eq!(parse("007"), parse("7"));
    }

    #[test]
    fn what_was_meant() {
        let table = [
            ("512MB", Some("512M")),
            ("512MiB", Some("512Mi")),
            ("1gi", Some("1Gi")),
            ("64K", Some("64Ki")),
            ("500 m", Some("500m")),
            ("0.5GB", Some("0.5G")),
            ("100x", None),
            ("abc", None),
            ("1e", None),
        ];
        for (text, meant) in table {
            assert_eq!(Quantity::parse(text).expect_err(text).meant.as_deref(), meant, "{text}");
        }
    }

    #[test]
    fn order_is_exact() {
        let table = [
            ("1000m", Ordering::Equal, "1"),
            ("1Gi", Ordering::Equal, "1024Mi"),
            ("1G", Ordering::Less, "1Gi"),
            ("100m", Ordering::Greater, "50m"),
            ("10000T", Ordering::Greater, "100Gi"),
            ("0.1", Ordering::Equal, "100m"),
            ("9007199254740993", Ordering::Greater, "9007199254740992"),
            ("1n", Ordering::Greater, "0"),
            ("-1", Ordering::Less, "1n"),
            ("1.5Gi", Ordering::Equal, "1536Mi"),
        ];
        for (left, order, right) in table {
            assert_eq!(parse(left).cmp(&parse(right)), order, "{left} {right}");
        }
    }

    #[test]
    fn far_amounts_saturate() {
        for text in ["1e60", "1e1000000", "1e9223372036854775807", &"9".repeat(60)] {
            assert_eq!(parse(text).nano(), i128::MAX, "{text}");
        }
        assert_eq!(parse("-1e60").nano(), -i128::MAX);
        assert_eq!(parse("1e-9223372036854775808").nano(), 1);
        assert_eq!(parse("0e1000000").nano(), 0);
        assert!(Quantity::parse("1e99999999999999999999").is_err());
        let long = format!("0.{}1Ei", "0".repeat(60));
        assert_eq!(parse(&long).nano(), 1);
        let digits = format!("1.{}Gi", "3".repeat(60));
        assert_eq!(parse(&digits).nano(), 1_431_655_765_333_333_334);
    }

    #[test]
    fn rounding() {
        let table =
            [("1m", 1, 1), ("1500u", 2, 1), ("1.1", 1100, 2), ("-1.1", -1100, -2), ("2", 2000, 2)];
        for (text, milli, units) in table {
            assert_eq!((parse(text).milli(), parse(text).units()), (milli, units), "{text}");
        }
        assert_eq!(Quantity::from_units(3), parse("3"));
    }

    /// TestQuantityString of apimachinery: canonical form, and another writing of it.
    #[test]
    fn canonical_form() {
        let table = [
            ("1Gi", "1024Mi"),
            ("300Mi", "307200Ki"),
            ("6Ki", "6Ki"),
            ("1001Gi", "1025024Mi"),
            ("1Ti", "1024Gi"),
            ("5", "5000m"),
            ("500m", "0.5"),
            ("1G", "1000M"),
            ("1G", "0.001T"),
            ("1m", "1000u"),
            ("1080m", "1.08"),
            ("1080m", "1080000000n"),
            ("1234567M", "1234567M"),
            ("1234567m", "1234.567"),
            ("3k", "3000"),
            ("1025", "1025"),
            ("0", "0Ki"),
            ("1e9", ".001e12"),
            ("1e-3", "0.001e0"),
            ("1e-9", "1000e-12"),
            ("80e-3", "80e-3"),
            ("300e6", "300e6"),
            ("3e3", "3e3"),
            ("0", "00"),
            ("512", "0.5Ki"),
            ("-1Gi", "-1024Mi"),
            ("10", "1e1"),
        ];
        for (canonical, text) in table {
            assert_eq!(parse(text).to_string(), canonical, "{text}");
        }
    }
}
