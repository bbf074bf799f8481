internal import AccessControl
internal import BoundedJSON
internal import Hummingbird
internal import PaymentNotice

/// `/admin/v1/platform-keys`: WeChat Pay's keys in force, their ends and what they were used for.
struct PlatformKeyRoutes: Sendable {
    let report: @Sendable () async -> PlatformKeysReport

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("platform-keys") { _, _ in
            let report = await report()
            return JSONAnswer { Self.write(report, to: &$0) }
        }
    }

    private static func write(_ report: PlatformKeysReport, to writer: inout JSONWriter) {
        writer.key("keys")
        writer.beginArray()
        for key in report.keys {
            writer.beginObject()
            writer.member("name", key.name)
            writer.member("kind", key.isCertificate ? "certificate" : "public_key")
            writer.member("source", key.source.rawValue)
            time("not_before", key.notBeforeSeconds, to: &writer)
            time("not_after", key.notAfterSeconds, to: &writer)
            writer.member("notices", Int64(clamping: key.use.noticeCount))
            writer.member("answers", Int64(clamping: key.use.answerCount))
            time("last_used", key.use.lastUsedSeconds == 0 ? nil : key.use.lastUsedSeconds, to: &writer)
            writer.endObject()
        }
        writer.endArray()
        writer.member("unknown_serials", Int64(clamping: report.unknownSerialCount))
        writer.member("changes", Int64(clamping: report.changeCount))
        text("file_fault", report.fileFault, to: &writer)
        writer.key("fetching")
        guard let fetching = report.fetching else {
            writer.null()
            return
        }
        writer.beginObject()
        writer.member("succeeded", Int64(clamping: fetching.succeededCount))
        writer.member("failed", Int64(clamping: fetching.failedCount))
        time(
            "last_succeeded", fetching.lastSucceededSeconds == 0 ? nil : fetching.lastSucceededSeconds, to: &writer)
        time("next", fetching.nextSeconds, to: &writer)
        text("fault", fetching.fault, to: &writer)
        writer.endObject()
    }

    private static func time(_ name: String, _ seconds: Int64?, to writer: inout JSONWriter) {
        text(name, seconds.map { RFC3339.utcText(millis: $0 * 1_000) }, to: &writer)
    }

    private static func text(_ name: String, _ text: String?, to writer: inout JSONWriter) {
        if let text {
            writer.member(name, text)
        } else {
            writer.key(name)
            writer.null()
        }
    }
}
