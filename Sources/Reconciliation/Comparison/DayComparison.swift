internal import Engine
internal import MessageModel
internal import PaymentEntry
internal import PaymentNotice
internal import Synchronization
internal import Tillwire
internal import TradeBill

/// Compares one day's checked bill with the orders that were received, asks for what is missing and enters it.
///
/// Reads the bill a second time, 64 KiB at a time, and the orders in short steps; holds findings and merchants within their bounds. Everything it
/// enters has its effect once, so a comparison that is broken off is simply made again.
struct DayComparison<E: Engine>: Sendable {
    let day: BeijingDay
    let entry: PaymentEntry<E>
    let asking: MissingPayments<E>
    /// Lines compared, for people who wait.
    let onLines: @Sendable (Int) -> Void

    /// A report, and whether something missing could not be asked for or entered.
    struct Result: Sendable {
        var report: ReconciliationReport
        var isComplete: Bool
    }

    /// Compares.
    @concurrent
    func run(_ bill: CheckedBill, path: String) async throws(RunFailure) -> Result {
        var builder = ReportBuilder(day: day)
        builder.set(bill)
        var seenTwice: Set<UInt64> = []
        var reader = TradeBillReader()
        let file = try BillFile(path: path)
        while let piece = try file.next() {
            let lines: [TradeBillLine]
            do throws(TradeBillError) { lines = try reader.read(piece[...]) } catch { throw .bill(error) }
            try await take(lines, bill, &seenTwice, &builder)
            onLines(lines.count)
            await Task.yield()
        }
        try await walkOrders(bill, &builder)
        let report = builder.finish()
        return Result(report: report, isComplete: report.classes[.missing].count == 0)
    }

    /// The day where the platform has no bill: nothing was paid, where nothing was received either.
    @concurrent
    func runWithoutBill() async throws(RunFailure) -> Result {
        var builder = ReportBuilder(day: day)
        try await walkOrders(nil, &builder)
        let report = builder.finish()
        guard report.received.count == 0 else { throw .noStatement(receivedCount: report.received.count) }
        return Result(report: report, isComplete: true)
    }

    private func take(
        _ lines: [TradeBillLine], _ bill: CheckedBill, _ seenTwice: inout Set<UInt64>, _ builder: inout ReportBuilder
    ) async throws(RunFailure) {
        var payments: [TradeBillLine] = []
        for line in lines {
            switch line.kind {
            case .refund, .revocation: builder.addRefund(line)
            case .other: builder.addOther(line)
            case .payment:
                let hash = TransactionSet.hash(line.transactionID.utf8)
                guard bill.duplicates.contains(hash), !seenTwice.insert(hash).inserted else {
                    payments.append(line)
                    continue
                }
                builder.addPayment(line, .duplicateLine)
                builder.add(Judgement(kind: .duplicateLine).finding(line))
            }
        }
        guard !Task.isCancelled else { throw .cancelled }
        var judgements = try await lookUp(payments)
        let missing = judgements.indices.filter { judgements[$0].kind == .missing }
        if !missing.isEmpty {
            let later = try await asking.settle(missing.map { payments[$0] })
            for (place, judgement) in zip(missing, later) { judgements[place] = judgement }
        }
        for (line, judgement) in zip(payments, judgements) {
            builder.addPayment(line, judgement.kind)
            if judgement.kind != .matched { builder.add(judgement.finding(line)) }
        }
    }

    /// Judges lines by their orders' rows, some at once.
    private func lookUp(_ lines: [TradeBillLine]) async throws(RunFailure) -> [Judgement] {
        guard !lines.isEmpty else { return [] }
        let width = (lines.count + ReconciliationLimits.lookupCountAtOnce - 1) / ReconciliationLimits.lookupCountAtOnce
        let entry = entry
        do {
            return try await withThrowingTaskGroup(of: (start: Int, judgements: [Judgement]).self) { group in
                for start in stride(from: 0, to: lines.count, by: width) {
                    let slice = lines[start..<min(start + width, lines.count)]
                    group.addTask {
                        var judgements: [Judgement] = []
                        for line in slice { judgements.append(try await Judgement.of(line, in: entry)) }
                        return (start, judgements)
                    }
                }
                var parts: [(start: Int, judgements: [Judgement])] = []
                for try await part in group { parts.append(part) }
                return parts.sorted { $0.start < $1.start }.flatMap(\.judgements)
            }
        } catch {
            throw error as? RunFailure ?? .cancelled
        }
    }

    /// Walks over all orders, in the order of their ids, for those paid that day.
    private func walkOrders(_ bill: CheckedBill?, _ builder: inout ReportBuilder) async throws(RunFailure) {
        var from = Bytes.empty
        while true {
            guard !Task.isCancelled else { throw .cancelled }
            let rows: [Row]
            do throws(BrokerError) {
                rows = try await entry.broker.rows(
                    RowRead(space: .orders, from: from, countMax: ReconciliationLimits.scanRowCount))
            } catch { throw .store(error) }
            for row in rows { judge(row, bill, &builder) }
            guard rows.count == ReconciliationLimits.scanRowCount, let last = rows.last else { return }
            from = Bytes(Array(last.key.slice) + [0])
            await Task.yield()
        }
    }

    private func judge(_ row: Row, _ bill: CheckedBill?, _ builder: inout ReportBuilder) {
        // A damaged row is told where the bill names its order; here nothing is known of its day.
        guard let record = try? OrderRecord.decode(Array(row.value.slice)),
            day.contains(record.paidAtMillis ?? record.receivedAtMillis)
        else { return }
        builder.addReceived(record.amount)
        let hash = TransactionSet.hash(row.key.slice)
        guard let bill, !bill.payments.contains(hash), !bill.told.contains(hash) else { return }
        builder.addUnknown(
            ReconciliationFinding(
                kind: .unknown, merchantID: record.merchantID, transactionID: row.key.text ?? "",
                outTradeNo: record.outTradeNo, localAmount: record.amount, localPayerAmount: record.payerAmount,
                remark: Self.remark(record, bill, hasRefundLine: bill.refunds.contains(hash))))
    }

    private static func remark(_ record: OrderRecord, _ bill: CheckedBill, hasRefundLine: Bool) -> String {
        var remarks: [String] = []
        if hasRefundLine { remarks.append("the bill has a refund of it, but no payment") }
        if record.paidAtMillis == nil { remarks.append("the time of payment was not kept: by the time of receipt") }
        if !bill.summary.unreadable.isEmpty { remarks.append("its line may be among the unreadable ones") }
        return remarks.joined(separator: "; ")
    }
}
