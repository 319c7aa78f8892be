//! The messages of the ISDN user part: types, codes, and what the circuits say with them
//! (`Q.763 §1.2`, `§1.3`, table 4).

use std::fmt;

use serde::{Serialize, Serializer};

use super::parts::Parts;
use super::wire::{Reader, Writer};
use super::*;
use crate::code_point::{Named, OutOfRange};

/// Circuit identification code (`Q.763 §1.2`, T1.113.3): 0–4095 in ITU-T networks, 0–16383 in
/// ANSI's. How high it may be with an exchange is [`super::Variant::last_cic`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Cic(u16);

impl Cic {
    /// The code in messages that are about no circuit (`Q.764 §2.13`).
    pub const NONE: Self = Self(0);

    /// The highest code of `bits` bits, of which there are at most 14.
    pub(super) const fn last_of(bits: u32) -> Self {
        Self((1 << bits) - 1)
    }

    /// The number.
    pub const fn value(self) -> u16 {
        self.0
    }

    /// The code in the low bits of `word` that codes up to `last` have.
    pub(super) fn within(word: u16, last: Self) -> Self {
        Self(word & last.0)
    }
}

impl TryFrom<u16> for Cic {
    type Error = OutOfRange;

    fn try_from(code: u16) -> Result<Self, OutOfRange> {
        let last = Self::last_of(14).0;
        OutOfRange::check(u32::from(code), u32::from(last)).map(|_| Self(code))
    }
}

/// One message as MTP carries it: the circuit and what is said about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pdu {
    /// The circuit, or for group messages the first one of the range.
    pub cic: Cic,
    /// The message.
    #[serde(flatten)]
    pub message: Message,
}

/// Message type code (`Q.763 table 4`); open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageType(pub u8);

impl fmt::Display for MessageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.0)
    }
}

/// A message whose type has no variant here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Other {
    /// Its type code.
    pub code: MessageType,
    /// Everything that follows the type code.
    #[serde(serialize_with = "hexadecimal")]
    pub body: Vec<u8>,
}

/// Code and acronym.
impl Serialize for MessageType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (value, name) = (self.0, self.name());
        Named { value, name }.serialize(serializer)
    }
}

/// Octets that are no parameter's.
pub(super) fn hexadecimal<S: Serializer>(body: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    let text: String = body.iter().map(|octet| format!("{octet:02x}")).collect();
    serializer.serialize_str(&text)
}

/// Declares the message types: acronym, code, name, variant with the struct of its parts if it has
/// any.
macro_rules! messages {
    ($($(#[$doc:meta])* const $list:ident { $($row:tt)* })*) => {
        $(messages!(list $(#[$doc])* $list $($row)*);)*
        messages!(types $($($row)*)*);
    };
    (list $(#[$doc:meta])* $list:ident
        $($acronym:ident = $code:literal, $name:literal, $variant:ident $(($parts:ident))?;)*
    ) => {
        impl MessageType {
            $(#[$doc])*
            pub(super) const $list: &[Self] = &[$(Self::$acronym),*];
        }
    };
    (types $($acronym:ident = $code:literal, $name:literal, $variant:ident $(($parts:ident))?;)*) => {
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

        /// An ISUP message. Types that have no variant of their own arrive as [`Message::Other`].
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(tag = "message", rename_all = "UPPERCASE")]
        #[allow(clippy::large_enum_variant)] // the IAM is the message that matters; a box would cost every call an allocation
        pub enum Message {
            $(
                #[doc = concat!($name, ".")]
                $variant $(($parts))?,
            )*
            /// A type without a variant: everything after the type code, untouched.
            Other(Other),
        }

        impl Message {
            /// The type code that announces it.
            pub fn message_type(&self) -> MessageType {
                match self {
                    $(Self::$variant { .. } => MessageType::$acronym,)*
                    Self::Other(other) => other.code,
                }
            }

            /// The optional part, where its type has one.
            pub fn optional(&self) -> Option<&Parameters> {
                match self {
                    $($(Self::$variant(message) => <$parts>::optional(message),)?)*
                    _ => None,
                }
            }

            /// The optional part, to be changed.
            pub fn optional_mut(&mut self) -> Option<&mut Parameters> {
                match self {
                    $($(Self::$variant(message) => <$parts>::optional_mut(message),)?)*
                    _ => None,
                }
            }

            /// Reads what follows the type code.
            #[inline]
            pub(super) fn read(code: MessageType, r: &mut Reader<'_>) -> Result<Self, Malformed> {
                if r.variant.is_bare(code) {
                    r.end();
                }
                Ok(match code.0 {
                    $($code if r.variant.has(code) => Self::$variant $((<$parts>::read(r)?))?,)*
                    _ => Self::Other(Other {
                        code,
                        body: r.rest().to_vec(),
                    }),
                })
            }

            /// Appends what follows the type code.
            pub(super) fn write(&self, w: Writer<'_>) {
                match self {
                    _ if w.variant.is_bare(self.message_type()) => {}
                    $($(Self::$variant(message) => <$parts>::write(message, w),)?)*
                    Self::Other(other) => w.out.extend_from_slice(&other.body),
                    _ => {}
                }
            }
        }
    };
}

messages! {
    /// The types of `Q.763 table 4`.
    const Q763 {
        IAM = 0x01, "Initial address", Iam(Iam);
        SAM = 0x02, "Subsequent address", Sam(Sam);
        INR = 0x03, "Information request", Inr(Inr);
        INF = 0x04, "Information", Inf(Inf);
        COT = 0x05, "Continuity", Cot(Cot);
        ACM = 0x06, "Address complete", Acm(Acm);
        CON = 0x07, "Connect", Con(Con);
        FOT = 0x08, "Forward transfer", Fot(Fot);
        ANM = 0x09, "Answer", Anm(Anm);
        REL = 0x0C, "Release", Rel(Rel);
        SUS = 0x0D, "Suspend", Sus(Sus);
        RES = 0x0E, "Resume", Res(Res);
        RLC = 0x10, "Release complete", Rlc(Rlc);
        CCR = 0x11, "Continuity check request", Ccr;
        RSC = 0x12, "Reset circuit", Rsc;
        BLO = 0x13, "Blocking", Blo;
        UBL = 0x14, "Unblocking", Ubl;
        BLA = 0x15, "Blocking acknowledgement", Bla;
        UBA = 0x16, "Unblocking acknowledgement", Uba;
        GRS = 0x17, "Circuit group reset", Grs(Grs);
        CGB = 0x18, "Circuit group blocking", Cgb(CircuitGroup);
        CGU = 0x19, "Circuit group unblocking", Cgu(CircuitGroup);
        CGBA = 0x1A, "Circuit group blocking acknowledgement", Cgba(CircuitGroup);
        CGUA = 0x1B, "Circuit group unblocking acknowledgement", Cgua(CircuitGroup);
        FAR = 0x1F, "Facility request", Far(Far);
        FAA = 0x20, "Facility accepted", Faa(Faa);
        FRJ = 0x21, "Facility reject", Frj(Frj);
        LPA = 0x24, "Loop back acknowledgement", Lpa;
        PAM = 0x28, "Pass-along", Pam(Pam);
        GRA = 0x29, "Circuit group reset acknowledgement", Gra(Gra);
        CQM = 0x2A, "Circuit group query", Cqm(Cqm);
        CQR = 0x2B, "Circuit group query response", Cqr(Cqr);
        CPG = 0x2C, "Call progress", Cpg(Cpg);
        USR = 0x2D, "User-to-user information", Usr(Usr);
        UCIC = 0x2E, "Unequipped circuit identification code", Ucic;
        CFN = 0x2F, "Confusion", Cfn(Cfn);
        OLM = 0x30, "Overload", Olm;
        CRG = 0x31, "Charge information", Crg(Crg);
        NRM = 0x32, "Network resource management", Nrm(Nrm);
        FAC = 0x33, "Facility", Fac(Fac);
        UPT = 0x34, "User part test", Upt(Upt);
        UPA = 0x35, "User part available", Upa(Upa);
        IDR = 0x36, "Identification request", Idr(Idr);
        IRS = 0x37, "Identification response", Irs(Irs);
        SGM = 0x38, "Segmentation", Sgm(Sgm);
        LOP = 0x40, "Loop prevention", Lop(Lop);
        APM = 0x41, "Application transport", Apm(Apm);
        PRI = 0x42, "Pre-release information", Pri(Pri);
        SDM = 0x43, "Subsequent directory number", Sdm(Sdm);
    }

    /// The types that ANSI T1.113.3 adds.
    const T1113 {
        CRA = 0xE9, "Circuit reservation acknowledgement (ANSI)", Cra;
        CRM = 0xEA, "Circuit reservation (ANSI)", Crm(Crm);
        CVR = 0xEB, "Circuit validation response (ANSI)", Cvr(Cvr);
        CVT = 0xEC, "Circuit validation test (ANSI)", Cvt;
        EXM = 0xED, "Exit (ANSI)", Exm(Exm);
    }
}

impl Message {
    /// The type code as a number.
    pub fn code(&self) -> u8 {
        self.message_type().0
    }

    /// The acronym of its type, such as "IAM".
    pub fn name(&self) -> &'static str {
        self.message_type().name()
    }
}
