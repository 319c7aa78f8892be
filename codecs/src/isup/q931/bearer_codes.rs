//! The code points of a bearer capability (`Q.931 §4.5.5`, table 4-6).

use crate::code_point::code_points;

code_points! {
    /// Information transfer capability.
    TransferCapability: 5 bits, "reserved" {
        SPEECH = 0, "speech";
        UNRESTRICTED = 8, "unrestricted digital information";
        RESTRICTED = 9, "restricted digital information";
        AUDIO_3K1 = 16, "3.1 kHz audio";
        UNRESTRICTED_WITH_TONES = 17, "unrestricted digital information with tones/announcements";
        VIDEO = 24, "video";
    }

    /// Transfer mode.
    TransferMode: 2 bits, "reserved" {
        CIRCUIT = 0, "circuit mode";
        PACKET = 2, "packet mode";
    }

    /// Information transfer rate.
    TransferRate: 5 bits, "reserved" {
        PACKET_MODE = 0, "packet mode";
        ONE = 16, "64 kbit/s";
        TWO = 17, "2x64 kbit/s";
        H0 = 19, "384 kbit/s";
        H11 = 21, "1536 kbit/s";
        H12 = 23, "1920 kbit/s";
        MULTIRATE = 24, "multirate, 64 kbit/s base rate";
    }

    /// User information layer 1 protocol.
    Layer1Protocol: 5 bits, "reserved" {
        V110 = 1, "V.110, I.460 and X.30 rate adaption";
        MU_LAW = 2, "G.711 mu-law";
        A_LAW = 3, "G.711 A-law";
        ADPCM_32K = 4, "G.721 32 kbit/s ADPCM and I.460";
        H221 = 5, "H.221 and H.242";
        H223 = 6, "H.223 and H.245";
        NON_ITU_T = 7, "rate adaption not standardized by ITU-T";
        V120 = 8, "V.120 rate adaption";
        X31 = 9, "X.31 HDLC flag stuffing";
    }

    /// User rate.
    UserRate: 5 bits, "reserved" {
        E_BITS = 0, "indicated by E-bits or negotiated in-band";
        R0_6K = 1, "0.6 kbit/s";
        R1_2K = 2, "1.2 kbit/s";
        R2_4K = 3, "2.4 kbit/s";
        R3_6K = 4, "3.6 kbit/s";
        R4_8K = 5, "4.8 kbit/s";
        R7_2K = 6, "7.2 kbit/s";
        R8K = 7, "8 kbit/s";
        R9_6K = 8, "9.6 kbit/s";
        R14_4K = 9, "14.4 kbit/s";
        R16K = 10, "16 kbit/s";
        R19_2K = 11, "19.2 kbit/s";
        R32K = 12, "32 kbit/s";
        R38_4K = 13, "38.4 kbit/s";
        R48K = 14, "48 kbit/s";
        R56K = 15, "56 kbit/s";
        R57_6K = 18, "57.6 kbit/s";
        R28_8K = 19, "28.8 kbit/s";
        R24K = 20, "24 kbit/s";
        R0_1345K = 21, "0.1345 kbit/s";
        R0_1K = 22, "0.100 kbit/s";
        R0_075K_1_2K = 23, "0.075/1.2 kbit/s";
        R1_2K_0_075K = 24, "1.2/0.075 kbit/s";
        R0_05K = 25, "0.050 kbit/s";
        R0_075K = 26, "0.075 kbit/s";
        R0_11K = 27, "0.110 kbit/s";
        R0_15K = 28, "0.150 kbit/s";
        R0_2K = 29, "0.200 kbit/s";
        R0_3K = 30, "0.300 kbit/s";
        R12K = 31, "12 kbit/s";
    }

    /// Intermediate rate of V.110.
    IntermediateRate: 2 bits, "reserved" {
        NOT_USED = 0, "not used";
        R8K = 1, "8 kbit/s";
        R16K = 2, "16 kbit/s";
        R32K = 3, "32 kbit/s";
    }

    /// Number of stop bits.
    StopBits: 2 bits, "reserved" {
        NOT_USED = 0, "not used";
        ONE = 1, "1 bit";
        ONE_AND_A_HALF = 2, "1.5 bits";
        TWO = 3, "2 bits";
    }

    /// Number of data bits, without the parity bit.
    DataBits: 2 bits, "reserved" {
        NOT_USED = 0, "not used";
        FIVE = 1, "5 bits";
        SEVEN = 2, "7 bits";
        EIGHT = 3, "8 bits";
    }

    /// Parity.
    Parity: 3 bits, "reserved" {
        ODD = 0, "odd";
        EVEN = 2, "even";
        NONE = 3, "none";
        FORCED_0 = 4, "forced to 0";
        FORCED_1 = 5, "forced to 1";
    }

    /// Modem type.
    ModemType: 6 bits, "reserved, national or specified by the user" {
        V21 = 17, "V.21";
        V22 = 18, "V.22";
        V22_BIS = 19, "V.22 bis";
        V23 = 20, "V.23";
        V26 = 21, "V.26";
        V26_BIS = 22, "V.26 bis";
        V26_TER = 23, "V.26 ter";
        V27 = 24, "V.27";
        V27_BIS = 25, "V.27 bis";
        V27_TER = 26, "V.27 ter";
        V29 = 27, "V.29";
        V32 = 29, "V.32";
        V34 = 30, "V.34";
    }

    /// User information layer 2 protocol.
    Layer2Protocol: 5 bits, "reserved" {
        Q921 = 2, "Q.921/I.441";
        X25 = 6, "X.25, link layer";
        LLC = 12, "LAN logical link control (ISO/IEC 8802-2)";
    }

    /// User information layer 3 protocol.
    Layer3Protocol: 5 bits, "reserved" {
        Q931 = 2, "Q.931/I.451";
        X25 = 6, "X.25, packet layer";
        TR_9577 = 11, "ISO/IEC TR 9577";
    }

    /// Additional layer 3 protocol information: an initial protocol identifier of ISO/IEC TR 9577.
    ProtocolIdentifier: 8 bits, "other" {
        IP = 0xCC, "Internet Protocol";
        PPP = 0xCF, "Point-to-point Protocol";
    }
}
