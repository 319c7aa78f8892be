//! The subscribers and what is said of them: to a GMSC (3GPP TS 29.002 §10.1.5) and to an I-CSCF
//! (3GPP TS 29.228 §6.1.4).

use std::collections::HashMap;

use codecs::map::{
    AddressString, ErrorCode, ExtendedRoutingInfo, ExtensionContainer, ForwardingData,
    ForwardingOptions, HostName, Imsi, InterrogationType, RoutingInfo, SendRoutingInfoArg,
    SendRoutingInfoRes, UserError,
};
use codecs::number::Digits;

/// One subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subscriber {
    /// What is known of calls from the circuit-switched side, by which number.
    pub(super) circuit_switched: Option<CircuitSwitched>,
    /// Public identities in the IMS.
    pub(super) identities: Vec<String>,
    /// The S-CSCF that serves the subscriber, while registered.
    pub(super) scscf: Option<String>,
}

/// The part of a subscription that the HLR has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CircuitSwitched {
    /// The called number: international, country code first.
    pub(super) msisdn: Digits,
    /// Who it is.
    pub(super) imsi: Imsi,
    /// Where calls go.
    pub(super) state: State,
}

/// Where calls to a subscriber go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// To the IMS.
    Ims {
        /// The responsible I-CSCF.
        icscf: Option<Icscf>,
        /// A roaming number in the range that means the IMS, for a GMSC that cannot read the
        /// I-CSCF.
        roaming_number: Option<AddressString>,
    },
    /// To a phone on GSM or UMTS.
    Gsm {
        /// The roaming number the visited network gave.
        roaming_number: AddressString,
    },
    /// To another number.
    Forwarded {
        /// The number.
        to: AddressString,
        /// Why: one of the constants of [`ForwardingOptions`].
        reason: u8,
    },
    /// Nowhere.
    Refused(ErrorCode),
}

/// An I-CSCF, or several that share the load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Icscf {
    /// This one.
    One(HostName),
    /// The next of the set with this index.
    Next(usize),
}

/// Why an I-CSCF gets no S-CSCF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unlocated {
    /// No such identity.
    Unknown,
    /// Known, but not registered.
    NotRegistered,
}

/// All subscribers, by number and by identity.
#[derive(Debug)]
pub(super) struct Subscribers {
    by_number: HashMap<Digits, CircuitSwitched>,
    by_identity: HashMap<String, Option<String>>,
    sets: Vec<Rotation>,
}

#[derive(Debug)]
struct Rotation {
    hosts: Vec<HostName>,
    next: usize,
}

impl Subscribers {
    /// These subscribers, and the sets of I-CSCFs they refer to. Of two with the same number or
    /// identity the latter counts.
    pub(super) fn new(subscribers: Vec<Subscriber>, sets: Vec<Vec<HostName>>) -> Self {
        let mut by_number = HashMap::new();
        let mut by_identity = HashMap::new();
        for subscriber in subscribers {
            for identity in &subscriber.identities {
                by_identity.insert(canonical(identity), subscriber.scscf.clone());
            }
            if let Some(circuit_switched) = subscriber.circuit_switched {
                by_number.insert(circuit_switched.msisdn, circuit_switched);
            }
        }
        let sets = sets.into_iter().map(|hosts| Rotation { hosts, next: 0 });
        Self {
            by_number,
            by_identity,
            sets: sets.collect(),
        }
    }

    /// What sendRoutingInfo is answered.
    ///
    /// # Errors
    /// The MAP error for a subscriber who is unknown or cannot be called, and
    /// facilityNotSupported to a request for a forwarding number where there is none.
    pub(super) fn routing_info(
        &mut self,
        arg: &SendRoutingInfoArg,
    ) -> Result<SendRoutingInfoRes, UserError> {
        let subscriber = Some(arg.msisdn)
            .filter(AddressString::is_international)
            .and_then(|msisdn| self.by_number.get(&msisdn.digits()))
            .ok_or_else(|| UserError::new(ErrorCode::UNKNOWN_SUBSCRIBER))?;
        let result = SendRoutingInfoRes {
            imsi: Some(subscriber.imsi),
            ..SendRoutingInfoRes::default()
        };
        let basic_call = arg.interrogation_type == InterrogationType::BASIC_CALL;
        match &subscriber.state {
            State::Refused(code) => Err(UserError::new(*code)),
            State::Forwarded { to, reason } => Ok(SendRoutingInfoRes {
                extended_routing_info: Some(forwarding(*to, *reason)),
                ..result
            }),
            State::Gsm { .. } | State::Ims { .. } if !basic_call => {
                Err(UserError::new(ErrorCode::FACILITY_NOT_SUPPORTED))
            }
            State::Gsm { roaming_number } => Ok(SendRoutingInfoRes {
                extended_routing_info: Some(roaming(*roaming_number)),
                ..result
            }),
            State::Ims {
                icscf,
                roaming_number,
            } => {
                let host = icscf.as_ref().and_then(|icscf| match icscf {
                    Icscf::One(host) => Some(host),
                    Icscf::Next(set) => self.sets.get_mut(*set)?.take(),
                });
                Ok(SendRoutingInfoRes {
                    extended_routing_info: roaming_number.map(roaming),
                    extension_container: host.map(ExtensionContainer::of_icscf),
                    ..result
                })
            }
        }
    }

    /// The S-CSCF that serves a public identity.
    ///
    /// # Errors
    /// [`Unlocated`] when nobody has the identity, or nobody is registered with it.
    pub(super) fn scscf(&self, identity: &str) -> Result<&str, Unlocated> {
        self.by_identity
            .get(&canonical(identity))
            .ok_or(Unlocated::Unknown)?
            .as_deref()
            .ok_or(Unlocated::NotRegistered)
    }
}

impl Rotation {
    fn take(&mut self) -> Option<&HostName> {
        let host = self.hosts.get(self.next)?;
        self.next = (self.next + 1) % self.hosts.len();
        Some(host)
    }
}

fn roaming(number: AddressString) -> ExtendedRoutingInfo {
    ExtendedRoutingInfo::Routing(RoutingInfo::RoamingNumber(number))
}

fn forwarding(to: AddressString, reason: u8) -> ExtendedRoutingInfo {
    ExtendedRoutingInfo::Routing(RoutingInfo::Forwarding(ForwardingData {
        forwarded_to_number: Some(to),
        forwarding_options: Some(ForwardingOptions::for_reason(reason)),
        ..ForwardingData::default()
    }))
}

/// A public identity as it is compared (TS 23.003 §13.4): without parameters, and what does not
/// distinguish upper from lower case in lower case; a tel URI without visual separators.
pub(super) fn canonical(identity: &str) -> String {
    let (scheme, rest) = identity.split_once(':').unwrap_or(("", identity));
    let address = rest.split([';', '?']).next().unwrap_or_default();
    let scheme = scheme.to_ascii_lowercase();
    if scheme == "tel" {
        let digits = address.chars().filter(|c| !"-.() ".contains(*c));
        return format!("tel:{}", digits.collect::<String>());
    }
    match address.rsplit_once('@') {
        Some((user, host)) => format!("{scheme}:{user}@{}", host.to_ascii_lowercase()),
        None => format!("{scheme}:{}", address.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> AddressString {
        AddressString::international(text.parse().unwrap()).unwrap()
    }

    fn ask(msisdn: &str) -> SendRoutingInfoArg {
        SendRoutingInfoArg::basic_call(number(msisdn), number("491710000020"))
    }

    fn subscriber(msisdn: &str, state: State) -> Subscriber {
        Subscriber {
            circuit_switched: Some(CircuitSwitched {
                msisdn: msisdn.parse().unwrap(),
                imsi: Imsi::new("262010000000001".parse().unwrap()).unwrap(),
                state,
            }),
            identities: vec![format!("tel:+{msisdn}")],
            scscf: None,
        }
    }

    fn only(state: State) -> Subscribers {
        Subscribers::new(vec![subscriber("491715407090", state)], vec![])
    }

    fn refused(code: ErrorCode) -> Result<SendRoutingInfoRes, UserError> {
        Err(UserError::new(code))
    }

    #[test]
    fn a_set_of_icscfs_takes_turns() {
        let hosts: Vec<HostName> = ["a.example", "b.example"]
            .map(|host| host.parse().unwrap())
            .to_vec();
        let state = State::Ims {
            icscf: Some(Icscf::Next(0)),
            roaming_number: None,
        };
        let mut subscribers =
            Subscribers::new(vec![subscriber("491715407090", state)], vec![hosts]);
        let mut turn = || {
            let result = subscribers.routing_info(&ask("491715407090")).unwrap();
            result.icscf().unwrap().to_string()
        };
        assert_eq!(
            [turn(), turn(), turn()],
            ["a.example", "b.example", "a.example"]
        );
    }

    #[test]
    fn an_ims_subscriber_may_have_icscf_and_roaming_number() {
        let state = State::Ims {
            icscf: Some(Icscf::One("icscf1.ims.example".parse().unwrap())),
            roaming_number: Some(number("491719999001")),
        };
        let result = only(state).routing_info(&ask("491715407090")).unwrap();
        assert!(result.imsi.is_some());
        assert_eq!(result.icscf().unwrap().as_str(), "icscf1.ims.example");
        assert_eq!(
            result.extended_routing_info,
            Some(roaming(number("491719999001")))
        );
    }

    #[test]
    fn a_forwarding_is_told_to_either_kind_of_request() {
        let state = State::Forwarded {
            to: number("4917155"),
            reason: ForwardingOptions::BUSY,
        };
        let mut subscribers = only(state);
        let mut request = ask("491715407090");
        let first = subscribers.routing_info(&request).unwrap();
        request.interrogation_type = InterrogationType::FORWARDING;
        assert_eq!(subscribers.routing_info(&request), Ok(first.clone()));
        assert_eq!(
            first.extended_routing_info,
            Some(forwarding(number("4917155"), ForwardingOptions::BUSY))
        );
    }

    #[test]
    fn errors_are_told_as_configured_and_strangers_are_unknown() {
        let mut subscribers = only(State::Refused(ErrorCode::ABSENT_SUBSCRIBER));
        assert_eq!(
            subscribers.routing_info(&ask("491715407090")),
            refused(ErrorCode::ABSENT_SUBSCRIBER)
        );
        assert_eq!(
            subscribers.routing_info(&ask("491715407091")),
            refused(ErrorCode::UNKNOWN_SUBSCRIBER)
        );
    }

    #[test]
    fn a_number_that_is_not_international_is_unknown() {
        let mut subscribers = only(State::Gsm {
            roaming_number: number("4917200"),
        });
        let mut request = ask("491715407090");
        request.msisdn = AddressString::new(
            codecs::map::AddressNature::NATIONAL,
            codecs::map::AddressPlan::E164,
            "491715407090".parse().unwrap(),
        )
        .unwrap();
        assert_eq!(
            subscribers.routing_info(&request),
            refused(ErrorCode::UNKNOWN_SUBSCRIBER)
        );
    }

    #[test]
    fn a_forwarding_number_that_does_not_exist_is_not_supported() {
        let mut subscribers = only(State::Gsm {
            roaming_number: number("4917200"),
        });
        let mut request = ask("491715407090");
        request.interrogation_type = InterrogationType::FORWARDING;
        assert_eq!(
            subscribers.routing_info(&request),
            refused(ErrorCode::FACILITY_NOT_SUPPORTED)
        );
    }

    #[test]
    fn an_identity_is_found_however_it_is_written() {
        let registered = Subscriber {
            circuit_switched: None,
            identities: vec![
                "tel:+497219578290".to_owned(),
                "sip:+497219578290@ims.example".to_owned(),
            ],
            scscf: Some("sip:scscf.ims.example".to_owned()),
        };
        let away = Subscriber {
            identities: vec!["sip:away@ims.example".to_owned()],
            scscf: None,
            ..registered.clone()
        };
        let subscribers = Subscribers::new(vec![registered, away], vec![]);
        for identity in [
            "tel:+497219578290",
            "TEL:+49-721-9578290;phone-context=x",
            "sip:+497219578290@IMS.example;user=phone",
        ] {
            assert_eq!(subscribers.scscf(identity), Ok("sip:scscf.ims.example"));
        }
        assert_eq!(
            subscribers.scscf("sip:away@ims.example"),
            Err(Unlocated::NotRegistered)
        );
        for identity in ["", "tel:", "sip:+497219578290@other.example"] {
            assert_eq!(subscribers.scscf(identity), Err(Unlocated::Unknown));
        }
    }
}
