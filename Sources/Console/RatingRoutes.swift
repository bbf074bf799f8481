internal import BoundedJSON
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NoticeRating
internal import PaymentNotice

/// `/admin/v1/rating`: how WeChat Pay sees this receiver, as JSON or, with `format=text`, as a table.
struct RatingRoutes: Sendable {
    /// Hours and days of a report that does not say.
    private static let hourCountDefault = 48
    private static let dayCountDefault = 31
    /// Beijing is 8 hours ahead of UTC, all year.
    private static let beijingMillis: Int64 = 28_800_000

    let desk: any RatingDesk

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("rating") { request, _ in try await answer(request) }
    }

    private func answer(_ request: Request) async throws -> Response {
        let hourCount = try Self.count(request, "hours", RatingLimits.reportHourCountMax) ?? Self.hourCountDefault
        let dayCount = try Self.count(request, "days", RatingLimits.reportDayCountMax) ?? Self.dayCountDefault
        let format = request.parameter("format") ?? "json"
        guard ["json", "text"].contains(format) else { throw ConsoleError.badRequest("format must be json or text") }
        let report = await desk.report(hourCountMax: hourCount, dayCountMax: dayCount)
        if format == "json" { return JSONAnswer { report.show(into: &$0, beijing: Self.beijing) }.response }
        let text = ByteBuffer(string: report.text(beijing: Self.beijing))
        return Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: text))
    }

    private static func count(_ request: Request, _ name: String, _ most: Int) throws(ConsoleError) -> Int? {
        guard let text = request.parameter(name) else { return nil }
        guard let count = Int(text), 0...most ~= count else {
            throw .badRequest("\(name) must be an integer from 0 to \(most)")
        }
        return count
    }

    static func beijing(_ millis: Int64) -> String {
        String(RFC3339.utcText(millis: millis + beijingMillis).prefix(19)) + "+08:00"
    }
}

extension RatingReport {
    fileprivate func show(into writer: inout JSONWriter, beijing: (Int64) -> String) {
        writer.key("alarm")
        writer.beginObject()
        writer.member("level", alarm.level.name)
        writer.key("since")
        if let since = alarm.sinceMillis { writer.string(beijing(since)) } else { writer.null() }
        writer.key("reasons")
        writer.beginArray()
        for reason in alarm.reasons { writer.string(reason) }
        writer.endArray()
        writer.member("limit_success_ppm", Int64((alarm.thresholds.successRate * 1_000_000).rounded()))
        writer.member("limit_p99_millis", Int64(clamping: alarm.thresholds.p99Millis))
        writer.endObject()
        writer.key("last_5_minutes")
        writer.beginObject()
        window.show(into: &writer)
        writer.endObject()
        for (name, periods) in [("days", days), ("hours", hours)] {
            writer.key(name)
            writer.beginArray()
            for period in periods {
                writer.beginObject()
                writer.member("start", beijing(period.startMillis))
                period.tally.show(into: &writer)
                writer.endObject()
            }
            writer.endArray()
        }
        writer.member("note", Self.note)
    }
}

extension RatingTally {
    /// Appends the members. Shares are in millionths, cut, so that less than all is never shown as all.
    fileprivate func show(into writer: inout JSONWriter) {
        writer.member("deliveries", Int64(clamping: deliveries))
        writer.member("successes", Int64(clamping: successes))
        Self.share("success_ppm", successRate, &writer)
        writer.member("first_try", Int64(clamping: firstTry))
        Self.share("first_try_ppm", firstTryRate, &writer)
        writer.member("after_failure", Int64(clamping: afterFailure))
        writer.member("repeats", Int64(clamping: repeats))
        writer.member("failed", Int64(clamping: failures))
        writer.key("failures")
        writer.beginObject()
        for reason in DeliveryFailure.allCases where failures(reason) > 0 {
            writer.member(reason.rawValue, Int64(clamping: failures(reason)))
        }
        writer.endObject()
        for (name, quantile) in [("p50_micros", 0.5), ("p95_micros", 0.95), ("p99_micros", 0.99)] {
            writer.member(name, Int64(clamping: answerMicros(quantile)))
        }
        writer.member("longest_micros", Int64(clamping: longestMicros))
        writer.member("probes", Int64(clamping: probes))
        writer.member("unverified", Int64(clamping: unverified))
    }

    private static func share(_ name: String, _ share: Double?, _ writer: inout JSONWriter) {
        writer.key(name)
        if let share { writer.integer(Int64(share * 1_000_000 + 0.001)) } else { writer.null() }
    }
}
