//! What the IMS says of voice after the first offer and answer: hold, retrieval, refresh, offers
//! left to us.

use std::time::Duration;

use codecs::isup::{Anm, Cause, Message, Notification};
use codecs::sip::{self, HeaderName};

use super::bench::*;
use super::from_ims::invite_with;
use super::stages::*;
use crate::exchange::Through;

const ALICE: &str = "192.0.2.40;branch=z9hG4bKagain";

/// A request of the party in the IMS within a dialog.
struct InDialog {
    from: String,
    to: String,
    call_id: String,
}

impl InDialog {
    fn of_called(invite: &sip::Message) -> Self {
        let field = |name| invite.text(name).unwrap().to_owned();
        Self {
            from: format!("{};tag=bob", field(HeaderName::To)),
            to: field(HeaderName::From),
            call_id: field(HeaderName::CallId),
        }
    }

    fn of_caller(call: &Outgoing) -> Self {
        Self {
            from: "<tel:+497219578290>;tag=alice".into(),
            to: call.to.clone(),
            call_id: "out1@192.0.2.40".into(),
        }
    }

    fn request(&self, method: &str, cseq: u32, sdp: Option<&str>) -> String {
        let Self { from, to, call_id } = self;
        let body = sdp.unwrap_or_default();
        let length = body.replace('\n', "\r\n").len();
        let content_type = match sdp {
            Some(_) => "Content-Type: application/sdp\n",
            None => "",
        };
        format!(
            "{method} sip:192.0.2.20:5060 SIP/2.0\nVia: SIP/2.0/UDP {ALICE}{method}{cseq}\n\
             From: {from}\nTo: {to}\nCall-ID: {call_id}\nCSeq: {cseq} {method}\n\
             Contact: <sip:alice@192.0.2.50:5062>\nMax-Forwards: 70\n{content_type}\
             Content-Length: {length}\n\n{body}"
        )
    }
}

impl Bench {
    /// A re-INVITE, acknowledged if it is answered; its final response.
    #[track_caller]
    fn reinvite(&mut self, dialog: &InDialog, cseq: u32, sdp: Option<&str>) -> sip::Message {
        self.receive_sip(ICSCF1, &dialog.request("INVITE", cseq, sdp));
        let response = self.final_response();
        self.receive_sip(ICSCF1, &dialog.request("ACK", cseq, None));
        response
    }

    #[track_caller]
    fn final_response(&mut self) -> sip::Message {
        let sent = std::mem::take(&mut self.sip);
        assert_eq!(sent[0].1.status(), 100, "{sent:?}");
        assert_eq!(sent.len(), 2, "{sent:?}");
        sent[1].1.clone()
    }

    fn through(&self) -> Option<Through> {
        self.media.iter().rev().find_map(|media| match media {
            crate::exchange::Media::Set { through, .. } => Some(*through),
            _ => None,
        })
    }

    #[track_caller]
    fn notified(&mut self) -> Notification {
        match self.isup_message() {
            Message::Cpg(cpg) => *cpg.optional.notification().unwrap(),
            other => panic!("{other:?}"),
        }
    }
}

fn body(message: &sip::Message) -> String {
    String::from_utf8(message.body().to_vec()).unwrap()
}

fn version(body: &str) -> u64 {
    let origin = body.lines().find(|line| line.starts_with("o=")).unwrap();
    origin.split(' ').nth(2).unwrap().parse().unwrap()
}

fn with(attribute: &str) -> String {
    format!("{SDP}a={attribute}\n")
}

/// An answered call in each direction.
fn answered() -> [(Bench, u16, InDialog); 2] {
    let (bench, invite) = to_ims(ToIms::Answered);
    let to = (bench, 1, InDialog::of_called(&invite.unwrap()));
    let (bench, call) = from_ims(FromIms::Acknowledged);
    let from = (bench, call.cic, InDialog::of_caller(&call));
    [to, from]
}

#[test]
fn hold_and_retrieval_reach_the_voice_path_and_the_other_party() {
    for (mut bench, cic, dialog) in answered() {
        let held = bench.reinvite(&dialog, 2, Some(&with("sendonly")));
        assert_eq!(held.status(), 200);
        assert!(body(&held).ends_with("a=recvonly\r\n"));
        assert_eq!(bench.through(), Some(Through::ToTimeslot));
        assert_eq!(bench.notified(), Notification::REMOTE_HOLD);

        let silent = bench.reinvite(&dialog, 3, Some(&with("inactive")));
        assert!(body(&silent).ends_with("a=inactive\r\n"));
        assert_eq!(version(&body(&silent)), version(&body(&held)) + 1);
        assert_eq!(bench.through(), Some(Through::Neither));
        assert!(bench.take_isup().is_empty(), "held already");

        let back = bench.reinvite(&dialog, 4, Some(&with("sendrecv")));
        assert!(body(&back).ends_with("a=sendrecv\r\n"));
        assert_eq!(bench.through(), Some(Through::Both));
        assert_eq!(bench.notified(), Notification::REMOTE_RETRIEVAL);
        bench.receive(cic, rel(Cause::NORMAL_CLEARING));
        bench.leaves_nothing();
    }
}

#[test]
fn hold_by_an_address_of_zeros_sends_nothing_there() {
    for (mut bench, cic, dialog) in answered() {
        let zeros = SDP.replace("c=IN IP4 192.0.2.50", "c=IN IP4 0.0.0.0");
        let held = bench.reinvite(&dialog, 2, Some(&zeros));
        assert!(body(&held).ends_with("a=recvonly\r\n"));
        assert_eq!(bench.through(), Some(Through::ToTimeslot));
        assert_eq!(bench.remote().to_string(), "192.0.2.50:40000");
        assert_eq!(bench.notified(), Notification::REMOTE_HOLD);
        bench.receive(cic, rel(Cause::NORMAL_CLEARING));
        bench.leaves_nothing();
    }
}

#[test]
fn a_session_refresh_changes_nothing() {
    for (mut bench, cic, dialog) in answered() {
        let first = bench.reinvite(&dialog, 2, Some(SDP));
        let again = bench.reinvite(&dialog, 3, Some(SDP));
        assert_eq!((first.status(), again.status()), (200, 200));
        assert_eq!(body(&first), body(&again));
        assert_eq!(bench.through(), Some(Through::Both));
        assert!(bench.take_isup().is_empty());
        bench.receive(cic, rel(Cause::NORMAL_CLEARING));
        bench.leaves_nothing();
    }
}

#[test]
fn voice_moves_to_another_address_and_coding() {
    for (mut bench, cic, dialog) in answered() {
        let moved = SDP
            .replace("192.0.2.50", "192.0.2.51")
            .replace("40000 RTP/AVP 8", "41000 RTP/AVP 0");
        let answer = bench.reinvite(&dialog, 2, Some(&moved));
        assert!(body(&answer).contains("m=audio 20000 RTP/AVP 0\r\n"));
        assert_eq!(bench.remote().to_string(), "192.0.2.51:41000");
        assert_eq!(bench.through(), Some(Through::Both));
        bench.receive(cic, rel(Cause::NORMAL_CLEARING));
        bench.leaves_nothing();
    }
}

#[test]
fn a_change_that_cannot_be_is_refused_and_the_call_goes_on_as_it_was() {
    for (mut bench, cic, dialog) in answered() {
        let g729 = SDP.replace("RTP/AVP 8", "RTP/AVP 18");
        assert_eq!(bench.reinvite(&dialog, 2, Some(&g729)).status(), 488);
        assert_eq!(bench.through(), Some(Through::Both));
        assert_eq!(bench.exchange.calls_up(), 1);
        assert_eq!(bench.reinvite(&dialog, 3, Some(SDP)).status(), 200);
        bench.receive(cic, rel(Cause::NORMAL_CLEARING));
        bench.leaves_nothing();
    }
}

#[test]
fn a_reinvite_without_offer_gets_ours_and_the_ack_answers_it() {
    for (mut bench, cic, dialog) in answered() {
        bench.receive_sip(ICSCF1, &dialog.request("INVITE", 2, None));
        let ours = bench.final_response();
        assert_eq!(ours.status(), 200);
        assert!(
            body(&ours).contains("m=audio 20000 RTP/AVP 8 0\r\n"),
            "{ours:?}"
        );
        assert!(body(&ours).ends_with("a=sendrecv\r\n"));
        let held = with("sendonly").replace("40000", "40010");
        bench.receive_sip(ICSCF1, &dialog.request("ACK", 2, Some(&held)));
        assert_eq!(bench.remote().port(), 40010);
        assert_eq!(bench.through(), Some(Through::ToTimeslot));
        assert_eq!(bench.notified(), Notification::REMOTE_HOLD);
        // The ACK once more is no other answer.
        bench.receive_sip(ICSCF1, &dialog.request("ACK", 2, Some(SDP)));
        assert_eq!(bench.remote().port(), 40010);

        // An offer that is not answered ends the call: nobody knows what to send.
        bench.receive_sip(ICSCF1, &dialog.request("INVITE", 3, None));
        assert_eq!(bench.final_response().status(), 200);
        bench.receive_sip(ICSCF1, &dialog.request("ACK", 3, None));
        assert_eq!(bench.sip_methods(), ["BYE"]);
        assert_eq!(bench.released_with(), 127);
        bench.receive(cic, rlc());
        bench.is_clean();
        bench.leaves_nothing();
    }
}

#[test]
fn reinvites_in_the_wrong_order_are_refused() {
    for (mut bench, cic, dialog) in answered() {
        bench.receive_sip(ICSCF1, &dialog.request("INVITE", 5, Some(SDP)));
        assert_eq!(bench.final_response().status(), 200);
        // One more before the ACK of the first.
        bench.receive_sip(ICSCF1, &dialog.request("INVITE", 6, Some(SDP)));
        assert_eq!(bench.sip_methods(), ["491"]);
        bench.receive_sip(ICSCF1, &dialog.request("ACK", 6, None));
        bench.receive_sip(ICSCF1, &dialog.request("ACK", 5, None));
        // An older one.
        bench.receive_sip(ICSCF1, &dialog.request("INVITE", 4, Some(SDP)));
        assert_eq!(bench.sip_methods(), ["500"]);
        bench.receive_sip(ICSCF1, &dialog.request("ACK", 4, None));
        assert_eq!(bench.exchange.calls_up(), 1);
        bench.receive(cic, rel(Cause::NORMAL_CLEARING));
        bench.leaves_nothing();
    }
}

#[test]
fn a_reinvite_that_is_never_acknowledged_ends_the_call() {
    for (mut bench, cic, dialog) in answered() {
        bench.receive_sip(ICSCF1, &dialog.request("INVITE", 2, Some(SDP)));
        bench.sip.clear();
        bench.advance(Duration::from_secs(33));
        assert!(bench.sip_methods().contains(&"BYE".to_owned()));
        bench.advance(Duration::from_secs(33));
        assert_eq!(bench.released_with(), 102);
        bench.receive(cic, rlc());
        bench.leaves_nothing();
    }
}

#[test]
fn a_reinvite_and_a_release_cross() {
    for (mut bench, cic, dialog) in answered() {
        bench.receive(cic, rel(Cause::NORMAL_CLEARING));
        assert_eq!(bench.sip_methods(), ["BYE"]);
        bench.receive_sip(ICSCF1, &dialog.request("INVITE", 2, Some(SDP)));
        assert_eq!(bench.sip_methods(), ["481"]);
        bench.leaves_nothing();
    }
}

#[test]
fn a_call_that_begins_on_hold_is_through_when_it_is_retrieved() {
    let mut bench = Bench::new();
    bench.receive_sip(ICSCF1, &invite_with("", &with("inactive")));
    let (cic, _) = bench.take_isup().remove(0);
    bench.receive(cic, super::from_ims::alerting());
    assert_eq!(bench.through(), Some(Through::Neither));
    bench.receive(cic, Message::Anm(Anm::default()));
    let answer = bench.sip.pop().unwrap().1;
    assert!(body(&answer).ends_with("a=inactive\r\n"));
    assert_eq!(bench.through(), Some(Through::Neither));
    let to = answer.text(HeaderName::To).unwrap().to_owned();
    let dialog = InDialog::of_caller(&Outgoing { cic, to });
    bench.receive_sip(ICSCF1, &dialog.request("ACK", 1, None));
    bench.forget();
    assert_eq!(bench.reinvite(&dialog, 2, Some(SDP)).status(), 200);
    assert_eq!(bench.through(), Some(Through::Both));
    bench.receive(cic, rel(Cause::NORMAL_CLEARING));
    bench.leaves_nothing();
}

#[test]
fn an_answer_that_only_sends_is_only_heard() {
    let (mut bench, invite) = to_ims(ToIms::Ringing);
    bench.respond(&invite.unwrap(), 200, Some(&with("sendonly")));
    assert_eq!(bench.through(), Some(Through::ToTimeslot));
    bench.receive(1, rel(Cause::NORMAL_CLEARING));
    bench.leaves_nothing();
}

#[test]
fn an_invite_without_offer_gets_ours_with_the_answer() {
    let without_offer = |bench: &mut Bench| {
        let invite = invite_with("", "").replace("Content-Type: application/sdp\n", "");
        bench.receive_sip(ICSCF1, &invite);
        let (cic, _) = bench.take_isup().remove(0);
        bench.receive(cic, super::from_ims::alerting());
        let ringing = bench.sip.pop().unwrap().1;
        assert_eq!((ringing.status(), ringing.body().len()), (180, 0));
        bench.receive(cic, Message::Anm(Anm::default()));
        let answer = bench.sip.pop().unwrap().1;
        assert!(body(&answer).contains("m=audio 20000 RTP/AVP 8 0\r\n"));
        assert_eq!(bench.through(), None);
        let to = answer.text(HeaderName::To).unwrap().to_owned();
        bench.forget();
        Outgoing { cic, to }
    };
    let mut bench = Bench::new();
    let call = without_offer(&mut bench);
    let dialog = InDialog::of_caller(&call);
    bench.receive_sip(ICSCF1, &dialog.request("ACK", 1, Some(SDP)));
    assert_eq!(bench.remote().port(), 40000);
    assert_eq!(bench.through(), Some(Through::Both));
    bench.receive(call.cic, rel(Cause::NORMAL_CLEARING));
    bench.leaves_nothing();

    let mut bench = Bench::new();
    let call = without_offer(&mut bench);
    bench.receive_sip(ICSCF1, &InDialog::of_caller(&call).request("ACK", 1, None));
    assert_eq!(bench.sip_methods(), ["BYE"]);
    assert_eq!(bench.released_with(), 127);
    bench.receive(call.cic, rlc());
    bench.is_clean();
    bench.leaves_nothing();
}
