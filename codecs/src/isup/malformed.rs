//! What is wrong with octets that are no ISUP message (`Q.763 §1`, `Q.764 §2.9.5`).

/// Octets that cannot be read as the message their type says. Offsets count from the first octet
/// of the CIC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// The message ends before the field does.
    #[error("the message ends before or within {field}, expected at octet {offset} ({clause})")]
    Short {
        /// The field that is not whole.
        field: &'static str,
        /// Where it should begin.
        offset: usize,
        /// The clause that describes it.
        clause: &'static str,
    },
    /// A pointer is zero where a parameter is mandatory, or leads beyond the message.
    #[error("pointer {value} to {field} at octet {offset} leads nowhere ({clause})")]
    Pointer {
        /// What it should point to.
        field: &'static str,
        /// Where the pointer stands.
        offset: usize,
        /// The pointer.
        value: u8,
        /// The clause that describes pointers.
        clause: &'static str,
    },
    /// A pointer leads into a mandatory parameter.
    #[error(
        "pointer {value} to {field} at octet {offset} leads to octet {start}, within the mandatory \
         variable part ({clause})"
    )]
    Overlap {
        /// What it should point to.
        field: &'static str,
        /// Where the pointer stands.
        offset: usize,
        /// The pointer.
        value: u8,
        /// Where it leads.
        start: usize,
        /// The clause that describes pointers.
        clause: &'static str,
    },
    /// A mandatory parameter is there, but its contents have not the format of its type.
    #[error("{length} octets of {field} at octet {offset} do not fit its format ({clause})")]
    Contents {
        /// The parameter.
        field: &'static str,
        /// Where its contents begin.
        offset: usize,
        /// How many octets they have.
        length: usize,
        /// The clause that describes it.
        clause: &'static str,
    },
}

/// More octets than a parameter can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{length} octets do not fit into a parameter that holds {max}")]
pub struct TooLong {
    /// How many there are.
    pub length: usize,
    /// How many fit.
    pub max: usize,
}
