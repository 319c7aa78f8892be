//! What is said of values of the wrong kind, in words for whoever writes the file.

/// What the deserializer says, in plain words.
pub(super) fn in_plain_words(message: &str) -> String {
    if message == "invalid socket address syntax" {
        return "expected an address and a port, such as \"127.0.0.20:5060\"; \
                host names are not looked up"
            .into();
    }
    if message.starts_with("invalid IP address syntax") {
        return "expected an IP address, such as \"127.0.0.20\"; host names are not looked up"
            .into();
    }
    if message.starts_with("unknown key") {
        return message.to_owned();
    }
    for (theirs, ours) in [
        ("unknown field", "unknown key"),
        ("missing field", "missing key"),
        ("unknown variant", "unknown word"),
    ] {
        if let Some(rest) = message.strip_prefix(theirs) {
            return format!("{ours}{rest}");
        }
    }
    match message.rsplit_once(", expected ") {
        Some((found, kind)) => {
            let found = found
                .strip_prefix("invalid type: ")
                .or_else(|| found.strip_prefix("invalid value: "))
                .unwrap_or(found);
            format!(
                "found {}, expected {}",
                found.replace('`', ""),
                kind_in_words(kind)
            )
        }
        None => message.to_owned(),
    }
}

fn kind_in_words(kind: &str) -> &str {
    match kind {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "usize" => "a whole number, 0 or more",
        "a string" => "a text in quotation marks",
        "a boolean" => "true or false",
        "a sequence" => "a list in square brackets",
        kind if kind.starts_with("struct ") => "a table",
        kind => kind,
    }
}
