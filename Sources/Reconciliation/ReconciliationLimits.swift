/// The bounds of the reconciliation. A name ends in the unit of its value.
public enum ReconciliationLimits {
    /// Bytes of an uploaded bill, and of what a bill unzips to: 20 million lines of some 400 bytes.
    public static let billByteCountMax: Int64 = 8_589_934_592
    /// Free bytes that an upload leaves on the disk: twice what the store refuses sends at.
    public static let diskFreeByteCountMin: UInt64 = 1_073_741_824
    /// Bytes between two looks at the disk's free room.
    static let diskLookByteCount: Int64 = 67_108_864
    /// Bytes read from a bill at once.
    static let readByteCount = 65_536
    /// Uploads at once.
    static let uploadCountMax = 2
    /// Bills that are kept; the newest days'.
    static let heldBillCountMax = 7
    /// Runs that wait; one runs.
    static let waitingRunCountMax = 1
    /// Order rows that are looked up at once.
    static let lookupCountAtOnce = 4
    /// Questions to the platform at once.
    static let queryCountAtOnce = 4
    /// Questions in a row without a usable answer, after which a run asks no more.
    static let failedQueryCountMax = 8
    /// Order rows read in one step of the walk over all of them.
    static let scanRowCount = 500
    /// Transaction ids that a bill may name twice.
    static let duplicateCountMax = 1_000_000
    /// Bytes of a part of a stored report: a state row holds 2,000.
    static let reportPartByteCount = 1_900
    /// Parts of a report in one commit.
    static let reportPartsPerCommit = 256
    /// Days that reports are kept; orders' rows live as long.
    public static let reportDayCountMax: Int64 = 100
    /// Bytes of a stored reason.
    static let reasonByteCountMax = 500
    /// Milliseconds before a day is tried again; doubles up to the largest.
    static let retryMillisMin: Int64 = 300_000
    /// See ``retryMillisMin``.
    static let retryMillisMax: Int64 = 7_200_000
    /// Answers that a day has no bill, before it is believed that nothing was paid.
    static let absenceCountMin = 3
    /// Milliseconds between the first and the last of these answers.
    static let absenceMillisMin: Int64 = 14_400_000
    /// Milliseconds behind the end of a day before which such an answer means nothing: bills are made from 9:00 on, and are to be asked for after 10:00.
    static let absenceStartMillis: Int64 = 36_000_000
    /// Orders looked at, at the very first start, for the day on which the store began.
    static let beginningRowCountMax = 20_000_000
    /// Real milliseconds between two looks at which day is due.
    static let lookMillis: UInt64 = 30_000
}
