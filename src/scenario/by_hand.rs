//! What a human is asked to do at the exchange under test, in words.

use super::{Operation, Pattern, Request, Verb};

/// What is to be done there, with the command of `tandem circuits` where there is one.
///
/// ```
/// use tandem::scenario::{Operation, Request, Verb, instruction};
///
/// let request = Request::Operate(Operation {
///     verb: Verb::Block,
///     circuits: 1..=4,
///     hardware: true,
/// });
/// assert_eq!(
///     instruction(&request),
///     "block circuits 1-4 (tandem circuits block --cic 1-4 --reason hardware)"
/// );
/// ```
pub fn instruction(request: &Request) -> String {
    match request {
        Request::Seize(iam) => format!("place a call over circuit {}{}", iam.cic, settings(iam)),
        Request::Say(message) => {
            let name = message.name();
            format!(
                "let {name} be sent on circuit {}{}",
                message.cic,
                settings(message)
            )
        }
        Request::Release(rel) => {
            format!("release the call on circuit {}{}", rel.cic, settings(rel))
        }
        Request::Operate(operation) => operate(operation),
        Request::Tone(cic) => format!("let the check tone come back on circuit {cic}"),
        Request::Overloaded(0) => "end the overload".to_owned(),
        Request::Overloaded(level) => format!("bring it into overload, level {level}"),
        Request::Mtp(news) => format!("let its MTP tell it: {news}"),
    }
}

fn settings(message: &Pattern) -> String {
    let settings: String = message.settings().map(|it| format!(" {it}")).collect();
    match settings.is_empty() {
        true => settings,
        false => format!(" with{settings}"),
    }
}

fn operate(operation: &Operation) -> String {
    let (first, last) = (operation.circuits.start(), operation.circuits.end());
    let circuits = match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    let (verb, takes_reason) = match operation.verb {
        Verb::Block => ("block", true),
        Verb::Unblock => ("unblock", true),
        Verb::Reset => ("reset", false),
        Verb::Check => ("check", false),
    };
    let reason = match (takes_reason, operation.hardware) {
        (true, true) => " --reason hardware",
        _ => "",
    };
    let noun = if first == last { "circuit" } else { "circuits" };
    format!("{verb} {noun} {circuits} (tandem circuits {verb} --cic {circuits}{reason})")
}
