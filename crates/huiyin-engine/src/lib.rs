//! One replica, sans-IO: handle(event, now, entropy) -> effects.
