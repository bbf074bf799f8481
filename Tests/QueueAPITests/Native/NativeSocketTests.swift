import AccessControl
import BoundedJSON
import Glibc
import HTTPDataPlane
import NIOCore
import ServiceLifecycle
import ServiceLifecycleTestKit
import TestSupport
import Testing

@testable import QueueAPI

@Suite("Native API: over sockets", .serialized)
struct NativeSocketTests {
    /// Writes a request and reads answers until the other side closes. Blocks: call it on a thread of its own.
    private static func exchange(port: Int, _ request: String) -> String {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return "not connected: \(errno)" }
        var rest = Array(request.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return "not written: \(errno)" }
            rest = rest.dropFirst(count)
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }

    private static func onThread(_ body: @escaping @Sendable () -> String) async -> String {
        await withCheckedContinuation { continuation in
            let box = ThreadWork { continuation.resume(returning: body()) }
            box.start()
        }
    }

    private static func request(
        _ method: String, _ path: String, _ body: String, _ key: APIKeyRecord, isLast: Bool, more: String = ""
    ) -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(key.id).\(key.secret)\r\n\(more)"
            + "Content-Length: \(body.utf8.count)\r\n\(isLast ? "Connection: close\r\n" : "")\r\n\(body)"
    }

    @Test("pipelined requests over one connection, a batch, and a wait that a stop ends")
    func pipelined() async throws {
        let store = TemporaryStore()
        let run = try await store.run { broker in
            let api = try NativeHarness(broker, store.time)
            let loops = DataPlaneLoops(count: 1)
            var limits = HTTPLimits()
            limits.bodyByteCountMax = NativeLimits.bodyByteCountMax
            let server = DataPlaneServer(
                settings: DataPlaneServerSettings(limits: limits), loops: loops, handler: api.api)
            let port = try await server.start().port
            let key = api.admin
            let lines = (0..<2_000).map { "{\"body\":\"\($0)\"}\n" }.joined()
            let text =
                Self.request("PUT", "/v1/queues/q", "", key, isLast: false)
                + Self.request("GET", "/v1/openapi.json", "", key, isLast: false)
                + Self.request(
                    "POST", "/v1/nowhere", "x", key, isLast: true, more: "Content-Type: text/plain\r\n")
            let first = await Self.onThread { Self.exchange(port: port, text) }
            #expect(first.components(of: "HTTP/1.1 ").map { $0.prefix(3) } == ["201", "200", "404"])
            let batch = Self.request(
                "POST", "/v1/queues/q/messages", lines, key, isLast: true,
                more: "Content-Type: application/x-ndjson\r\n")
            let stored = await Self.onThread { Self.exchange(port: port, batch) }
            #expect(stored.hasPrefix("HTTP/1.1 200") && stored.components(of: "\"duplicate\":false").count == 2_000)
            _ = await api.ask("POST", "/v1/queues/q/purge")
            let wait = Self.request(
                "POST", "/v1/queues/q/receive", #"{"wait_millis":30000}"#, key, isLast: true)
            async let waiting = Self.onThread { Self.exchange(port: port, wait) }
            try await expectEventually { api.api.figures.waitingReceives == 1 }
            try await testGracefulShutdown { trigger in
                trigger.triggerGracefulShutdown()
                try await api.api.run()
            }
            #expect(await waiting.hasSuffix(#"{"messages":[]}"#))
            let after = await api.ask("POST", "/v1/queues/q/receive", #"{"wait_millis":30000}"#)
            #expect(after.json?["messages"]?.array?.isEmpty == true)
            await server.stop(graceSeconds: 1)
            await loops.shutdown()
        }
        #expect(run.problems == [])
    }
}

extension String {
    /// What stands behind each occurrence of `mark`.
    fileprivate func components(of mark: String) -> [Substring] {
        Array(split(separator: mark).dropFirst(hasPrefix(mark) ? 0 : 1))
    }
}

/// A closure on a thread of its own.
private final class ThreadWork: Sendable {
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    func start() {
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(self).toOpaque()
        pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<ThreadWork>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, argument)
        pthread_detach(thread)
    }
}
