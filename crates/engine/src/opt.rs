//! Settings of a check: declared beside its code, resolved by the configuration.

/// What an option is when nobody sets it; also says its type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OptDefault {
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text.
    Text(&'static str),
    /// A list of texts.
    List(&'static [&'static str]),
}

/// A setting of a check: `pub const MIN: Opt = Opt::int("min", "…", 2);`
#[derive(Debug, Clone, Copy)]
pub struct Opt {
    /// Its name in the configuration, in kebab case.
    pub name: &'static str,
    /// What it does, one sentence.
    pub doc: &'static str,
    /// Its type and its value when nobody sets it.
    pub default: OptDefault,
}

/// A value that the configuration gives to an option.
#[derive(Debug, Clone, PartialEq)]
pub enum OptValue {
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
}

impl Opt {
    /// A boolean option.
    pub const fn flag(name: &'static str, doc: &'static str, default: bool) -> Self {
        Self { name, doc, default: OptDefault::Bool(default) }
    }

    /// An option that is a whole number.
    pub const fn int(name: &'static str, doc: &'static str, default: i64) -> Self {
        Self { name, doc, default: OptDefault::Int(default) }
    }

    /// An option that is a text.
    pub const fn text(name: &'static str, doc: &'static str, default: &'static str) -> Self {
        Self { name, doc, default: OptDefault::Text(default) }
    }

    /// An option that is a list of texts.
    pub const fn list(
        name: &'static str,
        doc: &'static str,
        default: &'static [&'static str],
    ) -> Self {
        Self { name, doc, default: OptDefault::List(default) }
    }

    /// True when `value` has the option's type.
    pub fn takes(&self, value: &OptValue) -> bool {
        matches!(
            (self.default, value),
            (OptDefault::Bool(_), OptValue::Bool(_))
                | (OptDefault::Int(_), OptValue::Int(_))
                | (OptDefault::Text(_), OptValue::Text(_))
                | (OptDefault::List(_), OptValue::List(_))
        )
    }
}
