/// What the comparison of a day's bill with what was received came to. Holds no times of runs: the same bill over the same orders gives the same bytes.
public struct ReconciliationReport: Sendable, Equatable {
    /// One merchant.
    public struct Merchant: Sendable, Equatable {
        /// Its number; empty for all merchants beyond ``TradeBillLimits/merchantCountMax`` together.
        public var merchantID: String
        /// Its payments in the bill.
        public var payments = Tally()
        /// Its refund and revocation lines.
        public var refunds = Tally()
        /// Its classes.
        public var classes = ClassTallies()

        /// A merchant without lines.
        public init(
            merchantID: String, payments: Tally = Tally(), refunds: Tally = Tally(), classes: ClassTallies = .init()
        ) {
            self.merchantID = merchantID
            self.payments = payments
            self.refunds = refunds
            self.classes = classes
        }
    }

    /// Lines of refunds or revocations in one state.
    public struct RefundState: Sendable, Equatable {
        /// `REFUND` or `REVOKED`, a blank, and the refund's state where the bill names one.
        public var state: String
        /// Their number and amounts.
        public var tally: Tally

        /// Joins the members.
        public init(state: String, tally: Tally) {
            self.state = state
            self.tally = tally
        }
    }

    /// How the bill's hash was checked.
    public enum HashCheck: String, Sendable {
        /// Equal to the one the platform named.
        case platform
        /// Equal to the one that was given with the file.
        case given
        /// None was given.
        case none
    }

    /// The day.
    public var day: BeijingDay
    /// Which lines the bill has; nil where the platform says that there is no bill and nothing was received either.
    public var layout: TradeBillLayout?
    /// Whether the platform said that there is no bill, but not yet often enough to be believed: the bill may not be made yet.
    public var isUnconfirmed = false
    /// Detail lines of the bill that were read.
    public var lineCount = 0
    /// SHA-1 of the unzipped bill, 40 hexadecimal digits; empty without a bill.
    public var sha1 = ""
    /// How it was checked.
    public var hashCheck = HashCheck.none
    /// Payments in the bill.
    public var payments = Tally()
    /// Refund and revocation lines in the bill.
    public var refunds = Tally()
    /// Orders received that were paid that day.
    public var received = Tally()
    /// All merchants together.
    public var classes = ClassTallies()
    /// Refund lines by state.
    public var refundStates: [RefundState] = []
    /// Where the bill's summary differs from its lines.
    public var summaryMismatches: [TradeBillSummary.Mismatch] = []
    /// By merchant number.
    public var merchants: [Merchant] = []
    /// Findings by class, in the order of the bill or of transaction ids; at most ``TradeBillLimits/findingCountMax`` of a class, the tallies count all.
    public var findings: [ReconciliationFinding] = []

    /// Nothing compared yet.
    public init(day: BeijingDay) { self.day = day }

    /// Classes that are open: somebody has to look, or a later run goes on. Empty: everything is right.
    public var openClasses: [ReconciliationClass] {
        ReconciliationClass.allCases.filter { $0.isOpen && classes[$0].count > 0 }
    }

    /// Whether nothing is open, the bill agrees with itself, and where there is none, that is sure.
    public var isClean: Bool { openClasses.isEmpty && summaryMismatches.isEmpty && !isUnconfirmed }
}
