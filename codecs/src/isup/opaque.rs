//! Parameters in the format of another protocol, of a nation or of a later amendment: kept as they
//! are.

use super::indicators::transparent;

transparent! {
    /// Network specific facility (`Q.763 §3.36`): network identification, then a format of that
    /// network.
    NetworkSpecificFacility, "network specific facility", "Q.763 §3.36";

    /// Remote operations (`Q.763 §3.48`): protocol profile, then components of `Q.773`.
    RemoteOperations, "remote operations", "Q.763 §3.48";

    /// Freephone indicators: withdrawn from Q.763 after 1993.
    FreephoneIndicators, "freephone indicators", "Q.763 §2";

    /// Correlation id (`Q.763 §3.70`): digits of `Q.1218`.
    CorrelationId, "correlation id", "Q.763 §3.70";

    /// SCF id (`Q.763 §3.71`): of `Q.1218`.
    ScfId, "SCF id", "Q.763 §3.71";

    /// Charged party identification (`Q.763 §3.75`): a national format.
    ChargedParty, "charged party identification", "Q.763 §3.75";

    /// Forward CAT indicators (`Q.763 Amd.6`): customized alerting tone.
    ForwardCat, "forward CAT indicators", "Q.763 Amd.6";

    /// Backward CAT indicators (`Q.763 Amd.6`).
    BackwardCat, "backward CAT indicators", "Q.763 Amd.6";

    /// Automatic re-routing (`Q.763 Amd.3`).
    AutomaticRerouting, "automatic re-routing", "Q.763 Amd.3";

    /// IEPS call information (`Q.763 Amd.4`): international emergency preference scheme.
    IepsCallInformation, "IEPS call information", "Q.763 Amd.4";

    /// VED information (`Q.763 Amd.5`).
    VedInformation, "VED information", "Q.763 Amd.5";
}
