//! Scenarios on virtual time. Their names follow the test list of `Q.784` where one of its cases is
//! meant; they are written as a switch engineer would note them down (see [`script`]).

mod blocking;
mod bounds;
mod calls;
mod compatibility;
mod congestion;
mod continuity;
mod destination;
mod group_blocking;
mod messages;
mod networks;
mod overlap;
mod query;
mod random;
mod release;
mod reservation;
mod reset;
mod script;
mod segmentation;
mod seizure;
mod status;
mod suspension;
mod translation;
mod twice;
mod unreasonable;
mod user_part;
