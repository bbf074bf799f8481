internal import Console
internal import Logging
internal import MessageModel
internal import OrderRecovery
internal import PaymentEntry
internal import QueueStore
internal import Settings
internal import Telemetry
internal import WeChatPayAPI

/// Joins the recovery of orders nobody told of, and shows its figures.
enum DaemonRecovery {
    /// Where the gate announces; nil where WeChat Pay is not called.
    static func book(_ settings: BrokerSettings) -> AnnouncementBook? {
        guard settings.wechat.platform != nil else { return nil }
        return AnnouncementBook(
            openCountMax: settings.recovery.announcementCountMax,
            lives: .init(
                orderMillis: Int64(settings.recovery.orderLifeSeconds) * 1_000,
                refundMillis: Int64(settings.recovery.refundLifeSeconds) * 1_000),
            unaskableMerchantIDs: unaskableMerchantIDs(settings.wechat))
    }

    /// Direct merchants other than the one whose key signs: the platform tells of them to themselves alone.
    static func unaskableMerchantIDs(_ settings: WeChatSettings) -> Set<String> {
        guard let platform = settings.platform else { return [] }
        return Set(settings.directMerchantIDs).subtracting([platform.apiUserMerchantID])
    }

    /// Opens the service; nil where nothing is announced or WeChat Pay is not called.
    ///
    /// - Throws: ``DaemonError`` where the store does not give the announcements of the last run.
    static func open(
        _ settings: BrokerSettings, entry: PaymentEntry<Store>, query: (any OrderQuery)?, time: any TimeSource
    ) async throws(DaemonError) -> OrderRecovery<Store>? {
        guard let book = entry.announcements, let query else { return nil }
        let providers = settings.wechat.providerMerchantIDs
        let user = settings.wechat.platform?.apiUserMerchantID
        var options = OrderRecoverySettings(
            providerMerchantID: user.flatMap { providers.contains($0) ? $0 : nil } ?? providers.first,
            directMerchantIDs: Set(settings.wechat.directMerchantIDs))
        options.firstQueryMillis = Int64(settings.recovery.firstQuerySeconds) * 1_000
        options.queriesPerSecond = settings.recovery.queriesPerSecond
        options.queriesInFlightMax = settings.recovery.queriesInFlightMax
        options.writeBehindMillis = Int64(settings.recovery.writeBehindMillis)
        do throws(BrokerError) {
            return try await OrderRecovery.open(
                entry: entry, book: book, query: query, settings: options, time: time,
                logger: Logger(label: "recovery"))
        } catch { throw DaemonError(error) }
    }

    /// What recovery reports.
    static func section(_ recovery: OrderRecovery<Store>) -> StatusSection {
        StatusSection(name: "recovery") {
            let report = await recovery.report()
            let announcements = report.announcements
            return [
                ("open", .count(announcements.openCount)), ("announced", .count(announcements.announced)),
                ("settled", .count(announcements.settled)), ("not_remembered", .count(announcements.overflowed)),
                ("unaskable", .count(announcements.unaskable)), ("in_flight", .count(report.inFlightCount)),
                ("found_orders", .count(report.foundOrders)), ("found_refunds", .count(report.foundRefunds)),
                ("duplicates", .count(report.duplicates)), ("mismatches", .count(report.mismatches)),
                ("refunded", .count(report.refundedOrders)),
                ("unreadable_rows", .count(report.unreadableRows)),
                ("answers", .object(report.answers.map { ($0.name, .count($0.count)) })),
                ("dropped", .object(report.dropped.map { ($0.name, .count($0.count)) })),
                ("paused", .flag(report.pausedUntilMillis != nil)),
            ]
        }
    }

    /// Recovery's metrics.
    static func families(_ recovery: OrderRecovery<Store>, nowMillis: Int64) async -> [MetricFamily] {
        let report = await recovery.report()
        var announcements = MetricFamily("recovery_announcements_total", .counter)
        announcements.add([("outcome", "taken")], report.announcements.announced)
        announcements.add([("outcome", "repeated")], report.announcements.repeated)
        announcements.add([("outcome", "overflowed")], report.announcements.overflowed)
        announcements.add([("outcome", "unaskable")], report.announcements.unaskable)
        var queries = MetricFamily("recovery_queries_total", .counter)
        for (name, count) in report.answers { queries.add([("result", name)], count) }
        var dropped = MetricFamily("recovery_dropped_total", .counter)
        for (name, count) in report.dropped { dropped.add([("reason", name)], count) }
        var found = MetricFamily("recovery_found_total", .counter)
        found.add([("kind", "order")], report.foundOrders)
        found.add([("kind", "refund")], report.foundRefunds)
        found.add([("kind", "duplicate")], report.duplicates)
        let age = report.oldestAnnouncedMillis.map { max(0, nowMillis - $0) / 1_000 } ?? 0
        return [
            announcements, queries, dropped, found,
            MetricFamily("recovery_open", .gauge, report.announcements.openCount),
            MetricFamily("recovery_oldest_seconds", .gauge, age),
            MetricFamily("recovery_in_flight", .gauge, report.inFlightCount),
            MetricFamily("recovery_paused", .gauge, report.pausedUntilMillis == nil ? 0 : 1),
            MetricFamily("recovery_mismatches_total", .counter, report.mismatches),
            MetricFamily("recovery_refunded_total", .counter, report.refundedOrders),
            MetricFamily("recovery_unreadable_rows", .gauge, report.unreadableRows),
        ]
    }
}
