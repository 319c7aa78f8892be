//! What M3UA's management messages say, in a few words (RFC 4666 §3.4–§3.8).

use codecs::m3ua::{MaskedPointCode, Message, RoutingKey, TrafficMode};
use codecs::mtp::PointCodeFormat;

/// All but the name of a message, such as `AS active (1/3) rc=100`: nothing for those that say
/// nothing else.
pub(crate) fn detail(message: &Message, format: &'static PointCodeFormat) -> String {
    let codes = |codes: &[MaskedPointCode]| {
        let codes = codes.iter().map(|code| masked(format, *code));
        Some(codes.collect::<Vec<_>>().join(",")).filter(|codes| !codes.is_empty())
    };
    let parts = match message {
        Message::Error(m) => vec![
            Some(m.code.to_string()),
            contexts(&m.routing_contexts),
            codes(&m.affected),
        ],
        Message::Notify(m) => vec![
            Some(m.status.to_string()),
            asp(m.asp_identifier),
            contexts(&m.routing_contexts),
            info(m.info.as_deref()),
        ],
        Message::Duna(m) | Message::Dava(m) | Message::Daud(m) | Message::Drst(m) => vec![
            codes(&m.affected),
            contexts(&m.routing_contexts),
            info(m.info.as_deref()),
        ],
        Message::Scon(m) => vec![
            codes(&m.affected),
            m.level.map(|level| format!("level={}", level.0)),
            contexts(&m.routing_contexts),
            info(m.info.as_deref()),
        ],
        Message::Dupu(m) => vec![
            codes(&[m.affected]),
            Some(format!(
                "user={}: {} ({})",
                m.user_cause.user,
                m.user_cause.cause_name(),
                m.user_cause.cause
            )),
            contexts(&m.routing_contexts),
            info(m.info.as_deref()),
        ],
        Message::AspUp(m) | Message::AspUpAck(m) => {
            vec![asp(m.asp_identifier), info(m.info.as_deref())]
        }
        Message::AspDown(m) | Message::AspDownAck(m) => vec![info(m.info.as_deref())],
        Message::AspActive(m) | Message::AspActiveAck(m) => vec![
            m.mode.map(mode),
            contexts(&m.routing_contexts),
            info(m.info.as_deref()),
        ],
        Message::AspInactive(m) | Message::AspInactiveAck(m) => {
            vec![contexts(&m.routing_contexts), info(m.info.as_deref())]
        }
        Message::RegistrationRequest(m) => m
            .keys
            .iter()
            .map(|key| Some(self::key(format, key)))
            .collect(),
        Message::RegistrationResponse(m) => {
            let result = m.results.iter();
            result
                .map(|it| {
                    let (key, context) = (it.local_identifier, it.routing_context);
                    Some(format!("key={key} {} rc={context}", it.status))
                })
                .collect()
        }
        Message::DeregistrationRequest(m) => vec![contexts(&m.routing_contexts)],
        Message::DeregistrationResponse(m) => {
            let result = m.results.iter();
            result
                .map(|it| Some(format!("rc={} {}", it.routing_context, it.status)))
                .collect()
        }
        Message::Data(_) | Message::Beat(_) | Message::BeatAck(_) => Vec::new(),
    };
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// A point code; with its mask where that makes several of it.
fn masked(format: &'static PointCodeFormat, code: MaskedPointCode) -> String {
    let written = format.write(code.code);
    match code.mask {
        0 => written.to_string(),
        mask => format!("{written}/mask={mask}"),
    }
}

fn contexts(contexts: &[u32]) -> Option<String> {
    let numbers: Vec<_> = contexts.iter().map(u32::to_string).collect();
    (!numbers.is_empty()).then(|| format!("rc={}", numbers.join(",")))
}

fn asp(identifier: Option<u32>) -> Option<String> {
    identifier.map(|identifier| format!("asp={identifier}"))
}

fn mode(mode: TrafficMode) -> String {
    match mode {
        TrafficMode::OVERRIDE | TrafficMode::LOADSHARE | TrafficMode::BROADCAST => {
            mode.name().to_owned()
        }
        TrafficMode(number) => format!("mode={number}"),
    }
}

/// What a peer tells people; on one line, whatever it is.
fn info(info: Option<&[u8]>) -> Option<String> {
    let text = String::from_utf8_lossy(info?);
    let text = text.trim_end_matches('\0');
    (!text.is_empty()).then(|| format!("{text:?}"))
}

fn key(format: &'static PointCodeFormat, key: &RoutingKey) -> String {
    let destinations = key.destinations.iter().map(|to| masked(format, to.code));
    let destinations: Vec<_> = destinations.collect();
    let mode = key.mode.map(|mode| format!(" {}", self::mode(mode)));
    format!(
        "key={} dpc={}{}",
        key.local_identifier,
        destinations.join(","),
        mode.unwrap_or_default()
    )
}
