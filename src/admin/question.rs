//! What operators ask and order: read from the fields of a request, refused with the field's name.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use codecs::isup::Supervision;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::outcome::Order;

/// What is asked or ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Question {
    /// The state of circuits.
    Show(Selection),
    /// Block or unblock circuits, reset them, or check the continuity of idle ones.
    Order(Order, Selection),
    /// Ask the other exchange for its view of circuits (CQM).
    Compare(Selection, Comparison),
    /// The trunk groups.
    Trunks,
    /// The timers of the trunk groups.
    Timers,
    /// The M3UA peers.
    Peers,
    /// Lock a peer out, or let it in again.
    Lock(String, bool),
}

/// What is told of two exchanges' views.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// Both views of every circuit.
    All,
    /// Where they differ.
    Differences,
    /// The same, and it is put right (`Q.764 §2.8.3.3`).
    Repair,
}

impl Comparison {
    /// As operators and the log name it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::All => "query",
            Self::Differences => "audit",
            Self::Repair => "audit with repair",
        }
    }
}

/// Which circuits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Selection {
    /// The trunk group by name; none: the only one, or all.
    pub(crate) trunk: Option<String>,
    /// Circuit codes; none: all.
    pub(crate) cics: Option<Vec<RangeInclusive<u16>>>,
}

impl Selection {
    /// Its circuit codes, as an order writes them.
    pub(super) fn written(&self) -> String {
        let write = |range: &RangeInclusive<u16>| match (range.start(), range.end()) {
            (first, last) if first == last => first.to_string(),
            (first, last) => format!("{first}-{last}"),
        };
        match &self.cics {
            Some(cics) => cics.iter().map(write).collect::<Vec<_>>().join(","),
            None => "all".into(),
        }
    }

    /// Whether a circuit code is one of them.
    pub(crate) fn has(&self, cic: u16) -> bool {
        let cics = self.cics.as_ref();
        cics.is_none_or(|cics| cics.iter().any(|range| range.contains(&cic)))
    }
}

/// Why a question gets no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refusal {
    /// The field of the request that is to blame.
    pub(crate) field: Option<String>,
    /// What is wrong with it, and what was expected.
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn of(field: &str, message: impl Into<String>) -> Self {
        Self {
            field: Some(field.into()),
            message: message.into(),
        }
    }
}

/// The fields of a request.
pub(super) type Fields = BTreeMap<String, Value>;

/// Reads an order: what is to be done, from the path, and to which circuits, from the fields.
/// Unlike a question it names its circuits, so that nobody resets a whole trunk by mistake.
///
/// # Errors
/// [`Refusal`]; nothing is refused for an order that does not exist.
pub(super) fn order(name: &str, fields: &Fields) -> Option<Result<Question, Refusal>> {
    let known: &[&str] = match name {
        "block" | "unblock" => &["trunk", "cic", "reason"],
        "audit" => &["trunk", "cic", "repair"],
        "reset" | "check" | "query" => &["trunk", "cic"],
        _ => return None,
    };
    let read = |fields| {
        only(fields, known)?;
        let selection = selection(fields)?;
        let asks = matches!(name, "query" | "audit");
        if !asks && !fields.contains_key("cic") {
            return Err(Refusal::of(
                "cic",
                "is missing: expected circuits such as \"1-31\", or \"all\"",
            ));
        }
        Ok(match name {
            "block" => Question::Order(Order::Block(reason(fields)?), selection),
            "unblock" => Question::Order(Order::Unblock(reason(fields)?), selection),
            "reset" => Question::Order(Order::Reset, selection),
            "check" => Question::Order(Order::Check, selection),
            "query" => Question::Compare(selection, Comparison::All),
            _ => Question::Compare(selection, repair(fields)?),
        })
    };
    Some(read(fields))
}

/// Reads an order about a peer; nothing is refused for one that does not exist.
///
/// # Errors
/// [`Refusal`]
pub(super) fn peer_order(name: &str, fields: &Fields) -> Option<Result<Question, Refusal>> {
    let locked = match name {
        "lock" => true,
        "unlock" => false,
        _ => return None,
    };
    let read = || {
        only(fields, &["peer"])?;
        match fields.get("peer") {
            Some(Value::String(peer)) => Ok(Question::Lock(peer.clone(), locked)),
            _ => Err(Refusal::of("peer", "expected the name of a peer")),
        }
    };
    Some(read())
}

/// Reads a question for the state of circuits.
///
/// # Errors
/// [`Refusal`]
pub(super) fn show(fields: &Fields) -> Result<Question, Refusal> {
    only(fields, &["trunk", "cic"])?;
    selection(fields).map(Question::Show)
}

fn only(fields: &Fields, known: &[&str]) -> Result<(), Refusal> {
    match fields.keys().find(|field| !known.contains(&&***field)) {
        Some(field) => Err(Refusal::of(
            field,
            format!("unknown field, expected {}", known.join(", ")),
        )),
        None => Ok(()),
    }
}

fn selection(fields: &Fields) -> Result<Selection, Refusal> {
    let trunk = match fields.get("trunk") {
        None => None,
        Some(Value::String(name)) => Some(name.clone()),
        Some(_) => return Err(Refusal::of("trunk", "expected the name of a trunk group")),
    };
    let cics = match fields.get("cic") {
        None => None,
        Some(Value::String(text)) => cics(text)?,
        Some(Value::Number(number)) => cics(&number.to_string())?,
        Some(other) => return Err(wrong_cic(&other.to_string())),
    };
    Ok(Selection { trunk, cics })
}

/// `1-31`, `7`, `1-5,9` or `all`.
pub(super) fn cics(text: &str) -> Result<Option<Vec<RangeInclusive<u16>>>, Refusal> {
    if text == "all" {
        return Ok(None);
    }
    let ranges: Option<Vec<_>> = text.split(',').map(range).collect();
    ranges.map(Some).ok_or_else(|| wrong_cic(text))
}

fn range(text: &str) -> Option<RangeInclusive<u16>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let [first, last] = [first, last].map(|cic| cic.trim().parse::<u16>().ok());
    let range = first?..=last?;
    (!range.is_empty()).then_some(range)
}

fn wrong_cic(text: &str) -> Refusal {
    let expected = "expected circuits such as 7, 1-31 or 1-5,9, or all";
    Refusal::of("cic", format!("{text:?}: {expected}"))
}

fn reason(fields: &Fields) -> Result<Supervision, Refusal> {
    match fields.get("reason").map(Value::as_str) {
        None | Some(Some("maintenance")) => Ok(Supervision::MAINTENANCE),
        Some(Some("hardware")) => Ok(Supervision::HARDWARE_FAILURE),
        Some(_) => Err(Refusal::of(
            "reason",
            format!("{}: expected maintenance or hardware", fields["reason"]),
        )),
    }
}

fn repair(fields: &Fields) -> Result<Comparison, Refusal> {
    match fields.get("repair") {
        None | Some(Value::Bool(false)) => Ok(Comparison::Differences),
        Some(Value::Bool(true)) => Ok(Comparison::Repair),
        Some(_) => Err(Refusal::of("repair", "expected true or false")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(value: Value) -> Fields {
        serde_json::from_value(value).unwrap()
    }

    fn refused(name: &str, value: Value) -> (String, String) {
        let refusal = order(name, &fields(value)).unwrap().unwrap_err();
        (refusal.field.unwrap(), refusal.message)
    }

    #[test]
    fn circuits_are_single_codes_and_ranges() {
        let order = order("block", &fields(json!({ "trunk": "a", "cic": "1-5, 9" })));
        let Some(Ok(Question::Order(Order::Block(kind), selection))) = order else {
            panic!("{order:?}");
        };
        assert_eq!(kind, Supervision::MAINTENANCE);
        assert_eq!(selection.cics, Some(vec![1..=5, 9..=9]));
        assert!(selection.has(5) && selection.has(9) && !selection.has(6));
        let all = show(&fields(json!({ "cic": "all" }))).unwrap();
        assert_eq!(all, Question::Show(Selection::default()));
        let one = show(&fields(json!({ "cic": 7 }))).unwrap();
        assert!(matches!(one, Question::Show(Selection { cics: Some(one), .. }) if one == [7..=7]));
    }

    #[test]
    fn the_field_to_blame_is_named() {
        for (name, value, field) in [
            ("block", json!({ "cic": "31-1" }), "cic"),
            ("block", json!({ "cic": "" }), "cic"),
            ("block", json!({ "cic": "1-70000" }), "cic"),
            ("block", json!({ "cic": [1] }), "cic"),
            (
                "block",
                json!({ "cic": "1", "reason": "hardwear" }),
                "reason",
            ),
            ("block", json!({ "cic": "1", "reason": 1 }), "reason"),
            ("block", json!({ "trunk": "a" }), "cic"),
            ("reset", json!({}), "cic"),
            (
                "reset",
                json!({ "cic": "1", "reason": "hardware" }),
                "reason",
            ),
            ("reset", json!({ "cic": "1", "trunk": 1 }), "trunk"),
            ("reset", json!({ "circuits": "1" }), "circuits"),
            ("audit", json!({ "repair": "yes" }), "repair"),
            ("query", json!({ "repair": true }), "repair"),
        ] {
            assert_eq!(refused(name, value.clone()).0, field, "{name} {value}");
        }
        for (value, said) in [
            (json!({ "cic": "abc" }), "\"abc\": expected"),
            (json!({ "cic": "5-1" }), "\"5-1\": expected"),
            (
                json!({ "cic": 1, "reason": "foo" }),
                "\"foo\": expected maintenance",
            ),
        ] {
            let message = refused("block", value).1;
            assert!(message.starts_with(said), "{message}");
        }
        assert!(order("delete", &Fields::new()).is_none());
    }
}
