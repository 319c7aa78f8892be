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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{Configuration, parse};

    const EXAMPLE: &str = include_str!("../../../config/gateway.toml");

    /// The example with a policy of these lines.
    fn with_policy(lines: &str) -> Result<Config, String> {
        let text = format!("{EXAMPLE}\n[[policy]]\nname = \"p\"\n{lines}\n");
        parse(Path::new("gateway.toml"), &text).map_err(|error| error.to_string())
    }

    #[test]
    fn what_cannot_work_is_named() {
        for (lines, expected) in [
            ("", "policy[0].name: expected the trunk or the peer"),
            (
                "trunk = []",
                "policy[0].name: expected the trunk or the peer",
            ),
            (
                "trunk = \"psnt\"",
                "policy[0].trunk: there is no [[trunk]] \"psnt\", expected \"pstn\"",
            ),
            (
                "peer = [\"pbx\"]",
                "policy[0].peer: there is no [[sip.peer]] \"pbx\", expected \"sip\"",
            ),
            (
                "peer = \"sip\"\n[[policy]]\nname = \"p\"\npeer = \"sip\"",
                "policy[1].name: \"p\" is the name",
            ),
            (
                "peer = \"sip\"\nburst = 2",
                "policy[0].burst: needs calls_per_s",
            ),
            (
                "peer = \"sip\"\nburst = 0\ncalls_per_s = 1.0",
                "policy[0].burst: 0, expected 1 or more",
            ),
            (
                "peer = \"sip\"\ncalls_per_s = 0.0",
                "policy[0].calls_per_s: 0, expected 0.001 to 10000",
            ),
            (
                "peer = \"sip\"\ncalls_per_s = nan",
                "policy[0].calls_per_s: NaN, expected",
            ),
            (
                "peer = \"sip\"\ncaller = {}",
                "policy[0].caller: expected a number",
            ),
            (
                "peer = \"sip\"\nscreen = [{ name = \"a\" }]",
                "screen[0].name: expected one of called",
            ),
            (
                "peer = \"sip\"\nscreen = [{ name = \"a\", called = [\"49\"], callers = \"withheld\" }]",
                "screen[0].name: expected one of called",
            ),
            (
                "peer = \"sip\"\nscreen = [{ name = \"a\", called = [\"0900\"] }]",
                "screen[0].called: no country code",
            ),
            (
                "peer = \"sip\"\nscreen = [{ name = \"a\", called = [\"4912345678901234\"] }]",
                "screen[0].called: 16 digits",
            ),
            (
                "peer = \"sip\"\nscreen = [{ name = \"a\", callers = \"withheld\", action = \"allow\" }]",
                "screen[0].action: callers can only be refused",
            ),
            (
                "peer = \"sip\"\nscreen = [{ name = \"a\", called = [\"49\"], action = \"allow\", cause = 21 }]",
                "screen[0].action: a call that is let through",
            ),
            (
                "peer = \"sip\"\nscreen = [{ name = \"a\", called = [\"49\"], cause = 0, status = 200 }]",
                "screen[0].cause: 0, expected 1 to 127",
            ),
            (
                "peer = \"sip\"\nscreen = [{ name = \"a\", called = [\"49\"], status = 200 }]",
                "screen[0].status: 200, expected 300 to 699",
            ),
            (
                "peer = \"sip\"\nscreen = [{ name = \"a\", called = [\"49\"] }]\nrewrite = [{ name = \"a\", add = \"1\" }]",
                "rewrite[0].name: \"a\" is another rule's",
            ),
            (
                "peer = \"sip\"\nrewrite = [{ name = \"a\", prefix = \"49\" }]",
                "rewrite[0].name: expected strip, add, set_nature or set_plan",
            ),
        ] {
            let said = with_policy(lines).unwrap_err();
            assert!(said.contains(expected), "{lines}: {said}");
        }
    }

    #[test]
    fn what_has_no_effect_is_a_warning() {
        for (lines, expected) in [
            (
                "rewrite = [{ name = \"a\", prefix = \"49\", strip = 2 }, { name = \"b\", prefix = \"497\", add = \"0\" }]",
                Some((
                    "policy[0].rewrite[1]",
                    "is never asked: \"a\" takes all its numbers",
                )),
            ),
            (
                "rewrite = [{ name = \"a\", strip = 2 }, { name = \"b\", number = \"calling\", strip = 2 }]",
                None,
            ),
            (
                "screen = [{ name = \"a\", called = [\"49\"], action = \"allow\" }, { name = \"b\", calling = [\"49\"] }]",
                Some((
                    "policy[0].screen[0]",
                    "has no effect: no other rule refuses such numbers",
                )),
            ),
            (
                "screen = [{ name = \"a\", called = [\"491\", \"492\"] }, { name = \"b\", called = [\"492\"], action = \"allow\" }]",
                Some((
                    "policy[0].screen[1]",
                    "\"a\" decides about a number of it already",
                )),
            ),
            (
                "screen = [{ name = \"a\", called = [\"49\"] }, { name = \"b\", called = [\"491\"], action = \"allow\" }]",
                None,
            ),
        ] {
            let config = with_policy(&format!("peer = \"sip\"\n{lines}")).unwrap();
            let said: Vec<Fault> = config.warnings();
            let said: Vec<_> = said
                .iter()
                .map(|fault| (&*fault.key, &*fault.message))
                .collect();
            let expected: Vec<_> = expected.into_iter().collect();
            assert_eq!(said, expected, "{lines}");
        }
    }
}
