//! What the record of a call says of its end, in ISUP and in SIP.

use codecs::isup::{Cause, Message};

use super::bench::*;
use super::stages::{FromIms, ToIms, from_ims, to_ims};
use crate::exchange::telemetry::{MessageLabel, SipEnd, Way};

/// Cause, and the end in SIP, of the one call that ended.
fn end(bench: &mut Bench) -> (u8, Option<SipEnd>) {
    let record = bench.records.pop().unwrap();
    (record.cause.cause.value(), record.sip)
}

fn said(way: Way, message: MessageLabel, reason: Option<&str>) -> Option<SipEnd> {
    let reason = reason.map(str::to_owned);
    Some(SipEnd {
        way,
        message,
        reason,
    })
}

#[test]
fn a_failure_in_sip_is_recorded_with_its_status_and_reason() {
    let (mut bench, invite) = to_ims(ToIms::Ringing);
    let reason = "Reason: Q.850;cause=19\n";
    bench.respond_with(&invite.unwrap(), 480, "bob", None, reason);
    let expected = said(
        Way::Received,
        MessageLabel::Status(480),
        Some("Q.850;cause=19"),
    );
    assert_eq!(end(&mut bench), (19, expected));
}

#[test]
fn a_release_in_isup_is_recorded_with_what_sip_was_told() {
    let (mut bench, call) = from_ims(FromIms::Alerting);
    bench.receive(call.cic, rel(Cause::USER_BUSY));
    let (cause, sip) = end(&mut bench);
    let sip = sip.unwrap();
    assert_eq!((cause, sip.way), (17, Way::Sent));
    assert_eq!(sip.message, MessageLabel::Status(486));
    assert!(sip.reason.unwrap().starts_with("Q.850;cause=17"));
}

#[test]
fn a_bye_is_recorded_and_a_lookup_that_fails_has_nothing_of_sip() {
    let (mut bench, call) = from_ims(FromIms::Acknowledged);
    bench.receive_sip(ICSCF1, &call.bye());
    let bye = MessageLabel::Method("BYE");
    assert_eq!(end(&mut bench), (16, said(Way::Received, bye, None)));

    let (mut bench, _) = to_ims(ToIms::Locating);
    bench.receive(1, rel(Cause::NORMAL_CLEARING));
    assert!(matches!(bench.isup_message(), Message::Rlc(_)));
    assert_eq!(end(&mut bench), (16, None));
}
