internal import Console
internal import Logging
internal import MessageModel
internal import PaymentEntry
internal import QueueStore
internal import Reconciliation
internal import Settings
internal import Telemetry
internal import TradeBill
internal import WeChatPayAPI

/// The comparison with the daily bill: its opening, its figures.
enum ReconciliationParts {
    /// Opens it over the store.
    ///
    /// With several numbers of our own nothing is fetched by itself: the platform gives the bill of the number that signs, in which the orders of the
    /// others are missing.
    ///
    /// - Parameter client: nil where WeChat Pay is not called: bills are then uploaded, and what is missing stays missing.
    /// - Throws: ``DaemonError`` with the store's reason.
    static func open(
        _ settings: BrokerSettings, entry: PaymentEntry<Store>, client: (any BillSource & OrderQuery)?,
        time: any TimeSource
    ) async throws(DaemonError) -> Reconciliation<Store> {
        let own = settings.reconciliation
        let logger = Logger(label: "reconciliation")
        let others = othersThanSigner(settings)
        if client != nil, !others.isEmpty, own.catchUpDayCount > 0 {
            logger.warning(
                "bills are not fetched by themselves: the platform's bill covers only the merchant number that signs; upload one for all",
                metadata: ["others": "\(others.joined(separator: ", "))"])
        }
        do throws(BrokerError) {
            return try await Reconciliation.open(
                entry: entry, bills: client, query: client, time: time, logger: logger,
                settings: ReconciliationSettings(
                    folder: own.folder ?? settings.store.path + "-bills", hour: own.hour,
                    catchUpDayCount: others.isEmpty ? own.catchUpDayCount : 0, queryCountMax: own.queryCountMax))
        } catch {
            throw DaemonError(error)
        }
    }

    /// Our numbers whose orders are not in the bill that is fetched, in order; none where nothing is fetched.
    private static func othersThanSigner(_ settings: BrokerSettings) -> [String] {
        guard let platform = settings.wechat.platform else { return [] }
        return Set(settings.wechat.providerMerchantIDs + settings.wechat.directMerchantIDs)
            .subtracting([platform.apiUserMerchantID]).sorted()
    }

    /// What it reports.
    static func section(_ reconciliation: Reconciliation<Store>) -> StatusSection {
        StatusSection(name: "reconciliation") {
            let figures = await reconciliation.figures()
            var members: [(name: String, value: StatusValue)] = [
                ("complete", .count(figures.completeCount)), ("incomplete", .count(figures.incompleteCount)),
                ("failed", .count(figures.failedCount)), ("lines", .count(figures.lineCount)),
                ("days", .count(figures.dayCount)), ("due_days", .count(figures.dueCount)),
                ("incomplete_days", .count(figures.incompleteDayCount)),
                ("running", .text(figures.running?.description ?? "")),
                ("running_lines", .count(figures.runningLineCount)), ("last_failure", .text(figures.lastFailure)),
            ]
            if let newest = figures.newest {
                members += [
                    ("newest", .text(newest.day.description)), ("newest_state", .text(newest.state.rawValue)),
                    ("newest_clean", .flag(newest.isClean)),
                    (
                        "newest_classes",
                        .object(ReconciliationClass.allCases.map { ($0.rawValue, .count(newest.classes[$0].count)) })
                    ),
                ]
            }
            return members
        }
    }

    /// Its metrics. What is open is summed over all reports that are kept, and falls when a day is compared again; payments are of the newest day with a
    /// report. An alarm belongs on `reconciliation_open`, `reconciliation_due_days` and `reconciliation_incomplete_days`.
    static func families(_ figures: ReconciliationFigures) -> [MetricFamily] {
        var runs = MetricFamily("reconciliation_runs_total", .counter)
        runs.add([("outcome", "complete")], figures.completeCount)
        runs.add([("outcome", "incomplete")], figures.incompleteCount)
        runs.add([("outcome", "failed")], figures.failedCount)
        var open = MetricFamily("reconciliation_open", .gauge)
        var payments = MetricFamily("reconciliation_payments", .gauge)
        for kind in ReconciliationClass.allCases {
            if kind.isOpen { open.add([("class", kind.rawValue)], figures.classes[kind].count) }
            payments.add([("class", kind.rawValue)], figures.newest?.classes[kind].count ?? 0)
        }
        return [
            runs, open, payments, MetricFamily("reconciliation_lines_total", .counter, figures.lineCount),
            MetricFamily("reconciliation_due_days", .gauge, figures.dueCount),
            MetricFamily("reconciliation_incomplete_days", .gauge, figures.incompleteDayCount),
            MetricFamily("reconciliation_running", .gauge, figures.running == nil ? 0 : 1),
            MetricFamily("reconciliation_newest_clean", .gauge, figures.newest?.isClean ?? true ? 1 : 0),
        ]
    }
}
