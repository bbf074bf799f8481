internal import BoundedJSON
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

extension Request {
    /// The body as JSON.
    ///
    /// - Throws: ``ConsoleError`` with what is wrong and where.
    func json() async throws -> JSONValue {
        let limits = JSONLimits(
            byteCountMax: ConsoleLimits.bodyByteCountMax, depthMax: ConsoleLimits.bodyDepthMax,
            nodeCountMax: ConsoleLimits.bodyNodeCountMax)
        let bytes = try await bodyBytes()
        do throws(JSONError) {
            return try JSONValue.parse(bytes, limits: limits)
        } catch {
            throw ConsoleError.badRequest("the body is \(error.description)")
        }
    }

    private func bodyBytes() async throws -> [UInt8] {
        do {
            return Array(try await body.collect(upTo: ConsoleLimits.bodyByteCountMax).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw ConsoleError.tooLarge
        }
    }

    /// The body as JSON, or nil where it is empty.
    func optionalJSON() async throws -> JSONValue? {
        if headers[.contentLength] == "0" { return nil }
        if headers[.contentLength] == nil, headers[.transferEncoding] == nil { return nil }
        return try await json()
    }

    /// How many elements a listing may have.
    ///
    /// - Throws: ``ConsoleError`` where `limit` is not 1…``ConsoleLimits/pageCountMax``.
    func pageCount() throws(ConsoleError) -> Int {
        guard let text = uri.queryParameters["limit"] else { return ConsoleLimits.pageCountDefault }
        guard let count = Int(text), 1...ConsoleLimits.pageCountMax ~= count else {
            throw .badRequest("limit must be an integer from 1 to \(ConsoleLimits.pageCountMax)")
        }
        return count
    }

    /// A query parameter as text.
    func parameter(_ name: String) -> String? { uri.queryParameters[Substring(name)].map(String.init) }

    /// Who asks, for the audit trail: the `x-operator` header, or `operator`.
    var operatorName: String {
        guard let name = HTTPField.Name("x-operator"), let given = headers[name], !given.isEmpty,
            given.utf8.count <= ConsoleLimits.operatorNameByteCountMax
        else { return "operator" }
        return given
    }
}
