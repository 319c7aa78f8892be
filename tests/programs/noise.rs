//! Noise on every port is survived.
