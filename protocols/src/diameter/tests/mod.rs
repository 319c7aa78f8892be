//! Scenarios on virtual time, one peer against a script or two against each other.

mod handshake;
mod random;
mod requests;
mod watchdog;

use std::time::{Duration, Instant};

use bytes::Bytes;
use codecs::diameter::base::{Disconnect, DisconnectCause, VendorApplication};
use codecs::diameter::cx::LocationInfoRequest;
use codecs::diameter::{
    ApplicationId, Avp, Capabilities, CommandCode, Header, Identity, Key, Message, Outcome,
    ResultCode, VendorId,
};

use super::*;

/// One peer, driven by a script.
struct End {
    peer: Peer,
    now: Instant,
}

impl End {
    fn new(config: Config) -> Self {
        Self {
            peer: Peer::new(config, 0x1000),
            now: Instant::now(),
        }
    }

    fn hss() -> Self {
        Self::new(hss())
    }

    fn icscf() -> Self {
        Self::new(icscf())
    }

    /// With capabilities exchanged; the one that asks.
    fn open_icscf() -> Self {
        let mut end = Self::icscf();
        end.input(Input::Connected(Role::Initiator));
        let cer = end.sent();
        let mut avps = vec![Avp::u32(Key::RESULT_CODE, 2001)];
        avps.extend(hss().capabilities().avps());
        end.hears(&cer.answer(ResultCode::SUCCESS, avps));
        assert_eq!(end.says(), ["Opened hss.ims.example"]);
        end
    }

    /// With capabilities exchanged; the one that is asked.
    fn open_hss() -> Self {
        let mut end = Self::hss();
        end.input(Input::Connected(Role::Responder));
        end.hears(&cer());
        assert_eq!(end.says(), ["257 answer 2001", "Opened icscf.ims.example"]);
        end
    }

    fn input(&mut self, input: Input) {
        self.peer.handle(input, self.now);
    }

    fn hears(&mut self, message: &Message) {
        let mut octets = Vec::new();
        message.encode(&mut octets).unwrap();
        self.input(Input::Received(octets.into()));
    }

    fn asks(&mut self, identity: &str) -> Result<RequestId, Failure> {
        let hss = cx::Destination {
            realm: "ims.example".into(),
            host: None,
        };
        cx::location_info(&mut self.peer, &hss, identity, self.now)
    }

    /// Lets time pass, stopping at each deadline.
    fn seconds(&mut self, seconds: u64) {
        let end = self.now + Duration::from_secs(seconds);
        while let Some(at) = self.peer.poll_timeout().filter(|&at| at <= end) {
            self.now = at;
            self.peer.handle_timeout(at);
        }
        self.now = end;
    }

    /// The message it sends next.
    fn sent(&mut self) -> Message {
        match self.peer.poll_output() {
            Some(Output::Send(octets)) => Message::decode(&octets).unwrap(),
            other => panic!("nothing is sent but {other:?}"),
        }
    }

    /// What it said since the last time, in words.
    fn says(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.peer.poll_output())
            .map(|output| words(&output))
            .collect()
    }
}

fn words(output: &Output) -> String {
    match output {
        Output::Send(octets) => message_words(&Message::decode(octets).unwrap()),
        Output::Opened(capabilities) => format!("Opened {}", capabilities.identity.host),
        Output::Close(reason) => format!("Close: {reason}"),
        Output::Request(request) => format!("Request {}", request.header.command.0),
        Output::Answer(_, answer) => format!("Answer {}", answer.header.command.0),
        Output::Failed(_, failure) => format!("Failed: {failure}"),
        Output::Down => "Down".into(),
    }
}

fn message_words(message: &Message) -> String {
    let Header {
        command,
        request,
        error,
        ..
    } = message.header;
    if request {
        return format!("{} request", command.0);
    }
    let result = Outcome::of(&message.avps).unwrap().code().0;
    let failed = message.find(Key::FAILED_AVP).map(|failed| {
        let group = failed.as_group().unwrap();
        format!(" failed {}", group[0].key.code)
    });
    let error = if error { " E" } else { "" };
    let failed = failed.unwrap_or_default();
    format!("{} answer {result}{error}{failed}", command.0)
}

fn identity(host: &str) -> Identity {
    Identity {
        host: format!("{host}.ims.example"),
        realm: "ims.example".into(),
    }
}

fn exact() -> Timers {
    Timers {
        jitter: Duration::ZERO,
        ..Timers::default()
    }
}

fn hss() -> Config {
    Config {
        timers: exact(),
        ..Config::cx_server(identity("hss"))
    }
}

fn icscf() -> Config {
    Config {
        timers: exact(),
        ..Config::cx_client(identity("icscf"))
    }
}

fn request(command: CommandCode, avps: Vec<Avp>) -> Message {
    let header = Header {
        request: true,
        proxiable: false,
        error: false,
        retransmitted: false,
        command,
        application: ApplicationId::BASE,
        hop_by_hop: 7,
        end_to_end: 8,
    };
    Message { header, avps }
}

fn cer() -> Message {
    let avps = icscf().capabilities().avps();
    request(CommandCode::CAPABILITIES_EXCHANGE, avps)
}

fn dwr() -> Message {
    let avps = Vec::from(identity("icscf").origin());
    request(CommandCode::DEVICE_WATCHDOG, avps)
}

fn dpr() -> Message {
    let disconnect = Disconnect {
        identity: identity("icscf"),
        cause: DisconnectCause::BUSY,
    };
    request(CommandCode::DISCONNECT_PEER, disconnect.avps())
}

fn lir() -> Message {
    LocationInfoRequest {
        session: "icscf.ims.example;1;1".into(),
        origin: identity("icscf"),
        destination_host: Some("hss.ims.example".into()),
        destination_realm: "ims.example".into(),
        originating: false,
        public_identity: "tel:+491715407090".into(),
        other: Vec::new(),
    }
    .message()
}

/// An answer of success without more.
fn done(request: &Message) -> Message {
    let mut avps = vec![Avp::u32(Key::RESULT_CODE, 2001)];
    avps.extend(identity("hss").origin());
    request.answer(ResultCode::SUCCESS, avps)
}
