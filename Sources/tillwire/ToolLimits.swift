/// The bounds of the command line tool. A name ends in the unit of its value.
enum ToolLimits {
    /// Bytes of an answer of the operator's API.
    static let answerByteCountMax = 16_777_216
    /// Bytes of a file that is sent or judged.
    static let fileByteCountMax = 524_288
    /// Bytes of one line of a recorded stream.
    static let lineByteCountMax = 65_536
    /// The largest amount of one recorded order, fen.
    static let orderAmountFenMax: Int64 = 1_000_000_000
    /// The latest time of a recorded order, Unix milliseconds: the end of 9999.
    static let orderTimeMillisMax: Int64 = 253_402_300_799_999
    /// Seconds an answer may take.
    static let answerSecondsMax: Int64 = 30
    /// Seconds a verification may take.
    static let verifySecondsMax: Int64 = 3_600
    /// Seconds the upload of a bill may take.
    static let uploadSecondsMax: Int64 = 3_600
    /// Bytes of a bill read at once.
    static let billPieceByteCount = 262_144
    /// Bytes of a reconciliation's report.
    static let reportByteCountMax = 268_435_456
    /// Milliseconds between two looks at a reconciliation that is waited for.
    static let reconcileLookMillis: Int64 = 500
    /// Merchants asked for at once.
    static let pageCount = 1_000
}
