//! Routing keys (RFC 4666 §3.6.1), in which the order of parameters carries meaning.

use serde::Serialize;

use super::field::{Value, read_unknown};
use super::parameter::{self, Octets, Tag, Unknown};
use super::{Malformed, MaskedPointCode, TooLong, TrafficMode};
use crate::mtp::ServiceIndicator;

/// The traffic that makes up an application server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoutingKey {
    /// A number of the sender's choice, unique among its requests.
    pub local_identifier: u32,
    /// The routing context, to change a key that is registered.
    pub routing_context: Option<u32>,
    /// How the ASPs share the traffic.
    pub mode: Option<TrafficMode>,
    /// Which SS7 network.
    pub network_appearance: Option<u32>,
    /// Where the traffic goes; a key without any is refused by a registration status, so it reads.
    pub destinations: Vec<RoutingKeyDestination>,
    /// Parameters that are none of the above.
    pub other: Vec<Unknown>,
}

/// One destination of a routing key, with what narrows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoutingKeyDestination {
    /// Destination point code.
    pub code: MaskedPointCode,
    /// Only these users; all when empty.
    pub services: Vec<ServiceIndicator>,
    /// Only from these; from everywhere when empty.
    pub originators: Vec<MaskedPointCode>,
}

impl Value for RoutingKey {
    fn read(value: Octets<'_>, _: Tag) -> Result<Self, Malformed> {
        let mut rest = value;
        let (mut identifier, mut context, mut mode, mut appearance) = (None, None, None, None);
        let (mut destinations, mut other) = (Vec::new(), Vec::new());
        while let Some((tag, value)) = parameter::next(&mut rest)? {
            match tag {
                Tag::LOCAL_ROUTING_KEY => once(&mut identifier, tag, value)?,
                Tag::ROUTING_CONTEXT => once(&mut context, tag, value)?,
                Tag::TRAFFIC_MODE => once(&mut mode, tag, value)?,
                Tag::NETWORK_APPEARANCE => once(&mut appearance, tag, value)?,
                _ if read_destination(&mut destinations, tag, value)? => {}
                _ => other.push(read_unknown(tag, value)),
            }
        }
        Ok(Self {
            local_identifier: identifier.ok_or(Malformed::Missing(Tag::LOCAL_ROUTING_KEY))?,
            routing_context: context,
            mode,
            network_appearance: appearance,
            destinations,
            other,
        })
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), TooLong> {
        put(out, Tag::LOCAL_ROUTING_KEY, Some(&self.local_identifier))?;
        put(out, Tag::ROUTING_CONTEXT, self.routing_context.as_ref())?;
        put(out, Tag::TRAFFIC_MODE, self.mode.as_ref())?;
        put(
            out,
            Tag::NETWORK_APPEARANCE,
            self.network_appearance.as_ref(),
        )?;
        self.destinations
            .iter()
            .try_for_each(|destination| destination.write(out))?;
        super::field::write_unknown(&self.other, out)
    }
}

fn once<T: Value>(slot: &mut Option<T>, tag: Tag, value: Octets<'_>) -> Result<(), Malformed> {
    match slot.replace(T::read(value, tag)?) {
        None => Ok(()),
        Some(_) => Err(Malformed::Repeated(tag)),
    }
}

fn put<T: Value>(out: &mut Vec<u8>, tag: Tag, value: Option<&T>) -> Result<(), TooLong> {
    value.map_or(Ok(()), |value| {
        parameter::put(out, tag, |out| value.write(out))
    })
}

/// Takes a parameter if it opens a destination, or narrows the one before it.
fn read_destination(
    row: &mut Vec<RoutingKeyDestination>,
    tag: Tag,
    value: Octets<'_>,
) -> Result<bool, Malformed> {
    match (tag, row.last_mut()) {
        (Tag::DESTINATION_POINT_CODE, _) => row.push(RoutingKeyDestination {
            code: Value::read(value, tag)?,
            services: Vec::new(),
            originators: Vec::new(),
        }),
        (Tag::SERVICE_INDICATORS, Some(last)) if last.services.is_empty() => {
            last.services = value.iter().copied().map(ServiceIndicator).collect();
        }
        (Tag::ORIGINATING_POINT_CODES, Some(last)) if last.originators.is_empty() => {
            last.originators = Value::read(value, tag)?;
        }
        (Tag::SERVICE_INDICATORS | Tag::ORIGINATING_POINT_CODES, Some(_)) => {
            return Err(Malformed::Repeated(tag));
        }
        (Tag::SERVICE_INDICATORS | Tag::ORIGINATING_POINT_CODES, None) => {
            return Err(Malformed::Missing(Tag::DESTINATION_POINT_CODE));
        }
        _ => return Ok(false),
    }
    Ok(true)
}

impl RoutingKeyDestination {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), TooLong> {
        put(out, Tag::DESTINATION_POINT_CODE, Some(&self.code))?;
        if !self.services.is_empty() {
            parameter::put(out, Tag::SERVICE_INDICATORS, |out| {
                out.extend(self.services.iter().map(|service| service.0));
                Ok(())
            })?;
        }
        let originators = Some(&self.originators).filter(|list| !list.is_empty());
        put(out, Tag::ORIGINATING_POINT_CODES, originators)
    }
}
