//! Progress of a call: ACM and CPG of ISUP, provisional responses of SIP
//! (`TS 29.163 §7.2.3.1.4`–`7`, `§7.2.3.2.5`–`7`; `RFC 3398 §7.2.5`–`7`, `§8.2.3`).

use codecs::isup::{
    Acm, BackwardCallIndicators, CalledStatus, Cpg, Event, EventInformation, Notification,
    Parameter, Parameters, TransmissionMediumRequirement as Medium,
};
use codecs::sip::phrase;

use super::table::{Direction, Heading, Table};
use super::{early_media, indicators};
use crate::exchange::leg::Signal;

type Means = fn(bool) -> Signal;

const PROGRESSES: Means = |in_band| Signal::Progress { in_band };
const ALERTS: Means = |in_band| Signal::Alerting { in_band };
const FORWARDS: Means = |in_band| Signal::Forwarding { in_band };

//= TS 29.163 §7.2.3.1.4, §7.2.3.1.4A, §7.2.3.1.4B: what CPG says
const EVENTS: [(Event, Means); 6] = [
    (Event::ALERTING, ALERTS),
    (Event::PROGRESS, PROGRESSES),
    (Event::IN_BAND, PROGRESSES),
    (Event::FORWARDED_BUSY, FORWARDS),
    (Event::FORWARDED_NO_REPLY, FORWARDS),
    (Event::FORWARDED, FORWARDS),
];

//= TS 29.163 §7.2.3.2.4–7, §7.5.4; RFC 3398 §7.2.5: what a provisional response says
const RESPONSES: [(u16, Means); 4] = [
    (180, ALERTS),
    (181, FORWARDS),
    (182, PROGRESSES),
    (183, PROGRESSES),
];

/// 199 ends one early dialog of several: no news for the caller (`RFC 6228`).
const EARLY_DIALOG_TERMINATED: u16 = 199;

/// What an address complete message says.
pub fn of_acm(acm: &Acm) -> Signal {
    let optional = acm.optional.optional_backward_call();
    let in_band = early_media::from_isup(Some(&acm.backward_call), optional);
    match acm.backward_call.called_status {
        CalledStatus::SUBSCRIBER_FREE => Signal::Alerting { in_band },
        _ if notifies(&acm.optional, Notification::CALL_DIVERTING) => {
            Signal::Forwarding { in_band }
        }
        _ => Signal::Progress { in_band },
    }
}

/// What a call progress message says.
pub fn of_cpg(cpg: &Cpg) -> Signal {
    if notifies(&cpg.optional, Notification::REMOTE_HOLD) {
        return Signal::Hold;
    }
    if notifies(&cpg.optional, Notification::REMOTE_RETRIEVAL) {
        return Signal::Retrieve;
    }
    let event = cpg.event.event;
    let optional = cpg.optional.optional_backward_call();
    let in_band =
        event == Event::IN_BAND || early_media::from_isup(cpg.optional.backward_call(), optional);
    let row = EVENTS.iter().find(|(known, _)| *known == event);
    match row.map_or(PROGRESSES, |&(_, means)| means)(in_band) {
        Signal::Progress { in_band } if notifies(&cpg.optional, Notification::CALL_DIVERTING) => {
            Signal::Forwarding { in_band }
        }
        signal => signal,
    }
}

fn notifies(optional: &Parameters, wanted: Notification) -> bool {
    let mut parameters = optional.iter();
    parameters.any(|parameter| *parameter == Parameter::Notification(wanted))
}

/// What a provisional response other than 100 says, if anything; `in_band` is whether there is
/// something to hear.
pub fn of_provisional(status: u16, in_band: bool) -> Option<Signal> {
    if status == EARLY_DIALOG_TERMINATED {
        return None;
    }
    let row = RESPONSES.iter().find(|(known, _)| *known == status);
    Some(row.map_or(PROGRESSES, |&(_, means)| means)(in_band))
}

/// The provisional response that says so, and whether there is something to hear with it.
pub fn provisional(signal: &Signal) -> Option<(u16, bool)> {
    match *signal {
        Signal::Alerting { in_band } => Some((180, in_band)),
        Signal::Forwarding { in_band } => Some((181, in_band)),
        Signal::Progress { in_band } => Some((183, in_band)),
        _ => None,
    }
}

/// Backward call indicators towards ISUP for a call that goes on in SIP.
pub fn backward_call(alerting: bool) -> BackwardCallIndicators {
    BackwardCallIndicators {
        called_status: match alerting {
            true => CalledStatus::SUBSCRIBER_FREE,
            false => CalledStatus::NO_INDICATION,
        },
        ..indicators::backward_call(Medium::AUDIO_3K1)
    }
}

/// The first backward message for a call that goes on in SIP, of a provisional response.
pub fn acm(signal: &Signal) -> Acm {
    let alerting = matches!(signal, Signal::Alerting { .. });
    Acm {
        backward_call: backward_call(alerting),
        optional: optional(signal),
    }
}

/// A further backward message for a call that goes on in SIP, of a provisional response.
pub fn cpg(signal: &Signal) -> Cpg {
    let (event, optional) = match signal {
        Signal::Alerting { .. } => (Event::ALERTING, optional(signal)),
        // The event says so itself.
        Signal::Progress { in_band: true } => (Event::IN_BAND, Parameters::default()),
        _ => (Event::PROGRESS, optional(signal)),
    };
    Cpg {
        event: EventInformation {
            event,
            presentation_restricted: false,
        },
        optional,
    }
}

/// The message that tells of hold or retrieval (`TS 29.163 §7.4.10`, `Q.733.2 §2.5`).
pub fn notification(notification: Notification) -> Cpg {
    Cpg {
        optional: Parameters::default().with(Parameter::Notification(notification)),
        ..cpg(&PROGRESSES(false))
    }
}

fn optional(signal: &Signal) -> Parameters {
    let mut optional = Parameters::default();
    if provisional(signal).is_some_and(|(_, in_band)| in_band) {
        let indicators = indicators::optional_backward_call();
        optional.push(Parameter::OptionalBackwardCall(indicators));
    }
    if matches!(signal, Signal::Forwarding { .. }) {
        optional.push(Parameter::Notification(Notification::CALL_DIVERTING));
    }
    optional
}

/// The rules as they are shown.
pub(super) fn tables() -> Vec<Table> {
    vec![shown_to_sip(), shown_to_isup()]
}

fn shown_to_sip() -> Table {
    let heading = Heading {
        subject: "progress",
        title: "The provisional response that tells how a call goes",
        clause: "TS 29.163 §7.2.3.1.4–4B",
        direction: Direction::ToSip,
    };
    let response = |signal: &Signal| {
        let answer = provisional(signal);
        answer.map_or_else(String::new, |(status, _)| {
            format!("{status} {}", phrase(status))
        })
    };
    let diverting = Notification::CALL_DIVERTING.name();
    let acms = [
        (CalledStatus::SUBSCRIBER_FREE.name(), ALERTS),
        (CalledStatus::NO_INDICATION.name(), PROGRESSES),
        (diverting, FORWARDS),
    ];
    let acms = acms.map(|(says, means)| ("ACM", says, means));
    let cpgs = EVENTS.map(|(event, means)| ("CPG", event.name(), means));
    let rows = acms
        .into_iter()
        .chain(cpgs)
        .chain([("CPG", diverting, FORWARDS)]);
    Table::new(
        heading,
        ["message", "says", "response"],
        rows.map(|(message, says, means)| [message.into(), says.into(), response(&means(false))]),
    )
}

fn shown_to_isup() -> Table {
    let heading = Heading {
        subject: "progress",
        title: "The ISUP message that tells how a call goes",
        clause: "TS 29.163 §7.2.3.2.4–7",
        direction: Direction::ToIsup,
    };
    let row = |(status, means): (u16, Means), in_band: bool| {
        let signal = means(in_band);
        let (acm, cpg) = (acm(&signal), cpg(&signal));
        let also = |optional: &Parameters| {
            let diverting = notifies(optional, Notification::CALL_DIVERTING);
            let in_band = optional.optional_backward_call().is_some();
            let diverting = diverting.then_some(Notification::CALL_DIVERTING.name());
            let words = [in_band.then_some("in-band information"), diverting];
            words
                .into_iter()
                .flatten()
                .fold(String::new(), |all, word| all + ", " + word)
        };
        [
            format!("{status} {}", phrase(status)),
            if in_band { "yes" } else { "no" }.into(),
            acm.backward_call.called_status.name().to_owned() + &also(&acm.optional),
            cpg.event.event.name().to_owned() + &also(&cpg.optional),
        ]
    };
    let rows = RESPONSES.into_iter();
    Table::new(
        heading,
        ["response", "heard", "ACM, if it is the first", "CPG"],
        rows.flat_map(|response| [false, true].map(|heard| row(response, heard))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signals() -> impl Iterator<Item = Signal> {
        let means = [PROGRESSES, ALERTS, FORWARDS];
        means.into_iter().flat_map(|means| [false, true].map(means))
    }

    #[test]
    fn what_is_told_in_isup_is_understood_from_isup() {
        for signal in signals() {
            assert_eq!(of_cpg(&cpg(&signal)), signal);
            let status = provisional(&signal).map(|(status, _)| status);
            let understood = of_acm(&acm(&signal));
            assert_eq!(provisional(&understood).map(|(status, _)| status), status);
        }
        let of = |value| of_cpg(&notification(value));
        assert_eq!(of(Notification::REMOTE_HOLD), Signal::Hold);
        assert_eq!(of(Notification::REMOTE_RETRIEVAL), Signal::Retrieve);
    }

    /// `Q.763 §3.21`: events 1 to 6.
    #[test]
    fn every_event_is_known() {
        let values = EVENTS.map(|(event, _)| event.value());
        let mut sorted = values;
        sorted.sort_unstable();
        assert_eq!(sorted, [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn provisional_responses_say_what_their_names_say() {
        let of = |status| of_provisional(status, false);
        assert_eq!(of(180), Some(Signal::Alerting { in_band: false }));
        assert_eq!(of(181), Some(Signal::Forwarding { in_band: false }));
        assert_eq!(of(182), Some(Signal::Progress { in_band: false }));
        assert_eq!(of(199), None);
        assert_eq!(of(177), Some(Signal::Progress { in_band: false }));
        assert_eq!(
            of_provisional(183, true),
            Some(Signal::Progress { in_band: true })
        );
        assert_eq!(provisional(&Signal::Answer), None);
    }
}
