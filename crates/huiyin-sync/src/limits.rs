//! The sizes every side agrees on. A byte string beyond them is refused before it is looked at.

/// Largest WebSocket message in either direction, in bytes.
pub const MAX_FRAME: usize = 1024 * 1024;

/// Largest envelope, in bytes: one always fits a frame with room for its surroundings.
pub const MAX_ENVELOPE_BYTES: usize = 900 * 1024;

/// Largest sealed object, in bytes: a piece of 256 KiB with room for its name and its surroundings.
pub const MAX_OBJECT_BYTES: usize = 258 * 1024;

/// Object requests one device may have without answer at a time; a relay answers them in order and reads no further before.
pub const OBJECT_WINDOW: usize = 4;

/// Most plain bytes all parts of one envelope may inflate to: what a hostile envelope can cost in memory.
pub const MAX_PART_PLAIN: usize = 16 * 1024 * 1024;

/// Most parts one envelope may list.
pub const MAX_PARTS: usize = 4096;

/// Largest bundle file, in bytes.
pub const MAX_BUNDLE_BYTES: usize = 256 * 1024 * 1024;

/// Most envelopes one `Append` or `Batch` frame may carry.
pub const MAX_ENVELOPES_PER_FRAME: usize = 512;

/// Envelope bytes put into one `Append` or `Batch` frame before the next one is begun, in bytes.
pub const FRAME_ENVELOPE_BYTES: usize = MAX_FRAME - 32 * 1024;

/// Most streams one `Subscribe` may name.
pub const MAX_SUBSCRIPTIONS: usize = 4096;

/// Positions a relay remembers per connection of what was handed over on it and need not come back. What is beyond comes back.
pub const MAX_UNECHOED: usize = 65_536;

/// Bytes a relay sends on one connection before it waits for `Stored`, in bytes.
pub const PUSH_WINDOW_BYTES: usize = 4 * MAX_FRAME;
