//! What one ISUP says, in another: a call may come from an exchange of one and go on to an exchange
//! of the other.
//!
//! Variants of Q.763 differ in what they leave out, and understand each other. Between Q.763 and
//! T1.113 go the parameters both have, and the few that have a counterpart by another code. Values
//! left to national use, carriers and point codes mean nothing in the other network.

use super::{National, Variant};
use crate::code_point::Bits;
use crate::isup::{
    AddressType, CallingPartyCategory, CallingPartyNumber, Cause, CauseIndicators, CodingStandard,
    DigitsType, GenericAddress, GenericNumber, Iam, Message, NumberQualifier, Parameter,
    ParameterCode, Parameters, RedirectingNumber, Screening,
};

/// Parameters of the same code and meaning in both whose values hold in one network only.
const OF_ONE_NETWORK: [ParameterCode; 4] = [
    ParameterCode::CALL_REFERENCE,
    ParameterCode::CONNECTION_REQUEST,
    ParameterCode::SIGNALLING_POINT_CODE,
    ParameterCode::TRANSIT_NETWORK_SELECTION,
];

/// Kinds of a further number: the qualifier of Q.763, who vouches for it, and the type of T1.113.
/// A user's own number is the additional calling party number of the one and the supplemental
/// address of the other.
const FURTHER_NUMBERS: [(NumberQualifier, Option<Screening>, AddressType); 5] = [
    (
        NumberQualifier::CALLING,
        Some(Screening::USER_NOT_VERIFIED),
        AddressType::NOT_SCREENED,
    ),
    (
        NumberQualifier::CALLING,
        Some(Screening::USER_FAILED),
        AddressType::FAILED_SCREENING,
    ),
    (
        NumberQualifier::NOT_SCREENED,
        None,
        AddressType::NOT_SCREENED,
    ),
    (
        NumberQualifier::FAILED_SCREENING,
        None,
        AddressType::FAILED_SCREENING,
    ),
    (NumberQualifier::DIALLED_DIGITS, None, AddressType::DIALLED),
];

/// Types of generic digits that both have.
const DIGITS: [DigitsType; 3] = [
    DigitsType::ACCOUNT,
    DigitsType::AUTHORISATION,
    DigitsType::TRAVELLING_CLASS_MARK,
];

/// The first calling party's category that is left to national use (`Q.763 §3.11`).
const FIRST_NATIONAL_CATEGORY: u8 = 224;

impl Variant {
    /// Whether what is said in one can be said in the other as it is.
    pub fn understands(&self, other: &Self) -> bool {
        self.national == other.national
    }
}

impl Message {
    /// Says the message in another ISUP; the codes of the parameters that could not be said. Whether
    /// the other one has the message at all is for [`Variant::has`] to tell.
    pub fn translate(&mut self, from: &Variant, to: &Variant) -> Vec<ParameterCode> {
        if to.understands(from) {
            return Vec::new();
        }
        match self {
            Self::Iam(iam) => iam.translate(to),
            Self::Rel(rel) => rel.cause.internationalize(),
            _ => {}
        }
        self.optional_mut()
            .map_or_else(Vec::new, |optional| optional.translate(to))
    }
}

impl Iam {
    /// A number of T1.113 is whole, without ST, and its bit for internal numbers is spare, as that of
    /// one that comes from there was.
    fn translate(&mut self, to: &Variant) {
        if self.category.0 >= FIRST_NATIONAL_CATEGORY {
            self.category = CallingPartyCategory::ORDINARY;
        }
        self.called.inn_not_allowed = false;
        if to.national == National::Ansi {
            (self.called.digits, _) = self.called.digits.without_st();
        }
    }
}

impl Parameters {
    /// What came beside the mandatory parameters, bits that Q.763 leaves to national use among
    /// them, stays behind.
    fn translate(&mut self, to: &Variant) -> Vec<ParameterCode> {
        let mut lost = Vec::new();
        self.forget_mandatory();
        self.replace(|parameter| {
            let said = parameter.said_in(to);
            if said.is_none() {
                lost.push(parameter.code());
            }
            said
        });
        lost
    }
}

impl Parameter {
    /// The parameter of another network as `to` has it, or none.
    fn said_in(&self, to: &Variant) -> Option<Self> {
        match (self, to.national) {
            (Self::GenericNumber(number), National::Ansi) => {
                number.as_address().map(Self::GenericAddress)
            }
            (Self::GenericAddress(address), National::Itu) => {
                address.as_number().map(Self::GenericNumber)
            }
            (Self::GenericDigits(digits), National::Ansi) => DIGITS
                .contains(&digits.kind)
                .then(|| Self::AnsiGenericDigits(digits.clone())),
            (Self::AnsiGenericDigits(digits), National::Itu) => DIGITS
                .contains(&digits.kind)
                .then(|| Self::GenericDigits(digits.clone())),
            (Self::Notification(what), National::Ansi) => Some(Self::AnsiNotification(*what)),
            (Self::AnsiNotification(what), National::Itu) => Some(Self::Notification(*what)),
            (Self::Cause(cause), _) => {
                let mut cause = cause.clone();
                cause.internationalize();
                Some(Self::Cause(cause))
            }
            _ => self.is_shared_with(to).then(|| self.clone()),
        }
    }

    fn is_shared_with(&self, to: &Variant) -> bool {
        let code = self.code();
        let is_ours = match self {
            // Of a code that means something else there.
            Self::Other { .. } => code.is_national(),
            _ => false,
        };
        !is_ours && to.knows(code) && !OF_ONE_NETWORK.contains(&code)
    }
}

impl CauseIndicators {
    /// A cause that only one network knows becomes the unspecified one of its class
    /// (`Q.850 §2.2.5`).
    fn internationalize(&mut self) {
        if self.coding != CodingStandard::ITU_T {
            let class = self.cause.value() & 0x70;
            self.coding = CodingStandard::ITU_T;
            self.cause = Cause::from_bits(class.max(0x10) | 0x0F);
            self.diagnostics = Default::default();
        }
    }
}

impl GenericNumber {
    /// The same number as T1.113 has it, where it has the kind.
    fn as_address(&self) -> Option<GenericAddress> {
        let number = &self.number;
        let (.., kind) = FURTHER_NUMBERS.iter().find(|(qualifier, screening, _)| {
            *qualifier == self.qualifier && screening.is_none_or(|by| by == number.screening)
        })?;
        Some(GenericAddress {
            kind: *kind,
            number: RedirectingNumber {
                nature: number.nature,
                plan: number.plan,
                presentation: number.presentation,
                digits: number.digits,
            },
        })
    }
}

impl GenericAddress {
    /// The same number as Q.763 has it, where it has the kind.
    fn as_number(&self) -> Option<GenericNumber> {
        let mut known = FURTHER_NUMBERS.iter();
        let (qualifier, screening, _) = known.find(|(.., kind)| *kind == self.kind)?;
        let number = &self.number;
        Some(GenericNumber {
            qualifier: *qualifier,
            number: CallingPartyNumber {
                nature: number.nature,
                incomplete: false,
                plan: number.plan,
                presentation: number.presentation,
                screening: screening.unwrap_or(Screening::USER_NOT_VERIFIED),
                digits: number.digits,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::isup::{
        ChargeNumber, Location, LocationNumber, Notification, PlainNumber, Presentation,
        PropagationDelay, Rel,
    };
    use crate::number::{NatureOfAddress, NumberingPlan};

    fn rel(optional: Parameters) -> Message {
        let cause = CauseIndicators {
            coding: CodingStandard::NATIONAL,
            ..CauseIndicators::new(Cause::from_bits(23), Location::TRANSIT)
        };
        Message::Rel(Rel { cause, optional })
    }

    fn calling(screening: Screening) -> CallingPartyNumber {
        CallingPartyNumber {
            nature: NatureOfAddress::NATIONAL,
            incomplete: false,
            plan: NumberingPlan::E164,
            presentation: Presentation::ALLOWED,
            screening,
            digits: "2125551212".parse().unwrap(),
        }
    }

    fn further(qualifier: NumberQualifier, screening: Screening) -> Parameter {
        let number = calling(screening);
        Parameter::GenericNumber(GenericNumber { qualifier, number })
    }

    fn charge_number() -> Parameter {
        Parameter::ChargeNumber(ChargeNumber(PlainNumber {
            nature: NatureOfAddress::NATIONAL,
            plan: NumberingPlan::E164,
            digits: "2125551212".parse().unwrap(),
        }))
    }

    /// The codes of the parameters that are left, and of those that are lost.
    fn translated(from: &Variant, to: &Variant, list: Vec<Parameter>) -> (Vec<u8>, Vec<u8>) {
        let mut message = rel(list.into_iter().collect());
        let lost = message.translate(from, to);
        let left = message.optional().unwrap().iter();
        (
            left.map(|parameter| parameter.code().0).collect(),
            lost.iter().map(|code| code.0).collect(),
        )
    }

    #[test]
    fn what_the_other_network_lacks_is_lost() {
        let other = |code| Parameter::Other {
            code: ParameterCode(code),
            contents: [1].into(),
        };
        let from_itu = vec![
            Parameter::HopCounter(9.try_into().unwrap()),
            Parameter::PropagationDelay(PropagationDelay(40)),
            other(200),
            other(3),
        ];
        let (left, lost) = translated(&Variant::ITU, &Variant::ANSI, from_itu.clone());
        assert_eq!((left, lost), (vec![61, 3], vec![49, 200]));
        let (left, _) = translated(&Variant::ITU, &Variant::ETSI, from_itu);
        assert_eq!(left, [61, 49, 200, 3]);
        let from_ansi = vec![
            Parameter::HopCounter(9.try_into().unwrap()),
            charge_number(),
        ];
        let (left, lost) = translated(&Variant::ANSI, &Variant::ITU, from_ansi);
        assert_eq!((left, lost), (vec![61], vec![235]));
    }

    #[test]
    fn a_further_number_keeps_its_meaning() {
        let user = further(NumberQualifier::CALLING, Screening::USER_NOT_VERIFIED);
        let mut message = rel(Parameters::new().with(user.clone()));
        assert!(message.translate(&Variant::ITU, &Variant::ANSI).is_empty());
        let optional = message.optional().unwrap();
        let Some(Parameter::GenericAddress(address)) = optional.iter().next() else {
            panic!("{message:?}");
        };
        assert_eq!(address.kind, AddressType::NOT_SCREENED);
        message.translate(&Variant::ANSI, &Variant::ITU);
        assert_eq!(message.optional().unwrap().iter().next(), Some(&user));

        let connected = further(NumberQualifier::CONNECTED, Screening::NETWORK);
        let verified = further(NumberQualifier::CALLING, Screening::USER_VERIFIED);
        let (left, lost) = translated(&Variant::ITU, &Variant::ANSI, vec![connected, verified]);
        assert_eq!((left, lost), (vec![], vec![192, 192]));
    }

    #[test]
    fn a_notification_changes_its_code() {
        let notification = vec![Parameter::Notification(Notification::USER_SUSPENDED)];
        let (left, lost) = translated(&Variant::ITU, &Variant::ANSI, notification);
        assert_eq!((left, lost), (vec![225], vec![]));
        let notification = vec![Parameter::AnsiNotification(Notification::USER_SUSPENDED)];
        let (left, lost) = translated(&Variant::ANSI, &Variant::ITU, notification);
        assert_eq!((left, lost), (vec![44], vec![]));
    }

    #[test]
    fn a_national_cause_becomes_one_of_its_class() {
        for (national, expected) in [(1, 31), (23, 31), (45, 47), (54, 63), (88, 95)] {
            let mut cause = CauseIndicators {
                coding: CodingStandard::NATIONAL,
                ..CauseIndicators::new(Cause::from_bits(national), Location::TRANSIT)
            };
            cause.internationalize();
            assert_eq!(
                cause,
                CauseIndicators::new(Cause::from_bits(expected), Location::TRANSIT)
            );
        }
        let mut busy = CauseIndicators::new(Cause::USER_BUSY, Location::USER);
        busy.internationalize();
        assert_eq!(busy.cause, Cause::USER_BUSY);
    }

    /// A location number has no place in T1.113, whatever its octets say there.
    #[test]
    fn what_t1_113_lacks_is_not_read_in_the_format_of_q763() {
        let number = LocationNumber {
            nature: NatureOfAddress::NATIONAL,
            inn_not_allowed: false,
            plan: NumberingPlan::E164,
            presentation: Presentation::ALLOWED,
            screening: Screening::NETWORK,
            digits: "721".parse().unwrap(),
        };
        let mut octets = Vec::new();
        let message = rel(Parameters::new().with(Parameter::LocationNumber(number)));
        let cic = crate::isup::Cic::try_from(1).unwrap();
        crate::isup::Pdu { cic, message }.encode(&mut octets);
        let pdu = crate::isup::Pdu::decode_as(&Variant::ANSI, &octets).unwrap();
        let optional = pdu.message.optional().unwrap();
        assert!(optional.other(ParameterCode::LOCATION_NUMBER).is_some());
        assert!(optional.location_number().is_none());
    }
}
