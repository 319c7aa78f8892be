//! SCCP connectionless messages and addresses (ITU-T Q.713).
