/// The account of the risk control: who was blocked for what, how fast, what got through, what the callbacks came to.
/// Pure; money in fen.
struct RiskAccount: Sendable, Equatable {
    /// One restriction the risk control put.
    struct Block: Sendable, Equatable {
        let merchantID: String
        let role: MerchantRole?
        let rule: String
        let reasonCode: String
        let reason: String
        /// Whether the receiver of callbacks took its block.
        var isCalledBack: Bool

        var isHonest: Bool { role != .faker }
    }

    /// Orders and their money.
    struct Sum: Sendable, Equatable {
        var count = 0
        /// Fen.
        var amountFen: Int64 = 0

        mutating func add(_ payment: Payment) {
            count += 1
            amountFen += payment.amount
        }
    }

    /// Restrictions of the risk control.
    var blocks: [Block] = []
    /// Merchants that do not fake.
    var honestCount = 0
    /// Fake payments of the plan.
    var fakes = Sum()
    /// Of these: paid.
    var fakesPaid = Sum()
    /// Of these: refused by the gate.
    var fakesRefused = Sum()
    /// Of these: the gate never answered.
    var fakesUnanswered = Sum()
    /// From the payment of the first fake order to the first answer that refused its merchant; nil without one.
    var refusalMillis: Int64?
    /// Payments of the faker refused before the daemon was killed.
    var refusedBeforeKill = 0
    /// Payments of the faker asked and refused after it served again.
    var refusedAfterRestart = 0
    /// Payments of the faker asked behind its first refusal, and accepted.
    var acceptedBehindRefusal = 0
    /// What the receiver of callbacks counted.
    var callbacks = CallbackBook.Figures()
    /// Whether the run leaves time for refusals.
    var isRefusalExpected = true

    /// Merchants that were blocked without faking anything.
    var honestBlockedCount: Int { Set(blocks.filter(\.isHonest).map(\.merchantID)).count }

    /// What is wrong with it; empty when nothing is.
    var faults: [String] {
        var found: [String] = []
        func check(_ isRight: Bool, _ text: @autoclosure () -> String) { if !isRight { found.append(text()) } }
        check(blocks.contains { !$0.isHonest }, "the merchant that fakes orders was not blocked")
        check(honestBlockedCount == 0, "\(honestBlockedCount) honest merchants were blocked")
        check(
            fakes.count == fakesPaid.count + fakesRefused.count + fakesUnanswered.count,
            "\(fakes.count) fake payments are not \(fakesPaid.count) let through + \(fakesRefused.count) refused"
                + " + \(fakesUnanswered.count) unanswered")
        check(!isRefusalExpected || refusalMillis != nil, "no payment of the merchant that fakes was refused")
        check(
            acceptedBehindRefusal == 0, "\(acceptedBehindRefusal) payments were accepted although the block stood")
        let untold = blocks.filter { !$0.isCalledBack }.count
        check(untold == 0, "\(untold) blocks were not called back")
        check(callbacks.outOfOrder == 0, "\(callbacks.outOfOrder) callbacks came out of order")
        check(callbacks.badSignatures == 0, "\(callbacks.badSignatures) callbacks had a wrong signature")
        check(callbacks.wrongContents == 0, "\(callbacks.wrongContents) callbacks had wrong contents")
        return found
    }

    /// The account as lines of text.
    var lines: [String] {
        ["Risk"] + blocks.map(Self.line)
            + [
                "  first fake order to first refused payment: "
                    + (refusalMillis.map { Format.decimal(Double($0) / 1_000, digits: 1) + " s" } ?? "never"),
                "  fake payments \(fakes.count) = let through \(Self.text(fakesPaid))"
                    + " + refused \(Self.text(fakesRefused))"
                    + (fakesUnanswered.count > 0 ? " + unanswered \(fakesUnanswered.count)" : ""),
                "  refused before the kill \(refusedBeforeKill), after the restart \(refusedAfterRestart),"
                    + " accepted behind the first refusal \(acceptedBehindRefusal)",
                "  honest merchants blocked \(honestBlockedCount) of \(honestCount)",
                "  callbacks received \(callbacks.received) = put off with 503 on purpose \(callbacks.putOff)"
                    + " + taken \(callbacks.taken) + repeated \(callbacks.repeated)"
                    + " + wrong contents \(callbacks.wrongContents); out of order \(callbacks.outOfOrder),"
                    + " bad signatures \(callbacks.badSignatures)",
            ]
    }

    private static func line(_ block: Block) -> String {
        "  \(block.merchantID) (\(block.role?.rawValue ?? "unknown")) blocked by \(block.rule), \(block.reasonCode)"
            + (block.reason.isEmpty ? "" : ": \(block.reason)")
    }

    private static func text(_ sum: Sum) -> String {
        "\(sum.count) (\(Format.yuan(sum.amountFen)) yuan)"
    }
}

extension RiskAccount {
    /// Where a run's facts come from.
    struct Sources {
        let schedule: PaymentSchedule
        let results: ConsumerResults
        let callbacks: CallbackBook
        /// The gate's answers to the faker.
        let gate: [GateLog.Entry]
        /// Orders the shoppers paid.
        let paid: [OrderBook.Order]
        /// When the daemon was away, Unix milliseconds; nil when it never was.
        let away: Range<Int64>?
    }

    /// Draws the account.
    init(_ sources: Sources) {
        let roles = Dictionary(uniqueKeysWithValues: sources.schedule.merchants.map { ($0.merchantID, $0.role) })
        honestCount = roles.values.count { $0 != .faker }
        let rules = Dictionary(sources.results.decisions.map { ($0.caseID, $0.rule) }) { first, _ in first }
        blocks = sources.results.restrictions.map { shown in
            Block(
                merchantID: shown.merchantID, role: roles[shown.merchantID], rule: rules[shown.caseID] ?? "?",
                reasonCode: shown.reasonCode, reason: shown.reason,
                isCalledBack: sources.callbacks.blockedCases.contains(shown.caseID))
        }
        callbacks = sources.callbacks.figures
        for payment in sources.schedule.payments where payment.isFake { fakes.add(payment) }
        for order in sources.paid where order.payment.isFake { fakesPaid.add(order.payment) }
        take(sources.gate, firstFakeAtMillis: sources.paid.filter(\.payment.isFake).compactMap(\.paidAtMillis).min())
        guard let away = sources.away else { return }
        refusedBeforeKill = sources.gate.count { $0.isRestricted && $0.answeredAtMillis < away.lowerBound }
        refusedAfterRestart = sources.gate.count { $0.isRestricted && $0.askedAtMillis >= away.upperBound }
    }

    private mutating func take(_ gate: [GateLog.Entry], firstFakeAtMillis: Int64?) {
        for entry in gate where entry.payment.isFake {
            switch entry.answer {
            case .accepted: break
            case .refused: fakesRefused.add(entry.payment)
            case .noAnswer: fakesUnanswered.add(entry.payment)
            }
        }
        guard let refusedAtMillis = gate.filter(\.isRestricted).map(\.answeredAtMillis).min() else { return }
        refusalMillis = firstFakeAtMillis.map { refusedAtMillis - $0 }
        // Of the same millisecond nobody knows which came first.
        acceptedBehindRefusal = gate.count { $0.answer == .accepted && $0.askedAtMillis > refusedAtMillis }
    }
}
