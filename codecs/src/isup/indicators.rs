//! Parameters that are indicators of a few bits each: declared as fields with their bits, read and
//! written from that table.

/// Declares parameters of one to four octets: name, clause, number of octets (and the extension bit
/// or another octet pattern that is always set), then the fields with their bits. Bits are counted
/// as the standard letters them: bit A of octet 1 is 0, bit I (A of octet 2) is 8. A bit that no
/// field names is spare: written 0, and of a received parameter kept by [`super::Parameters`].
macro_rules! indicators {
    ($(
        $(#[$doc:meta])*
        $type:ident, $name:literal, $clause:literal: $octets:literal $(| $set:literal)? {
            $($(#[$field_doc:meta])* $field:ident: $field_type:ty = $first:literal $(..$end:literal)?,)*
        }
    )*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize)]
        pub struct $type {
            $($(#[$field_doc])* pub $field: $field_type,)*
        }

        impl $type {
            #[inline]
            fn octets(&self) -> [u8; $octets] {
                use $crate::code_point::Bits;
                let mut bits = 0_u32 $(| $set)?;
                $(
                    $(const { assert!($end - $first == <$field_type as Bits>::WIDTH) };)?
                    bits |= u32::from(self.$field.bits()) << $first;
                )*
                let mut octets = [0; $octets];
                octets.copy_from_slice(&bits.to_le_bytes()[..$octets]);
                octets
            }
        }

        impl $crate::isup::wire::Field for $type {
            const NAME: &'static str = $name;
            const CLAUSE: &'static str = $clause;

            #[inline]
            fn read(contents: &[u8]) -> Option<Self> {
                use $crate::code_point::Bits;
                let &octets = contents.first_chunk::<$octets>()?;
                let mut bits = [0; 4];
                bits[..$octets].copy_from_slice(&octets);
                let bits = u32::from_le_bytes(bits);
                Some(Self {
                    $($field: {
                        let [octet, ..] = (bits >> $first).to_le_bytes();
                        Bits::from_bits(octet)
                    },)*
                })
            }

            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.octets());
            }

            #[inline]
            fn is_exact(&self, contents: &[u8]) -> bool {
                self.octets() == contents
            }
        }
    )*};
}

/// Declares parameters that are one octet with one value in its low bits: name, clause, and an
/// extension bit or another pattern that is always set.
macro_rules! single_values {
    ($($type:ty, $name:literal, $clause:literal $(| $set:literal)?;)*) => {$(
        impl $crate::isup::wire::Field for $type {
            const NAME: &'static str = $name;
            const CLAUSE: &'static str = $clause;

            #[inline]
            fn read(contents: &[u8]) -> Option<Self> {
                use $crate::code_point::Bits;
                contents.first().copied().map(Self::from_bits)
            }

            fn write(&self, out: &mut Vec<u8>) {
                use $crate::code_point::Bits;
                out.push(self.bits() $(| $set)?);
            }

            #[inline]
            fn is_exact(&self, contents: &[u8]) -> bool {
                use $crate::code_point::Bits;
                contents == [self.bits() $(| $set)?]
            }
        }
    )*};
}

/// Declares parameters whose contents are octets in the format of another standard, or a national
/// one: kept as they are.
macro_rules! transparent {
    ($($(#[$doc:meta])* $type:ident $(<$max:literal>)?, $name:literal, $clause:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        pub struct $type(pub $crate::isup::Contents $(<$max>)?);

        impl $crate::isup::wire::Field for $type {
            const NAME: &'static str = $name;
            const CLAUSE: &'static str = $clause;

            #[inline]
            fn read(contents: &[u8]) -> Option<Self> {
                $crate::isup::Contents::new(contents).ok().map(Self)
            }

            fn write(&self, out: &mut Vec<u8>) {
                self.0.write(out);
            }

            #[inline]
            fn is_exact(&self, _: &[u8]) -> bool {
                true
            }
        }
    )*};
}

pub(super) use {indicators, single_values, transparent};
