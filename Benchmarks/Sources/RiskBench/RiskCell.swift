internal import BenchmarkSupport
internal import Glibc

/// One line of the table: so many merchants, and how the events fall on them.
struct RiskCell: Sendable {
    let name: String
    let merchantCount: Int
    /// Whether a merchant's share falls with its rank (Zipf with exponent 1) or all have the same.
    let isSkewed: Bool
    /// Events in an hour of event time.
    let eventsPerHour: Int

    /// All cells, in the order of the table.
    static let all: [RiskCell] = [(1_000, 1_800_000), (100_000, 3_600_000), (1_000_000, 7_200_000)].flatMap { size in
        [false, true].map { isSkewed in
            RiskCell(
                name: "\(size.0 / 1_000)k-\(isSkewed ? "skewed" : "uniform")", merchantCount: size.0,
                isSkewed: isSkewed, eventsPerHour: size.1)
        }
    }

    /// The same in small, for smoke mode.
    var small: RiskCell {
        RiskCell(
            name: name, merchantCount: min(merchantCount, RiskLimits.smokeMerchantCountMax), isSkewed: isSkewed,
            eventsPerHour: RiskLimits.smokeEventsPerHour)
    }
}

/// One payment as the windows take it.
struct RiskEvent: Sendable {
    var timeMillis: Int64
    var payer: UInt64
    var amountFen: Int64
    var merchant: UInt32
}

/// Events of one cell in the order of delivery, always the same ones: a steady rate of event time, each up to 3 s late.
struct RiskEvents {
    /// As delivered.
    let delivered: [RiskEvent]

    /// Makes `count` events.
    init(_ cell: RiskCell, count: Int) {
        var random = SeededGenerator(seed: RiskLimits.seed)
        let rankLog = log(Double(cell.merchantCount))
        // Sorted as numbers: when it arrives, then which it is.
        var order: [UInt64] = []
        var made: [RiskEvent] = []
        order.reserveCapacity(count)
        made.reserveCapacity(count)
        for number in 0..<count {
            let offset = Int64(number) * 3_600_000 / Int64(cell.eventsPerHour)
            let lateness = Int64(random.below(Int(RiskLimits.jitterMillis) + 1))
            order.append(UInt64(offset + lateness) << 32 | UInt64(number))
            let share = Double(random.next() >> 11) * 0x1p-53
            let rank =
                cell.isSkewed
                ? min(Int(exp(share * rankLog)) - 1, cell.merchantCount - 1)
                : Int(share * Double(cell.merchantCount))
            // Busy merchants do not stand side by side. The factor is prime, so every rank has an index of its own.
            let merchant = rank * 2_654_435_761 % cell.merchantCount
            let person =
                random.below(4) == 0
                ? RiskLimits.payerCount + merchant * RiskLimits.regularCount + random.below(RiskLimits.regularCount)
                : random.below(RiskLimits.payerCount)
            var hash = SeededGenerator(seed: UInt64(person))
            made.append(
                RiskEvent(
                    timeMillis: RiskLimits.startMillis + offset, payer: hash.next(),
                    amountFen: Int64(1 + random.below(RiskLimits.amountFenMax)), merchant: UInt32(merchant)))
        }
        order.sort()
        delivered = order.map { made[Int($0 & 0xFFFF_FFFF)] }
    }

    /// In the order of event time, for the limit.
    var inOrder: [RiskEvent] { delivered.sorted { $0.timeMillis < $1.timeMillis } }
}
