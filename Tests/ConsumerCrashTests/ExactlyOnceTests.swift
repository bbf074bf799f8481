import CampaignRules
import Engine
import Foundation
import MessageModel
import QueueStore
import RiskRules
import TestSupport
import Testing
import Tillwire
import TopicConsumer

/// What the three systems left behind.
private struct Outcome: Equatable {
    /// All rows of risk control, campaigns and promotions, by consumer and key.
    var rows: [UInt32: [Bytes: Bytes]] = [:]
    /// The grants, in the order of their queue.
    var grants: [Bytes] = []

    /// Reads a store that nobody uses.
    init(_ folder: String) async throws {
        let broker = try await EmbeddedBroker.open(at: folder, options: StoreOptions(mapByteCount: 1 << 32))
        for consumer in UInt32(3)...5 {
            var found: [Bytes: Bytes] = [:]
            try await broker.forEachRow(.state(ConsumerID(rawValue: consumer)), prefix: .empty) { row in
                found[row.key] = row.value
                return true
            }
            rows[consumer] = found
        }
        let queue = try broker.queue("promotion-grants")
        while true {
            let messages = try await queue.receiveInOrder(max: 256)
            guard !messages.isEmpty else { break }
            grants += messages.map { $0.body.detached() }
            try await queue.acknowledge(messages)
        }
        await broker.close()
    }
}

@Suite("Exactly-once effect", .serialized)
struct ExactlyOnceTests {
    @Test(
        "30 kills at random points while 100,000 orders with repeats flow: risk control, campaigns and promotions end as in an undisturbed run, byte for byte"
    )
    func thirtyKills() async throws {
        let messages = 100_000
        let seed = UInt64.random(in: 1...1_000_000)
        var generator = SeededGenerator(seed: seed)
        let killed = TemporaryFolder()
        for cycle in 0..<30 {
            let lines = 1 + Int(generator.next() % 60)
            let wasKilled = try WorkerRun.kill(killed.path + "/store", messages: messages, afterLines: lines)
            #expect(wasKilled, "cycle \(cycle), seed \(seed)")
        }
        #expect(try WorkerRun.finish(killed.path + "/store", messages: messages), "seed \(seed)")
        let undisturbed = TemporaryFolder()
        #expect(try WorkerRun.finish(undisturbed.path + "/store", messages: messages))
        let report = try Store.verify(folder: killed.path + "/store", options: StoreOptions(mapByteCount: 1 << 32))
        #expect(report.problems == [], "seed \(seed)")

        let left = try await Outcome(killed.path + "/store")
        let right = try await Outcome(undisturbed.path + "/store")
        for consumer in UInt32(3)...5 {
            let different = Set(left.rows[consumer, default: [:]].keys).union(right.rows[consumer, default: [:]].keys)
                .filter { left.rows[consumer]?[$0] != right.rows[consumer]?[$0] }
            #expect(different.isEmpty, "consumer \(consumer): \(different.prefix(5)), seed \(seed)")
        }
        #expect(left.grants == right.grants, "seed \(seed)")
        try Self.provesSomething(right)
    }

    /// Two empty runs would be alike too.
    private static func provesSomething(_ outcome: Outcome) throws {
        let decisions = (outcome.rows[3] ?? [:]).filter { $0.key.slice.first == 3 }
            .compactMap { RiskDecision(encoded: Array($0.value.slice)) }
        #expect(Set(decisions.map(\.action)).isSuperset(of: [.block, .alert]))
        #expect(decisions.count > 10)
        #expect(outcome.grants.count > 1_000)
        #expect(Set(outcome.grants).count == outcome.grants.count)
        #expect((outcome.rows[4] ?? [:]).count > 10_000)
    }
}
