//! Diversions in SIP: `History-Info` (RFC 7044) and the older `Diversion` (RFC 5806)
//! (`TS 29.163 §7.5.4`, RFC 7544).

use std::fmt::Write;

use codecs::isup::{Presentation, RedirectionReason};
use codecs::sip::{HeaderName, HistoryEntry, Message, NameAddr};
use routing::{E164, NumberingArea};

use super::redirection_reason;
use super::rows::Rules;
use super::uri;
use crate::exchange::leg::{Diversion, Forwarding, Redirection};

/// Stands for a target whose number is not known or not told (`TS 29.163 §7.5.4`).
const UNKNOWN: &str = "sip:unknown@unknown.invalid";

/// The diversions that an INVITE tells of: by `History-Info`, else by `Diversion` (RFC 7544 §2).
pub fn of_request(
    request: &Message,
    area: &NumberingArea,
    rules: Rules<'_>,
) -> Option<Redirection> {
    let history = History::of(request, rules);
    history
        .redirection(area)
        .or_else(|| of_diversions(request, area))
}

/// Where a response says that the call is being sent, which its request went to after `before`
/// diversions.
pub fn of_response(
    response: &Message,
    before: u8,
    area: &NumberingArea,
    rules: Rules<'_>,
) -> Option<Forwarding> {
    let history = History::of(response, rules);
    let (at, reason) = history.diverted().last()?;
    if history.diverted().count() <= usize::from(before) {
        return None;
    }
    Some(Forwarding {
        to: number_of(&history.entries[at].target, area),
        presentation: history.presentation(at),
        reason,
    })
}

/// The entries of `History-Info` that can be read.
struct History<'m> {
    entries: Vec<HistoryEntry<'m>>,
    /// Whether all of them are withheld.
    private: bool,
    rules: Rules<'m>,
}

impl<'m> History<'m> {
    fn of(message: &'m Message, rules: Rules<'m>) -> Self {
        let values = message.headers(HeaderName::HistoryInfo);
        let privacy = message.privacy();
        Self {
            entries: values.filter_map(|v| HistoryEntry::parse(v).ok()).collect(),
            private: privacy.history || privacy.header || privacy.session,
            rules,
        }
    }

    /// The entries that a diversion led to, and why.
    fn diverted(&self) -> impl Iterator<Item = (usize, RedirectionReason)> + '_ {
        let entries = self.entries.iter().enumerate();
        entries.filter_map(|(at, entry)| {
            let cause = entry.cause()?;
            let own = self.rules.reason(cause);
            let reason = own.or_else(|| redirection_reason::of_cause(cause));
            Some((at, reason?))
        })
    }

    fn redirection(&self, area: &NumberingArea) -> Option<Redirection> {
        let (first, last) = (self.diverted().next()?, self.diverted().last()?);
        let count = u8::try_from(self.diverted().count()).unwrap_or(Redirection::MAX);
        Some(Redirection {
            count: count.min(Redirection::MAX),
            original: self.diversion(first, area),
            last: self.diversion(last, area),
        })
    }

    /// Who diverted the call to the entry at `at`: whom it says that it replaces, otherwise the one
    /// before it (`TS 29.163 §7.5.4`, NOTE).
    fn diversion(
        &self,
        (at, reason): (usize, RedirectionReason),
        area: &NumberingArea,
    ) -> Diversion {
        let replaced = self.entries[at].replaces();
        let named = self
            .entries
            .iter()
            .position(|entry| replaced.is_some() && entry.index() == replaced);
        let from = named.or(at.checked_sub(1));
        Diversion {
            number: from.and_then(|from| number_of(&self.entries[from].target, area)),
            presentation: from.map_or(Presentation::NOT_AVAILABLE, |from| self.presentation(from)),
            reason,
        }
    }

    fn presentation(&self, at: usize) -> Presentation {
        let privacy = self.entries[at].privacy();
        match self.private || privacy.history || privacy.header || privacy.session {
            true => Presentation::RESTRICTED,
            false => Presentation::ALLOWED,
        }
    }
}

fn number_of(address: &NameAddr<'_>, area: &NumberingArea) -> Option<E164> {
    uri::of_tel(&address.uri.telephone()?, area).ok()
}

/// `Diversion` has the latest one first, and each may stand for several (RFC 5806 §5).
fn of_diversions(request: &Message, area: &NumberingArea) -> Option<Redirection> {
    let values = request.addresses(HeaderName::Diversion);
    let values: Vec<NameAddr<'_>> = values.filter_map(Result::ok).collect();
    let diversion = |value: &NameAddr<'_>| Diversion {
        number: number_of(value, area),
        presentation: match value.params.get("privacy") {
            Some("full" | "uri") => Presentation::RESTRICTED,
            _ => Presentation::ALLOWED,
        },
        reason: redirection_reason::of_word(value.params.get("reason").unwrap_or_default()),
    };
    let counter = |value: &NameAddr<'_>| value.params.get("counter")?.parse().ok();
    let count: u32 = values
        .iter()
        .map(|value| counter(value).unwrap_or(1))
        .fold(0, u32::saturating_add);
    let count = u8::try_from(count).unwrap_or(Redirection::MAX);
    Some(Redirection {
        count: count.clamp(1, Redirection::MAX),
        original: diversion(values.last()?),
        last: diversion(values.first()?),
    })
}

/// The `History-Info` of an INVITE to `called` after these diversions: one entry for each target.
/// Those between the first and the last are not known. `domain` is where the numbers are.
pub fn history_info(
    redirection: &Redirection,
    called: &E164,
    domain: &str,
    rules: Rules<'_>,
) -> String {
    let Redirection {
        count,
        original,
        last,
    } = *redirection;
    let mut history = Targets::new(domain, rules);
    history.target(original.number, None, original.presentation);
    for place in 1..count {
        let reason = match place {
            1 => original.reason,
            _ => RedirectionReason::UNKNOWN,
        };
        let from = (place + 1 == count).then_some(last);
        let presentation = from.map_or(Presentation::ALLOWED, |from| from.presentation);
        history.target(
            from.and_then(|from| from.number),
            Some(reason),
            presentation,
        );
    }
    history.target(Some(*called), Some(last.reason), Presentation::ALLOWED);
    history.text
}

/// The `History-Info` of a response: from `called` the call is sent elsewhere.
pub fn forwarded(forwarding: &Forwarding, called: &E164, domain: &str, rules: Rules<'_>) -> String {
    let mut history = Targets::new(domain, rules);
    history.target(Some(*called), None, Presentation::ALLOWED);
    history.target(
        forwarding.to,
        Some(forwarding.reason),
        forwarding.presentation,
    );
    history.text
}

/// The `Diversion` of an INVITE after these diversions.
pub fn diversion(redirection: &Redirection) -> String {
    let one = |diversion: &Diversion, counter: u8| {
        let uri = diversion
            .number
            .map_or_else(|| UNKNOWN.to_owned(), |n| n.tel_uri());
        let (_, reason) = redirection_reason::cause_and_word(diversion.reason);
        let privacy = match diversion.presentation {
            Presentation::ALLOWED => "off",
            _ => "full",
        };
        format!("<{uri}>;reason={reason};counter={counter};privacy={privacy}")
    };
    let latest = one(&redirection.last, 1);
    match redirection.count {
        ..=1 => latest,
        count => format!("{latest}, {}", one(&redirection.original, count - 1)),
    }
}

/// Entries one below the other: 1, 1.1, 1.1.1 …
struct Targets<'a> {
    domain: &'a str,
    rules: Rules<'a>,
    text: String,
    index: String,
}

impl<'a> Targets<'a> {
    fn new(domain: &'a str, rules: Rules<'a>) -> Self {
        Self {
            domain,
            rules,
            text: String::new(),
            index: String::new(),
        }
    }

    fn target(
        &mut self,
        number: Option<E164>,
        reason: Option<RedirectionReason>,
        presentation: Presentation,
    ) {
        let before = self.index.clone();
        self.index
            .push_str(if before.is_empty() { "1" } else { ".1" });
        if !before.is_empty() {
            self.text.push_str(", ");
        }
        let uri = number.map_or_else(
            || UNKNOWN.to_owned(),
            |number| format!("sip:{number}@{};user=phone", self.domain),
        );
        let cause = reason.map_or_else(String::new, |reason| {
            let own = self.rules.history(reason);
            let cause = own.unwrap_or_else(|| redirection_reason::cause_and_word(reason).0);
            format!(";cause={cause}")
        });
        let privacy = match presentation {
            Presentation::RESTRICTED => "?Privacy=history",
            _ => "",
        };
        // Writing into memory does not fail.
        let _ = write!(self.text, "<{uri}{cause}{privacy}>;index={}", self.index);
        if !before.is_empty() {
            let _ = write!(self.text, ";mp={before}");
        }
    }
}

#[cfg(test)]
mod tests;
