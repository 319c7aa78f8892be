//! What counts where a header field and the enclosed IAM say the same thing (`Q.1912.5 §5.4.2`,
//! `§6.1.3`): routing and hops are a matter of SIP, through which the call came; who calls is what
//! the SIP network vouches for. The rest is as the IAM says.

use codecs::isup::{Iam, Parameter, ParameterCode};
use routing::{AnalysisError, NumberingArea};

use crate::exchange::interworking::rows::Rules;
use crate::exchange::interworking::table::{Direction, Heading, Table};
use crate::exchange::interworking::{line, number, redirection};
use crate::exchange::isup_leg;
use crate::exchange::leg::{Portability, Setup};

/// Lets what header fields say take effect on what the IAM says.
type Rule = fn(headers: &Setup, enclosed: &mut Setup, area: &NumberingArea);

/// What both say, the parameter and the header fields that do, and the rule; without one the IAM
/// goes first.
type Row = (&'static str, &'static str, Option<Rule>);

//= Q.1912.5 §6.1.3 and §5.4.2
const ROWS: [Row; 11] = [
    ("Called party number", "Request-URI", Some(called)),
    ("Hop counter", "Max-Forwards", Some(hops)),
    (
        "Calling party number",
        "P-Asserted-Identity, Privacy",
        Some(calling),
    ),
    (
        "Redirecting, original called number, redirection information",
        "History-Info, Diversion, where the IAM has none",
        Some(diversions),
    ),
    (
        "User-to-user information",
        "User-to-User, where the IAM has none",
        Some(user_to_user),
    ),
    ("Charging", "P-Charging-Vector", Some(charging)),
    ("Generic number", "From", None),
    ("Calling party's category", "cpc, Priority", None),
    (
        "Transmission medium requirement, user service information",
        "session description",
        None,
    ),
    ("Transit network selection", "cic", None),
    ("every other", "none", None),
];

/// What an INVITE asks for that has an IAM.
///
/// # Errors
/// [`AnalysisError`] as for the set-up of an IAM: never for the called party number, which is not
/// asked of it.
pub(in crate::exchange) fn joined(
    headers: &Setup,
    iam: Iam,
    area: &NumberingArea,
    rules: Rules<'_>,
) -> Result<Setup, AnalysisError> {
    let said = number::of_iam(&iam, area).ok();
    let iam = match said {
        Some((same, _)) if same == headers.called => iam,
        _ => Iam {
            called: number::called_party_number(headers, area, rules),
            ..iam
        },
    };
    let mut setup = isup_leg::setup(iam, area)?;
    for (_, _, rule) in ROWS {
        if let Some(rule) = rule {
            rule(headers, &mut setup, area);
        }
    }
    Ok(setup)
}

fn called(headers: &Setup, enclosed: &mut Setup, _: &NumberingArea) {
    enclosed.called = headers.called;
    if headers.portability != Portability::default() {
        enclosed.portability = headers.portability;
    }
}

fn hops(headers: &Setup, enclosed: &mut Setup, _: &NumberingArea) {
    enclosed.hops = headers.hops.or(enclosed.hops);
}

/// A number that says the same leaves the parameter as it came, with all it has besides.
fn calling(headers: &Setup, enclosed: &mut Setup, area: &NumberingArea) {
    let (header, known) = (&headers.calling, &enclosed.calling);
    let same = header.number == known.number && header.is_restricted() == known.is_restricted();
    let Some(number) = line::calling_party_number(header, area).filter(|_| !same) else {
        return;
    };
    enclosed.calling = headers.calling;
    put(enclosed, Parameter::CallingPartyNumber(number));
}

fn diversions(headers: &Setup, enclosed: &mut Setup, area: &NumberingArea) {
    if enclosed.redirection.is_some() {
        return;
    }
    enclosed.redirection.clone_from(&headers.redirection);
    if let (Some(said), Some(iam)) = (&headers.redirection, &mut enclosed.isup) {
        redirection::tell(said, area, &mut iam.optional);
    }
}

fn user_to_user(headers: &Setup, enclosed: &mut Setup, _: &NumberingArea) {
    let has = |iam: &Iam| iam.optional.user_to_user_information().is_some();
    if enclosed.isup.as_deref().is_some_and(has) {
        return;
    }
    enclosed.user_to_user.clone_from(&headers.user_to_user);
    if let Some(information) = headers.user_to_user.clone() {
        put(enclosed, Parameter::UserToUserInformation(information));
    }
}

fn charging(headers: &Setup, enclosed: &mut Setup, _: &NumberingArea) {
    enclosed.charging.clone_from(&headers.charging);
}

/// Puts a parameter in the place of the one of its kind.
fn put(setup: &mut Setup, parameter: Parameter) {
    if let Some(iam) = &mut setup.isup {
        let code: ParameterCode = parameter.code();
        iam.optional.retain(|other| other.code() != code);
        iam.optional.push(parameter);
    }
}

/// The rules as they are shown.
pub(in crate::exchange) fn tables() -> Vec<Table> {
    let heading = Heading {
        subject: "encapsulation",
        title: "what counts where header fields and the enclosed IAM say the same thing",
        clause: "Q.1912.5 §5.4.2, §6.1.3",
        direction: Direction::ToIsup,
    };
    let row = |(parameter, fields, rule): Row| {
        let first = if rule.is_some() { "SIP" } else { "ISUP" };
        [parameter, fields, first].map(str::to_owned)
    };
    let columns = ["parameter of the IAM", "in SIP", "which counts"];
    vec![Table::new(heading, columns, ROWS.map(row))]
}
