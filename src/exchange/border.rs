//! At the border of the national network: numbers go abroad with our country code, and a call from
//! there is an international one here (`Q.763 §3.10`, `§3.23 a)`).

use codecs::isup::{Iam, Message, Parameter, Parameters};
use codecs::number::{Digits, NatureOfAddress, NumberingPlan};
use protocols::isup::GroupId;
use routing::NumberingArea;

use super::Exchange;
use super::call::Side;

impl Exchange {
    /// Whether the circuits of a trunk group are those of the international network.
    pub(super) fn leads_abroad(&self, group: GroupId) -> bool {
        let group = self.circuits.group(group);
        group.is_some_and(|group| !group.network_indicator.is_national())
    }

    fn comes_from_abroad(&self, key: usize) -> bool {
        let circuit = self.calls[key].circuit(Side::Incoming);
        let identity = circuit.and_then(|circuit| self.circuits.identity(circuit));
        identity.is_some_and(|(group, _)| self.leads_abroad(group))
    }

    /// Whether the IAM of a call to a trunk group is another one than within the national network.
    pub(super) fn is_international(&self, key: usize, group: GroupId) -> bool {
        self.leads_abroad(group) || self.comes_from_abroad(key)
    }

    /// Writes the IAM of a call to a trunk group as the network there has it.
    pub(super) fn write_for(&self, key: usize, group: GroupId, iam: &mut Iam) {
        if self.leads_abroad(group) {
            let called = &mut iam.called;
            let area = &self.settings.numbering;
            with_country_code((&mut called.nature, called.plan, &mut called.digits), area);
            write_parameters(&mut iam.optional, area);
        } else if self.comes_from_abroad(key) {
            iam.forward_call.international = true;
        }
    }
}

/// Writes a message that goes abroad on behalf of a call that is set up. In an IAM the policies of
/// the trunk group have had the last word.
pub(super) fn write_abroad(message: &mut Message, area: &NumberingArea) {
    if matches!(message, Message::Iam(_)) {
        return;
    }
    if let Some(optional) = message.optional_mut() {
        write_parameters(optional, area);
    }
}

fn write_parameters(parameters: &mut Parameters, area: &NumberingArea) {
    parameters.replace(|parameter| {
        let mut parameter = parameter.clone();
        if let Some(number) = number(&mut parameter) {
            with_country_code(number, area);
        }
        Some(parameter)
    });
}

type Number<'a> = (&'a mut NatureOfAddress, NumberingPlan, &'a mut Digits);

/// The number of a parameter that is one.
fn number(parameter: &mut Parameter) -> Option<Number<'_>> {
    Some(match parameter {
        Parameter::CallingPartyNumber(n) => (&mut n.nature, n.plan, &mut n.digits),
        Parameter::GenericNumber(generic) => {
            let n = &mut generic.number;
            (&mut n.nature, n.plan, &mut n.digits)
        }
        Parameter::RedirectingNumber(n)
        | Parameter::OriginalCalledNumber(n)
        | Parameter::CalledInNumber(n)
        | Parameter::OriginalCalledInNumber(n) => (&mut n.nature, n.plan, &mut n.digits),
        Parameter::ConnectedNumber(n) | Parameter::CallTransferNumber(n) => {
            (&mut n.nature, n.plan, &mut n.digits)
        }
        Parameter::RedirectionNumber(n) | Parameter::CalledDirectoryNumber(n) => {
            (&mut n.nature, n.plan, &mut n.digits)
        }
        Parameter::LocationNumber(n) => (&mut n.nature, n.plan, &mut n.digits),
        Parameter::HtrInformation(n) => (&mut n.nature, n.plan, &mut n.digits),
        _ => return None,
    })
}

/// Numbers that are complete only in this country get what they lack; one that would be no E.164
/// number stays as it is.
fn with_country_code((nature, plan, digits): Number<'_>, area: &NumberingArea) {
    let is_ours = [NatureOfAddress::NATIONAL, NatureOfAddress::SUBSCRIBER].contains(nature);
    if is_ours && let Ok(global) = area.globalise(*nature, plan, digits) {
        *nature = NatureOfAddress::INTERNATIONAL;
        *digits = *global.digits();
    }
}
