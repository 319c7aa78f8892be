//! Structure-aware TDM over packets (RFC 5086), UDP encapsulation.
