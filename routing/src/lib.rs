//! Where a call goes: number analysis and rewriting, routes by prefix, lists of numbers, the choice
//! among I-CSCFs.
//!
//! Nothing here does IO or keeps calls; every function answers from its configuration and its
//! arguments. Of the other rooms only the number types are used.

pub mod analysis;
pub mod e164;
pub mod list;
pub mod locations;
pub mod pool;
pub mod prefixes;
pub mod rewrite;

pub use analysis::{AnalysisError, NumberingArea};
pub use e164::{E164, E164Error};
pub use list::{ListError, Match, NumberList};
pub use locations::{Location, Locations};
pub use pool::{Pool, Server};
pub use prefixes::Prefixes;
pub use rewrite::{Rewrite, Written};
