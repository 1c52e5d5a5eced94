//! Parts that several screens show: badges of cases, time lines, properties, conflicts.
