//! Where a call goes: number analysis, trunk and I-CSCF choice. No IO.
