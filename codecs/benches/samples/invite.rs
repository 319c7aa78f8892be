//! An INVITE of 2 kB, as it leaves an IMS towards the PSTN, and what is read of it.

use bytes::Bytes;
use codecs::sip::{HeaderName, Message, Method, Writer};

/// The message.
pub(crate) fn invite() -> Bytes {
    let mut writer = Writer::request(Method::Invite, "tel:+491715407090");
    for hop in 0..4 {
        let via =
            format_args!("SIP/2.0/UDP 192.0.2.{hop}:5060;branch=z9hG4bK0a1b2c3d4e5f{hop};rport");
        writer.header(HeaderName::Via, &via);
    }
    for hop in 0..3 {
        let route = format_args!("<sip:mt@scscf{hop}.ims.mnc001.mcc262.3gppnetwork.org:5060;lr>");
        writer.header(HeaderName::RecordRoute, &route);
    }
    for (name, value) in [
        (HeaderName::MaxForwards, "66"),
        (
            HeaderName::From,
            "\"Anonymous\" <sip:+498912345678@gw.example.com;user=phone>;tag=a6c85cf",
        ),
        (HeaderName::To, "<tel:+491715407090>"),
        (HeaderName::CallId, "a84b4c76e66710d1f0b6a5@192.0.2.20"),
        (HeaderName::CSeq, "314159 INVITE"),
        (HeaderName::Contact, "<sip:192.0.2.20:5060>"),
        (
            HeaderName::PAssertedIdentity,
            "<sip:+498912345678@gw.example.com;user=phone>, <tel:+498912345678>",
        ),
        (
            HeaderName::PChargingVector,
            "icid-value=\"AyretyU0dm+6O2IrT5tAFrbHLso=023551024\";orig-ioi=home1.net",
        ),
        (HeaderName::PAccessNetworkInfo, "GSTN"),
        (HeaderName::Privacy, "id"),
        (HeaderName::Supported, "100rel,timer,precondition,histinfo"),
        (
            HeaderName::Allow,
            "INVITE,ACK,CANCEL,BYE,OPTIONS,PRACK,UPDATE,INFO",
        ),
        (
            HeaderName::HistoryInfo,
            "<tel:+4989555000>;index=1, <sip:+491715407090@gw.example.com;user=phone?\
             Reason=Q.850%3Bcause%3D17>;index=1.1;mp=1",
        ),
        (HeaderName::SessionExpires, "1800;refresher=uac"),
        (HeaderName::UserAgent, "tandem"),
    ] {
        writer.header(name, value);
    }
    writer.body("multipart/mixed;boundary=b", &[0xa5; 700])
}

/// What the user agent and the gateway read of an INVITE.
pub(crate) fn use_headers(message: &Message) -> usize {
    let via = message.via().unwrap();
    let from = message.from().unwrap();
    let to = message.to().unwrap();
    let cseq = message.cseq().unwrap();
    let contact = message.contact().unwrap().unwrap();
    let identity = message
        .addresses(HeaderName::PAssertedIdentity)
        .next()
        .unwrap()
        .unwrap();
    let called = message.uri().unwrap().telephone().unwrap();
    let routes = message.headers(HeaderName::RecordRoute).count();
    via.branch().unwrap().len()
        + from.tag().unwrap().len()
        + to.uri.as_str().len()
        + usize::from(cseq.method == Method::Invite)
        + message.call_id().unwrap().len()
        + contact.uri.as_str().len()
        + identity.uri.telephone().unwrap().number.len()
        + called.digits().unwrap().len()
        + usize::from(message.max_forwards().unwrap().unwrap())
        + usize::from(message.privacy().id)
        + routes
        + message.body().len()
}
