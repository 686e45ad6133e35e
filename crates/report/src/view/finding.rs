//! A finding in views: as short as it can be.

use kubesift_engine::Finding;
use serde::Serialize;

use super::spot::{PlaceView, Spots};

/// A finding.
#[derive(Debug, Clone, Serialize)]
pub struct FindingView {
    /// The check's name.
    pub check: &'static str,
    /// `critical`, `high`, `medium`, `low`, `info`
    pub severity: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where.
    #[serde(flatten)]
    pub place: PlaceView,
    /// Column, from 1, in characters.
    pub column: u32,
}

impl FindingView {
    pub(crate) fn of(finding: &Finding, spots: &Spots<'_>) -> Self {
        Self {
            check: finding.check.name,
            severity: finding.severity.name(),
            message: finding.message.clone(),
            place: spots.of(finding.at),
            column: spots.column(finding.at),
        }
    }
}
