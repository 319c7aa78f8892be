//! Who calls and who pays in ANSI T1.113.3: numbers, lines and the areas they are in.

use serde::Serialize;

use super::{DigitPairs, T1_113};
use crate::code_point::code_points;
use crate::isup::indicators::single_values;
use crate::isup::numbers::{PlainNumber, RedirectingNumber};
use crate::isup::wire::Field;

code_points! {
    /// Originating line information: the digit pair of automatic number identification.
    OriginatingLine: 8 bits, "unassigned or network specific" {
        PLAIN = 0, "plain old telephone service";
        MULTIPARTY = 1, "multiparty line";
        ANI_FAILURE = 2, "ANI failure";
        HOTEL = 6, "hotel without room identification";
        SPECIAL_HANDLING = 7, "coinless, hospital, inmate";
        AUTOMATIC_DIALLING = 20, "automatic identified outward dialling";
        COIN_OR_NON_COIN = 23, "coin or non-coin";
        TOLL_FREE = 24, "toll-free service";
        TOLL_FREE_PAYPHONE = 25, "toll-free service from a pay station";
        COIN = 27, "payphone with network coin control";
        PRISON = 29, "prison or inmate service";
        INTERCEPT_BLANK = 30, "intercept, blank number";
        INTERCEPT_TROUBLE = 31, "intercept, trouble";
        INTERCEPT_REGULAR = 32, "intercept, regular";
        OPERATOR_HANDLED = 34, "telephone company operator handled call";
        OUTWATS = 52, "outward wide area telecommunications service";
        RELAY = 60, "telecommunications relay service, unrestricted";
        CELLULAR_1 = 61, "cellular, type 1";
        CELLULAR_2 = 62, "cellular, type 2";
        CELLULAR_ROAMING = 63, "cellular, roaming";
        RELAY_HOTEL = 66, "telecommunications relay service, hotel";
        RELAY_RESTRICTED = 67, "telecommunications relay service, restricted";
        PRIVATE_PAYPHONE = 70, "private pay station";
        PRIVATE_VIRTUAL_NETWORK = 93, "private virtual network";
    }

    /// Type of address of a generic address.
    AddressType: 8 bits, "spare or network specific" {
        DIALLED = 0, "dialled number";
        DESTINATION = 1, "destination number";
        FAILED_SCREENING = 2, "supplemental user provided calling address, failed network screening";
        NOT_SCREENED = 3, "supplemental user provided calling address, not screened";
        COMPLETION = 4, "completion number";
        PORTED = 192, "ported number";
    }
}

single_values! {
    OriginatingLine, "originating line information", "T1.113.3";
}

/// Charge number: who pays, and whether as calling or called party (nature of address).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ChargeNumber(pub PlainNumber);

impl Field for ChargeNumber {
    const NAME: &'static str = "charge number";
    const CLAUSE: &'static str = T1_113;

    fn read(contents: &[u8]) -> Option<Self> {
        PlainNumber::read(contents).map(Self)
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }
}

/// Generic address: a further number of the kind its type says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct GenericAddress {
    /// Which number it is.
    pub kind: AddressType,
    /// The number.
    pub number: RedirectingNumber,
}

impl Field for GenericAddress {
    const NAME: &'static str = "generic address";
    const CLAUSE: &'static str = T1_113;

    fn read(contents: &[u8]) -> Option<Self> {
        let (&kind, number) = contents.split_first()?;
        Some(Self {
            kind: AddressType(kind),
            number: RedirectingNumber::read(number)?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.kind.0);
        self.number.write(out);
    }
}

/// Jurisdiction information: the first six digits of a number in the area the call comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Jurisdiction(pub DigitPairs<3>);

impl Field for Jurisdiction {
    const NAME: &'static str = "jurisdiction information";
    const CLAUSE: &'static str = T1_113;

    fn read(contents: &[u8]) -> Option<Self> {
        contents
            .first_chunk()
            .map(|&octets| Self(DigitPairs(octets)))
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0.0);
    }
}
