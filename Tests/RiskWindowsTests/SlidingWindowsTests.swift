import RiskWindows
import Testing

@Suite struct SlidingWindowsTests {
    @Test("an event exactly as old as a window is out, one a millisecond younger is in", arguments: RiskWindow.allCases)
    func boundary(window: RiskWindow) {
        let windows = Windows(eventCountMax: 10)
        windows.record(timeMillis: 5_000, merchant: 0, payer: 1, amountFen: 300)
        windows.advance(toMillis: 5_000 + window.spanMillis - 1)
        #expect(windows.figures(of: 0, in: window) == WindowFigures(sumFen: 300, orderCount: 1, payerCount: 1))
        windows.advance(toMillis: 5_000 + window.spanMillis)
        #expect(windows.figures(of: 0, in: window) == WindowFigures())
    }

    @Test("a late event is judged by the same boundary", arguments: RiskWindow.allCases)
    func lateBoundary(window: RiskWindow) {
        let windows = Windows(eventCountMax: 10)
        windows.advance(toMillis: 50_000_000)
        windows.record(timeMillis: 50_000_000 - window.spanMillis, merchant: 0, payer: 1, amountFen: 300)
        #expect(windows.figures(of: 0, in: window) == WindowFigures())
        windows.record(timeMillis: 50_000_001 - window.spanMillis, merchant: 0, payer: 2, amountFen: 40)
        #expect(windows.figures(of: 0, in: window) == WindowFigures(sumFen: 40, orderCount: 1, payerCount: 1))
        windows.advance(toMillis: 50_000_001)
        #expect(windows.figures(of: 0, in: window) == WindowFigures())
    }

    @Test("a batch held back 25 minutes counts in its own hour and nowhere else")
    func heldBack() {
        let windows = Windows(eventCountMax: 1_000)
        windows.advance(toMillis: 10_000_000)
        for number in 0..<100 {
            windows.record(
                timeMillis: 8_500_000 + Int64(number), merchant: 3, payer: UInt64(number), amountFen: 100)
        }
        #expect(
            windows.figures(of: 3) == [
                WindowFigures(), WindowFigures(), WindowFigures(sumFen: 10_000, orderCount: 100, payerCount: 100),
            ])
        windows.advance(toMillis: 8_500_000 + 3_600_000 + 49)
        #expect(windows.figures(of: 3, in: .hour) == WindowFigures(sumFen: 5_000, orderCount: 50, payerCount: 50))
    }

    @Test("an event an hour late or later is not remembered, nor counted as evicted")
    func tooLate() {
        let windows = Windows(eventCountMax: 1)
        windows.record(timeMillis: 10_000_000, merchant: 0, payer: 1, amountFen: 5)
        windows.record(timeMillis: 6_400_000, merchant: 0, payer: 2, amountFen: 7)
        windows.record(timeMillis: -1, merchant: 0, payer: 2, amountFen: 7)
        #expect(windows.figures(of: 0, in: .hour) == WindowFigures(sumFen: 5, orderCount: 1, payerCount: 1))
        #expect(windows.eventCount == 1)
        #expect(windows.evictedCount == 0)
    }

    @Test("a payer who pays again is one payer until the last payment leaves")
    func repeats() {
        let windows = Windows(eventCountMax: 10)
        windows.record(timeMillis: 0, merchant: 0, payer: 7, amountFen: 1)
        windows.record(timeMillis: 30_000, merchant: 0, payer: 7, amountFen: 2)
        windows.record(timeMillis: 30_000, merchant: 0, payer: 8, amountFen: 4)
        #expect(windows.figures(of: 0, in: .minute) == WindowFigures(sumFen: 7, orderCount: 3, payerCount: 2))
        windows.advance(toMillis: 60_000)
        #expect(windows.figures(of: 0, in: .minute) == WindowFigures(sumFen: 6, orderCount: 2, payerCount: 2))
        windows.advance(toMillis: 90_000)
        #expect(windows.figures(of: 0, in: .minute) == WindowFigures())
        #expect(windows.figures(of: 0, in: .hour) == WindowFigures(sumFen: 7, orderCount: 3, payerCount: 2))
        #expect(windows.pairCount == 2)
    }

    @Test("a payer at two merchants counts at both, and leaves each by itself")
    func twoMerchants() {
        let windows = Windows(eventCountMax: 10)
        windows.record(timeMillis: 0, merchant: 0, payer: 7, amountFen: 10)
        windows.record(timeMillis: 1_000, merchant: 1, payer: 7, amountFen: 20)
        #expect(windows.figures(of: 0, in: .minute) == WindowFigures(sumFen: 10, orderCount: 1, payerCount: 1))
        #expect(windows.figures(of: 1, in: .minute) == WindowFigures(sumFen: 20, orderCount: 1, payerCount: 1))
        windows.advance(toMillis: 60_000)
        #expect(windows.figures(of: 0, in: .minute) == WindowFigures())
        #expect(windows.figures(of: 1, in: .minute) == WindowFigures(sumFen: 20, orderCount: 1, payerCount: 1))
    }

    @Test("an idle merchant decays by the events of others")
    func idle() {
        let windows = Windows(eventCountMax: 10)
        windows.record(timeMillis: 0, merchant: 0, payer: 1, amountFen: 9)
        windows.record(timeMillis: 600_000, merchant: 1, payer: 1, amountFen: 1)
        #expect(
            windows.figures(of: 0) == [
                WindowFigures(), WindowFigures(), WindowFigures(sumFen: 9, orderCount: 1, payerCount: 1),
            ])
    }

    @Test("a merchant index nobody recorded has no figures")
    func unknown() {
        let windows = Windows(eventCountMax: 10)
        #expect(windows.figures(of: 0) == [WindowFigures(), WindowFigures(), WindowFigures()])
        windows.record(timeMillis: 0, merchant: 5, payer: 1, amountFen: 9)
        for merchant: UInt32 in [0, 4, 6, .max] {
            #expect(windows.figures(of: merchant) == [WindowFigures(), WindowFigures(), WindowFigures()])
        }
    }

    @Test("an earlier moment changes nothing")
    func earlier() {
        let windows = Windows(eventCountMax: 10)
        #expect(windows.nowMillis == .min)
        windows.record(timeMillis: 100_000, merchant: 0, payer: 1, amountFen: 9)
        let before = windows.figures(of: 0)
        windows.advance(toMillis: 99_999)
        windows.advance(toMillis: .min)
        #expect(windows.nowMillis == 100_000)
        #expect(windows.figures(of: 0) == before)
    }

    @Test("disorder within 5 s leaves the figures at quiet points unchanged", arguments: [11, 12, 13] as [UInt64])
    func disorder(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let inOrder = Windows(eventCountMax: 100_000)
        let shuffled = Windows(eventCountMax: 100_000)
        var time: Int64 = 1_760_000_000_000
        for round in 0..<60 {
            var burst: [(time: Int64, merchant: UInt32, payer: UInt64, fen: Int64)] = []
            for _ in 0..<200 {
                time += Int64.random(in: 0...700, using: &random)
                burst.append(
                    (time, .random(in: 0..<8, using: &random), .random(in: 0..<40, using: &random), time % 10_007))
            }
            for event in burst {
                inOrder.record(
                    timeMillis: event.time, merchant: event.merchant, payer: event.payer, amountFen: event.fen)
            }
            let delivered = burst.map { (at: $0.time + Int64.random(in: 0...5_000, using: &random), event: $0) }
                .sorted { $0.at < $1.at }
            #expect(delivered.map(\.event.time) != burst.map(\.time), "the order differs")
            for (_, event) in delivered {
                shuffled.record(
                    timeMillis: event.time, merchant: event.merchant, payer: event.payer, amountFen: event.fen)
            }
            time += 5_000
            inOrder.advance(toMillis: time)
            shuffled.advance(toMillis: time)
            for merchant: UInt32 in 0..<8 {
                let figures = (inOrder.figures(of: merchant), shuffled.figures(of: merchant))
                #expect(figures.0 == figures.1, "seed \(seed), round \(round), merchant \(merchant)")
            }
        }
        #expect(inOrder.figures(of: 0, in: .hour).orderCount > 0)
    }
}
