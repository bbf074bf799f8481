internal import Console
internal import Logging
internal import MessageModel
internal import NoticeRating
internal import ProviderRating
internal import QueueStore
internal import Settings
internal import Telemetry
internal import Tillwire

/// The provider's rating: the ledger ingest counts in, and the service that keeps it and raises the alarm.
struct RatingParts: Sendable {
    let ledger: RatingLedger
    let service: ProviderRating<Store>

    /// Reads what was counted before.
    ///
    /// - Throws: ``DaemonError``.
    static func open(
        _ settings: RatingSettings, broker: EmbeddedBroker, time: any TimeSource
    ) async throws(DaemonError) -> RatingParts {
        let ledger = RatingLedger()
        let thresholds = RatingThresholds(
            successRate: settings.alarmSuccessRate, p99Millis: UInt64(settings.alarmP99Millis))
        do throws(BrokerError) {
            return RatingParts(
                ledger: ledger,
                service: try await ProviderRating.open(
                    broker: broker, ledger: ledger, thresholds: thresholds, time: time,
                    logger: Logger(label: "rating")))
        } catch { throw DaemonError(error) }
    }

    /// What the status answers of it: the alarm, the last 5 minutes and today.
    var section: StatusSection {
        StatusSection(name: "rating") { [service] in
            let report = await service.report(hourCountMax: 0, dayCountMax: 1)
            return [
                ("level", .text(report.alarm.level.name)),
                ("reasons", .text(report.alarm.reasons.joined(separator: "; "))),
                ("last_5_minutes", Self.value(report.window)),
                ("latest_day", Self.value(report.days.first?.tally ?? RatingTally())),
            ]
        }
    }

    private static func value(_ tally: RatingTally) -> StatusValue {
        .object([
            ("deliveries", .count(tally.deliveries)), ("failed", .count(tally.failures)),
            ("repeats", .count(tally.repeats)), ("after_failure", .count(tally.afterFailure)),
            ("p50_micros", .count(tally.answerMicros(0.5))), ("p99_micros", .count(tally.answerMicros(0.99))),
        ])
    }

    /// Its figures in the form of metrics.
    func metricFamilies() async -> [MetricFamily] {
        let report = await service.report(hourCountMax: 0, dayCountMax: 0)
        var recent = MetricFamily("rating_recent_deliveries", .gauge)
        recent.add([("outcome", "success")], report.window.successes)
        recent.add([("outcome", "failed")], report.window.failures)
        return [
            // 0 good, 1 warning, 2 alarm.
            MetricFamily("rating_alarm_level", .gauge, report.alarm.level.rawValue), recent,
            MetricFamily("rating_recent_p99_micros", .gauge, report.window.answerMicros(0.99)),
        ]
    }
}
