//! Blind envelope log and static file server.
