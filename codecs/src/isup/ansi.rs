//! Parameters of ANSI T1.113.3 that Q.763 has not, or has in another format.

use std::fmt;

use serde::{Serialize, Serializer};

use super::call_indicators::{bit, bits, flag, put};
use super::indicators::{indicators, single_values, transparent};
use super::numbers::{PlainNumber, RedirectingNumber};
use super::wire::Field;
use super::{Contents, NetworkType, TooLong};
use crate::code_point::{Bits, Uint, Uint24, code_points};
use crate::number::Digits;

const T1_113: &str = "T1.113.3";

code_points! {
    /// Network identification plan of a carrier.
    CarrierPlan(u8): 4 bits, "spare" {
        UNKNOWN = 0, "unknown";
        THREE_DIGITS = 1, "3-digit carrier identification";
        FOUR_DIGITS = 2, "4-digit carrier identification";
    }

    /// Circuit code of a transit network selection.
    CircuitCode(u8): 4 bits, "reserved or network specific" {
        UNSPECIFIED = 0, "unspecified";
        INTERNATIONAL = 1, "international call, no operator requested";
        INTERNATIONAL_OPERATOR = 2, "international call, operator requested";
    }

    /// Carrier selection information.
    CarrierSelection(pub u8): 8 bits, "spare or network specific" {
        NO_INDICATION = 0, "no indication";
        PRESUBSCRIBED_NOT_INPUT = 1, "presubscribed and not input by calling party";
        PRESUBSCRIBED_INPUT = 2, "presubscribed and input by calling party";
        PRESUBSCRIBED = 3, "presubscribed, no indication of input by calling party";
        NOT_PRESUBSCRIBED_INPUT = 4, "not presubscribed and input by calling party";
    }

    /// Originating line information: the digit pair of automatic number identification.
    OriginatingLine(pub u8): 8 bits, "unassigned or network specific" {
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
    AddressType(pub u8): 8 bits, "spare or network specific" {
        DIALLED = 0, "dialled number";
        DESTINATION = 1, "destination number";
        FAILED_SCREENING = 2, "supplemental user provided calling address, failed network screening";
        NOT_SCREENED = 3, "supplemental user provided calling address, not screened";
        COMPLETION = 4, "completion number";
        PORTED = 192, "ported number";
    }

    /// Type of a generic name.
    NameType(u8): 3 bits, "spare" {
        CALLING = 1, "calling name";
        ORIGINAL_CALLED = 2, "original called name";
        REDIRECTING = 3, "redirecting name";
        CONNECTED = 4, "connected name";
    }

    /// Presentation of a generic name.
    NamePresentation(u8): 2 bits, "spare" {
        ALLOWED = 0, "presentation allowed";
        RESTRICTED = 1, "presentation restricted";
        BLOCKING_TOGGLE = 2, "blocking toggle";
        NO_INDICATION = 3, "no indication";
    }

    /// Special processing request.
    SpecialProcessing(pub u8): 8 bits, "reserved or spare" {
        REQUESTED = 127, "service processing requested";
    }
}

single_values! {
    CarrierSelection, "carrier selection information", "T1.113.3";
    OriginatingLine, "originating line information", "T1.113.3";
    SpecialProcessing, "special processing request", "T1.113.3";
}

indicators! {
    /// Service code: 0–255, by assignment of the service.
    ServiceCode, "service code", "T1.113.3": 1 {
        /// The code.
        code: Uint<8> = 0..8,
    }
}

transparent! {
    /// Egress service: of the carrier and the exchange behind it.
    EgressService, "egress service", "T1.113.3";

    /// Local service provider identification.
    LocalServiceProvider, "local service provider identification", "T1.113.3";

    /// Network transport: parameters of other networks, carried through.
    NetworkTransport, "network transport", "T1.113.3";

    /// Operator services information: pairs of type and value.
    OperatorServices, "operator services information", "T1.113.3";

    /// Outgoing trunk group number.
    OutgoingTrunkGroup, "outgoing trunk group number", "T1.113.3";

    /// Transaction request: transaction id and an address of the SCCP.
    TransactionRequest, "transaction request", "T1.113.3";
}

/// Characters of International Alphabet No. 5, at most `MAX`.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Ia5<const MAX: usize>(Contents<MAX>);

impl<const MAX: usize> Ia5<MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    fn read(octets: &[u8]) -> Option<Self> {
        let contents = Contents::new(octets).ok()?;
        octets.is_ascii().then_some(Self(contents))
    }
}

/// A text that has other characters, or too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotIa5 {
    /// Not of the alphabet.
    #[error("the text has characters that are not in International Alphabet No. 5")]
    Characters,
    /// Too many characters.
    #[error(transparent)]
    Length(#[from] TooLong),
}

impl<const MAX: usize> TryFrom<&str> for Ia5<MAX> {
    type Error = NotIa5;

    fn try_from(text: &str) -> Result<Self, NotIa5> {
        if !text.is_ascii() {
            return Err(NotIa5::Characters);
        }
        Ok(Self(Contents::new(text.as_bytes())?))
    }
}

impl<const MAX: usize> fmt::Debug for Ia5<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl<const MAX: usize> Serialize for Ia5<MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Common language location identification: town, state, building and entity, 11 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct LocationIdentification(pub Ia5<11>);

impl Field for LocationIdentification {
    const NAME: &'static str = "common language location identification";
    const CLAUSE: &'static str = T1_113;

    fn read(contents: &[u8]) -> Option<Self> {
        Ia5::read(contents).map(Self)
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.0.0.write(out);
    }
}

/// Circuit identification name: trunk number and the locations of both ends, 26 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct CircuitName(pub Ia5<26>);

impl Field for CircuitName {
    const NAME: &'static str = "circuit identification name";
    const CLAUSE: &'static str = T1_113;

    fn read(contents: &[u8]) -> Option<Self> {
        Ia5::read(contents).map(Self)
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.0.0.write(out);
    }
}

/// Generic name: of a party of the call.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct GenericName {
    /// Whose name it is.
    pub kind: NameType,
    /// The name is not available.
    pub not_available: bool,
    /// May it be shown.
    pub presentation: NamePresentation,
    /// The name.
    pub name: Ia5<15>,
}

impl Field for GenericName {
    const NAME: &'static str = "generic name";
    const CLAUSE: &'static str = T1_113;

    fn read(contents: &[u8]) -> Option<Self> {
        let (&first, name) = contents.split_first()?;
        Some(Self {
            kind: NameType::from_bits(bits(first, 5, 3)),
            not_available: bit(first, 4),
            presentation: NamePresentation::from_bits(bits(first, 0, 2)),
            name: Ia5::read(name)?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        let flags = put(self.kind.value(), 5, 3) | flag(self.not_available, 4);
        out.push(flags | self.presentation.value());
        self.name.0.write(out);
    }
}

/// Carrier identification: the carrier the caller chose or has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct CarrierIdentification {
    /// Who standardized the identification.
    pub network_type: NetworkType,
    /// How many of the digits are meant.
    pub plan: CarrierPlan,
    /// The digits.
    pub code: DigitPairs<2>,
}

/// A fixed number of digits, two an octet; of one less the last half octet is filler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DigitPairs<const OCTETS: usize>([u8; OCTETS]);

impl<const OCTETS: usize> DigitPairs<OCTETS> {
    /// The digits, with the filler.
    pub fn digits(self) -> Digits {
        Digits::from_packed(&self.0, false).unwrap_or_default()
    }
}

/// A number that has not as many digits as there is room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this number has {expected} digits or one less")]
pub struct WrongLength {
    /// How many digits there may be at most.
    pub expected: usize,
}

impl<const OCTETS: usize> TryFrom<Digits> for DigitPairs<OCTETS> {
    type Error = WrongLength;

    fn try_from(digits: Digits) -> Result<Self, WrongLength> {
        let mut octets = Vec::with_capacity(OCTETS);
        digits.pack_into(&mut octets);
        let octets = octets.try_into().map_err(|_| WrongLength {
            expected: 2 * OCTETS,
        })?;
        Ok(Self(octets))
    }
}

impl<const OCTETS: usize> Serialize for DigitPairs<OCTETS> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.digits())
    }
}

impl Field for CarrierIdentification {
    const NAME: &'static str = "carrier identification";
    const CLAUSE: &'static str = T1_113;

    fn read(contents: &[u8]) -> Option<Self> {
        let &[first, low, high] = contents.first_chunk()?;
        Some(Self {
            network_type: NetworkType::from_bits(bits(first, 4, 3)),
            plan: CarrierPlan::from_bits(bits(first, 0, 4)),
            code: DigitPairs([low, high]),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(put(self.network_type.value(), 4, 3) | self.plan.value());
        out.extend_from_slice(&self.code.0);
    }
}

/// Transit network selection of ANSI: a carrier, and what its circuits are to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct CarrierTransit {
    /// The carrier.
    pub carrier: CarrierIdentification,
    /// What kind of call it is for the carrier.
    pub circuit_code: CircuitCode,
}

impl Field for CarrierTransit {
    const NAME: &'static str = "transit network selection";
    const CLAUSE: &'static str = T1_113;

    fn read(contents: &[u8]) -> Option<Self> {
        let (carrier, rest) = contents.split_at_checked(3)?;
        Some(Self {
            carrier: CarrierIdentification::read(carrier)?,
            circuit_code: CircuitCode::from_bits(bits(*rest.first()?, 4, 4)),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.carrier.write(out);
        out.push(put(self.circuit_code.value(), 4, 4));
    }
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

/// Business group: of the party, and what its lines may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct BusinessGroup {
    /// Which party it is about: 1 calling, 2 called, 3 connected, 4 redirecting, 5 original called.
    pub party: Uint<4>,
    /// Line privileges are customer defined.
    pub customer_privileges: bool,
    /// The identifier is one of an interworked private network.
    pub private_network: bool,
    /// The network cannot vouch for the group.
    pub not_attested: bool,
    /// Business group.
    pub group: Uint24,
    /// Group within it.
    pub sub_group: u16,
    /// Line privileges.
    pub privileges: u8,
}

impl Field for BusinessGroup {
    const NAME: &'static str = "business group";
    const CLAUSE: &'static str = T1_113;

    fn read(contents: &[u8]) -> Option<Self> {
        let &[first, g1, g2, g3, s1, s2, privileges] = contents.first_chunk()?;
        Some(Self {
            party: Uint::from_bits(bits(first, 0, 4)),
            customer_privileges: bit(first, 4),
            private_network: bit(first, 5),
            not_attested: bit(first, 6),
            group: Uint24::from_be_bytes([g1, g2, g3]),
            sub_group: u16::from_be_bytes([s1, s2]),
            privileges,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        let flags = flag(self.customer_privileges, 4)
            | flag(self.private_network, 5)
            | flag(self.not_attested, 6);
        out.push(flags | self.party.value());
        out.extend_from_slice(&self.group.to_be_bytes());
        out.extend_from_slice(&self.sub_group.to_be_bytes());
        out.push(self.privileges);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_a_fixed_number_are_checked() {
        let digits = |text: &str| text.parse::<Digits>().unwrap();
        let carrier = DigitPairs::<2>::try_from(digits("288")).unwrap();
        assert_eq!(carrier.0, [0x82, 0x08]);
        assert_eq!(carrier.digits(), digits("2880"));
        assert!(DigitPairs::<2>::try_from(digits("28888")).is_err());
        assert!(DigitPairs::<3>::try_from(digits("2125")).is_err());
    }

    #[test]
    fn texts_are_of_the_alphabet_and_short_enough() {
        assert!(Ia5::<5>::try_from("ALICE").is_ok());
        assert_eq!(Ia5::<5>::try_from("ALIÇE"), Err(NotIa5::Characters));
        let refused = Ia5::<4>::try_from("ALICE").unwrap_err();
        assert_eq!(
            refused.to_string(),
            "5 octets do not fit into a parameter that holds 4"
        );
        assert_eq!(Ia5::<4>::read(&[0x80]), None);
    }
}
