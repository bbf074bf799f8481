internal import RiskWindows

extension RiskRun {
    /// Records everything, and every some hundred events compares each figure, payers included, with a recount.
    func smoke() throws {
        var windows = SlidingWindows(eventCountMax: cell.eventsPerHour + 100_000)
        for (number, event) in delivered.enumerated() {
            windows.record(
                timeMillis: event.timeMillis, merchant: event.merchant, payer: event.payer, amountFen: event.amountFen)
            if number % RiskLimits.smokeCompareEvery == 0 || number == delivered.count - 1 {
                try compare(windows, through: number)
            }
        }
    }

    private func compare(_ windows: borrowing SlidingWindows, through number: Int) throws {
        for window in RiskWindow.allCases {
            var expected = [WindowFigures](repeating: WindowFigures(), count: cell.merchantCount)
            var payers = [Set<UInt64>](repeating: [], count: cell.merchantCount)
            for event in delivered[...number] where event.timeMillis > windows.nowMillis - window.spanMillis {
                let merchant = Int(event.merchant)
                expected[merchant].sumFen += event.amountFen
                expected[merchant].orderCount += 1
                payers[merchant].insert(event.payer)
            }
            for merchant in 0..<cell.merchantCount {
                expected[merchant].payerCount = payers[merchant].count
                let actual = windows.figures(of: UInt32(merchant), in: window)
                guard actual == expected[merchant] else {
                    throw WrongFigure(
                        description: "\(cell.name): event \(number), merchant \(merchant), \(window): \(actual) "
                            + "instead of \(expected[merchant])")
                }
            }
        }
    }
}
