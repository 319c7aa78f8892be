//! TCAP messages (ITU-T Q.773).
