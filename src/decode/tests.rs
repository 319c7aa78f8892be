use super::*;

#[test]
fn fields_become_indented_lines() {
    let decoded = Decoded {
        message: "REL".into(),
        summary: "REL".into(),
        fields: json!({
            "cause": { "value": 16, "name": "normal call clearing" },
            "flag": true,
            "codes": [1, 2],
            "inner": { "some_name": "text" },
        }),
        encoded: None,
        payload: None,
        hints: Vec::new(),
    };
    assert_eq!(
        text::of(&decoded),
        "REL\n  cause: 16 normal call clearing\n  flag: yes\n  codes: 1, 2\n  inner\n    some name: text"
    );
}

#[test]
fn several_of_a_kind_are_numbered() {
    let decoded = Decoded {
        message: "200".into(),
        summary: "200".into(),
        fields: json!({
            "via": [{ "host": "a" }, { "host": "b" }],
            "route": [{ "host": "c" }],
        }),
        encoded: None,
        payload: None,
        hints: Vec::new(),
    };
    assert_eq!(
        text::of(&decoded),
        "200\n  via\n    1.\n      host: a\n    2.\n      host: b\n  route\n    host: c"
    );
}
