internal import AccessControl
internal import TradeBill

/// A bill that was read whole once: it is one, it is that day's, it is the one that was meant. Nothing is compared, and nothing entered, before that.
struct CheckedBill {
    let summary: TradeBillSummary
    /// SHA-1 of the content.
    let sha1: String
    let hashCheck: ReconciliationReport.HashCheck
    /// Ids of payment lines.
    let payments: TransactionSet
    /// Ids of lines of revocations and of other states: such an order is told by its line, it is not unknown to the bill.
    let told: TransactionSet
    /// Ids of refund lines; an order of the day that has only such a line lacks its payment line.
    let refunds: TransactionSet
    /// Ids that more than one payment line has.
    let duplicates: Set<UInt64>

    /// Reads the bill.
    ///
    /// - Throws: ``RunFailure`` with what is wrong with it.
    @concurrent
    static func read(
        _ given: GivenBill, of day: BeijingDay, onLines: @Sendable (Int) -> Void
    ) async throws(RunFailure) -> CheckedBill {
        var check = Check(day: day)
        let fileHash = HashBox()
        let file = try BillFile(path: given.path) { fileHash.hash.add($0) }
        while let piece = try file.next() {
            guard !Task.isCancelled else { throw .cancelled }
            let count = try check.take(piece[...])
            onLines(count)
            await Task.yield()
        }
        return try check.finish(given, fileSHA1: fileHash.hash.hex)
    }

    private final class HashBox {
        var hash = SHA1Stream()
    }

    private struct Check {
        let day: BeijingDay
        var reader = TradeBillReader()
        var contentHash = SHA1Stream()
        var payments = TransactionSet()
        var told = TransactionSet()
        var refunds = TransactionSet()
        var duplicates: Set<UInt64> = []
        var paymentCount = 0
        var otherDayCount = 0

        init(day: BeijingDay) { self.day = day }

        mutating func take(_ piece: ArraySlice<UInt8>) throws(RunFailure) -> Int {
            contentHash.add(piece)
            let lines: [TradeBillLine]
            do throws(TradeBillError) { lines = try reader.read(piece) } catch { throw .bill(error) }
            for line in lines {
                switch line.kind {
                case .payment:
                    paymentCount += 1
                    if !day.contains(line.timeMillis) { otherDayCount += 1 }
                    let hash = TransactionSet.hash(line.transactionID.utf8)
                    if !payments.insert(hash) { duplicates.insert(hash) }
                    guard duplicates.count <= ReconciliationLimits.duplicateCountMax else { throw .tooManyDuplicates }
                case .revocation, .other: _ = told.insert(TransactionSet.hash(line.transactionID.utf8))
                case .refund: _ = refunds.insert(TransactionSet.hash(line.transactionID.utf8))
                }
            }
            return lines.count
        }

        mutating func finish(_ given: GivenBill, fileSHA1: String) throws(RunFailure) -> CheckedBill {
            let summary: TradeBillSummary
            do throws(TradeBillError) { summary = try reader.finish() } catch { throw .bill(error) }
            let content = contentHash.hex
            // The official text says that the hash is over the unzipped file; a file handed over by hand may come with its own.
            if let named = given.sha1, named != content, named != fileSHA1 {
                throw .hash(expected: named, file: fileSHA1, content: content)
            }
            guard summary.layout != .refund else { throw .refundsOnly }
            guard otherDayCount * 2 <= paymentCount else {
                throw .otherDay(day, lineCount: otherDayCount, paymentCount: paymentCount)
            }
            return CheckedBill(
                summary: summary, sha1: content, hashCheck: given.sha1 == nil ? .none : given.hashCheck,
                payments: payments, told: told, refunds: refunds, duplicates: duplicates)
        }
    }
}
