//! Words that several views share.

use kubesift_engine::model::{ServicePort, Target};

/// A port of a Service: `80 to http`; the protocol only when it is not TCP.
pub(crate) fn port_words(port: &ServicePort<'_>) -> String {
    let number = port.number.map_or_else(|| "?".to_owned(), |number| number.to_string());
    let protocol = match port.protocol {
        Some("TCP") => String::new(),
        Some(protocol) => format!("/{protocol}"),
        None => "/?".to_owned(),
    };
    match port.target {
        Target::Number(target) if Some(target) == port.number => format!("{number}{protocol}"),
        Target::Number(target) => format!("{number}{protocol} to {target}"),
        Target::Name(target) => format!("{number}{protocol} to {target}"),
        Target::Unknown => format!("{number}{protocol} to ?"),
    }
}
