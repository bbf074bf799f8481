/// How the reconciliation of one day stands.
public struct ReconciliationStanding: Sendable, Equatable {
    /// Where a run is, or how the last one ended.
    public enum State: String, Sendable {
        /// It waits for its turn or runs.
        case running
        /// Everything was compared, and every missing payment asked for.
        case complete
        /// Everything was compared; some missing payments could not be asked for or entered. A later run goes on.
        case incomplete
        /// The bill could not be got or read; the text says why.
        case failed
    }

    /// The day.
    public var day: BeijingDay
    /// Where it is.
    public var state: State
    /// Why the last run failed; empty where it did not.
    public var reason: String
    /// When the run that gave this result began, Unix milliseconds; a later run with the same result changes nothing.
    public var startedAtMillis: Int64
    /// When it ended; nil while it runs.
    public var endedAtMillis: Int64?
    /// Whether there is a report.
    public var hasReport: Bool
    /// The report's classes; empty without one.
    public var classes: ClassTallies
    /// Whether nothing in the report is open.
    public var isClean: Bool

    /// Joins the members.
    public init(
        day: BeijingDay, state: State, reason: String = "", startedAtMillis: Int64, endedAtMillis: Int64? = nil,
        hasReport: Bool = false, classes: ClassTallies = ClassTallies(), isClean: Bool = false
    ) {
        self.day = day
        self.state = state
        self.reason = reason
        self.startedAtMillis = startedAtMillis
        self.endedAtMillis = endedAtMillis
        self.hasReport = hasReport
        self.classes = classes
        self.isClean = isClean
    }
}

/// Why the desk did not do what it was asked. Nothing was changed.
public enum ReconciliationDeskError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Another day is being reconciled, or another bill uploaded.
    case busy(String)
    /// There is no bill to compare: none is held, and nothing can download one.
    case noBill
    /// What was given is not allowed.
    case invalid(String)
    /// The uploaded bill is above its bound.
    case tooLarge(byteCountMax: Int64)
    /// The disk, the store or the service refuses; the text says why.
    case unavailable(String)

    /// One sentence.
    public var description: String {
        switch self {
        case .busy(let text), .invalid(let text), .unavailable(let text): text
        case .noBill:
            "there is no bill of this day: none is held here and no WeChat Pay API is configured; upload one"
        case .tooLarge(let byteCountMax): "the bill is longer than the allowed \(byteCountMax) bytes"
        }
    }
}

/// A bill on its way in. One owner at a time; ends with ``finish(sha1:)`` or ``abandon()``.
public protocol BillUpload: Sendable {
    /// Takes the next bytes.
    ///
    /// - Throws: ``ReconciliationDeskError``; abandon it then.
    func append(_ bytes: [UInt8]) async throws(ReconciliationDeskError)

    /// Ends the file and starts the day's run with it.
    ///
    /// - Parameter sha1: its SHA-1 (of the file or of what is in the gzip), 40 hexadecimal digits; nil where none was given.
    func finish(sha1: String?) async throws(ReconciliationDeskError) -> ReconciliationStanding

    /// Forgets what came so far.
    func abandon() async
}

/// What the operator's console may ask of the reconciliation. Thread-safe.
public protocol ReconciliationDesk: Sendable {
    /// Starts the run of a day, with the bill from the platform, or where no API is configured with the one that is held. Returns at once.
    func start(_ day: BeijingDay) async throws(ReconciliationDeskError) -> ReconciliationStanding

    /// Begins an upload of a day's bill, plain or gzip.
    func upload(_ day: BeijingDay) async throws(ReconciliationDeskError) -> any BillUpload

    /// Days with a result or a run, newest first.
    func list(countMax: Int) async throws(ReconciliationDeskError) -> [ReconciliationStanding]

    /// How one day stands, and its report; nil where it never ran.
    func day(
        _ day: BeijingDay
    ) async throws(ReconciliationDeskError) -> (standing: ReconciliationStanding, report: ReconciliationReport?)?
}
