internal import AccessControl
internal import Console
internal import MessageModel
internal import PlatformCertificates
internal import Telemetry
internal import WeChatPayAPI

extension PlatformKeySide {
    /// What the operator's API shows of the keys.
    var report: @Sendable () async -> PlatformKeysReport { { [certificates] in await certificates.report } }

    /// What the status answers of the keys.
    func section(time: any TimeSource) -> StatusSection {
        StatusSection(name: "platform_keys") { [certificates] in
            let report = await certificates.report
            var members: [(name: String, value: StatusValue)] = [
                ("certificates", .count(report.keys.count { $0.isCertificate })),
                ("public_keys", .count(report.keys.count { !$0.isCertificate })),
                ("changes", .count(report.changeCount)), ("unknown_serials", .count(report.unknownSerialCount)),
                ("file_fault", .text(report.fileFault ?? "")),
            ]
            if let end = report.lastEndSeconds {
                members.append(("last_key_seconds_left", .integer(end - Int64(time.now.milliseconds / 1_000))))
            }
            if let fetching = report.fetching {
                members += [
                    ("fetches_succeeded", .count(fetching.succeededCount)),
                    ("fetches_failed", .count(fetching.failedCount)),
                    ("last_fetch_millis", .integer(fetching.lastSucceededSeconds * 1_000)),
                    ("next_fetch_millis", .integer(fetching.nextSeconds * 1_000)),
                    ("fetch_fault", .text(fetching.fault ?? "")),
                ]
            }
            return members
        }
    }

    /// The keys' metrics. The label is a serial: there are at most 16 keys.
    func metricFamilies(time: any TimeSource) async -> [MetricFamily] {
        let report = await certificates.report
        let now = Int64(time.now.milliseconds / 1_000)
        var left = MetricFamily("platform_certificate_seconds_left", .gauge)
        var notices = MetricFamily("platform_key_notices_total", .counter)
        for key in report.keys {
            if let end = key.notAfterSeconds { left.add([("serial", key.name)], end - now) }
            notices.add([("key", key.name)], key.use.noticeCount)
        }
        var fetches = MetricFamily("platform_certificate_fetches_total", .counter)
        fetches.add([("outcome", "succeeded")], report.fetching?.succeededCount ?? 0)
        fetches.add([("outcome", "failed")], report.fetching?.failedCount ?? 0)
        return [
            left, notices, fetches, MetricFamily("platform_keys", .gauge, report.keys.count),
            MetricFamily("platform_key_changes_total", .counter, report.changeCount),
            MetricFamily("platform_unknown_serials_total", .counter, report.unknownSerialCount),
            MetricFamily("platform_key_files_bad", .gauge, report.fileFault == nil ? 0 : 1),
        ]
    }
}

extension PlatformSide {
    /// What the status answers of the calls.
    var section: StatusSection {
        StatusSection(name: "platform_calls") { [client] in
            let figures = client.figures
            return [
                ("answered", .count(figures.answered)),
                ("failed", .object(figures.failed.sorted { $0.key < $1.key }.map { ($0.key, .count($0.value)) })),
                ("spare_tries", .count(figures.spareTries)), ("in_flight", .count(figures.inFlight)),
            ]
        }
    }

    /// The calls' metrics.
    var metricFamilies: [MetricFamily] {
        let figures = client.figures
        var calls = MetricFamily("platform_calls_total", .counter)
        calls.add([("outcome", "answered")], figures.answered)
        for (outcome, count) in figures.failed.sorted(by: { $0.key < $1.key }) {
            calls.add([("outcome", outcome)], count)
        }
        return [
            calls, MetricFamily("platform_spare_tries_total", .counter, figures.spareTries),
            MetricFamily("platform_calls_in_flight", .gauge, figures.inFlight),
        ]
    }
}
