//! An exchange that the test runs itself, to say what no program of ours would.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::thread::JoinHandle;
use std::time::Duration;

use codecs::isup::{Cic, Gra, Message, Pdu, RangeAndStatus, Rlc};
use codecs::mtp::{
    NetworkId, NetworkIndicator, PointCode, PointCodeFormat, ServiceIndicator, Transfer,
};
use tandem::ss7::{self, Event, Ss7};
use tandem::tap::Tap;
use tokio::sync::mpsc;

use crate::programs::Bench;

/// So many messages go out at a time, so that no queue overflows.
const BATCH: usize = 200;

/// A running exchange.
pub(crate) struct Foreign {
    messages: Option<mpsc::UnboundedSender<Pdu>>,
    thread: Option<JoinHandle<()>>,
}

impl Foreign {
    /// A signalling gateway at this host and point code of the bench, to which the gateway's trunk
    /// leads. It answers resets; what else it answers, and what it answers otherwise, `answer`
    /// says.
    pub(crate) fn start(
        bench: &Bench,
        host: &str,
        point_code: &'static str,
        answer: impl FnMut(&Pdu) -> Option<Message> + Send + 'static,
    ) -> Self {
        let config = format!(
            "point_code = \"{point_code}\"\n[[peer]]\nname = \"gateway\"\nrole = \"sgp\"\n\
             local = [\"{}\"]\nrouting_context = 100\npoint_codes = [\"2-2-2\"]\n",
            bench.address(host)
        );
        let config = toml::from_str(&config).unwrap();
        let (messages, outgoing) = mpsc::unbounded_channel();
        let own = PointCodeFormat::ITU.read(point_code).unwrap();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            let local = tokio::task::LocalSet::new();
            local.block_on(&runtime, run(config, own, outgoing, answer));
        });
        Self {
            messages: Some(messages),
            thread: Some(thread),
        }
    }

    /// Says something.
    pub(crate) fn say(&self, cic: u16, message: Message) {
        let pdu = Pdu {
            cic: Cic::try_from(cic).unwrap(),
            message,
        };
        self.messages.as_ref().unwrap().send(pdu).unwrap();
    }
}

impl Drop for Foreign {
    /// Says what is left to say, and goes in order.
    fn drop(&mut self) {
        drop(self.messages.take());
        let ended = self.thread.take().unwrap().join();
        assert!(ended.is_ok() || std::thread::panicking(), "it panicked");
    }
}

async fn run(
    config: ss7::Config,
    own: PointCode,
    mut outgoing: mpsc::UnboundedReceiver<Pdu>,
    mut answer: impl FnMut(&Pdu) -> Option<Message>,
) {
    let (ss7, mut events) = Ss7::start(config, Tap::default()).unwrap();
    let mut waiting = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            event = events.recv() => if let Event::Transfer(transfer) = event.unwrap() {
                let pdu = Pdu::decode(&transfer.data).unwrap();
                if let Some(message) = answer(&pdu).or_else(|| usual(&pdu.message)) {
                    ss7.send(transfer_of(own, &Pdu { cic: pdu.cic, message }));
                }
            },
            count = outgoing.recv_many(&mut waiting, BATCH) => {
                if count == 0 {
                    break;
                }
                for pdu in waiting.drain(..) {
                    ss7.send(transfer_of(own, &pdu));
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
    }
    ss7.stop().await;
}

/// Circuits are reset whenever the gateway wants it.
fn usual(message: &Message) -> Option<Message> {
    match message {
        Message::Rsc | Message::Rel(_) => Some(Message::Rlc(Rlc::default())),
        Message::Grs(grs) => Some(Message::Gra(Gra {
            range_and_status: RangeAndStatus::new(grs.range, |_| false),
        })),
        _ => None,
    }
}

fn transfer_of(own: PointCode, pdu: &Pdu) -> Transfer {
    let mut data = Vec::new();
    pdu.encode(&mut data);
    Transfer {
        network: NetworkId::default(),
        opc: own,
        dpc: PointCodeFormat::ITU.read("2-2-2").unwrap(),
        si: ServiceIndicator::ISUP,
        ni: NetworkIndicator::NATIONAL,
        priority: 0,
        sls: (pdu.cic.value() & 0xF) as u8,
        data: data.into(),
    }
}
