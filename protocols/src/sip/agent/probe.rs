//! Asking neighbours whether they are there (RFC 3261 §11.1).

use std::time::{Duration, Instant};

use bytes::Bytes;
use codecs::sip::{HeaderName, Message, Method, Writer};

use super::writing::ACCEPT;
use super::{Context, Event, UserAgent};
use crate::sip::{Branch, Hop};

impl UserAgent {
    /// Asks a neighbour OPTIONS; [`Event::Probed`] tells what came of it.
    pub fn probe(&mut self, target: Hop, now: Instant) {
        let branch = self.transactions.branch();
        let tags = [self.transactions.tag(), self.transactions.tag()];
        let bytes = self.write_options(branch, target, &tags);
        let context = Context::Probe(target);
        self.transactions
            .request(branch, Method::Options, bytes, target, context, now);
        self.settle(now);
    }

    /// It goes no further than the neighbour itself: Max-Forwards is 0.
    fn write_options(&self, branch: Branch, target: Hop, [tag, call_id]: &[String; 2]) -> Bytes {
        let local = self.transactions.local(target);
        let (uri, own) = (target.uri(None), local.uri(self.config.user.as_deref()));
        let via = self.transactions.via(branch, target);
        Writer::request(Method::Options, &uri.to_string())
            .header(HeaderName::Via, &format_args!("{via}"))
            .header(HeaderName::MaxForwards, "0")
            .header(HeaderName::From, &format_args!("<{own}>;tag={tag}"))
            .header(HeaderName::To, &format_args!("<{uri}>"))
            .header(HeaderName::CallId, call_id)
            .header(HeaderName::CSeq, "1 OPTIONS")
            .header(HeaderName::Contact, &format_args!("<{own}>"))
            .header(HeaderName::Accept, ACCEPT)
            .header(HeaderName::UserAgent, &self.config.product)
            .finish()
    }

    pub(super) fn probed(&mut self, target: Hop, response: Option<&Message>) {
        self.tell(Event::Probed {
            target,
            status: response.map(Message::status),
            rest: response
                .and_then(Message::retry_after)
                .map(Duration::from_secs),
        });
    }
}
