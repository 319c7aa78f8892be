//! A call that is tried out: what the policies make of it and where it would go, in words. Limits and
//! the state of the network are left aside.

use std::sync::Arc;

use codecs::number::NumberingPlan;
use routing::{E164, NumberList, Written};

use super::screen::Parties;
use super::{Denial, Neighbour, Number, Policies, Rulebook, Way};
use crate::exchange::leg::LineIdentity;
use crate::exchange::settings::{Destination, Icscf, PeerId, Settings, Sip};

/// A call that is tried out.
#[derive(Debug)]
pub struct Trial<'s> {
    settings: &'s Settings,
    rulebook: Rulebook,
    lines: Vec<String>,
}

/// Who calls whom, as the policies have left it so far.
#[derive(Clone, Copy)]
struct Call {
    called: E164,
    calling: LineIdentity,
}

impl<'s> Trial<'s> {
    /// What becomes of a call from this neighbour: `called` and `calling` as its messages have them,
    /// the caller seen as `line` says. One line a step.
    pub fn of(
        settings: &'s Settings,
        lists: Vec<Arc<NumberList>>,
        from: Neighbour,
        (called, calling): (Written, Option<Written>),
        line: LineIdentity,
    ) -> Vec<String> {
        let policies = settings.policies.policies.clone();
        let mut trial = Self {
            settings,
            rulebook: Rulebook::new(&Policies { policies, lists }),
            lines: Vec::new(),
        };
        if let Some(call) = trial.comes_in((from, Way::In), called, calling, line) {
            trial.goes_on(from, call);
        }
        trial.lines
    }

    fn say(&mut self, line: String) {
        self.lines.push(line);
    }

    /// The call after the policies of whom it comes from, unless they refuse it.
    fn comes_in(
        &mut self,
        whose: (Neighbour, Way),
        called: Written,
        calling: Option<Written>,
        line: LineIdentity,
    ) -> Option<Call> {
        let called = self.rewrite(whose, Number::Called, called);
        let called = self.global(&called).or_else(|| {
            self.say("the called number names nobody here".into());
            None
        })?;
        let calling = calling.map(|number| self.rewrite(whose, Number::Calling, number));
        let number = calling.and_then(|number| self.global(&number));
        let call = Call {
            called,
            calling: LineIdentity { number, ..line },
        };
        self.say(format!("called {called}, calling {}", shown(&call.calling)));
        if let Err(denial) = self.screen(whose, &call) {
            self.say(refused(&denial));
            return None;
        }
        Some(self.put_right(whose, call))
    }

    fn goes_on(&mut self, from: Neighbour, call: Call) {
        let settings = self.settings;
        match settings.routes.longest(call.called.digits()) {
            Some(Destination::Trunk(groups)) => {
                for &group in groups.iter() {
                    let trunk = settings.trunks.get(usize::from(group.0));
                    let name = trunk.map_or("?", |trunk| &trunk.name);
                    self.goes_to(&format!("trunk {name}"), Neighbour::Trunk(group), call);
                }
            }
            Some(Destination::Fixed) if matches!(from, Neighbour::Trunk(_)) => {
                for icscf in &settings.icscfs {
                    let peer = self.peer_of(icscf);
                    let peer_name = &settings.sip.peer(peer).name;
                    let place = format!("I-CSCF {} (peer {peer_name})", icscf.name);
                    self.goes_to(&place, Neighbour::Peer(peer), call);
                }
            }
            Some(Destination::Mobile) => self.say("the HSS is asked where to".into()),
            Some(Destination::Fixed) | None => self.say("no route: cause 3, 404".into()),
        }
    }

    /// Who an I-CSCF is; one whose name is still to be resolved, one without a name of its own.
    fn peer_of(&self, icscf: &Icscf) -> PeerId {
        let address = icscf.address.map(|hop| hop.address.ip());
        let peer = address.and_then(|address| self.settings.sip.at(address));
        peer.unwrap_or(Sip::UNNAMED)
    }

    fn goes_to(&mut self, place: &str, to: Neighbour, call: Call) {
        self.say(format!("to {place}"));
        let whose = (to, Way::Out);
        if let Err(denial) = self.screen(whose, &call) {
            return self.say(refused(&denial));
        }
        let call = self.put_right(whose, call);
        self.rewrite(whose, Number::Called, self.written(to, &call.called));
        if let Some(number) = call.calling.number {
            self.rewrite(whose, Number::Calling, self.written(to, &number));
        }
    }

    /// A number as messages to a neighbour have it before it is rewritten.
    fn written(&self, to: Neighbour, number: &E164) -> Written {
        match to {
            Neighbour::Peer(_) => super::numbers::global(number),
            Neighbour::Trunk(_) => {
                let (nature, digits) = self.settings.numbering.localise(number);
                Written {
                    nature,
                    plan: NumberingPlan::E164,
                    digits,
                }
            }
        }
    }

    fn global(&self, number: &Written) -> Option<E164> {
        let area = &self.settings.numbering;
        let global = area.globalise(number.nature, number.plan, &number.digits);
        global.ok()
    }

    fn screen(&self, whose: (Neighbour, Way), call: &Call) -> Result<(), Denial> {
        let Call { called, calling } = call;
        self.rulebook.screen(whose, Parties { called, calling })
    }

    fn put_right(&mut self, whose: (Neighbour, Way), mut call: Call) -> Call {
        let before = call.calling;
        for caller in self.rulebook.callers(whose) {
            call.calling = caller.of(&call.calling);
        }
        if call.calling != before {
            self.say(format!("  caller becomes {}", shown(&call.calling)));
        }
        call
    }

    fn rewrite(&mut self, whose: (Neighbour, Way), number: Number, written: Written) -> Written {
        let steps = self.rulebook.steps(whose, number, written);
        let which = match number {
            Number::Called => "called",
            Number::Calling => "calling",
        };
        let mut written = written;
        let mut lines = vec![format!("  {which} {}", in_words(&written))];
        for (rule, rewritten) in steps {
            lines.push(format!(
                "  {rule}: {which} becomes {}",
                in_words(&rewritten)
            ));
            written = rewritten;
        }
        self.lines.extend(lines);
        written
    }
}

fn in_words(number: &Written) -> String {
    format!("{} ({})", number.digits, number.nature.name())
}

fn shown(line: &LineIdentity) -> String {
    let number = line
        .number
        .map_or("unknown".into(), |number| number.to_string());
    match line.number.is_some() && line.is_restricted() {
        true => format!("{number}, withheld"),
        false => number,
    }
}

fn refused(denial: &Denial) -> String {
    let Denial {
        rule,
        cause,
        status,
        reason,
        ..
    } = denial;
    format!("  {rule} refuses it ({reason}): cause {cause}, {status}")
}
