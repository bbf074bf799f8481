import CMQProtocol
import Engine
import MessageModel
@testable import QueueAPI
import QueueStore
import TestSupport
import Testing
import Tillwire

@Suite struct MessageCallTests {
    @Test("what was sent is received with its id, its times and a count, and once deleted it is gone")
    func sendReceiveDelete() async throws {
        try await World.with { world in
            try await world.makeQueue("orders")
            let sentAt = world.time.now
            let ids = await world.send("orders", ["支付成功", "b"]).ids
            #expect(ids.count == 2 && Set(ids).count == 2)
            world.time.advance(milliseconds: 4_000)
            let first = try await world.receive("orders", 1)
            #expect(first.map(\.id) == [ids[0]] && first[0].body.text == "支付成功")
            #expect(first[0].enqueuedAt == sentAt && first[0].firstReceivedAt == world.time.now)
            #expect(first[0].hiddenUntil == world.time.now.adding(milliseconds: 30_000) && first[0].deliveryCount == 1)
            world.time.advance(milliseconds: 30_000)
            let again = try await world.receive("orders", 1)
            #expect(again.map(\.id) == [ids[0]] && again[0].deliveryCount == 2)
            #expect(again[0].firstReceivedAt == first[0].firstReceivedAt)
            #expect(again[0].receiptHandle != first[0].receiptHandle)
            #expect(await world.delete("orders", [first[0].receiptHandle], isBatch: false).fault == .handleInvalid)
            #expect(await world.delete("orders", [again[0].receiptHandle], isBatch: false).fault == nil)
            #expect(await world.delete("orders", [again[0].receiptHandle], isBatch: false).fault == nil, "a repeat")
            #expect(try await world.queue("orders").activeCount == 1)
        }
    }

    @Test("handles of another queue, of another delivery and garbage delete nothing")
    func foreignHandles() async throws {
        try await World.with { world in
            try await world.makeQueue("orders")
            try await world.makeQueue("other")
            _ = await world.send("orders", ["a", "b", "c"])
            let handles = try await world.receive("orders").map(\.receiptHandle)
            #expect(await world.delete("other", [handles[0]], isBatch: false).fault == .handleInvalid)
            #expect(await world.delete("orders", ["283748239349283"], isBatch: false).fault == .handleInvalid)
            #expect(await world.delete("absent", [handles[0]], isBatch: false).fault == .queueNotFound)
            #expect(try await world.queue("orders").inactiveCount == 3, "nothing was deleted")
            let partly = await world.delete("orders", [handles[0], "1", handles[0]])
            guard case .success(.deleteFailed(let whole, let failed)) = partly else { throw Unexpected() }
            #expect(whole == .deletePartlyFailed)
            #expect(failed.map(\.receiptHandle) == ["1"] && failed.map(\.fault) == [.handleInvalid])
            guard case .success(.deleteFailed(let all, let each)) = await world.delete("orders", ["1", "2"]) else {
                throw Unexpected()
            }
            #expect(all == .deleteFailed && each.map(\.receiptHandle) == ["1", "2"])
            #expect(try await world.queue("orders").inactiveCount == 2)
        }
    }

    @Test("a send is stored wholly or not at all, and others of the same turn are not touched by it")
    func allOrNothing() async throws {
        try await World.with { world in
            try await world.makeQueue("orders") { $0.bodyByteCountMax = 1_024 }
            let large = String(repeating: "x", count: 1_025)
            let outcomes = await world.operations.store([
                StoreCall(.send(SendMessages(queue: "orders", bodies: ["a"]))),
                StoreCall(.send(SendMessages(queue: "orders", bodies: ["b", Bytes(large)]))),
                StoreCall(.send(SendMessages(queue: "absent", bodies: ["c"]))),
                StoreCall(.send(SendMessages(queue: "orders", bodies: ["d", "e"]))),
            ])
            #expect(outcomes.map(\.result.fault) == [nil, .bodyTooLarge(1_024), .queueNotFound, nil])
            #expect(try await world.bodies("orders") == ["a", "d", "e"])
            #expect(await world.send("orders", [""]).fault == .emptyBody)
            let half = String(repeating: "y", count: 600_000)
            #expect(await world.send("orders", [half, half]).fault == .batchTooLarge)
            #expect(try await world.queue("orders").activeCount == 0)
        }
    }

    @Test("many sends of one turn are split where the engine's bounds ask for it")
    func largeTurn() async throws {
        try await World.with { world in
            try await world.makeQueue("orders") { $0.bodyByteCountMax = 1_048_576 }
            let body = Bytes(String(repeating: "z", count: 20_000))
            let call = StoreCall(.send(SendMessages(queue: "orders", bodies: [body])))
            let outcomes = await world.operations.store([StoreCall](repeating: call, count: 600))
            #expect(outcomes.allSatisfy { $0.result.fault == nil })
            #expect(try await world.queue("orders").activeCount == 600)
        }
    }

    @Test("a full queue takes no more, and a batch that would pass the limit is refused whole")
    func full() async throws {
        try await World.with { world in
            try await world.makeQueue("orders") { $0.messageCountMax = 3 }
            #expect(await world.send("orders", ["a", "b"]).fault == nil)
            #expect(await world.send("orders", ["c", "d"]).fault == .queueFull)
            #expect(await world.send("orders", ["c"]).fault == nil)
            #expect(await world.send("orders", ["d"]).fault == .queueFull)
            #expect(try await world.queue("orders").activeCount == 3)
        }
    }

    @Test("delays: to the second, within the operator's range and below what the queue keeps")
    func delays() async throws {
        try await World.with { world in
            try await world.makeQueue("orders") { $0.retentionSeconds = 600 }
            #expect(await world.send("orders", ["later"], delaySeconds: 599).fault == nil)
            #expect(await world.send("orders", ["a"], delaySeconds: 600).fault?.module == 10692)
            #expect(await world.send("orders", ["a"], delaySeconds: 3_601).fault?.module == 10692)
            #expect(try await world.queue("orders").delayedCount == 1)
            world.time.advance(milliseconds: 598_999)
            #expect(try await world.bodies("orders").isEmpty)
        }
        try await World.with({ $0.delaySecondsMax = 6_048_000 }) { world in
            try await world.makeQueue("orders") { $0.retentionSeconds = 1_296_000 }
            #expect(await world.send("orders", ["a"], delaySeconds: 1_000_000).fault == nil)
            #expect(await world.send("orders", ["a"], delaySeconds: 6_048_001).fault?.module == 10692)
            try await world.makeQueue("short")
            #expect(await world.send("short", ["due"], delaySeconds: 2).fault == nil)
            world.time.advance(milliseconds: 2_000)
            var bodies: [String] = []
            _ = try await eventually(moving: world.time) {
                bodies = try await world.bodies("short")
                return !bodies.isEmpty
            }
            #expect(bodies == ["due"])
        }
    }

    @Test("delayed sends stop at the cap, also many at once, but the repeat of a stored one does not")
    func delayedCap() async throws {
        try await World.with({ $0.delayedCountMax = 10 }) { world in
            try await world.makeQueue("orders")
            let key = try IdempotencyKey("the tenth", lifetime: .replayGuard)
            #expect(await world.send("orders", Array(repeating: "a", count: 9), delaySeconds: 60).fault == nil)
            let tenth = await world.send("orders", ["tenth"], delaySeconds: 60, keys: [key])
            #expect(tenth.fault == nil)
            #expect(await world.send("orders", ["b"], delaySeconds: 60).fault == .tooManyInFlight)
            #expect(await world.send("orders", ["tenth"], delaySeconds: 60, keys: [key]).ids == tenth.ids)
            #expect(await world.send("orders", ["now"]).fault == nil, "only delayed ones are counted")
            #expect(try await world.queue("orders").delayedCount == 10)
            try await world.makeQueue("parallel")
            let stored = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<30 {
                    group.addTask { await world.send("parallel", ["x"], delaySeconds: 60).fault == nil }
                }
                var count = 0
                for await isStored in group where isStored { count += 1 }
                return count
            }
            let delayed = try await world.queue("parallel").delayedCount
            #expect(stored <= 10 && UInt64(stored) == delayed)
        }
    }

    @Test("a repeat under the same keys stores nothing and gets the first ids")
    func repeats() async throws {
        try await World.with { world in
            try await world.makeQueue("orders")
            let keys = try (0..<2).map { try IdempotencyKey("k\($0)", lifetime: .replayGuard) }
            let first = await world.send("orders", ["a", "b"], keys: keys)
            let call = StoreCall(.send(SendMessages(queue: "orders", bodies: ["a", "b"])), keys: keys)
            let outcomes = await world.operations.store([call, call])
            #expect(outcomes.map(\.isRepeat) == [true, true])
            for outcome in outcomes {
                guard case .success(.stored(let ids)) = outcome.result else { throw Unexpected() }
                #expect(ids == first.ids)
            }
            #expect(try await world.queue("orders").activeCount == 2)
            world.time.advance(milliseconds: 600_001)
            #expect(await world.send("orders", ["a", "b"], keys: keys).ids != first.ids, "the guard's time is over")
        }
    }

    @Test("a receive waits as its queue says where it does not say itself, at most half a minute")
    func waits() async throws {
        try await World.with { world in
            try await world.makeQueue("orders") { $0.pollSeconds = 7 }
            func wait(_ seconds: UInt64?) throws -> UInt64 {
                try world.operations.target(of: ReceiveMessages(queue: "orders", waitSeconds: seconds)).waitMillis
            }
            #expect(try wait(nil) == 7_000)
            #expect(try wait(0) == 0)
            #expect(try wait(31) == 30_000)
            #expect(throws: CMQFault.queueNotFound) {
                try world.operations.target(of: ReceiveMessages(queue: "absent"))
            }
        }
    }

    @Test("what is given back is visible at once")
    func givingBack() async throws {
        try await World.with { world in
            try await world.makeQueue("orders")
            _ = await world.send("orders", ["a", "b"])
            let (queue, _) = try world.operations.target(of: ReceiveMessages(queue: "orders"))
            let found = try await world.operations.receive(from: queue, countMax: 2, waitMillis: 0, consumer: "")
            await world.operations.giveBack(found.map(\.receipt))
            #expect(try await world.receive("orders").map(\.deliveryCount) == [2, 2])
            await world.operations.giveBack([])
        }
    }

    @Test("every error of the engine has a word of CMQ's, none tells of paths or rows")
    func brokerErrors() {
        let errors: [BrokerError] = [
            .invalidName("x"), .invalidTag("x"), .tooManyTags(count: 6), .invalidRoutingKey("x"),
            .routingKeyMissing(topic: "t"), .propertiesTooLarge(byteCount: 1), .invalidIdempotencyKey(byteCount: 0),
            .bodyTooLarge(byteCount: 2, byteCountMax: 1), .invalidBatchCount(0), .batchTooLarge(byteCount: 1),
            .outOfRange("x"), .queueNotFound("q"), .topicNotFound("t"), .subscriptionNotFound("s"), .alreadyExists("q"),
            .queueFull(queue: "q", limit: "1"), .queueInUse("q"), .rewindOff(queue: "q"), .tooManyEntities("queues"),
            .noMatchingSubscription(topic: "t"), .receiptInvalid, .tooManyUnacknowledged(queue: "q"), .overloaded("x"),
            .storeFull("/var/secret"), .outcomeUnknown("/var/secret"), .rowConflict, .corrupted("/var/secret"), .closed,
            .cancelled, .storeInUse(path: "/var/secret"), .storeUnusable("/var/secret"),
            .system(operation: "/var/secret", code: 5),
        ]
        for error in errors {
            for place in FaultPlace.allCases {
                let fault = CMQFault(error, at: place)
                #expect(fault.code != 0 && !fault.text.contains("secret"))
            }
        }
        #expect(CMQFault(.overloaded("x"), at: .queue) == .throttled)
        #expect(CMQFault(.alreadyExists("x"), at: .topic) == .topicExists)
        #expect(CMQFault(.alreadyExists("x"), at: .subscription) == .subscriptionExists)
        #expect(CMQFault(.tooManyEntities("x"), at: .topic) == .tooManyTopics)
        #expect(CMQFault(.tooManyUnacknowledged(queue: "q"), at: .queue) == .tooManyInFlight)
        #expect(CMQFault(.closed, at: .queue).code == 6000)
    }
}
