//! Cx, where an I-CSCF finds the S-CSCF of a user (3GPP TS 29.228 §6.1.4, 29.229 §6.1.5–6.1.6).

use super::avp::Avp;
use super::base::{Identity, Outcome, VendorApplication, vendor_application};
use super::fields::{Fault, Fields, text, u32};
use super::{ApplicationId, CommandCode, Header, Key, Message, ResultCode, VendorId};

/// NO_STATE_MAINTAINED, the only session state of Cx.
const NO_STATE: u32 = 1;

/// Results of Cx, in the space of 3GPP (`TS 29.229 §6.2`).
pub mod result {
    use super::{Outcome, ResultCode, VendorId};

    const fn of_3gpp(code: u32) -> Outcome {
        Outcome::Experimental(VendorId::TGPP, ResultCode(code))
    }

    /// The user is not registered but has services then; the S-CSCF is named or to be chosen.
    pub const UNREGISTERED_SERVICE: Outcome = of_3gpp(2003);
    /// There is no such user.
    pub const USER_UNKNOWN: Outcome = of_3gpp(5001);
    /// The user is not registered and has no services then.
    pub const IDENTITY_NOT_REGISTERED: Outcome = of_3gpp(5003);

    /// The name of one of these, without `DIAMETER_` and `ERROR_`.
    pub(in crate::diameter) fn name(outcome: Outcome) -> Option<&'static str> {
        match outcome {
            UNREGISTERED_SERVICE => Some("unregistered service"),
            USER_UNKNOWN => Some("user unknown"),
            IDENTITY_NOT_REGISTERED => Some("identity not registered"),
            _ => None,
        }
    }
}

/// Location info request, LIR (`TS 29.229 §6.1.5`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationInfoRequest {
    /// A string never used before (`RFC 6733 §8.8`).
    pub session: String,
    /// Who asks.
    pub origin: Identity,
    /// Which HSS, if it is known.
    pub destination_host: Option<String>,
    /// The realm of the HSS.
    pub destination_realm: String,
    /// The user begins a session, and does not receive one (`Originating-Request`).
    pub originating: bool,
    /// The user, a SIP or tel URI.
    pub public_identity: String,
    /// Other AVPs.
    pub other: Vec<Avp>,
}

impl LocationInfoRequest {
    /// As a message whose identifiers are still 0.
    pub fn message(&self) -> Message {
        let mut avps = vec![
            Avp::text(Key::SESSION_ID, &self.session),
            VendorApplication::CX.avp(),
            Avp::u32(Key::AUTH_SESSION_STATE, NO_STATE),
        ];
        avps.extend(self.origin.origin());
        let host = self.destination_host.as_ref();
        avps.extend(host.map(|host| Avp::text(Key::DESTINATION_HOST, host)));
        avps.push(Avp::text(Key::DESTINATION_REALM, &self.destination_realm));
        avps.extend(
            self.originating
                .then(|| Avp::u32(Key::ORIGINATING_REQUEST, 0)),
        );
        avps.push(Avp::text(Key::PUBLIC_IDENTITY, &self.public_identity));
        avps.extend(self.other.iter().cloned());
        Message {
            header: Header {
                request: true,
                proxiable: true,
                error: false,
                retransmitted: false,
                command: CommandCode::LOCATION_INFO,
                application: ApplicationId::CX,
                hop_by_hop: 0,
                end_to_end: 0,
            },
            avps,
        }
    }

    /// Reads LIR.
    ///
    /// # Errors
    /// [`Fault`] for what the answer is to refuse it with.
    pub fn read(avps: &[Avp]) -> Result<Self, Fault> {
        let mut fields = Fields::new(avps);
        let session = fields.required(Key::SESSION_ID, text)?;
        fields.required(Key::VENDOR_SPECIFIC_APPLICATION_ID, vendor_application)?;
        fields.required(Key::AUTH_SESSION_STATE, u32)?;
        fields.know(&[
            Key::ROUTE_RECORD,
            Key::PROXY_INFO,
            Key::SUPPORTED_FEATURES,
            Key::USER_AUTHORIZATION_TYPE,
        ]);
        let originating = fields.optional(Key::ORIGINATING_REQUEST, u32)?.is_some();
        Ok(Self {
            session,
            origin: Identity::read(&mut fields)?,
            destination_host: fields.optional(Key::DESTINATION_HOST, text)?,
            destination_realm: fields.required(Key::DESTINATION_REALM, text)?,
            originating,
            public_identity: fields.required(Key::PUBLIC_IDENTITY, text)?,
            other: fields.rest()?,
        })
    }
}

/// What an S-CSCF must or should be able to do (`TS 29.229 §6.3.4`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerCapabilities {
    /// It must.
    pub mandatory: Vec<u32>,
    /// It should.
    pub optional: Vec<u32>,
    /// S-CSCFs that can, as SIP URIs.
    pub servers: Vec<String>,
}

impl ServerCapabilities {
    fn avp(&self) -> Avp {
        let mandatory = self.mandatory.iter();
        let optional = self.optional.iter();
        let servers = self.servers.iter();
        let members: Vec<Avp> = mandatory
            .map(|&capability| Avp::u32(Key::MANDATORY_CAPABILITY, capability))
            .chain(optional.map(|&capability| Avp::u32(Key::OPTIONAL_CAPABILITY, capability)))
            .chain(servers.map(|server| Avp::text(Key::SERVER_NAME, server)))
            .collect();
        Avp::grouped(Key::SERVER_CAPABILITIES, &members)
    }

    fn read(avp: &Avp) -> Result<Self, Fault> {
        let members = avp.as_group().ok_or_else(|| Fault::value(avp))?;
        let mut fields = Fields::new(&members);
        Ok(Self {
            mandatory: fields.all(Key::MANDATORY_CAPABILITY, u32)?,
            optional: fields.all(Key::OPTIONAL_CAPABILITY, u32)?,
            servers: fields.all(Key::SERVER_NAME, text)?,
        })
    }
}

/// What an HSS says of a user's location, the contents of LIA (`TS 29.229 §6.1.6`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationInfoAnswer {
    /// Found, or why not.
    pub outcome: Outcome,
    /// The S-CSCF of the user, a SIP URI.
    pub server_name: Option<String>,
    /// What to choose an S-CSCF by.
    pub capabilities: Option<ServerCapabilities>,
}

impl LocationInfoAnswer {
    /// The S-CSCF that serves the user.
    pub fn found(server_name: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Base(ResultCode::SUCCESS),
            server_name: Some(server_name.into()),
            capabilities: None,
        }
    }

    /// An outcome without an S-CSCF.
    pub fn failed(outcome: Outcome) -> Self {
        Self {
            outcome,
            server_name: None,
            capabilities: None,
        }
    }

    /// As the answer to `request`, from `origin`.
    pub fn message(&self, request: &Message, origin: &Identity) -> Message {
        let mut avps = vec![VendorApplication::CX.avp(), self.outcome.avp()];
        avps.push(Avp::u32(Key::AUTH_SESSION_STATE, NO_STATE));
        avps.extend(origin.origin());
        let server = self.server_name.as_ref();
        avps.extend(server.map(|server| Avp::text(Key::SERVER_NAME, server)));
        let capabilities = self.capabilities.as_ref();
        avps.extend(capabilities.map(ServerCapabilities::avp));
        let result = match self.outcome {
            Outcome::Base(result) => result,
            Outcome::Experimental(..) => ResultCode::SUCCESS,
        };
        request.answer(result, avps)
    }

    /// Reads LIA. What is not known of it is passed over.
    ///
    /// # Errors
    /// [`Fault`] for what is wrong with it.
    pub fn read(avps: &[Avp]) -> Result<Self, Fault> {
        let mut fields = Fields::new(avps);
        Ok(Self {
            outcome: Outcome::read(&mut fields)?,
            server_name: fields.optional(Key::SERVER_NAME, text)?,
            capabilities: fields.optional(Key::SERVER_CAPABILITIES, ServerCapabilities::read)?,
        })
    }
}
