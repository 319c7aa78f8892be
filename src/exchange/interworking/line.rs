//! Identities of lines in ISUP: calling party number, connected number, and the generic numbers that
//! add to them (`Q.763 §3.10`, `§3.16`, `§3.26`).

use codecs::isup::{
    CallingPartyNumber, ConnectedNumber, GenericNumber, NumberQualifier, Parameter, Parameters,
    Presentation,
};
use codecs::number::{NatureOfAddress, NumberingPlan};
use routing::NumberingArea;

use crate::exchange::leg::{Connected, LineIdentity};

/// A calling party number as the network knows it. One that is incomplete or cannot be made global
/// is no number that could be called back.
pub fn of_calling(number: &CallingPartyNumber, area: &NumberingArea) -> LineIdentity {
    let global = area.globalise(number.nature, number.plan, &number.digits);
    let known = !number.incomplete && number.presentation != Presentation::NOT_AVAILABLE;
    LineIdentity {
        number: global.ok().filter(|_| known),
        presentation: number.presentation,
        screening: number.screening,
    }
}

/// A line as calling party number; none if its number is not known.
pub fn calling_party_number(
    line: &LineIdentity,
    area: &NumberingArea,
) -> Option<CallingPartyNumber> {
    let (nature, digits) = area.localise(&line.number?);
    Some(CallingPartyNumber {
        nature,
        incomplete: false,
        plan: NumberingPlan::E164,
        presentation: line.presentation,
        screening: line.screening,
        digits,
    })
}

/// The generic number with a qualifier, where its number is known.
pub fn of_generic(
    parameters: &Parameters,
    qualifier: NumberQualifier,
    area: &NumberingArea,
) -> Option<LineIdentity> {
    let generic = parameters.iter().find_map(|parameter| match parameter {
        Parameter::GenericNumber(generic) if generic.qualifier == qualifier => Some(generic),
        _ => None,
    })?;
    Some(of_calling(&generic.number, area)).filter(|line| line.number.is_some())
}

/// A line as generic number.
pub fn generic_number(
    line: &LineIdentity,
    qualifier: NumberQualifier,
    area: &NumberingArea,
) -> Option<Parameter> {
    let number = calling_party_number(line, area)?;
    Some(Parameter::GenericNumber(GenericNumber {
        qualifier,
        number,
    }))
}

/// Who answered, as far as a backward message says so.
pub fn of_answer(parameters: &Parameters, area: &NumberingArea) -> Option<Connected> {
    let number = parameters.connected_number()?;
    let global = area.globalise(number.nature, number.plan, &number.digits);
    let known = number.presentation != Presentation::NOT_AVAILABLE;
    Some(Connected {
        line: LineIdentity {
            number: global.ok().filter(|_| known),
            presentation: number.presentation,
            screening: number.screening,
        },
        additional: of_generic(parameters, NumberQualifier::CONNECTED, area),
    })
}

/// Adds to a backward message who answered.
pub fn tell_connected(connected: &Connected, area: &NumberingArea, to: &mut Parameters) {
    to.push(Parameter::ConnectedNumber(connected_number(
        &connected.line,
        area,
    )));
    let additional = connected.additional.as_ref();
    if let Some(number) =
        additional.and_then(|line| generic_number(line, NumberQualifier::CONNECTED, area))
    {
        to.push(number);
    }
}

/// Who a call was transferred to, where that is known (`Q.732.7`, `Q.763 §3.64`).
pub fn call_transfer_number(line: &LineIdentity, area: &NumberingArea) -> Option<Parameter> {
    line.number?;
    Some(Parameter::CallTransferNumber(connected_number(line, area)))
}

/// A line as connected number. One that is not known has the coding that `Q.763 §3.16` prescribes for
/// it.
fn connected_number(line: &LineIdentity, area: &NumberingArea) -> ConnectedNumber {
    match calling_party_number(line, area) {
        Some(number) => ConnectedNumber {
            nature: number.nature,
            plan: number.plan,
            presentation: number.presentation,
            screening: number.screening,
            digits: number.digits,
        },
        None => ConnectedNumber {
            nature: NatureOfAddress::SPARE,
            plan: NumberingPlan::SPARE,
            presentation: Presentation::NOT_AVAILABLE,
            screening: LineIdentity::UNKNOWN.screening,
            digits: codecs::number::Digits::EMPTY,
        },
    }
}
