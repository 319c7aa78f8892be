//! Who calls, asked of the exchange before us when its IAM does not say so: INR, and INF within
//! T33 (`Q.764 §2.1.6`).

use std::time::Instant;

use codecs::isup::{
    CallingPartyCategory, Iam, Inf, InformationRequestIndicators, Inr, Message, Parameter,
    ParameterCode, Parameters,
};
use protocols::isup::CircuitId;

use super::Exchange;
use super::call::LegKey;

impl Exchange {
    /// A call whose number is complete: begins, once what its trunk group wants to know of the
    /// caller is there or cannot be had.
    pub(super) fn identify(&mut self, circuit: CircuitId, iam: Iam, now: Instant) {
        if let Some(request) = missing(&iam)
            && self.asks(circuit)
        {
            let optional = Parameters::default();
            let inr = Message::Inr(Inr { request, optional });
            // Refused where the trunk's ISUP has no INR.
            if self.circuits.send(circuit, inr, now).is_ok() {
                self.asking.insert(circuit, iam);
                return;
            }
        }
        self.incoming_isup(circuit, iam, now);
    }

    /// INF. What is not in it the other exchange does not have either; what it says unasked is
    /// not the answer.
    pub(super) fn informed(&mut self, circuit: CircuitId, inf: Inf, now: Instant) {
        let Some(mut iam) = self.asking.remove(&circuit) else {
            return self.serve(LegKey::Circuit(circuit), Message::Inf(inf), now);
        };
        let unsolicited = inf.information.unsolicited;
        complete(&mut iam, inf);
        if unsolicited {
            self.asking.insert(circuit, iam);
        } else {
            self.incoming_isup(circuit, iam, now);
        }
    }

    fn asks(&self, circuit: CircuitId) -> bool {
        let group = self.circuits.identity(circuit).map(|(group, _)| group);
        let trunk = group.and_then(|group| self.settings.trunks.get(usize::from(group.0)));
        trunk.is_some_and(|trunk| trunk.asks_who_calls)
    }
}

/// What an IAM does not say of the caller. A number that is said not to be available is not asked
/// for.
fn missing(iam: &Iam) -> Option<InformationRequestIndicators> {
    let number = iam.optional.calling_party_number();
    let request = InformationRequestIndicators {
        calling_party_address: number.is_none_or(|number| number.incomplete),
        calling_party_category: iam.category == CallingPartyCategory::UNKNOWN,
        ..InformationRequestIndicators::default()
    };
    (request != InformationRequestIndicators::default()).then_some(request)
}

/// Adds what an INF says of the caller to the IAM, as if it had come with it.
fn complete(iam: &mut Iam, inf: Inf) {
    if let Some(&category) = inf.optional.calling_party_category() {
        iam.category = category;
    }
    if let Some(number) = inf.optional.calling_party_number() {
        let code = ParameterCode::CALLING_PARTY_NUMBER;
        iam.optional.retain(|parameter| parameter.code() != code);
        iam.optional.push(Parameter::CallingPartyNumber(*number));
    }
}
