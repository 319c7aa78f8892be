//! Both ends against each other.

use super::*;

struct Pair {
    asks: End,
    answers: End,
}

impl Pair {
    fn new(asks: Role, answers: Role) -> Self {
        Self {
            asks: End::of(asks),
            answers: End::of(answers),
        }
    }

    fn both(&mut self, input: &Input) {
        self.asks.input(input.clone());
        self.answers.input(input.clone());
    }

    /// Carries messages until both are quiet; what else they say, each by itself.
    fn settle(&mut self) -> (Vec<String>, Vec<String>) {
        let (mut asks, mut answers) = (Vec::new(), Vec::new());
        loop {
            let carried = carry(&mut self.asks, &mut self.answers, &mut asks)
                + carry(&mut self.answers, &mut self.asks, &mut answers);
            if carried == 0 {
                return (asks, answers);
            }
        }
    }
}

fn carry(from: &mut End, to: &mut End, rest: &mut Vec<String>) -> usize {
    let mut carried = 0;
    while let Some(output) = from.association.poll_output() {
        match output {
            Output::Send { stream, payload } => {
                to.hears_bytes(stream, payload);
                carried += 1;
            }
            other => rest.push(words(&other)),
        }
    }
    carried
}

#[test]
fn they_come_up_talk_lose_each_other_and_recover() {
    for (asks, answers) in [(Role::Asp, Role::Sgp), (Role::IpspClient, Role::IpspServer)] {
        let mut pair = Pair::new(asks, answers);
        for _ in 0..3 {
            pair.both(&Input::Up { streams: 4 });
            let (asks, answers) = pair.settle();
            assert_eq!(
                (asks, answers),
                (vec!["Active".into()], vec!["Active".into()])
            );
            pair.both(&Input::Transfer(transfer("hello")));
            let (asks, answers) = pair.settle();
            assert_eq!(asks, ["Transfer b\"hello\""]);
            assert_eq!(answers, asks);
            pair.both(&Input::Down);
            let (asks, answers) = pair.settle();
            assert_eq!(
                (asks, answers),
                (vec!["Inactive".into()], vec!["Inactive".into()])
            );
        }
    }
}

#[test]
fn they_part_in_order() {
    let mut pair = Pair::new(Role::Asp, Role::Sgp);
    pair.both(&Input::Up { streams: 4 });
    pair.settle();
    pair.asks.input(Input::Stop);
    let (asks, answers) = pair.settle();
    assert_eq!(asks, ["Inactive", "Stopped"]);
    assert_eq!(answers, ["Inactive"]);
}

#[test]
fn two_that_stop_at_once_do_not_complain() {
    for (asks, answers) in [(Role::Asp, Role::Sgp), (Role::IpspClient, Role::IpspServer)] {
        let mut pair = Pair::new(asks, answers);
        pair.both(&Input::Up { streams: 4 });
        pair.settle();
        pair.both(&Input::Transfer(transfer("bye")));
        pair.both(&Input::Stop);
        let (asks, answers) = pair.settle();
        assert_eq!(asks, ["Inactive", "Transfer b\"bye\""]);
        assert_eq!(answers, ["Inactive", "Stopped", "Transfer b\"bye\""]);
        // The gateway shut the association down, which ends the matter for both.
        pair.both(&Input::Down);
        let silence = (Vec::<String>::new(), Vec::<String>::new());
        assert_eq!(pair.settle(), silence);
        pair.both(&Input::Up { streams: 4 });
        let (asks, answers) = pair.settle();
        assert_eq!(
            (asks, answers),
            (vec!["Active".into()], vec!["Active".into()])
        );
    }
}

#[test]
fn a_restarted_asp_is_taken_back() {
    let mut pair = Pair::new(Role::Asp, Role::Sgp);
    pair.both(&Input::Up { streams: 4 });
    pair.settle();
    pair.asks = End::of(Role::Asp);
    pair.both(&Input::Up { streams: 4 });
    let (asks, answers) = pair.settle();
    assert_eq!(asks, ["Active"]);
    assert_eq!(answers, ["Inactive", "Active"]);
}
