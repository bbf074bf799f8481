/// Exact sliding sums, order counts and distinct payers of every merchant over a minute, ten minutes and an hour of
/// event time.
///
/// A window of length w covers (now - w, now], where now is the largest event time recorded or advanced to. A late event
/// counts in exactly those windows that still hold its time, and leaves each when now - w reaches it; an event an hour
/// old or older changes nothing. Merchants without events decay as time goes on, whoever's events move it. All figures
/// are a function of the sequence of calls alone: there is no clock, no seed and no order of hashing in them.
///
/// **How it works.** All events of the last hour stand once in a log that is addressed by millisecond (``EventLog``).
/// When now moves, each window walks the moments that fall out at its far end and subtracts their events. As what a
/// window holds is a question of its time alone, late events need nothing of their own.
///
/// **Time.** Any `Int64` of milliseconds is a time. Whoever records an event far ahead moves now there for good, and all
/// that is older leaves: to refuse such times is up to the caller, as only the caller has a clock.
///
/// **Memory.** 17.3 MB for the log's moments, then 48 bytes for each merchant index up to the largest, 20 for each
/// remembered event, 37 to 50 for each pair of merchant and payer with one; up to a quarter more right after an array
/// has grown. Nothing shrinks. Nothing is allocated unless something outgrows its former peak.
///
/// Not thread-safe; it belongs to one consumer.
public struct SlidingWindows: ~Copyable, Sendable {
    /// One merchant's figures in one window.
    struct Cell: Sendable {
        var sumFen: Int64 = 0
        var orderCount: UInt32 = 0
        var payerCount: UInt32 = 0
    }

    /// An event on its way out of a window.
    struct Departure: Sendable {
        let event: LoggedEvent
        let window: RiskWindow
    }

    /// Enough for the misses a processor can have under way, few enough to stay in the nearest cache.
    static let gatheredCountMax = 64
    static let windowCount = RiskWindow.allCases.count
    static let hourMillis = UInt64(RiskWindow.hour.spanMillis)

    /// The present of the windows in milliseconds: the largest time recorded or advanced to, `Int64.min` before the first.
    public internal(set) var nowMillis = Int64.min
    /// Events forgotten before they were an hour old because there were `eventCountMax` of them.
    public internal(set) var evictedCount: UInt64 = 0
    /// Most events remembered at once.
    public let eventCountMax: Int
    var log: EventLog
    var pairs: PayerPairs
    /// The windows of merchant 0, then those of merchant 1, and so on.
    var cells: ContiguousArray<Cell> = []
    /// Moments whose events are to leave a window; empty between calls.
    var moments: ContiguousArray<Int> = []
    /// What is about to leave a window; empty between calls.
    var departures: ContiguousArray<Departure> = []
    /// Kept so that reading ahead is not optimised away.
    var readAheadSum: UInt64 = 0

    /// Remembers nothing yet.
    ///
    /// - Parameter eventCountMax: 1...``RiskWindowLimits/eventCountMax``. Where more events fall into an hour, the
    ///   oldest are forgotten early, of equal times the one recorded first; ``evictedCount`` counts them.
    public init(eventCountMax: Int) {
        precondition((1...RiskWindowLimits.eventCountMax).contains(eventCountMax), "eventCountMax is within its bounds")
        self.eventCountMax = eventCountMax
        log = EventLog(eventCountMax: eventCountMax)
        pairs = PayerPairs(pairCountMax: eventCountMax)
        moments.reserveCapacity(Self.gatheredCountMax)
        departures.reserveCapacity(Self.gatheredCountMax)
    }

    /// Events remembered: those of the last hour, less what was evicted.
    public var eventCount: Int { log.count }

    /// Pairs of merchant and payer with a remembered event.
    public var pairCount: Int { pairs.count }

    /// Bytes the arrays hold, used or not.
    public var memory: WindowMemory {
        WindowMemory(
            merchantByteCount: cells.capacity * MemoryLayout<Cell>.stride, eventByteCount: log.eventByteCount,
            momentByteCount: log.momentByteCount, payerByteCount: pairs.byteCount)
    }

    /// All of ``memory`` together.
    public var byteCount: Int { memory.totalByteCount }

    /// What a merchant was paid in a window that ends now; nothing for an index that was never recorded.
    ///
    /// - Complexity: O(1).
    public func figures(of merchant: UInt32, in window: RiskWindow) -> WindowFigures {
        let index = Int(merchant) * Self.windowCount + window.rawValue
        guard index < cells.count else { return WindowFigures() }
        let cell = cells[index]
        return WindowFigures(
            sumFen: cell.sumFen, orderCount: Int(cell.orderCount), payerCount: Int(cell.payerCount))
    }

    /// Counts one event, and moves now there where it is later.
    ///
    /// - Parameters:
    ///   - timeMillis: when it happened; a time an hour or more before now changes nothing.
    ///   - merchant: a dense index below ``RiskWindowLimits/merchantCountMax`` that the caller gives.
    ///   - payer: a hash of the payer, taken as the payer itself. Where payers can choose their ids, a keyed hash keeps
    ///     them from crowding the table of pairs.
    ///   - amountFen: 0...``RiskWindowLimits/amountFenMax``.
    /// - Complexity: O(1), and O(1) for each event that leaves a window.
    public mutating func record(timeMillis: Int64, merchant: UInt32, payer: UInt64, amountFen: Int64) {
        precondition(Int(merchant) < RiskWindowLimits.merchantCountMax, "merchant indices are dense")
        precondition((0...RiskWindowLimits.amountFenMax).contains(amountFen), "the amount is within its bounds")
        prepare(merchant: merchant, payer: payer)
        advance(toMillis: timeMillis)
        // Exact for all of Int64, because now is not smaller.
        let ageMillis = UInt64(bitPattern: nowMillis &- timeMillis)
        guard ageMillis < Self.hourMillis, makeRoom(ageMillis: Int(ageMillis)) else { return }
        if Int(merchant) * Self.windowCount >= cells.count { addMerchants(through: merchant) }
        let pair = pairs.slot(merchant: merchant, payer: payer)
        let row = Int(merchant) * Self.windowCount
        for window in Self.firstWindow(ageMillis: ageMillis)..<Self.windowCount {
            let isFirst = pairs.enter(pair, window)
            cells[row + window].sumFen += amountFen
            cells[row + window].orderCount += 1
            cells[row + window].payerCount += isFirst ? 1 : 0
        }
        log.append(amountFen, merchant: merchant, pair: pair, at: MomentSet.position(ofMillis: timeMillis))
    }

    /// Reads what an event of this merchant and payer will need, and changes nothing.
    ///
    /// A consumer that knows its next events calls it for some 64 of them in a row and then records them: the processor
    /// then waits for the memory of many at once. It may be left out, and it may name events that never come.
    public mutating func prepare(merchant: UInt32, payer: UInt64) {
        readAheadSum = pairs.readAhead(merchant: merchant, payer: payer)
        let row = Int(merchant) * Self.windowCount
        if row < cells.count { readAheadSum &+= UInt64(cells[row].orderCount) }
    }

    /// The shortest window that holds an event of this age, which the longer ones do as well.
    static func firstWindow(ageMillis: UInt64) -> Int {
        if ageMillis < UInt64(RiskWindow.minute.spanMillis) { return RiskWindow.minute.rawValue }
        return ageMillis < UInt64(RiskWindow.tenMinutes.spanMillis)
            ? RiskWindow.tenMinutes.rawValue : RiskWindow.hour.rawValue
    }

    @inline(never)
    private mutating func addMerchants(through merchant: UInt32) {
        let more = (Int(merchant) + 1) * Self.windowCount - cells.count
        cells.reserve(more: more, countMax: RiskWindowLimits.merchantCountMax * Self.windowCount)
        for _ in 0..<more { cells.append(Cell()) }
    }
}
