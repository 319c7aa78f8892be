//! The parts of a message, declared where its struct is: mandatory fixed, mandatory variable,
//! optional (`Q.763 §1.5`–`§1.7`).

use super::wire::{Reader, Writer};
use super::{Malformed, Parameters};

/// What follows the type code of a message.
pub(super) trait Parts: Sized {
    /// Reads all parts.
    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed>;

    /// Appends all parts.
    fn write(&self, w: Writer<'_>);

    /// The optional part, where the message has one.
    fn optional(&self) -> Option<&Parameters>;

    /// The optional part, to be changed.
    fn optional_mut(&mut self) -> Option<&mut Parameters>;
}

/// Declares messages with their parts in the order of the wire. A parameter of the fixed part says
/// how many octets it has; `as` names the parameter whose only value the field is.
macro_rules! parts {
    ($(
        $(#[$doc:meta])*
        $name:ident {
            $(fixed {
                $($(#[$fixed_doc:meta])* $fixed:ident: $fixed_type:ty $(as $fixed_as:ident)? = $octets:literal;)*
            })?
            $(variable {
                $($(#[$variable_doc:meta])* $variable:ident: $variable_type:ty $(as $variable_as:ident)?;)*
            })?
            $(.. $optional:ident)?
        }
    )*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        pub struct $name {
            $($($(#[$fixed_doc])* pub $fixed: $fixed_type,)*)?
            $($($(#[$variable_doc])* pub $variable: $variable_type,)*)?
            $(
                /// The optional part, in the order received.
                pub $optional: Parameters,
            )?
        }

        impl Parts for $name {
            #[inline]
            fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
                Ok(Self {
                    $($($fixed: parts!(value r.fixed::<$octets, _>()? $(, $fixed_as)?),)*)?
                    $($($variable: parts!(value r.variable()? $(, $variable_as)?),)*)?
                    $($optional: r.optional()?,)?
                })
            }

            fn write(&self, w: Writer<'_>) {
                const POINTERS: usize = <[&str]>::len(&[
                    $($(stringify!($variable),)*)?
                    $(stringify!($optional),)?
                ]);
                w$(.beside(&self.$optional))?
                    $($(.fixed(parts!(field self.$fixed $(, $fixed_as)?)))*)?
                    .pointers(POINTERS)
                    $($(.variable(parts!(field self.$variable $(, $variable_as)?)))*)?
                    $(.optional(&self.$optional))?;
            }

            fn optional(&self) -> Option<&Parameters> {
                None $(.or(Some(&self.$optional)))?
            }

            fn optional_mut(&mut self) -> Option<&mut Parameters> {
                None $(.or(Some(&mut self.$optional)))?
            }
        }
    )*};
    (value $read:expr) => { $read };
    (value $read:expr, $as:ident) => {{ let $as(value) = $read; value }};
    (field $self:ident.$field:ident) => { &$self.$field };
    (field $self:ident.$field:ident, $as:ident) => { &$as($self.$field) };
}

pub(super) use parts;
