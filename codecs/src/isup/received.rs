//! What mandatory parameters have beyond their types: spare bits that are set, octets of a later
//! edition (`Q.764 §2.9.5`).

use super::Contents;
use super::wire::Field;

/// The octets of the mandatory parameters that hold not all they say, by the names of their types.
/// Seldom has a message any, and so where there are none they take one word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(clippy::box_collection)]
pub(super) struct Received(Option<Box<Vec<(&'static str, Contents)>>>);

impl Received {
    /// Keeps the octets of a parameter.
    #[cold]
    pub(super) fn keep(&mut self, field: &'static str, octets: &[u8]) {
        let octets = Contents::new(octets).unwrap_or_default();
        self.0.get_or_insert_default().push((field, octets));
    }

    /// The octets a parameter came in, and those its value was written in by itself.
    #[inline]
    pub(super) fn octets<F: Field>(&self) -> Option<(&[u8], Vec<u8>)> {
        let all = self.0.as_ref()?;
        let (_, octets) = all.iter().find(|(field, _)| *field == F::NAME)?;
        let mut known = Vec::new();
        F::read(octets)?.write(&mut known);
        Some((octets, known))
    }
}
