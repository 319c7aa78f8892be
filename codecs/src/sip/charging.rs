//! P-Charging-Vector: what the charging records of all networks of a call have in common
//! (RFC 7315 §4.6).

use super::error::Malformed;
use super::grammar::trim;
use super::params::Params;

/// The P-Charging-Vector header field.
#[derive(Debug, Clone, Copy)]
pub struct ChargingVector<'a> {
    /// `icid-value=…;orig-ioi=…;term-ioi=…`
    pub params: Params<'a>,
}

impl<'a> ChargingVector<'a> {
    /// Reads the value of a P-Charging-Vector field.
    ///
    /// # Errors
    /// [`Malformed`] unless it is parameters, `icid-value` among them.
    pub fn parse(value: &'a [u8]) -> Result<Self, Malformed> {
        Params::of_list(trim(value))
            .map(|params| Self { params })
            .filter(|vector| !vector.icid().is_empty())
            .ok_or_else(|| Malformed::syntax("P-Charging-Vector", value, "RFC 7315 §4.6"))
    }

    /// The identity of the call in charging records.
    pub fn icid(&self) -> &'a str {
        self.params.get("icid-value").unwrap_or_default()
    }

    /// The network where the call began.
    pub fn originating_network(&self) -> Option<&'a str> {
        self.params.get("orig-ioi")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7315 §4.6.
    #[test]
    fn identity_and_network() {
        let value = b"icid-value=\"1234bc9876e\"; icid-generated-at=192.0.6.8; orig-ioi=home1.net";
        let vector = ChargingVector::parse(value).unwrap();
        assert_eq!(vector.icid(), "1234bc9876e");
        assert_eq!(vector.originating_network(), Some("home1.net"));
        assert!(ChargingVector::parse(b"orig-ioi=home1.net").is_err());
        assert!(ChargingVector::parse(b"").is_err());
    }
}
