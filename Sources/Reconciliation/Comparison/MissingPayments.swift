internal import Engine
internal import MessageModel
internal import PaymentEntry
internal import PaymentNotice
internal import Synchronization
internal import TradeBill
internal import WeChatPayAPI

/// Asks the platform for payments that the bill has and nobody told us of, within one run's budget, and enters what it answers.
///
/// What could not be asked for or entered stays missing with the reason; the next run goes on with it. Thread-safe.
final class MissingPayments<E: Engine>: Sendable {
    private struct State {
        var leftCount: Int
        var failedInARow = 0
        /// Why no more is asked; nil while it is.
        var stopped: String?
    }

    private let query: (any OrderQuery)?
    private let entry: PaymentEntry<E>
    private let queryCountMax: Int
    private let state: Mutex<State>

    /// - Parameter query: nil where no API is configured.
    init(query: (any OrderQuery)?, entry: PaymentEntry<E>, queryCountMax: Int) {
        self.query = query
        self.entry = entry
        self.queryCountMax = queryCountMax
        state = Mutex(State(leftCount: queryCountMax))
    }

    /// Asks for the lines' orders and enters those that were paid; judgements are in order.
    func settle(_ lines: [TradeBillLine]) async throws(RunFailure) -> [Judgement] {
        let answers = await ask(lines)
        guard !Task.isCancelled else { throw .cancelled }
        var judgements: [Judgement] = []
        var paid: [(place: Int, payment: PaidTransaction)] = []
        for (place, answer) in answers.enumerated() {
            judgements.append(Judgement(kind: .missing, remark: answer.remark))
            if let payment = answer.payment { paid.append((place, payment)) }
        }
        for start in stride(from: 0, to: paid.count, by: Limits.batchCountMax) {
            let part = paid[start..<min(start + Limits.batchCountMax, paid.count)]
            let fates = await entry.enter(part.map(\.payment), source: .reconcile)
            for (fate, (place, _)) in zip(fates, part) {
                if case .notStored(let error) = fate {
                    judgements[place].remark = "not entered: \(error)"
                } else {
                    // A notice may have come in between: the row says what is true now.
                    judgements[place] = try await Judgement.of(lines[place], in: entry)
                    if judgements[place].kind == .missing {
                        judgements[place].remark = "entered before, but its row is gone"
                    }
                }
            }
        }
        return judgements
    }

    private typealias Answer = (payment: PaidTransaction?, remark: String)

    private func ask(_ lines: [TradeBillLine]) async -> [Answer] {
        var answers = [Answer](repeating: (nil, ""), count: lines.count)
        await withTaskGroup(of: (Int, Answer).self) { group in
            var next = 0
            while next < min(ReconciliationLimits.queryCountAtOnce, lines.count) {
                let (place, line) = (next, lines[next])
                group.addTask { (place, await self.ask(line)) }
                next += 1
            }
            for await (place, answer) in group {
                answers[place] = answer
                guard next < lines.count else { continue }
                let (following, line) = (next, lines[next])
                group.addTask { (following, await self.ask(line)) }
                next += 1
            }
        }
        return answers
    }

    private func ask(_ line: TradeBillLine) async -> Answer {
        guard let query else { return (nil, "not asked: no WeChat Pay API is configured") }
        guard !Task.isCancelled else { return (nil, "not asked: the run was broken off") }
        if let reason = takePlace() { return (nil, "not asked: \(reason)") }
        do throws(PlatformCallError) {
            let answer = try await query.order(merchantID: line.merchantID, transactionID: line.transactionID)
            state.withLock { $0.failedInARow = 0 }
            return Self.read(answer, line)
        } catch {
            failed(error)
            return (nil, "asked: \(error)")
        }
    }

    /// Takes a place in the budget; why not where there is none.
    private func takePlace() -> String? {
        state.withLock { state in
            if let stopped = state.stopped { return stopped }
            guard state.leftCount > 0 else { return "one run asks \(queryCountMax) times" }
            state.leftCount -= 1
            return nil
        }
    }

    private func failed(_ error: PlatformCallError) {
        state.withLock { state in
            guard error.isTransient else { return state.failedInARow = 0 }
            state.failedInARow += 1
            if error == .rateLimited || state.failedInARow >= ReconciliationLimits.failedQueryCountMax {
                state.stopped = error.shortDescription
            }
        }
    }

    private static func read(_ answer: OrderAnswer, _ line: TradeBillLine) -> Answer {
        switch answer {
        case .open(let state), .ended(let state): return (nil, "asked: the order query says \(state)")
        case .paid(let payment):
            guard payment.transactionID == line.transactionID else {
                return (nil, "asked: the order query answered with another order")
            }
            guard payment.isWithinTotal else {
                return (nil, "asked: the answer says that more was paid than ordered")
            }
            return (payment, "")
        }
    }
}
