internal import Console
internal import Logging
internal import Merchants
internal import MessageModel
internal import PlatformRestrictions
internal import QueueStore
internal import Telemetry
internal import Tillwire
internal import WeChatPayAPI

/// What surrounds the restriction book: the platform's announcements, and payments that were made against a restriction.
struct RestrictionParts: Sendable {
    let book: RestrictionBook<Store>
    let table: RestrictionTable
    let watch: RestrictedPaymentWatch
    let announced: PlatformRestrictions<Store>

    /// Makes the queue of announcements where it is missing.
    ///
    /// - Parameter query: asks the platform what it restricts; nil where no calls to it are made.
    /// - Throws: ``DaemonError``.
    static func open(
        broker: EmbeddedBroker, book: RestrictionBook<Store>, table: RestrictionTable,
        query: (any LimitationQuery)?, time: any TimeSource
    ) async throws(DaemonError) -> RestrictionParts {
        do throws(BrokerError) {
            return RestrictionParts(
                book: book, table: table,
                watch: RestrictedPaymentWatch(table: table, time: time, logger: Logger(label: "restrictions")),
                announced: try await PlatformRestrictions.open(
                    broker: broker, book: book, query: query, time: time, logger: Logger(label: "announced")))
        } catch { throw DaemonError(error) }
    }

    /// What the status answers of it.
    var section: StatusSection {
        StatusSection(name: "restrictions") { [self] in
            let attempts = await book.attemptCounts()
            let figures = await announced.figures()
            return [
                ("open", .count(table.count)),
                (
                    "attempts",
                    .object(
                        RestrictionOutcome.allCases.map { ($0.rawValue, .count(attempts.count(of: $0))) }
                            + [("refused", .count(attempts.refused))])
                ),
                ("prohibited_payments", .count(watch.count)),
                (
                    "announced",
                    .object(
                        MerchantAnnouncement.Outcome.allCases.map {
                            ($0.rawValue, .count(figures.announcements[$0] ?? 0))
                        })
                ),
                ("asked_cases", .count(figures.askCount)), ("listed_cases", .count(figures.listedCount)),
                ("answers", .count(figures.answers)),
                ("failed_asks", .count(figures.failedAsks)), ("unasked", .count(figures.unasked)),
                ("failures", .count(figures.failures)),
            ]
        }
    }

    /// Its figures in the form of metrics. Labels come from bounded sets; there is none per merchant.
    func metricFamilies() async -> [MetricFamily] {
        let attempts = await book.attemptCounts()
        let figures = await announced.figures()
        var changes = MetricFamily("restriction_attempts_total", .counter)
        for outcome in RestrictionOutcome.allCases {
            changes.add([("outcome", outcome.rawValue)], attempts.count(of: outcome))
        }
        changes.add([("outcome", "refused")], attempts.refused)
        var announcements = MetricFamily("platform_announcements_total", .counter)
        for outcome in MerchantAnnouncement.Outcome.allCases {
            announcements.add([("outcome", outcome.rawValue)], figures.announcements[outcome] ?? 0)
        }
        return [
            changes, announcements, MetricFamily("restrictions_open", .gauge, table.count),
            MetricFamily("prohibited_payments_total", .counter, watch.count),
            MetricFamily("platform_limitation_asks", .gauge, figures.askCount),
            MetricFamily("platform_limitation_failures_total", .counter, figures.failedAsks),
        ]
    }
}
