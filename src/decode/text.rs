//! A message in words: its name and summary, then its fields, one a line, indented by depth.

use std::fmt::Write;

use serde_json::{Map, Value};

use super::Decoded;

/// The message and what it carries.
pub(super) fn of(decoded: &Decoded) -> String {
    let mut text = String::new();
    write(&mut text, decoded, 0);
    text.truncate(text.trim_end().len());
    text
}

fn write(text: &mut String, decoded: &Decoded, depth: usize) {
    line(text, depth, &decoded.summary);
    for hint in &decoded.hints {
        line(text, depth + 1, &format!("hint: {hint}"));
    }
    fields(text, &decoded.fields, depth + 1);
    match decoded.payload.as_deref() {
        Some(Ok(payload)) => write(text, payload, depth + 1),
        Some(Err(error)) => line(text, depth + 1, &format!("not decoded: {error}")),
        None => {}
    }
}

fn fields(text: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                field(text, &words(name), value, depth);
            }
        }
        Value::Array(items) => {
            let several = items.len() > 1;
            for (number, item) in (1..).zip(items) {
                match (scalar(item), named(item)) {
                    (Some(item), _) => line(text, depth, &item),
                    (None, Some((name, Value::Null))) => line(text, depth, &name),
                    (None, Some((name, rest))) => field(text, &name, &rest, depth),
                    (None, None) if several => {
                        line(text, depth, &format!("{number}."));
                        fields(text, item, depth + 1);
                    }
                    (None, None) => fields(text, item, depth),
                }
            }
        }
        Value::Null => {}
        value => line(text, depth, &value.to_string()),
    }
}

fn field(text: &mut String, name: &str, value: &Value, depth: usize) {
    if let Some(value) = scalar(value) {
        return line(text, depth, format!("{name}: {value}").trim_end());
    }
    match value {
        Value::Array(items) if items.is_empty() => {}
        Value::Object(members) if members.is_empty() => {}
        Value::Array(items) if items.iter().all(|item| scalar(item).is_some()) => {
            let items: Vec<_> = items.iter().filter_map(scalar).collect();
            line(text, depth, &format!("{name}: {}", items.join(", ")));
        }
        value => {
            line(text, depth, name);
            fields(text, value, depth + 1);
        }
    }
}

/// `{"code": 10, "name": "Calling party number", "value": …}` is a field of that name.
fn named(item: &Value) -> Option<(String, Value)> {
    let mut members = item.as_object()?.clone();
    let code = members.remove("code")?;
    let name = members.remove("name")?;
    let name = format!("{} ({code})", name.as_str()?);
    match members.len() {
        0 => Some((name, Value::Null)),
        1 => members.into_iter().next().map(|(_, value)| (name, value)),
        _ => Some((name, Value::Object(members))),
    }
}

/// What fits behind a name: a number, a text, or a code point with its name.
fn scalar(value: &Value) -> Option<String> {
    Some(match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Object(members) => code_point(members)?,
        Value::Null | Value::Array(_) => return None,
    })
}

/// `{"value": 16, "name": "normal call clearing"}` is "16 normal call clearing".
fn code_point(members: &Map<String, Value>) -> Option<String> {
    let number = members.get("value")?.as_u64()?;
    match members.get("name") {
        Some(Value::String(name)) if members.len() == 2 => Some(format!("{number} {name}")),
        None if members.len() == 1 => Some(number.to_string()),
        _ => None,
    }
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}

fn line(text: &mut String, depth: usize, line: &str) {
    // Writing into memory does not fail.
    let _ = writeln!(text, "{:1$}{line}", "", 2 * depth);
}
