import CMQProtocol
import Engine
import MessageModel
import QueueAPI
import TestSupport
import Testing
import Tillwire

@Suite struct QueueCallTests {
    @Test("a queue that says nothing gets CMQ's defaults, and its id stays the same and is its own")
    func defaults() async throws {
        try await World.with { world in
            guard case .queueMade(let made) = try await world.done(.createQueue("pay-order", QueueSettings())) else {
                throw Unexpected()
            }
            let found = try await world.queue("PAY-order")
            #expect(found.name.text == "pay-order")
            #expect(found.id == made.id && found.id.hasPrefix("queue-") && found.id.utf8.count >= 14)
            #expect(found.settings.messageCountMax == 100_000_000)
            #expect(found.settings.pollSeconds == 0 && found.settings.visibilitySeconds == 30)
            #expect(found.settings.bodyByteCountMax == 65_536 && found.settings.retentionSeconds == 345_600)
            #expect(found.settings.rewindSeconds == 0 && found.settings.deadLetter == nil)
            #expect(found.createdAt == world.time.now && found.oldestAt == world.time.now)
            #expect(world.broker.topology.queues["pay-order"]?.attributes.retentionMillis == 345_600_000)
            try await world.done(.deleteQueue("pay-order"))
            try await world.makeQueue("pay-order")
            #expect(try await world.queue("pay-order").id != made.id)
        }
    }

    @Test("a name that is taken is refused, even with the same settings and in another case")
    func taken() async throws {
        try await World.with { world in
            try await world.makeQueue("orders")
            await world.refuses(.createQueue("orders", QueueSettings()), .queueExists)
            await world.refuses(.createQueue("ORDERS", QueueSettings()), .queueExists)
            async let first = world.fault(.createQueue("race", QueueSettings()))
            async let second = world.fault(.createQueue("race", QueueSettings()))
            let faults = await [first, second]
            #expect(faults.compactMap { $0 } == [.queueExists], "of two at once one makes it")
        }
    }

    @Test("attributes that are given change, others stay, and what they say together is checked")
    func attributes() async throws {
        try await World.with { world in
            try await world.makeQueue("orders") { $0.visibilitySeconds = 60 }
            var settings = QueueSettings()
            settings.pollSeconds = 20
            settings.rewindSeconds = 3_600
            settings.isTraced = true
            guard case .queueChanged(let changed) = try await world.done(.setQueueAttributes("orders", settings)) else {
                throw Unexpected()
            }
            #expect(changed.settings.pollSeconds == 20 && changed.settings.visibilitySeconds == 60)
            #expect(changed.settings.rewindSeconds == 3_600 && changed.settings.isTraced == true)
            settings = QueueSettings()
            settings.retentionSeconds = 60
            await world.refuses(.setQueueAttributes("orders", settings), .rewindBeyondRetention)
            settings.rewindSeconds = 61
            await world.refuses(.createQueue("other", settings), .rewindBeyondRetention)
            await world.refuses(.setQueueAttributes("absent", QueueSettings()), .queueNotFound)
        }
    }

    @Test("dead-letter rules: six sources at most, no chains, bound queues stay, and the age is below the retention")
    func deadLetters() async throws {
        try await World.with { world in
            try await world.makeQueue("dead")
            func bound(to queue: EntityName, _ rule: DeadLetterSettings.Rule = .receiveCount(3)) -> QueueSettings {
                var settings = QueueSettings()
                settings.deadLetter = DeadLetterSettings(queue: queue, rule: rule)
                return settings
            }
            await world.refuses(.createQueue("a", bound(to: "absent")), .queueNotFound)
            try await world.done(.createQueue("a", bound(to: "dead")))
            #expect(try await world.queue("a").settings.deadLetter?.rule == .receiveCount(3))
            #expect(try await world.queue("a").settings.deadLetter?.queue == "dead")
            for name: EntityName in ["b", "c", "d", "e", "f"] {
                try await world.done(.createQueue(name, bound(to: "dead")))
            }
            #expect(await world.fault(.createQueue("g", bound(to: "dead")))?.code == 4000)
            try await world.done(.setQueueAttributes("f", bound(to: "dead", .ageSeconds(300))))
            #expect(try await world.queue("f").settings.deadLetter?.rule == .ageSeconds(300))
            #expect(await world.fault(.createQueue("g", bound(to: "a")))?.code == 4000, "a has one itself")
            try await world.makeQueue("plain")
            #expect(await world.fault(.setQueueAttributes("dead", bound(to: "plain")))?.code == 4000, "it is one")
            #expect(await world.fault(.setQueueAttributes("plain", bound(to: "plain")))?.code == 4000)
            var short = bound(to: "dead", .ageSeconds(300))
            short.retentionSeconds = 300
            try await world.done(.unbindDeadLetter(source: "f"))
            #expect(await world.fault(.setQueueAttributes("f", short))?.module == 10350)
            await world.refuses(.deleteQueue("dead"), .queueIsDeadLetter)
            #expect(try await world.queue("dead").deadLetterSources.map(\.name) == ["a", "b", "c", "d", "e"])
            guard
                case .queues(let sources, let count) = try await world.done(
                    .listDeadLetterSources("dead", EntityListing()))
            else { throw Unexpected() }
            #expect(count == 5 && sources.map(\.name) == ["a", "b", "c", "d", "e"])
            for name: EntityName in ["a", "b", "c", "d", "e"] { try await world.done(.unbindDeadLetter(source: name)) }
            try await world.done(.unbindDeadLetter(source: "a"))
            try await world.done(.deleteQueue("dead"))
        }
    }

    @Test("a message that was received too often moves to the dead-letter queue")
    func deadLetterMoves() async throws {
        try await World.with { world in
            try await world.makeQueue("dead")
            try await world.makeQueue("orders") {
                $0.visibilitySeconds = 1
                $0.deadLetter = DeadLetterSettings(queue: "dead", rule: .receiveCount(2))
            }
            let ids = await world.send("orders", ["paid"]).ids
            for delivery in 1...2 {
                #expect(try await world.receive("orders").map(\.deliveryCount) == [delivery])
                world.time.advance(milliseconds: 1_000)
            }
            #expect(try await world.receive("orders").isEmpty)
            var moved: [ReceivedMessage] = []
            let came = try await eventually(moving: world.time) {
                moved = try await world.receive("dead")
                return !moved.isEmpty
            }
            #expect(came && moved.map(\.id) == ids)
        }
    }

    @Test("lists: any part of a name in any case, names alone, pages, and the number of all matches")
    func lists() async throws {
        try await World.with { world in
            for name: EntityName in ["pay-b", "Pay-a", "risk", "PAY-c"] { try await world.makeQueue(name) }
            func list(_ change: (inout EntityListing) -> Void) async throws -> ([String], Int) {
                var listing = EntityListing()
                change(&listing)
                guard case .queues(let page, let count) = try await world.done(.listQueues(listing)) else {
                    throw Unexpected()
                }
                return (page.map(\.name.text), count)
            }
            #expect(try await list { _ in } == (["Pay-a", "pay-b", "PAY-c", "risk"], 4))
            #expect(try await list { $0.searchWord = "AY-" } == (["Pay-a", "pay-b", "PAY-c"], 3))
            #expect(try await list { ($0.searchWord, $0.offset, $0.limit) = ("pay", 1, 1) } == (["pay-b"], 3))
            #expect(try await list { $0.offset = 9 } == ([], 4))
            #expect(try await list { $0.names = ["RISK", "absent"] } == (["risk"], 1))
            #expect(try await list { $0.searchWord = "pay-order-that-is-longer" } == ([], 0))
            let result = try await world.operations.control(.listQueues(EntityListing())) { $0 == "risk" }
            guard case .queues(let visible, let count) = result else { throw Unexpected() }
            #expect(visible.map(\.name) == ["risk"] && count == 1)
        }
    }

    @Test("rewind: off, before and after the range, and within it what was deleted comes back")
    func rewind() async throws {
        try await World.with { world in
            try await world.makeQueue("plain")
            await world.refuses(.rewindQueue("plain", to: world.time.now), .rewindOff)
            try await world.makeQueue("orders") { $0.rewindSeconds = 600 }
            world.time.advance(milliseconds: 1_234)
            let sentAt = world.time.now
            let ids = await world.send("orders", ["one", "two"]).ids
            let handles = try await world.receive("orders").map(\.receiptHandle)
            #expect(await world.delete("orders", handles).fault == nil)
            #expect(try await world.queue("orders").rewindableCount == 2)
            world.time.advance(milliseconds: 60_000)
            func moment(_ seconds: UInt64) -> Timestamp { Timestamp(milliseconds: seconds * 1_000) }
            let now = world.time.now.milliseconds / 1_000
            await world.refuses(.rewindQueue("orders", to: moment(now - 601)), .rewindTime)
            await world.refuses(.rewindQueue("orders", to: moment(now + 1)), .rewindTime)
            try await world.done(.rewindQueue("orders", to: moment(sentAt.milliseconds / 1_000)))
            var back: [MessageID] = []
            _ = try await eventually(moving: world.time) {
                back += try await world.receive("orders").map(\.id)
                return back.count == 2
            }
            #expect(back == ids)
            // What waits is older than the moment: the range ends with it.
            await world.refuses(.rewindQueue("orders", to: moment(now)), .rewindTime)
            try await world.done(.rewindQueue("orders", to: moment(now - 600)))
        }
    }

    @Test("clearing leaves nothing, and an absent queue is told everywhere")
    func clearing() async throws {
        try await World.with { world in
            try await world.makeQueue("orders")
            _ = await world.send("orders", ["a", "b"])
            _ = await world.send("orders", ["c"], delaySeconds: 60)
            _ = try await world.receive("orders", 1)
            let full = try await world.queue("orders")
            #expect((full.activeCount, full.inactiveCount, full.delayedCount) == (1, 1, 1))
            try await world.done(.clearQueue("orders"))
            let empty = try await world.queue("orders")
            #expect((empty.activeCount, empty.inactiveCount, empty.delayedCount) == (0, 0, 0))
            for call: CMQRequest in [
                .clearQueue("absent"), .deleteQueue("absent"), .describeQueue("absent"),
                .rewindQueue("absent", to: .zero), .unbindDeadLetter(source: "absent"),
                .listDeadLetterSources("absent", EntityListing()),
            ] { await world.refuses(call, .queueNotFound) }
        }
    }

    @Test("queues of payments are neither changed, cleared nor deleted")
    func moneyQueue() async throws {
        try await World.with({ $0.moneyRules.queues = ["merchant-orders"] }) { world in
            _ = try await world.broker.createQueue("merchant-orders")
            _ = await world.send("merchant-orders", ["paid"])
            for call: CMQRequest in [
                .clearQueue("merchant-orders"), .deleteQueue("Merchant-Orders"),
                .unbindDeadLetter(source: "merchant-orders"),
                .setQueueAttributes("merchant-orders", QueueSettings()),
            ] { #expect(await world.fault(call)?.code == 4000) }
            #expect(try await world.queue("merchant-orders").activeCount == 1)
            #expect(try await world.queue("merchant-orders").settings.retentionSeconds == 1_296_000)
            await world.refuses(.createQueue("Merchant-Orders", QueueSettings()), .queueExists)
        }
    }

    @Test("nobody makes a queue of payments in the daemon's place, with retention and limits of his own")
    func moneyQueueMadeBefore() async throws {
        let rules: @Sendable (inout QueueOperationSettings) -> Void = {
            $0.moneyRules.queues = ["dead-orders"]
            $0.moneyRules.queuePrefixes = ["held-orders-"]
        }
        try await World.with(rules) { world in
            for name: EntityName in ["dead-orders", "Dead-Orders", "held-orders-1900000109", "HELD-orders-x"] {
                let fault = await world.fault(.createQueue(name, QueueSettings()))
                #expect(fault?.code == 4000 && fault?.module == 10000, "\(name)")
            }
            #expect(world.broker.topology.queues.isEmpty)
            try await world.makeQueue("held-order")
        }
    }

    @Test(
        "the longest delay that is told is the longest that is taken",
        arguments: [60, 3_600, 3_601, 86_400] as [UInt64])
    func longestDelay(_ retention: UInt64) async throws {
        try await World.with { world in
            try await world.makeQueue("orders") { $0.retentionSeconds = retention }
            let told = try await world.queue("orders").delaySecondsMax
            #expect(told == min(3_600, retention - 1))
            #expect(await world.send("orders", ["a"], delaySeconds: told).fault == nil)
            #expect(await world.send("orders", ["b"], delaySeconds: told + 1).fault?.module == 10692)
        }
        try await World.with({ $0.delaySecondsMax = 86_400 }) { world in
            try await world.makeQueue("dead")
            try await world.makeQueue("orders") {
                $0.deadLetter = DeadLetterSettings(queue: "dead", rule: .ageSeconds(300))
            }
            #expect(try await world.queue("orders").delaySecondsMax == 299)
            #expect(try await world.queue("dead").delaySecondsMax == 86_400)
        }
    }
}
