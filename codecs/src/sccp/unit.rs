//! The parts of a connectionless message (Q.713 §4.10–§4.21), its addresses still as octets: how
//! those are read depends on the network, see [`PartyAddress`](super::PartyAddress).

use ::sccp::MessageType;

use super::Malformed;

/// A connectionless message in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit<'a> {
    /// Which of the six it is.
    pub kind: MessageType,
    /// Protocol class with message handling, or return cause.
    pub head: u8,
    /// Hop counter, where the type has one.
    pub hops: Option<u8>,
    /// Called party address.
    pub called: &'a [u8],
    /// Calling party address.
    pub calling: &'a [u8],
    /// User data.
    pub data: &'a [u8],
    /// The optional part, or no octets.
    pub optional: &'a [u8],
}

impl<'a> Unit<'a> {
    /// Reads the parts of a message that begins at its type.
    ///
    /// # Errors
    /// [`Malformed::Format`] if it is of another type, or a pointer or length leads out of it.
    pub fn read(message: &'a [u8]) -> Result<Self, Malformed> {
        let (Some(&code), Some(&head)) = (message.first(), message.get(1)) else {
            return Err(short("type and first octet"));
        };
        let kind = MessageType::from_u8(code).filter(|kind| Layout::of(*kind).is_some());
        let kind = kind.ok_or_else(|| Malformed::Format(format!("message type {code}")))?;
        let layout = Layout::of(kind).unwrap_or_default();
        let hops = match layout.extended {
            true => Some(*message.get(2).ok_or_else(|| short("hop counter"))?),
            false => None,
        };
        let part = |number, long| layout.part(message, number, long);
        Ok(Self {
            kind,
            head,
            hops,
            called: part(0, false)?,
            calling: part(1, false)?,
            data: part(2, layout.long)?,
            optional: match layout.extended {
                true => layout.optional(message)?,
                false => &[],
            },
        })
    }

    /// The message with other addresses, which no longer lie in it.
    ///
    /// # Errors
    /// [`Malformed::Format`] if a part is too long for its length or pointer.
    pub fn write(&self, called: &[u8], calling: &[u8]) -> Result<Vec<u8>, Malformed> {
        let layout = Layout::of(self.kind).unwrap_or_default();
        let mut out = vec![self.kind as u8, self.head];
        out.extend(self.hops);
        let pointers = out.len();
        out.resize(pointers + layout.pointers() * layout.pointer(), 0);
        let parts = [(called, false), (calling, false), (self.data, layout.long)];
        for (number, (part, long)) in parts.into_iter().enumerate() {
            layout.point(&mut out, number)?;
            let length = part.len().to_le_bytes();
            let width = if long { 2 } else { 1 };
            if length[width..].iter().any(|&octet| octet != 0) {
                return Err(Malformed::Format(format!(
                    "a part of {} octets",
                    part.len()
                )));
            }
            out.extend_from_slice(&length[..width]);
            out.extend_from_slice(part);
        }
        if !self.optional.is_empty() {
            layout.point(&mut out, parts.len())?;
            out.extend_from_slice(self.optional);
        }
        Ok(out)
    }
}

fn short(field: &str) -> Malformed {
    Malformed::Format(format!("it ends before the {field}"))
}

const PARTS: [&str; 4] = [
    "called party address",
    "calling party address",
    "data",
    "optional part",
];

/// What differs between the types.
#[derive(Debug, Clone, Copy, Default)]
struct Layout {
    /// A hop counter and a pointer to an optional part.
    extended: bool,
    /// Pointers, and the length of the data, have two octets, the least significant first.
    long: bool,
}

impl Layout {
    fn of(kind: MessageType) -> Option<Self> {
        let (extended, long) = match kind {
            MessageType::Udt | MessageType::Udts => (false, false),
            MessageType::Xudt | MessageType::Xudts => (true, false),
            MessageType::Ludt | MessageType::Ludts => (true, true),
            _ => return None,
        };
        Some(Self { extended, long })
    }

    fn pointers(self) -> usize {
        if self.extended { 4 } else { 3 }
    }

    /// Octets of a pointer.
    fn pointer(self) -> usize {
        if self.long { 2 } else { 1 }
    }

    /// Where a pointer begins.
    fn place(self, number: usize) -> usize {
        let fixed = if self.extended { 3 } else { 2 };
        fixed + number * self.pointer()
    }

    /// Where it leads, counted from its last octet; nowhere when it is 0.
    fn target(self, message: &[u8], number: usize) -> Result<Option<usize>, Malformed> {
        let place = self.place(number);
        let last = place + self.pointer() - 1;
        let octets = message.get(place..=last);
        let octets = octets.ok_or_else(|| short("pointers"))?;
        Ok(match little_endian(octets) {
            0 => None,
            value => Some(last + value),
        })
    }

    fn part(self, message: &[u8], number: usize, long: bool) -> Result<&[u8], Malformed> {
        let cut = || short(PARTS[number]);
        let start = self.target(message, number)?.ok_or_else(cut)?;
        let width = if long { 2 } else { 1 };
        let length = message.get(start..start + width).ok_or_else(cut)?;
        let start = start + width;
        let part = message.get(start..start + little_endian(length));
        part.ok_or_else(cut)
    }

    fn optional(self, message: &[u8]) -> Result<&[u8], Malformed> {
        match self.target(message, 3)? {
            None => Ok(&[]),
            Some(start) => message.get(start..).ok_or_else(|| short(PARTS[3])),
        }
    }

    /// Points to what is appended next.
    fn point(self, out: &mut [u8], number: usize) -> Result<(), Malformed> {
        let place = self.place(number);
        let last = place + self.pointer() - 1;
        let value = (out.len() - last).to_le_bytes();
        if value[self.pointer()..].iter().any(|&octet| octet != 0) {
            return Err(Malformed::Format("parts too long for a pointer".to_owned()));
        }
        out[place..=last].copy_from_slice(&value[..self.pointer()]);
        Ok(())
    }
}

fn little_endian(octets: &[u8]) -> usize {
    let octets = octets.iter().rev();
    octets.fold(0, |number, &octet| number << 8 | usize::from(octet))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::mtp::PointCodeFormat;
    use crate::sccp::PartyAddress;

    proptest! {
        #[test]
        fn arbitrary_octets_never_panic(octets in vec(any::<u8>(), 0..48), kind in 9u8..=20) {
            let message = [&[kind][..], &octets].concat();
            for format in PointCodeFormat::ALL {
                let _ = PartyAddress::read(format, &octets);
                if let Ok(unit) = Unit::read(&message) {
                    let _ = PartyAddress::read(format, unit.called);
                }
            }
        }

        #[test]
        fn what_is_written_is_read_again(
            kind in prop::sample::select(vec![
                MessageType::Udt, MessageType::Udts, MessageType::Xudt,
                MessageType::Xudts, MessageType::Ludt, MessageType::Ludts,
            ]),
            (head, hops) in any::<(u8, u8)>(),
            (called, calling) in (vec(any::<u8>(), 1..20), vec(any::<u8>(), 1..20)),
            data in vec(any::<u8>(), 1..200),
            optional in vec(any::<u8>(), 0..20),
        ) {
            let extended = !matches!(kind, MessageType::Udt | MessageType::Udts);
            let unit = Unit {
                kind,
                head,
                hops: extended.then_some(hops),
                called: &called,
                calling: &calling,
                data: &data,
                optional: if extended { &optional } else { &[] },
            };
            let octets = unit.write(&called, &calling).unwrap();
            prop_assert_eq!(Unit::read(&octets), Ok(unit));
        }
    }
}
