import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPDataPlane

@Suite("Bytes of unfinished bodies of a listener")
struct BodyBudgetTests {
    private static let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n"

    @Test("what the others hold is refused to the next, and free again when they are complete or gone")
    func bound() throws {
        let bodies = BodyBudget(byteCountMax: 100)
        let first = try EmbeddedConnection(ClosureHandler.echo, bodies: bodies)
        let second = try EmbeddedConnection(ClosureHandler.echo, bodies: bodies)
        try first.receive(Self.head + String(repeating: "a", count: 60))
        try second.receive(Self.head + String(repeating: "b", count: 60))
        #expect(second.text.hasPrefix("HTTP/1.1 503 "))
        #expect(second.text.contains("too many bodies are under way; try again later"))
        #expect(second.counters.snapshot().refusals[.tooManyBodyBytes] == 1)
        try first.receive(String(repeating: "a", count: 40))
        #expect(first.text.hasSuffix("/ " + String(repeating: "a", count: 100)))
        let third = try EmbeddedConnection(ClosureHandler.echo, bodies: bodies)
        try third.receive(Self.head + String(repeating: "c", count: 99))
        third.channel.pipeline.fireChannelInactive()
        #expect(bodies.take(100), "nothing is held any more")
    }
}
