//! Message type codes (`Q.763 §1.3`, table 4).

use std::fmt;

/// Message type code (`Q.763 table 4`); open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageType(pub u8);

macro_rules! message_types {
    ($($acronym:ident = $code:literal, $name:literal;)*) => {
        impl MessageType {
            $(
                #[doc = concat!($name, ".")]
                pub const $acronym: Self = Self($code);
            )*

            /// The acronym, such as "IAM", or "unknown".
            pub fn name(self) -> &'static str {
                match self.0 {
                    $($code => stringify!($acronym),)*
                    _ => "unknown",
                }
            }

            /// The name in the standard, such as "Initial address", or "Unknown".
            pub fn long_name(self) -> &'static str {
                match self.0 {
                    $($code => $name,)*
                    _ => "Unknown",
                }
            }
        }
    };
}

message_types! {
    IAM = 0x01, "Initial address";
    SAM = 0x02, "Subsequent address";
    INR = 0x03, "Information request";
    INF = 0x04, "Information";
    COT = 0x05, "Continuity";
    ACM = 0x06, "Address complete";
    CON = 0x07, "Connect";
    FOT = 0x08, "Forward transfer";
    ANM = 0x09, "Answer";
    REL = 0x0C, "Release";
    SUS = 0x0D, "Suspend";
    RES = 0x0E, "Resume";
    RLC = 0x10, "Release complete";
    CCR = 0x11, "Continuity check request";
    RSC = 0x12, "Reset circuit";
    BLO = 0x13, "Blocking";
    UBL = 0x14, "Unblocking";
    BLA = 0x15, "Blocking acknowledgement";
    UBA = 0x16, "Unblocking acknowledgement";
    GRS = 0x17, "Circuit group reset";
    CGB = 0x18, "Circuit group blocking";
    CGU = 0x19, "Circuit group unblocking";
    CGBA = 0x1A, "Circuit group blocking acknowledgement";
    CGUA = 0x1B, "Circuit group unblocking acknowledgement";
    FAR = 0x1F, "Facility request";
    FAA = 0x20, "Facility accepted";
    FRJ = 0x21, "Facility reject";
    LPA = 0x24, "Loop back acknowledgement";
    PAM = 0x28, "Pass-along";
    GRA = 0x29, "Circuit group reset acknowledgement";
    CQM = 0x2A, "Circuit group query";
    CQR = 0x2B, "Circuit group query response";
    CPG = 0x2C, "Call progress";
    USR = 0x2D, "User-to-user information";
    UCIC = 0x2E, "Unequipped CIC";
    CFN = 0x2F, "Confusion";
    OLM = 0x30, "Overload";
    CRG = 0x31, "Charge information";
    NRM = 0x32, "Network resource management";
    FAC = 0x33, "Facility";
    UPT = 0x34, "User part test";
    UPA = 0x35, "User part available";
    IDR = 0x36, "Identification request";
    IRS = 0x37, "Identification response";
    SGM = 0x38, "Segmentation";
    LOP = 0x40, "Loop prevention";
    APM = 0x41, "Application transport";
    PRI = 0x42, "Pre-release information";
    SDM = 0x43, "Subsequent directory number";
}

impl fmt::Display for MessageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.0)
    }
}
