//! Every MAP message the project sends, judged by Wireshark.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::{Duration, Instant};

use codecs::map::{
    AddressString, ErrorCode, ExtendedRoutingInfo, ExtensionContainer, ForwardingData,
    ForwardingOptions, Imsi, RoutingInfo, SendRoutingInfoArg, SendRoutingInfoRes, UserError,
};
use codecs::mtp::{NetworkId, PointCode, SignallingPoint};
use codecs::sccp::{self, SubsystemNumber};
use protocols::map::{
    Client, ClientConfig, ClientOutput, HlrAddress, Outgoing, Received, Server, ServerConfig,
    ServerOutput,
};

#[path = "support/tshark.rs"]
mod tshark;

const GMSC: SignallingPoint = NetworkId(0).point(PointCode::new(0x1012));
const HLR: SignallingPoint = NetworkId(0).point(PointCode::new(0x181B));

fn international(number: &str) -> AddressString {
    AddressString::international(number.parse().unwrap()).unwrap()
}

fn answer(routing: Option<RoutingInfo>) -> Result<SendRoutingInfoRes, UserError> {
    Ok(SendRoutingInfoRes {
        imsi: Some(Imsi::new("262010000000001".parse().unwrap()).unwrap()),
        extended_routing_info: routing.map(ExtendedRoutingInfo::Routing),
        ..SendRoutingInfoRes::default()
    })
}

fn answers() -> Vec<Result<SendRoutingInfoRes, UserError>> {
    let icscf = "icscf1.ims.example".parse().unwrap();
    let in_ims = SendRoutingInfoRes {
        extension_container: Some(ExtensionContainer::of_icscf(&icscf)),
        ..answer(None).unwrap()
    };
    let forwarding = ForwardingData {
        forwarded_to_number: Some(international("491715555555")),
        forwarding_options: Some(ForwardingOptions::for_reason(ForwardingOptions::BUSY)),
        ..ForwardingData::default()
    };
    let roaming = RoutingInfo::RoamingNumber(international("491720000123"));
    let mut answers = vec![
        Ok(in_ims),
        answer(Some(roaming)),
        answer(Some(RoutingInfo::Forwarding(forwarding))),
    ];
    for code in [
        1, 10, 11, 13, 14, 15, 21, 27, 34, 35, 36, 39, 44, 45, 46, 48,
    ] {
        answers.push(Err(UserError::new(ErrorCode(code))));
    }
    answers
}

/// A question and its answer as they go over the wire, or the refusal of a damaged question.
fn exchange(
    addressing: HlrAddress,
    answer: Result<SendRoutingInfoRes, UserError>,
    damage: impl Fn(&mut Vec<u8>),
) -> [Vec<u8>; 2] {
    let gmsc = sccp::e164(&"491710000020".parse().unwrap(), SubsystemNumber::Msc);
    let hlr = sccp::e164(&"49171000030".parse().unwrap(), SubsystemNumber::Hlr);
    let now = Instant::now();
    let mut client = Client::new(ClientConfig {
        addressing,
        ..ClientConfig::new(gmsc, HLR)
    });
    client.available(HLR);
    let question = SendRoutingInfoArg::basic_call(
        international("491715407090"),
        international("491710000020"),
    );
    client.send_routing_info(&question, now);
    let Some(ClientOutput::Send(Outgoing { message, .. })) = client.poll_output() else {
        panic!("no question");
    };
    let mut asked = message.to_vec();
    damage(&mut asked);
    let received = Received {
        from: GMSC,
        message: asked.clone().into(),
    };
    let mut server = Server::new(ServerConfig::new(hlr));
    server.handle(&received, now);
    loop {
        match server.poll_output() {
            Some(ServerOutput::Send(outgoing)) => return [asked, outgoing.message.to_vec()],
            Some(ServerOutput::SendRoutingInfo { dialogue, .. }) => {
                server.respond(dialogue, answer.clone());
            }
            Some(ServerOutput::Discarded { .. }) => {}
            None => server.handle_timeout(now + Duration::from_secs(30)),
        }
    }
}

fn judge(messages: &[[Vec<u8>; 2]]) -> Option<Vec<tshark::Verdict>> {
    let messages: Vec<_> = messages
        .iter()
        .flatten()
        .map(|message| ("sccp", message.as_slice()))
        .collect();
    tshark::judge(&messages)
}

#[test]
fn wireshark_finds_no_fault_in_question_and_answer() {
    for addressing in [HlrAddress::GlobalTitle, HlrAddress::Subsystem] {
        let exchanges: Vec<_> = answers()
            .into_iter()
            .map(|answer| exchange(addressing, answer, |_| {}))
            .collect();
        let Some(verdicts) = judge(&exchanges) else {
            return;
        };
        for (verdict, message) in verdicts.iter().zip(exchanges.iter().flatten()) {
            assert_eq!(verdict.problems, [""; 0], "{message:02X?}");
            assert_eq!(
                verdict.first("tcap.application_context_name"),
                Some("0.4.0.0.1.0.5.3")
            );
        }
        for question in verdicts.iter().step_by(2) {
            assert_eq!(question.first("gsm_old.localValue"), Some("22"));
            assert_eq!(question.first("e164.msisdn"), Some("491715407090"));
        }
        let [icscf, roaming, forwarded, unknown] = [1, 3, 5, 7].map(|at| &verdicts[at]);
        let arc = "69fdaac4d0de91d2b9a1b0c4c4eadbe3d5df1e01";
        let host = "6963736366312e696d732e6578616d706c65";
        assert_eq!(
            icscf.first("gsm_map.extId"),
            Some(format!("{arc}{host}").as_str())
        );
        assert_eq!(
            roaming.first("gsm_map.ch.roamingNumber"),
            Some("91:94:71:02:00:10:32")
        );
        assert_eq!(
            forwarded.first("gsm_map.ch.forwardedToNumber"),
            Some("91:94:71:51:55:55:55")
        );
        assert_eq!(unknown.first("gsm_old.localValue"), Some("1"));
    }
}

/// Refusals: another version of the application context, another operation, a broken argument, a
/// subsystem that is not there.
#[test]
fn wireshark_finds_no_fault_in_refusals() {
    let replace = |from: &'static [u8], to: &'static [u8]| {
        move |message: &mut Vec<u8>| {
            let at = message.windows(from.len()).position(|w| w == from).unwrap();
            message[at..at + to.len()].copy_from_slice(to);
        }
    };
    let version = replace(
        &[0x00, 0x01, 0x00, 0x05, 0x03],
        &[0x00, 0x01, 0x00, 0x05, 0x02],
    );
    let operation = replace(&[0x02, 0x01, 0x16], &[0x02, 0x01, 0x2D]);
    let argument = replace(&[0x83, 0x01, 0x00], &[0x9E, 0x01, 0x00]);
    let subsystem = replace(&[0x12, 0x06], &[0x12, 0x07]);
    let title = HlrAddress::GlobalTitle;
    let exchanges = [
        exchange(title, answer(None), version),
        exchange(title, answer(None), operation),
        exchange(title, answer(None), argument),
        exchange(title, answer(None), subsystem),
    ];
    let Some(verdicts) = judge(&exchanges) else {
        return;
    };
    let [version, operation, argument, subsystem] = [1, 3, 5, 7].map(|at| &verdicts[at]);
    for verdict in [version, operation, argument, subsystem] {
        assert_eq!(verdict.problems.len(), 0, "{:?}", verdict.problems);
    }
    assert_eq!(version.first("tcap.result"), Some("1"));
    assert_eq!(version.first("tcap.dialogue_service_user"), Some("2"));
    assert_eq!(operation.first("gsm_old.invokeProblem"), Some("1"));
    assert_eq!(argument.first("gsm_old.invokeProblem"), Some("2"));
    assert_eq!(subsystem.first("sccp.return_cause"), Some("0x04"));
}
