//! Configuration files: the example, and what is wrong with others.

use std::path::Path;
use std::time::Duration;

use crate::config::parse;
use crate::pstn::*;

const EXAMPLE: &str = include_str!("../../../config/pstn.toml");

fn refusal(from: &str, to: &str) -> String {
    assert!(EXAMPLE.contains(from), "{from}");
    let text = EXAMPLE.replacen(from, to, 1);
    parse::<Config>(Path::new("pstn.toml"), &text)
        .unwrap_err()
        .to_string()
}

#[test]
fn the_example_says_what_it_says() {
    let config: Config = parse(Path::new("pstn.toml"), EXAMPLE).unwrap();
    let settings = config.settings();
    let subscriber = &settings.subscribers[&"+493090026000".parse().unwrap()];
    assert_eq!(subscriber.answer, Answer::After(Duration::from_millis(500)));
    assert_eq!(subscriber.conversation.says, Some(440));
    let order = config.order(&config.call[0]).unwrap();
    assert_eq!(order.called, "+491715407090".parse().unwrap());
    let switch = Switch::new(settings).unwrap();
    assert_eq!(switch.circuits().len(), 31);
}

#[test]
fn faults_are_named() {
    let cases = [
        (
            "last_cic = 31",
            "last_cic = 0",
            "trunk[0].circuits[0]: first_cic 1, last_cic 0: expected first_cic <= last_cic",
        ),
        (
            "last_cic = 31",
            "last_cic = 32",
            "trunk[0].circuits[0]: circuits 1 to 32 would be on timeslots 1 to 32: a span has 1 to 31",
        ),
        (
            "span = 0",
            "span = 7",
            "trunk[0].circuits[0]: there is no [[span]] with id 7",
        ),
        (
            "+49 30 90026017",
            "+49 30 90026000",
            "subscriber[3].number: +493090026000 is already a subscriber",
        ),
        (
            "tone_hz = 440",
            "tone_hz = 44",
            "subscriber[0].conversation.tone_hz: 44 Hz, expected a frequency",
        ),
        (
            "called = \"+49 171 5407090\"",
            "called = \"0171\"",
            "a global number begins with +",
        ),
        (
            "name = \"mobile\"",
            "trunk = \"other\"",
            "call[0].trunk: there is no [[trunk]] \"other\", expected \"gateway\"",
        ),
        (
            "country_code = \"49\"",
            "country_code = \"\"",
            "numbering.country_code: \"\", expected 1 to 3 digits",
        ),
        (
            "country_code = \"49\"",
            "country_code = \"AB\"",
            "numbering.country_code: \"AB\": expected decimal digits, 0 to 9",
        ),
        (
            "called = \"+49 171 5407090\"",
            "called = \"+49\"",
            "call[0].called: \"+49\" is too short: expected a country code and a number behind it",
        ),
        (
            "[[span]]",
            "[[span]]\nid = 0\nlocal = \"127.0.0.1:1\"\nremote = \"127.0.0.1:2\"\n[[span]]",
            "span[1].id: 0 is already",
        ),
        ("\nring_ms", "\nring_s", "unknown key `ring_s`"),
    ];
    for (from, to, expected) in cases {
        let refusal = refusal(from, to);
        assert!(refusal.contains(expected), "{refusal}");
    }
}
