public import TradeBill

/// What the reconciliation did since the start, and how the newest day stands.
public struct ReconciliationFigures: Sendable {
    /// Runs that gave a report with everything asked for.
    public var completeCount: UInt64 = 0
    /// Runs that gave a report, but could not ask for or enter everything.
    public var incompleteCount: UInt64 = 0
    /// Runs that gave none.
    public var failedCount: UInt64 = 0
    /// Lines compared.
    public var lineCount: UInt64 = 0
    /// The day that is being compared; nil where none is.
    public var running: BeijingDay?
    /// Lines that the run under way has read, each bill twice.
    public var runningLineCount: Int = 0
    /// The newest day with a report; nil where there is none.
    public var newest: ReconciliationStanding?
    /// What is in each class, over all reports that are kept: what is open of an earlier day stays open until that day is compared again.
    public var classes = ClassTallies()
    /// Days since this store began, of the last 100, whose report was due and is not complete.
    public var incompleteDayCount: Int = 0
    /// Days within the time of catching up whose report is due and not complete.
    public var dueCount: Int = 0
    /// Days that are kept.
    public var dayCount: Int = 0
    /// Why the last failed run failed; empty where the last run did not.
    public var lastFailure: String = ""
}
