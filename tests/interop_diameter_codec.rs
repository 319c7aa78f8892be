//! Every Diameter message the programs send, judged by Wireshark.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use codecs::diameter::base::{Disconnect, DisconnectCause, VendorApplication};
use codecs::diameter::cx::{LocationInfoAnswer, LocationInfoRequest, ServerCapabilities, result};
use codecs::diameter::{
    ApplicationId, Avp, Capabilities, CommandCode, Header, Identity, Key, Message, Outcome,
    ResultCode, VendorId,
};

#[path = "support/tshark.rs"]
mod tshark;

/// Fields as Wireshark names them, with the value it shows.
type Shown = &'static [(&'static str, &'static str)];

fn identity(host: &str) -> Identity {
    Identity {
        host: format!("{host}.ims.example"),
        realm: "ims.example".into(),
    }
}

fn base(command: CommandCode, avps: Vec<Avp>) -> Message {
    let header = Header {
        request: true,
        proxiable: false,
        error: false,
        retransmitted: false,
        command,
        application: ApplicationId::BASE,
        hop_by_hop: 7,
        end_to_end: 8,
    };
    Message { header, avps }
}

fn capabilities() -> Vec<Avp> {
    Capabilities {
        identity: identity("icscf"),
        addresses: vec![
            "127.0.0.40".parse().unwrap(),
            "2001:db8::1".parse().unwrap(),
        ],
        vendor: VendorId::IETF,
        product: "tandem".into(),
        state: Some(5),
        vendors: vec![VendorId::TGPP],
        applications: vec![ApplicationId::CX],
        vendor_applications: vec![VendorApplication::CX],
        firmware: Some(9),
    }
    .avps()
}

fn answer(request: &Message, more: Vec<Avp>) -> Message {
    let mut avps = vec![Outcome::Base(ResultCode::SUCCESS).avp()];
    avps.extend(more);
    request.answer(ResultCode::SUCCESS, avps)
}

fn between_peers() -> Vec<(Message, Shown)> {
    let cer = base(CommandCode::CAPABILITIES_EXCHANGE, capabilities());
    let mut watchdog = Vec::from(identity("icscf").origin());
    watchdog.push(Avp::u32(Key::ORIGIN_STATE_ID, 5));
    let dwr = base(CommandCode::DEVICE_WATCHDOG, watchdog.clone());
    let disconnect = Disconnect {
        identity: identity("icscf"),
        cause: DisconnectCause::BUSY,
    };
    let dpr = base(CommandCode::DISCONNECT_PEER, disconnect.avps());
    let cea = answer(&cer, capabilities());
    let dwa = answer(&dwr, watchdog);
    let dpa = answer(&dpr, identity("hss").origin().into());
    vec![
        (
            cer,
            &[
                ("diameter.cmd.code", "257"),
                ("diameter.Origin-Host", "icscf.ims.example"),
                ("diameter.Product-Name", "tandem"),
                ("diameter.Supported-Vendor-Id", "10415"),
                ("diameter.Auth-Application-Id", "16777216"),
                ("diameter.Host-IP-Address.IPv4", "127.0.0.40"),
                ("diameter.Host-IP-Address.IPv6", "2001:db8::1"),
            ],
        ),
        (cea, &[("diameter.Result-Code", "2001")]),
        (
            dwr,
            &[
                ("diameter.cmd.code", "280"),
                ("diameter.Origin-State-Id", "5"),
            ],
        ),
        (dwa, &[("diameter.Result-Code", "2001")]),
        (
            dpr,
            &[
                ("diameter.cmd.code", "282"),
                ("diameter.Disconnect-Cause", "1"),
            ],
        ),
        (dpa, &[("diameter.Result-Code", "2001")]),
    ]
}

fn lir() -> Message {
    let mut request = LocationInfoRequest {
        session: "icscf.ims.example;1;1".into(),
        origin: identity("icscf"),
        destination_host: Some("hss.ims.example".into()),
        destination_realm: "ims.example".into(),
        originating: true,
        public_identity: "tel:+491715407090".into(),
        other: Vec::new(),
    }
    .message();
    request.header.hop_by_hop = 7;
    request
}

fn location_queries() -> Vec<(Message, Shown)> {
    let found = LocationInfoAnswer {
        capabilities: Some(ServerCapabilities {
            mandatory: vec![1],
            optional: vec![2],
            servers: vec!["sip:other.ims.example".into()],
        }),
        ..LocationInfoAnswer::found("sip:scscf.ims.example")
    };
    let unknown = LocationInfoAnswer::failed(result::USER_UNKNOWN);
    let missing = Outcome::Base(ResultCode::MISSING_AVP);
    let mut faulty = LocationInfoAnswer::failed(missing).message(&lir(), &identity("hss"));
    let failed = Avp::new(Key::PUBLIC_IDENTITY, vec![0; 4]);
    faulty.avps.push(Avp::grouped(Key::FAILED_AVP, &[failed]));
    let unsupported = lir().answer(
        ResultCode::COMMAND_UNSUPPORTED,
        [Outcome::Base(ResultCode::COMMAND_UNSUPPORTED).avp()]
            .into_iter()
            .chain(identity("hss").origin()),
    );
    vec![
        (
            lir(),
            &[
                ("diameter.cmd.code", "302"),
                ("diameter.applicationId", "16777216"),
                ("diameter.flags.request", "1"),
                ("diameter.flags.proxyable", "1"),
                ("diameter.Public-Identity", "tel:+491715407090"),
                ("diameter.Auth-Session-State", "1"),
                ("diameter.Originating-Request", "0"),
                ("diameter.Destination-Host", "hss.ims.example"),
            ],
        ),
        (
            found.message(&lir(), &identity("hss")),
            &[
                ("diameter.Result-Code", "2001"),
                ("diameter.Server-Name", "sip:scscf.ims.example"),
                ("diameter.Mandatory-Capability", "1"),
                ("diameter.Optional-Capability", "2"),
            ],
        ),
        (
            unknown.message(&lir(), &identity("hss")),
            &[("diameter.Experimental-Result-Code", "5001")],
        ),
        (faulty, &[("diameter.Result-Code", "5005")]),
        (
            unsupported,
            &[
                ("diameter.Result-Code", "3001"),
                ("diameter.flags.error", "1"),
            ],
        ),
    ]
}

#[test]
fn wireshark_reads_every_message_as_it_was_meant() {
    let mut messages = between_peers();
    messages.extend(location_queries());
    let written: Vec<_> = messages
        .iter()
        .map(|(message, _)| {
            let mut octets = Vec::new();
            message.encode(&mut octets).unwrap();
            octets
        })
        .collect();
    let asked: Vec<_> = written.iter().map(|m| ("diameter", m.as_slice())).collect();
    let Some(verdicts) = tshark::judge(&asked) else {
        return;
    };
    for ((message, shown), verdict) in messages.iter().zip(&verdicts) {
        let (command, problems) = (message.header.command.0, &verdict.problems);
        assert!(problems.is_empty(), "{command}: {problems:?}");
        for (field, value) in *shown {
            assert_eq!(verdict.first(field), Some(*value), "{command}: {field}");
        }
    }
}
