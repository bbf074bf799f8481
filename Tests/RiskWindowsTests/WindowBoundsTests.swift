import RiskWindows
import Testing

@Suite struct WindowBoundsTests {
    @Test("of more events than may be remembered the oldest are forgotten first, and counted")
    func eviction() {
        let windows = Windows(eventCountMax: 3)
        for number in 0..<3 {
            windows.record(timeMillis: 1_000 + Int64(number), merchant: 0, payer: 1, amountFen: 1 << number)
        }
        #expect(windows.evictedCount == 0)
        windows.record(timeMillis: 2_000, merchant: 1, payer: 1, amountFen: 100)
        #expect(windows.evictedCount == 1)
        #expect(windows.eventCount == 3)
        #expect(windows.figures(of: 0, in: .minute) == WindowFigures(sumFen: 6, orderCount: 2, payerCount: 1))
        windows.record(timeMillis: 1_000, merchant: 0, payer: 9, amountFen: 1_000)
        #expect(windows.evictedCount == 2, "an event older than all others is the oldest itself")
        #expect(windows.figures(of: 0, in: .minute) == WindowFigures(sumFen: 6, orderCount: 2, payerCount: 1))
    }

    @Test("of equal times the one recorded first is forgotten first")
    func evictionOfEquals() {
        let windows = Windows(eventCountMax: 2)
        for number in 0..<3 {
            windows.record(timeMillis: 7, merchant: 0, payer: UInt64(number), amountFen: 1 << number)
        }
        #expect(windows.figures(of: 0, in: .minute) == WindowFigures(sumFen: 6, orderCount: 2, payerCount: 2))
    }

    @Test("the ends of Int64 are times like any other")
    func extremes() {
        var twins = Twins(eventCountMax: 4)
        let times: [Int64] = [
            .min, .min, .min + 1, .min + 60_000, .min + 3_599_999, .min + 3_600_000, -3_600_000, -1, 0, 1,
            .max - 3_600_000,
            .max - 3_599_999, .max - 60_000, .max, .max, .min,
        ]
        for (number, time) in times.enumerated() {
            twins.record(
                WindowModel.Event(timeMillis: time, merchant: 0, payer: UInt64(number % 3), amountFen: Int64(number)))
            #expect(twins.agree(merchantCount: 1, "event \(number)"))
        }
        twins.advance(toMillis: .max)
        #expect(twins.agree(merchantCount: 1, "at the end"))
        var once = Twins(eventCountMax: 4)
        once.record(WindowModel.Event(timeMillis: .min, merchant: 0, payer: 1, amountFen: 1))
        #expect(once.agree(merchantCount: 1, "at the smallest"))
        once.advance(toMillis: .max)
        #expect(once.agree(merchantCount: 1, "from the smallest to the largest"))
        #expect(once.ours.eventCount == 0)
    }

    @Test("events a round of the ring apart are not taken for each other")
    func ring() {
        let windows = Windows(eventCountMax: 10)
        for round: Int64 in 0..<5 {
            windows.record(timeMillis: 77 + round << 22, merchant: 0, payer: 1, amountFen: 5)
            #expect(windows.figures(of: 0, in: .hour) == WindowFigures(sumFen: 5, orderCount: 1, payerCount: 1))
        }
    }

    @Test("many of the largest amount do not overflow")
    func largest() {
        let windows = Windows(eventCountMax: 1_000)
        for time: Int64 in 0..<1_000 {
            windows.record(
                timeMillis: time, merchant: 0, payer: 1, amountFen: RiskWindowLimits.amountFenMax)
        }
        #expect(windows.figures(of: 0, in: .minute).sumFen == 1_000_000_000_000_000)
        let largestSum = Int64(RiskWindowLimits.eventCountMax).multipliedReportingOverflow(
            by: RiskWindowLimits.amountFenMax)
        #expect(!largestSum.overflow)
    }

    @Test("thousands of pairs come and go, and every one is found again", arguments: [21, 22] as [UInt64])
    func pairs(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let windows = Windows(eventCountMax: 20_000)
        var expected: [Int64: Set<UInt64>] = [:]
        // Two waves an hour apart, so that the second takes the places of the first.
        for wave: Int64 in 0..<2 {
            for number in 0..<20_000 {
                let merchant = UInt32.random(in: 0..<50, using: &random)
                let payer = UInt64.random(in: 0..<400, using: &random) << 52
                windows.record(
                    timeMillis: wave * 3_600_000 + Int64(number), merchant: merchant, payer: payer, amountFen: 1)
                expected[wave * 50 + Int64(merchant), default: []].insert(payer)
            }
            windows.advance(toMillis: wave * 3_600_000 + 3_599_999)
            for merchant in 0..<50 {
                let figures = windows.figures(of: UInt32(merchant), in: .hour)
                #expect(figures.payerCount == expected[wave * 50 + Int64(merchant)]?.count, "seed \(seed)")
            }
        }
        windows.advance(toMillis: 7_200_000 + 20_000)
        #expect(windows.pairCount == 0)
        #expect(windows.eventCount == 0)
    }

    @Test("what is held grows with what is remembered and then stays, wave after wave")
    func memory() {
        let windows = Windows(eventCountMax: 50_000)
        var held: [Int] = []
        for wave: Int64 in 0..<4 {
            for number: Int64 in 0..<50_000 {
                windows.record(
                    timeMillis: wave * 10_000_000 + number, merchant: UInt32(number % 1_000),
                    payer: UInt64(number) ^ UInt64(wave) << 32, amountFen: 1)
            }
            held.append(windows.byteCount)
        }
        #expect(held == Array(repeating: held[0], count: 4))
        let memory = windows.memory
        #expect(memory.eventByteCount >= 50_000 * 20)
        #expect(memory.eventByteCount <= 50_000 * 24)
        #expect(memory.merchantByteCount <= 1_000 * 64)
        #expect(memory.payerByteCount <= 50_000 * 56)
        #expect(memory.totalByteCount == windows.byteCount)
    }

    @Test("what the caller must not give is refused")
    func preconditions() async {
        await #expect(processExitsWith: .failure) { _ = Windows(eventCountMax: 0) }
        await #expect(processExitsWith: .failure) {
            _ = Windows(eventCountMax: RiskWindowLimits.eventCountMax + 1)
        }
        await #expect(processExitsWith: .failure) {
            let windows = Windows(eventCountMax: 1)
            windows.record(timeMillis: 0, merchant: 0, payer: 0, amountFen: -1)
        }
        await #expect(processExitsWith: .failure) {
            let windows = Windows(eventCountMax: 1)
            windows.record(timeMillis: 0, merchant: 0, payer: 0, amountFen: RiskWindowLimits.amountFenMax + 1)
        }
        await #expect(processExitsWith: .failure) {
            let windows = Windows(eventCountMax: 1)
            windows.record(timeMillis: 0, merchant: 1 << 24, payer: 0, amountFen: 1)
        }
    }
}
