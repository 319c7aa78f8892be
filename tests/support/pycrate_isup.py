"""Reads ISUP parameters with pycrate: a line "code contents" in hexadecimal gives a line of its fields."""
import sys

from pycrate_core.elt import Alt
from pycrate_mobile import ISUP

CLASSES = {
    0x04: "CalledPartyNum",
    0x0D: "ConnectionReq",
    0x1A: "ClosedUserGroupInterlockCode",
    0x1E: "SignallingPointCode",
    0x23: "TransitNetworkSel",
    0x25: "CircuitAssignMap",
    0x2B: "OriginISCPointCode",
    0x2F: "NetworkSpecificFacility",
    0x03: "AccessTransport",
    0x1D: "UserServiceInfo",
    0x30: "UserServiceInfoPrime",
    0x32: "RemoteOperations",
    0x33: "ServiceActivation",
    0x36: "CallDiversionInfo",
    0x37: "EchoControlInfo",
    0x3A: "MLPPPrecedence",
    0x3B: "MCIDReqInd",
    0x3C: "MCIDRespInd",
    0x3E: "TransmissionMediumReqPrime",
    0x40: "RedirectNumRestriction",
    0x43: "CallTransferRef",
    0x44: "LoopPreventionInd",
    0x45: "CallTransferNum",
    0x4B: "CCSS",
    0x4C: "ForwardGVNS",
    0x4D: "BackwardGVNS",
    0x4E: "RedirectCap",
    0x5B: "NetworkMgmtControls",
    0x65: "CorrelationID",
    0x66: "ScfID",
    0x6E: "CallDiversionTreatmentInd",
    0x6F: "CalledINNum",
    0x70: "CallOfferingTreatmentInd",
    0x71: "ChargedPartyIdent",
    0x72: "ConferenceTreatmentInd",
    0x73: "DisplayInfo",
    0x74: "UIDActionInd",
    0x75: "UIDCapInd",
    0x77: "RedirectCounter",
    0x78: "AppTransportParam",
    0x79: "CollectCallReq",
    0x7A: "CCNRPossibleInd",
    0x7B: "PivotCap",
    0x7C: "PivotRoutingInd",
    0x7F: "OriginalCalledINNum",
    0x81: "CallingGeodeticLocation",
    0x82: "HTRInfo",
    0x84: "NetworkRoutingNum",
    0x85: "QueryOnReleaseCap",
    0x87: "PivotCounter",
    0x88: "PivotRoutingForwardInfo",
    0x89: "PivotRoutingBackwardInfo",
    0x8A: "RedirectStatus",
    0x8B: "RedirectForwardInfo",
    0x8C: "RedirectBackwardInfo",
    0x8D: "NumPortabilityForwardInfo",
    0xC1: "GenericDigits",
}


def fields(element):
    """The fields of an element, one after another, as name=value."""
    if element.get_trans():
        return
    if isinstance(element, Alt):
        yield from fields(element.get_alt())
    elif hasattr(element, "_content"):
        for part in element._content:
            yield from fields(part)
    else:
        value = element.get_val()
        if isinstance(value, bytes):
            value = value.hex()
        if isinstance(value, list):
            value = ",".join(map(str, value))
        yield f"{element._name}={value}"


for line in sys.stdin:
    code, contents = line.split()
    name = CLASSES.get(int(code, 16))
    if name is None:
        print()
        continue
    parameter = getattr(ISUP, name)()
    parameter.from_bytes(bytes.fromhex(contents))
    same = parameter.to_bytes().hex() == contents
    print("same" if same else "different", *fields(parameter))
