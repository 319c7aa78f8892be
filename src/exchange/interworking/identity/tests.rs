use super::*;

const NUMBER: &str = "+498912345678";
const OWN: &str = "+4989777";

fn line(number: &str, presentation: Presentation, screening: Screening) -> LineIdentity {
    LineIdentity {
        number: Some(number.parse().unwrap()),
        presentation,
        screening,
    }
}

fn identity(calling: &LineIdentity, additional: Option<&LineIdentity>) -> Identity {
    in_category(calling, additional, CallingPartyCategory::ORDINARY)
}

fn in_category(
    line: &LineIdentity,
    additional: Option<&LineIdentity>,
    category: CallingPartyCategory,
) -> Identity {
    let caller = Calling {
        line,
        additional,
        category,
        subaddress: None,
        rules: Rules::STANDARD,
    };
    Identity::of(caller, Asserted::Tel, "gw.example")
}

/// RFC 3325 §9.1, RFC 3261 §19.1.6.
#[test]
fn a_number_is_asserted_in_one_form_or_two() {
    let calling = line(NUMBER, Presentation::ALLOWED, Screening::NETWORK);
    let caller = Calling {
        line: &calling,
        additional: None,
        category: CallingPartyCategory::PAYPHONE,
        subaddress: None,
        rules: Rules::STANDARD,
    };
    let of = |forms| Identity::of(caller, forms, "gw.example").asserted.unwrap();
    let sip = "<sip:+498912345678;cpc=payphone@gw.example;user=phone>";
    let tel = "<tel:+498912345678;cpc=payphone>";
    assert_eq!(of(Asserted::Tel), tel);
    assert_eq!(of(Asserted::Sip), sip);
    assert_eq!(of(Asserted::Both), format!("{sip}, {tel}"));
}

#[test]
fn a_number_that_may_be_shown_is_asserted_when_somebody_vouches_for_it() {
    for (screening, vouched) in [
        (Screening::NETWORK, true),
        (Screening::USER_VERIFIED, true),
        (Screening::USER_NOT_VERIFIED, false),
        (Screening::USER_FAILED, false),
    ] {
        let identity = identity(&line(NUMBER, Presentation::ALLOWED, screening), None);
        assert_eq!(identity.from, "<tel:+498912345678>");
        let asserted = vouched.then_some("<tel:+498912345678>");
        assert_eq!(identity.asserted.as_deref(), asserted, "{screening:?}");
        assert_eq!(identity.privacy, None);
    }
}

#[test]
fn a_restricted_number_appears_only_beside_privacy() {
    let calling = line(NUMBER, Presentation::RESTRICTED, Screening::NETWORK);
    let identity = identity(&calling, None);
    assert_eq!(identity.from, ANONYMOUS);
    assert!(identity.asserted.unwrap().contains("8912345678"));
    assert_eq!(identity.privacy, Some("id"));
}

/// `TS 29.163 §7.2.3.1.2.6`: `From` has the additional number, and `Privacy: user` keeps it.
#[test]
fn an_additional_number_is_what_from_says() {
    let calling = line(NUMBER, Presentation::ALLOWED, Screening::NETWORK);
    let own = |presentation| line(OWN, presentation, Screening::USER_NOT_VERIFIED);
    let shown = identity(&calling, Some(&own(Presentation::ALLOWED)));
    assert_eq!(shown.from, "<tel:+4989777>");
    assert_eq!(shown.asserted.as_deref(), Some("<tel:+498912345678>"));
    assert_eq!(shown.privacy, None);
    let kept = identity(&calling, Some(&own(Presentation::RESTRICTED)));
    assert_eq!(
        (kept.from.as_str(), kept.privacy),
        (ANONYMOUS, Some("user"))
    );
    let restricted = line(NUMBER, Presentation::RESTRICTED, Screening::NETWORK);
    let both = identity(&restricted, Some(&own(Presentation::RESTRICTED)));
    assert_eq!(
        (both.from.as_str(), both.privacy),
        (ANONYMOUS, Some("id;user"))
    );
}

#[test]
fn an_unknown_caller_has_no_identity() {
    let expected = Identity {
        from: UNAVAILABLE.into(),
        asserted: None,
        privacy: None,
        language: None,
    };
    assert_eq!(identity(&LineIdentity::UNKNOWN, None), expected);
    let number = line(NUMBER, Presentation::NOT_AVAILABLE, Screening::NETWORK);
    assert_eq!(identity(&number, None), expected);
}

#[test]
fn a_category_stands_beside_an_asserted_number() {
    let calling = line(NUMBER, Presentation::ALLOWED, Screening::NETWORK);
    let payphone = in_category(&calling, None, CallingPartyCategory::PAYPHONE);
    let asserted = payphone.asserted.as_deref();
    assert_eq!(asserted, Some("<tel:+498912345678;cpc=payphone>"));
    let operator = CallingPartyCategory::OPERATOR_FRENCH;
    assert_eq!(in_category(&calling, None, operator).language, Some("fr"));
    let nobody = in_category(&LineIdentity::UNKNOWN, None, operator);
    assert_eq!((nobody.asserted, nobody.language), (None, None));
}

fn karlsruhe() -> NumberingArea {
    NumberingArea {
        country_code: "49".parse().unwrap(),
        area_code: Some("721".parse().unwrap()),
        international_prefix: "00".parse().unwrap(),
        national_prefix: "0".parse().unwrap(),
    }
}

fn caller(headers: &str) -> Caller {
    let text = format!("INVITE tel:+4930 SIP/2.0\r\n{headers}\r\n");
    let request = Message::parse(text.into_bytes().into()).unwrap();
    Caller::of(&request, &karlsruhe(), Rules::STANDARD)
}

#[test]
fn privacy_restricts_and_none_does_not() {
    for (privacy, presentation) in [
        ("", Presentation::ALLOWED),
        ("none", Presentation::ALLOWED),
        ("history", Presentation::ALLOWED),
        ("id;critical", Presentation::RESTRICTED),
        ("Header", Presentation::RESTRICTED),
        ("user", Presentation::RESTRICTED),
    ] {
        let headers = format!("P-Asserted-Identity: <tel:{NUMBER}>\r\nPrivacy: {privacy}\r\n");
        let expected = line(NUMBER, presentation, Screening::NETWORK);
        assert_eq!(caller(&headers).calling, expected, "{privacy}");
    }
    assert_eq!(caller("Privacy: id\r\n").calling, LineIdentity::UNKNOWN);
}

/// RFC 3325 §9.1: there may be a `sip:` and a `tel:` URI.
#[test]
fn of_two_asserted_identities_the_telephone_number_counts() {
    for headers in [
        "P-Asserted-Identity: <sip:alice@ims.example>, <tel:+498912345678>\r\n",
        "P-Asserted-Identity: <sip:+4911@ims.example;user=phone>\r\n\
         P-Asserted-Identity: <tel:+498912345678>\r\n",
        "P-Asserted-Identity: \"A\" <sip:+498912345678@ims.example;user=phone>\r\n",
    ] {
        let number = caller(headers).calling.number.unwrap();
        assert_eq!(number.to_string(), NUMBER);
    }
    let nobody = caller("P-Asserted-Identity: <sip:alice@ims.example>\r\n");
    assert_eq!(nobody.calling, LineIdentity::UNKNOWN);
}

#[test]
fn from_adds_a_number_but_is_never_the_networks() {
    let asserted = "P-Asserted-Identity: <tel:+498912345678>\r\n";
    let own = caller(&format!("{asserted}From: <tel:{OWN}>;tag=a\r\n"));
    let expected = line(OWN, Presentation::ALLOWED, Screening::USER_NOT_VERIFIED);
    assert_eq!(own.additional, Some(expected));
    let same = caller(&format!("{asserted}From: <tel:{NUMBER}>;tag=a\r\n"));
    assert_eq!(same.additional, None);
    let kept = caller(&format!(
        "{asserted}Privacy: id\r\nFrom: <tel:{OWN}>;tag=a\r\n"
    ));
    assert!(kept.additional.unwrap().is_restricted());
    let alone = caller(&format!("From: <tel:{NUMBER}>;tag=a\r\n"));
    assert_eq!(
        (alone.calling, alone.additional),
        (LineIdentity::UNKNOWN, None)
    );
}

#[test]
fn every_case_is_in_the_table_and_shows_no_restricted_number() {
    let table = to_sip();
    assert_eq!(table.rows.len(), 4 * 4 * 3);
    for row in &table.rows {
        let restricted = row[0] != Presentation::ALLOWED.name();
        assert!(!(restricted && row[4] == "number"), "{row:?}");
        assert!(
            !(row[2] == "restricted" && row[4] == "additional number"),
            "{row:?}"
        );
        assert!(
            row[3] == "none" || !restricted || row[5].contains("id"),
            "{row:?}"
        );
    }
}
