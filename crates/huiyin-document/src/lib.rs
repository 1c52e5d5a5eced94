//! Automerge schema, segments, edits, projections, conflicts, history.
