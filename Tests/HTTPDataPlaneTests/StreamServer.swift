import HTTPDataPlane
import NIOCore
import Synchronization

/// Serves requests at `/stream…` in parts, all others whole.
final class StreamServer: StreamingDataPlaneHandler {
    typealias Serve = @Sendable (DataPlaneExchange, RequestBody) async -> Void

    private let serve: Serve
    private let whole: ClosureHandler

    init(whole: ClosureHandler = .echo, _ serve: @escaping Serve) {
        self.whole = whole
        self.serve = serve
    }

    /// Sends back every part as it comes, in brackets, and the failure where there is one.
    static var echo: StreamServer {
        StreamServer { exchange, body in
            let answer = exchange.stream(DataPlaneResponse(status: 200, headers: ["X-Path": exchange.request.path]))
            do throws(RequestBodyFailure) {
                while let part = try await body.next() {
                    guard await answer.write(ByteBuffer(string: "[" + String(buffer: part) + "]")) else { return }
                }
            } catch { guard await answer.write(ByteBuffer(string: "failed: \(error)")) else { return } }
            answer.finish()
        }
    }

    func streamsBody(method: String, target: String) -> Bool { target.hasPrefix("/stream") }

    func handle(_ batch: [DataPlaneExchange]) { whole.handle(batch) }

    func handle(_ exchange: DataPlaneExchange, body: RequestBody) { Task { await serve(exchange, body) } }
}

/// Keeps streamed requests for a test on an embedded channel to serve when it wants.
final class KeptStreams: StreamingDataPlaneHandler {
    private let kept = Mutex<[(DataPlaneExchange, RequestBody)]>([])

    func streamsBody(method: String, target: String) -> Bool { target.hasPrefix("/stream") }

    func handle(_ batch: [DataPlaneExchange]) { ClosureHandler.echo.handle(batch) }

    func handle(_ exchange: DataPlaneExchange, body: RequestBody) { kept.withLock { $0.append((exchange, body)) } }

    func take() -> (DataPlaneExchange, RequestBody)? { kept.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}

/// A value that one task hands to another, once.
final class Handover<Value: Sendable>: Sendable {
    let values: AsyncStream<Value>
    private let continuation: AsyncStream<Value>.Continuation

    init() { (values, continuation) = AsyncStream.makeStream() }

    func give(_ value: Value) { continuation.yield(value) }

    func take() async -> Value? {
        for await value in values { return value }
        return nil
    }
}
