//! The PSTN switch's configuration file.

use std::collections::HashSet;
use std::time::Duration;

use codecs::isup::{Cause, Location, Presentation};
use protocols::isup::GroupId;
use serde::Deserialize;

use super::call::{Order, Subscriber};
use super::settings::Settings;
use crate::config::network::{Network, NumberingConfig, SpanConfig};
use crate::config::{
    AdminConfig, Configuration, Fault, IsupConfig, StateConfig, TrunkConfig, no_such,
};
use crate::party::{ConversationConfig, NotPlaced, Number, Takes};
use crate::ss7;

/// `program = "pstn"`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the exchange stands in the world's numbering.
    pub numbering: NumberingConfig,
    /// Our point code and our associations.
    pub ss7: ss7::Config,
    /// Trunk groups.
    #[serde(default)]
    pub trunk: Vec<TrunkConfig>,
    /// What holds for the circuits of all of them.
    #[serde(default)]
    pub isup: IsupConfig,
    /// Spans that carry their voice.
    #[serde(default)]
    pub span: Vec<SpanConfig>,
    /// Who can be called here.
    #[serde(default)]
    pub subscriber: Vec<SubscriberConfig>,
    /// The HTTP port for operators and metrics.
    pub admin: Option<AdminConfig>,
    /// What outlives the program.
    pub state: Option<StateConfig>,
    /// Calls that are placed by themselves.
    #[serde(default)]
    pub call: Vec<CallConfig>,
}

/// `[[subscriber]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubscriberConfig {
    number: Number,
    #[serde(default)]
    takes: Takes,
    #[serde(default)]
    ring_ms: u64,
    #[serde(default)]
    conversation: ConversationConfig,
}

/// `[[call]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallConfig {
    /// Its name in the report.
    pub name: Option<String>,
    /// The trunk group by name; the first one if none is named.
    pub trunk: Option<String>,
    /// Who is called.
    pub called: Number,
    /// Who calls.
    pub calling: Option<Number>,
    #[serde(default)]
    presentation: PresentationConfig,
    /// When, counted from the moment the trunk group is in service.
    #[serde(default)]
    pub after_ms: u64,
    /// When the caller gives up if nobody answers.
    pub give_up_after_ms: Option<u64>,
    /// What follows the answer.
    #[serde(default)]
    pub conversation: ConversationConfig,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum PresentationConfig {
    #[default]
    Allowed,
    Restricted,
}

impl Config {
    fn network(&self) -> Network<'_> {
        Network {
            numbering: &self.numbering,
            ss7: &self.ss7,
            trunk: &self.trunk,
            span: &self.span,
            isup: &self.isup,
        }
    }

    /// What the switch is told.
    pub fn settings(&self) -> Settings {
        let subscribers = self.subscriber.iter();
        Settings {
            numbering: self.numbering.area(),
            circuits: self.network().circuits(Location::PUBLIC_LOCAL),
            timeslots: self.trunk.iter().map(TrunkConfig::ranges).collect(),
            subscribers: subscribers
                .map(|who| (who.number.0, who.subscriber()))
                .collect(),
        }
    }

    /// What the switch is asked to do for a call of this configuration.
    ///
    /// # Errors
    /// [`NotPlaced::NoSuch`]: there is no trunk of that name, or none at all.
    pub fn order(&self, call: &CallConfig) -> Result<Order, NotPlaced> {
        let named =
            |trunk: &TrunkConfig| call.trunk.as_ref().is_none_or(|name| *name == trunk.name);
        let group = self
            .trunk
            .iter()
            .position(named)
            .and_then(|at| u16::try_from(at).ok());
        Ok(Order {
            name: call.name.clone(),
            group: group.map(GroupId).ok_or(NotPlaced::NoSuch("trunk"))?,
            calling: call.calling.map(|number| number.0),
            presentation: match call.presentation {
                PresentationConfig::Allowed => Presentation::ALLOWED,
                PresentationConfig::Restricted => Presentation::RESTRICTED,
            },
            called: call.called.0,
            give_up_after: call.give_up_after_ms.map(Duration::from_millis),
            conversation: call.conversation.conversation(),
        })
    }
}

impl SubscriberConfig {
    fn subscriber(&self) -> Subscriber {
        Subscriber {
            answer: self.takes.answer(self.ring_ms, Cause::CALL_REJECTED),
            conversation: self.conversation.conversation(),
        }
    }
}

impl Configuration for Config {
    const PROGRAM: &'static str = "pstn";

    fn faults(&self) -> Vec<Fault> {
        let mut faults = self.network().faults();
        self.trunk_faults(&mut faults);
        self.party_faults(&mut faults);
        faults
    }

    fn file_faults(&self) -> Vec<Fault> {
        let state = self.state.as_ref();
        state.and_then(StateConfig::fault).into_iter().collect()
    }

    fn warnings(&self) -> Vec<Fault> {
        let mut warnings = self.network().warnings();
        warnings.extend(self.ss7.warnings());
        warnings
    }
}

impl Config {
    /// Keys of trunks that only a gateway acts on.
    fn trunk_faults(&self, faults: &mut Vec<Fault>) {
        for (index, trunk) in self.trunk.iter().enumerate() {
            let keys = [
                (trunk.ask_who_calls, "ask_who_calls"),
                (trunk.return_calls, "return_calls"),
            ];
            for (_, key) in keys.into_iter().filter(|(set, _)| *set) {
                let key = format!("trunk[{index}].{key}");
                faults.push(Fault::new(key, "only a gateway does so"));
            }
        }
    }

    fn party_faults(&self, faults: &mut Vec<Fault>) {
        let mut numbers = HashSet::new();
        for (index, subscriber) in self.subscriber.iter().enumerate() {
            let key = format!("subscriber[{index}]");
            if !numbers.insert(subscriber.number.0) {
                let message = format!("{} is already a subscriber", subscriber.number.0);
                faults.push(Fault::new(format!("{key}.number"), message));
            }
            faults.extend(subscriber.conversation.faults(&key));
        }
        for (index, call) in self.call.iter().enumerate() {
            let key = format!("call[{index}]");
            if self.order(call).is_err() {
                let known = self.trunk.iter().map(|trunk| &trunk.name);
                let message = match &call.trunk {
                    Some(name) => no_such("trunk", name, known),
                    None => "expected a [[trunk]] for it".into(),
                };
                faults.push(Fault::new(format!("{key}.trunk"), message));
            }
            faults.extend(call.conversation.faults(&key));
        }
    }
}
