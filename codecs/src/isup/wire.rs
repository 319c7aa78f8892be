//! The framework of a message: fixed part, pointers, variable part, optional part (`Q.763 §1`).

use super::received::Received;
use super::{Contents, Malformed, Parameters, Variant};

/// Contents of one parameter, without name and length.
pub(super) trait Field: Sized {
    /// Its name in errors.
    const NAME: &'static str;
    /// The clause that describes it.
    const CLAUSE: &'static str;

    /// Reads the contents; `None` if they have not the format. Spare bits, and octets beyond those
    /// this edition knows, are ignored.
    fn read(contents: &[u8]) -> Option<Self>;

    /// Appends the contents.
    fn write(&self, out: &mut Vec<u8>);

    /// Whether writing gives back `contents`, from which this was read: no spare bit was set, and
    /// nothing followed that this edition does not know.
    fn is_exact(&self, contents: &[u8]) -> bool {
        let mut written = Vec::with_capacity(contents.len());
        self.write(&mut written);
        written == contents
    }
}

const POINTERS: &str = "Q.763 §1.6";

/// Walks through a message. What reads a part is inlined always: a part that comes back by way of
/// memory, where it was put together octet by octet, is waited for.
pub(super) struct Reader<'a> {
    /// Which ISUP it is a message of.
    pub(super) variant: &'a Variant,
    message: &'a [u8],
    at: usize,
    /// Where the mandatory variable part begins, as far as pointers were read.
    variable_part: usize,
    /// Where it ends.
    variable_end: usize,
    /// Where the optional part ends.
    optional_end: usize,
    /// The mandatory parameters whose types hold not all they say.
    received: Received,
}

impl<'a> Reader<'a> {
    pub(super) fn new(variant: &'a Variant, message: &'a [u8]) -> Self {
        Self {
            variant,
            message,
            at: 0,
            variable_part: usize::MAX,
            variable_end: 0,
            optional_end: 0,
            received: Received::default(),
        }
    }

    /// The next `N` octets.
    #[inline(always)]
    pub(super) fn octets<const N: usize>(
        &mut self,
        field: &'static str,
        clause: &'static str,
    ) -> Result<[u8; N], Malformed> {
        let octets = self
            .message
            .get(self.at..)
            .and_then(|rest| rest.first_chunk());
        let octets = *octets.ok_or(Malformed::Short {
            field,
            offset: self.at,
            clause,
        })?;
        self.at += N;
        Ok(octets)
    }

    /// A parameter of `N` octets in the mandatory fixed part.
    #[inline(always)]
    pub(super) fn fixed<const N: usize, F: Field>(&mut self) -> Result<F, Malformed> {
        let offset = self.at;
        let octets = self.octets::<N>(F::NAME, F::CLAUSE)?;
        self.mandatory(&octets, offset)
    }

    /// A parameter of the mandatory variable part, by way of the pointer that comes next.
    #[inline(always)]
    pub(super) fn variable<F: Field>(&mut self) -> Result<F, Malformed> {
        let offset = self.at;
        let [value] = self.octets("pointer to mandatory variable parameter", POINTERS)?;
        let pointer = Malformed::Pointer {
            field: F::NAME,
            offset,
            value,
            clause: POINTERS,
        };
        if value == 0 {
            return Err(pointer);
        }
        let start = offset + usize::from(value);
        let &length = self.message.get(start).ok_or(pointer)?;
        if start == self.variable_part {
            // Another parameter stands there: this is a message of another ISUP.
            return Err(pointer);
        }
        self.variable_part = self.variable_part.min(start);
        let start = start + 1;
        self.variable_end = self.variable_end.max(start + usize::from(length));
        let contents = self.message.get(start..start + usize::from(length));
        let contents = contents.ok_or(Malformed::Short {
            field: F::NAME,
            offset: start,
            clause: F::CLAUSE,
        })?;
        self.mandatory(contents, start)
    }

    #[inline(always)]
    fn mandatory<F: Field>(&mut self, contents: &[u8], offset: usize) -> Result<F, Malformed> {
        let field = F::read(contents).ok_or(Malformed::Contents {
            field: F::NAME,
            offset,
            length: contents.len(),
            clause: F::CLAUSE,
        })?;
        if !field.is_exact(contents) {
            self.received.keep(F::NAME, contents);
        }
        Ok(field)
    }

    /// The optional part, by way of the pointer that comes next. A message that ends before the
    /// pointer (ISUP of 1988 had none in RLC), whose variable part stands in the pointer's place, or
    /// whose pointer is zero, has no optional part. It is read last.
    pub(super) fn optional(&mut self) -> Result<Parameters, Malformed> {
        let mut parameters = Parameters::beside(std::mem::take(&mut self.received));
        let offset = self.at;
        let value = match self.message.get(offset) {
            Some(&value) if value != 0 && offset < self.variable_part => value,
            _ => return Ok(parameters),
        };
        let start = offset + usize::from(value);
        if (self.variable_part..self.variable_end).contains(&start) {
            // What stands there would be read twice, and written once.
            return Err(Malformed::Overlap {
                field: "optional part",
                offset,
                value,
                start,
                clause: POINTERS,
            });
        }
        let part = self.message.get(start..).filter(|part| !part.is_empty());
        let part = part.ok_or(Malformed::Pointer {
            field: "optional part",
            offset,
            value,
            clause: POINTERS,
        })?;
        let read = parameters.read(self.variant, part);
        let length = read.map_err(|short| Malformed::Short {
            field: "optional parameter",
            offset: start + short,
            clause: "Q.763 §1.7",
        })?;
        self.optional_end = start + length;
        Ok(parameters)
    }

    /// Takes what was read so far for the whole message.
    pub(super) fn end(&mut self) {
        self.message = self.message.get(..self.at).unwrap_or_default();
    }

    /// Takes everything that is left.
    pub(super) fn rest(&mut self) -> &'a [u8] {
        let rest = self.message.get(self.at..).unwrap_or_default();
        self.at = self.message.len();
        rest
    }

    /// Where the part ends that stands last.
    pub(super) fn extent(&self) -> usize {
        self.at.max(self.variable_end).max(self.optional_end)
    }
}

/// Appends one parameter with its length octet. The types make sure that no contents exceed 255
/// octets.
#[inline]
pub(super) fn write_with_length(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let at = out.len();
    out.push(0);
    write(out);
    let length = out.len() - at - 1;
    debug_assert!(length <= 255, "a parameter of {length} octets");
    out[at] = u8::try_from(length).unwrap_or(u8::MAX);
}

/// Appends a message part by part.
pub(super) struct Writer<'a> {
    /// Which ISUP it is a message of.
    pub(super) variant: &'a Variant,
    /// Where it goes.
    pub(super) out: &'a mut Vec<u8>,
    /// What its mandatory parameters had beyond their types when they were received.
    received: Option<&'a Received>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(variant: &'a Variant, out: &'a mut Vec<u8>) -> Self {
        Self {
            variant,
            out,
            received: None,
        }
    }

    /// What came beside the optional part goes with the mandatory parameters.
    #[inline]
    pub(super) fn beside(mut self, optional: &'a Parameters) -> Self {
        self.received = Some(optional.mandatory());
        self
    }

    /// Appends a parameter of the mandatory fixed part. Spare bits are as they were received,
    /// whatever has become of the value.
    #[inline]
    pub(super) fn fixed<F: Field>(self, field: &F) -> Self {
        let at = self.out.len();
        field.write(self.out);
        if let Some((octets, known)) = self.received.and_then(Received::octets::<F>) {
            let written = self.out[at..].iter_mut();
            for (written, (octet, known)) in written.zip(octets.iter().zip(known)) {
                *written ^= octet ^ known;
            }
        }
        self
    }

    /// Appends `count` pointers, which lead nowhere until their parts come.
    #[inline]
    pub(super) fn pointers(self, count: usize) -> Pointers<'a> {
        let next = self.out.len();
        self.out.resize(next + count, 0);
        Pointers {
            out: self.out,
            received: self.received,
            next,
        }
    }
}

/// The pointers of a message that is being written, filled in as their parts come.
pub(super) struct Pointers<'a> {
    out: &'a mut Vec<u8>,
    received: Option<&'a Received>,
    next: usize,
}

impl Pointers<'_> {
    /// Appends a mandatory variable parameter and points to it. A value that is still the one
    /// received is written in the octets it came in.
    #[inline]
    pub(super) fn variable<F: Field>(mut self, field: &F) -> Self {
        self.point();
        write_with_length(self.out, |out| {
            let at = out.len();
            field.write(out);
            if let Some((octets, known)) = self.received.and_then(Received::octets::<F>)
                && out[at..] == known
            {
                out.truncate(at);
                out.extend_from_slice(octets);
            }
        });
        self
    }

    /// Appends the optional part, if there is one, and points to it.
    #[inline]
    pub(super) fn optional(mut self, parameters: &Parameters) {
        if !parameters.is_empty() {
            self.point();
            parameters.write(self.out);
        }
    }

    /// Contents of mandatory parameters followed by an optional part are at most 253 octets: 250 of
    /// diagnostics and three of a cause are the longest.
    fn point(&mut self) {
        self.out[self.next] = u8::try_from(self.out.len() - self.next).unwrap_or(0);
        self.next += 1;
    }
}

impl<const MAX: usize> Contents<MAX> {
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
}

/// What seldom comes may be large: it stands in a box.
impl<F: Field> Field for Box<F> {
    const NAME: &'static str = F::NAME;
    const CLAUSE: &'static str = F::CLAUSE;

    fn read(contents: &[u8]) -> Option<Self> {
        F::read(contents).map(Box::new)
    }

    fn write(&self, out: &mut Vec<u8>) {
        F::write(self, out);
    }

    fn is_exact(&self, contents: &[u8]) -> bool {
        F::is_exact(self, contents)
    }
}
