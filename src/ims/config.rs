//! The IMS core's configuration file.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::time::Duration;

use codecs::sip::Uri;
use media::Law;
use protocols::sip::Hop;
use serde::Deserialize;

use super::call::Order;
use super::cscf::User;
use super::phone::PhoneConfig;
use crate::config::{Configuration, Fault, no_such};
use crate::diameter;
use crate::party::{ConversationConfig, NotPlaced, Number, Takes};

/// `program = "ims"`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The domain of the users.
    pub domain: String,
    /// Where calls to the telephone network go.
    pub gateway: SocketAddr,
    /// The HSS, asked by Diameter Cx.
    pub cx: diameter::ClientConfig,
    /// I-CSCFs.
    #[serde(default)]
    pub icscf: Vec<IcscfConfig>,
    /// The S-CSCF.
    pub scscf: ScscfConfig,
    /// Users.
    #[serde(default)]
    pub user: Vec<UserConfig>,
    /// Their terminals.
    #[serde(default)]
    pub terminal: Vec<TerminalConfig>,
    /// Calls that are placed by themselves.
    #[serde(default)]
    pub call: Vec<CallConfig>,
}

/// `[[icscf]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IcscfConfig {
    /// Its host name, under which others know it.
    pub name: String,
    /// Where it listens for SIP over UDP and TCP.
    pub address: SocketAddr,
}

/// `[scscf]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScscfConfig {
    /// Where it listens for SIP over UDP and TCP.
    pub address: SocketAddr,
    /// The SIP URI under which the HSS knows it, where that is not `sip:` and the address.
    pub uri: Option<String>,
}

/// `[[user]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserConfig {
    /// The telephone number, the user's first public identity.
    pub number: Number,
    /// Further public identities, `sip:user@domain`.
    #[serde(default)]
    pub identities: Vec<String>,
    /// The terminals that ring, all at once, by name.
    pub terminals: Vec<String>,
}

/// `[[terminal]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerminalConfig {
    /// Its name.
    pub name: String,
    /// Where it listens for SIP over UDP.
    pub address: SocketAddr,
    /// The first of its RTP ports, at the same address; each call at a time has one.
    pub rtp_port: u16,
    /// The codecs it speaks, the preferred first.
    #[serde(default = "both_laws")]
    pub codecs: Vec<Codec>,
    /// How it takes calls.
    #[serde(default)]
    pub takes: Takes,
    /// How long it rings before it answers or rejects.
    #[serde(default)]
    pub ring_ms: u64,
    /// The status with which it rejects.
    #[serde(default = "decline")]
    pub reject_status: u16,
    /// What it does once it has answered.
    #[serde(default)]
    pub conversation: ConversationConfig,
}

/// A codec by its name in SDP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Codec {
    /// G.711 A-law.
    Pcma,
    /// G.711 µ-law.
    Pcmu,
}

/// `[[call]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallConfig {
    /// Its name in the report.
    pub name: Option<String>,
    /// The terminal that places it.
    pub terminal: String,
    /// Who is called.
    pub called: Number,
    /// When, counted from the start.
    #[serde(default)]
    pub after_ms: u64,
    /// When the caller gives up if nobody answers.
    pub give_up_after_ms: Option<u64>,
    /// What follows the answer.
    #[serde(default)]
    pub conversation: ConversationConfig,
}

/// The highest first RTP port: there is room for 50 calls at a time above it.
const MAX_RTP_PORT: u16 = 65_436;

fn both_laws() -> Vec<Codec> {
    vec![Codec::Pcma, Codec::Pcmu]
}

fn decline() -> u16 {
    603
}

impl Config {
    /// The users, as their S-CSCF knows them.
    pub fn users(&self) -> Vec<User> {
        let addresses: HashMap<&str, SocketAddr> = self.terminal.iter().map(named).collect();
        let contact = |name: &String| {
            let address = *addresses.get(name.as_str())?;
            Some((format!("sip:{name}@{address}"), address))
        };
        let user = |user: &UserConfig| User {
            identities: std::iter::once(user.number.0.tel_uri())
                .chain(user.identities.iter().cloned())
                .collect(),
            terminals: user.terminals.iter().filter_map(contact).collect(),
        };
        self.user.iter().map(user).collect()
    }

    /// The S-CSCF by the URI the HSS may know it under.
    pub fn servers(&self) -> HashMap<String, Hop> {
        let ScscfConfig { address, uri } = &self.scscf;
        uri.iter()
            .map(|uri| (uri.clone(), Hop::udp(*address)))
            .collect()
    }

    /// The elements of the network: who may say who calls, and be told (RFC 3325).
    pub fn trusted(&self) -> HashSet<SocketAddr> {
        let icscfs = self.icscf.iter().map(|icscf| icscf.address);
        icscfs.chain([self.scscf.address, self.gateway]).collect()
    }

    /// The terminals; one that no user has is left out.
    pub fn phones(&self) -> Vec<PhoneConfig> {
        let phone = |terminal: &TerminalConfig| {
            let user = self.user_of(&terminal.name)?;
            Some(terminal.phone(user, self))
        };
        self.terminal.iter().filter_map(phone).collect()
    }

    /// What a terminal is asked to do for a call of this configuration.
    ///
    /// # Errors
    /// [`NotPlaced::NoSuch`]: no user has a terminal of that name.
    pub fn order(&self, call: &CallConfig) -> Result<Order, NotPlaced> {
        self.user_of(&call.terminal)
            .ok_or(NotPlaced::NoSuch("terminal"))?;
        Ok(Order {
            name: call.name.clone(),
            called: call.called.0,
            give_up_after: call.give_up_after_ms.map(Duration::from_millis),
            conversation: call.conversation.conversation(),
        })
    }

    /// One line for the log: where the elements are, and what they wait for.
    pub(super) fn introduction(&self) -> String {
        let icscfs: Vec<_> = self
            .icscf
            .iter()
            .map(|one| one.address.to_string())
            .collect();
        format!(
            "IMS core: I-CSCFs at {}, S-CSCF at {}, {} terminals, {} calls to place; \
             connects to the HSS at {}",
            icscfs.join(", "),
            self.scscf.address,
            self.terminal.len(),
            self.call.len(),
            self.cx.connect
        )
    }

    /// The key of an address for SIP.
    pub(super) fn key_of(&self, address: SocketAddr) -> String {
        let mut addresses = self.addresses();
        let known = addresses.find(|(_, taken)| *taken == address);
        known.map_or_else(String::new, |(key, _)| key)
    }

    fn user_of(&self, terminal: &str) -> Option<&UserConfig> {
        let has = |user: &&UserConfig| user.terminals.iter().any(|name| name == terminal);
        self.user.iter().find(has)
    }
}

fn named(terminal: &TerminalConfig) -> (&str, SocketAddr) {
    (&terminal.name, terminal.address)
}

impl TerminalConfig {
    fn phone(&self, user: &UserConfig, config: &Config) -> PhoneConfig {
        let law = |codec: &Codec| match codec {
            Codec::Pcma => Law::A,
            Codec::Pcmu => Law::Mu,
        };
        PhoneConfig {
            name: self.name.clone(),
            address: self.address,
            number: user.number.0,
            domain: config.domain.clone(),
            scscf: config.scscf.address,
            answer: self.takes.answer(self.ring_ms, self.reject_status),
            conversation: self.conversation.conversation(),
            codecs: self.codecs.iter().map(law).collect(),
            rtp_port: self.rtp_port,
        }
    }

    fn faults(&self, key: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |name: &str, message: String| {
            faults.push(Fault::new(format!("{key}.{name}"), message));
        };
        let Self {
            name,
            rtp_port,
            reject_status,
            ..
        } = self;
        let is_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if self.name.is_empty() || !self.name.chars().all(is_token) {
            fault(
                "name",
                format!("{name:?}, expected letters, digits, and any of - _ ."),
            );
        }
        if self.rtp_port < 1024 || self.rtp_port % 2 == 1 {
            fault(
                "rtp_port",
                format!("{rtp_port}, expected an even port from 1024 on (RFC 3550 §11)"),
            );
        }
        if self.rtp_port > MAX_RTP_PORT {
            fault(
                "rtp_port",
                format!("{rtp_port}, expected at most 65436: 50 calls at a time need room"),
            );
        }
        if self.codecs.is_empty() {
            fault("codecs", "expected \"PCMA\", \"PCMU\" or both".into());
        }
        if !(300..700).contains(&self.reject_status) {
            fault(
                "reject_status",
                format!("{reject_status}, expected 300 to 699"),
            );
        }
        faults.extend(self.conversation.faults(key));
        faults
    }
}

impl Configuration for Config {
    const PROGRAM: &'static str = "ims";
    const PLAIN_KEYS: &'static [&'static str] = &["domain", "gateway"];

    fn faults(&self) -> Vec<Fault> {
        let mut faults = self.cx.faults("cx");
        if self.icscf.is_empty() {
            faults.push(Fault::new("icscf", "expected at least one [[icscf]]"));
        }
        let is_sip = |uri: &String| matches!(Uri::parse(uri), Ok(Uri::Sip(_)));
        if !self.scscf.uri.as_ref().is_none_or(is_sip) {
            faults.push(Fault::new("scscf.uri", "expected a SIP URI"));
        }
        self.address_faults(&mut faults);
        self.user_faults(&mut faults);
        self.terminal_faults(&mut faults);
        for (index, terminal) in self.terminal.iter().enumerate() {
            faults.extend(terminal.faults(&format!("terminal[{index}]")));
        }
        for (index, call) in self.call.iter().enumerate() {
            let key = format!("call[{index}]");
            if self.order(call).is_err() {
                let known = self.user.iter().flat_map(|user| &user.terminals);
                let message = no_such("terminal", &call.terminal, known);
                faults.push(Fault::new(format!("{key}.terminal"), message));
            }
            faults.extend(call.conversation.faults(&key));
        }
        faults
    }
}

impl Config {
    /// The addresses for SIP, by their keys.
    fn addresses(&self) -> impl Iterator<Item = (String, SocketAddr)> {
        let icscfs = self.icscf.iter().enumerate();
        let terminals = self.terminal.iter().enumerate();
        icscfs
            .map(|(index, icscf)| (format!("icscf[{index}].address"), icscf.address))
            .chain([("scscf.address".into(), self.scscf.address)])
            .chain(
                terminals.map(|(index, terminal)| {
                    (format!("terminal[{index}].address"), terminal.address)
                }),
            )
    }

    fn address_faults(&self, faults: &mut Vec<Fault>) {
        let mut taken = HashSet::new();
        for (key, address) in self.addresses() {
            if !taken.insert(address) {
                faults.push(Fault::new(key, format!("{address} is taken already")));
            }
        }
    }

    /// Terminals that nobody has, or that share RTP ports.
    fn terminal_faults(&self, faults: &mut Vec<Fault>) {
        let mut ports = HashSet::new();
        for (index, terminal) in self.terminal.iter().enumerate() {
            if self.user_of(&terminal.name).is_none() {
                let message = "no [[user]] has it among its terminals";
                faults.push(Fault::new(format!("terminal[{index}].name"), message));
            }
            if !ports.insert((terminal.address.ip(), terminal.rtp_port)) {
                let message = "another terminal at this address has these ports";
                faults.push(Fault::new(format!("terminal[{index}].rtp_port"), message));
            }
        }
    }

    fn user_faults(&self, faults: &mut Vec<Fault>) {
        let known: HashSet<&str> = self.terminal.iter().map(|t| t.name.as_str()).collect();
        let (mut numbers, mut users) = (HashSet::new(), HashSet::new());
        for (index, user) in self.user.iter().enumerate() {
            if !numbers.insert(user.number.0) {
                let message = format!("{} is already a user", user.number.0);
                faults.push(Fault::new(format!("user[{index}].number"), message));
            }
            for (at, name) in user.terminals.iter().enumerate() {
                let message = if !known.contains(name.as_str()) {
                    format!("there is no [[terminal]] {name:?}")
                } else if !users.insert(name) {
                    format!("{name:?} is another user's terminal")
                } else {
                    continue;
                };
                let key = format!("user[{index}].terminals[{at}]");
                faults.push(Fault::new(key, message));
            }
        }
    }
}
