//! Who calls and who answered: the numbers of ISUP and the identity headers of SIP
//! (`TS 29.163 §7.2.3.1.2.6`, `§7.2.3.2.2.3`, `§7.5.1`–`§7.5.2`; RFC 3323, RFC 3325).

use codecs::isup::{CallingPartyCategory, Presentation, Screening};
use codecs::sip::{HeaderName, Message, Privacy, TelUri};
use routing::{E164, NumberingArea};

use super::category;
use super::rows::Rules;
use super::subaddress::Subaddress;
use super::table::{Direction, Heading, Table};
use super::uri;
use crate::exchange::leg::{Connected, LineIdentity, Setup};
use crate::exchange::settings::Asserted;

/// What a `From` header says of a caller who may not be shown (RFC 3323 §4.1.1.3).
const ANONYMOUS: &str = "\"Anonymous\" <sip:anonymous@anonymous.invalid>";
/// What a `From` header says of a caller whom the network does not know.
const UNAVAILABLE: &str = "<sip:unavailable@unknown.invalid>";

/// The identity headers of an INVITE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The `From` header without its tag.
    pub from: String,
    /// The `P-Asserted-Identity` header.
    pub asserted: Option<String>,
    /// The `Privacy` header.
    pub privacy: Option<&'static str>,
    /// The `Accept-Language` header, of an operator.
    pub language: Option<&'static str>,
}

/// Who calls, as a call says it.
#[derive(Debug, Clone, Copy)]
pub struct Calling<'a> {
    /// The number that the network knows.
    pub line: &'a LineIdentity,
    /// The number that the caller gives, where it is another one.
    pub additional: Option<&'a LineIdentity>,
    /// The caller's category.
    pub category: CallingPartyCategory,
    /// What tells the caller's terminal from others of the number.
    pub subaddress: Option<&'a Subaddress>,
    /// The rows for the call.
    pub rules: Rules<'a>,
}

impl<'a> Calling<'a> {
    /// The caller of a call.
    pub fn of(setup: &'a Setup, rules: Rules<'a>) -> Self {
        Self {
            line: &setup.calling,
            additional: setup.additional_calling.as_ref(),
            category: setup.category,
            subaddress: setup.subaddresses.calling.as_ref(),
            rules,
        }
    }
}

impl Identity {
    /// The headers for a caller; `domain` is the host of our numbers in `sip:` URIs. A restricted
    /// number stands in no header but `P-Asserted-Identity`, and there only beside `Privacy: id`.
    /// `From` is the caller's own word where the network knows another number as well.
    pub fn of(caller: Calling<'_>, forms: Asserted, domain: &str) -> Self {
        let Calling {
            line,
            additional,
            category,
            subaddress,
            rules,
        } = caller;
        let number = known(line).filter(|_| line.is_vouched());
        let category = category::word(category, rules).filter(|_| number.is_some());
        let asserted = number.map(|number| {
            let category = category.map(|(word, _)| format!(";cpc={word}"));
            let parameters = [category, subaddress.map(Subaddress::in_uri)];
            let parameters: String = parameters.into_iter().flatten().collect();
            uris(&number, &parameters, forms, domain)
        });
        Self {
            from: from(additional.unwrap_or(line)),
            asserted,
            privacy: match rules.privacy(line.presentation) {
                Some(own) => own,
                None => privacy(is_withheld(line), additional.is_some_and(is_withheld)),
            },
            language: category.and_then(|(_, language)| language),
        }
    }
}

/// The `Privacy` of a number, and of the one that the caller gives, that are withheld or not.
fn privacy(number: bool, additional: bool) -> Option<&'static str> {
    match (number, additional) {
        (true, true) => Some("id;user"),
        (true, false) => Some("id"),
        (false, true) => Some("user"),
        (false, false) => None,
    }
}

/// A number in the wanted forms. What a `tel:` URI says after the number a `sip:` URI says in its
/// user part (RFC 3261 §19.1.6).
fn uris(number: &E164, parameters: &str, forms: Asserted, domain: &str) -> String {
    let tel = format!("<{}{parameters}>", number.tel_uri());
    let sip = || format!("<sip:+{}{parameters}@{domain};user=phone>", number.digits());
    match forms {
        Asserted::Tel => tel,
        Asserted::Sip => sip(),
        Asserted::Both => format!("{}, {tel}", sip()),
    }
}

fn from(line: &LineIdentity) -> String {
    match known(line) {
        None => UNAVAILABLE.into(),
        Some(_) if line.is_restricted() => ANONYMOUS.into(),
        Some(number) => ["<", &number.tel_uri(), ">"].concat(),
    }
}

fn known(line: &LineIdentity) -> Option<E164> {
    let available = line.presentation != Presentation::NOT_AVAILABLE;
    line.number.filter(|_| available)
}

fn is_withheld(line: &LineIdentity) -> bool {
    known(line).is_some() && line.is_restricted()
}

/// Who calls, as an INVITE says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The asserted number. What `From` says is the caller's own word and never becomes a
    /// network-provided number.
    pub calling: LineIdentity,
    /// The number in `From`, where it is another one.
    pub additional: Option<LineIdentity>,
    /// The caller's category.
    pub category: CallingPartyCategory,
    /// What tells the caller's terminal from others of the number.
    pub subaddress: Option<Subaddress>,
}

impl Caller {
    /// One that nobody vouches for.
    pub const UNKNOWN: Self = Self {
        calling: LineIdentity::UNKNOWN,
        additional: None,
        category: CallingPartyCategory::ORDINARY,
        subaddress: None,
    };

    /// The caller of an INVITE from a user with these numbers: the one that it prefers, or else
    /// gives in `From`, if it is the user's, otherwise the first (RFC 3325 §6).
    pub fn of_user(
        request: &Message,
        numbers: &[E164],
        area: &NumberingArea,
        rules: Rules<'_>,
    ) -> Self {
        let preferred = named(request, HeaderName::PPreferredIdentity);
        let preferred = preferred.and_then(|number| uri::of_tel(&number, area).ok());
        let own = own_word(request, area);
        let candidates = [preferred, own, numbers.first().copied()];
        let mut candidates = candidates.into_iter().flatten();
        let chosen = candidates.find(|number| numbers.contains(number));
        chosen.map_or(Self::UNKNOWN, |number| Self {
            calling: network_provided(number, request.privacy(), rules),
            ..Self::UNKNOWN
        })
    }

    /// The caller of an INVITE from a trusted peer.
    pub fn of(request: &Message, area: &NumberingArea, rules: Rules<'_>) -> Self {
        let asserted = asserted(request);
        let category = category::of_request(request, asserted.as_ref(), rules);
        let subaddress = asserted.as_ref().and_then(Subaddress::of_uri);
        let Some(number) = asserted.and_then(|number| uri::of_tel(&number, area).ok()) else {
            return Self {
                calling: LineIdentity::UNKNOWN,
                additional: None,
                category,
                subaddress: None,
            };
        };
        let calling = network_provided(number, request.privacy(), rules);
        // TS 29.163 §7.2.3.2.2.3: the additional number is shown as the calling party number is.
        let additional = own_word(request, area).filter(|&own| own != number);
        Self {
            calling,
            additional: additional.map(|own| LineIdentity {
                number: Some(own),
                presentation: calling.presentation,
                screening: Screening::USER_NOT_VERIFIED,
            }),
            category,
            subaddress,
        }
    }
}

/// The telephone number among the asserted identities.
fn asserted(message: &Message) -> Option<TelUri<'_>> {
    named(message, HeaderName::PAssertedIdentity)
}

/// The telephone number among those of a header field; that of a `tel:` URI first.
fn named<'m>(message: &'m Message, field: HeaderName<'static>) -> Option<TelUri<'m>> {
    let numbers = || {
        let addresses = message.addresses(field);
        addresses.filter_map(|address| Some(address.ok()?.uri))
    };
    let tel = numbers().find(|uri| uri.sip().is_none() && uri.telephone().is_some());
    tel.or_else(|| numbers().find(|uri| uri.telephone().is_some()))?
        .telephone()
}

/// The global number in `From`.
fn own_word(request: &Message, area: &NumberingArea) -> Option<E164> {
    let number = request.from().ok()?.uri.telephone()?;
    let global = number.is_global();
    global.then(|| uri::of_tel(&number, area).ok())?
}

/// A number that the network vouches for, presented as `Privacy` allows.
fn network_provided(number: E164, privacy: Privacy, rules: Rules<'_>) -> LineIdentity {
    // RFC 3325 §9.3, RFC 3323 §4.2: each of these keeps the asserted identity from the other party.
    let words = [
        ("id", privacy.id),
        ("header", privacy.header),
        ("user", privacy.user),
    ];
    let said = || {
        words
            .iter()
            .filter(|(_, said)| *said)
            .map(|(word, _)| *word)
    };
    let restricted = |word| rules.presentation(Some(word)) != Some(Presentation::ALLOWED);
    LineIdentity {
        number: Some(number),
        presentation: match said().next() {
            Some(_) if said().any(restricted) => Presentation::RESTRICTED,
            Some(_) => Presentation::ALLOWED,
            None => rules.presentation(None).unwrap_or(Presentation::ALLOWED),
        },
        screening: Screening::NETWORK,
    }
}

/// Who answered, as a response says it (`TS 29.163 §7.5.2`).
pub fn connected(response: &Message, area: &NumberingArea, rules: Rules<'_>) -> Option<Connected> {
    let number = uri::of_tel(&asserted(response)?, area).ok()?;
    Some(Connected {
        line: network_provided(number, response.privacy(), rules),
        additional: None,
    })
}

/// The `P-Asserted-Identity` and `Privacy` of a response for who answered.
pub fn of_connected(
    connected: &Connected,
    forms: Asserted,
    domain: &str,
    rules: Rules<'_>,
) -> (Option<String>, Option<&'static str>) {
    let answering = Calling {
        line: &connected.line,
        additional: None,
        category: CallingPartyCategory::ORDINARY,
        subaddress: None,
        rules,
    };
    let identity = Identity::of(answering, forms, domain);
    let privacy = identity.privacy.filter(|_| identity.asserted.is_some());
    (identity.asserted, privacy)
}

/// The rules as they are shown: what becomes of each presentation and screening.
pub(super) fn tables() -> Vec<Table> {
    vec![to_sip(), to_isup()]
}

fn to_sip() -> Table {
    let heading = Heading {
        subject: "identity",
        title: "calling party number and identity headers",
        clause: "TS 29.163 §7.2.3.1.2.6",
        direction: Direction::ToSip,
    };
    let columns = [
        "presentation",
        "screening",
        "additional number",
        "P-Asserted-Identity",
        "From",
        "Privacy",
    ];
    let presentations = (0..4).filter_map(|value| Presentation::try_from(value).ok());
    let callings = presentations.flat_map(|presentation| {
        let screenings = (0..4).filter_map(|value| Screening::try_from(value).ok());
        screenings.map(move |screening| (presentation, screening))
    });
    let additionals = [
        ("none", None),
        ("allowed", Some(Presentation::ALLOWED)),
        ("restricted", Some(Presentation::RESTRICTED)),
    ];
    let rows = callings.flat_map(|(presentation, screening)| {
        additionals.map(|(additional, shown)| {
            let [asserted, from, privacy] = shown_as(presentation, screening, shown);
            [
                presentation.name().to_owned(),
                screening.name().to_owned(),
                additional.to_owned(),
                asserted,
                from,
                privacy,
            ]
        })
    });
    Table::new(heading, columns, rows)
}

/// The headers for a calling number and an additional one, by their names.
fn shown_as(
    presentation: Presentation,
    screening: Screening,
    additional: Option<Presentation>,
) -> [String; 3] {
    let [number, own] = ["+1", "+2"].map(|number| number.parse().ok());
    let calling = LineIdentity {
        number,
        presentation,
        screening,
    };
    let additional = additional.map(|presentation| LineIdentity {
        number: own,
        presentation,
        screening: Screening::USER_NOT_VERIFIED,
    });
    let caller = Calling {
        line: &calling,
        additional: additional.as_ref(),
        category: CallingPartyCategory::ORDINARY,
        subaddress: None,
        rules: Rules::STANDARD,
    };
    let identity = Identity::of(caller, Asserted::Tel, "");
    let from = match &*identity.from {
        ANONYMOUS => "anonymous",
        UNAVAILABLE => "unavailable",
        "<tel:+1>" => "number",
        _ => "additional number",
    };
    [
        identity.asserted.map_or("none", |_| "number").to_owned(),
        from.to_owned(),
        identity.privacy.unwrap_or("none").to_owned(),
    ]
}

fn to_isup() -> Table {
    let heading = Heading {
        subject: "identity",
        title: "identity headers and calling party number",
        clause: "TS 29.163 §7.2.3.2.2.3; RFC 3323 §4.2; RFC 3325 §9.3",
        direction: Direction::ToIsup,
    };
    let rows = [
        ["none with a number", "any", "any", "none", "none"],
        [
            "number",
            "none",
            "same number, or none",
            "allowed, network provided",
            "none",
        ],
        [
            "number",
            "none",
            "another number",
            "allowed, network provided",
            "allowed, user provided, not verified",
        ],
        [
            "number",
            "id, header or user",
            "same number, or none",
            "restricted, network provided",
            "none",
        ],
        [
            "number",
            "id, header or user",
            "another number",
            "restricted, network provided",
            "restricted, user provided, not verified",
        ],
    ];
    let columns = [
        "P-Asserted-Identity",
        "Privacy",
        "From",
        "calling party number",
        "additional calling party number",
    ];
    Table::new(heading, columns, rows.map(|row| row.map(str::to_owned)))
}

#[cfg(test)]
mod tests;
