//! Diameter peer (RFC 6733 §5).
