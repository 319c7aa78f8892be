//! Parameters in the format of another protocol or of a nation, and those of the amendments to Q.763
//! whose formats neither a public text nor another decoder shows: kept as they are.

use super::indicators::transparent;

transparent! {
    /// Freephone indicators: the name code is reserved (`Q.763 table 5`), and no edition since 1993
    /// describes a format.
    FreephoneIndicators, "freephone indicators", "Q.763 §2";

    /// Correlation id (`Q.763 §3.70`): digits of `Q.1218`.
    CorrelationId, "correlation id", "Q.763 §3.70";

    /// SCF id (`Q.763 §3.71`): of `Q.1218`.
    ScfId, "SCF id", "Q.763 §3.71";

    /// Charged party identification (`Q.763 §3.75`): a national format.
    ChargedParty, "charged party identification", "Q.763 §3.75";

    /// Forward CAT indicators (`Q.763 Amd.6`): customized alerting tone. Octets, as only the name is
    /// known outside the amendment.
    ForwardCat, "forward CAT indicators", "Q.763 Amd.6";

    /// Backward CAT indicators (`Q.763 Amd.6`). Octets, as only the name is known outside the
    /// amendment.
    BackwardCat, "backward CAT indicators", "Q.763 Amd.6";

    /// Automatic re-routing (`Q.763 Amd.3`). Octets, as only the name is known outside the amendment.
    AutomaticRerouting, "automatic re-routing", "Q.763 Amd.3";

    /// IEPS call information (`Q.763 Amd.4`): international emergency preference scheme. Octets, as
    /// only the name is known outside the amendment.
    IepsCallInformation, "IEPS call information", "Q.763 Amd.4";

    /// VED information (`Q.763 Amd.5`). Octets, as only the name is known outside the amendment.
    VedInformation, "VED information", "Q.763 Amd.5";
}
