//! `[[policy]]`: what holds for the calls of trunk groups and SIP peers.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use codecs::isup::{Cause, Presentation};
use codecs::number::{Digits, NatureOfAddress, NumberingPlan};
use protocols::isup::GroupId;
use routing::{NumberList, Rewrite};
use serde::Deserialize;

use super::interworking::GlobalNumber;
use super::{Config, Names};
use crate::config::decimal;
use crate::exchange::policy::{
    CallerLine, Callers, ListId, Neighbour, Number, NumberRule, Policies, Policy, Rate, Screen,
    Subject, Verdict, Way, When,
};
use crate::exchange::settings::Sip;

/// `[[policy]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyConfig {
    pub(super) name: String,
    pub(super) trunk: Option<Names>,
    pub(super) peer: Option<Names>,
    direction: Option<Way>,
    max_calls: Option<u32>,
    pub(super) calls_per_s: Option<f64>,
    pub(super) burst: Option<u32>,
    #[serde(default)]
    pub(super) screen: Vec<ScreenConfig>,
    pub(super) caller: Option<CallerConfig>,
    #[serde(default)]
    pub(super) rewrite: Vec<RewriteConfig>,
}

/// `[[policy.screen]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScreenConfig {
    pub(super) name: String,
    called: Option<Vec<Beginning>>,
    calling: Option<Vec<Beginning>>,
    called_file: Option<PathBuf>,
    calling_file: Option<PathBuf>,
    callers: Option<Callers>,
    #[serde(default)]
    pub(super) action: Action,
    pub(super) cause: Option<u8>,
    pub(super) status: Option<u16>,
}

/// The beginning of global numbers.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
struct Beginning(#[serde(deserialize_with = "decimal")] Digits);

/// What becomes of a call that a rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Action {
    #[default]
    Refuse,
    Allow,
}

/// `[policy.caller]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CallerConfig {
    pub(super) number: Option<GlobalNumber>,
    #[serde(default)]
    when: When,
    pub(super) presentation: Option<PresentationConfig>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum PresentationConfig {
    Allowed,
    Restricted,
}

/// `[[policy.rewrite]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RewriteConfig {
    pub(super) name: String,
    #[serde(default)]
    pub(super) number: Number,
    nature: Option<NatureConfig>,
    #[serde(default, deserialize_with = "decimal")]
    prefix: Digits,
    #[serde(default)]
    strip: u8,
    #[serde(default, deserialize_with = "decimal")]
    add: Digits,
    set_nature: Option<NatureConfig>,
    set_plan: Option<PlanConfig>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum NatureConfig {
    Subscriber,
    Unknown,
    National,
    International,
    NetworkSpecific,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum PlanConfig {
    E164,
    X121,
    F69,
    Private,
}

/// Where the numbers of a rule are.
pub(super) enum Source<'c> {
    Called(Numbers<'c>),
    Calling(Numbers<'c>),
    Callers(Callers),
}

/// The numbers of a rule: in the configuration, or in a file.
pub(super) enum Numbers<'c> {
    Here(NumberList),
    File(&'c PathBuf, &'static str),
}

impl ScreenConfig {
    /// For which calls it is.
    ///
    /// # Errors
    /// What is wrong, and with which key.
    pub(super) fn source(&self) -> Result<Source<'_>, (&'static str, String)> {
        let here = |key: &'static str, beginnings: &[Beginning]| {
            let beginnings: Vec<Digits> = beginnings.iter().map(|beginning| beginning.0).collect();
            if beginnings
                .iter()
                .any(|digits| digits.signals().next() == Some(0))
            {
                return Err((key, "no country code begins with 0".to_owned()));
            }
            let list = NumberList::of_beginnings(&beginnings);
            list.map(Numbers::Here)
                .map_err(|error| (key, error.to_string()))
        };
        let Self {
            called,
            calling,
            called_file,
            calling_file,
            callers,
            ..
        } = self;
        match (called, calling, called_file, calling_file, callers) {
            (Some(called), None, None, None, None) => here("called", called).map(Source::Called),
            (None, Some(calling), None, None, None) => {
                here("calling", calling).map(Source::Calling)
            }
            (None, None, Some(file), None, None) => {
                Ok(Source::Called(Numbers::File(file, "called_file")))
            }
            (None, None, None, Some(file), None) => {
                Ok(Source::Calling(Numbers::File(file, "calling_file")))
            }
            (None, None, None, None, Some(callers)) => Ok(Source::Callers(*callers)),
            _ => {
                let keys = "called, calling, called_file, calling_file, callers";
                Err(("name", format!("expected one of {keys}, and no two")))
            }
        }
    }

    fn verdict(&self, usual: Verdict) -> Verdict {
        match (self.action, usual) {
            (Action::Refuse, Verdict::Refuse { cause, status }) => {
                let own = self.cause.and_then(|cause| Cause::try_from(cause).ok());
                Verdict::Refuse {
                    cause: own.unwrap_or(cause),
                    status: self.status.unwrap_or(status),
                }
            }
            (Action::Allow, _) | (_, Verdict::Allow) => Verdict::Allow,
        }
    }
}

impl RewriteConfig {
    pub(super) fn rewrite(&self) -> Rewrite {
        Rewrite {
            nature: self.nature.map(NatureConfig::nature),
            prefix: self.prefix,
            strip: self.strip.into(),
            add: self.add,
            set_nature: self.set_nature.map(NatureConfig::nature),
            set_plan: self.set_plan.map(PlanConfig::plan),
        }
    }
}

impl NatureConfig {
    fn nature(self) -> NatureOfAddress {
        match self {
            Self::Subscriber => NatureOfAddress::SUBSCRIBER,
            Self::Unknown => NatureOfAddress::UNKNOWN,
            Self::National => NatureOfAddress::NATIONAL,
            Self::International => NatureOfAddress::INTERNATIONAL,
            Self::NetworkSpecific => NatureOfAddress::NETWORK_SPECIFIC,
        }
    }
}

impl PlanConfig {
    fn plan(self) -> NumberingPlan {
        match self {
            Self::E164 => NumberingPlan::E164,
            Self::X121 => NumberingPlan::X121,
            Self::F69 => NumberingPlan::F69,
            Self::Private => NumberingPlan::PRIVATE,
        }
    }
}

impl CallerConfig {
    fn line(&self) -> CallerLine {
        CallerLine {
            number: self.number.as_ref().map(|number| number.0),
            when: self.when,
            presentation: self.presentation.map(|presentation| match presentation {
                PresentationConfig::Allowed => Presentation::ALLOWED,
                PresentationConfig::Restricted => Presentation::RESTRICTED,
            }),
        }
    }
}

impl PolicyConfig {
    pub(super) fn names(names: &Option<Names>) -> &[String] {
        names.as_ref().map_or(&[], Names::as_slice)
    }

    /// Its rate, where it has a sound one.
    fn rate(&self) -> Option<Rate> {
        let per_second = self.calls_per_s?;
        let interval = Duration::try_from_secs_f64(per_second.recip()).ok()?;
        // Without a word about it, what a second may have may come at once.
        let usual = Duration::from_secs(1).as_nanos() / interval.as_nanos().max(1);
        let usual = u32::try_from(usual).unwrap_or(u32::MAX).max(1);
        Some(Rate {
            interval,
            burst: self.burst.unwrap_or(usual),
        })
    }
}

impl Config {
    /// The policies, with the lists of numbers that stand in the configuration; those of files are
    /// empty.
    pub(super) fn policies(&self, sip: &Sip) -> Policies {
        let mut policies = Policies::default();
        for config in &self.policy {
            let screens = config.screen.iter();
            let screens = screens.filter_map(|screen| self.screen(config, screen, &mut policies));
            let screens = screens.collect();
            let rewrites = config.rewrite.iter().map(|rule| NumberRule {
                name: full_name(config, &rule.name),
                number: rule.number,
                rewrite: rule.rewrite(),
            });
            policies.policies.push(Policy {
                name: config.name.as_str().into(),
                neighbours: self.neighbours(config, sip),
                way: config.direction,
                rewrites: rewrites.collect(),
                screens,
                caller: config.caller.as_ref().map(CallerConfig::line),
                calls: config.max_calls,
                rate: config.rate(),
            });
        }
        policies
    }

    fn screen(
        &self,
        config: &PolicyConfig,
        screen: &ScreenConfig,
        policies: &mut Policies,
    ) -> Option<Screen> {
        let mut list = |numbers| {
            let list = match numbers {
                Numbers::Here(list) => list,
                Numbers::File(..) => NumberList::default(),
            };
            policies.lists.push(Arc::new(list));
            ListId(policies.lists.len() - 1)
        };
        let (subject, usual) = match screen.source().ok()? {
            Source::Called(numbers) => (Subject::Called(list(numbers)), Verdict::REFUSE),
            Source::Calling(numbers) => (Subject::Calling(list(numbers)), Verdict::REFUSE),
            Source::Callers(callers) => (Subject::Callers(callers), callers.refusal()),
        };
        Some(Screen {
            name: full_name(config, &screen.name),
            subject,
            verdict: screen.verdict(usual),
        })
    }

    /// All lists of numbers, in the order of [`Policies::lists`], each with its key in the
    /// configuration; `read` reads a file.
    pub(in crate::gateway) fn lists(
        &self,
        read: impl Fn(&Path) -> Result<NumberList, String>,
    ) -> Vec<(String, Result<NumberList, String>)> {
        let mut lists = Vec::new();
        for (policy, config) in self.policy.iter().enumerate() {
            for (screen, config) in config.screen.iter().enumerate() {
                let Ok(Source::Called(numbers) | Source::Calling(numbers)) = config.source() else {
                    continue;
                };
                lists.push(match numbers {
                    Numbers::Here(list) => (String::new(), Ok(list)),
                    Numbers::File(file, key) => (
                        format!("policy[{policy}].screen[{screen}].{key}"),
                        read(file),
                    ),
                });
            }
        }
        lists
    }

    /// Whether a rule looks into a file.
    pub(in crate::gateway) fn has_list_files(&self) -> bool {
        let mut screens = self.policy.iter().flat_map(|policy| &policy.screen);
        screens.any(|screen| screen.called_file.is_some() || screen.calling_file.is_some())
    }

    /// Those of its neighbours that there are.
    fn neighbours(&self, config: &PolicyConfig, sip: &Sip) -> Vec<Neighbour> {
        let group = |name: &String| {
            let index = self.trunk.iter().position(|trunk| trunk.name == *name)?;
            u16::try_from(index).ok().map(GroupId)
        };
        let trunks = PolicyConfig::names(&config.trunk).iter();
        let peers = PolicyConfig::names(&config.peer).iter();
        let trunks = trunks.filter_map(group).map(Neighbour::Trunk);
        let peers = peers.filter_map(|name| sip.named(name));
        trunks.chain(peers.map(Neighbour::Peer)).collect()
    }
}

fn full_name(policy: &PolicyConfig, rule: &str) -> Arc<str> {
    format!("{}/{rule}", policy.name).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse;

    #[test]
    fn a_policy_says_what_its_keys_say() {
        let policy = r#"
            [[policy]]
            name = "south"
            trunk = "pstn"
            peer = "sip"
            direction = "out"
            calls_per_s = 2.5
            rewrite = [{ name = "plan", nature = "network-specific", set_plan = "private" }]
            screen = [
                { name = "list", called = ["49900"], cause = 55 },
                { name = "anonymous", callers = "withheld" },
            ]
            caller = { presentation = "restricted" }
        "#;
        let text = include_str!("../../../config/gateway.toml").to_owned() + policy;
        let config: Config = parse(Path::new("gateway.toml"), &text).unwrap();
        let policies = config.settings().unwrap().policies;
        let [policy] = policies.policies.as_slice() else {
            panic!("{policies:?}");
        };
        let neighbours = [Neighbour::Trunk(GroupId(0)), Neighbour::Peer(Sip::UNNAMED)];
        assert_eq!(policy.neighbours, neighbours);
        assert_eq!((policy.way, policy.calls), (Some(Way::Out), None));
        let interval = Duration::from_millis(400);
        assert_eq!(policy.rate, Some(Rate { interval, burst: 2 }));
        let rewrite = &policy.rewrites[0];
        assert_eq!(&*rewrite.name, "south/plan");
        assert_eq!(
            rewrite.rewrite.nature,
            Some(NatureOfAddress::NETWORK_SPECIFIC)
        );
        assert_eq!(rewrite.rewrite.set_plan, Some(NumberingPlan::PRIVATE));
        let verdicts: Vec<_> = policy.screens.iter().map(|screen| screen.verdict).collect();
        let refuse = |cause, status| Verdict::Refuse {
            cause: Cause::try_from(cause).unwrap(),
            status,
        };
        assert_eq!(verdicts, [refuse(55, 403), refuse(24, 433)]);
        assert_eq!(policies.lists.len(), 1);
        let caller = policy.caller.unwrap();
        assert_eq!(
            (caller.number, caller.presentation),
            (None, Some(Presentation::RESTRICTED))
        );
    }
}
