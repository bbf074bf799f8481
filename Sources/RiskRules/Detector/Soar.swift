internal import RiskWindows

/// Compares the money in a merchant's window with the merchant's own mean of that window.
///
/// The mean is the average over time of the window's sum, from the merchant's first order until now: nights and idle hours count, which is why
/// factors are large. An order enters it by the time it has spent in the window, so what has just come counts nothing yet: a soar does not raise
/// the mean it is measured by. With `total` all money so far, `S` the window's sum and `w` its length,
///
///     mean = ((total - S) x w + sum over the window's orders of amount x age) / life
///
/// All in integers of 128 bits, rounded down.
struct Soar {
    let window: RiskWindow
    /// The window, the new order included.
    let figures: WindowFigures
    /// The merchant, the new order not included.
    let history: MerchantHistory
    /// The new order, fen.
    let amountFen: Int64
    let clockMillis: Int64

    /// What a soar was measured by.
    struct Verdict {
        /// The merchant's own mean, fen.
        let expectedFen: Int64
        /// The mean times the factor, fen.
        let limitFen: Int64
    }

    /// Nil where it is none. O(1) for all but merchants that are young or soar; O(orders of the merchant in the window) for them.
    func verdict(factorHundredths: Int64, payerTicketsMax: Int, _ recent: borrowing RecentOrders) -> Verdict? {
        let life = Int128(clockMillis - history.firstMillis)
        guard life > 0 else { return nil }
        let outside = Int128(outsideFen) * Int128(window.spanMillis)
        // What is inside can only raise the mean: most orders end here.
        guard Int128(figures.sumFen) > outside * Int128(factorHundredths) / (life * 100) else { return nil }
        let inside = look(inside: recent, payerMaxFen: ticketFen * Int64(payerTicketsMax))
        let area = outside + inside.area
        let limit = area * Int128(factorHundredths) / (life * 100)
        guard Int128(figures.sumFen) > limit, Int128(inside.limitedFen) > limit else { return nil }
        return Verdict(expectedFen: Int64(clamping: area / life), limitFen: Int64(clamping: limit))
    }

    /// Money that is not in the window, late orders included.
    private var outsideFen: Int64 { history.totalFen + amountFen - figures.sumFen }

    /// The merchant's mean ticket: of the orders outside the window, so that what is judged does not raise what it is judged by; of all before this one
    /// where none is outside.
    private var ticketFen: Int64 {
        let outsideCount = Int64(clamping: history.orderCount) + 1 - Int64(figures.orderCount)
        guard outsideCount > 0 else { return history.totalFen / max(Int64(clamping: history.orderCount), 1) }
        return outsideFen / outsideCount
    }

    /// Sum over the window's orders of amount x age, and their sum where no payer counts for more than `payerMaxFen`. Orders beyond
    /// ``RiskLimits/soarScanCountMax`` count as oldest possible and in full: in the merchant's favour in the first, in full in the second.
    private func look(inside recent: borrowing RecentOrders, payerMaxFen: Int64) -> (area: Int128, limitedFen: Int64) {
        let start = clockMillis - window.spanMillis
        var area: Int128 = 0
        var sum: Int64 = 0
        var byPayer: [UInt64: Int64] = [:]
        var count = 0
        recent.forEachOrder(of: history.number) { order in
            guard order.arrivalMillis > start else { return false }
            count += 1
            guard order.eventMillis > start, !order.isLate else { return count < RiskLimits.soarScanCountMax }
            area += Int128(order.amountFen) * Int128(clockMillis - order.eventMillis)
            sum += order.amountFen
            byPayer[order.payer, default: 0] += order.amountFen
            return count < RiskLimits.soarScanCountMax
        }
        let rest = max(figures.sumFen - sum, 0)
        // A sum: the order of the table does not matter.
        let limited = byPayer.values.reduce(0) { $0 + min($1, payerMaxFen) }
        return (area + Int128(rest) * Int128(window.spanMillis), limited + rest)
    }
}
