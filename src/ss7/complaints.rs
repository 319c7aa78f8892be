//! What peers do wrong, or are set up for otherwise, as the log tells it: which setting, its value
//! here, the value that came, and how often; a line a minute for each peer and setting.

use std::time::Instant;

use codecs::m3ua::{ErrorCode, PAYLOAD_PROTOCOL};
use codecs::mtp::PointCode;
use protocols::m3ua::{Mismatch, Setting};
use tracing::{info, warn};

use crate::point_codes::PointCodes;
use crate::repeats::Repeats;

/// Values of a setting that a line tells.
const MOST: usize = 8;

/// Keeps the log from being filled.
#[derive(Debug, Default)]
pub(super) struct Complaints(Repeats<(usize, Subject)>);

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Subject {
    Setting(Setting),
    /// The peer's breach, by its code's name: codes of the peer's choice have one name together.
    Breach(&'static str),
    /// Ours, as the peer says.
    OurBreach(&'static str),
    /// Messages of another protocol than M3UA.
    Protocol,
}

impl Complaints {
    /// The two ends are set up differently.
    pub(super) fn mismatch(
        &mut self,
        (index, peer): (usize, &str),
        mismatch: &Mismatch,
        written: &PointCodes,
        now: Instant,
    ) {
        let Mismatch {
            setting,
            network,
            ours,
            theirs,
        } = mismatch;
        let Some(omitted) = self.0.due((index, Subject::Setting(*setting)), now) else {
            return;
        };
        let write = |code| written.write(network.point(code)).to_string();
        let ours = values(*setting, ours, write);
        let setting = name(*setting);
        match theirs {
            Some(theirs) => {
                let received = values(mismatch.setting, theirs, write);
                warn!(%peer, setting, %ours, %received, omitted, "the peer is set up differently");
            }
            None => warn!(%peer, setting, %ours, omitted, "the peer does not take our setting"),
        }
    }

    /// A peer broke the protocol, or asked for what it is locked out of.
    pub(super) fn breach(&mut self, (index, peer): (usize, &str), code: ErrorCode, now: Instant) {
        let Some(omitted) = self.0.due((index, Subject::Breach(code.name())), now) else {
            return;
        };
        match code {
            ErrorCode::MANAGEMENT_BLOCKING => {
                info!(%peer, %code, omitted, "the peer is locked out here, and asks for traffic");
            }
            _ => warn!(%peer, %code, omitted, "the peer broke M3UA"),
        }
    }

    /// A message did not come as one of M3UA.
    pub(super) fn other_protocol(&mut self, (index, peer): (usize, &str), ppid: u32, now: Instant) {
        let Some(omitted) = self.0.due((index, Subject::Protocol), now) else {
            return;
        };
        let why = match ppid {
            0 => "it has none",
            _ if ppid.swap_bytes() == PAYLOAD_PROTOCOL => "its octets are in the wrong order",
            _ => "that is not M3UA's",
        };
        warn!(
            %peer, omitted,
            "message ignored: payload protocol identifier {ppid:#x}, {why}; M3UA has {PAYLOAD_PROTOCOL}"
        );
    }

    /// A peer says that we did, or has locked us out.
    pub(super) fn our_breach(
        &mut self,
        (index, peer): (usize, &str),
        code: ErrorCode,
        now: Instant,
    ) {
        let Some(omitted) = self.0.due((index, Subject::OurBreach(code.name())), now) else {
            return;
        };
        match code {
            ErrorCode::MANAGEMENT_BLOCKING => {
                warn!(%peer, %code, omitted, "the peer has locked us out");
            }
            _ => warn!(%peer, %code, omitted, "the peer says we broke M3UA"),
        }
    }
}

/// A setting as the configuration calls it.
pub(super) fn name(setting: Setting) -> &'static str {
    match setting {
        Setting::RoutingContext => "routing_context",
        Setting::NetworkAppearance => "network_appearance",
        Setting::NetworkIndicator => "network_indicator",
        Setting::TrafficMode => "traffic_mode",
        Setting::AspIdentifier => "asp_identifier",
        Setting::OwnPointCode => "point_code",
        Setting::PointCodes => "point_codes",
    }
}

/// Values as the configuration writes them.
fn values(setting: Setting, values: &[u32], write: impl Fn(PointCode) -> String) -> String {
    let one = |&value: &u32| match (setting, value) {
        _ if setting.is_point_code() => {
            PointCode::try_from(value).map_or_else(|_| value.to_string(), &write)
        }
        (Setting::TrafficMode, 1) => "override".into(),
        (Setting::TrafficMode, 2) => "loadshare".into(),
        (Setting::TrafficMode, 3) => "broadcast".into(),
        _ => value.to_string(),
    };
    let mut texts: Vec<String> = values.iter().take(MOST).map(one).collect();
    match values.len() {
        0 => texts.push("none".into()),
        more if more > MOST => texts.push(format!("{} more", more - MOST)),
        _ => {}
    }
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use codecs::mtp::PointCodeFormat;

    use super::*;

    #[test]
    fn values_are_written_as_in_the_configuration() {
        let itu = |code| PointCodeFormat::ITU.write(code).to_string();
        let many: Vec<u32> = (1..=10).collect();
        for (setting, numbers, text) in [
            (Setting::RoutingContext, &[100, 200][..], "100, 200"),
            (Setting::NetworkAppearance, &[], "none"),
            (
                Setting::TrafficMode,
                &[1, 2, 3, 4],
                "override, loadshare, broadcast, 4",
            ),
            (Setting::OwnPointCode, &[4899], "2-100-3"),
            (Setting::PointCodes, &[4899, 1], "2-100-3, 0-0-1"),
            (
                Setting::RoutingContext,
                &many,
                "1, 2, 3, 4, 5, 6, 7, 8, 2 more",
            ),
        ] {
            assert_eq!(values(setting, numbers, itu), text);
        }
    }
}
