//! Sealed envelopes, streams, membership, bundles, relay sessions. Sans-IO.
