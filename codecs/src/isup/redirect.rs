//! Redirection and pivot routing by another exchange, and number portability (`Q.763 §3.84`, `§3.85`,
//! `§3.91`–`§3.101`).

use serde::Serialize;

use super::indicators::indicators;
use super::wire::Field;
use super::{Contents, TooLong};
use crate::Uint;
use crate::code_point::code_points;

code_points! {
    /// Until when pivot routing or redirection is possible (`Q.763 §3.84`, `§3.96`).
    PossibleUntil: 3 bits, "spare" {
        NO_INDICATION = 0, "no indication";
        ACM = 1, "possible before ACM";
        ANM = 2, "possible before ANM";
        ANY_TIME = 3, "possible at any time during the call";
    }

    /// Pivot routing indicators (`Q.763 §3.85`).
    PivotRouting: 7 bits, "spare" {
        NO_INDICATION = 0, "no indication";
        REQUEST = 1, "pivot request";
        CANCEL = 2, "cancel pivot request";
        FAILURE = 3, "pivot request failure";
        REDIRECTION_PROHIBITED = 4, "interworking to redirection prohibited (backward)";
    }

    /// What becomes of a pivot or redirect request (`Q.763 §3.92`, `§3.98`).
    RoutingStatus: 2 bits, "spare" {
        NOT_USED = 0, "not used";
        ACKNOWLEDGED = 1, "acknowledgement of the routing";
        NOT_INVOKED = 2, "the routing will not be invoked";
    }

    /// What a number portability query found (`Q.763 §3.101`).
    PortabilityStatus: 4 bits, "spare" {
        NO_INDICATION = 0, "no indication";
        NOT_QUERIED = 1, "number portability query not done for called number";
        NOT_PORTED = 2, "number portability query done for called number, non-ported called subscriber";
        PORTED = 3, "number portability query done for called number, ported called subscriber";
    }

    /// Information type of what goes forward with pivot routing or redirection (`Q.763 §3.94`,
    /// `§3.99`).
    ForwardInformationTag: 8 bits, "spare" {
        RETURN_POSSIBLE = 1, "return to invoking exchange possible";
        RETURN_IDENTIFIER = 2, "return to invoking exchange call identifier";
        PERFORMING_INDICATOR = 3, "performing exchange indicator";
        INVOKING_REASON = 4, "invoking reason";
    }

    /// Information type of what goes backward with pivot routing or redirection (`Q.763 §3.95`,
    /// `§3.100`).
    BackwardInformationTag: 8 bits, "spare" {
        RETURN_DURATION = 1, "return to invoking exchange duration";
        RETURN_IDENTIFIER = 2, "return to invoking exchange call identifier";
        INVOKING_REASON = 3, "invoking reason";
    }
}

indicators! {
    /// Pivot capability (`Q.763 §3.84`).
    PivotCapability, "pivot capability", "Q.763 §3.84": 1 | 0x80 {
        /// Until when pivot routing is possible.
        possible: PossibleUntil = 0..3,
        /// Interworking to redirection is not allowed (forward).
        redirection_not_allowed: bool = 6,
    }

    /// Pivot routing indicators (`Q.763 §3.85`).
    PivotRoutingIndicators, "pivot routing indicators", "Q.763 §3.85": 1 | 0x80 {
        /// What is asked or answered.
        routing: PivotRouting = 0..7,
    }

    /// Query on release capability (`Q.763 §3.91`).
    QueryOnRelease, "query on release capability", "Q.763 §3.91": 1 | 0x80 {
        /// Query on Release is supported.
        supported: bool = 0,
    }

    /// Pivot status (`Q.763 §3.92`).
    PivotStatus, "pivot status", "Q.763 §3.92": 1 | 0x80 {
        /// What becomes of the request.
        status: RoutingStatus = 0..2,
    }

    /// Pivot counter (`Q.763 §3.93`).
    PivotCounter, "pivot counter", "Q.763 §3.93": 1 {
        /// How often the call was pivot routed.
        count: Uint<5> = 0..5,
    }

    /// Redirect capability (`Q.763 §3.96`).
    RedirectCapability, "redirect capability", "Q.763 §3.96": 1 | 0x80 {
        /// Until when redirection is possible.
        possible: PossibleUntil = 0..3,
    }

    /// Redirect counter (`Q.763 §3.97`).
    RedirectCounter, "redirect counter", "Q.763 §3.97": 1 {
        /// How often the call was redirected.
        count: Uint<5> = 0..5,
    }

    /// Redirect status (`Q.763 §3.98`).
    RedirectStatus, "redirect status", "Q.763 §3.98": 1 | 0x80 {
        /// What becomes of the request.
        status: RoutingStatus = 0..2,
    }

    /// Number portability forward information (`Q.763 §3.101`).
    NumberPortability, "number portability forward information", "Q.763 §3.101": 1 | 0x80 {
        /// What a query found.
        status: PortabilityStatus = 0..4,
    }
}

/// Declares lists of information that goes with pivot routing or redirection: type, length and
/// contents of each.
macro_rules! information_lists {
    ($($(#[$doc:meta])* $type:ident($tag:ident), $name:literal, $clause:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub struct $type(Contents);

        impl $type {
            /// Information of the types, with the contents, in that order.
            ///
            /// # Errors
            /// [`TooLong`] if it takes more than 255 octets.
            pub fn new(information: &[($tag, &[u8])]) -> Result<Self, TooLong> {
                let mut octets = Vec::new();
                for (tag, contents) in information {
                    let length = u8::try_from(contents.len()).map_err(|_| TooLong {
                        length: contents.len(),
                        max: 255,
                    })?;
                    octets.extend_from_slice(&[tag.0, length]);
                    octets.extend_from_slice(contents);
                }
                Contents::new(&octets).map(Self)
            }

            /// Each type of information with its contents, up to the first that is cut off.
            pub fn information(&self) -> impl Iterator<Item = ($tag, &[u8])> {
                let mut rest: &[u8] = &self.0;
                std::iter::from_fn(move || {
                    let (&[tag, length], tail) = rest.split_first_chunk()?;
                    let (contents, tail) = tail.split_at_checked(usize::from(length))?;
                    rest = tail;
                    Some(($tag(tag), contents))
                })
            }
        }

        impl Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.information().map(|(tag, contents)| {
                    (tag, Contents::<255>::new(contents).unwrap_or_default())
                }))
            }
        }

        impl Field for $type {
            const NAME: &'static str = $name;
            const CLAUSE: &'static str = $clause;

            fn read(contents: &[u8]) -> Option<Self> {
                Contents::new(contents).ok().map(Self)
            }

            fn write(&self, out: &mut Vec<u8>) {
                self.0.write(out);
            }

            fn is_exact(&self, _: &[u8]) -> bool {
                true
            }
        }
    )*};
}

information_lists! {
    /// Pivot routing forward information (`Q.763 §3.94`).
    PivotForward(ForwardInformationTag), "pivot routing forward information", "Q.763 §3.94";

    /// Pivot routing backward information (`Q.763 §3.95`).
    PivotBackward(BackwardInformationTag), "pivot routing backward information", "Q.763 §3.95";

    /// Redirect forward information (`Q.763 §3.99`).
    RedirectForward(ForwardInformationTag), "redirect forward information", "Q.763 §3.99";

    /// Redirect backward information (`Q.763 §3.100`).
    RedirectBackward(BackwardInformationTag), "redirect backward information", "Q.763 §3.100";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn information_is_told_apart_and_a_cut_one_ends_it() {
        let tag = ForwardInformationTag::RETURN_IDENTIFIER;
        let list = PivotForward::new(&[(tag, &[1, 2]), (tag, &[])]).unwrap();
        let expected: [(_, &[u8]); 2] = [(tag, &[1, 2]), (tag, &[])];
        assert_eq!(list.information().collect::<Vec<_>>(), expected);
        let cut = PivotForward::read(&[2, 1, 9, 3, 4, 0]).unwrap();
        assert_eq!(cut.information().count(), 1);
        assert!(PivotForward::new(&[(tag, &[0; 254])]).is_err());
    }
}
