import NIOCore
import Synchronization

@testable import HTTPDataPlane

/// Collects a streamed answer, and takes no more of it from the moment a test says so.
final class NativeStreamBox: AnswerStreamSink {
    private struct State {
        var bytes = ByteBuffer()
        var isTaking = true
        var isBreaking = false
        var isFinished = false
    }

    private let head: DataPlaneResponse
    /// Called behind every piece.
    private let whenWriting: (@Sendable () -> Void)?
    private let whenFinished: @Sendable (DataPlaneResponse) -> Void
    private let state = Mutex(State())

    init(
        _ head: DataPlaneResponse, whenWriting: (@Sendable () -> Void)? = nil,
        whenFinished: @escaping @Sendable (DataPlaneResponse) -> Void
    ) {
        self.head = head
        self.whenWriting = whenWriting
        self.whenFinished = whenFinished
    }

    var text: String { state.withLock { String(buffer: $0.bytes) } }
    var lineCount: Int { text.utf8.count { $0 == 0x0A } }
    var isFinished: Bool { state.withLock { $0.isFinished } }

    func stopTaking() { state.withLock { $0.isTaking = false } }

    /// The next piece is written in part, then the connection ends.
    func breakOff() { state.withLock { $0.isBreaking = true } }

    func write(_ bytes: ByteBuffer, whenWritten: (@Sendable (Bool) -> Void)?) async -> Bool {
        let (isTaken, isBreaking) = state.withLock { state in
            if state.isBreaking { state.isTaking = false }
            if state.isTaking { state.bytes.writeImmutableBuffer(bytes) }
            defer { state.isBreaking = false }
            return (state.isTaking, state.isBreaking)
        }
        whenWritten?(isTaken || isBreaking)
        if bytes.readableBytes > 0 { whenWriting?() }
        return isTaken
    }

    func finish(whenWritten: (@Sendable (Bool) -> Void)?) {
        var response = head
        response.body = state.withLock { state in
            state.isFinished = true
            return state.bytes
        }
        whenWritten?(true)
        whenFinished(response)
    }

    func abort() { whenFinished(DataPlaneResponse(status: 599)) }
}

/// One streamed exchange, whose body a test sends piece by piece.
final class NativeStreamExchange: ResponseSink {
    let body = RequestBody(byteCountMax: 1 << 20, budget: BodyBudget(byteCountMax: .max)) {}
    let client = ClientPresence()
    /// Begun by the API, at once.
    let begun: AsyncStream<NativeStreamBox>
    let answers: AsyncStream<DataPlaneResponse>
    private let begins: AsyncStream<NativeStreamBox>.Continuation
    private let ends: AsyncStream<DataPlaneResponse>.Continuation
    private let whenWriting: (@Sendable () -> Void)?

    init(whenWriting: (@Sendable () -> Void)? = nil) {
        self.whenWriting = whenWriting
        (begun, begins) = AsyncStream.makeStream()
        (answers, ends) = AsyncStream.makeStream()
    }

    func deliver(_ response: DataPlaneResponse) {
        ends.yield(response)
        ends.finish()
        begins.finish()
    }

    func beginStream(_ head: DataPlaneResponse) -> (any AnswerStreamSink)? {
        let box = NativeStreamBox(head, whenWriting: whenWriting) { self.deliver($0) }
        begins.yield(box)
        return box
    }

    func send(_ text: String) { _ = body.offer(ByteBuffer(string: text)) }

    /// The client is gone: nothing more comes, nothing more is taken.
    func leave() {
        body.fail(.clientGone)
        client.leave()
    }

    var box: NativeStreamBox? {
        get async {
            for await box in begun { return box }
            return nil
        }
    }

    /// The answer, once it is complete.
    var reply: NativeReply {
        get async {
            for await response in answers { return NativeReply(response) }
            return NativeReply(nil)
        }
    }
}
