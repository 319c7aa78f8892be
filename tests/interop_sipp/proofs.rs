//! Digest authentication: SIPp proves who it is, and has the agent prove it.

use protocols::sip::{Account, Algorithm, Demand, Proof, Proofs};

use super::*;

/// Runs a scenario with an agent that has this to do with SIPp.
fn meet_proving(name: &str, agent_calls: bool, proof: Proof, conduct: Conduct) -> Option<Agent> {
    if !sipp::is_installed() {
        return None;
    }
    let (local, peer) = sipp::two_addresses();
    let mut agent = Agent::proving(local, Proofs::from([(peer.ip(), proof)]));
    let sipp = Sipp::start(&Scenario {
        name,
        local: peer,
        remote: (!agent_calls).then_some(local),
        ..Scenario::default()
    });
    if agent_calls {
        agent.call(peer, true);
        agent.drain(conduct);
    }
    agent.run(sipp, conduct);
    Some(agent)
}

fn account() -> Account {
    Account {
        user: "alice".into(),
        password: "secret".into(),
        realm: None,
    }
}

#[test]
fn sipp_proves_who_it_is() {
    let demand = Demand {
        realm: "gw.example".into(),
        account: account(),
        algorithms: vec![Algorithm::Md5],
    };
    let proof = Proof {
        demand: Some(demand),
        account: None,
    };
    if let Some(agent) = meet_proving("caller_proves", false, proof, pick_up) {
        assert_eq!(agent.stories(), [TAKEN]);
    }
}

#[test]
fn sipp_believes_who_we_are() {
    let proof = Proof {
        demand: None,
        account: Some(account()),
    };
    if let Some(agent) = meet_proving("called_challenges", true, proof, hang_up) {
        assert_eq!(agent.stories(), [PLACED]);
    }
}
