import HTTPDataPlane
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@Suite struct ClientPresenceTests {
    /// Notes what it is told.
    private final class Told: Sendable {
        private let values = Mutex<[Bool]>([])
        func tell(_ value: Bool) { values.withLock { $0.append(value) } }
        var all: [Bool] { values.withLock { $0 } }
    }

    private static let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test("whoever waits is told once that its client left, and an answer given then is told as not written")
    func leaving() throws {
        let kept = KeptExchanges()
        let connection = try EmbeddedConnection(ClosureHandler { kept.keep($0) })
        try connection.receive(Self.request)
        let exchange = try #require(kept.takeAll().first)
        let left = Told()
        let written = Told()
        exchange.onClientGone { left.tell(true) }
        #expect(!exchange.isClientGone)
        #expect(left.all.isEmpty)
        _ = try connection.channel.finish(acceptAlreadyClosed: true)
        #expect(exchange.isClientGone)
        #expect(left.all == [true])
        exchange.respond(DataPlaneResponse(status: 200), whenWritten: written.tell)
        connection.channel.embeddedEventLoop.run()
        #expect(written.all == [false])
        exchange.onClientGone { left.tell(false) }
        #expect(left.all == [true, false])
    }

    @Test("an answer is told as written when the last byte of it is, and its listener hears nothing afterwards")
    func written() throws {
        let kept = KeptExchanges()
        let connection = try EmbeddedConnection(ClosureHandler { kept.keep($0) })
        try connection.receive(Self.request + Self.request)
        let exchanges = kept.takeAll()
        let first = Told()
        let second = Told()
        let left = Told()
        for exchange in exchanges { exchange.onClientGone { left.tell(true) } }
        let large = DataPlaneResponse(status: 200, body: ByteBuffer(repeating: 65, count: 100_000))
        exchanges[1].respond(large, whenWritten: second.tell)
        try connection.advance(seconds: 0)
        #expect(second.all.isEmpty, "the answer before it is missing")
        exchanges[0].respond(large, whenWritten: first.tell)
        exchanges[0].respond(large, whenWritten: first.tell)
        try connection.advance(seconds: 0)
        #expect(first.all.sorted { !$0 && $1 } == [false, true], "a second answer is ignored and told so")
        #expect(second.all == [true])
        _ = try connection.channel.finish(acceptAlreadyClosed: true)
        #expect(left.all.isEmpty)
    }

    @Test(
        "answers that stand behind one that closes the connection, or behind one that never came, are told as not written"
    )
    func behindTheLast() throws {
        let kept = KeptExchanges()
        let connection = try EmbeddedConnection(ClosureHandler { kept.keep($0) })
        try connection.receive(Self.request + Self.request)
        let exchanges = kept.takeAll()
        let first = Told()
        let second = Told()
        exchanges[1].respond(DataPlaneResponse(status: 200), whenWritten: second.tell)
        exchanges[0].respond(DataPlaneResponse(status: 200, closesConnection: true), whenWritten: first.tell)
        try connection.advance(seconds: 0)
        #expect(first.all == [true])
        #expect(second.all == [false])
        #expect(!connection.isOpen)

        let other = try EmbeddedConnection(ClosureHandler { kept.keep($0) })
        try other.receive(Self.request + Self.request)
        let waiting = kept.takeAll()
        let third = Told()
        waiting[1].respond(DataPlaneResponse(status: 200), whenWritten: third.tell)
        try other.advance(seconds: 0)
        _ = try other.channel.finish(acceptAlreadyClosed: true)
        #expect(third.all == [false])
    }

    @Test("over a socket, a client that closes while its request waits is noticed")
    func overSocket() async throws {
        let kept = KeptExchanges()
        let left = Told()
        let handler = ClosureHandler { batch in
            for exchange in batch { exchange.onClientGone { left.tell(true) } }
            kept.keep(batch)
        }
        try await withServer(handler) { address, _ in
            let client = try await RawClient.connect(port: address.port)
            try await client.send(Self.request)
            for _ in 0..<10_000 where handler.batchSizes.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            try await client.close()
            for _ in 0..<10_000 where left.all.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            #expect(left.all == [true])
            #expect(kept.takeAll().map(\.isClientGone) == [true])
        }
    }
}
