//! MAP operations (3GPP TS 29.002): sendRoutingInfo.
