//! Causes of ISUP and final responses of SIP, both ways.

use codecs::isup::{Cause, CauseIndicators, Location};
use codecs::sip::{HeaderName, Message};

use super::reason;
use super::table::{Direction, Heading, Table};

/// What these tables are asked for by.
pub const SUBJECT: &str = "causes";

/// Which standard's tables a gateway follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CauseTables {
    /// 3GPP TS 29.163 (an IMS's MGCF).
    #[default]
    Ts29163,
    /// RFC 3398 (a SIP network other than an IMS).
    Rfc3398,
}

/// For which cause indicators of its cause a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// All that no row above is for.
    Always,
    /// The location is the user.
    ByUser,
}

impl When {
    fn holds(self, cause: &CauseIndicators) -> bool {
        match self {
            Self::Always => true,
            Self::ByUser => cause.location == Location::USER,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Always => "",
            Self::ByUser => "location user",
        }
    }
}

use When::{Always, ByUser};

//= TS 29.163 §7.2.3.1.7 table 8 (Q.1912.5 table 21): REL received before answer to final response
const TS29163_TO_STATUS: &[(u8, When, u16)] = &[
    (1, Always, 404),
    (2, Always, 500),
    (3, Always, 500),
    (4, Always, 500),
    (5, Always, 404),
    (8, Always, 500),
    (9, Always, 500),
    (16, Always, 480),
    (17, Always, 486),
    (18, Always, 480),
    (19, Always, 480),
    (20, Always, 480),
    (21, Always, 480),
    (22, Always, 410),
    (24, Always, 433),
    (25, Always, 480),
    (27, Always, 502),
    (28, Always, 484),
    (29, Always, 500),
    (31, Always, 480),
    (34, Always, 480),
    (38, Always, 480),
    (41, Always, 480),
    (42, Always, 480),
    (43, Always, 480),
    (44, Always, 480),
    (46, Always, 480),
    (47, Always, 480),
    (50, Always, 500),
    (55, Always, 500),
    (57, Always, 500),
    (58, Always, 500),
    (63, Always, 500),
    (65, Always, 500),
    (70, Always, 500),
    (79, Always, 500),
    (87, Always, 500),
    (88, Always, 500),
    (95, Always, 500),
    (97, Always, 500),
    (99, Always, 500),
    (102, Always, 480),
    (103, Always, 500),
    (110, Always, 500),
    (111, Always, 500),
    (127, Always, 480),
];

//= RFC 3398 §7.2.4.1: release cause to final response
const RFC3398_TO_STATUS: &[(u8, When, u16)] = &[
    (1, Always, 404),
    (2, Always, 404),
    (3, Always, 404),
    (17, Always, 486),
    (18, Always, 408),
    (19, Always, 480),
    (20, Always, 480),
    (21, ByUser, 603),
    (21, Always, 403),
    (22, Always, 410),
    (23, Always, 410),
    (26, Always, 404),
    (27, Always, 502),
    (28, Always, 484),
    (29, Always, 501),
    (31, Always, 480),
    (34, Always, 503),
    (38, Always, 503),
    (41, Always, 503),
    (42, Always, 503),
    (47, Always, 503),
    (55, Always, 403),
    (57, Always, 403),
    (58, Always, 503),
    (65, Always, 488),
    (70, Always, 488),
    (79, Always, 501),
    (87, Always, 403),
    (88, Always, 503),
    (102, Always, 504),
    (111, Always, 500),
    (127, Always, 500),
];

//= TS 29.163 §7.2.3.2.11 table 18 (Q.1912.5 table 40): final response to cause; all others are 127
const TS29163_TO_CAUSE: &[(u16, u8)] = &[
    (404, 1),
    (410, 22),
    (433, 24),
    (480, 20),
    (484, 28),
    (486, 17),
    (600, 17),
    (603, 21),
    (604, 1),
];

//= RFC 3398 §8.2.6.1: final response to cause; all others are 31
const RFC3398_TO_CAUSE: &[(u16, u8)] = &[
    (400, 41),
    (401, 21),
    (402, 21),
    (403, 21),
    (404, 1),
    (405, 63),
    (406, 79),
    (407, 21),
    (408, 102),
    (410, 22),
    (413, 127),
    (414, 127),
    (415, 79),
    (416, 127),
    (420, 127),
    (421, 127),
    (423, 127),
    (480, 18),
    (481, 41),
    (482, 25),
    (483, 25),
    (484, 28),
    (485, 1),
    (486, 17),
    (500, 41),
    (501, 79),
    (502, 38),
    (503, 41),
    (504, 102),
    (505, 127),
    (513, 127),
    (600, 17),
    (603, 21),
    (604, 1),
];

//= RFC 3398 §8.2.6.1: 488 and 606 whose Warning names the media (RFC 3261 §20.43) are cause 65
const MEDIA_WARNINGS: [&str; 2] = ["304", "305"];

impl CauseTables {
    /// The final response that tells of a release before answer.
    pub fn status(self, cause: &CauseIndicators) -> u16 {
        let (rows, other) = self.to_status();
        let row = rows
            .iter()
            .find(|(value, when, _)| *value == cause.cause.value() && when.holds(cause));
        row.map_or(other, |&(_, _, status)| status)
    }

    /// The cause that tells of a final response.
    pub fn cause(self, status: u16) -> Cause {
        let (rows, other) = self.to_cause();
        let row = rows.iter().find(|&&(of, _)| of == status);
        row.and_then(|&(_, cause)| Cause::try_from(cause).ok())
            .unwrap_or(other)
    }

    /// The cause that tells of a final response, and of what its `Warning` says.
    pub fn cause_of(self, response: &Message) -> Cause {
        let status = response.status();
        match (self, status) {
            (Self::Rfc3398, 488 | 606) if warns_of_media(response) => Cause::BEARER_NOT_IMPLEMENTED,
            _ => self.cause(status),
        }
    }

    /// Where a call was released that a final response ended.
    ///
    /// - `TS 29.163 §7.2.3.2.11`: in the network beyond the interworking point;
    /// - `RFC 3398 §8.2.6.1`: a global failure (6xx) is the user's.
    pub fn location(self, status: u16) -> Location {
        match (self, status) {
            (Self::Rfc3398, 600..) => Location::USER,
            _ => Location::BEYOND_INTERWORKING,
        }
    }

    /// The cause of a CANCEL that states none.
    ///
    /// - `TS 29.163 §7.2.3.1.7`: 31;
    /// - `RFC 3398 §8.2.6.1`: 16.
    pub fn cancelled(self) -> Cause {
        match self {
            Self::Ts29163 => Cause::NORMAL_UNSPECIFIED,
            Self::Rfc3398 => Cause::NORMAL_CLEARING,
        }
    }

    /// The standard's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ts29163 => "TS 29.163",
            Self::Rfc3398 => "RFC 3398",
        }
    }

    /// Rows, and the status of causes without one.
    fn to_status(self) -> (&'static [(u8, When, u16)], u16) {
        match self {
            Self::Ts29163 => (TS29163_TO_STATUS, 480),
            Self::Rfc3398 => (RFC3398_TO_STATUS, 500),
        }
    }

    /// Rows, and the cause of statuses without one.
    fn to_cause(self) -> (&'static [(u16, u8)], Cause) {
        match self {
            Self::Ts29163 => (TS29163_TO_CAUSE, Cause::INTERWORKING),
            Self::Rfc3398 => (RFC3398_TO_CAUSE, Cause::NORMAL_UNSPECIFIED),
        }
    }

    /// Its tables as they are shown, the one to SIP first.
    pub(super) fn shown(self) -> [Table; 2] {
        [self.shown_to_sip(), self.shown_to_isup()]
    }

    fn shown_to_sip(self) -> Table {
        let heading = Heading {
            subject: SUBJECT,
            title: "The final response that tells of a release before answer",
            clause: match self {
                Self::Ts29163 => "TS 29.163 §7.2.3.1.7, table 8; Q.1912.5 table 21",
                Self::Rfc3398 => "RFC 3398 §7.2.4.1",
            },
            direction: Direction::ToSip,
        };
        let (rows, other) = self.to_status();
        let shown = |&(cause, when, status): &(u8, When, u16)| {
            let name = Cause::try_from(cause).map_or("", Cause::name);
            [
                cause.to_string(),
                name.into(),
                when.words().into(),
                status.to_string(),
            ]
        };
        let others = [
            "others".into(),
            String::new(),
            String::new(),
            other.to_string(),
        ];
        let rows = rows.iter().map(shown).chain([others]);
        Table::new(heading, ["cause", "name", "when", "status"], rows)
    }

    fn shown_to_isup(self) -> Table {
        let heading = Heading {
            subject: SUBJECT,
            title: "The cause that tells of a final response or request without a Reason",
            clause: match self {
                Self::Ts29163 => "TS 29.163 §7.2.3.2.11, table 18, §7.2.3.1.7; Q.1912.5 table 40",
                Self::Rfc3398 => "RFC 3398 §8.2.6.1",
            },
            direction: Direction::ToIsup,
        };
        let shown = |what: &str, when: &str, cause: Cause, status: u16| {
            let location = self.location(status).name();
            let value = cause.value().to_string();
            [what, when, &value, cause.name(), location].map(str::to_owned)
        };
        let (rows, other) = self.to_cause();
        let statuses = rows
            .iter()
            .map(|&(status, _)| shown(&status.to_string(), "", self.cause(status), status));
        let media = (self == Self::Rfc3398).then(|| {
            let when = format!("Warning {}", MEDIA_WARNINGS.join(" or "));
            shown("488, 606", &when, Cause::BEARER_NOT_IMPLEMENTED, 488)
        });
        let others = [
            shown("others", "", other, 0),
            shown("CANCEL", "", self.cancelled(), 0),
            shown("BYE", "", Cause::NORMAL_CLEARING, 0),
        ];
        let rows = statuses.chain(media).chain(others);
        let columns = ["from SIP", "when", "cause", "name", "location"];
        Table::new(heading, columns, rows)
    }
}

fn warns_of_media(response: &Message) -> bool {
    response.headers(HeaderName::Warning).any(|value| {
        let code = value.split(|&byte| byte == b' ').next().unwrap_or_default();
        MEDIA_WARNINGS.iter().any(|own| own.as_bytes() == code)
    })
}

/// Cause indicators of a release that a message of SIP tells of: what its `Reason` states
/// (`RFC 6432 §4`), otherwise this cause and location.
pub fn released(message: &Message, cause: Cause, location: Location) -> CauseIndicators {
    match reason::stated(message) {
        Some((cause, stated)) => CauseIndicators::new(cause, stated.unwrap_or(location)),
        None => CauseIndicators::new(cause, location),
    }
}

/// Cause indicators for something that was decided in SIP (`TS 29.163 §7.2.3.2.11`: the location is
/// the network beyond the interworking point).
pub fn beyond(cause: Cause) -> CauseIndicators {
    CauseIndicators::new(cause, Location::BEYOND_INTERWORKING)
}

/// Cause indicators for something that this gateway decided.
pub fn here(cause: Cause) -> CauseIndicators {
    CauseIndicators::new(cause, Location::PUBLIC_LOCAL)
}

/// The tables of both standards as they are shown.
pub(super) fn tables() -> Vec<Table> {
    [CauseTables::Ts29163, CauseTables::Rfc3398]
        .into_iter()
        .flat_map(CauseTables::shown)
        .collect()
}

#[cfg(test)]
mod tests;
