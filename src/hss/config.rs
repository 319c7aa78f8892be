//! The HSS's configuration file: where it listens, and its subscribers.

use std::collections::{BTreeMap, HashSet};
use std::str::FromStr;
use std::time::Duration;

use codecs::map::HostName;
use codecs::number::Digits;
use codecs::sccp::{self, SubsystemNumber};
use protocols::map::ServerConfig;
use serde::{Deserialize, Deserializer};

use super::entry::SubscriberConfig;
use super::subscribers::{Subscribers, canonical};
use crate::config::{Configuration, Fault, decimal, from_text, title_fault};
use crate::{diameter, ss7};

/// `program = "hss"`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Our point code and our associations.
    pub ss7: ss7::Config,
    /// The HLR as MAP sees it.
    pub map: MapConfig,
    /// The HSS as Diameter sees it.
    pub cx: diameter::ServerConfig,
    /// Sets of I-CSCFs that share the load.
    #[serde(default)]
    pub icscf_set: Vec<IcscfSetConfig>,
    /// The subscribers.
    #[serde(default)]
    pub subscriber: Vec<SubscriberConfig>,
}

/// `[map]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MapConfig {
    /// Our global title: international, country code first.
    #[serde(deserialize_with = "decimal")]
    pub own_title: Digits,
    /// How long a dialogue may stay open.
    #[serde(default = "thirty")]
    pub guard_s: u64,
    /// How many dialogues may be open at once.
    #[serde(default = "many")]
    pub max_dialogues: usize,
}

/// `[[icscf_set]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IcscfSetConfig {
    /// What subscribers call it.
    pub name: String,
    hosts: Vec<Text<HostName>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Text<T>(pub(super) T);

impl<'de, T: FromStr<Err: std::fmt::Display>> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_text(deserializer).map(Self)
    }
}

impl Config {
    /// The MAP server.
    pub(super) fn server(&self) -> ServerConfig {
        ServerConfig {
            local: sccp::e164(&self.map.own_title, SubsystemNumber::Hlr),
            guard_timer: Duration::from_secs(self.map.guard_s),
            max_dialogues: self.map.max_dialogues,
        }
    }

    /// The subscribers; those with a fault are left out.
    pub(super) fn subscribers(&self) -> Subscribers {
        let sets = self.sets();
        let subscribers = self.subscriber.iter().enumerate();
        let hosts = |set: &IcscfSetConfig| set.hosts.iter().map(|host| host.0.clone()).collect();
        Subscribers::new(
            subscribers
                .filter_map(|(index, subscriber)| subscriber.read(index, &sets).ok())
                .collect(),
            self.icscf_set.iter().map(hosts).collect(),
        )
    }

    fn sets(&self) -> BTreeMap<String, usize> {
        let names = self.icscf_set.iter().map(|set| set.name.clone());
        names.zip(0..).collect()
    }
}

impl Configuration for Config {
    const PROGRAM: &'static str = "hss";

    fn warnings(&self) -> Vec<Fault> {
        self.ss7.warnings()
    }

    fn faults(&self) -> Vec<Fault> {
        let mut faults = self.ss7.faults();
        faults.extend(self.cx.faults("cx"));
        let title = title_fault(self.map.own_title);
        faults.extend(title.map(|message| Fault::new("map.own_title", message)));
        if !(1..=600).contains(&self.map.guard_s) {
            faults.push(Fault::new("map.guard_s", "expected 1 to 600 seconds"));
        }
        self.set_faults(&mut faults);
        self.twin_faults(&mut faults);
        let sets = self.sets();
        let subscribers = self.subscriber.iter().enumerate();
        faults.extend(subscribers.filter_map(|(index, s)| s.read(index, &sets).err()));
        faults
    }
}

impl Config {
    fn set_faults(&self, faults: &mut Vec<Fault>) {
        let mut names = HashSet::new();
        for (index, set) in self.icscf_set.iter().enumerate() {
            let mut fault = |key: &str, message: &str| {
                faults.push(Fault::new(format!("icscf_set[{index}].{key}"), message));
            };
            if !names.insert(&set.name) {
                let message = "another set has this name; expected one of its own";
                fault("name", message);
            }
            if set.hosts.is_empty() {
                fault("hosts", "expected at least one host");
            }
        }
    }

    /// Numbers and identities that two subscribers have.
    fn twin_faults(&self, faults: &mut Vec<Fault>) {
        let (mut numbers, mut identities) = (HashSet::new(), HashSet::new());
        for (index, subscriber) in self.subscriber.iter().enumerate() {
            let mut fault = |key: &str, message: &str| {
                faults.push(Fault::new(format!("subscriber[{index}].{key}"), message));
            };
            if subscriber
                .msisdn
                .is_some_and(|Text(msisdn)| !numbers.insert(msisdn))
            {
                fault("msisdn", "another subscriber has this number");
            }
            for identity in &subscriber.identities {
                if !identities.insert(canonical(identity)) {
                    let message = format!("another subscriber has the identity {identity:?}");
                    fault("identities", &message);
                }
            }
        }
    }
}

fn thirty() -> u64 {
    30
}

fn many() -> usize {
    100_000
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use codecs::map::{AddressString, ErrorCode, SendRoutingInfoArg, SendRoutingInfoRes};

    use super::*;
    use crate::config::{load, parse};

    const HEAD: &str = r#"
program = "hss"
[ss7]
point_code = "3-3-3"
[map]
own_title = "491710000030"
[cx]
host = "hss.ims.example"
realm = "ims.example"
listen = "127.0.0.30:3868"
"#;

    fn fault(subscribers: &str) -> String {
        let text = format!("{HEAD}{subscribers}");
        match parse::<Config>(Path::new("hss.toml"), &text) {
            Ok(_) => "no fault".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_example_has_a_subscriber_for_every_answer() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/hss.toml");
        let config: Config = load(&path).unwrap().config;
        let mut subscribers = config.subscribers();
        let mut ask = |msisdn: &str| {
            let number = |text: &str| AddressString::international(text.parse().unwrap()).unwrap();
            let arg = SendRoutingInfoArg::basic_call(number(msisdn), number("491710000020"));
            subscribers.routing_info(&arg)
        };
        let icscf =
            |answer: Result<SendRoutingInfoRes, _>| answer.unwrap().icscf().unwrap().to_string();
        assert_eq!(icscf(ask("491715407090")), "icscf1.ims.example");
        assert_eq!(icscf(ask("491715407091")), "icscf1.ims.example");
        assert_eq!(icscf(ask("491715407091")), "icscf2.ims.example");
        for routed in ["491715407092", "491715407093", "491715407094"] {
            assert!(ask(routed).unwrap().extended_routing_info.is_some());
        }
        for (refused, code) in [
            ("491715407095", ErrorCode::ABSENT_SUBSCRIBER),
            ("491715407096", ErrorCode::CALL_BARRED),
            ("491715407097", ErrorCode::SYSTEM_FAILURE),
            ("497219578290", ErrorCode::UNKNOWN_SUBSCRIBER),
        ] {
            assert_eq!(ask(refused).unwrap_err().code, code);
        }
        let scscf = Ok("sip:127.0.0.42:5060");
        assert_eq!(subscribers.scscf("tel:+491715407090"), scscf);
        assert_eq!(subscribers.scscf("tel:+497219578290"), scscf);
    }

    #[test]
    fn a_subscriber_that_cannot_work_is_named() {
        let cases = [
            (
                "msisdn = '49171'",
                "subscriber[0].msisdn: a global number begins with +",
            ),
            (
                "msisdn = '+49171'",
                "subscriber[0].msisdn: a number without state",
            ),
            (
                "state = 'gsm'",
                "subscriber[0].state: a state without msisdn",
            ),
            (
                "identities = ['+49171']",
                "subscriber[0].identities: \"+49171\" is no public",
            ),
            (
                "identities = ['tel:+49x71']",
                "subscriber[0].identities: \"tel:+49x71\" is no number",
            ),
            ("scscf = 'x'", "subscriber[0].scscf: expected a sip: URI"),
        ];
        for (keys, expected) in cases {
            let found = fault(&format!("[[subscriber]]\n{keys}"));
            assert!(found.contains(expected), "{found}");
        }
    }

    #[test]
    fn a_state_without_what_it_needs_or_with_what_it_cannot_use_is_named() {
        let cases = [
            (
                "state = 'gsm'\nimsi = '1'",
                "imsi: \"1\", expected 5 to 15 digits",
            ),
            (
                "state = 'gsm'",
                "roaming_number: expected the roaming number",
            ),
            (
                "state = 'ims'",
                "icscf: expected icscf, icscf_set or roaming_number",
            ),
            (
                "state = 'ims'\nicscf_set = 'x'",
                "icscf_set: there is no [[icscf_set]] \"x\", nor any other",
            ),
            (
                "state = 'ims'\nicscf = 'a b'",
                "icscf: a host name has 1 to 128",
            ),
            ("state = 'forwarded'", "forwarded_to: expected the number"),
            ("state = 'error'", "error: expected a MAP error code"),
            (
                "state = 'absent'\nerror = 1",
                "error: has no meaning in this state",
            ),
            (
                "state = 'barred'\nicscf = 'a'",
                "icscf: has no meaning in this state",
            ),
        ];
        for (keys, expected) in cases {
            let imsi = if keys.contains("imsi =") {
                ""
            } else {
                "imsi = '262010000000001'"
            };
            let found = fault(&format!(
                "[[subscriber]]\nmsisdn = '+49171'\n{imsi}\n{keys}"
            ));
            assert!(found.contains(expected), "{found}");
        }
    }

    #[test]
    fn two_subscribers_with_one_number_or_identity_are_named() {
        let one = "[[subscriber]]\nidentities = ['tel:+49-171']\n";
        let other = "[[subscriber]]\nidentities = ['tel:+49171']\n";
        let found = fault(&format!("{one}{other}"));
        assert!(
            found.contains("subscriber[1].identities: another subscriber"),
            "{found}"
        );
        let twin = "[[subscriber]]\nmsisdn = '+49171'\nimsi = '26201123'\nstate = 'absent'\n";
        let found = fault(&twin.repeat(2));
        assert!(
            found.contains("subscriber[1].msisdn: another subscriber"),
            "{found}"
        );
    }

    #[test]
    fn a_set_of_icscfs_has_a_name_of_its_own_and_a_host() {
        let set = "[[icscf_set]]\nname = 'x'\nhosts = []\n";
        let found = fault(&set.repeat(2));
        assert!(
            found.contains("icscf_set[0].hosts: expected at least one"),
            "{found}"
        );
        assert!(found.contains("icscf_set[1].name: another set"), "{found}");
    }
}
