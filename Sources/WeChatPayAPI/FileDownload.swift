internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// One download into a file, part by part: bills can be larger than memory.
///
/// A client of its own, since the pooled one answers whole bodies only; downloads are rare. Redirects are not followed.
struct FileDownload {
    /// What came.
    struct Outcome {
        let isGzip: Bool
        let byteCount: Int
    }

    let url: String
    let headers: [(String, String)]

    /// Fetches it beside `path`, syncs it and moves it there; where that fails, nothing is left.
    func run(into path: String) async throws(PlatformCallError) -> Outcome {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout = .init(
            connect: .milliseconds(Int64(WeChatPayLimits.tryMillisMax)),
            read: .seconds(WeChatPayLimits.billPauseSecondsMax))
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let outcome = await bounded(client, into: path)
        try? await client.shutdown()
        return try outcome.get()
    }

    /// The whole of it within its bound: a host that gives a byte now and then must not hold it up for ever.
    private func bounded(_ client: HTTPClient, into path: String) async -> Result<Outcome, PlatformCallError> {
        await withTaskGroup(of: Result<Outcome, PlatformCallError>.self) { group in
            group.addTask { await result(client, into: path) }
            group.addTask {
                do { try await Task.sleep(for: .seconds(WeChatPayLimits.billSecondsMax)) } catch {
                    return .failure(.unreachable("the bill's download: broken off"))
                }
                return .failure(
                    .unreachable("the bill's download: not whole after \(WeChatPayLimits.billSecondsMax) s"))
            }
            let first = await group.next()
            // The end of the group waits for the other one: nothing is written any more when this returns.
            group.cancelAll()
            return first ?? .failure(.unreachable("the bill's download: nothing ran"))
        }
    }

    private func result(_ client: HTTPClient, into path: String) async -> Result<Outcome, PlatformCallError> {
        do throws(PlatformCallError) { return .success(try await fetch(client, into: path)) } catch {
            return .failure(error)
        }
    }

    private func fetch(_ client: HTTPClient, into path: String) async throws(PlatformCallError) -> Outcome {
        var request = HTTPClientRequest(url: url)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let response: HTTPClientResponse
        do {
            response = try await client.execute(request, timeout: .seconds(WeChatPayLimits.billSecondsMax))
        } catch {
            throw .unreachable("the bill's download: \(Self.text(error))")
        }
        let status = Int(response.status.code)
        guard status == 200 else {
            switch status {
            case 404: throw .notFound(code: "")
            case 429: throw .rateLimited
            case 400..<500: throw .refused(status: status, code: "", message: "the bill's download")
            case 500..<600: throw .platformFault(status: status, code: "")
            default: throw .malformedAnswer("the bill's download: status \(status)")
            }
        }
        return try await write(response.body, to: path)
    }

    private func write(_ body: HTTPClientResponse.Body, to path: String) async throws(PlatformCallError) -> Outcome {
        let partPath = path + ".part"
        let file = try await Self.blocking { () throws(PlatformCallError) in try PartFile(path: partPath) }
        do {
            var isGzip = false
            var head: [UInt8] = []
            for try await part in body {
                guard file.byteCount + part.readableBytes <= WeChatPayLimits.billByteCountMax else {
                    throw PlatformCallError.malformedAnswer(
                        "the bill is longer than \(WeChatPayLimits.billByteCountMax) bytes")
                }
                if head.count < 2 {
                    head += part.readableBytesView.prefix(2)
                    isGzip = head.prefix(2).elementsEqual([0x1F, 0x8B])
                }
                try await Self.blocking { () throws(PlatformCallError) in try file.append(part) }
            }
            // One that was broken off is not whole, however its parts ended.
            try Task.checkCancellation()
            try await Self.blocking { () throws(PlatformCallError) in try file.finish(as: path) }
            return Outcome(isGzip: isGzip, byteCount: file.byteCount)
        } catch {
            file.discard()
            throw error as? PlatformCallError ?? .unreachable("the bill's download: \(Self.text(error))")
        }
    }

    /// Disk work on a thread that may wait.
    private static func blocking<Value: Sendable>(
        _ body: @escaping @Sendable () throws(PlatformCallError) -> Value
    ) async throws(PlatformCallError) -> Value {
        do {
            return try await NIOThreadPool.singleton.runIfActive { try body() }
        } catch {
            throw error as? PlatformCallError ?? .notStarted("the bill's file: \(error)")
        }
    }

    /// The client's short names of its errors, which hold no address and no header.
    private static func text(_ error: any Error) -> String {
        (error as? HTTPClientError)?.shortDescription ?? "\(type(of: error))"
    }
}

/// A file being written. One task uses it, one call after the other; hence the unchecked conformance.
private final class PartFile: @unchecked Sendable {
    private let path: String
    private let descriptor: CInt
    private var isOpen = true
    private(set) var byteCount = 0

    init(path: String) throws(PlatformCallError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode_t(0o600))
        guard descriptor >= 0 else { throw Self.fault("create", path) }
    }

    deinit { if isOpen { close(descriptor) } }

    func append(_ part: ByteBuffer) throws(PlatformCallError) {
        var rest = part.readableBytesView[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.fault("write", path) }
            rest = rest.dropFirst(count)
            byteCount += count
        }
    }

    /// Syncs and takes its name.
    func finish(as name: String) throws(PlatformCallError) {
        guard fsync(descriptor) == 0 else { throw Self.fault("fsync", path) }
        guard rename(path, name) == 0 else { throw Self.fault("rename", path) }
        close(descriptor)
        isOpen = false
    }

    /// Takes it away.
    func discard() { unlink(path) }

    private static func fault(_ operation: String, _ path: String) -> PlatformCallError {
        .notStarted("\(path): \(operation) failed: \(String(cString: strerror(errno)))")
    }
}
