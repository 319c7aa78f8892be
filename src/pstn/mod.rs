//! `tandem pstn`: a local exchange of the telephone network, for a bench. Its subscribers answer
//! calls and place them, over ISUP, M3UA and SCTP, and speak and listen on timeslots.

mod call;
mod conduct;
mod config;
mod messages;
mod play;
mod run;
mod settings;
mod staff;
mod switch;
#[cfg(test)]
mod tests;
mod voice;
mod waits;

pub use call::{Answer, Order, Subscriber, Voice};
pub use config::{CallConfig, Config, SubscriberConfig};
pub use play::{Case, Error as PlayError, Options as PlayOptions, Rules, play};
pub use run::{Control, Error, Handle, control, run, run_controlled};
pub use settings::Settings;
pub use switch::{Output, Switch};
pub use voice::SpanError;
