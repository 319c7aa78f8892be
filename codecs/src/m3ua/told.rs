//! Fields as they are told to people and programs: octets in hexadecimal, the rest by its own type.

use bytes::Bytes;
use serde::{Serialize, Serializer};

use super::value::*;
use super::{DeregistrationResult, RegistrationResult, RoutingKey};
use crate::mtp::{Transfer, hexadecimal};

/// A field of a message.
pub(super) trait Told {
    fn tell<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// For serde: writes a field.
pub(super) fn tell<T: Told, S: Serializer>(field: &T, serializer: S) -> Result<S::Ok, S::Error> {
    field.tell(serializer)
}

struct AsTold<'a, T>(&'a T);

impl<T: Told> Serialize for AsTold<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.tell(serializer)
    }
}

impl Told for Bytes {
    fn tell<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        hexadecimal(self, serializer)
    }
}

impl<T: Told> Told for Option<T> {
    fn tell<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().map(AsTold).serialize(serializer)
    }
}

impl<T: Told> Told for Vec<T> {
    fn tell<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(AsTold))
    }
}

macro_rules! told_by_their_own_type {
    ($($type:ty),* $(,)?) => {
        $(impl Told for $type {
            fn tell<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.serialize(serializer)
            }
        })*
    };
}

told_by_their_own_type! {
    u32, Transfer, TrafficMode, ErrorCode, Status, MaskedPointCode, UserCause, CongestionLevel,
    RegistrationStatus, DeregistrationStatus, RoutingKey, RegistrationResult, DeregistrationResult,
}
