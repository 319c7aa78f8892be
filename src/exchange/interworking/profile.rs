//! The profiles of SIP that ISUP interworks with (`Q.1912.5 §1`, annexes A to C): each is a set of
//! terms, which a peer has unless its own settings say otherwise.

use super::table::{Direction, Heading, Table};
use crate::exchange::settings::Reliable;

/// The kind of SIP that a peer speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// That of an IMS (`TS 24.229`).
    A,
    /// That of RFC 3261 and the extensions of the IETF.
    B,
    /// SIP-I: that of the profile B, with ISUP in it.
    C,
}

/// What a profile says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Whether provisional responses are acknowledged.
    pub reliable: Reliable,
    /// Whether the header fields of `TS 24.229` are sent that are nothing outside of an IMS.
    pub ims_fields: bool,
}

//= Q.1912.5 annex A: reliable provisional responses are mandatory in profile A, options in B and C
const ROWS: [(Profile, &str, Terms); 3] = [
    (
        Profile::A,
        "a",
        Terms {
            reliable: Reliable::Required,
            ims_fields: true,
        },
    ),
    (
        Profile::B,
        "b",
        Terms {
            reliable: Reliable::Supported,
            ims_fields: false,
        },
    ),
    (
        Profile::C,
        "c",
        Terms {
            reliable: Reliable::Supported,
            ims_fields: false,
        },
    ),
];

impl Profile {
    /// Its terms.
    pub const fn terms(self) -> Terms {
        ROWS[self as usize].2
    }
}

/// The terms as they are shown.
pub(super) fn tables() -> Vec<Table> {
    let heading = Heading {
        subject: "profiles",
        title: "what a peer of a profile has unless its own settings say otherwise",
        clause: "Q.1912.5 §1, annexes A, B, C",
        direction: Direction::Both,
    };
    let row = |(_, name, terms): (Profile, &str, Terms)| {
        let reliable = match terms.reliable {
            Reliable::No => "no",
            Reliable::Supported => "supported",
            Reliable::Required => "required",
        };
        let ims_fields = if terms.ims_fields { "true" } else { "false" };
        [name, reliable, ims_fields].map(str::to_owned)
    };
    let columns = ["profile", "reliable", "ims_fields"];
    vec![Table::new(heading, columns, ROWS.map(row))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_profile_has_its_own_terms() {
        for (profile, _, terms) in ROWS {
            assert_eq!(profile.terms(), terms);
        }
        assert_eq!(Profile::A.terms().reliable, Reliable::Required);
        assert!(!Profile::B.terms().ims_fields);
    }
}
