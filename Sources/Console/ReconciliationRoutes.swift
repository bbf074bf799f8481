internal import BoundedJSON
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore
internal import PaymentNotice
internal import TradeBill

/// `/admin/v1/reconciliations`: runs and their reports as JSON, text and page.
struct ReconciliationRoutes: Sendable {
    let desk: any ReconciliationDesk

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("reconciliations") { request, _ in try await list(request) }
        group.get("reconciliations/:date") { request, context in
            try await show(request, try day(context))
        }
        group.post("reconciliations/:date") { request, context in
            try await start(request, try day(context))
        }
    }

    private func day(_ context: BasicRequestContext) throws -> BeijingDay {
        guard let day = BeijingDay(try context.parameters.require("date")) else {
            throw ConsoleError.badRequest("a day such as 2025-10-09 is needed")
        }
        return day
    }

    private func list(_ request: Request) async throws -> JSONAnswer {
        let days = try await desk.list(countMax: try request.pageCount())
        return JSONAnswer { writer in
            writer.key("reconciliations")
            writer.beginArray()
            for standing in days {
                writer.beginObject()
                standing.show(into: &writer)
                writer.endObject()
            }
            writer.endArray()
        }
    }

    private func show(_ request: Request, _ day: BeijingDay) async throws -> Response {
        let format = request.parameter("format") ?? "json"
        guard ["json", "text", "page", "state"].contains(format) else {
            throw ConsoleError.badRequest("format is json, text, page or state")
        }
        guard let (standing, report) = try await desk.day(day) else {
            throw ConsoleError.notFound("this day was not reconciled; POST starts it")
        }
        guard format != "state" else { return JSONAnswer { standing.show(into: &$0) }.response }
        guard format != "json" else {
            return JSONAnswer { writer in
                standing.show(into: &writer)
                writer.key("report")
                if let report { report.write(into: &writer) } else { writer.null() }
            }.response
        }
        guard let report else {
            throw ConsoleError.notFound(
                "there is no report of this day yet: it is \(standing.state.rawValue)"
                    + (standing.reason.isEmpty ? "" : ", \(standing.reason)"))
        }
        return format == "text"
            ? document("text/plain; charset=utf-8", Array(report.text.utf8))
            : document("text/html; charset=utf-8", report.page)
    }

    /// A page of ours runs nothing and loads nothing, whatever a bill holds.
    private func document(_ type: String, _ bytes: [UInt8]) -> Response {
        var headers: HTTPFields = [.contentType: type, .cacheControl: "no-store"]
        headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'"
        headers[.xContentTypeOptions] = "nosniff"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// With a body it is the bill, plain or gzip, streamed to the disk; without, the platform's bill is fetched.
    private func start(_ request: Request, _ day: BeijingDay) async throws -> JSONAnswer {
        let sha1 = try sha1(request)
        let hasBody =
            request.headers[.transferEncoding] != nil || (request.headers[.contentLength].map { $0 != "0" } ?? false)
        let standing: ReconciliationStanding
        if hasBody {
            standing = try await upload(request, day, sha1)
        } else {
            guard sha1 == nil else {
                throw ConsoleError.badRequest("sha1 goes with a bill in the body; the platform names its own")
            }
            standing = try await desk.start(day)
        }
        return JSONAnswer(.accepted) { standing.show(into: &$0) }
    }

    private func upload(_ request: Request, _ day: BeijingDay, _ sha1: String?) async throws -> ReconciliationStanding {
        let upload = try await desk.upload(day)
        do {
            for try await part in request.body { try await upload.append(Array(part.readableBytesView)) }
        } catch {
            await upload.abandon()
            throw error
        }
        return try await upload.finish(sha1: sha1)
    }

    private func sha1(_ request: Request) throws(ConsoleError) -> String? {
        let header = HTTPField.Name("x-sha1").flatMap { request.headers[$0] }
        guard let text = request.parameter("sha1") ?? header else { return nil }
        guard text.utf8.count == 40, text.allSatisfy({ $0.isHexDigit && $0.isASCII }) else {
            throw .badRequest("sha1 must be 40 hexadecimal digits")
        }
        return text.lowercased()
    }
}

extension ReconciliationStanding {
    /// Writes the members, without the braces around them.
    fileprivate func show(into writer: inout JSONWriter) {
        writer.member("date", day.description)
        writer.member("state", state.rawValue)
        writer.member("reason", reason)
        writer.member("started_at", RFC3339.utcText(millis: startedAtMillis))
        writer.key("ended_at")
        if let endedAtMillis { writer.string(RFC3339.utcText(millis: endedAtMillis)) } else { writer.null() }
        writer.member("has_report", hasReport)
        writer.member("clean", isClean)
        classes.write(into: &writer)
    }
}
