//! Circuits and their supervision (ITU-T Q.764).
