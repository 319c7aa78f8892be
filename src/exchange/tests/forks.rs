//! Several terminals at the other end, other places to look for the subscriber, and refusals that
//! mean more than "no".

use codecs::isup::{Cause, Message};

use super::bench::*;
use super::stages::*;

#[test]
fn several_terminals_ring_and_one_answers() {
    let (mut bench, invite) = to_ims(ToIms::Trying);
    let invite = invite.unwrap();
    bench.respond_with(&invite, 180, "alpha", None, "");
    assert!(matches!(bench.isup_message(), Message::Acm(_)));
    bench.respond_with(&invite, 180, "beta", None, "");
    bench.respond_with(
        &invite,
        183,
        "gamma",
        Some(&SDP.replace("40000", "40002")),
        "",
    );
    bench.take_isup();
    bench.respond_with(
        &invite,
        200,
        "beta",
        Some(&SDP.replace("40000", "40004")),
        "",
    );
    assert!(matches!(bench.isup_message(), Message::Anm(_)));
    let ack = bench.sip_message();
    assert_eq!(ack.method().as_str(), "ACK");
    assert_eq!(ack.to().unwrap().tag(), Some("beta"));
    assert_eq!(bench.remote().port(), 40004);
    assert!(bench.is_through());
    bench.receive(1, rel(Cause::NORMAL_CLEARING));
    let bye = bench.sip_message();
    assert_eq!(bye.to().unwrap().tag(), Some("beta"));
    bench.respond(&bye, 200, None);
    bench.take_isup();
    bench.leaves_nothing();
}

#[test]
fn a_second_answer_is_acknowledged_and_hung_up() {
    let (mut bench, invite) = to_ims(ToIms::Trying);
    let invite = invite.unwrap();
    bench.respond_with(&invite, 200, "alpha", Some(SDP), "");
    assert!(matches!(bench.isup_message(), Message::Con(_)));
    assert_eq!(bench.sip_methods(), ["ACK"]);
    bench.respond_with(
        &invite,
        200,
        "beta",
        Some(&SDP.replace("40000", "40002")),
        "",
    );
    let sent = std::mem::take(&mut bench.sip);
    assert_eq!(sent[0].1.method().as_str(), "ACK");
    assert_eq!(sent[1].1.method().as_str(), "BYE");
    assert_eq!(sent[1].1.to().unwrap().tag(), Some("beta"));
    bench.respond(&sent[1].1, 200, None);
    assert!(bench.take_isup().is_empty());
    assert_eq!(bench.exchange.calls_up(), 1);
    assert_eq!(bench.remote().port(), 40000);

    // The first answer comes again, as its ACK was lost.
    bench.respond_with(&invite, 200, "alpha", Some(SDP), "");
    assert_eq!(bench.sip_methods(), ["ACK"]);
    bench.receive(1, rel(Cause::NORMAL_CLEARING));
    assert_eq!(bench.isup_message(), rlc());
    bench.leaves_nothing();
}

#[test]
fn an_answer_after_the_call_is_gone_is_acknowledged_and_hung_up() {
    let (mut bench, invite) = to_ims(ToIms::Ringing);
    let invite = invite.unwrap();
    bench.receive(1, rel(Cause::NORMAL_CLEARING));
    let cancel = bench.sip_message();
    bench.respond(&cancel, 200, None);
    bench.respond_with(&invite, 200, "alpha", Some(SDP), "");
    assert_eq!(bench.sip_methods(), ["ACK", "BYE"]);
    bench.respond_with(&invite, 200, "beta", Some(SDP), "");
    assert_eq!(bench.sip_methods(), ["ACK", "BYE"]);
    bench.take_isup();
    bench.leaves_nothing();
}

#[test]
fn a_redirection_is_not_followed() {
    for status in [300, 301, 302, 305, 380] {
        let (mut bench, invite) = to_ims(ToIms::Trying);
        let elsewhere = "Contact: <sip:bob@198.51.100.7>\n";
        bench.respond_with(&invite.unwrap(), status, "bob", None, elsewhere);
        assert_eq!(bench.sip_methods(), ["ACK"]);
        assert_eq!(bench.released_with(), 127);
        bench.receive(1, rlc());
        bench.is_clean();
        bench.leaves_nothing();
    }
}

#[test]
fn a_global_failure_releases_with_its_cause_and_no_other_icscf_is_asked() {
    for (status, cause) in [(600, 17), (603, 21), (604, 1), (606, 127)] {
        let (mut bench, invite) = to_ims(ToIms::Trying);
        bench.respond(&invite.unwrap(), status, None);
        assert_eq!(bench.sip_methods(), ["ACK"]);
        assert_eq!(bench.released_with(), cause);
        bench.receive(1, rlc());
        bench.is_clean();
        bench.leaves_nothing();
    }
}

#[test]
fn an_overload_after_ringing_is_no_reason_to_ring_elsewhere() {
    let (mut bench, invite) = to_ims(ToIms::Ringing);
    bench.respond(&invite.unwrap(), 503, None);
    assert_eq!(bench.sip_methods(), ["ACK"]);
    assert_eq!(bench.released_with(), 127);
    bench.receive(1, rlc());
    bench.leaves_nothing();
}

#[test]
fn a_datagram_that_cannot_be_sent_is_an_icscf_that_does_not_answer() {
    let (mut bench, invite) = to_ims(ToIms::Invited);
    let invite = invite.unwrap();
    bench.undeliverable(ICSCF1, &invite);
    let (to, second) = bench.sip.pop().unwrap();
    assert_eq!(to, ICSCF2.parse().unwrap());
    bench.undeliverable(ICSCF2, &second);
    assert_eq!(bench.released_with(), 38);
    bench.receive(1, rlc());
    bench.is_clean();
    bench.leaves_nothing();
}

#[test]
fn an_answer_that_describes_nothing_we_can_carry_is_hung_up() {
    for sdp in [
        Some(SDP.replace("RTP/AVP 8", "RTP/AVP 18")),
        Some(SDP.replace("audio 40000", "audio 0")),
        Some("hello".into()),
        None,
    ] {
        let (mut bench, invite) = to_ims(ToIms::Ringing);
        bench.respond(&invite.unwrap(), 200, sdp.as_deref());
        assert_eq!(bench.sip_methods(), ["ACK", "BYE"], "{sdp:?}");
        assert_eq!(bench.released_with(), 127);
        bench.receive(1, rlc());
        bench.is_clean();
        bench.leaves_nothing();
    }
}
