//! The messages between two peers (RFC 6733 §5): capabilities, watchdog, disconnection.

use std::fmt;
use std::net::IpAddr;

use super::avp::Avp;
use super::fields::{Fault, Fields, text, u32};
use super::{ApplicationId, Key, ResultCode, VendorId, cx};

/// Who a message is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The host, a domain name.
    pub host: String,
    /// The realm it belongs to.
    pub realm: String,
}

impl Identity {
    /// As Origin-Host and Origin-Realm.
    pub fn origin(&self) -> [Avp; 2] {
        [
            Avp::text(Key::ORIGIN_HOST, &self.host),
            Avp::text(Key::ORIGIN_REALM, &self.realm),
        ]
    }

    pub(super) fn read(fields: &mut Fields<'_>) -> Result<Self, Fault> {
        Ok(Self {
            host: fields.required(Key::ORIGIN_HOST, text)?,
            realm: fields.required(Key::ORIGIN_REALM, text)?,
        })
    }
}

/// Result-Code, or Experimental-Result of a vendor (`§7.1`, `§7.6`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A result of the base protocol.
    Base(ResultCode),
    /// A result in the space of a vendor.
    Experimental(VendorId, ResultCode),
}

impl Outcome {
    /// The code, whoever's it is.
    pub fn code(self) -> ResultCode {
        match self {
            Self::Base(code) | Self::Experimental(_, code) => code,
        }
    }

    /// As an AVP.
    pub fn avp(self) -> Avp {
        match self {
            Self::Base(code) => Avp::u32(Key::RESULT_CODE, code.0),
            Self::Experimental(vendor, code) => Avp::grouped(
                Key::EXPERIMENTAL_RESULT,
                &[
                    Avp::u32(Key::VENDOR_ID, vendor.0),
                    Avp::u32(Key::EXPERIMENTAL_RESULT_CODE, code.0),
                ],
            ),
        }
    }

    /// The outcome of an answer.
    ///
    /// # Errors
    /// [`Fault`] if there is none.
    pub fn of(answer: &[Avp]) -> Result<Self, Fault> {
        Self::read(&mut Fields::new(answer))
    }

    pub(super) fn read(fields: &mut Fields<'_>) -> Result<Self, Fault> {
        if let Some(experimental) = fields.optional(Key::EXPERIMENTAL_RESULT, experimental)? {
            fields.know(&[Key::RESULT_CODE]);
            return Ok(experimental);
        }
        let code = fields.required(Key::RESULT_CODE, u32)?;
        Ok(Self::Base(ResultCode(code)))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Base(code) => code.fmt(f),
            Self::Experimental(vendor, code) => {
                if let Some(name) = cx::result::name(*self) {
                    write!(f, "{name}, ")?;
                }
                write!(f, "{} of vendor {}", code.0, vendor.0)
            }
        }
    }
}

fn experimental(avp: &Avp) -> Result<Outcome, Fault> {
    let members = avp.as_group().ok_or_else(|| Fault::value(avp))?;
    let mut fields = Fields::new(&members);
    let vendor = fields.required(Key::VENDOR_ID, u32)?;
    let code = fields.required(Key::EXPERIMENTAL_RESULT_CODE, u32)?;
    Ok(Outcome::Experimental(VendorId(vendor), ResultCode(code)))
}

/// An application of a vendor (`§6.11`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VendorApplication {
    /// The vendor.
    pub vendor: VendorId,
    /// The application, as authentication application.
    pub application: ApplicationId,
}

impl VendorApplication {
    /// Cx of 3GPP.
    pub const CX: Self = Self {
        vendor: VendorId::TGPP,
        application: ApplicationId::CX,
    };

    /// As Vendor-Specific-Application-Id.
    pub fn avp(self) -> Avp {
        Avp::grouped(
            Key::VENDOR_SPECIFIC_APPLICATION_ID,
            &[
                Avp::u32(Key::VENDOR_ID, self.vendor.0),
                Avp::u32(Key::AUTH_APPLICATION_ID, self.application.0),
            ],
        )
    }
}

/// The applications in a Vendor-Specific-Application-Id: whose it is, and for what.
fn vendor_applications(avp: &Avp) -> Result<Vec<VendorApplication>, Fault> {
    let members = avp.as_group().ok_or_else(|| Fault::value(avp))?;
    let mut fields = Fields::new(&members);
    // Once a list, and of old absent when the application says it all.
    let vendors = fields.all(Key::VENDOR_ID, u32)?;
    let vendor = VendorId(vendors.first().copied().unwrap_or(VendorId::IETF.0));
    let mut applications = fields.all(Key::AUTH_APPLICATION_ID, u32)?;
    applications.extend(fields.all(Key::ACCT_APPLICATION_ID, u32)?);
    if applications.is_empty() {
        return Err(Fault::value(avp));
    }
    Ok(applications
        .into_iter()
        .map(|application| VendorApplication {
            vendor,
            application: ApplicationId(application),
        })
        .collect())
}

pub(super) fn vendor_application(avp: &Avp) -> Result<VendorApplication, Fault> {
    let applications = vendor_applications(avp)?;
    applications
        .first()
        .copied()
        .ok_or_else(|| Fault::value(avp))
}

/// What a peer is and can do: the contents of CER and CEA (`§5.3`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// The peer.
    pub identity: Identity,
    /// Its addresses, one at least.
    pub addresses: Vec<IpAddr>,
    /// Who made it.
    pub vendor: VendorId,
    /// What the maker calls it.
    pub product: String,
    /// Rises whenever the peer starts anew.
    pub state: Option<u32>,
    /// Vendors whose AVPs it knows.
    pub vendors: Vec<VendorId>,
    /// Applications that belong to no vendor, for authentication or accounting.
    pub applications: Vec<ApplicationId>,
    /// Applications that belong to a vendor.
    pub vendor_applications: Vec<VendorApplication>,
    /// Version of its software.
    pub firmware: Option<u32>,
}

impl Capabilities {
    /// As AVPs.
    pub fn avps(&self) -> Vec<Avp> {
        let mut avps = Vec::from(self.identity.origin());
        let addresses = self.addresses.iter();
        avps.extend(addresses.map(|&address| Avp::address(Key::HOST_IP_ADDRESS, address)));
        avps.push(Avp::u32(Key::VENDOR_ID, self.vendor.0));
        avps.push(Avp::optional(Key::PRODUCT_NAME, self.product.clone()));
        avps.extend(
            self.state
                .map(|state| Avp::u32(Key::ORIGIN_STATE_ID, state)),
        );
        let vendors = self.vendors.iter();
        avps.extend(vendors.map(|vendor| Avp::u32(Key::SUPPORTED_VENDOR_ID, vendor.0)));
        let applications = self.applications.iter();
        avps.extend(applications.map(|id| Avp::u32(Key::AUTH_APPLICATION_ID, id.0)));
        let applications = self.vendor_applications.iter();
        avps.extend(applications.map(|application| application.avp()));
        avps.extend(self.firmware.map(|firmware| Avp {
            mandatory: false,
            ..Avp::u32(Key::FIRMWARE_REVISION, firmware)
        }));
        avps
    }

    /// Reads CER.
    ///
    /// # Errors
    /// [`Fault`] for what the answer is to refuse it with.
    pub fn read_request(avps: &[Avp]) -> Result<Self, Fault> {
        let mut fields = Fields::new(avps);
        let capabilities = Self::read(&mut fields)?;
        fields.rest()?;
        Ok(capabilities)
    }

    /// Reads CEA: its outcome, and what the peer is if it said so.
    ///
    /// # Errors
    /// [`Fault`] for what is wrong with it.
    pub fn read_answer(avps: &[Avp]) -> Result<(Outcome, Self), Fault> {
        let mut fields = Fields::new(avps);
        let outcome = Outcome::read(&mut fields)?;
        Ok((outcome, Self::read(&mut fields)?))
    }

    fn read(fields: &mut Fields<'_>) -> Result<Self, Fault> {
        let identity = Identity::read(fields)?;
        let mut applications = fields.all(Key::AUTH_APPLICATION_ID, u32)?;
        applications.extend(fields.all(Key::ACCT_APPLICATION_ID, u32)?);
        fields.know(&[Key::INBAND_SECURITY_ID]);
        let groups = fields.all(Key::VENDOR_SPECIFIC_APPLICATION_ID, vendor_applications)?;
        let addresses = fields.all(Key::HOST_IP_ADDRESS, |avp| Ok(avp.as_address()))?;
        let vendors = fields.all(Key::SUPPORTED_VENDOR_ID, u32)?;
        Ok(Self {
            identity,
            // An address of a family without ports, or of none, is of no use here.
            addresses: addresses.into_iter().flatten().collect(),
            vendor: VendorId(fields.required(Key::VENDOR_ID, u32)?),
            product: fields.required(Key::PRODUCT_NAME, text)?,
            state: fields.optional(Key::ORIGIN_STATE_ID, u32)?,
            vendors: vendors.into_iter().map(VendorId).collect(),
            applications: applications.into_iter().map(ApplicationId).collect(),
            vendor_applications: groups.concat(),
            firmware: fields.optional(Key::FIRMWARE_REVISION, u32)?,
        })
    }

    /// Whether both serve an application, of which a relay serves all (`§5.3`).
    pub fn shares_application(&self, other: &Self) -> bool {
        let any = |one: &Self| one.serves(ApplicationId::RELAY);
        any(self) || any(other) || self.served().any(|application| other.serves(application))
    }

    fn serves(&self, application: ApplicationId) -> bool {
        self.served().any(|served| served == application)
    }

    fn served(&self) -> impl Iterator<Item = ApplicationId> {
        let of_vendors = self.vendor_applications.iter();
        self.applications
            .iter()
            .copied()
            .chain(of_vendors.map(|served| served.application))
    }
}

/// Why a peer disconnects (`§5.4.3`); open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DisconnectCause(pub u32);

impl DisconnectCause {
    /// It will be back.
    pub const REBOOTING: Self = Self(0);
    /// It is short of resources.
    pub const BUSY: Self = Self(1);
    /// It has no use for the connection.
    pub const DO_NOT_WANT_TO_TALK_TO_YOU: Self = Self(2);
}

impl fmt::Display for DisconnectCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match *self {
            Self::REBOOTING => "rebooting",
            Self::BUSY => "busy",
            Self::DO_NOT_WANT_TO_TALK_TO_YOU => "do not want to talk to you",
            _ => "unassigned",
        };
        write!(f, "{name} ({})", self.0)
    }
}

/// Device watchdog request (`§5.5.1`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watchdog {
    /// Who asks.
    pub identity: Identity,
    /// Rises whenever it starts anew.
    pub state: Option<u32>,
}

impl Watchdog {
    /// Reads DWR.
    ///
    /// # Errors
    /// [`Fault`] for what the answer is to refuse it with.
    pub fn read(avps: &[Avp]) -> Result<Self, Fault> {
        let mut fields = Fields::new(avps);
        let watchdog = Self {
            identity: Identity::read(&mut fields)?,
            state: fields.optional(Key::ORIGIN_STATE_ID, u32)?,
        };
        fields.rest()?;
        Ok(watchdog)
    }
}

/// Disconnect peer request (`§5.4.1`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disconnect {
    /// Who leaves.
    pub identity: Identity,
    /// Why.
    pub cause: DisconnectCause,
}

impl Disconnect {
    /// As AVPs.
    pub fn avps(&self) -> Vec<Avp> {
        let mut avps = Vec::from(self.identity.origin());
        avps.push(Avp::u32(Key::DISCONNECT_CAUSE, self.cause.0));
        avps
    }

    /// Reads DPR.
    ///
    /// # Errors
    /// [`Fault`] for what the answer is to refuse it with.
    pub fn read(avps: &[Avp]) -> Result<Self, Fault> {
        let mut fields = Fields::new(avps);
        let disconnect = Self {
            identity: Identity::read(&mut fields)?,
            cause: DisconnectCause(fields.required(Key::DISCONNECT_CAUSE, u32)?),
        };
        fields.rest()?;
        Ok(disconnect)
    }
}
