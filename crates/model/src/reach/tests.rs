//! Cases for reachability.
