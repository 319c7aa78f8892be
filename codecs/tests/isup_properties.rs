//! Properties of the ISUP codec: what is written is read again, no octets upset it, and another
//! codec agrees.
#![allow(clippy::unwrap_used)]

use codecs::isup::*;
use isup_strategies::{call_message, iam, message, message_of};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

mod isup_strategies;

/// The messages of a call: how many octets their fixed part has, and whether a variable parameter
/// comes before the optional part (`Q.763 §4`, T1.113.3).
const SHAPES: [(&Variant, MessageType, usize, bool); 31] = {
    let itu = &Variant::ITU;
    let ansi = &Variant::ANSI;
    [
        (itu, MessageType::IAM, 5, true),
        (itu, MessageType::SAM, 0, true),
        (itu, MessageType::ACM, 2, false),
        (itu, MessageType::CPG, 1, false),
        (itu, MessageType::ANM, 0, false),
        (itu, MessageType::CON, 2, false),
        (itu, MessageType::REL, 0, true),
        (itu, MessageType::RLC, 0, false),
        (itu, MessageType::SUS, 1, false),
        (itu, MessageType::RES, 1, false),
        (itu, MessageType::INR, 2, false),
        (itu, MessageType::INF, 2, false),
        (itu, MessageType::CFN, 0, true),
        (itu, MessageType::FOT, 0, false),
        (itu, MessageType::FAR, 1, false),
        (itu, MessageType::FAA, 1, false),
        (itu, MessageType::FRJ, 1, true),
        (itu, MessageType::FAC, 0, false),
        (itu, MessageType::USR, 0, true),
        (itu, MessageType::NRM, 0, false),
        (itu, MessageType::IDR, 0, false),
        (itu, MessageType::IRS, 0, false),
        (itu, MessageType::SGM, 0, false),
        (itu, MessageType::LOP, 0, false),
        (itu, MessageType::APM, 0, false),
        (itu, MessageType::PRI, 0, false),
        (itu, MessageType::SDM, 0, false),
        (itu, MessageType::UPT, 0, false),
        (itu, MessageType::UPA, 0, false),
        (ansi, MessageType::EXM, 0, false),
        (ansi, MessageType::CVR, 2, false),
    ]
};

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        cic in 0u16..=0xFFF,
        message in message(),
    ) {
        let pdu = Pdu { cic: Cic::try_from(cic).unwrap(), message };
        let mut octets = vec![0xAA];
        pdu.encode(&mut octets);
        prop_assert_eq!(octets[0], 0xAA);
        prop_assert_eq!(octets[3], pdu.message.code());
        prop_assert_eq!(Pdu::decode(&octets[1..]), Ok(pdu));
    }

    #[test]
    fn what_is_written_is_read_again_in_every_variant(
        cic in any::<u16>(),
        (variant, message) in select(Variant::ALL.to_vec())
            .prop_flat_map(|variant| (Just(variant), message_of(variant))),
    ) {
        let code = cic & variant.last_cic().value();
        let pdu = Pdu { cic: Cic::try_from(code).unwrap(), message };
        let mut octets = Vec::new();
        pdu.encode_as(variant, &mut octets);
        prop_assert_eq!(Pdu::decode_as(variant, &octets), Ok(pdu));
    }

    #[test]
    fn no_circuit_is_another_one_on_the_wire(code in any::<u16>(), variant in select(Variant::ALL.to_vec())) {
        let Ok(cic) = Cic::try_from(code) else {
            prop_assert!(code > Variant::ANSI.last_cic().value());
            return Ok(());
        };
        let mut octets = Vec::new();
        Pdu { cic, message: Message::Rsc }.encode_as(variant, &mut octets);
        prop_assert_eq!(&octets[..2], code.to_le_bytes());
        let read = Pdu::decode_as(variant, &octets).unwrap().cic;
        prop_assert_eq!(read == cic, cic <= variant.last_cic());
    }

    #[test]
    fn arbitrary_octets_are_read_or_refused_and_what_is_read_is_stable(
        code in any::<u8>(),
        body in vec(any::<u8>(), 0..300),
        variant in select(Variant::ALL.to_vec()),
    ) {
        let mut octets = vec![1, 0, code];
        octets.extend(body);
        if let Ok(pdu) = Pdu::decode_as(variant, &octets) {
            let mut written = Vec::new();
            pdu.encode_as(variant, &mut written);
            prop_assert_eq!(Pdu::decode_as(variant, &written), Ok(pdu.clone()));
            prop_assert!(!pdu.to_string().is_empty());
            // Variable and optional part may share octets, so each can be as long as the message.
            prop_assert!(written.len() <= 2 * octets.len() + 16);
        }
    }

    #[test]
    fn nothing_of_a_message_of_a_call_is_lost(
        shape in select(SHAPES.to_vec()),
        fixed in any::<[u8; 5]>(),
        variable in vec(any::<u8>(), 0..20),
        optional in vec((1u8..=255, vec(any::<u8>(), 0..20)), 0..5),
    ) {
        let (variant, code, fixed_octets, has_variable) = shape;
        let mut octets = vec![7, 0, code.0];
        octets.extend(&fixed[..fixed_octets]);
        let length = u8::try_from(variable.len()).unwrap();
        let pointed = if has_variable { length + 2 } else { 1 };
        if has_variable {
            octets.push(2);
        }
        octets.push(if optional.is_empty() { 0 } else { pointed });
        if has_variable {
            octets.push(length);
            octets.extend(&variable);
        }
        for (code, contents) in &optional {
            octets.extend([*code, u8::try_from(contents.len()).unwrap()]);
            octets.extend(contents);
        }
        octets.extend((!optional.is_empty()).then_some(0));
        // Contents of the variable part may have not its format.
        if let Ok(pdu) = Pdu::decode_as(variant, &octets) {
            let mut written = Vec::new();
            pdu.encode_as(variant, &mut written);
            prop_assert_eq!(written, octets, "{}", pdu);
        } else {
            prop_assert!(has_variable);
        }
    }

    #[test]
    fn a_changed_octet_is_read_or_refused(
        message in call_message(),
        at in any::<proptest::sample::Index>(),
        value in any::<u8>(),
        keep in any::<proptest::sample::Index>(),
    ) {
        let mut octets = Vec::new();
        Pdu { cic: Cic::try_from(1).unwrap(), message }.encode(&mut octets);
        let at = at.index(octets.len());
        octets[at] = value;
        let keep = keep.index(octets.len() + 1);
        for octets in [&octets[..], &octets[..keep]] {
            if let Ok(pdu) = Pdu::decode(octets) {
                let mut written = Vec::new();
                pdu.encode(&mut written);
                prop_assert_eq!(Pdu::decode(&written), Ok(pdu));
            }
        }
    }

    #[test]
    fn itu_isup_writes_the_same_octets(message in message()) {
        let pdu = Pdu { cic: Cic::try_from(0xABC).unwrap(), message };
        let mut octets = Vec::new();
        pdu.encode(&mut octets);
        match itu_isup::Message::decode(&octets) {
            Ok(theirs) => {
                prop_assert_eq!(theirs.cic, 0xABC);
                prop_assert_eq!(theirs.message_type.value(), pdu.message.code());
                prop_assert_eq!(theirs.encode().unwrap(), octets);
            }
            // The types it has no layout for.
            Err(itu_isup::IsupError::InvalidMessageType(code)) => prop_assert!(
                [0x02, 0x05, 0x11].contains(&code)
                    || (0x1F..=0x28).contains(&code)
                    || [0x2A, 0x2B].contains(&code)
                    || code >= 0x2D
            ),
            Err(error) => prop_assert!(false, "{}: {}", pdu, error),
        }
    }

    #[test]
    fn itu_isup_reads_the_same_numbers(message in iam()) {
        let octets = {
            let mut octets = Vec::new();
            let message = Message::Iam(message.clone());
            Pdu { cic: Cic::try_from(1).unwrap(), message }.encode(&mut octets);
            octets
        };
        let theirs = itu_isup::Message::decode(&octets).unwrap();
        let called = theirs.mandatory_variable[0].as_number().unwrap();
        prop_assert_eq!(called.digits.to_uppercase(), message.called.digits.to_string());
        prop_assert_eq!(called.nature_of_address, message.called.nature.value());
        prop_assert_eq!(called.numbering_plan(), message.called.plan.value());
        prop_assert_eq!(called.inn(), message.called.inn_not_allowed);
        let calling = theirs.optional(itu_isup::ParameterType::CallingPartyNumber);
        let ours = message.optional.find(ParameterCode::CALLING_PARTY_NUMBER);
        prop_assert_eq!(calling.is_some(), ours.is_some());
        if let (Some(theirs), Some(Parameter::CallingPartyNumber(ours))) = (calling, ours) {
            let theirs = theirs.as_number().unwrap();
            prop_assert_eq!(theirs.digits.to_uppercase(), ours.digits.to_string());
            prop_assert_eq!(theirs.presentation(), ours.presentation.value());
            prop_assert_eq!(theirs.screening(), ours.screening.value());
            prop_assert_eq!(theirs.ni(), ours.incomplete);
        }
    }
}
