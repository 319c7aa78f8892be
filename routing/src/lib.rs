//! Where a call goes: number analysis, routes by prefix, the choice among I-CSCFs.
//!
//! Nothing here does IO or keeps calls; every function answers from its configuration and its
//! arguments. Of the other rooms only the number types are used.

pub mod analysis;
pub mod e164;
pub mod locations;
pub mod pool;
pub mod prefixes;

pub use analysis::{AnalysisError, NumberingArea};
pub use e164::{E164, E164Error};
pub use locations::{Location, Locations};
pub use pool::{Pool, Server};
pub use prefixes::Prefixes;
