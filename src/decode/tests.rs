use super::*;

#[test]
fn hexadecimal_as_people_write_it() {
    assert_eq!(octets(" 0x01 0a:FF "), Ok(vec![0x01, 0x0A, 0xFF]));
    assert_eq!(octets("01 # RLC"), Ok(vec![0x01]));
    assert!(octets("0").is_err());
    assert!(octets("0g").is_err());
}

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
        encoded: Vec::new(),
        payload: None,
    };
    assert_eq!(
        text::of(&decoded),
        "REL\n  cause: 16 normal call clearing\n  flag: yes\n  codes: 1, 2\n  inner\n    some name: text"
    );
}
