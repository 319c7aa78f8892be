//! Parameters that carry what terminals of the ISDN say in information elements (`Q.931 §4.5`).

mod access;
mod bearer;
mod bearer_codes;
mod layer_1;
mod teleservice;
mod user;

pub use access::*;
pub use bearer::*;
pub use bearer_codes::*;
pub use layer_1::*;
pub use teleservice::*;
pub use user::*;

use crate::code_point::code_points;

code_points! {
    /// Coding standard of an information element (`Q.931 §4.5.1`).
    ElementCoding: 2 bits, "unknown" {
        ITU_T = 0, "ITU-T";
        ISO_IEC = 1, "ISO/IEC";
        NATIONAL = 2, "national";
        NETWORK = 3, "standard of the network";
    }
}
