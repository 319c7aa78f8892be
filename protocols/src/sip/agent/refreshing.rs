//! Sessions that last only as long as they are refreshed (RFC 4028).

use std::time::{Duration, Instant};

use codecs::sip::{HeaderName, Message};

use super::asking::Name;
use super::session::{Calling, State};
use super::{Asked, Event, Header, SessionId, SessionTimer, Timer, UserAgent};
use crate::sip::{Hop, ServerId};

/// No session interval may be shorter (§5).
const SHORTEST: u32 = 90;

/// What has been agreed upon.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refreshing {
    /// Seconds.
    interval: u32,
    /// The shortest interval that the peer and proxies accept.
    minimum: u32,
    /// Whether we are the one who refreshes; `None` until it is agreed upon.
    by_us: Option<bool>,
}

impl Refreshing {
    /// When the session ends that was not refreshed (§10).
    fn expiry(self) -> Duration {
        let interval = self.interval;
        Duration::from_secs((interval - (interval / 3).min(32)).into())
    }

    fn headers(self, uac_is_us: bool) -> Vec<Header> {
        let refresher = match self.by_us {
            None => "",
            Some(by_us) if by_us == uac_is_us => ";refresher=uac",
            Some(_) => ";refresher=uas",
        };
        let interval = format!("{}{refresher}", self.interval);
        let mut headers = vec![(HeaderName::SessionExpires, interval)];
        if self.minimum > SHORTEST {
            headers.push((HeaderName::MinSe, self.minimum.to_string()));
        }
        headers
    }
}

impl SessionTimer {
    fn wish(self) -> Refreshing {
        let minimum = seconds(self.minimum).max(SHORTEST);
        Refreshing {
            interval: seconds(self.interval).max(minimum),
            minimum,
            by_us: None,
        }
    }
}

fn seconds(time: Duration) -> u32 {
    u32::try_from(time.as_secs()).unwrap_or(u32::MAX)
}

/// Session-Expires: seconds, and who is to refresh.
fn session_expires(message: &Message) -> Option<(u32, Option<bool>)> {
    let text = message.text(HeaderName::SessionExpires)?;
    let mut parts = text.split(';').map(str::trim);
    let interval = parts.next()?.parse().ok()?;
    let refresher = parts.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("refresher")
            .then_some(value.trim())
    });
    let by_uac = refresher.map(|value| value.eq_ignore_ascii_case("uac"));
    Some((interval, by_uac))
}

fn min_se(message: &Message) -> Option<u32> {
    let text = message.text(HeaderName::MinSe)?;
    text.split(';').next()?.trim().parse().ok()
}

impl UserAgent {
    /// What an INVITE asks for.
    pub(super) fn wished_refreshing(&self) -> Vec<Header> {
        let timer = self.config.session_timer;
        timer.map_or_else(Vec::new, |timer| timer.wish().headers(true))
    }

    /// What a request within a dialog says of it.
    pub(super) fn refreshing_headers(&mut self, id: SessionId) -> Vec<Header> {
        let session = self.session(id);
        let refreshing = session.and_then(|session| session.refreshing);
        refreshing.map_or_else(Vec::new, |refreshing| refreshing.headers(true))
    }

    /// A 2xx to a request of ours has come, and begins the interval anew (§7.2).
    pub(super) fn refreshed(&mut self, id: SessionId, response: &Message, now: Instant) {
        let own = self.config.session_timer.map(SessionTimer::wish);
        let agreed = own
            .zip(session_expires(response))
            .map(|(own, (interval, by_uac))| Refreshing {
                interval: interval.max(SHORTEST),
                minimum: own.minimum,
                by_us: Some(by_uac.unwrap_or(true)),
            });
        self.watch(id, agreed, now);
    }

    fn watch(&mut self, id: SessionId, agreed: Option<Refreshing>, now: Instant) {
        let Some(session) = self.session(id) else {
            return;
        };
        session.refreshing = agreed;
        self.timers.cancel(&Timer::Refresh(id));
        self.timers.cancel(&Timer::Expiry(id));
        let Some(agreed) = agreed else {
            return;
        };
        self.timers.arm(Timer::Expiry(id), now + agreed.expiry());
        if agreed.by_us == Some(true) {
            let half = Duration::from_secs((agreed.interval / 2).into());
            self.timers.arm(Timer::Refresh(id), now + half);
        }
    }

    /// What the 2xx to a request of the peer's says, which begins the interval anew (§9).
    pub(super) fn agree_on_refreshing(
        &mut self,
        id: SessionId,
        request: &Message,
        now: Instant,
    ) -> Vec<Header> {
        let Some(own) = self.config.session_timer.map(SessionTimer::wish) else {
            return Vec::new();
        };
        let supports = request.lists(HeaderName::Supported, "timer")
            || request.lists(HeaderName::Require, "timer");
        let minimum = min_se(request).unwrap_or(SHORTEST).max(own.minimum);
        let asked = session_expires(request);
        let interval = asked.map_or(own.interval, |(asked, _)| asked.min(own.interval));
        let by_uac = supports && asked.and_then(|(_, by_uac)| by_uac).unwrap_or(true);
        let agreed = Refreshing {
            interval: interval.max(minimum),
            minimum: own.minimum,
            by_us: Some(!by_uac),
        };
        self.watch(id, Some(agreed), now);
        let mut headers = agreed.headers(false);
        headers.truncate(1); // Min-SE is for requests and 422.
        if by_uac {
            headers.push((HeaderName::Require, "timer".into()));
        }
        headers
    }

    /// Refuses an interval that is too short, if the peer understands that (§9).
    pub(super) fn is_too_brief(
        &mut self,
        transaction: ServerId,
        request: &Message,
        source: Hop,
        now: Instant,
    ) -> bool {
        let Some(own) = self.config.session_timer.map(SessionTimer::wish) else {
            return false;
        };
        let brief = session_expires(request).is_some_and(|(asked, _)| asked < own.minimum);
        if !brief || !request.lists(HeaderName::Supported, "timer") {
            return false;
        }
        let minimum = own.minimum.to_string();
        let minimum = [(HeaderName::MinSe, minimum.as_str())];
        self.refuse(transaction, request, source, 422, &minimum, now);
        true
    }

    /// 422 to the INVITE: it is sent again with the interval that is demanded (§7.4).
    pub(super) fn too_brief(
        &mut self,
        id: SessionId,
        calling: Box<Calling>,
        response: Message,
        now: Instant,
    ) {
        let wish = self.config.session_timer.map(SessionTimer::wish);
        let demanded = min_se(&response).filter(|_| calling.cseq < 8);
        let Some((mut wish, demanded)) = wish.zip(demanded) else {
            return self.refused(id, false, 422, Some(response), now);
        };
        wish.minimum = wish.minimum.max(demanded);
        wish.interval = wish.interval.max(demanded);
        self.invite_again(id, calling, wish.headers(true), now);
    }

    /// Notes the interval a 422 demands; whether it demands any (§7.4).
    pub(super) fn stretch(&mut self, id: SessionId, response: Option<&Message>) -> bool {
        let Some(demanded) = response.and_then(min_se) else {
            return false;
        };
        let refreshing = self.session(id).and_then(|s| s.refreshing.as_mut());
        let Some(refreshing) = refreshing.filter(|own| own.interval < demanded) else {
            return false;
        };
        refreshing.interval = demanded;
        refreshing.minimum = refreshing.minimum.max(demanded);
        true
    }

    /// Half of the interval is over (§10).
    pub(super) fn refresh(&mut self, id: SessionId, now: Instant) {
        let Some(session) = self.session(id) else {
            return;
        };
        let updates = session.updates;
        match &session.state {
            // An offer that is under way refreshes it as well.
            State::Confirmed(dialog) if updates && dialog.update.is_none() => {
                let name: Name = (id, dialog.id);
                self.send_asked(name, Asked::Update, &[], None, true, now);
            }
            State::Confirmed(_) => self.tell(Event::Refresh { session: id }),
            _ => {
                let soon = now + Duration::from_secs(10);
                self.timers.arm(Timer::Refresh(id), soon);
            }
        }
    }
}
