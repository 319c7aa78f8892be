//! What is said of callers in place of what was heard: a number of ours, another presentation
//! (Q.731.3: a default number is one that the network provides).

use codecs::isup::{Iam, NumberQualifier, Parameter, ParameterCode, Presentation};
use routing::{E164, NumberingArea};

use crate::exchange::interworking::line;
use crate::exchange::leg::{LineIdentity, Setup};

/// What is said of callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallerLine {
    /// The number that stands for theirs.
    pub number: Option<E164>,
    /// When it does.
    pub when: When,
    /// Whether a number may be shown, whatever the caller wants; none: as the caller wants.
    pub presentation: Option<Presentation>,
}

/// When a number stands for the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// Where the caller has none.
    #[default]
    Absent,
    /// Whatever the caller has. A number that the caller gives beside it is not told then.
    Always,
}

impl CallerLine {
    /// Whether the caller's number gives way to ours.
    fn replaces(&self, line: &LineIdentity) -> bool {
        self.number.is_some() && (self.when == When::Always || line.number.is_none())
    }

    /// The caller as it is told of. Who does not want to be seen is not seen with our number either.
    pub(super) fn of(&self, line: &LineIdentity) -> LineIdentity {
        let mut line = match self.replaces(line) {
            true => LineIdentity {
                number: self.number,
                presentation: match line.presentation {
                    Presentation::RESTRICTED => Presentation::RESTRICTED,
                    _ => Presentation::ALLOWED,
                },
                screening: LineIdentity::UNKNOWN.screening,
            },
            false => *line,
        };
        if line.number.is_some() {
            line.presentation = self.presentation.unwrap_or(line.presentation);
        }
        line
    }

    /// Puts the caller of a call right, in the IAM that it came with, too.
    pub(super) fn tell(&self, setup: &mut Setup, area: &NumberingArea) {
        let calling = self.of(&setup.calling);
        if self.replaces(&setup.calling) {
            setup.additional_calling = None;
        }
        setup.calling = calling;
        if let Some(iam) = &mut setup.isup {
            self.tell_in(iam, area);
        }
    }

    /// Puts the caller of an IAM right.
    pub(super) fn tell_in(&self, iam: &mut Iam, area: &NumberingArea) {
        let number = iam.optional.calling_party_number();
        let heard = number.map_or(LineIdentity::UNKNOWN, |number| {
            line::of_calling(number, area)
        });
        let told = self.of(&heard);
        if told == heard {
            return;
        }
        if self.replaces(&heard) {
            iam.optional.retain(|parameter| !is_additional(parameter));
        }
        let number = line::calling_party_number(&told, area);
        replace(iam, number.map(Parameter::CallingPartyNumber));
    }
}

fn is_additional(parameter: &Parameter) -> bool {
    matches!(parameter, Parameter::GenericNumber(generic)
        if generic.qualifier == NumberQualifier::CALLING)
}

/// Puts another calling party number in place of that of an IAM.
pub(super) fn replace(iam: &mut Iam, number: Option<Parameter>) {
    if let Some(number) = number {
        let code = ParameterCode::CALLING_PARTY_NUMBER;
        iam.optional.retain(|parameter| parameter.code() != code);
        iam.optional.push(number);
    }
}

#[cfg(test)]
mod tests {
    use codecs::isup::Screening;

    use super::*;

    fn line(number: Option<&str>, presentation: Presentation) -> LineIdentity {
        LineIdentity {
            number: number.map(|number| number.parse().unwrap()),
            presentation,
            screening: Screening::USER_VERIFIED,
        }
    }

    #[test]
    fn a_number_of_ours_stands_for_the_callers_when_it_is_to() {
        const ALLOWED: Presentation = Presentation::ALLOWED;
        const RESTRICTED: Presentation = Presentation::RESTRICTED;
        let (own, theirs) = (Some("+497219578000"), Some("+498912345678"));
        let nobody = LineIdentity::UNKNOWN;
        for (number, when, presentation, heard, told) in [
            (own, When::Absent, None, nobody, (own, ALLOWED)),
            (
                own,
                When::Absent,
                None,
                line(None, RESTRICTED),
                (own, RESTRICTED),
            ),
            (
                own,
                When::Absent,
                None,
                line(theirs, ALLOWED),
                (theirs, ALLOWED),
            ),
            (
                own,
                When::Always,
                None,
                line(theirs, ALLOWED),
                (own, ALLOWED),
            ),
            (
                own,
                When::Always,
                None,
                line(theirs, RESTRICTED),
                (own, RESTRICTED),
            ),
            (
                own,
                When::Always,
                Some(ALLOWED),
                line(theirs, RESTRICTED),
                (own, ALLOWED),
            ),
            (
                None,
                When::Always,
                Some(RESTRICTED),
                line(theirs, ALLOWED),
                (theirs, RESTRICTED),
            ),
            (
                None,
                When::Absent,
                Some(ALLOWED),
                nobody,
                (None, Presentation::NOT_AVAILABLE),
            ),
        ] {
            let rule = CallerLine {
                number: number.map(|number| number.parse().unwrap()),
                when,
                presentation,
            };
            let said = rule.of(&heard);
            assert_eq!(
                said,
                LineIdentity {
                    screening: said.screening,
                    ..line(told.0, told.1)
                }
            );
            let screening = match told.0 == own {
                true => Screening::NETWORK,
                false => heard.screening,
            };
            assert_eq!(said.screening, screening, "{rule:?} {heard:?}");
        }
    }
}
