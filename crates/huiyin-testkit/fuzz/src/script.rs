//! Inputs read as a script: small numbers and byte strings taken from the front.

/// An input as it is used up.
pub struct Script<'a>(pub &'a [u8]);

impl<'a> Script<'a> {
    /// Takes a byte; 0 at the end.
    pub fn byte(&mut self) -> u8 {
        let Some((&first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        first
    }

    /// Takes a number of two bytes, little endian.
    pub fn number(&mut self) -> usize {
        usize::from(u16::from_le_bytes([self.byte(), self.byte()]))
    }

    /// Takes a byte string: its length in two bytes, then itself, cut short where the input ends.
    pub fn bytes(&mut self) -> &'a [u8] {
        let length = self.number().min(self.0.len());
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }

    /// Returns whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Returns a byte string as [`Script::bytes`] takes it.
pub fn written(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("a seed is small");
    [&length.to_le_bytes(), bytes].concat()
}
