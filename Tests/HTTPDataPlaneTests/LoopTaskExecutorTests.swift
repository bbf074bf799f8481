import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import HTTPDataPlane

@Suite("Tasks on an event loop")
struct LoopTaskExecutorTests {
    @Test("a task begun for a request goes on on that request's loop after a wait")
    func staysOnLoop() async throws {
        let seen = SeenLoops()
        let handler = ClosureHandler { batch in
            for exchange in batch {
                let own = SeenLoops.current
                Task.immediate(executorPreference: exchange.loopExecutor) {
                    // Woken by another thread, as by a store's writer.
                    await withCheckedContinuation { waiting in Task.detached { waiting.resume() } }
                    seen.pairs.withLock { $0.append((own, SeenLoops.current)) }
                    exchange.respond(DataPlaneResponse(status: 204))
                }
            }
        }
        try await withServer(handler) { address, loops in
            try await withClient(loops) { client in
                for _ in 0..<4 {
                    let answer = try await client.send(OutboundRequest(url: try demoURL(address.port)))
                    #expect(answer.status == 204)
                }
            }
        }
        let pairs = seen.pairs.withLock { $0 }
        #expect(pairs.count == 4)
        #expect(pairs.allSatisfy { $0.own != nil && $0.own == $0.later })
    }

    @Test("what goes on after the loop was given up runs on the shared pool and ends")
    func closed() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let executor = LoopTaskExecutor(loop: group.next())
        let (gate, opener) = AsyncStream<Void>.makeStream()
        let (began, begins) = AsyncStream<Void>.makeStream()
        let task = Task(executorPreference: executor) {
            let isOnLoop = SeenLoops.current != nil
            begins.finish()
            for await _ in gate {}
            return [isOnLoop, SeenLoops.current != nil]
        }
        for await _ in began {}
        executor.close()
        // The task waits, and its loop is gone when it goes on.
        try await group.shutdownGracefully()
        opener.finish()
        #expect(await task.value == [true, false])
    }

    @Test("an exchange without a loop has no executor")
    func noLoop() {
        let request = DataPlaneRequest(method: "GET", target: "/")
        let exchange = DataPlaneExchange(request: request, sink: KeepingSink())
        #expect(exchange.loopExecutor == nil)
        exchange.respond(DataPlaneResponse(status: 204))
    }
}

/// On which loops requests came and their tasks went on.
private final class SeenLoops: Sendable {
    let pairs = Mutex<[(own: ObjectIdentifier?, later: ObjectIdentifier?)]>([])

    static var current: ObjectIdentifier? { MultiThreadedEventLoopGroup.currentEventLoop.map { ObjectIdentifier($0) } }
}

private struct KeepingSink: ResponseSink {
    func deliver(_ response: DataPlaneResponse) {}
}
