//! One line a finding, then one line an error: `path:line:col: severity check message`.

use std::io::{self, Write};

use kubesift_engine::{Fate, Outcome};
use kubesift_source::Column;

use crate::Options;
use crate::paint::Paint;
use crate::place::Places;

pub(crate) fn write(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(outcome, Column::Chars);
    let Options { color, unicode, hyperlinks, .. } = *options;
    let paint = Paint { color, unicode, hyperlinks };
    for finding in options.listed(outcome) {
        let place = paint.clean(&places.shown(finding.at));
        let severity = paint.severity(finding.severity, finding.severity.name());
        let check = paint.link(&finding.check.url(), finding.check.name);
        let message = paint.clean(&finding.message);
        let fate = match &finding.fate {
            Fate::Open => String::new(),
            Fate::Suppressed { kind, .. } => format!(" (suppressed: {kind})"),
        };
        writeln!(out, "{place}: {severity} {check} {message}{fate}")?;
    }
    for trouble in &outcome.errors {
        let place = trouble.at.map_or_else(|| trouble.path.to_string(), |span| places.shown(span));
        let (place, message) = (paint.clean(&place), paint.clean(&trouble.message));
        writeln!(out, "{place}: {} {} {message}", paint.red("error"), trouble.kind.name())?;
    }
    Ok(())
}
