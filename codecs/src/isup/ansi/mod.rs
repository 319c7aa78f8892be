//! Parameters of ANSI T1.113.3 that Q.763 has not, or has in another format.

mod carrier;
mod digit_pairs;
mod numbers;
mod services;
mod text;
mod validation;

pub use carrier::*;
pub use digit_pairs::*;
pub use numbers::*;
pub use services::*;
pub use text::*;
pub use validation::*;

const T1_113: &str = "T1.113.3";
