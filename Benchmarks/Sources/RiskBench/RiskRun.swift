internal import Glibc
internal import RiskWindows

/// What one cell gave in one pass.
struct RiskMeasurement {
    /// Events a second, nothing said beforehand.
    var singlePerSecond = 0.0
    /// The same in batches that are announced first.
    var preparedPerSecond = 0.0
    var limitPerSecond = 0.0
    var p50Nanos = 0.0
    var p99Nanos = 0.0
    var p999Nanos = 0.0
    var maxNanos = 0.0
    var eventCount = 0
    var pairCount = 0
    var memory = WindowMemory()

    var ratio: Double { preparedPerSecond / limitPerSecond }
}

/// A figure that is not what it must be.
struct WrongFigure: Error, CustomStringConvertible {
    let description: String
}

/// One cell: an hour of events to fill the windows, those that are measured unannounced, as many announced, and last
/// those that are timed one by one.
struct RiskRun {
    let cell: RiskCell
    let fillCount: Int
    let measuredCount: Int
    let timedCount: Int
    let delivered: [RiskEvent]
    let inOrder: [RiskEvent]

    init(_ cell: RiskCell, measuredCount: Int) {
        self.cell = cell
        // A little more than an hour, so that events leave from the first measured one on.
        fillCount = cell.eventsPerHour + cell.eventsPerHour / 100
        self.measuredCount = measuredCount
        timedCount = min(measuredCount, RiskLimits.timedCountMax)
        let events = RiskEvents(cell, count: fillCount + 2 * measuredCount + timedCount)
        delivered = events.delivered
        inOrder = events.inOrder
    }

    /// Both, one right after the other, and then every figure compared.
    func measure(runsLimit: Bool) throws -> RiskMeasurement {
        var result = RiskMeasurement()
        var windows = SlidingWindows(eventCountMax: cell.eventsPerHour + 100_000)
        record(0..<fillCount, into: &windows)
        let prepared = fillCount + measuredCount..<fillCount + 2 * measuredCount
        result.singlePerSecond = perSecond { record(fillCount..<prepared.lowerBound, into: &windows) }
        result.preparedPerSecond = perSecond { recordPrepared(prepared, into: &windows) }
        time(prepared.upperBound..<delivered.count, into: &windows, &result)
        result.eventCount = windows.eventCount
        result.pairCount = windows.pairCount
        result.memory = windows.memory
        guard windows.evictedCount == 0 else { throw WrongFigure(description: "\(cell.name): events were evicted") }
        if runsLimit { try measureLimit(&result, windows) }
        return result
    }

    private func measureLimit(_ result: inout RiskMeasurement, _ windows: borrowing SlidingWindows) throws {
        var differences = 0
        inOrder.withUnsafeBufferPointer { events in
            let limit = TightLoop(events, merchantCount: cell.merchantCount)
            limit.run(to: fillCount + measuredCount)
            result.limitPerSecond = perSecond { limit.run(to: fillCount + 2 * measuredCount) }
            limit.run(to: events.count)
            for merchant in 0..<cell.merchantCount {
                for window in RiskWindow.allCases {
                    let figures = windows.figures(of: UInt32(merchant), in: window)
                    let expected = limit.figures(of: merchant, in: window)
                    if (figures.sumFen, figures.orderCount) != expected { differences += 1 }
                }
            }
        }
        guard differences == 0 else {
            throw WrongFigure(description: "\(cell.name): \(differences) figures differ from the tight loop's")
        }
    }

    private func perSecond(_ body: () -> Void) -> Double {
        let start = Self.nowNanos()
        body()
        return Double(measuredCount) * 1e9 / Double(Self.nowNanos() - start)
    }

    private func recordPrepared(_ range: Range<Int>, into windows: inout SlidingWindows) {
        for start in stride(from: range.lowerBound, to: range.upperBound, by: RiskLimits.batchCount) {
            let batch = start..<min(start + RiskLimits.batchCount, range.upperBound)
            for number in batch {
                windows.prepare(merchant: delivered[number].merchant, payer: delivered[number].payer)
            }
            record(batch, into: &windows)
        }
    }

    private func record(_ range: Range<Int>, into windows: inout SlidingWindows) {
        for number in range {
            let event = delivered[number]
            windows.record(
                timeMillis: event.timeMillis, merchant: event.merchant, payer: event.payer, amountFen: event.amountFen)
        }
    }

    private func time(_ range: Range<Int>, into windows: inout SlidingWindows, _ result: inout RiskMeasurement) {
        var histogram = LatencyHistogram()
        for number in range {
            let event = delivered[number]
            let start = Self.nowNanos()
            windows.record(
                timeMillis: event.timeMillis, merchant: event.merchant, payer: event.payer, amountFen: event.amountFen)
            histogram.add(Self.nowNanos() - start)
        }
        result.p50Nanos = histogram.nanos(percent: 50)
        result.p99Nanos = histogram.nanos(percent: 99)
        result.p999Nanos = histogram.nanos(percent: 99.9)
        result.maxNanos = Double(histogram.maxNanos)
    }

    static func nowNanos() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
