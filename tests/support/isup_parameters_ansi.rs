//! Parameters of ANSI T1.113.3 with typical values: the octets they take, and what Wireshark reads.

use codecs::isup::*;
use codecs::mtp::PointCode;
use codecs::number::{NatureOfAddress, NumberingPlan};

use crate::parameters::{Sample, samples};
use crate::samples::{digits, redirecting};

pub(crate) fn samples_of_t1113() -> Vec<Sample> {
    samples! {
        "01010203040506", BusinessGroup(BusinessGroup {
            party: 1.try_into().unwrap(),
            customer_privileges: false,
            private_network: false,
            not_attested: false,
            group: 0x01_02_03.try_into().unwrap(),
            sub_group: 0x0405,
            privileges: 6,
        }),
            "",
            "";
        "010203c80105", AnsiCallReference(CallReference {
            identity: 0x01_02_03.try_into().unwrap(),
            point_code: PointCode::from_be_bytes([0x05, 0x01, 0xC8]).try_into().unwrap(),
        }),
            "call_identity=66051",
            "";
        "222882", CarrierIdentification(CarrierIdentification {
            network_type: NetworkType::NATIONAL,
            plan: CarrierPlan::FOUR_DIGITS,
            code: digits("8228").try_into().unwrap(),
        }),
            "ansi_isup.type_of_nw_id=2 ansi_isup.nw_id_plan=2 ansi_isup.nw_id=8228",
            "";
        "02", CarrierSelection(CarrierSelection::PRESUBSCRIBED_INPUT),
            "",
            "";
        "031012725132", ChargeNumber(ChargeNumber(PlainNumber {
            nature: NatureOfAddress::NATIONAL,
            plan: NumberingPlan::E164,
            digits: digits("21271523"),
        })),
            "charge_number_nature_of_address_indicator=3 numbering_plan_indicator=1 \
             charge_number=21271523",
            "";
        "46", GroupCharacteristics(GroupCharacteristics {
            carrier: Carrier::DIGITAL,
            double_seizing: DoubleSeizing::ODD,
            alarm: CarrierAlarm::UNKNOWN,
            continuity_check: ContinuityCheckRequirement::NONE,
        }),
            "",
            "";
        "4e59434d4e59", LocationIdentification(LocationIdentification(
            "NYCMNY".try_into().unwrap(),
        )),
            "",
            "";
        "008310279105", GenericAddress(GenericAddress {
            kind: AddressType::DIALLED,
            number: redirecting("72195"),
        }),
            "number_qualifier_indicator=0x00 calling_party_nature_of_address_indicator=3 \
             numbering_plan_indicator=1 generic_number=72195",
            "";
        "20414c494345", GenericName(GenericName {
            kind: NameType::CALLING,
            not_available: false,
            presentation: NamePresentation::ALLOWED,
            name: "ALICE".try_into().unwrap(),
        }),
            "isdn_generic_name_presentation=0 isdn_generic_name_type=1 isdn_generic_name_ia5=ALICE",
            "";
        "127251", Jurisdiction(Jurisdiction(digits("212715").try_into().unwrap())),
            "jurisdiction=212715",
            "";
        "3d", OriginatingLine(OriginatingLine::CELLULAR_1),
            "originating_line_info=61",
            "";
        "2a", ServiceCode(ServiceCode { code: 42.try_into().unwrap() }),
            "",
            "";
        "7f", SpecialProcessing(SpecialProcessing::REQUESTED),
            "",
            "";
        "22288210", CarrierTransit(CarrierTransit {
            carrier: CarrierIdentification {
                network_type: NetworkType::NATIONAL,
                plan: CarrierPlan::FOUR_DIGITS,
                code: digits("8228").try_into().unwrap(),
            },
            circuit_code: CircuitCode::INTERNATIONAL,
        }),
            "type_of_network_identification=2 ansi_isup.tns.nw_id_plan=2 ansi_isup.nw_id=8228 \
             ansi_isup.circuit_code=1",
            "";
        "01", ValidationResponse(ValidationResponse::SUCCESSFUL),
            "",
            "";
        "fb", AnsiNotification(Notification::CALL_DIVERTING),
            "",
            "";
    }
}
