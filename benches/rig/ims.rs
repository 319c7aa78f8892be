//! The IMS at the far end: answers INVITE and BYE, and calls.

use bytes::Bytes;

use super::template::{Place, Template};

const BRANCH: &str = "bbbbbbbbbbbbbbbb";
const FROM_TAG: &str = "ffffffffffffffff";
const TO_TAG: &str = "tttttttttttttttt";
/// The last digit of the number that is called, in the request URI and in To.
const URI_DIGIT: &str = "%";
const TO_DIGIT: &str = "#";
const CALL_ID: &str = "cccccccccccccccccccccccccccccccc";

const ANSWER: &str = "v=0
o=bob 1 1 IN IP4 192.0.2.50
s=-
c=IN IP4 192.0.2.50
t=0 0
m=audio 40000 RTP/AVP 8
a=rtpmap:8 PCMA/8000
a=ptime:20
a=sendrecv
";

const OFFER: &str = "v=0
o=alice 1 1 IN IP4 192.0.2.50
s=-
c=IN IP4 192.0.2.50
t=0 0
m=audio 40000 RTP/AVP 8 0 101
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=ptime:20
a=sendrecv
";

/// What tells the messages of a call from others.
#[derive(Clone, Copy)]
pub struct Dialog {
    branch: [u8; 16],
    from_tag: [u8; 16],
    to_tag: [u8; 16],
    call_id: [u8; 32],
    digit: [u8; 1],
}

/// The I-CSCF, the S-CSCF and the terminals in one.
pub struct Ims {
    trying: Template,
    ringing: Template,
    answer: Template,
    invite: Template,
    ack: Template,
    bye: Template,
    bye_done: Template,
    branch: Place,
    from_tag: Place,
    call_id: Place,
    to: Place,
    serial: u64,
}

impl Ims {
    pub fn new() -> Self {
        let response = |status: &str, tag: &str, extra: &str, body: &str| {
            let head = format!(
                "SIP/2.0 {status}\nVia: SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bK{BRANCH};rport=5060\n\
                 From: <tel:+498912345678>;tag={FROM_TAG}\nTo: <tel:+497219578290>{tag}\n\
                 Call-ID: {CALL_ID}\n{extra}"
            );
            Template::sip(&head, body, &[BRANCH, FROM_TAG, CALL_ID])
        };
        let dialog = "CSeq: 1 INVITE\nContact: <sip:bob@192.0.2.50:5062>\n\
             Record-Route: <sip:192.0.2.42:5060;lr>, <sip:192.0.2.40:5060;lr>\n";
        let request = |line: &str, to_tag: &str, extra: &str, body: &str, holes: &[&str]| {
            let head = format!(
                "{line} SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.40:5060;branch=z9hG4bK{BRANCH};rport\n\
                 Via: SIP/2.0/UDP 192.0.2.50:5062;branch=z9hG4bKterminal\n\
                 From: <tel:+497219578290>;tag={FROM_TAG}\nTo: <tel:+49309002600{TO_DIGIT}>{to_tag}\n\
                 Call-ID: {CALL_ID}\nMax-Forwards: 68\n{extra}"
            );
            Template::sip(&head, body, holes)
        };
        let to_tag = format!(";tag={TO_TAG}");
        let own = [BRANCH, FROM_TAG, CALL_ID, TO_DIGIT, TO_TAG];
        let offer = "CSeq: 1 INVITE\nContact: <sip:alice@192.0.2.50:5062>\n\
             Record-Route: <sip:192.0.2.40:5060;lr>\nP-Asserted-Identity: <tel:+497219578290>\n";
        Self {
            trying: response("100 Trying", "", "CSeq: 1 INVITE\n", ""),
            ringing: response("180 Ringing", ";tag=bob", dialog, ""),
            answer: response("200 OK", ";tag=bob", dialog, ANSWER),
            bye_done: response("200 OK", ";tag=bob", "CSeq: 2 BYE\n", ""),
            invite: request(
                "INVITE tel:+49309002600%",
                "",
                offer,
                OFFER,
                &[BRANCH, FROM_TAG, CALL_ID, TO_DIGIT, URI_DIGIT],
            ),
            ack: request(
                "ACK sip:192.0.2.20:5060",
                &to_tag,
                "CSeq: 1 ACK\n",
                "",
                &own,
            ),
            bye: request(
                "BYE sip:192.0.2.20:5060",
                &to_tag,
                "CSeq: 2 BYE\n",
                "",
                &own,
            ),
            branch: Place::after(b";branch=z9hG4bK"),
            from_tag: Place::after(b"From: <tel:+498912345678>;tag="),
            call_id: Place::after(b"Call-ID: "),
            to: Place::after(b"To: <tel:+49309002600"),
            serial: 0,
        }
    }

    /// An INVITE of the gateway has come.
    pub fn invited(&mut self, invite: &[u8]) -> Dialog {
        Dialog {
            branch: self.branch.read(invite),
            from_tag: self.from_tag.read(invite),
            call_id: self.call_id.read(invite),
            to_tag: [0; 16],
            digit: [0],
        }
    }

    pub fn trying(&self, dialog: &Dialog) -> Bytes {
        respond(&self.trying, dialog)
    }

    pub fn ringing(&self, dialog: &Dialog) -> Bytes {
        respond(&self.ringing, dialog)
    }

    pub fn answer(&self, dialog: &Dialog) -> Bytes {
        respond(&self.answer, dialog)
    }

    /// The gateway has sent BYE.
    pub fn bye_done(&mut self, bye: &[u8], dialog: Dialog) -> Bytes {
        let branch = self.branch.read(bye);
        respond(&self.bye_done, &Dialog { branch, ..dialog })
    }

    /// A terminal calls.
    pub fn invite(&mut self) -> (Dialog, Bytes) {
        self.serial += 1;
        let mut dialog = Dialog {
            branch: self.fresh(1),
            from_tag: self.fresh(2),
            call_id: [b'0'; 32],
            to_tag: [0; 16],
            digit: [b'0' + (self.serial % 4) as u8],
        };
        dialog.call_id[..16].copy_from_slice(&self.fresh(3));
        let Dialog {
            branch,
            from_tag,
            call_id,
            digit,
            ..
        } = &dialog;
        let invite = self.invite.fill(&[branch, from_tag, call_id, digit, digit]);
        (dialog, invite)
    }

    /// The gateway has answered.
    pub fn answered(&mut self, answer: &[u8], dialog: &mut Dialog) -> Bytes {
        // A digit and `>;tag=` stand before it.
        let to: [u8; 23] = self.to.read(answer);
        dialog.to_tag.copy_from_slice(&to[7..]);
        dialog.branch = self.fresh(4);
        request(&self.ack, dialog)
    }

    /// The terminal hangs up.
    pub fn bye(&self, dialog: &Dialog) -> Bytes {
        let branch = self.fresh(5);
        request(&self.bye, &Dialog { branch, ..*dialog })
    }

    /// 16 hexadecimal digits that were not used before.
    fn fresh(&self, what: u64) -> [u8; 16] {
        let number = (self.serial << 4 | what).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        std::array::from_fn(|at| b"0123456789abcdef"[(number >> (at * 4) & 15) as usize])
    }
}

fn respond(template: &Template, dialog: &Dialog) -> Bytes {
    template.fill(&[&dialog.branch, &dialog.from_tag, &dialog.call_id])
}

fn request(template: &Template, dialog: &Dialog) -> Bytes {
    template.fill(&[
        &dialog.branch,
        &dialog.from_tag,
        &dialog.call_id,
        &dialog.digit,
        &dialog.to_tag,
    ])
}
