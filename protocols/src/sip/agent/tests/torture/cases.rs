//! The messages: what torments in them.

use super::Case;
use super::Fate::{Call, Nothing, Status};

/// §3.1.1: well-formed.
pub(super) const SOUND: [Case; 13] = [
    // Within a dialog, that nobody knows here.
    (
        "wsinv",
        "INVITE sip:vivekg@example.com;unknownparam SIP/2.0\nTO :\n \
         sip:vivekg@example.com ;   tag    = 1918181833n",
        Status(481),
    ),
    (
        "intmeth",
        "!interesting-Method0123456789_*+`.%indeed'~ \
         sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.\
         (doesn't-it)@example.com SIP/2.0",
        Status(501),
    ),
    (
        "esc01",
        "INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0\n\
         To: sip:%75se%72@example.com\nContact:\n  <sip:cal%6Cer@192.0.2.3;%6C%72;n%61me=v%61lue%25%34%31>",
        Call,
    ),
    (
        "escnull",
        "REGISTER sip:example.com SIP/2.0\n\
         Contact: <sip:%00@host5.example.com>, <sip:%00%00@host5.example.com>",
        Status(405),
    ),
    (
        "esc02",
        "RE%47IST%45R sip:registrar.example.com SIP/2.0\nTo: \"%Z%45\" <sip:resource@example.com>",
        Status(501),
    ),
    (
        "lwsdisp",
        "OPTIONS sip:user@example.com SIP/2.0\nFrom: caller<sip:caller@example.com>;tag=323",
        Status(200),
    ),
    (
        "longreq",
        "INVITE sip:user@example.com SIP/2.0\nUnknown-LongLongLongLongLongLongLong-Name: \
         unknown-longlonglonglonglonglonglonglong-value;param=longlonglonglonglonglonglonglong\n\
         v: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bKlong, SIP/2.0/TCP sip33.example.com\n\
         v: SIP/2.0/TCP sip32.example.com, SIP/2.0/TCP sip31.example.com\nVia: SIP/2.0/TCP sip30",
        Call,
    ),
    (
        "dblreq",
        "REGISTER sip:example.com SIP/2.0\nContent-Length: 0\n\n\
         INVITE sip:joe@example.com SIP/2.0\r\nt: sip:joe@example.com\r\n\r\n",
        Status(405),
    ),
    (
        "semiuri",
        "OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0",
        Status(200),
    ),
    (
        "transports",
        "OPTIONS sip:user@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bKt\n\
         Via: SIP/2.0/SCTP t2.example.com\nVia: SIP/2.0/TLS t3.example.com\n\
         Via: SIP/2.0/UNKNOWN t4.example.com",
        Status(200),
    ),
    (
        "mpart01",
        "MESSAGE sip:kumiko@example.org SIP/2.0\nContent-Type: multipart/mixed;boundary=7a9cbec02\n\n\
         --7a9cbec02\r\nContent-Type: text/plain\r\n\r\nHello\r\n--7a9cbec02--",
        Status(405),
    ),
    // Responses to nothing.
    (
        "unreason",
        "SIP/2.0 200 = 2**3 * 5**2 \u{43d}\u{43e} \u{441}\u{442}\u{43e}\nCSeq: 35 INVITE",
        Nothing,
    ),
    ("noreason", "SIP/2.0 100 \nCSeq: 35 INVITE", Nothing),
];

/// §3.1.2: malformed.
pub(super) const MALFORMED: [Case; 19] = [
    (
        "badinv01",
        "INVITE sip:user@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.15;;,;,,\n\
         Contact: \"Joe\" <sip:joe@example.org>;;;;",
        Status(400),
    ),
    (
        "clerr",
        "INVITE sip:user@example.com SIP/2.0\nContent-Length: 9999\n\nv=0",
        Status(400),
    ),
    (
        "ncl",
        "INVITE sip:user@example.com SIP/2.0\nContent-Length: -999\n\nv=0",
        Status(400),
    ),
    (
        "scalar02",
        "REGISTER sip:example.com SIP/2.0\nCSeq: 36893488147419103232 REGISTER\n\
         Max-Forwards: 300\nExpires: 10000000000000000000000000000",
        Status(400),
    ),
    (
        "scalarlg",
        "SIP/2.0 503 Service Unavailable\nCSeq: 9292394834772304023312 OPTIONS\n\
         Retry-After: 949302838503028349304023988",
        Nothing,
    ),
    (
        "quotbal",
        "INVITE sip:user@example.com SIP/2.0\nTo: \"Mr. J. User <sip:j.user@example.com>",
        Status(400),
    ),
    (
        "ltgtruri",
        "INVITE <sip:user@example.com> SIP/2.0",
        Status(400),
    ),
    (
        "lwsruri",
        "INVITE sip:user@example.com; lr SIP/2.0",
        Status(400),
    ),
    (
        "lwsstart",
        "INVITE  sip:user@example.com  SIP/2.0",
        Status(400),
    ),
    (
        "trws",
        "OPTIONS sip:remote-target@example.com SIP/2.0  ",
        Status(400),
    ),
    (
        "escruri",
        "INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0",
        Status(400),
    ),
    // Nobody needs the date.
    (
        "baddate",
        "INVITE sip:user@example.com SIP/2.0\nDate: Fri, 01 Jan 2010 16:00:00 EST",
        Call,
    ),
    // A registrar would answer 400.
    (
        "regbadct",
        "REGISTER sip:example.com SIP/2.0\nContact: sip:user@example.com?Route=%3Csip:sip.example.com%3E",
        Status(405),
    ),
    (
        "badaspec",
        "OPTIONS sip:user@example.org SIP/2.0\nTo: \"Watson, Thomas\" < sip:t.watson@example.org >",
        Status(400),
    ),
    (
        "baddn",
        "OPTIONS sip:t.watson@example.org SIP/2.0\nFrom: Bell, Alexander <sip:a.g.bell@example.com>;tag=43",
        Status(400),
    ),
    (
        "badvers",
        "OPTIONS sip:t.watson@example.org SIP/7.0\nVia: SIP/7.0/UDP c.example.com;branch=z9hG4bKkdjuw",
        Status(505),
    ),
    (
        "mismatch01",
        "OPTIONS sip:user@example.com SIP/2.0\nCSeq: 8 INVITE",
        Status(400),
    ),
    (
        "mismatch02",
        "NEWMETHOD sip:user@example.com SIP/2.0\nCSeq: 8 INVITE",
        Status(501),
    ),
    (
        "bigcode",
        "SIP/2.0 4294967301 better not break the receiver\nCSeq: 353494 INVITE",
        Nothing,
    ),
];

/// §3.2 to §3.4: transactions, applications, RFC 2543.
pub(super) const OTHERS: [Case; 17] = [
    (
        "badbranch",
        "OPTIONS sip:user@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bK",
        Status(200),
    ),
    (
        "insuf",
        "INVITE sip:user@example.com SIP/2.0\nFrom: -",
        Status(400),
    ),
    (
        "unkscm",
        "OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0",
        Status(416),
    ),
    (
        "novelsc",
        "OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0",
        Status(416),
    ),
    (
        "unksm2",
        "REGISTER sip:example.com SIP/2.0\nTo: isbn:2983792873\nContact: <name:John_Smith>",
        Status(405),
    ),
    (
        "bext01",
        "OPTIONS sip:user@example.com SIP/2.0\nRequire: nothingSupportsThis, nothingSupportsThisEither\n\
         Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis",
        Status(420),
    ),
    // The gateway, which owns the agent, answers 415.
    (
        "invut",
        "INVITE sip:user@example.com SIP/2.0\nContent-Type: application/unknownformat\n\n<audio/>",
        Call,
    ),
    // A registrar would answer 401.
    (
        "regaut01",
        "REGISTER sip:example.com SIP/2.0\nAuthorization: NoOneKnowsThisScheme opaque-data=here",
        Status(405),
    ),
    (
        "multi01",
        "INVITE sip:user@company.com SIP/2.0\nCSeq: 5 INVITE\nCSeq: 59 INVITE",
        Status(400),
    ),
    (
        "mcl01",
        "OPTIONS sip:user@example.com SIP/2.0\nContent-Length: 13\nContent-Length: 5\n\n\
         There's no way to know how many octets are supposed to be here.",
        Status(400),
    ),
    (
        "bcast",
        "SIP/2.0 200 OK\nVia: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923\n\
         Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23\nCSeq: 35 INVITE",
        Nothing,
    ),
    // The last hop takes it.
    (
        "zeromf",
        "OPTIONS sip:user@example.com SIP/2.0\nMax-Forwards: 0",
        Status(200),
    ),
    (
        "cparam01",
        "REGISTER sip:example.com SIP/2.0\nContact: sip:+19725552222@gw1.example.net;unknownparam",
        Status(405),
    ),
    (
        "cparam02",
        "REGISTER sip:example.com SIP/2.0\nContact: <sip:+19725552222@gw1.example.net;unknownparam>",
        Status(405),
    ),
    (
        "regescrt",
        "REGISTER sip:example.com SIP/2.0\nContact: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>",
        Status(405),
    ),
    (
        "sdp01",
        "INVITE sip:user@example.com SIP/2.0\nAccept: text/nobodyKnowsThis\n\
         Content-Type: application/sdp\n\nv=0",
        Status(406),
    ),
    (
        "inv2543",
        "INVITE sip:UserB@example.com SIP/2.0\nVia: SIP/2.0/UDP iftgw.example.com\n\
         Record-Route: <sip:UserB@example.com;maddr=ss1.example.com>\n\
         From: <sip:+13035551111@ift.client.example.net;user=phone>\n\
         To: sip:+16505552222@ss1.example.net;user=phone\nContent-Type: application/sdp\n\nv=0",
        Call,
    ),
];

/// RFC 5118 §4, by the number of the clause: IPv6.
pub(super) const IPV6: [Case; 11] = [
    (
        "4.1",
        "REGISTER sip:[2001:db8::10] SIP/2.0\nVia: SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111",
        Status(405),
    ),
    ("4.2", "REGISTER sip:2001:db8::10 SIP/2.0", Status(400)),
    (
        "4.3",
        "REGISTER sip:[2001:db8::10:5070] SIP/2.0",
        Status(405),
    ),
    (
        "4.4",
        "REGISTER sip:[2001:db8::10]:5070 SIP/2.0",
        Status(405),
    ),
    (
        "4.5.1",
        "BYE sip:[2001:db8::10] SIP/2.0\n\
         Via: SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3-111",
        Status(481),
    ),
    (
        "4.5.2",
        "OPTIONS sip:[2001:db8::10] SIP/2.0\n\
         Via: SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3",
        Status(200),
    ),
    (
        "4.6",
        "INVITE sip:user@[2001:db8::10] SIP/2.0\nContact: \"Caller\" <sip:caller@[2001:db8::1]>\n\
         Content-Type: application/sdp\n\nv=0",
        Call,
    ),
    (
        "4.7",
        "BYE sip:user@host.example.net SIP/2.0\n\
         Via: SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-111\n\
         Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144\n\
         Via: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200",
        Status(481),
    ),
    (
        "4.8",
        "INVITE sip:user@[2001:db8::10] SIP/2.0\nContact: \"Caller\" <sip:caller@[2001:db8::1]>\n\
         Content-Type: application/sdp\n\nv=0",
        Call,
    ),
    (
        "4.9",
        "INVITE sip:user@example.com SIP/2.0\nVia: SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bKbh19\n\
         Via: SIP/2.0/UDP [::ffff:192.0.2.2]:5060;branch=z9hG4bKas3-111\n\
         Contact: \"T. desk phone\" <sip:ted@[::ffff:192.0.2.2]>",
        Call,
    ),
    // Three colons are an error of RFC 3261's grammar.
    (
        "4.10",
        "OPTIONS sip:user@[2001:db8:::192.0.2.1] SIP/2.0",
        Status(400),
    ),
];
