//! Names of header fields, long and compact (RFC 3261 §7.3, §20 and the RFCs that added some).

use std::fmt;

macro_rules! header_names {
    ($($variant:ident $long:literal $($flag:ident)? $(($compact:literal))?;)*) => {
        /// A header field name. Known ones compare by identity, others as text without regard to case.
        #[derive(Debug, Clone, Copy)]
        pub enum HeaderName<'a> {
            $(#[doc = concat!("`", $long, "`")] $variant,)*
            /// A name not in this list, as received.
            Other(&'a str),
        }

        #[derive(Clone, Copy)]
        #[repr(u8)]
        enum Known { $($variant,)* }

        const NAMES: &[HeaderName<'static>] = &[$(HeaderName::$variant,)*];

        const SPELLINGS: &[(&str, u8)] = &[
            $(($long, Known::$variant as u8), $(($compact, Known::$variant as u8),)?)*
        ];

        impl<'a> HeaderName<'a> {
            /// The long form, in the customary case.
            pub const fn as_str(&self) -> &'a str {
                match self {
                    $(Self::$variant => $long,)*
                    Self::Other(name) => name,
                }
            }

            pub(super) const fn id(&self) -> u8 {
                match self {
                    $(Self::$variant => Known::$variant as u8,)*
                    Self::Other(_) => UNKNOWN,
                }
            }

            /// Whether the grammar of the field is a comma-separated list, so that several fields
            /// and one field with several values mean the same (RFC 3261 §7.3.1).
            pub const fn is_list(&self) -> bool {
                match self {
                    $(Self::$variant => is_list!($($flag)?),)*
                    Self::Other(_) => false,
                }
            }
        }
    };
}

macro_rules! is_list {
    (list) => {
        true
    };
    () => {
        false
    };
}

header_names! {
    Accept "Accept" list;
    AcceptContact "Accept-Contact" list ("a");
    AcceptEncoding "Accept-Encoding" list;
    AcceptLanguage "Accept-Language" list;
    AlertInfo "Alert-Info" list;
    Allow "Allow" list;
    AllowEvents "Allow-Events" list ("u");
    Authorization "Authorization";
    CallId "Call-ID" ("i");
    CallInfo "Call-Info" list;
    Contact "Contact" list ("m");
    ContentDisposition "Content-Disposition";
    ContentEncoding "Content-Encoding" list ("e");
    ContentLanguage "Content-Language" list;
    ContentLength "Content-Length" ("l");
    ContentType "Content-Type" ("c");
    CSeq "CSeq";
    Date "Date";
    Diversion "Diversion" list;
    ErrorInfo "Error-Info" list;
    Event "Event" ("o");
    Expires "Expires";
    From "From" ("f");
    HistoryInfo "History-Info" list;
    InReplyTo "In-Reply-To" list;
    MaxForwards "Max-Forwards";
    MimeVersion "MIME-Version";
    MinExpires "Min-Expires";
    MinSe "Min-SE";
    Organization "Organization";
    PAccessNetworkInfo "P-Access-Network-Info" list;
    PAssertedIdentity "P-Asserted-Identity" list;
    PAssociatedUri "P-Associated-URI" list;
    PCalledPartyId "P-Called-Party-ID";
    PChargingVector "P-Charging-Vector";
    PEarlyMedia "P-Early-Media" list;
    PPreferredIdentity "P-Preferred-Identity" list;
    PVisitedNetworkId "P-Visited-Network-ID" list;
    Path "Path" list;
    Priority "Priority";
    Privacy "Privacy";
    ProxyAuthenticate "Proxy-Authenticate";
    ProxyAuthorization "Proxy-Authorization";
    ProxyRequire "Proxy-Require" list;
    RAck "RAck";
    Reason "Reason" list;
    RecordRoute "Record-Route" list;
    ReferTo "Refer-To" ("r");
    ReplyTo "Reply-To";
    Require "Require" list;
    ResourcePriority "Resource-Priority" list;
    RetryAfter "Retry-After";
    Route "Route" list;
    RSeq "RSeq";
    Server "Server";
    ServiceRoute "Service-Route" list;
    SessionExpires "Session-Expires" ("x");
    Subject "Subject" ("s");
    SubscriptionState "Subscription-State";
    Supported "Supported" list ("k");
    Timestamp "Timestamp";
    To "To" ("t");
    Unsupported "Unsupported" list;
    UserAgent "User-Agent";
    UserToUser "User-to-User" list;
    Via "Via" list ("v");
    Warning "Warning" list;
    WwwAuthenticate "WWW-Authenticate";
}

const UNKNOWN: u8 = u8::MAX;

impl<'a> HeaderName<'a> {
    /// The name that `text` spells, long or compact, in any case.
    pub fn parse(text: &'a str) -> Self {
        Self::of(lookup(text.as_bytes()), text)
    }

    pub(super) fn of(id: u8, text: &'a str) -> Self {
        NAMES
            .get(usize::from(id))
            .copied()
            .unwrap_or(Self::Other(text))
    }
}

impl PartialEq for HeaderName<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Other(a), Self::Other(b)) => a.eq_ignore_ascii_case(b),
            _ => self.id() == other.id(),
        }
    }
}

impl Eq for HeaderName<'_> {}

impl fmt::Display for HeaderName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Open addressing over length, first and last letter; built at compile time.
const SLOTS: [u8; 256] = {
    let mut slots = [UNKNOWN; 256];
    let mut n = 0;
    while n < SPELLINGS.len() {
        let mut slot = hash(SPELLINGS[n].0.as_bytes());
        while slots[slot] != UNKNOWN {
            slot = (slot + 1) % 256;
        }
        #[allow(clippy::cast_possible_truncation)] // the assertion below
        {
            slots[slot] = n as u8;
        }
        n += 1;
    }
    assert!(SPELLINGS.len() < 128);
    slots
};

const fn hash(name: &[u8]) -> usize {
    let first = (name[0] | 0x20) as usize;
    let last = (name[name.len() - 1] | 0x20) as usize;
    (name.len() * 7 + first * 5 + last * 29) % 256
}

/// The identity of a spelling, or [`UNKNOWN`].
pub(super) fn lookup(name: &[u8]) -> u8 {
    if name.is_empty() {
        return UNKNOWN;
    }
    let mut slot = hash(name);
    loop {
        let Some(&(spelling, id)) = SPELLINGS.get(usize::from(SLOTS[slot])) else {
            return UNKNOWN;
        };
        if spelling.as_bytes().eq_ignore_ascii_case(name) {
            return id;
        }
        slot = (slot + 1) % 256;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_found_in_any_case() {
        for &(spelling, id) in SPELLINGS {
            assert_eq!(lookup(spelling.as_bytes()), id, "{spelling}");
            assert_eq!(lookup(spelling.to_uppercase().as_bytes()), id);
        }
        assert_eq!(HeaderName::parse("I"), HeaderName::CallId);
    }

    #[test]
    fn unknown_names_compare_without_case() {
        assert_eq!(HeaderName::parse("X-Foo"), HeaderName::Other("x-fOO"));
        assert_ne!(HeaderName::parse("X-Foo"), HeaderName::Other("X-Bar"));
        assert_ne!(HeaderName::Via, HeaderName::Other("Route"));
    }
}
