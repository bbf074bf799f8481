internal import Engine
public import PaymentEntry
internal import PaymentNotice
internal import Tillwire

extension OrderRecovery: RecoveryDesk {
    /// What is open, what was found.
    public func report() async -> RecoveryReport {
        var report = RecoveryReport()
        report.announcements = book.figures
        report.inFlightCount = schedule.inFlightCount
        report.nextDueMillis = schedule.nextDueMillis()
        report.oldestAnnouncedMillis = oldestAnnounced()
        if schedule.pause.untilMillis > nowMillis { report.pausedUntilMillis = schedule.pause.untilMillis }
        report.answers = counts.answers.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
        report.dropped = counts.dropped.map { ($0.key.rawValue, $0.value) }.sorted { $0.0 < $1.0 }
        report.foundOrders = counts.foundOrders
        report.foundRefunds = counts.foundRefunds
        report.duplicates = counts.duplicates
        report.mismatches = counts.mismatches
        report.refundedOrders = counts.refundedOrders
        report.unreadableRows = counts.unreadableRows
        report.found = counts.found.reversed()
        return report
    }

    /// Asks before all announced ones, within the same budget; waits for no pause.
    public func ask(merchantID: String, outTradeNo: String) async throws(RecoveryDeskError) -> RecoveryAnswer {
        let key = AnnouncementKey.order(merchantID: merchantID, outTradeNo: outTradeNo)
        guard key.isAskable else {
            throw .badNumber(
                "merchant_id must be 1 to \(NoticeLimits.merchantIDByteCountMax) letters and digits, out_trade_no 1 to"
                    + " \(PaymentEntryLimits.outTradeNoByteCountMax) letters, digits and _ - | * @")
        }
        guard isRunning, asks.count < OrderRecoveryLimits.waitingAskCountMax else { throw .overloaded }
        let result = await withCheckedContinuation { continuation in
            asks.append(Ask(key: key, continuation: continuation))
            book.wakeup.raise()
        }
        return try result.get()
    }

    private func oldestAnnounced() -> Int64? {
        let now = nowMillis
        if let oldest, now < oldest.seenAtMillis + OrderRecoveryLimits.oldestMillisMax, now >= oldest.seenAtMillis {
            return oldest.announcedMillis
        }
        oldest = (schedule.oldestAnnouncedMillis, now)
        return oldest?.announcedMillis
    }
}
