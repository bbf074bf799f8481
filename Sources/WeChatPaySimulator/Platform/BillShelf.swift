internal import Synchronization

/// Planted differences by day, and the files that links lead to. Thread-safe.
final class BillShelf: Sendable {
    private struct File: Sendable {
        let token: String
        let bytes: [UInt8]
        let endsAtMillis: Int64
    }

    private struct State {
        var differences: [String: [BillDifference]] = [:]
        /// In the order made; at most ``SimulatorLimits/platformBillLinkCountMax``.
        var files: [File] = []
    }

    private let state = Mutex(State())

    /// Plants differences in a day's bill, beside those planted before.
    /// - Returns: false where the day would have too many.
    func plant(_ added: [BillDifference], day: String) -> Bool {
        state.withLock { state in
            let all = (state.differences[day] ?? []) + added
            guard all.count <= SimulatorLimits.platformDifferenceCountMax else { return false }
            state.differences[day] = all
            return true
        }
    }

    /// What is planted in a day's bill.
    func differences(day: String) -> [BillDifference] {
        state.withLock { $0.differences[day] ?? [] }
    }

    /// The lines of a Beijing day, in the order of time.
    /// - Parameter merchantID: of one merchant; nil for all of the provider.
    func lines(_ orders: [PlatformOrder], day: String, kind: BillKind, merchantID: String?) -> [BillLine] {
        let planted = Dictionary(differences(day: day).map { ($0.number, $0) }) { _, last in last }
        var lines: [BillLine] = []
        for order in orders where merchantID == nil || order.number.merchantID == merchantID {
            if kind != .refund, order.paidAtMillis.map(Self.day) == day {
                let line = BillLine(payment: order)
                if let difference = planted[order.number] {
                    if let changed = difference.apply(to: line) { lines.append(changed) }
                } else {
                    lines.append(line)
                }
            }
            guard kind != .success else { continue }
            lines += order.refunds.filter { Self.day($0.createdAtMillis) == day }.map { BillLine($0, of: order) }
        }
        return lines.sorted {
            ($0.atMillis, $0.order.number.outTradeNo) < ($1.atMillis, $1.order.number.outTradeNo)
        }
    }

    /// Lays a file out under a token for five minutes.
    func lay(_ bytes: [UInt8], token: String, nowMillis: Int64) {
        state.withLock { state in
            state.files.removeAll { $0.endsAtMillis <= nowMillis }
            if state.files.count >= SimulatorLimits.platformBillLinkCountMax { state.files.removeFirst() }
            let end = nowMillis + SimulatorLimits.platformBillLinkMillis
            state.files.append(File(token: token, bytes: bytes, endsAtMillis: end))
        }
    }

    /// The file of a token; nil when its time is over.
    func file(token: String, nowMillis: Int64) -> [UInt8]? {
        state.withLock { state in state.files.first { $0.token == token && $0.endsAtMillis > nowMillis }?.bytes }
    }

    /// `YYYY-MM-DD` in Beijing.
    static func day(_ millis: Int64) -> String { String(ChinaTime.text(millis: millis).prefix(10)) }
}
