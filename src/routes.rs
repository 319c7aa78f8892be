//! `tandem routes`: what the gateway would make of a call, and where it would go.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use codecs::isup::{Presentation, Screening};
use codecs::number::{NatureOfAddress, NumberingPlan};
use protocols::isup::GroupId;
use routing::Written;

use crate::exchange::leg::LineIdentity;
use crate::exchange::policy::{Neighbour, Trial};
use crate::exchange::settings::Settings;
use crate::{config, gateway, output};

/// A call to try out.
#[derive(Debug, Args)]
pub struct Options {
    /// The configuration of a gateway.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// The called number; with + it is an international one.
    #[arg(long)]
    number: String,
    /// The trunk group or SIP peer that the call comes from.
    #[arg(long, value_name = "NAME")]
    from: String,
    /// The calling number, where there is one; with + it is an international one.
    #[arg(long, value_name = "NUMBER")]
    calling: Option<String>,
    /// What kind of number one without + is.
    #[arg(long, value_enum, default_value_t = Nature::National)]
    nature: Nature,
    /// The caller does not want to be seen.
    #[arg(long)]
    withheld: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Nature {
    Subscriber,
    Unknown,
    National,
    International,
    NetworkSpecific,
}

impl Nature {
    fn indicator(self) -> NatureOfAddress {
        match self {
            Self::Subscriber => NatureOfAddress::SUBSCRIBER,
            Self::Unknown => NatureOfAddress::UNKNOWN,
            Self::National => NatureOfAddress::NATIONAL,
            Self::International => NatureOfAddress::INTERNATIONAL,
            Self::NetworkSpecific => NatureOfAddress::NETWORK_SPECIFIC,
        }
    }
}

/// Shows what each policy makes of a call, rule by rule, and where it would go; limits and what is out
/// of order are left aside.
///
/// # Errors
/// The configuration is unsound, it has no such trunk group or peer, a number is none, or nobody reads
/// what is printed.
pub fn run(options: &Options) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let config = config::load::<gateway::Config>(&options.config)?.config;
    let settings = config.settings()?;
    let lists = gateway::lists(&config)?;
    let from = neighbour(&settings, &options.from).ok_or_else(|| {
        format!(
            "--from: no trunk group or SIP peer is named {:?}",
            options.from
        )
    })?;
    let called = options.written(&options.number)?;
    let calling = options.calling.as_deref();
    let calling = calling.map(|number| options.written(number)).transpose()?;
    let line = LineIdentity {
        number: None,
        presentation: match (options.withheld, calling) {
            (true, _) => Presentation::RESTRICTED,
            (false, Some(_)) => Presentation::ALLOWED,
            (false, None) => Presentation::NOT_AVAILABLE,
        },
        screening: Screening::NETWORK,
    };
    let lines = Trial::of(&settings, lists, from, (called, calling), line);
    output::print(lines.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

impl Options {
    fn written(&self, number: &str) -> Result<Written, String> {
        let (nature, digits) = match number.strip_prefix('+') {
            Some(digits) => (NatureOfAddress::INTERNATIONAL, digits),
            None => (self.nature.indicator(), number),
        };
        let digits = digits.parse();
        Ok(Written {
            nature,
            plan: NumberingPlan::E164,
            digits: digits.map_err(|error| format!("{number:?}: {error}"))?,
        })
    }
}

fn neighbour(settings: &Settings, name: &str) -> Option<Neighbour> {
    let mut trunks = (0..).zip(&settings.trunks);
    let trunk = trunks.find(|(_, trunk)| trunk.name == name);
    let trunk = trunk.map(|(group, _)| Neighbour::Trunk(GroupId(group)));
    trunk.or_else(|| settings.sip.named(name).map(Neighbour::Peer))
}
