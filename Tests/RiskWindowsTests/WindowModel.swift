import RiskWindows
import Testing

/// The windows as one would write them down: a plain array, recounted for every question.
struct WindowModel {
    struct Event {
        var timeMillis: Int64
        var merchant: UInt32
        var payer: UInt64
        var amountFen: Int64
    }

    private(set) var nowMillis = Int64.min
    private(set) var events: [Event] = []
    private(set) var evictedCount: UInt64 = 0
    private let eventCountMax: Int

    init(eventCountMax: Int) { self.eventCountMax = eventCountMax }

    mutating func advance(toMillis: Int64) {
        nowMillis = max(nowMillis, toMillis)
        events = events.filter { holds(.hour, $0.timeMillis) }
    }

    mutating func record(_ event: Event) {
        advance(toMillis: event.timeMillis)
        guard holds(.hour, event.timeMillis) else { return }
        events.append(event)
        guard events.count > eventCountMax else { return }
        evictedCount += 1
        // The first of the smallest: the array is in the order of recording.
        var oldest = 0
        for index in events.indices where events[index].timeMillis < events[oldest].timeMillis { oldest = index }
        events.remove(at: oldest)
    }

    /// Those of merchant 0 from the shortest window on, then those of merchant 1, and so on.
    func figures(merchantCount: Int) -> [WindowFigures] {
        let windowCount = RiskWindow.allCases.count
        var figures = [WindowFigures](repeating: WindowFigures(), count: merchantCount * windowCount)
        var payers = [Set<UInt64>](repeating: [], count: figures.count)
        for event in events {
            for window in RiskWindow.allCases where holds(window, event.timeMillis) {
                let index = Int(event.merchant) * windowCount + window.rawValue
                figures[index].sumFen += event.amountFen
                figures[index].orderCount += 1
                payers[index].insert(event.payer)
            }
        }
        for index in figures.indices { figures[index].payerCount = payers[index].count }
        return figures
    }

    /// Pairs of merchant and payer among what is remembered.
    var pairCount: Int {
        Set(events.map { UInt64($0.merchant) << 56 | $0.payer }).count
    }

    /// Whether the time lies in (now - w, now]; where now - w would be below all of Int64, everything does.
    private func holds(_ window: RiskWindow, _ timeMillis: Int64) -> Bool {
        let (end, isBelow) = nowMillis.subtractingReportingOverflow(window.spanMillis)
        return isBelow || timeMillis > end
    }
}

/// The windows and the model side by side.
struct Twins {
    let ours: Windows
    var model: WindowModel

    init(eventCountMax: Int) {
        ours = Windows(eventCountMax: eventCountMax)
        model = WindowModel(eventCountMax: eventCountMax)
    }

    mutating func advance(toMillis: Int64) {
        ours.advance(toMillis: toMillis)
        model.advance(toMillis: toMillis)
    }

    mutating func record(_ event: WindowModel.Event) {
        ours.record(
            timeMillis: event.timeMillis, merchant: event.merchant, payer: event.payer, amountFen: event.amountFen)
        model.record(event)
    }

    /// Compares everything that can be asked; false, and an issue, where anything differs.
    func agree(merchantCount: Int, _ comment: @autoclosure () -> String) -> Bool {
        let expected = model.figures(merchantCount: merchantCount)
        let actual = (0..<merchantCount).flatMap { ours.figures(of: UInt32($0)) }
        let isEqual =
            expected == actual && ours.nowMillis == model.nowMillis && ours.eventCount == model.events.count
            && ours.evictedCount == model.evictedCount && ours.pairCount == model.pairCount
        if !isEqual {
            Issue.record(
                "\(comment()): \(actual) instead of \(expected); evicted \(ours.evictedCount) of \(model.evictedCount)")
        }
        return isEqual
    }
}
