//! SCCP messages (Q.713, ANSI T1.112.3): connectionless ones with their addresses and what they
//! carry; of those of connections who they are.

use codecs::mtp::PointCodeFormat;
use codecs::sccp::{GlobalTitle, MessageType, PartyAddress, ReturnCause, Unit};
use serde_json::{Value, json};

use super::hex::hex;
use super::message::Decoded;
use super::transaction;

pub(super) fn sccp(format: &'static PointCodeFormat, octets: &[u8]) -> Result<Decoded, String> {
    if let Some(connection) = Connection::read(octets)? {
        return Ok(connection.told());
    }
    let words = |error| format!("{error} (Q.713 §4)");
    let unit = Unit::read(octets).map_err(words)?;
    let called = PartyAddress::read(format, unit.called).map_err(words)?;
    let calling = PartyAddress::read(format, unit.calling).map_err(words)?;
    let mut fields = match unit.kind {
        MessageType::Udt | MessageType::Xudt | MessageType::Ludt => class(unit.head),
        _ => json!({ "return_cause": ReturnCause::from_u8(unit.head).to_string() }),
    };
    if let Some(hops) = unit.hops {
        fields["hop_counter"] = hops.into();
    }
    fields["called"] = address(format, &called);
    fields["calling"] = address(format, &calling);
    if !unit.optional.is_empty() {
        fields["optional"] = hex(unit.optional).into();
    }
    fields["data"] = hex(unit.data).into();
    let [to, from] = [&called, &calling].map(|party| party.write(format).map_err(words));
    let name = unit.kind.to_string();
    Ok(Decoded {
        summary: format!(
            "{name} {} → {}",
            brief(format, &calling),
            brief(format, &called)
        ),
        message: name,
        fields,
        encoded: Some(unit.write(&to?, &from?).map_err(words)?),
        payload: Some(Box::new(transaction::map(unit.data))),
        hints: Vec::new(),
    })
}

/// Protocol class and message handling (`Q.713 §3.6`).
fn class(octet: u8) -> Value {
    const RETURN_ON_ERROR: u8 = 0x80;
    json!({ "protocol_class": octet & 0x0F, "return_on_error": octet & RETURN_ON_ERROR != 0 })
}

fn address(format: &'static PointCodeFormat, party: &PartyAddress) -> Value {
    let PartyAddress { address, .. } = party;
    let mut fields = json!({ "route_on": if address.route_on_ssn { "ssn" } else { "gt" } });
    if let Some(code) = party.point_code {
        fields["point_code"] = format.write(code).to_string().into();
    }
    if let Some(subsystem) = address.ssn {
        fields["ssn"] = subsystem.to_string().into();
    }
    match &address.global_title {
        GlobalTitle::NoTitle => {}
        title => fields["global_title"] = global_title(title),
    }
    fields
}

/// "491715407090 HLR(6)".
fn brief(format: &'static PointCodeFormat, party: &PartyAddress) -> String {
    let PartyAddress { address, .. } = party;
    let title = address.global_title.digits().map(str::to_owned);
    let code = party.point_code.map(|code| format.write(code).to_string());
    let subsystem = address.ssn.map(|subsystem| subsystem.to_string());
    let parts: Vec<_> = [title, code, subsystem].into_iter().flatten().collect();
    parts.join(" ")
}

fn global_title(title: &GlobalTitle) -> Value {
    match title {
        GlobalTitle::NoTitle => Value::Null,
        GlobalTitle::Gt0001 {
            nature_of_address,
            digits,
            ..
        } => {
            json!({ "indicator": 1, "nature_of_address": nature_of_address, "digits": digits })
        }
        GlobalTitle::Gt0010 {
            translation_type,
            digits,
        } => {
            json!({ "indicator": 2, "translation_type": translation_type, "digits": digits })
        }
        GlobalTitle::Gt0011 {
            translation_type,
            numbering_plan,
            digits,
            ..
        } => json!({
            "indicator": 3,
            "translation_type": translation_type,
            "numbering_plan": numbering_plan,
            "digits": digits,
        }),
        GlobalTitle::Gt0100 {
            translation_type,
            numbering_plan,
            nature_of_address,
            digits,
            ..
        } => json!({
            "indicator": 4,
            "translation_type": translation_type,
            "numbering_plan": numbering_plan,
            "nature_of_address": nature_of_address,
            "digits": digits,
        }),
    }
}

/// A message of a connection, which nothing here uses: what its fixed part says.
#[derive(Debug)]
pub(crate) struct Connection {
    kind: MessageType,
    destination: Option<u32>,
    source: Option<u32>,
    class: Option<u8>,
}

/// Octets of a local reference (`Q.713 §3.2`, `§3.3`).
const REFERENCE: usize = 3;

impl Connection {
    /// The fixed part of a message of a connection (`Q.713 §4.2`–`§4.9`, `§4.12`–`§4.17`), or
    /// nothing if it is none.
    ///
    /// # Errors
    /// It ends before that.
    pub(crate) fn read(message: &[u8]) -> Result<Option<Self>, String> {
        use MessageType::{Ak, Cc, Cr, Cref, Dt1, Dt2, Ea, Ed, Err, It, Rlc, Rlsd, Rsc, Rsr};
        let kind = message.first().copied().and_then(MessageType::from_u8);
        let (destination, source, class) = match kind {
            Some(Cr) => (false, true, true),
            Some(Cc | It) => (true, true, true),
            Some(Rlsd | Rlc | Rsr | Rsc) => (true, true, false),
            Some(Cref | Dt1 | Dt2 | Ak | Ed | Ea | Err) => (true, false, false),
            _ => return Ok(None),
        };
        let Some(kind) = kind else { return Ok(None) };
        let mut rest = &message[1..];
        let mut take = |count: usize| {
            let cut = || format!("{kind}: it ends before its references (Q.713 §4)");
            let (taken, after) = rest.split_at_checked(count).ok_or_else(cut)?;
            rest = after;
            let octets = taken.iter().rev();
            Ok::<_, String>(octets.fold(0u32, |number, &octet| number << 8 | u32::from(octet)))
        };
        let mut field = |present: bool, count| present.then(|| take(count)).transpose();
        let destination = field(destination, REFERENCE)?;
        let source = field(source, REFERENCE)?;
        let class = field(class, 1)?.and_then(|class| u8::try_from(class & 0x0F).ok());
        Ok(Some(Self {
            kind,
            destination,
            source,
            class: class.or(match kind {
                Dt1 => Some(2),
                Dt2 | Ak | Ed | Ea | Rsr | Rsc => Some(3),
                _ => None,
            }),
        }))
    }

    /// Its name in the standard.
    pub(crate) fn name(&self) -> String {
        self.kind.to_string()
    }

    /// "connection-oriented, class 2".
    pub(crate) fn detail(&self) -> String {
        let class = self.class.map(|class| format!(", class {class}"));
        format!("connection-oriented{}", class.unwrap_or_default())
    }

    fn told(&self) -> Decoded {
        let mut fields = json!({});
        for (name, number) in [
            ("destination_local_reference", self.destination),
            ("source_local_reference", self.source),
            ("protocol_class", self.class.map(u32::from)),
        ] {
            if let Some(number) = number {
                fields[name] = number.into();
            }
        }
        Decoded {
            message: self.name(),
            summary: format!("{} {}: not decoded further", self.kind, self.detail()),
            fields,
            encoded: None,
            payload: None,
            hints: Vec::new(),
        }
    }
}
