//! The settings of a message by name, and where in which parameter each stands (`Q.763 §3`).

use super::layout::Layout;
use super::value::{Kind, Value};

/// One setting of a parameter.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    /// The parameter it is a part of.
    pub(super) parameter: u8,
    pub(super) kind: Kind,
}

/// Parameter code of range and status (`Q.763 §3.43`).
pub(super) const RANGE_AND_STATUS: u8 = 22;

type Names = &'static [(&'static str, u32)];

const NO_YES: Names = &[("no", 0), ("yes", 1)];
const ACCESS: Names = &[("non-isdn", 0), ("isdn", 1)];
const NATURE: Names = &[("subscriber", 1), ("national", 3), ("international", 4)];
const CATEGORY: Names = &[
    ("operator-french", 1),
    ("operator-english", 2),
    ("operator-german", 3),
    ("ordinary", 10),
    ("priority", 11),
    ("data", 12),
    ("test", 13),
    ("payphone", 15),
];
const MEDIUM: Names = &[
    ("speech", 0),
    ("unrestricted", 2),
    ("3.1kHz", 3),
    ("unrestricted-preferred", 6),
    ("2x64k", 7),
    ("384k", 8),
    ("1536k", 9),
    ("1920k", 10),
];
const CONTINUITY: Names = &[("not-required", 0), ("required", 1), ("previous", 2)];
const PREFERENCE: Names = &[("preferred", 0), ("not-required", 1), ("required", 2)];
const SUBSCRIBER: Names = &[("no-indication", 0), ("free", 1)];
const CHARGE: Names = &[("no-indication", 0), ("no", 1), ("yes", 2)];
const EVENT: Names = &[
    ("alerting", 1),
    ("progress", 2),
    ("in-band", 3),
    ("forwarded-busy", 4),
    ("forwarded-no-reply", 5),
    ("forwarded", 6),
];
const SCREENING: Names = &[
    ("user-not-verified", 0),
    ("user-verified", 1),
    ("user-failed", 2),
    ("network", 3),
];
const QUALIFIER: Names = &[
    ("called", 1),
    ("connected", 5),
    ("calling", 6),
    ("original", 7),
    ("redirecting", 8),
    ("redirection", 9),
];
const REASON: Names = &[
    ("unknown", 0),
    ("busy", 1),
    ("no-reply", 2),
    ("unconditional", 3),
    ("deflection-alerting", 4),
    ("deflection", 5),
    ("not-reachable", 6),
];
const DIVERSION: Names = &[("no", 0), ("rerouted", 1), ("forwarded", 3)];
const NOTIFICATION: Names = &[
    ("suspended", 0),
    ("resumed", 1),
    ("conference", 0x42),
    ("waiting", 0x60),
    ("hold", 0x79),
    ("retrieval", 0x7A),
    ("diverting", 0x7B),
];
const OPTIONS: Names = &[
    ("unknown", 0),
    ("no", 1),
    ("yes", 2),
    ("yes-without-number", 3),
];
const PRESENTATION: Names = &[("allowed", 0), ("restricted", 1), ("not-available", 2)];
const RESULT: Names = &[("failed", 0), ("successful", 1)];
const INITIATOR: Names = &[("subscriber", 0), ("network", 1)];
const CARRIER: Names = &[("unknown", 0), ("analogue", 1), ("digital", 2), ("both", 3)];
const DOUBLE_SEIZING: Names = &[("none", 0), ("odd", 1), ("even", 2), ("all", 3)];
const CHECKS: Names = &[
    ("unknown", 0),
    ("none", 1),
    ("statistical", 2),
    ("per-call", 3),
];
const RESPONSE: Names = &[("failed", 0), ("successful", 1)];
const SUPERVISION: Names = &[("maintenance", 0), ("hardware", 1)];

macro_rules! fields {
    ($($name:literal $parameter:literal $kind:expr;)*) => {
        pub(super) const FIELDS: &[Field] = &[$(Field {
            name: $name,
            parameter: $parameter,
            kind: $kind,
        },)*];
    };
}

/// A few bits of an octet.
const fn bits(octet: usize, shift: u8, width: u8, names: Names) -> Kind {
    Kind::Bits {
        octet,
        shift,
        width,
        names,
    }
}

/// A number whose first octet says whether it is odd.
const fn digits(at: usize) -> Kind {
    Kind::Digits { odd: 0, at }
}

fields! {
    "medium" 2 bits(0, 0, 8, MEDIUM);
    "access-transport" 3 Kind::Octets;
    "called" 4 digits(2);
    "nature" 4 bits(0, 0, 7, NATURE);
    "internal-not-allowed" 4 bits(1, 7, 1, NO_YES);
    "digits" 5 digits(1);
    "satellites" 6 bits(0, 0, 2, &[]);
    "continuity" 6 bits(0, 2, 2, CONTINUITY);
    "echo" 6 bits(0, 4, 1, NO_YES);
    "international" 7 bits(0, 0, 1, NO_YES);
    "interworking" 7 bits(0, 3, 1, NO_YES);
    "isup-all-the-way" 7 bits(0, 5, 1, NO_YES);
    "isup" 7 bits(0, 6, 2, PREFERENCE);
    "calling-access" 7 bits(1, 0, 1, ACCESS);
    "forward-segment" 8 bits(0, 2, 1, NO_YES);
    "category" 9 bits(0, 0, 8, CATEGORY);
    "calling" 10 digits(2);
    "calling-nature" 10 bits(0, 0, 7, NATURE);
    "presentation" 10 bits(1, 2, 2, PRESENTATION);
    "screening" 10 bits(1, 0, 2, SCREENING);
    "redirecting" 11 digits(2);
    "redirecting-nature" 11 bits(0, 0, 7, NATURE);
    "redirecting-presentation" 11 bits(1, 2, 2, PRESENTATION);
    "redirection" 12 digits(2);
    "redirection-nature" 12 bits(0, 0, 7, NATURE);
    "request" 14 Kind::Octets;
    "information" 15 Kind::Octets;
    "result" 16 bits(0, 0, 1, RESULT);
    "charge" 17 bits(0, 0, 2, CHARGE);
    "subscriber" 17 bits(0, 2, 2, SUBSCRIBER);
    "backward-interworking" 17 bits(1, 0, 1, NO_YES);
    "access" 17 bits(1, 4, 1, ACCESS);
    "backward-echo" 17 bits(1, 5, 1, NO_YES);
    "cause" 18 Kind::Cause;
    "location" 18 Kind::Location;
    "diagnostic" 18 Kind::Diagnostic;
    "diversion" 19 bits(0, 0, 3, DIVERSION);
    "original-reason" 19 bits(0, 4, 4, REASON);
    "diversions" 19 bits(1, 0, 3, &[]);
    "reason" 19 bits(1, 4, 4, REASON);
    "type" 21 bits(0, 0, 2, SUPERVISION);
    "range" 22 bits(0, 0, 8, &[]);
    "status" 22 Kind::Status;
    "facility" 24 bits(0, 0, 8, &[]);
    "user-information" 32 Kind::Octets;
    "connected" 33 digits(2);
    "connected-nature" 33 bits(0, 0, 7, NATURE);
    "connected-presentation" 33 bits(1, 2, 2, PRESENTATION);
    "connected-screening" 33 bits(1, 0, 2, SCREENING);
    "by" 34 bits(0, 0, 1, INITIATOR);
    "event" 36 bits(0, 0, 7, EVENT);
    "states" 38 Kind::Octets;
    "congestion" 39 bits(0, 0, 8, &[]);
    "original" 40 digits(2);
    "original-nature" 40 bits(0, 0, 7, NATURE);
    "original-presentation" 40 bits(1, 2, 2, PRESENTATION);
    "in-band" 41 bits(0, 0, 1, NO_YES);
    "backward-segment" 41 bits(0, 2, 1, NO_YES);
    "user-service" 29 Kind::Octets;
    "user-service-prime" 48 Kind::Octets;
    "notification" 44 bits(0, 0, 7, NOTIFICATION);
    "delay" 49 Kind::Wide;
    "medium-used" 53 bits(0, 0, 8, MEDIUM);
    "number-shown" 54 bits(0, 0, 3, OPTIONS);
    "diversion-reason" 54 bits(0, 3, 4, REASON);
    "if-unknown" 56 Kind::Instruction;
    "if-parameter-unknown" 57 Kind::Instructions;
    "hops" 61 bits(0, 0, 5, &[]);
    "medium-prime" 62 bits(0, 0, 8, MEDIUM);
    "location-number" 63 digits(2);
    "location-nature" 63 bits(0, 0, 7, NATURE);
    "call-history" 45 Kind::Wide;
    "generic" 192 Kind::Digits { odd: 1, at: 3 };
    "generic-is" 192 bits(0, 0, 8, QUALIFIER);
    "generic-nature" 192 bits(1, 0, 7, NATURE);
    "generic-presentation" 192 bits(2, 2, 2, PRESENTATION);
    "generic-screening" 192 bits(2, 0, 2, SCREENING);
    "carrier" 229 bits(0, 0, 2, CARRIER);
    "double-seizing" 229 bits(0, 2, 2, DOUBLE_SEIZING);
    "continuity-check" 229 bits(0, 6, 2, CHECKS);
    "response" 230 bits(0, 0, 8, RESPONSE);
    "trunk-group" 231 Kind::Octets;
    "originating-line" 234 bits(0, 0, 8, &[]);
}

/// What a scenario sets in a message it sends, or asks of one that is sent to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Setting {
    /// As written, before the equals sign.
    pub(super) name: String,
    /// The parameter.
    pub(super) parameter: u8,
    kind: Kind,
    pub(super) wanted: Wanted,
}

/// What a setting wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// `name=value`.
    Value(Value),
    /// `name=-`: the parameter is not there.
    Absent,
    /// `name=*`: it is there, whatever it says.
    Present,
}

impl Setting {
    /// Reads `name=value` for a message; `p61=1F` sets all octets of parameter 61.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn parse(text: &str, message: &str, layout: &Layout) -> Result<Self, String> {
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| format!("expected name=value, found {text:?}"))?;
        let (parameter, kind) = place(name, layout)
            .ok_or_else(|| format!("{message} has no {name:?}; it has {}", names(layout)))?;
        let wanted = match value {
            "-" if layout.requires(parameter) => {
                return Err(format!("{name}: {message} never lacks it"));
            }
            "-" => Wanted::Absent,
            "*" => Wanted::Present,
            value => Wanted::Value(kind.parse(value).map_err(|e| format!("{name}: {e}"))?),
        };
        Ok(Self {
            name: name.to_owned(),
            parameter,
            kind,
            wanted,
        })
    }

    /// As a scenario writes it.
    pub(super) fn written(&self) -> String {
        let value = match &self.wanted {
            Wanted::Value(value) => self.kind.show(value),
            Wanted::Absent => "-".to_owned(),
            Wanted::Present => "*".to_owned(),
        };
        format!("{}={value}", self.name)
    }

    /// Whether both set the same.
    pub(super) fn collides(&self, other: &Self) -> bool {
        let whole = |setting: &Self| matches!(setting.kind, Kind::Octets);
        self.parameter == other.parameter
            && (self.name == other.name || whole(self) || whole(other))
    }

    /// Puts the wanted value into the contents of the parameter.
    pub(super) fn put(&self, contents: &mut Vec<u8>) {
        if let Wanted::Value(value) = &self.wanted {
            self.kind.put(value, contents);
        }
    }

    /// Compares with what a message has.
    ///
    /// # Errors
    /// How it differs.
    pub(super) fn check(&self, contents: Option<&[u8]>) -> Result<(), String> {
        let found = contents.map(|contents| self.kind.find(contents));
        let shown = |value: &Option<Value>| match value {
            Some(value) => self.kind.show(value),
            None => "cut short".to_owned(),
        };
        match (&self.wanted, &found) {
            (Wanted::Value(wanted), Some(Some(found))) if wanted == found => Ok(()),
            (Wanted::Present, Some(_)) | (Wanted::Absent, None) => Ok(()),
            (_, Some(found)) => Err(format!("{}={}", self.name, shown(found))),
            (_, None) => Err(format!("no {}", self.name)),
        }
    }

    /// What it says of the circuits behind the range, a character each.
    pub(super) fn status(&self) -> Option<&str> {
        match (&self.kind, &self.wanted) {
            (Kind::Status, Wanted::Value(Value::Text(bits))) => Some(bits),
            _ => None,
        }
    }

    /// Whether it sets all octets of its parameter.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self.kind, Kind::Octets)
    }
}

/// The fields that a message may have.
pub(super) fn fields(layout: &Layout) -> impl Iterator<Item = &'static Field> {
    FIELDS.iter().filter(|field| layout.allows(field.parameter))
}

fn place(name: &str, layout: &Layout) -> Option<(u8, Kind)> {
    if let Some(field) = fields(layout).find(|field| field.name == name) {
        return Some((field.parameter, field.kind));
    }
    let code = name.strip_prefix('p')?.parse().ok()?;
    layout.has_room_for(code).then_some((code, Kind::Octets))
}

fn names(layout: &Layout) -> String {
    let mut names: Vec<_> = fields(layout).map(|field| field.name.to_owned()).collect();
    names.extend(["cic".to_owned(), "body".to_owned()]);
    match layout.optional {
        Some(_) => names.push("p0 … p255".to_owned()),
        None => names.extend(layout.mandatory().map(|code| format!("p{code}"))),
    }
    names.join(", ")
}
