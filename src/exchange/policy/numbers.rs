//! Numbers of IAMs and set-ups, rewritten. In SIP a number is an international one.

use std::borrow::Cow;

use codecs::isup::{CallingPartyNumber, Iam, Parameter};
use codecs::number::{NatureOfAddress, NumberingPlan};
use routing::{AnalysisError, E164, NumberingArea, Written};

use super::caller::replace;
use super::{Neighbour, Number, Rulebook, Way};
use crate::exchange::interworking::line;
use crate::exchange::leg::Setup;
use crate::exchange::settings::PeerId;

/// A global number as SIP has it.
pub(super) fn global(number: &E164) -> Written {
    Written {
        nature: NatureOfAddress::INTERNATIONAL,
        plan: NumberingPlan::E164,
        digits: *number.digits(),
    }
}

/// The called number of an IAM.
pub(in crate::exchange) fn called_in(iam: &Iam) -> Written {
    Written {
        nature: iam.called.nature,
        plan: iam.called.plan,
        digits: iam.called.digits,
    }
}

impl Rulebook {
    /// Rewrites the numbers of an IAM that comes from or goes to a neighbour.
    pub(in crate::exchange) fn rewrite_iam(&self, whose: (Neighbour, Way), iam: &mut Iam) {
        let called = self.rewrite(whose, Number::Called, called_in(iam));
        iam.called.nature = called.nature;
        iam.called.plan = called.plan;
        iam.called.digits = called.digits;
        let Some(calling) = iam.optional.calling_party_number().copied() else {
            return;
        };
        let written = Written {
            nature: calling.nature,
            plan: calling.plan,
            digits: calling.digits,
        };
        let rewritten = self.rewrite(whose, Number::Calling, written);
        if rewritten != written {
            let number = CallingPartyNumber {
                nature: rewritten.nature,
                plan: rewritten.plan,
                digits: rewritten.digits,
                ..calling
            };
            replace(iam, Some(Parameter::CallingPartyNumber(number)));
        }
    }

    /// The number that a SIP peer means, or is told, by a number.
    ///
    /// # Errors
    /// [`AnalysisError`] if what it becomes names nobody.
    pub(in crate::exchange) fn rewrite_global(
        &self,
        whose: (Neighbour, Way),
        number: Number,
        of: &E164,
        area: &NumberingArea,
    ) -> Result<E164, AnalysisError> {
        let Written {
            nature,
            plan,
            digits,
        } = self.rewrite(whose, number, global(of));
        area.globalise(nature, plan, &digits)
    }

    /// Rewrites the numbers of a set-up from or to a SIP peer, and in its IAM, if it has one, the caller's.
    /// A caller whose number becomes one that
    /// names nobody has none.
    ///
    /// # Errors
    /// [`AnalysisError`] if what the called number becomes names nobody.
    pub(in crate::exchange) fn rewrite_setup(
        &self,
        whose: (Neighbour, Way),
        setup: &mut Setup,
        area: &NumberingArea,
    ) -> Result<(), AnalysisError> {
        if !self.concerns(whose) {
            return Ok(());
        }
        setup.called = self.rewrite_global(whose, Number::Called, &setup.called, area)?;
        let calling = setup.calling.number;
        setup.calling.number = calling.and_then(|number| {
            self.rewrite_global(whose, Number::Calling, &number, area)
                .ok()
        });
        if setup.calling.number != calling
            && let Some(iam) = &mut setup.isup
        {
            let number = line::calling_party_number(&setup.calling, area);
            replace(iam, number.map(Parameter::CallingPartyNumber));
        }
        Ok(())
    }

    /// A call as a SIP peer is told of it: its caller put right, its numbers rewritten.
    ///
    /// # Errors
    /// [`AnalysisError`] if what the called number becomes names nobody.
    pub(in crate::exchange) fn towards<'s>(
        &self,
        peer: PeerId,
        setup: &'s Setup,
        area: &NumberingArea,
    ) -> Result<Cow<'s, Setup>, AnalysisError> {
        let whose = (Neighbour::Peer(peer), Way::Out);
        if !self.concerns(whose) {
            return Ok(Cow::Borrowed(setup));
        }
        let mut setup = setup.clone();
        for caller in self.callers(whose) {
            caller.tell(&mut setup, area);
        }
        self.rewrite_setup(whose, &mut setup, area)?;
        Ok(Cow::Owned(setup))
    }
}
