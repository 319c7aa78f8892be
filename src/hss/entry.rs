//! `[[subscriber]]`: what one may say, and what it means.

use std::collections::BTreeMap;

use codecs::map::{AddressString, ErrorCode, ForwardingOptions, HostName, Imsi};
use codecs::number::Digits;
use routing::E164;
use serde::Deserialize;

use super::config::Text;
use super::subscribers::{CircuitSwitched, Icscf, State, Subscriber};
use crate::config::{Fault, no_such};

/// `[[subscriber]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubscriberConfig {
    pub(super) msisdn: Option<Text<E164>>,
    imsi: Option<Text<Digits>>,
    state: Option<StateConfig>,
    icscf: Option<Text<HostName>>,
    icscf_set: Option<String>,
    roaming_number: Option<Text<E164>>,
    forwarded_to: Option<Text<E164>>,
    reason: Option<ReasonConfig>,
    error: Option<u8>,
    #[serde(default)]
    pub(super) identities: Vec<String>,
    scscf: Option<String>,
    #[serde(default = "yes")]
    registered: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum StateConfig {
    Ims,
    Gsm,
    Forwarded,
    Absent,
    Barred,
    Error,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ReasonConfig {
    NotReachable,
    Busy,
    NoReply,
    Unconditional,
}

/// A value written as text in the file.
impl SubscriberConfig {
    /// What it means, or the first thing that is wrong with it.
    pub(super) fn read(
        &self,
        index: usize,
        sets: &BTreeMap<String, usize>,
    ) -> Result<Subscriber, Fault> {
        let fault = |key: &str, message: &str| {
            Err(Fault::new(format!("subscriber[{index}].{key}"), message))
        };
        let wrong = |text: &&String| !(text.starts_with("sip:") || text.starts_with("tel:"));
        if let Some(identity) = self.identities.iter().find(wrong) {
            return fault(
                "identities",
                &format!("{identity:?} is no public identity: expected a sip: or tel: URI"),
            );
        }
        if let Some(identity) = self.identities.iter().find(|text| is_no_number(text)) {
            let message = format!("{identity:?} is no number: expected tel:+ and digits");
            return fault("identities", &message);
        }
        if self.scscf.iter().any(|uri| !uri.starts_with("sip:")) {
            return fault("scscf", "expected a sip: URI");
        }
        let circuit_switched = match (self.msisdn, self.state) {
            (None, None) => None,
            (None, Some(_)) => {
                return fault(
                    "state",
                    "a state without msisdn; expected the number called",
                );
            }
            (Some(_), None) => return fault("msisdn", "a number without state; expected one"),
            (Some(Text(msisdn)), Some(state)) => {
                let Some(Text(imsi)) = self.imsi else {
                    return fault("imsi", "expected one, of 5 to 15 digits");
                };
                let Ok(imsi) = Imsi::new(imsi) else {
                    return fault("imsi", &format!("\"{imsi}\", expected 5 to 15 digits"));
                };
                if let Some((key, _)) = self.unfit(state).into_iter().find(|(_, unfit)| *unfit) {
                    return fault(key, "has no meaning in this state");
                }
                match self.state(state, sets) {
                    Ok(state) => Some(CircuitSwitched {
                        msisdn: *msisdn.digits(),
                        imsi,
                        state,
                    }),
                    Err((key, message)) => return fault(key, &message),
                }
            }
        };
        Ok(Subscriber {
            circuit_switched,
            identities: self.identities.clone(),
            scscf: self.scscf.clone().filter(|_| self.registered),
        })
    }

    /// Keys that say something a state has no use for.
    fn unfit(&self, state: StateConfig) -> [(&'static str, bool); 6] {
        use StateConfig::{Error, Forwarded, Gsm, Ims};
        [
            ("icscf", self.icscf.is_some() && state != Ims),
            ("icscf_set", self.icscf_set.is_some() && state != Ims),
            (
                "roaming_number",
                self.roaming_number.is_some() && ![Ims, Gsm].contains(&state),
            ),
            (
                "forwarded_to",
                self.forwarded_to.is_some() && state != Forwarded,
            ),
            ("reason", self.reason.is_some() && state != Forwarded),
            ("error", self.error.is_some() && state != Error),
        ]
    }

    fn state(
        &self,
        state: StateConfig,
        sets: &BTreeMap<String, usize>,
    ) -> Result<State, (&'static str, String)> {
        let expected = |key, what: &str| (key, format!("expected {what}"));
        let roaming_number = self.roaming_number.and_then(address);
        Ok(match state {
            StateConfig::Ims => {
                let icscf = match (&self.icscf, &self.icscf_set) {
                    (Some(Text(host)), None) => Some(Icscf::One(host.clone())),
                    (None, Some(name)) => {
                        Some(Icscf::Next(*sets.get(name).ok_or_else(|| {
                            ("icscf_set", no_such("icscf_set", name, sets.keys()))
                        })?))
                    }
                    (None, None) => None,
                    (Some(_), Some(_)) => {
                        return Err(expected("icscf_set", "either icscf or icscf_set"));
                    }
                };
                if icscf.is_none() && roaming_number.is_none() {
                    return Err(expected("icscf", "icscf, icscf_set or roaming_number"));
                }
                State::Ims {
                    icscf,
                    roaming_number,
                }
            }
            StateConfig::Gsm => State::Gsm {
                roaming_number: roaming_number
                    .ok_or_else(|| expected("roaming_number", "the roaming number"))?,
            },
            StateConfig::Forwarded => State::Forwarded {
                to: self
                    .forwarded_to
                    .and_then(address)
                    .ok_or_else(|| expected("forwarded_to", "the number forwarded to"))?,
                reason: match self.reason.unwrap_or(ReasonConfig::Unconditional) {
                    ReasonConfig::NotReachable => ForwardingOptions::NOT_REACHABLE,
                    ReasonConfig::Busy => ForwardingOptions::BUSY,
                    ReasonConfig::NoReply => ForwardingOptions::NO_REPLY,
                    ReasonConfig::Unconditional => ForwardingOptions::UNCONDITIONAL,
                },
            },
            StateConfig::Absent => State::Refused(ErrorCode::ABSENT_SUBSCRIBER),
            StateConfig::Barred => State::Refused(ErrorCode::CALL_BARRED),
            StateConfig::Error => State::Refused(ErrorCode(
                self.error
                    .ok_or_else(|| expected("error", "a MAP error code"))?,
            )),
        })
    }
}

/// Whether a `tel:` URI has no global number (`RFC 3966 §5.1.4`: digits, and separators).
fn is_no_number(identity: &str) -> bool {
    let Some(number) = identity.strip_prefix("tel:") else {
        return false;
    };
    let digits = number.strip_prefix('+').unwrap_or_default();
    let is_sound = |c: char| c.is_ascii_digit() || "-.()".contains(c);
    !digits.chars().any(|c| c.is_ascii_digit()) || !digits.chars().all(is_sound)
}

fn address(Text(number): Text<E164>) -> Option<AddressString> {
    AddressString::international(*number.digits()).ok()
}

fn yes() -> bool {
    true
}
