//! Cases for references: each field present, missing, optional and filled in later; producers,
//! namespaces, near misses, declarations, and size.
