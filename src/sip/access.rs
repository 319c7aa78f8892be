//! Who may speak to a listener: `allow` in `sip.listen`.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use protocols::sip::Hop;

/// IP addresses with the same beginning: `192.0.2.0/24`, `2001:db8::/32`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    first: IpAddr,
    /// How many bits are the same: at most 32, or 128 in IPv6.
    length: u32,
}

/// Why a text is no [`Block`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotABlock {
    /// No address and length.
    #[error("expected an IP address, or one with a length such as 192.0.2.0/24")]
    Syntax,
    /// The address has bits beyond the length.
    #[error("expected {0}")]
    Inside(Block),
}

impl Block {
    /// Whether an address is one of these; one of IPv4 may be written in IPv6 (RFC 4291 §2.5.5.2).
    pub fn holds(&self, address: IpAddr) -> bool {
        self.beginning(address.to_canonical()) == Some(self.first)
    }

    /// An address of the same version with nothing but zeros beyond the length.
    fn beginning(&self, address: IpAddr) -> Option<IpAddr> {
        match (self.first, address) {
            (IpAddr::V4(_), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - self.length).unwrap_or(0);
                Some(IpAddr::V4((address.to_bits() & mask).into()))
            }
            (IpAddr::V6(_), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - self.length).unwrap_or(0);
                Some(IpAddr::V6((address.to_bits() & mask).into()))
            }
            _ => None,
        }
    }
}

impl FromStr for Block {
    type Err = NotABlock;

    fn from_str(text: &str) -> Result<Self, NotABlock> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let first: IpAddr = address.parse().map_err(|_| NotABlock::Syntax)?;
        let most = if first.is_ipv4() { 32 } else { 128 };
        let length = match length {
            Some(length) => length.parse().map_err(|_| NotABlock::Syntax)?,
            None => most,
        };
        if length > most {
            return Err(NotABlock::Syntax);
        }
        let block = Self { first, length };
        match block.beginning(first) {
            Some(beginning) if beginning != first => Err(NotABlock::Inside(Self {
                first: beginning,
                length,
            })),
            _ => Ok(block),
        }
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.length)
    }
}

/// Where SIP is spoken, and with whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Where.
    pub hop: Hop,
    /// With whom; `None`: with everybody.
    pub allow: Option<Vec<Block>>,
}

impl Listener {
    /// Whether somebody may speak to it.
    pub fn allows(&self, address: IpAddr) -> bool {
        let allow = self.allow.as_ref();
        allow.is_none_or(|blocks| blocks.iter().any(|block| block.holds(address)))
    }
}

impl From<Hop> for Listener {
    /// A listener for everybody.
    fn from(hop: Hop) -> Self {
        Self { hop, allow: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_hold_the_addresses_that_begin_as_they_do() {
        for (block, address, held) in [
            ("192.0.2.0/24", "192.0.2.255", true),
            ("192.0.2.0/24", "192.0.3.0", false),
            ("192.0.2.0/24", "::ffff:192.0.2.7", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.6", false),
            ("0.0.0.0/0", "203.0.113.1", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "2001:db8::1", true),
            ("2001:db8::/33", "2001:db8:7fff::1", true),
            ("2001:db8::/33", "2001:db8:8000::1", false),
        ] {
            let parsed: Block = block.parse().unwrap();
            assert_eq!(parsed.holds(address.parse().unwrap()), held, "{block}");
        }
    }

    #[test]
    fn what_is_no_block_is_refused_with_what_was_meant() {
        for bad in [
            "",
            "192.0.2.0/33",
            "::/129",
            "192.0.2/24",
            "a/8",
            "1.2.3.4/",
        ] {
            assert_eq!(bad.parse::<Block>(), Err(NotABlock::Syntax), "{bad}");
        }
        let meant = "192.0.2.9/24".parse::<Block>().unwrap_err();
        assert_eq!(meant.to_string(), "expected 192.0.2.0/24");
    }
}
