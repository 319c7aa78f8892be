//! What cannot work in `[[policy]]`, and what can but has no effect.

use std::collections::HashSet;

use routing::NumberList;

use super::Config;
use super::interworking::FAILURES;
use super::policy::{Action, Numbers, PolicyConfig, ScreenConfig, Source};
use crate::config::{Fault, no_such};
use crate::exchange::settings::Sip;

/// How many calls may begin in a second.
const RATES: std::ops::RangeInclusive<f64> = 0.001..=10_000.0;

impl Config {
    pub(super) fn policy_faults(&self, faults: &mut Vec<Fault>) {
        let sip = self.sip.peers(&self.interworking);
        let mut names = HashSet::new();
        for (index, policy) in self.policy.iter().enumerate() {
            let at = format!("policy[{index}]");
            if !names.insert(&policy.name) {
                let message = format!("{:?} is the name of another policy", policy.name);
                faults.push(Fault::new(format!("{at}.name"), message));
            }
            self.neighbour_faults(policy, &sip, &at, faults);
            policy.limit_faults(&at, faults);
            policy.rule_faults(&at, faults);
            if let Some(caller) = &policy.caller
                && caller.number.is_none()
                && caller.presentation.is_none()
            {
                let message = "expected a number, a presentation or both";
                faults.push(Fault::new(format!("{at}.caller"), message));
            }
        }
    }

    fn neighbour_faults(
        &self,
        policy: &PolicyConfig,
        sip: &Sip,
        at: &str,
        faults: &mut Vec<Fault>,
    ) {
        let trunks = PolicyConfig::names(&policy.trunk);
        let peers = PolicyConfig::names(&policy.peer);
        if trunks.is_empty() && peers.is_empty() {
            let message = "expected the trunk or the peer that it is for, or several";
            faults.push(Fault::new(format!("{at}.name"), message));
        }
        let known: Vec<_> = self.trunk.iter().map(|trunk| &trunk.name).collect();
        for name in trunks.iter().filter(|name| !known.contains(name)) {
            let message = no_such("trunk", name, known.iter().copied());
            faults.push(Fault::new(format!("{at}.trunk"), message));
        }
        let known: Vec<_> = sip.peers().map(|(_, peer)| peer.name.clone()).collect();
        for name in peers.iter().filter(|name| !known.contains(name)) {
            let message = no_such("sip.peer", name, &known);
            faults.push(Fault::new(format!("{at}.peer"), message));
        }
    }

    pub(super) fn policy_warnings(&self) -> Vec<Fault> {
        let mut warnings = Vec::new();
        for (index, policy) in self.policy.iter().enumerate() {
            let at = format!("policy[{index}]");
            policy.covered_rewrites(&at, &mut warnings);
            policy.idle_screens(&at, &mut warnings);
        }
        warnings
    }
}

impl PolicyConfig {
    fn limit_faults(&self, at: &str, faults: &mut Vec<Fault>) {
        let mut fault = |key: &str, message: String| {
            faults.push(Fault::new(format!("{at}.{key}"), message));
        };
        match (self.calls_per_s, self.burst) {
            (Some(rate), _) if !RATES.contains(&rate) => {
                fault("calls_per_s", format!("{rate}, expected 0.001 to 10000"));
            }
            (None, Some(_)) => fault("burst", "needs calls_per_s".into()),
            (_, Some(0)) => fault("burst", "0, expected 1 or more".into()),
            _ => {}
        }
    }

    fn rule_faults(&self, at: &str, faults: &mut Vec<Fault>) {
        let mut names = HashSet::new();
        let mut is_taken = |name| !names.insert(name);
        for (index, screen) in self.screen.iter().enumerate() {
            let mut fault = |key: &str, message: String| {
                faults.push(Fault::new(format!("{at}.screen[{index}].{key}"), message));
            };
            if is_taken(&screen.name) {
                fault("name", format!("{:?} is another rule's", screen.name));
            }
            screen.faults(&mut fault);
        }
        for (index, rule) in self.rewrite.iter().enumerate() {
            let mut fault = |key: &str, message: String| {
                faults.push(Fault::new(format!("{at}.rewrite[{index}].{key}"), message));
            };
            if is_taken(&rule.name) {
                fault("name", format!("{:?} is another rule's", rule.name));
            }
            let rewrite = rule.rewrite();
            let sets = rewrite.set_nature.is_some() || rewrite.set_plan.is_some();
            if rewrite.strip == 0 && rewrite.add.is_empty() && !sets {
                fault("name", "expected strip, add, set_nature or set_plan".into());
            }
        }
    }

    /// A rule is never asked if one before it takes all its numbers.
    fn covered_rewrites(&self, at: &str, warnings: &mut Vec<Fault>) {
        for (index, rule) in self.rewrite.iter().enumerate() {
            let mut earlier = self.rewrite[..index].iter();
            let covers = earlier.find(|earlier| {
                earlier.number == rule.number && earlier.rewrite().covers(&rule.rewrite())
            });
            if let Some(earlier) = covers {
                let message = format!("is never asked: {:?} takes all its numbers", earlier.name);
                warnings.push(Fault::new(format!("{at}.rewrite[{index}]"), message));
            }
        }
    }

    /// Rules whose numbers others decide about already, and rules that allow what none refuses.
    fn idle_screens(&self, at: &str, warnings: &mut Vec<Fault>) {
        for (index, screen) in self.screen.iter().enumerate() {
            let mut warn = |message: String| {
                warnings.push(Fault::new(format!("{at}.screen[{index}]"), message));
            };
            let others = self.screen.iter().filter(|other| is_alike(screen, other));
            let refuses = |other: &ScreenConfig| other.action == Action::Refuse;
            if screen.action == Action::Allow && !others.into_iter().any(refuses) {
                warn("has no effect: no other rule refuses such numbers".into());
            }
            let mut earlier = self.screen[..index].iter();
            let shared = earlier.find(|earlier| {
                is_alike(screen, earlier)
                    && (lists(screen).zip(lists(earlier)))
                        .is_some_and(|(own, other)| own.shares(&other))
            });
            if let Some(earlier) = shared {
                let message = format!("{:?} decides about a number of it already", earlier.name);
                warn(message);
            }
        }
    }
}

/// Whether both rules are about the same number of a call.
fn is_alike(one: &ScreenConfig, other: &ScreenConfig) -> bool {
    matches!(
        (one.source(), other.source()),
        (Ok(Source::Called(_)), Ok(Source::Called(_)))
            | (Ok(Source::Calling(_)), Ok(Source::Calling(_)))
    )
}

/// The numbers of a rule that stand in the configuration.
fn lists(screen: &ScreenConfig) -> Option<NumberList> {
    match screen.source().ok()? {
        Source::Called(Numbers::Here(list)) | Source::Calling(Numbers::Here(list)) => Some(list),
        _ => None,
    }
}

impl ScreenConfig {
    fn faults(&self, fault: &mut impl FnMut(&str, String)) {
        match self.source() {
            Err((key, message)) => fault(key, message),
            Ok(Source::Callers(_)) if self.action == Action::Allow => {
                fault("action", "callers can only be refused".into());
            }
            Ok(_) => {}
        }
        if self.action == Action::Allow && (self.cause.is_some() || self.status.is_some()) {
            fault(
                "action",
                "a call that is let through has no cause or status".into(),
            );
        }
        if let Some(cause) = self.cause.filter(|cause| !(1..=127).contains(cause)) {
            fault("cause", format!("{cause}, expected 1 to 127"));
        }
        if let Some(status) = self.status.filter(|status| !FAILURES.contains(status)) {
            fault("status", format!("{status}, expected 300 to 699"));
        }
    }
}
