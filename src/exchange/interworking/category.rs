//! The calling party's category: the parameter of ISUP and `cpc` of the caller's `tel:` URI
//! (`TS 29.163 §C.1`, `§C.2`; `TS 24.229 §7.2A.12`).

use codecs::isup::CallingPartyCategory as Category;
use codecs::sip::{HeaderName, Message, TelUri};

use super::rows::Rules;
use super::table::{Direction, Heading, Table};

/// A category, its word, and the language of an operator.
type Row = (Category, &'static str, Option<&'static str>);

//= TS 29.163 tables C.1.1 and C.2.1
const CATEGORIES: &[Row] = &[
    (Category::UNKNOWN, "unknown", None),
    (Category::OPERATOR_FRENCH, "operator", Some("fr")),
    (Category::OPERATOR_ENGLISH, "operator", Some("en")),
    (Category::OPERATOR_GERMAN, "operator", Some("de")),
    (Category::OPERATOR_RUSSIAN, "operator", Some("ru")),
    (Category::OPERATOR_SPANISH, "operator", Some("es")),
    (Category::ORDINARY, "ordinary", None),
    (Category::TEST, "test", None),
    (Category::PAYPHONE, "payphone", None),
    (Category(16), "mobile-hplmn", None),
    (Category(17), "mobile-vplmn", None),
];

/// The category of an operator whose language is none of these, which the standard leaves open.
const OTHER_OPERATOR: Category = Category::OPERATOR_ENGLISH;

/// The category that an INVITE states in the URI of its caller; an ordinary subscriber where it
/// states none, or an unknown one.
pub fn of_request(request: &Message, caller: Option<&TelUri<'_>>, rules: Rules<'_>) -> Category {
    let Some(word) = caller.and_then(TelUri::calling_party_category) else {
        return Category::ORDINARY;
    };
    if let Some(own) = rules.category(word) {
        return own;
    }
    let mut rows = CATEGORIES
        .iter()
        .filter(|(_, of, _)| of.eq_ignore_ascii_case(word));
    let Some(&(category, _, language)) = rows.clone().next() else {
        return Category::ORDINARY;
    };
    if language.is_none() {
        return category;
    }
    let spoken = rows.find(|(_, _, language)| language.is_some_and(|l| speaks(request, l)));
    spoken.map_or(OTHER_OPERATOR, |&(category, _, _)| category)
}

/// Whether Accept-Language has a language, in whatever country it is spoken.
fn speaks(request: &Message, language: &str) -> bool {
    request.headers(HeaderName::AcceptLanguage).any(|value| {
        let tag = value.split(|&byte| matches!(byte, b'-' | b';' | b' '));
        let primary = tag.into_iter().next().unwrap_or_default();
        primary.eq_ignore_ascii_case(language.as_bytes())
    })
}

/// The word for a category, with the language of an operator. An ordinary subscriber needs none, and
/// some categories have none.
pub fn word(category: Category, rules: Rules<'_>) -> Option<(&str, Option<&'static str>)> {
    if let Some(own) = rules.cpc(category) {
        return Some((own, None));
    }
    let rows = CATEGORIES.iter().filter(|(of, _, _)| *of == category);
    let mut special = rows.filter(|(of, _, _)| *of != Category::ORDINARY);
    special.next().map(|&(_, word, language)| (word, language))
}

/// The table as it is shown.
pub(super) fn tables() -> Vec<Table> {
    let heading = Heading {
        subject: "category",
        title: "calling party's category and cpc",
        clause: "TS 29.163 tables C.1.1, C.2.1",
        direction: Direction::Both,
    };
    let rows = CATEGORIES.iter().map(|&(category, word, language)| {
        [
            category.value().to_string(),
            category.name().to_owned(),
            word.to_owned(),
            language.unwrap_or_default().to_owned(),
        ]
    });
    let columns = ["category", "name", "cpc", "Accept-Language"];
    vec![Table::new(heading, columns, rows)]
}

#[cfg(test)]
mod tests {
    use codecs::sip::Uri;

    use super::*;

    fn category(uri: &str, languages: &str) -> u8 {
        let text = format!("INVITE sip:a@b SIP/2.0\r\nAccept-Language: {languages}\r\n\r\n");
        let request = Message::parse(text.into_bytes().into()).unwrap();
        let uri = Uri::parse(uri).unwrap();
        of_request(&request, uri.telephone().as_ref(), Rules::STANDARD).value()
    }

    /// `TS 29.163` table C.1.1.
    #[test]
    fn words_become_categories() {
        for (word, expected) in [
            ("ordinary", 10),
            ("test", 13),
            ("payphone", 15),
            ("unknown", 0),
            ("mobile-hplmn", 16),
            ("mobile-vplmn", 17),
            ("Payphone", 15),
            ("prison", 10),
        ] {
            assert_eq!(
                category(&format!("tel:+4930;cpc={word}"), "de"),
                expected,
                "{word}"
            );
        }
        assert_eq!(category("tel:+4930", "de"), 10);
        for (languages, expected) in [
            ("fr", 1),
            ("en-GB", 2),
            ("de", 3),
            ("ru", 4),
            ("pt, es;q=0.5", 5),
            ("pt", 2),
        ] {
            assert_eq!(category("tel:+4930;cpc=operator", languages), expected);
        }
    }

    /// `TS 29.163` table C.2.1; categories without a row have no cpc.
    #[test]
    fn categories_become_words() {
        let standard = |category| word(category, Rules::STANDARD);
        assert_eq!(standard(Category::PAYPHONE), Some(("payphone", None)));
        assert_eq!(
            standard(Category::OPERATOR_GERMAN),
            Some(("operator", Some("de")))
        );
        assert_eq!(standard(Category::ORDINARY), None);
        assert_eq!(standard(Category::PRIORITY), None);
    }
}
