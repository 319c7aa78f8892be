//! The PSTN switch's configuration file.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::Duration;

use codecs::isup::{Location, Presentation};
use codecs::mtp::PointCode;
use codecs::number::Digits;
use media::Law;
use protocols::isup::{self, Control, GroupId, Hunting, Timers};
use routing::{E164, NumberingArea};
use serde::Deserialize;

use super::call::{Answer, Conversation, Order, Pitch, Subscriber};
use super::control::NotPlaced;
use super::settings::{CircuitRange, Settings};
use crate::config::{Configuration, Fault, from_text};
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
    /// Spans that carry their voice.
    #[serde(default)]
    pub span: Vec<SpanConfig>,
    /// Who can be called here.
    #[serde(default)]
    pub subscriber: Vec<SubscriberConfig>,
    /// Calls that are placed by themselves.
    #[serde(default)]
    pub call: Vec<CallConfig>,
}

/// `[numbering]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberingConfig {
    #[serde(deserialize_with = "from_text")]
    country_code: Digits,
    #[serde(default, deserialize_with = "from_text")]
    area_code: Digits,
    #[serde(default, deserialize_with = "from_text")]
    international_prefix: Digits,
    #[serde(default, deserialize_with = "from_text")]
    national_prefix: Digits,
}

/// `[[trunk]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrunkConfig {
    /// Its name.
    pub name: String,
    /// The exchange at the other end.
    #[serde(deserialize_with = "from_text")]
    pub point_code: PointCode,
    /// Its circuits.
    pub circuits: Vec<CircuitsConfig>,
}

/// One range of a trunk's `circuits`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CircuitsConfig {
    first_cic: u16,
    last_cic: u16,
    span: u16,
    first_timeslot: u8,
}

/// `[[span]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpanConfig {
    /// Its number, as circuits name it.
    pub id: u16,
    /// Our UDP address.
    pub local: SocketAddr,
    /// The far end's UDP address.
    pub remote: SocketAddr,
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Takes {
    #[default]
    Answer,
    Reject,
    Busy,
    Never,
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

/// `conversation`: what a party does once a call is answered.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationConfig {
    tone_hz: Option<u16>,
    expect_hz: Option<u16>,
    #[serde(default)]
    expect_law: LawConfig,
    hang_up_after_ms: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum LawConfig {
    #[default]
    A,
    Mu,
}

/// A global number: `+`, country code, and so on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Number(#[serde(deserialize_with = "from_text")] pub E164);

impl Config {
    /// What the switch is told.
    pub fn settings(&self) -> Settings {
        let subscribers = self.subscriber.iter();
        let ranges =
            |trunk: &TrunkConfig| trunk.circuits.iter().map(CircuitsConfig::range).collect();
        Settings {
            numbering: self.numbering.area(),
            circuits: isup::Config {
                groups: self.trunk.iter().map(|trunk| self.group(trunk)).collect(),
                location: Location::PUBLIC_LOCAL,
                ..isup::Config::default()
            },
            timeslots: self.trunk.iter().map(ranges).collect(),
            subscribers: subscribers
                .map(|who| (who.number.0, who.subscriber()))
                .collect(),
        }
    }

    /// What the switch is asked to do for a call of this configuration.
    ///
    /// # Errors
    /// [`NotPlaced::NoTrunk`]: there is no trunk of that name, or none at all.
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
            group: group.map(GroupId).ok_or(NotPlaced::NoTrunk)?,
            calling: call.calling.map(|number| number.0),
            presentation: match call.presentation {
                PresentationConfig::Allowed => Presentation::ALLOWED,
                PresentationConfig::Restricted => Presentation::RESTRICTED,
            },
            called: call.called.0,
            conversation: call.conversation.conversation(),
        })
    }

    fn group(&self, trunk: &TrunkConfig) -> isup::Group {
        isup::Group {
            name: trunk.name.clone(),
            local: self.ss7.point_code,
            remote: trunk.point_code,
            network: self.ss7.network_indicator,
            cics: trunk
                .circuits
                .iter()
                .map(|range| range.first_cic..=range.last_cic)
                .collect(),
            control: Control::default(),
            hunting: Hunting::default(),
            timers: Timers::default(),
        }
    }
}

impl NumberingConfig {
    fn area(&self) -> NumberingArea {
        NumberingArea {
            country_code: self.country_code,
            area_code: Some(self.area_code).filter(|code| !code.is_empty()),
            international_prefix: self.international_prefix,
            national_prefix: self.national_prefix,
        }
    }
}

impl CircuitsConfig {
    fn range(&self) -> CircuitRange {
        CircuitRange {
            cics: self.first_cic..=self.last_cic,
            span: self.span,
            first_timeslot: self.first_timeslot,
        }
    }

    /// Each circuit's timeslot.
    fn timeslots(&self) -> impl Iterator<Item = (u16, u32)> + '_ {
        let circuits = u32::from(self.last_cic.saturating_sub(self.first_cic));
        let first = u32::from(self.first_timeslot);
        (first..=first + circuits).map(|slot| (self.span, slot))
    }
}

impl SubscriberConfig {
    fn subscriber(&self) -> Subscriber {
        let ring = Duration::from_millis(self.ring_ms);
        Subscriber {
            answer: match self.takes {
                Takes::Answer => Answer::After(ring),
                Takes::Reject => Answer::RejectAfter(ring),
                Takes::Busy => Answer::Busy,
                Takes::Never => Answer::Never,
            },
            conversation: self.conversation.conversation(),
        }
    }
}

impl ConversationConfig {
    /// What the party is told.
    pub(crate) fn conversation(&self) -> Conversation {
        let law = match self.expect_law {
            LawConfig::A => Law::A,
            LawConfig::Mu => Law::Mu,
        };
        Conversation {
            says: self.tone_hz,
            expects: self.expect_hz.map(|hertz| Pitch { hertz, law }),
            hang_up_after: self.hang_up_after_ms.map(Duration::from_millis),
        }
    }

    /// A frequency nobody could hear; `key` is the party's.
    pub(crate) fn fault(&self, key: &str) -> Option<Fault> {
        let tones = [("tone_hz", self.tone_hz), ("expect_hz", self.expect_hz)];
        let faulty = |&(_, hertz): &(&str, Option<u16>)| {
            hertz.is_some_and(|hertz| !(300..=3400).contains(&hertz))
        };
        let (name, _) = tones.into_iter().find(faulty)?;
        let key = format!("{key}.conversation.{name}");
        Some(Fault::new(
            key,
            "expected a frequency of the telephone band, 300 to 3400",
        ))
    }
}

impl Configuration for Config {
    const PROGRAM: &'static str = "pstn";

    fn faults(&self) -> Vec<Fault> {
        let mut faults = self.ss7.faults();
        if !(1..=3).contains(&self.numbering.country_code.len()) {
            faults.push(Fault::new(
                "numbering.country_code",
                "expected 1 to 3 digits (E.164)",
            ));
        }
        self.span_faults(&mut faults);
        self.trunk_faults(&mut faults);
        self.party_faults(&mut faults);
        faults
    }
}

impl Config {
    fn span_faults(&self, faults: &mut Vec<Fault>) {
        let mut spans = HashSet::new();
        for (index, span) in self.span.iter().enumerate() {
            if !spans.insert(span.id) {
                let message = format!("{} is already the id of another span", span.id);
                faults.push(Fault::new(format!("span[{index}].id"), message));
            }
        }
    }

    fn trunk_faults(&self, faults: &mut Vec<Fault>) {
        let spans: HashSet<u16> = self.span.iter().map(|span| span.id).collect();
        let (mut names, mut circuits, mut timeslots) =
            (HashSet::new(), HashSet::new(), HashSet::new());
        for (index, trunk) in self.trunk.iter().enumerate() {
            if !names.insert(&trunk.name) {
                let message = format!("{:?} is already the name of another trunk", trunk.name);
                faults.push(Fault::new(format!("trunk[{index}].name"), message));
            }
            for (range_index, range) in trunk.circuits.iter().enumerate() {
                let mut cics = range.first_cic..=range.last_cic;
                let message = if cics.is_empty() || range.last_cic > 4095 {
                    "expected first_cic <= last_cic <= 4095 (Q.763 §1.2)".into()
                } else if range.timeslots().any(|(_, slot)| !(1..=31).contains(&slot)) {
                    "expected circuits on timeslots 1 to 31".into()
                } else if !spans.contains(&range.span) {
                    format!("there is no [[span]] with id {}", range.span)
                } else if !cics.all(|cic| circuits.insert((trunk.point_code, cic))) {
                    "a circuit is listed twice towards the same exchange".into()
                } else if !range.timeslots().all(|timeslot| timeslots.insert(timeslot)) {
                    "a timeslot carries another circuit already".into()
                } else {
                    continue;
                };
                let key = format!("trunk[{index}].circuits[{range_index}]");
                faults.push(Fault::new(key, message));
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
            faults.extend(subscriber.conversation.fault(&key));
        }
        for (index, call) in self.call.iter().enumerate() {
            let key = format!("call[{index}]");
            if self.order(call).is_err() {
                let message = "expected the name of a [[trunk]]";
                faults.push(Fault::new(format!("{key}.trunk"), message));
            }
            faults.extend(call.conversation.fault(&key));
        }
    }
}
