//! What peers do wrong, or are set up for otherwise, as the log tells it: which setting, its value
//! here, the value that came, and how often; a line a minute for each peer and setting.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use codecs::m3ua::ErrorCode;
use codecs::mtp::{PointCode, PointCodeFormat};
use protocols::m3ua::{Mismatch, Setting};
use tracing::{info, warn};

/// Time between two lines about the same.
const PAUSE: Duration = Duration::from_secs(60);
/// Values of a setting that a line tells.
const MOST: usize = 8;

/// Keeps the log from being filled.
#[derive(Debug, Default)]
pub(super) struct Complaints(HashMap<(usize, Subject), Told>);

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Subject {
    Setting(Setting),
    /// The peer's breach, by its code's name: codes of the peer's choice have one name together.
    Breach(&'static str),
    /// Ours, as the peer says.
    OurBreach(&'static str),
}

#[derive(Debug)]
struct Told {
    at: Instant,
    /// How often it happened since.
    since: u64,
}

impl Complaints {
    /// The two ends are set up differently.
    pub(super) fn mismatch(
        &mut self,
        (index, peer): (usize, &str),
        mismatch: &Mismatch,
        written: &'static PointCodeFormat,
        now: Instant,
    ) {
        let Mismatch {
            setting,
            ours,
            theirs,
        } = mismatch;
        let Some(omitted) = self.is_due(index, Subject::Setting(*setting), now) else {
            return;
        };
        let ours = values(*setting, ours, written);
        let setting = name(*setting);
        match theirs {
            Some(theirs) => {
                let received = values(mismatch.setting, theirs, written);
                warn!(%peer, setting, %ours, %received, omitted, "the peer is set up differently");
            }
            None => warn!(%peer, setting, %ours, omitted, "the peer does not take our setting"),
        }
    }

    /// A peer broke the protocol, or asked for what it is locked out of.
    pub(super) fn breach(&mut self, (index, peer): (usize, &str), code: ErrorCode, now: Instant) {
        let Some(omitted) = self.is_due(index, Subject::Breach(code.name()), now) else {
            return;
        };
        match code {
            ErrorCode::MANAGEMENT_BLOCKING => {
                info!(%peer, %code, omitted, "the peer is locked out here, and asks for traffic");
            }
            _ => warn!(%peer, %code, omitted, "the peer broke M3UA"),
        }
    }

    /// A peer says that we did, or has locked us out.
    pub(super) fn our_breach(
        &mut self,
        (index, peer): (usize, &str),
        code: ErrorCode,
        now: Instant,
    ) {
        let Some(omitted) = self.is_due(index, Subject::OurBreach(code.name()), now) else {
            return;
        };
        match code {
            ErrorCode::MANAGEMENT_BLOCKING => {
                warn!(%peer, %code, omitted, "the peer has locked us out");
            }
            _ => warn!(%peer, %code, omitted, "the peer says we broke M3UA"),
        }
    }

    /// How many lines were left out since the last one, if it is time for the next.
    fn is_due(&mut self, index: usize, subject: Subject, now: Instant) -> Option<u64> {
        let first = Told { at: now, since: 0 };
        let Some(told) = self.0.get_mut(&(index, subject)) else {
            self.0.insert((index, subject), first);
            return Some(0);
        };
        if now.saturating_duration_since(told.at) < PAUSE {
            told.since += 1;
            return None;
        }
        Some(std::mem::replace(told, first).since)
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
fn values(setting: Setting, values: &[u32], written: &'static PointCodeFormat) -> String {
    let one = |&value: &u32| match (setting, value) {
        _ if setting.is_point_code() => written.write(PointCode(value)).to_string(),
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
    use super::*;

    #[test]
    fn values_are_written_as_in_the_configuration() {
        let itu = &PointCodeFormat::ITU;
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

    #[test]
    fn a_line_a_minute_for_each_peer_and_subject() {
        let now = Instant::now();
        let mut complaints = Complaints::default();
        let context = Subject::Setting(Setting::RoutingContext);
        let mut at = |seconds, peer, subject| {
            complaints.is_due(peer, subject, now + Duration::from_secs(seconds))
        };
        assert_eq!(at(0, 0, context), Some(0));
        assert_eq!(at(1, 0, context), None);
        assert_eq!(at(59, 0, context), None);
        assert_eq!(at(59, 1, context), Some(0));
        assert_eq!(at(59, 0, Subject::Breach("unexpected message")), Some(0));
        assert_eq!(at(60, 0, context), Some(2));
        assert_eq!(at(61, 0, context), None);
    }
}
