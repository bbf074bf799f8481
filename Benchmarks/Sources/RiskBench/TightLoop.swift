internal import RiskWindows

/// The limit: the same sums and counts for events that come in order, over plain memory.
///
/// The stream itself is the log and each window's cursor is an index into it. No payers, no late events, no bound on
/// what is remembered, no checks: nothing the windows could be replaced by.
final class TightLoop {
    private struct Cell {
        var sumFen: Int64 = 0
        var orderCount: Int64 = 0
    }

    private static let spans = RiskWindow.allCases.map(\.spanMillis)
    private let events: UnsafeBufferPointer<RiskEvent>
    private let cells: UnsafeMutableBufferPointer<Cell>
    private var cursors = (0, 0, 0)
    private var next = 0

    /// - Parameter events: in the order of time; they must outlive the loop.
    init(_ events: UnsafeBufferPointer<RiskEvent>, merchantCount: Int) {
        self.events = events
        cells = .allocate(capacity: merchantCount * Self.spans.count)
        cells.initialize(repeating: Cell())
    }

    deinit { cells.deallocate() }

    /// Goes on to the event number `end`.
    func run(to end: Int) {
        let (minute, tenMinutes, hour) = (Self.spans[0], Self.spans[1], Self.spans[2])
        for number in next..<end {
            let event = events[number]
            Self.expire(events, cells, &cursors.0, 0, event.timeMillis - minute)
            Self.expire(events, cells, &cursors.1, 1, event.timeMillis - tenMinutes)
            Self.expire(events, cells, &cursors.2, 2, event.timeMillis - hour)
            let row = Int(event.merchant) &* 3
            for window in 0..<3 {
                cells[row &+ window].sumFen &+= event.amountFen
                cells[row &+ window].orderCount &+= 1
            }
        }
        next = end
    }

    /// A merchant's sum and count as of the last event.
    func figures(of merchant: Int, in window: RiskWindow) -> (sumFen: Int64, orderCount: Int) {
        let cell = cells[merchant * 3 + window.rawValue]
        return (cell.sumFen, Int(cell.orderCount))
    }

    @inline(__always)
    private static func expire(
        _ events: UnsafeBufferPointer<RiskEvent>, _ cells: UnsafeMutableBufferPointer<Cell>, _ cursor: inout Int,
        _ window: Int, _ boundMillis: Int64
    ) {
        while events[cursor].timeMillis <= boundMillis {
            let row = Int(events[cursor].merchant) &* 3 &+ window
            cells[row].sumFen &-= events[cursor].amountFen
            cells[row].orderCount &-= 1
            cursor &+= 1
        }
    }
}
