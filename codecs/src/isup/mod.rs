//! ISUP messages (ITU-T Q.763): one type per message, mandatory parts as fields, the optional part
//! as a list; unknown messages and parameters keep their bytes.

mod message;
mod parameter;

pub use message::*;
pub use parameter::*;
