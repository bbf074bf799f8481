import RiskWindows

/// `SlidingWindows` behind a reference, because `#expect` takes no noncopyable values.
final class Windows {
    private var core: SlidingWindows

    init(eventCountMax: Int) { core = SlidingWindows(eventCountMax: eventCountMax) }

    var nowMillis: Int64 { core.nowMillis }
    var eventCount: Int { core.eventCount }
    var evictedCount: UInt64 { core.evictedCount }
    var pairCount: Int { core.pairCount }
    var memory: WindowMemory { core.memory }
    var byteCount: Int { core.byteCount }

    func advance(toMillis: Int64) { core.advance(toMillis: toMillis) }

    func prepare(merchant: UInt32, payer: UInt64) { core.prepare(merchant: merchant, payer: payer) }

    func record(timeMillis: Int64, merchant: UInt32, payer: UInt64, amountFen: Int64) {
        core.record(timeMillis: timeMillis, merchant: merchant, payer: payer, amountFen: amountFen)
    }

    func figures(of merchant: UInt32, in window: RiskWindow) -> WindowFigures { core.figures(of: merchant, in: window) }

    /// Minute, ten minutes, hour.
    func figures(of merchant: UInt32) -> [WindowFigures] { RiskWindow.allCases.map { figures(of: merchant, in: $0) } }
}
