//! What the page may ask of the engine: commands, queries, answers, notices.
