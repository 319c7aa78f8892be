//! The policies in force: which are for whom, and how many calls each has.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use codecs::isup::Cause;
use codecs::number::Digits;
use routing::{NumberList, Written};

use super::limit::{Meter, Places};
use super::screen::{self, Parties};
use super::{
    CallerLine, Denial, Neighbour, Number, Policies, Policy, Screen, Subject, Verdict, Way,
};

/// The policies in force.
#[derive(Debug)]
pub(in crate::exchange) struct Rulebook {
    policies: Vec<Policy>,
    meters: Vec<Meter>,
    lists: Vec<Arc<NumberList>>,
    /// The policies of each neighbour by their places, in their order.
    applicable: HashMap<(Neighbour, Way), Vec<usize>>,
}

impl Rulebook {
    pub(in crate::exchange) fn new(policies: &Policies) -> Self {
        let Policies { policies, lists } = policies.clone();
        let mut applicable: HashMap<_, Vec<usize>> = HashMap::new();
        for (place, policy) in policies.iter().enumerate() {
            let ways = Way::ALL
                .into_iter()
                .filter(|way| policy.way.is_none_or(|own| own == *way));
            for way in ways {
                for &neighbour in &policy.neighbours {
                    applicable.entry((neighbour, way)).or_default().push(place);
                }
            }
        }
        Self {
            meters: vec![Meter::default(); policies.len()],
            policies,
            lists,
            applicable,
        }
    }

    /// Puts other lists in place of those there are.
    pub(in crate::exchange) fn replace_lists(&mut self, lists: Vec<Arc<NumberList>>) {
        self.lists = lists;
    }

    /// The policies with how many calls each has now.
    pub(in crate::exchange) fn calls(&self) -> impl Iterator<Item = (&str, u32)> {
        let calls = self.meters.iter().map(|meter| meter.calls);
        let names = self.policies.iter().map(|policy| &*policy.name);
        names.zip(calls)
    }

    /// The names of the rules that may refuse a call.
    pub(in crate::exchange) fn rules(&self) -> impl Iterator<Item = String> {
        self.policies.iter().flat_map(|policy| {
            let refuses = |screen: &&Screen| screen.verdict != Verdict::Allow;
            let screens = policy.screens.iter().filter(refuses);
            let screens = screens.map(|screen| screen.name.to_string());
            let calls = policy.calls.map(|_| policy.calls_rule());
            let rate = policy.rate.map(|_| policy.rate_rule());
            screens.chain(calls).chain(rate)
        })
    }

    fn places(&self, whose: (Neighbour, Way)) -> &[usize] {
        self.applicable.get(&whose).map_or(&[], Vec::as_slice)
    }

    pub(super) fn of(&self, whose: (Neighbour, Way)) -> impl Iterator<Item = &Policy> {
        self.places(whose).iter().map(|&at| &self.policies[at])
    }

    /// The name of the rules that rewrite numbers of these calls.
    pub(super) fn rewriter(&self, whose: (Neighbour, Way)) -> String {
        let mut names = self.of(whose).filter(|policy| !policy.rewrites.is_empty());
        let name = names.next().map_or("", |policy| &*policy.name);
        format!("{name}/rewrite")
    }

    /// Whether there is one for these calls.
    pub(super) fn concerns(&self, whose: (Neighbour, Way)) -> bool {
        self.applicable.contains_key(&whose)
    }

    /// A number as the policies write it.
    pub(super) fn rewrite(
        &self,
        whose: (Neighbour, Way),
        number: Number,
        written: Written,
    ) -> Written {
        let steps = self.steps(whose, number, written);
        steps.last().map_or(written, |(_, rewritten)| *rewritten)
    }

    /// What becomes of a number, rule by rule, each with its name.
    pub(super) fn steps(
        &self,
        whose: (Neighbour, Way),
        number: Number,
        mut written: Written,
    ) -> Vec<(&str, Written)> {
        let mut steps = Vec::new();
        for policy in self.of(whose) {
            let mut rules = policy.rewrites.iter().filter(|rule| rule.number == number);
            let carried_out = rules.find_map(|rule| {
                let rewritten = rule.rewrite.apply(&written)?;
                Some((&*rule.name, rewritten))
            });
            if let Some(step) = carried_out {
                written = step.1;
                steps.push(step);
            }
        }
        steps
    }

    /// Whether further digits of a called number may bring it under a rule: `global` is what
    /// `written` means.
    pub(in crate::exchange) fn awaits_digits(
        &self,
        whose: (Neighbour, Way),
        written: &Written,
        global: &Digits,
    ) -> bool {
        self.of(whose).any(|policy| {
            let mut rules = policy.rewrites.iter();
            let mut screens = policy.screens.iter();
            let is_listed = |subject| match subject {
                Subject::Called(list) => self.lists[list.0].goes_on(global),
                _ => false,
            };
            rules.any(|rule| {
                let Written { nature, digits, .. } = written;
                rule.number == Number::Called && rule.rewrite.awaits(*nature, digits)
            }) || screens.any(|screen| is_listed(screen.subject))
        })
    }

    /// Whether a call may be from or to these parties.
    ///
    /// # Errors
    /// [`Denial`] of the first policy that does not let it through.
    pub(super) fn screen(
        &self,
        whose: (Neighbour, Way),
        parties: Parties<'_>,
    ) -> Result<(), Denial> {
        self.of(whose)
            .try_for_each(|policy| screen::pass(&policy.screens, &self.lists, parties))
    }

    /// Whether there may be one more call.
    ///
    /// # Errors
    /// [`Denial`] of the first policy whose limit is reached: cause 34 and 503 for the calls at a
    /// time, cause 42 and 503 with `Retry-After` for those in a time (Q.850, RFC 3261 §21.5.4).
    pub(super) fn room(&self, whose: (Neighbour, Way), now: Instant) -> Result<(), Denial> {
        for &place in self.places(whose) {
            let (policy, meter) = (&self.policies[place], &self.meters[place]);
            if let Some(most) = policy.calls
                && meter.calls >= most
            {
                return Err(full(policy, most));
            }
            let wait = policy.rate.map(|rate| meter.wait(rate, now));
            if let Some(wait) = wait.filter(|wait| !wait.is_zero()) {
                return Err(too_fast(policy, wait));
            }
        }
        Ok(())
    }

    /// Counts one more call.
    pub(super) fn count(&mut self, whose: (Neighbour, Way), now: Instant) -> Places {
        let places = self.places(whose).to_vec();
        for &place in &places {
            self.meters[place].count(self.policies[place].rate, now);
        }
        Places(places)
    }

    /// One side of a call is over.
    pub(in crate::exchange) fn give_back(&mut self, Places(places): Places) {
        for place in places {
            self.meters[place].end();
        }
    }

    /// What the policies say of callers, in their order.
    pub(super) fn callers(&self, whose: (Neighbour, Way)) -> impl Iterator<Item = &CallerLine> {
        self.of(whose).filter_map(|policy| policy.caller.as_ref())
    }
}

impl Policy {
    fn calls_rule(&self) -> String {
        format!("{}/max_calls", self.name)
    }

    fn rate_rule(&self) -> String {
        format!("{}/calls_per_s", self.name)
    }
}

fn full(policy: &Policy, most: u32) -> Denial {
    Denial {
        rule: policy.calls_rule(),
        cause: Cause::NO_CIRCUIT,
        status: 503,
        retry_after: None,
        reason: format!("{most} calls at a time"),
    }
}

fn too_fast(policy: &Policy, wait: Duration) -> Denial {
    Denial {
        rule: policy.rate_rule(),
        cause: Cause::CONGESTION,
        status: 503,
        retry_after: Some(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)),
        reason: "too many calls in a time".into(),
    }
}
