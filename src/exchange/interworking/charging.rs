//! What the charging records of all networks of a call have in common: `P-Charging-Vector`
//! (RFC 7315 §4.6, `TS 24.229 §5.5.2`, `§5.5.3`). ISUP has nothing like it.

use codecs::sip::{ChargingVector, HeaderName, Message, Quoted};

/// The vector of a call that begins here; `identity` is not used for any other call.
pub fn begin(identity: u128, network: Option<&str>) -> String {
    let originating = network.map_or_else(String::new, |network| {
        format!(";orig-ioi={}", Quoted(network))
    });
    format!("icid-value=\"{identity:032x}\"{originating}")
}

/// What the responses to an INVITE say: its own vector, and the network where its call ends.
pub fn answer(request: &Message, network: Option<&str>) -> Option<Box<str>> {
    let value = request.header(HeaderName::PChargingVector)?;
    let vector = ChargingVector::parse(value).ok()?;
    let terminating = network.map_or_else(String::new, |network| {
        format!(";term-ioi={}", Quoted(network))
    });
    let originating = vector
        .originating_network()
        .map_or_else(String::new, |network| {
            format!(";orig-ioi={}", Quoted(network))
        });
    let icid = Quoted(vector.icid());
    Some(format!("icid-value={icid}{originating}{terminating}").into())
}
