//! Domain and policy of Huiyin: what is allowed, what is due, what follows. Pure.
