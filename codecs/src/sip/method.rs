//! Request methods (RFC 3261 §7.1), case-sensitive and open.

use std::fmt;

macro_rules! methods {
    ($($variant:ident $text:literal;)*) => {
        /// A request method.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Method<'a> {
            $(#[doc = concat!("`", $text, "`")] $variant,)*
            /// A method not in this list.
            Other(&'a str),
        }

        impl<'a> Method<'a> {
            /// The method that `text` spells; methods are case-sensitive.
            pub fn parse(text: &'a str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    other => Self::Other(other),
                }
            }

            /// As it stands in a message.
            pub fn as_str(&self) -> &'a str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                }
            }
        }
    };
}

methods! {
    Ack "ACK";
    Bye "BYE";
    Cancel "CANCEL";
    Info "INFO";
    Invite "INVITE";
    Message "MESSAGE";
    Notify "NOTIFY";
    Options "OPTIONS";
    Prack "PRACK";
    Publish "PUBLISH";
    Refer "REFER";
    Register "REGISTER";
    Subscribe "SUBSCRIBE";
    Update "UPDATE";
}

impl fmt::Display for Method<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
