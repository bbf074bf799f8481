internal import AccessControl
internal import ArgumentParser
internal import AsyncHTTPClient
internal import BoundedJSON
internal import NIOCore
internal import NIOHTTP1

/// Where the operator's API is and how to get in.
struct AdminOptions: ParsableArguments {
    @Option(help: "The operator's API of the daemon.")
    var admin = "http://127.0.0.1:8081"

    @Option(help: "File with an operator's token, mode 0600.")
    var tokenFile: String?

    /// A client for one command.
    func client() throws -> OperatorClient {
        guard let tokenFile else { throw ToolError("--token-file is missing: the operator's API needs a token") }
        let base = admin.hasSuffix("/") ? String(admin.dropLast()) : admin
        return OperatorClient(base: base, token: try SecretFile.readText(path: tokenFile))
    }
}

/// Asks the operator's API; one connection per command, redirects are errors.
struct OperatorClient {
    let base: String
    let token: String

    /// Sends one request.
    ///
    /// - Returns: the answer's body.
    /// - Throws: ``ToolError`` with the API's own words where it refused.
    func ask(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8]? = nil, seconds: Int64 = ToolLimits.answerSecondsMax,
        byteCountMax: Int = ToolLimits.answerByteCountMax
    ) async throws -> [UInt8] {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(body)
        }
        return try await answer(request, seconds: seconds, byteCountMax: byteCountMax)
    }

    /// Sends a file as the body of a POST, piece by piece.
    ///
    /// - Returns: the answer's body.
    /// - Throws: ``ToolError`` with the API's own words where it refused, or naming the file.
    func upload(_ path: String, file: BillPieces) async throws -> [UInt8] {
        var request = HTTPClientRequest(url: base + path)
        request.method = .POST
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        request.headers.add(name: "Content-Type", value: "application/octet-stream")
        request.body = .stream(file, length: .known(file.byteCount))
        return try await answer(
            request, seconds: ToolLimits.uploadSecondsMax, byteCountMax: ToolLimits.answerByteCountMax)
    }

    private func answer(
        _ request: HTTPClientRequest, seconds: Int64, byteCountMax: Int
    ) async throws -> [UInt8] {
        let (status, answer) = try await send(request, seconds: seconds, byteCountMax: byteCountMax)
        guard (200..<300).contains(Int(status.code)) else { throw Self.refusal(status, answer) }
        return answer
    }

    private func send(
        _ request: HTTPClientRequest, seconds: Int64, byteCountMax: Int
    ) async throws -> (HTTPResponseStatus, [UInt8]) {
        let client = HTTPClient(configuration: .init(redirectConfiguration: .disallow))
        do {
            let response = try await client.execute(request, timeout: .seconds(seconds))
            let body = try await response.body.collect(upTo: byteCountMax)
            try await client.shutdown()
            return (response.status, Array(body.readableBytesView))
        } catch {
            try? await client.shutdown()
            throw ToolError("\(base) does not answer: \(error)")
        }
    }

    private static func refusal(_ status: HTTPResponseStatus, _ answer: [UInt8]) -> ToolError {
        let message = (try? JSONValue.parse(answer))?["error"]?["message"]?.string
        return ToolError("refused (\(status.code)): \(message ?? "the answer says no more")")
    }
}
