//! The called number with what is known of its network: routing numbers of ported numbers and the
//! carrier that the caller chose (`Q.769.1`, `Q.763 §3.9`, `§3.53`, `§3.90`, `§3.101`; RFC 4694;
//! `TS 29.163 §7.2.3.1.2.1`, `§7.2.3.2.2.1`).

use codecs::isup::{
    CalledPartyNumber, Iam, NetworkPlan, NetworkRoutingNumber, NetworkType, NumberPortability,
    Parameter, Parameters, PortabilityStatus, RoutingNumberNature, TransitNetworkSelection,
};
use codecs::number::{Digits, NatureOfAddress, NumberingPlan};
use routing::{AnalysisError, E164, NumberingArea};

use super::rows::Rules;
use crate::exchange::leg::{Portability, Setup};

/// Whom an IAM is for, and the network of that number. A called party number that is a routing
/// number comes with the directory number beside it (`Q.769.1 §6`).
///
/// # Errors
/// [`AnalysisError`] if it names nobody here.
pub fn of_iam(iam: &Iam, area: &NumberingArea) -> Result<(E164, Portability), AnalysisError> {
    let called = &iam.called;
    let directory = iam.optional.called_directory_number();
    let (number, routing) = match directory.filter(|_| is_routing_number(called.nature)) {
        Some(directory) => (directory, Some(called.digits)),
        None => (called, separate_routing_number(&iam.optional)),
    };
    let portability = Portability {
        routing_number: routing.and_then(|digits| area.country_code.join(&digits).ok()),
        queried: is_queried(iam) || routing.is_some(),
    };
    let global = area.globalise(number.nature, number.plan, &number.digits)?;
    Ok((global, portability))
}

fn is_routing_number(nature: NatureOfAddress) -> bool {
    matches!(
        nature,
        NatureOfAddress::ROUTING_NATIONAL | NatureOfAddress::ROUTING_NETWORK_SPECIFIC
    )
}

fn separate_routing_number(parameters: &Parameters) -> Option<Digits> {
    parameters.iter().find_map(|parameter| match parameter {
        Parameter::NetworkRoutingNumber(number) => Some(number.digits),
        _ => None,
    })
}

fn is_queried(iam: &Iam) -> bool {
    let status = iam.optional.iter().find_map(|parameter| match parameter {
        Parameter::NumberPortability(NumberPortability { status }) => Some(*status),
        _ => None,
    });
    matches!(
        status,
        Some(PortabilityStatus::NOT_PORTED | PortabilityStatus::PORTED)
    ) || iam.forward_call.ported_number_translated
}

/// The called party number of a call. A routing number that came in its place goes on in its place,
/// as long as the call is for the same number.
pub fn called_party_number(
    setup: &Setup,
    area: &NumberingArea,
    rules: Rules<'_>,
) -> CalledPartyNumber {
    let received = setup.isup.as_ref().map(|iam| iam.called);
    if let Some(received) = received.filter(|called| is_routing_number(called.nature))
        && !setup.rerouted
    {
        return received;
    }
    let (usual, digits) = area.localise(&setup.called);
    let nature = rules.nature(usual);
    let digits = match nature {
        NatureOfAddress::INTERNATIONAL => *setup.called.digits(),
        _ => digits,
    };
    CalledPartyNumber {
        nature,
        inn_not_allowed: rules.inn_not_allowed(usual).unwrap_or(true),
        plan: NumberingPlan::E164,
        digits,
    }
}

/// Adds to an IAM for a call from SIP what is known of the called number's network: separate network
/// routing number addressing, which leaves the called party number as it is (`Q.769.1 §6`).
pub fn tell_portability(portability: &Portability, area: &NumberingArea, to: &mut Parameters) {
    if let Some(digits) = portability.routing_number
        && digits.starts_with(&area.country_code)
    {
        to.push(Parameter::NetworkRoutingNumber(NetworkRoutingNumber {
            plan: NumberingPlan::E164,
            nature: RoutingNumberNature::NATIONAL,
            digits: digits.skip(area.country_code.len()),
        }));
    }
    if portability.queried {
        let status = match portability.routing_number {
            Some(_) => PortabilityStatus::PORTED,
            None => PortabilityStatus::NOT_PORTED,
        };
        to.push(Parameter::NumberPortability(NumberPortability { status }));
    }
}

/// Takes out of an IAM what it says of the network of a number that the call is not for any more.
pub fn forget_portability(parameters: &mut Parameters) {
    parameters.retain(|parameter| {
        !matches!(
            parameter,
            Parameter::CalledDirectoryNumber(_)
                | Parameter::NetworkRoutingNumber(_)
                | Parameter::NumberPortability(_)
        )
    });
}

/// The carrier that an IAM asks for, country code first.
pub fn carrier_of_iam(parameters: &Parameters, area: &NumberingArea) -> Option<Digits> {
    let selection = parameters.iter().find_map(|parameter| match parameter {
        Parameter::TransitNetworkSelection(selection) => Some(selection),
        _ => None,
    })?;
    let national = selection.network_type == NetworkType::NATIONAL;
    national
        .then(|| area.country_code.join(&selection.network).ok())
        .flatten()
}

/// The transit network selection for a carrier of this country.
pub fn transit_network_selection(carrier: &Digits, area: &NumberingArea) -> Option<Parameter> {
    let national = carrier.starts_with(&area.country_code);
    national.then(|| {
        Parameter::TransitNetworkSelection(TransitNetworkSelection {
            network_type: NetworkType::NATIONAL,
            plan: NetworkPlan::UNKNOWN,
            network: carrier.skip(area.country_code.len()),
        })
    })
}
