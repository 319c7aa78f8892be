//! How a value stands in a parameter, and the tables' way to say how often a parameter may stand.

use bytes::{BufMut, Bytes};

use super::parameter::{self, Octets};
use super::{
    CongestionLevel, DeregistrationStatus, ErrorCode, Malformed, MaskedPointCode,
    RegistrationStatus, Status, Tag, TooLong, TrafficMode, Unknown, UserCause,
};
use crate::mtp::{NetworkId, NetworkIndicator, PointCode, ServiceIndicator, Transfer};

/// A value that fills one parameter.
pub(super) trait Value: Sized {
    /// Reads it from the parameter's value.
    fn read(value: Octets<'_>, tag: Tag) -> Result<Self, Malformed>;
    /// Appends it.
    fn write(&self, out: &mut Vec<u8>) -> Result<(), TooLong>;
}

/// A value of 32 bits: alone in its parameter, or one of a row of them.
pub(super) trait Word: Copy {
    fn from_word(word: u32) -> Self;
    fn word(self) -> u32;
}

impl<W: Word> Value for W {
    fn read(value: Octets<'_>, tag: Tag) -> Result<Self, Malformed> {
        let word = <[u8; 4]>::try_from(&value[..]).map_err(|_| Malformed::field(tag, &value))?;
        Ok(Self::from_word(u32::from_be_bytes(word)))
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), TooLong> {
        out.put_u32(self.word());
        Ok(())
    }
}

impl<W: Word> Value for Vec<W> {
    fn read(value: Octets<'_>, tag: Tag) -> Result<Self, Malformed> {
        match value.as_chunks() {
            ([], _) => Err(Malformed::field(tag, &value)),
            (words, []) => Ok(words
                .iter()
                .map(|&word| W::from_word(u32::from_be_bytes(word)))
                .collect()),
            _ => Err(Malformed::field(tag, &value)),
        }
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), TooLong> {
        self.iter().for_each(|item| out.put_u32(item.word()));
        Ok(())
    }
}

impl Word for u32 {
    fn from_word(word: u32) -> Self {
        word
    }

    fn word(self) -> u32 {
        self
    }
}

macro_rules! open_words {
    ($($name:ident)+) => {$(
        impl Word for $name {
            fn from_word(word: u32) -> Self {
                Self(word)
            }

            fn word(self) -> u32 {
                self.0
            }
        }
    )+};
}

open_words!(TrafficMode ErrorCode CongestionLevel RegistrationStatus DeregistrationStatus);

impl Word for Status {
    fn from_word(word: u32) -> Self {
        let [k0, k1, i0, i1] = word.to_be_bytes();
        Self {
            kind: u16::from_be_bytes([k0, k1]),
            information: u16::from_be_bytes([i0, i1]),
        }
    }

    fn word(self) -> u32 {
        u32::from(self.kind) << 16 | u32::from(self.information)
    }
}

impl Word for UserCause {
    fn from_word(word: u32) -> Self {
        let [c0, c1, u0, u1] = word.to_be_bytes();
        Self {
            cause: u16::from_be_bytes([c0, c1]),
            user: u16::from_be_bytes([u0, u1]),
        }
    }

    fn word(self) -> u32 {
        u32::from(self.cause) << 16 | u32::from(self.user)
    }
}

impl Word for MaskedPointCode {
    fn from_word(word: u32) -> Self {
        let [mask, c0, c1, c2] = word.to_be_bytes();
        Self {
            mask,
            code: PointCode::from_be_bytes([c0, c1, c2]),
        }
    }

    fn word(self) -> u32 {
        u32::from(self.mask) << 24 | self.code.value()
    }
}

impl Value for Bytes {
    fn read(value: Octets<'_>, _: Tag) -> Result<Self, Malformed> {
        Ok(value.keep())
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), TooLong> {
        out.extend_from_slice(self);
        Ok(())
    }
}

/// Octets of protocol data before the user's message (`RFC 4666 §3.3.1`).
const LABEL: usize = 12;

impl Value for Transfer {
    fn read(value: Octets<'_>, tag: Tag) -> Result<Self, Malformed> {
        let malformed = || Malformed::field(tag, &value);
        let label: &[u8; LABEL] = value.first_chunk().ok_or_else(malformed)?;
        let point_code = |octets| PointCode::try_from(u32::from_be_bytes(octets));
        let &[o0, o1, o2, o3, d0, d1, d2, d3, si, ni, priority, sls] = label;
        Ok(Self {
            network: NetworkId::default(),
            opc: point_code([o0, o1, o2, o3]).map_err(|_| malformed())?,
            dpc: point_code([d0, d1, d2, d3]).map_err(|_| malformed())?,
            si: ServiceIndicator(si),
            ni: NetworkIndicator(ni),
            priority,
            sls,
            data: value.from(LABEL).keep(),
        })
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), TooLong> {
        out.put_u32(self.opc.value());
        out.put_u32(self.dpc.value());
        out.extend_from_slice(&[self.si.0, self.ni.0, self.priority, self.sls]);
        out.extend_from_slice(&self.data);
        Ok(())
    }
}

/// How often a parameter may stand in a message, as a kind of field.
///
/// A table says `required T` (exactly once: `T`), `optional T` (once at most: `Option<T>`),
/// `list T` (once at most, none being an empty list: `Vec<T>`), `required_list T` (once), or
/// `repeated T` (at least once, one parameter for each: `Vec<T>`).
macro_rules! field {
    (@type required $t:ty) => { $t };
    (@type optional $t:ty) => { Option<$t> };
    (@type $many:ident $t:ty) => { Vec<$t> };

    (@slot required $t:ty) => { None::<$t> };
    (@slot optional $t:ty) => { None::<$t> };
    (@slot repeated $t:ty) => { Vec::<$t>::new() };
    (@slot $list:ident $t:ty) => { None::<Vec<$t>> };

    (@fill repeated $slot:ident, $value:ident, $tag:expr) => {
        $slot.push($crate::m3ua::field::Value::read($value, $tag)?)
    };
    (@fill $once:ident $slot:ident, $value:ident, $tag:expr) => {
        if $slot.replace($crate::m3ua::field::Value::read($value, $tag)?).is_some() {
            return Err($crate::m3ua::Malformed::Repeated($tag));
        }
    };

    (@take required $slot:ident, $tag:expr) => {
        $slot.ok_or($crate::m3ua::Malformed::Missing($tag))?
    };
    (@take required_list $slot:ident, $tag:expr) => { field!(@take required $slot, $tag) };
    (@take optional $slot:ident, $tag:expr) => { $slot };
    (@take list $slot:ident, $tag:expr) => { $slot.unwrap_or_default() };
    (@take repeated $slot:ident, $tag:expr) => {{
        if $slot.is_empty() {
            return Err($crate::m3ua::Malformed::Missing($tag));
        }
        $slot
    }};

    (@put required $value:expr, $tag:expr, $out:ident) => {
        $crate::m3ua::parameter::put($out, $tag, |out| {
            $crate::m3ua::field::Value::write(&$value, out)
        })?
    };
    (@put required_list $value:expr, $tag:expr, $out:ident) => {
        field!(@put required $value, $tag, $out)
    };
    (@put optional $value:expr, $tag:expr, $out:ident) => {
        if let Some(value) = &$value {
            field!(@put required *value, $tag, $out);
        }
    };
    (@put list $value:expr, $tag:expr, $out:ident) => {
        if !$value.is_empty() {
            field!(@put required $value, $tag, $out);
        }
    };
    (@put repeated $value:expr, $tag:expr, $out:ident) => {
        for value in &$value {
            field!(@put required *value, $tag, $out);
        }
    };
}

/// Declares a sequence of parameters: its type from the fields, with a reader and a writer.
macro_rules! parameters {
    (
        $(#[$doc:meta])*
        $name:ident {
            $($(#[$field_doc:meta])* $kind:ident $field:ident: $t:ty = $tag:ident,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, ::serde::Serialize)]
        pub struct $name {
            $($(#[$field_doc])* #[serde(serialize_with = "crate::m3ua::tell")] pub $field: $crate::m3ua::field::field!(@type $kind $t),)*
            /// Parameters that are none of the above, in the order received.
            #[serde(skip_serializing_if = "Vec::is_empty")]
            pub other: Vec<$crate::m3ua::Unknown>,
        }

        impl $crate::m3ua::field::Value for $name {
            fn read(value: $crate::m3ua::parameter::Octets<'_>, _: $crate::m3ua::Tag) -> Result<Self, $crate::m3ua::Malformed> {
                #![allow(unused_imports)]
                use $crate::m3ua::{field::{field, read_unknown}, parameter::next, Tag};
                let mut rest = value;
                $(let mut $field = field!(@slot $kind $t);)*
                let mut other = Vec::new();
                while let Some((tag, value)) = next(&mut rest)? {
                    match tag {
                        $(Tag::$tag => field!(@fill $kind $field, value, tag),)*
                        _ => other.push(read_unknown(tag, value)),
                    }
                }
                Ok(Self {
                    $($field: field!(@take $kind $field, Tag::$tag),)*
                    other,
                })
            }

            fn write(&self, out: &mut Vec<u8>) -> Result<(), $crate::m3ua::TooLong> {
                #![allow(unused_imports)]
                use $crate::m3ua::{field::{field, write_unknown}, Tag};
                $(field!(@put $kind self.$field, Tag::$tag, out);)*
                write_unknown(&self.other, out)
            }
        }
    };
}

pub(super) use {field, parameters};

pub(super) fn read_unknown(tag: Tag, value: Octets<'_>) -> Unknown {
    let value = value.keep();
    Unknown { tag, value }
}

pub(super) fn write_unknown(other: &[Unknown], out: &mut Vec<u8>) -> Result<(), TooLong> {
    other
        .iter()
        .try_for_each(|unknown| parameter::put(out, unknown.tag, |out| unknown.value.write(out)))
}
