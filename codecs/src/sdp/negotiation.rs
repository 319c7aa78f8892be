//! Offer and answer (RFC 3264).

use super::description::{Address, AudioDescription, Description, Direction, Stream};
use super::payload::Payload;

/// What both sides agreed upon, as one of them sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Where to send to.
    pub address: Address,
    /// The RTP port there.
    pub port: u16,
    /// The speech to send, under the other side's number.
    pub send: Payload,
    /// The speech to expect, under the own number.
    pub receive: Payload,
    /// Under which number to send events, where both sides know them.
    pub send_event: Option<u8>,
    /// Under which number events will come.
    pub receive_event: Option<u8>,
    /// Milliseconds of audio the other side wants in a packet.
    pub ptime: Option<u16>,
    /// What this side does.
    pub direction: Direction,
}

/// Why no audio came of offer and answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Incompatible {
    /// No audio stream over RTP/AVP is offered, or the answer refuses it.
    #[error("no audio stream")]
    NoAudio,
    /// No speech codec in common.
    #[error("no codec in common")]
    NoCodec,
    /// The answer has other streams than the offer (RFC 3264 §6).
    #[error("the answer has other streams than the offer")]
    OtherStreams,
}

impl Incompatible {
    /// The status that refuses an offer: 488 (RFC 3261 §21.4.26).
    pub const STATUS: u16 = 488;
}

impl Description {
    /// An offer of one audio stream.
    pub fn offer(audio: AudioDescription) -> Self {
        Self {
            streams: vec![Stream::Audio(audio)],
        }
    }

    /// Answers this offer: takes its first audio stream that has a codec of `local`, and refuses
    /// all others. Of the codecs in common the one `local` names first is taken, with events if
    /// both sides know them, under the offer's numbers. Direction is as far as both sides go.
    ///
    /// # Errors
    /// [`Incompatible`] where nothing is left: to be answered with [`Incompatible::STATUS`].
    pub fn answer(&self, local: &AudioDescription) -> Result<(Self, Agreement), Incompatible> {
        let mut reason = Incompatible::NoAudio;
        let mut taken = None;
        let mut streams = Vec::with_capacity(self.streams.len());
        for stream in &self.streams {
            streams.push(stream.refused());
            let (Stream::Audio(offered), None) = (stream, &taken) else {
                continue;
            };
            match accept(offered, local) {
                Some((audio, agreement)) => {
                    streams.pop();
                    streams.push(Stream::Audio(audio));
                    taken = Some(agreement);
                }
                None => reason = Incompatible::NoCodec,
            }
        }
        taken
            .map(|agreement| (Self { streams }, agreement))
            .ok_or(reason)
    }

    /// Reads the answer to this offer.
    ///
    /// # Errors
    /// [`Incompatible`] where the answer refuses the stream or does not fit the offer.
    pub fn agree(&self, answer: &Self) -> Result<Agreement, Incompatible> {
        if self.streams.len() != answer.streams.len() {
            return Err(Incompatible::OtherStreams);
        }
        let pairs = self.streams.iter().zip(&answer.streams);
        let (local, remote) = pairs
            .filter_map(|pair| match pair {
                (Stream::Audio(local), Stream::Audio(remote)) => Some((local, remote)),
                _ => None,
            })
            .next()
            .ok_or(Incompatible::NoAudio)?;
        agreement(&remote.payloads, local, remote).ok_or(Incompatible::NoCodec)
    }
}

impl Stream {
    fn refused(&self) -> Self {
        match self {
            Self::Unused { .. } => self.clone(),
            Self::Audio(audio) => Self::Unused {
                media: "audio".into(),
                protocol: "RTP/AVP".into(),
                formats: numbers(&audio.payloads).into(),
            },
        }
    }
}

/// The formats of an `m=` line, of which there must be at least one.
fn numbers(payloads: &[Payload]) -> String {
    if payloads.is_empty() {
        return "0".to_owned();
    }
    let numbers = payloads.iter().map(|payload| payload.number.to_string());
    numbers.collect::<Vec<_>>().join(" ")
}

/// Answers one stream, if there is a codec in common.
fn accept(
    offered: &AudioDescription,
    local: &AudioDescription,
) -> Option<(AudioDescription, Agreement)> {
    let mut agreed = agreement(&local.payloads, local, offered)?;
    agreed.receive = Payload {
        number: agreed.send.number,
        ..agreed.receive
    };
    agreed.receive_event = agreed.send_event;
    let event = agreed.send_event.map(Payload::telephone_event);
    let answer = AudioDescription {
        payloads: std::iter::once(agreed.receive.clone())
            .chain(event)
            .collect(),
        direction: agreed.direction,
        preconditions: offered.preconditions.map(|theirs| theirs.answer()),
        ..local.clone()
    };
    Some((answer, agreed))
}

/// Takes the first speech of `preference` that both sides have.
fn agreement(
    preference: &[Payload],
    local: &AudioDescription,
    remote: &AudioDescription,
) -> Option<Agreement> {
    let (send, receive) = preference
        .iter()
        .filter(|payload| payload.is_speech())
        .find_map(|wanted| Some((find(remote, wanted)?, find(local, wanted)?)))?;
    let event = Payload {
        rate: send.rate,
        ..Payload::telephone_event(0)
    };
    let events = find(remote, &event).zip(find(local, &event));
    let sends = local.direction.sends() && remote.direction.receives();
    let receives = local.direction.receives() && remote.direction.sends();
    Some(Agreement {
        address: remote.address.clone(),
        port: remote.port,
        send: send.clone(),
        receive: receive.clone(),
        send_event: events.map(|(remote, _)| remote.number),
        receive_event: events.map(|(_, local)| local.number),
        ptime: remote.ptime,
        direction: Direction::of(sends, receives),
    })
}

fn find<'a>(audio: &'a AudioDescription, wanted: &Payload) -> Option<&'a Payload> {
    audio
        .payloads
        .iter()
        .find(|payload| payload.is_same_encoding(wanted))
}
