//! An exchange on virtual time between scripted far ends, to measure what calls through it cost.

mod ims;
mod office;
mod signalling;
mod template;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use bytes::Bytes;
use codecs::isup::{Gra, Message, MessageType, Pdu, RangeAndStatus, Rlc};
use codecs::mtp::{PointCode, ServiceIndicator, Transfer};
use protocols::sip::{Datagram, Hop};
use tandem::exchange::{Exchange, Input, Output};

use self::ims::{Dialog, Ims};
use self::signalling::{Circuit, Hss, Pstn, transfer};

pub const OWN: PointCode = PointCode::new(2);
pub const HSS: PointCode = PointCode::new(3);

/// What kind of calls pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// From the PSTN to a fixed subscriber: ISUP to SIP. The caller releases.
    Fixed,
    /// From the PSTN to a mobile subscriber: the HSS is asked before.
    Mobile,
    /// From the IMS to the PSTN. The caller releases.
    Outgoing,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Fixed, Self::Mobile, Self::Outgoing];

    pub fn name(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Mobile => "mobile",
            Self::Outgoing => "outgoing",
        }
    }
}

/// A call that is up.
struct Up {
    circuit: Circuit,
    dialog: Dialog,
}

/// What the exchange said to one input.
#[derive(Clone, Default)]
struct Said {
    transfer: Option<Transfer>,
    datagram: Option<Bytes>,
}

/// An exchange and its surroundings.
pub struct Rig {
    exchange: Exchange,
    now: Instant,
    /// Time between a call and the next.
    spacing: Duration,
    kind: Kind,
    pstn: Pstn,
    ims: Ims,
    hss: Hss,
    icscf: Hop,
    free: VecDeque<Circuit>,
    up: VecDeque<Up>,
    said: Said,
    timeouts: u64,
    /// What the exchange says, when it is not there itself.
    record: Option<VecDeque<Said>>,
    recorded: VecDeque<Said>,
}

impl Rig {
    /// An exchange with `standing` calls up, at `rate` calls a second.
    pub fn new(kind: Kind, standing: usize, rate: u32) -> Self {
        let called = match kind {
            Kind::Mobile => "1715407090",
            _ => "7219578290",
        };
        let mut rig = Self {
            exchange: office::exchange(),
            now: Instant::now(),
            spacing: Duration::from_secs(1) / rate,
            kind,
            pstn: Pstn::new(called),
            ims: Ims::new(),
            hss: Hss::new(),
            icscf: office::ICSCF.parse().unwrap(),
            free: VecDeque::new(),
            up: VecDeque::new(),
            said: Said::default(),
            timeouts: 0,
            record: None,
            recorded: VecDeque::new(),
        };
        rig.start_up();
        for _ in 0..standing {
            rig.tick();
            rig.set_up();
        }
        rig
    }

    /// The exchange resets its circuits; the far ends acknowledge.
    fn start_up(&mut self) {
        for exchange in office::exchanges() {
            self.exchange
                .handle(Input::Available(exchange.into()), self.now);
            while let Some(output) = self.exchange.poll_output() {
                if let Output::Transfer(reset) = output {
                    let answer = reset_done(&reset);
                    self.exchange.handle(Input::Transfer(answer), self.now);
                }
            }
            let circuits = office::cics().map(|cic| Circuit { exchange, cic });
            self.free.extend(circuits);
        }
        let idle: usize = self.exchange.circuit_counts().map(|(_, c)| c.idle).sum();
        assert_eq!(idle, self.free.len());
    }

    /// Sets a call up, and releases the one that has been up longest.
    pub fn turn(&mut self) {
        self.tick();
        self.set_up();
        self.release();
    }

    /// Sets calls up and releases them until those of the beginning are forgotten.
    pub fn settle(&mut self) {
        let end = self.now + Duration::from_secs(40);
        while self.now < end {
            self.turn();
        }
    }

    /// From here on the far ends hear what the exchange said in the last turn, without it.
    pub fn go_without_exchange(&mut self) {
        self.record = Some(VecDeque::new());
        self.turn();
        self.recorded = self.record.take().unwrap_or_default();
    }

    /// How many calls the exchange has.
    pub fn calls_up(&self) -> usize {
        self.exchange.calls_up()
    }

    /// How often the exchange has been called for a timer.
    pub fn timeouts(&self) -> u64 {
        self.timeouts
    }

    fn tick(&mut self) {
        self.now += self.spacing;
        if self.recorded.is_empty() {
            self.let_time_pass();
        }
    }

    fn let_time_pass(&mut self) {
        while self
            .exchange
            .poll_timeout()
            .is_some_and(|at| at <= self.now)
        {
            self.exchange.handle_timeout(self.now);
            self.timeouts += 1;
            while let Some(output) = self.exchange.poll_output() {
                let unexpected = matches!(output, Output::Transfer(_) | Output::Transmit(_));
                assert!(!unexpected, "{output:?}");
            }
        }
    }

    fn set_up(&mut self) {
        let up = match self.kind {
            Kind::Fixed | Kind::Mobile => self.set_up_to_ims(),
            Kind::Outgoing => self.set_up_to_pstn(),
        };
        self.up.push_back(up);
    }

    fn set_up_to_ims(&mut self) -> Up {
        let circuit = self.free.pop_front().unwrap();
        self.transfer(self.pstn.iam(circuit));
        if self.kind == Kind::Mobile {
            let question = self.said.transfer.take().unwrap();
            let answer = self.hss.answer(&question, self.now);
            self.transfer(answer);
        }
        let invite = self.datagram_said();
        let dialog = self.ims.invited(&invite);
        self.datagram(self.ims.trying(&dialog));
        self.datagram(self.ims.ringing(&dialog));
        self.expect(MessageType::ACM);
        self.datagram(self.ims.answer(&dialog));
        self.expect(MessageType::ANM);
        self.datagram_said();
        Up { circuit, dialog }
    }

    fn set_up_to_pstn(&mut self) -> Up {
        let (mut dialog, invite) = self.ims.invite();
        self.datagram(invite);
        let circuit = Pstn::circuit_of(&self.expect(MessageType::IAM));
        self.transfer(self.pstn.acm(circuit));
        self.datagram_said();
        self.transfer(self.pstn.anm(circuit));
        let answer = self.datagram_said();
        let ack = self.ims.answered(&answer, &mut dialog);
        self.datagram(ack);
        Up { circuit, dialog }
    }

    fn release(&mut self) {
        let Up { circuit, dialog } = self.up.pop_front().unwrap();
        match self.kind {
            Kind::Fixed | Kind::Mobile => {
                self.transfer(self.pstn.rel(circuit));
                self.expect(MessageType::RLC);
                let bye = self.datagram_said();
                let done = self.ims.bye_done(&bye, dialog);
                self.datagram(done);
                self.free.push_back(circuit);
            }
            Kind::Outgoing => {
                self.datagram(self.ims.bye(&dialog));
                self.expect(MessageType::REL);
                self.datagram_said();
                self.transfer(self.pstn.rlc(circuit));
            }
        }
    }

    fn datagram_said(&mut self) -> Bytes {
        self.said.datagram.take().unwrap()
    }

    fn expect(&mut self, message: MessageType) -> Transfer {
        let transfer = self.said.transfer.take().unwrap();
        assert_eq!(transfer.data[2], message.0);
        transfer
    }

    fn transfer(&mut self, transfer: Transfer) {
        self.input(Input::Transfer(transfer));
    }

    fn datagram(&mut self, bytes: Bytes) {
        let from = self.icscf;
        self.input(Input::Datagram(Datagram {
            bytes,
            from,
            local: office::LOCAL.parse().unwrap(),
        }));
    }

    /// What a driver does with an input: hands it over, takes what comes, asks for the next timer.
    fn input(&mut self, input: Input) {
        if let Some(said) = self.recorded.pop_front() {
            self.said = said.clone();
            return self.recorded.push_back(said);
        }
        self.exchange.handle(input, self.now);
        while let Some(output) = self.exchange.poll_output() {
            match output {
                Output::Transfer(transfer) => self.said.transfer = Some(transfer),
                Output::Transmit(transmit) => self.said.datagram = Some(transmit.bytes),
                Output::Media(_) | Output::Telemetry(_) => {}
            }
        }
        std::hint::black_box(self.exchange.poll_timeout());
        if let Some(record) = &mut self.record {
            record.push_back(self.said.clone());
        }
    }
}

fn reset_done(reset: &Transfer) -> Transfer {
    let Pdu { cic, message } = Pdu::decode(&reset.data).unwrap();
    let message = match message {
        Message::Grs(grs) => Message::Gra(Gra {
            range_and_status: RangeAndStatus::new(grs.range, |_| false),
        }),
        Message::Rsc => Message::Rlc(Rlc::default()),
        other => panic!("{other:?}"),
    };
    let mut data = Vec::new();
    Pdu { cic, message }.encode(&mut data);
    transfer(reset.dpc, ServiceIndicator::ISUP, data.into())
}
