//! The engine on a native disk, for administrators and checks.
