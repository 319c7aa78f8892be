//! Calls that go before others: the calling party's category and MLPP precedence of ISUP,
//! `Resource-Priority` of SIP (`Q.735.3`, `Q.763 §3.11`, `§3.34`; RFC 4412).

use codecs::Uint24;
use codecs::isup::{
    CallingPartyCategory, Iam, LookAhead, MlppPrecedence, NetworkIdentity, Parameter,
    PrecedenceLevel,
};
use codecs::sip::{HeaderName, Message};
use routing::E164;

use super::table::{Direction, Heading, Table};
use crate::exchange::leg::Priority;

//= RFC 4412 §10.2, §10.3, §10.6: levels of precedence, which are those of Q.735.3
const LEVELS: &[(&str, PrecedenceLevel)] = &[
    ("q735.0", PrecedenceLevel::FLASH_OVERRIDE),
    ("q735.1", PrecedenceLevel::FLASH),
    ("q735.2", PrecedenceLevel::IMMEDIATE),
    ("q735.3", PrecedenceLevel::PRIORITY),
    ("q735.4", PrecedenceLevel::ROUTINE),
    ("dsn.flash-override", PrecedenceLevel::FLASH_OVERRIDE),
    ("dsn.flash", PrecedenceLevel::FLASH),
    ("dsn.immediate", PrecedenceLevel::IMMEDIATE),
    ("dsn.priority", PrecedenceLevel::PRIORITY),
    ("dsn.routine", PrecedenceLevel::ROUTINE),
];

//= RFC 4412 §10.4, §10.5: the namespaces of preferential calls, and the value for one from ISUP
const PREFERENTIAL: [&str; 2] = ["ets.", "wps."];
const PREFERENTIAL_VALUE: &str = "ets.0";

/// Services of RFC 5031 that are calls for help begin so.
const EMERGENCY: &str = "urn:service:sos";

/// What gives the call of an IAM precedence.
pub fn of_iam(iam: &Iam) -> Option<Priority> {
    let level = iam.optional.iter().find_map(|parameter| match parameter {
        Parameter::MlppPrecedence(precedence) => Some(Priority::Precedence(precedence.level)),
        _ => None,
    });
    level.or((iam.category == CallingPartyCategory::IEPS).then_some(Priority::Preferential))
}

/// The category of an IAM for a caller of `category`: a call for help and one of the preference
/// scheme have one of their own (`TS 29.163 §7.2.3.1.2.2`).
pub fn category(
    priority: Option<Priority>,
    category: CallingPartyCategory,
) -> CallingPartyCategory {
    match priority {
        Some(Priority::Emergency) => CallingPartyCategory::PRIORITY,
        Some(Priority::Preferential) => CallingPartyCategory::IEPS,
        Some(Priority::Precedence(_)) | None => category,
    }
}

/// The precedence that an IAM states. The network and its service domain are not known in SIP.
pub fn precedence(priority: Option<Priority>) -> Option<Parameter> {
    let Some(Priority::Precedence(level)) = priority else {
        return None;
    };
    Some(Parameter::MlppPrecedence(MlppPrecedence {
        look_ahead: LookAhead::ALLOWED,
        level,
        network: NetworkIdentity::default(),
        service_domain: Uint24::default(),
    }))
}

/// What an INVITE says in `Resource-Priority`; of several values the first that is known here.
pub fn of_request(request: &Message) -> Option<Priority> {
    let mut values = request.headers(HeaderName::ResourcePriority);
    values.find_map(|value| of_value(std::str::from_utf8(value).ok()?))
}

fn of_value(value: &str) -> Option<Priority> {
    let level = LEVELS.iter().find(|(of, _)| of.eq_ignore_ascii_case(value));
    let begins = |prefix: &&str| {
        let head = value.get(..prefix.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(prefix))
    };
    match level {
        Some(&(_, level)) => Some(Priority::Precedence(level)),
        None => PREFERENTIAL
            .iter()
            .any(begins)
            .then_some(Priority::Preferential),
    }
}

/// The `Resource-Priority` of an INVITE.
pub fn value(priority: Priority) -> Option<&'static str> {
    match priority {
        Priority::Precedence(level) => {
            let row = LEVELS.iter().find(|(_, of)| *of == level);
            row.map(|&(value, _)| value)
        }
        Priority::Preferential => Some(PREFERENTIAL_VALUE),
        Priority::Emergency => None,
    }
}

/// Whether a request URI is a call for help (RFC 5031 §4.2).
pub fn is_emergency(uri: &str) -> bool {
    let head = uri.get(..EMERGENCY.len());
    let rest = uri.get(EMERGENCY.len()..).unwrap_or_default();
    head.is_some_and(|head| head.eq_ignore_ascii_case(EMERGENCY))
        && (rest.is_empty() || rest.starts_with('.'))
}

/// The number that serves a call for help: that of its service, or of one that it is a kind of
/// (RFC 5031 §4.1).
pub fn emergency_number(uri: &str, numbers: &[(String, E164)]) -> Option<E164> {
    let mut service = uri;
    loop {
        let served = |(of, _): &&(String, E164)| of.eq_ignore_ascii_case(service);
        if let Some((_, number)) = numbers.iter().find(served) {
            return Some(*number);
        }
        service = service.rsplit_once('.')?.0;
    }
}

/// The rules as they are shown.
pub(super) fn tables() -> Vec<Table> {
    let heading = |title, clause, direction| Heading {
        subject: "priority",
        title,
        clause,
        direction,
    };
    let levels = LEVELS.iter().map(|(value, level)| {
        [
            format!("MLPP precedence: {}", level.name()),
            (*value).to_owned(),
        ]
    });
    let preferential = [["category 14", "ets.*, wps.* (ets.0 to SIP)"].map(str::to_owned)];
    let emergency = ["urn:service:sos, urn:service:sos.*", "category 11"].map(str::to_owned);
    vec![
        Table::new(
            heading(
                "precedence and Resource-Priority",
                "Q.735.3; RFC 4412 §10",
                Direction::Both,
            ),
            ["ISUP", "Resource-Priority"],
            levels.chain(preferential),
        ),
        Table::new(
            heading(
                "calls for help",
                "RFC 5031 §4.2; Q.763 §3.11",
                Direction::ToIsup,
            ),
            ["request URI", "ISUP"],
            [emergency],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4412 §10.6 (q735) and Q.735.3: 0 is the highest level.
    #[test]
    fn levels_of_precedence() {
        for level in 0..5 {
            let priority = Priority::Precedence(level.try_into().unwrap());
            let text = format!("q735.{level}");
            assert_eq!(of_value(&text), Some(priority));
            assert_eq!(value(priority), Some(text.as_str()));
        }
        let flash = Priority::Precedence(PrecedenceLevel::FLASH);
        assert_eq!(of_value("DSN.Flash"), Some(flash));
        assert_eq!(of_value("wps.3"), Some(Priority::Preferential));
        assert_eq!(of_value("drsn.routine"), None);
    }

    /// The services of RFC 5031 §4.2.
    #[test]
    fn calls_for_help_have_a_number() {
        let number = |text: &str| text.parse::<E164>().unwrap();
        let numbers = [
            ("urn:service:sos".to_owned(), number("+49112")),
            ("urn:service:sos.police".to_owned(), number("+49110")),
        ];
        let served = |uri| emergency_number(uri, &numbers);
        assert_eq!(served("urn:service:sos"), Some(number("+49112")));
        assert_eq!(served("urn:service:sos.fire"), Some(number("+49112")));
        assert_eq!(served("URN:service:sos.Police"), Some(number("+49110")));
        assert_eq!(served("urn:service:counseling"), None);
        assert!(is_emergency("urn:service:sos.marine"));
        assert!(!is_emergency("urn:service:sosx") && !is_emergency("urn:service:so"));
    }
}
