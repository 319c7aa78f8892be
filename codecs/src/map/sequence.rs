//! A SEQUENCE of TS 29.002 as one list of members, from which its type, reader and writer follow.
//!
//! Members are read in their order (X.690 §8.9). What is left after the last known member is an
//! extension from a later release and kept (TS 29.002 §17.1.4); a known member out of its place, or
//! twice, is an error.

use super::Malformed;
use super::ber::{self, Element, Raw, Tag};

/// A type that takes whatever tag its member has.
pub(super) trait Value: Sized {
    fn read(element: &Element<'_>, name: &'static str) -> Result<Self, Malformed>;
    fn write(&self, tag: Tag, out: &mut Vec<u8>);
}

/// A CHOICE without a tag of its own: its alternatives' tags stand for it.
pub(super) trait Choice: Sized {
    fn claims(tag: Tag) -> bool;
    fn read(element: &Element<'_>, name: &'static str) -> Result<Self, Malformed>;
    fn write(&self, out: &mut Vec<u8>);
}

/// NULL, the type of a flag.
pub(super) struct Null;

impl Value for Null {
    fn read(element: &Element<'_>, name: &'static str) -> Result<Self, Malformed> {
        match element.primitive(name)? {
            [] => Ok(Self),
            _ => Err(Malformed::Value(name)),
        }
    }

    fn write(&self, tag: Tag, out: &mut Vec<u8>) {
        ber::write_primitive(out, tag, &[]);
    }
}

/// An INTEGER or ENUMERATED between 0 and 255.
impl Value for u8 {
    fn read(element: &Element<'_>, name: &'static str) -> Result<Self, Malformed> {
        match *element.primitive(name)? {
            [low] if low < 0x80 => Ok(low),
            [0, low] if low >= 0x80 => Ok(low),
            _ => Err(Malformed::Value(name)),
        }
    }

    fn write(&self, tag: Tag, out: &mut Vec<u8>) {
        match *self {
            low @ 0..0x80 => ber::write_primitive(out, tag, &[low]),
            high => ber::write_primitive(out, tag, &[0, high]),
        }
    }
}

impl Value for Raw {
    fn read(element: &Element<'_>, _: &'static str) -> Result<Self, Malformed> {
        Ok(Self::of(element))
    }

    /// A raw element carries its own tag.
    fn write(&self, _: Tag, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_bytes());
    }
}

/// Defines an open code point: a newtype of `u8` that is a [`Value`].
macro_rules! code_point {
    ($(#[$meta:meta])* $name:ident { $($(#[$code_meta:meta])* $code:ident = $value:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
        pub struct $name(pub u8);

        impl $name {
            $($(#[$code_meta])* pub const $code: Self = Self($value);)*
        }

        impl $crate::map::sequence::Value for $name {
            fn read(
                element: &$crate::map::ber::Element<'_>,
                name: &'static str,
            ) -> Result<Self, $crate::map::Malformed> {
                <u8 as $crate::map::sequence::Value>::read(element, name).map(Self)
            }

            fn write(&self, tag: $crate::map::ber::Tag, out: &mut Vec<u8>) {
                $crate::map::sequence::Value::write(&self.0, tag, out);
            }
        }
    };
}
pub(super) use code_point;

/// Defines the type of a SEQUENCE from its members: `required [n]`, `optional [n]`, `flag [n]`
/// (a NULL) or `choice` (an optional untagged CHOICE).
macro_rules! sequence {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[$member_meta:meta])* $member:ident: $kind:ident $([$tag:literal])? $ty:ident,)*
        }
    ) => {
        $(#[$meta])*
        pub struct $name {
            $($(#[$member_meta])* pub $member: sequence!(@type $kind $ty),)*
            /// Members of a later release, as they came.
            #[serde(skip_serializing_if = "Vec::is_empty")]
            pub unknown: Vec<$crate::map::Raw>,
        }

        impl $name {
            /// Reads the members, which may be spread over several segments.
            fn read_members<'a>(
                segments: impl Iterator<Item = $crate::map::ber::Element<'a>>,
            ) -> Result<Self, $crate::map::Malformed> {
                use $crate::map::{Malformed, Raw, ber::Tag};
                const NAME: &str = stringify!($name);
                $(let mut $member: Option<$ty> = None;)*
                let mut unknown = Vec::new();
                for segment in segments {
                    let mut members = segment.members(NAME)?;
                    $(if let Some(element) =
                        members.take_if(|tag| sequence!(@claims $kind tag $([$tag])? $ty))?
                    {
                        let value = sequence!(@read $kind $ty)(&element, stringify!($member))?;
                        if $member.replace(value).is_some() {
                            return Err(Malformed::Misplaced(stringify!($member)));
                        }
                    })*
                    while let Some(element) = members.take_if(|_| true)? {
                        let tag = element.tag;
                        $(if sequence!(@claims $kind tag $([$tag])? $ty) {
                            return Err(Malformed::Misplaced(stringify!($member)));
                        })*
                        unknown.push(Raw::of(&element));
                    }
                }
                Ok(Self {
                    $($member: sequence!(@finish $kind $member),)*
                    unknown,
                })
            }

            fn write_members(&self, out: &mut Vec<u8>) {
                use $crate::map::ber::Tag;
                $(sequence!(@write $kind self out $member $([$tag])?);)*
                for element in &self.unknown {
                    out.extend_from_slice(element.as_bytes());
                }
            }
        }
    };

    (@type required $ty:ident) => { $ty };
    (@type optional $ty:ident) => { Option<$ty> };
    (@type choice $ty:ident) => { Option<$ty> };
    (@type flag $ty:ident) => { bool };

    (@claims choice $t:ident $ty:ident) => { <$ty as $crate::map::sequence::Choice>::claims($t) };
    (@claims $kind:ident $t:ident [$tag:literal] $ty:ident) => { $t == Tag::context($tag) };

    (@read choice $ty:ident) => { <$ty as $crate::map::sequence::Choice>::read };
    (@read $kind:ident $ty:ident) => { <$ty as $crate::map::sequence::Value>::read };

    (@finish required $member:ident) => { $member.ok_or(Malformed::Missing(stringify!($member)))? };
    (@finish flag $member:ident) => { $member.is_some() };
    (@finish $kind:ident $member:ident) => { $member };

    (@write required $self:ident $out:ident $member:ident [$tag:literal]) => {
        $crate::map::sequence::Value::write(&$self.$member, Tag::context($tag), $out)
    };
    (@write flag $self:ident $out:ident $member:ident [$tag:literal]) => {
        if $self.$member {
            $crate::map::sequence::Value::write(
                &$crate::map::sequence::Null, Tag::context($tag), $out,
            )
        }
    };
    (@write optional $self:ident $out:ident $member:ident [$tag:literal]) => {
        if let Some(value) = &$self.$member {
            $crate::map::sequence::Value::write(value, Tag::context($tag), $out)
        }
    };
    (@write choice $self:ident $out:ident $member:ident) => {
        if let Some(value) = &$self.$member {
            $crate::map::sequence::Choice::write(value, $out)
        }
    };
}
pub(super) use sequence;
