import HTTPDataPlane
import MerchantPush
import NIOCore
import PaymentNotice
import PushSchedule
import QueueStore
import Testing
import Tillwire
import Webhooks

@Suite("merchant push", .timeLimit(.minutes(2)))
struct MerchantPushTests {
    @Test(
        "an order reaches its merchant byte for byte, signed by all active keys, and is acknowledged after the answer")
    func healthy() async throws {
        try await PushWorld.with { world in
            let merchant = try await world.merchant("1630005678")
            let message = try await world.order(1, merchant: "1630005678")
            try await world.running { push in
                try await until { await push.figures().acked == 1 }
                let request = try #require(merchant.stub.requests.first)
                let body = Array(buffer: request.body)
                #expect(body == message.encode())
                for secret in [merchant.secret, merchant.olderSecret] {
                    let verdict = WebhookVerifier(secrets: [secret]).verify(
                        headers: request.headers, payload: body, nowSeconds: 1_760_000_000)
                    #expect(verdict == .accepted(id: request.headers["webhook-id"] ?? "", scheme: .v1))
                }
            }
            let record = try await world.record(message)
            #expect(record.state == .acknowledged)
            #expect(record.attemptCount == 1)
            #expect(record.acknowledgedAtMillis == 1_760_000_000_000)
            #expect(try await world.waitingCount("merchant-orders") == 0)
        }
    }

    @Test("the header fields are those of the contract, in its order")
    func headerFields() async throws {
        try await PushWorld.with { world in
            let merchant = try await world.merchant("1630005678")
            try await world.order(1, merchant: "1630005678")
            try await world.running { push in try await until { await push.figures().acked == 1 } }
            let fields = try #require(merchant.stub.requests.first).headers
            let names = fields.map { $0.name.lowercased() }.filter { $0 != "connection" }
            #expect(
                names == [
                    "host", "user-agent", "accept", "accept-encoding", "content-type", "content-length", "webhook-id",
                    "webhook-timestamp", "webhook-signature", "idempotency-key", "webhook-event", "webhook-attempt",
                ])
            #expect(fields["webhook-event"] == "order.paid")
            #expect(fields["webhook-attempt"] == "1")
            #expect(fields["idempotency-key"] == fields["webhook-id"])
            #expect(fields["content-type"] == "application/json; charset=utf-8")
        }
    }

    @Test("a failing endpoint gets the order again when its ladder says, under the same id")
    func recovering() async throws {
        try await PushWorld.with { world in
            let merchant = try await world.merchant("1630005678")
            merchant.stub.script([.status(500), .status(404)])
            let message = try await world.order(1, merchant: "1630005678")
            try await world.running { push in
                try await until { await push.figures().scheduled == 1 }
                let due = try #require(try await world.record(message).nextDueAtMillis)
                #expect((4_000...6_000).contains(due - 1_760_000_000_000))
                world.clock.advance(byMillis: 6_000)
                try await until { await push.figures().scheduled == 2 }
                world.clock.advance(byMillis: 18_000)
                try await until { await push.figures().acked == 1 }
                #expect(await push.figures().attempts == [.serverError: 1, .clientError: 1, .acked: 1])
            }
            #expect(Set(merchant.stub.ids).count == 1)
            #expect(merchant.stub.requests.map { $0.headers["webhook-attempt"] } == ["1", "2", "3"])
            #expect(try await world.record(message).attemptCount == 3)
        }
    }

    @Test("Retry-After holds the order back longer than its ladder")
    func retryAfter() async throws {
        try await PushWorld.with { world in
            let merchant = try await world.merchant("1630005678")
            merchant.stub.script([.status(429, headers: ["Retry-After": "120"])])
            let message = try await world.order(1, merchant: "1630005678")
            try await world.running { push in
                try await until { await push.figures().scheduled == 1 }
                #expect(try await world.record(message).nextDueAtMillis == 1_760_000_120_000)
                world.clock.advance(byMillis: 121_000)
                try await until { await push.figures().acked == 1 }
            }
            #expect(merchant.stub.count == 2)
        }
    }

    @Test("an exhausted ladder moves the order to dead-orders, once and whole")
    func exhausted() async throws {
        try await PushWorld.with { world in
            let ladder = try RetryLadder.custom(delaysMillis: [1_000])
            let merchant = try await world.merchant("1630005678", ladder: ladder)
            merchant.stub.answer(.status(500))
            let message = try await world.order(1, merchant: "1630005678")
            try await world.running { push in
                try await until { await push.figures().scheduled == 1 }
                world.clock.advance(byMillis: 2_000)
                try await until { await push.figures().dead == 1 }
                #expect(try await push.backlog().dead == 1)
            }
            #expect(try await world.record(message).state == .dead)
            #expect(try await world.waitingCount("merchant-orders") == 0)
            let dead = try await world.broker.queue("dead-orders").receive(max: 10)
            #expect(dead.map { Array($0.body.slice) } == [message.encode()])
        }
    }

    @Test("a merchant may stop an order's tries")
    func stopMessage() async throws {
        try await PushWorld.with { world in
            let merchant = try await world.merchant("1630005678")
            merchant.stub.answer(.status(422, headers: ["webhook-delivery": "stop-message"]))
            let message = try await world.order(1, merchant: "1630005678")
            try await world.running { push in try await until { await push.figures().dead == 1 } }
            #expect(try await world.record(message).state == .dead)
            #expect(merchant.stub.count == 1)
        }
    }

    @Test("a dead merchant beside a healthy one delays nobody")
    func isolation() async throws {
        try await PushWorld.with { world in
            let dead = try await world.merchant("1630000001")
            let healthy = try await world.merchant("1630000002")
            dead.stub.answer(.keep)
            for number in 0..<40 { try await world.order(number, merchant: "1630000001") }
            for number in 40..<80 { try await world.order(number, merchant: "1630000002") }
            var settings = MerchantPushSettings()
            settings.slotCountMax = 16
            settings.stopMillisMax = 0
            try await world.running(settings) { push in
                // The clock stands and the dead server answers nothing: whatever gets through does not wait for it.
                try await until { await push.figures().acked == 40 }
                #expect(Set(healthy.stub.ids).count == 40)
                #expect(await push.figures().inFlightSlow <= 4)
                #expect(dead.stub.count <= 2)
            }
            // Broken off attempts are nobody's fault: the orders are all still there, and no attempt was used.
            #expect(try await world.waitingCount("merchant-orders") == 40)
        }
    }

    @Test("orders of a merchant nobody registered are held visibly and delivered after the registration")
    func unregistered() async throws {
        try await PushWorld.with { world in
            let messages = [
                try await world.order(1, merchant: "1639999999"), try await world.order(2, merchant: "1639999999"),
            ]
            try await world.running { push in
                try await until { await push.figures().held == 2 }
                #expect(try await push.backlog().held == ["1639999999": 2])
                #expect(try await world.record(messages[0]).state == .held)
                #expect(try await world.waitingCount("merchant-orders") == 0)
                let merchant = try await world.merchant("1639999999")
                await push.merchantChanged("1639999999")
                try await until { await push.figures().acked == 2 }
                #expect(Set(merchant.stub.requests.map { Array(buffer: $0.body) }) == Set(messages.map { $0.encode() }))
                #expect(await push.figures().returned == 2)
                #expect(try await push.backlog().held.isEmpty)
            }
            #expect(try await world.record(messages[1]).state == .acknowledged)
        }
    }

    @Test("an order that is held, returned and held again is lost by no idempotency key")
    func heldTwice() async throws {
        try await PushWorld.with { world in
            try await world.order(1, merchant: "1639999999")
            let merchant = try await world.merchant("1639999999")
            world.directory.remove("1639999999")
            try await world.running { push in
                try await until { await push.figures().held == 1 }
                merchant.stub.script([.status(500)])
                try world.register("1639999999", merchant)
                await push.merchantChanged("1639999999")
                try await until { await push.figures().scheduled == 1 }
                world.directory.remove("1639999999")
                world.clock.advance(byMillis: 6_000)
                try await until { await push.figures().held == 2 }
                #expect(try await push.backlog().held == ["1639999999": 1])
                try world.register("1639999999", merchant)
                await push.merchantChanged("1639999999")
                try await until { await push.figures().acked == 1 }
            }
            #expect(merchant.stub.requests.map { $0.headers["webhook-attempt"] } == ["1", "2"])
        }
    }

    @Test("orders held before a restart are delivered after it, if the merchant was registered meanwhile")
    func heldAcrossRestart() async throws {
        try await PushWorld.with { world in
            try await world.order(1, merchant: "1639999999")
            try await world.running { push in try await until { await push.figures().held == 1 } }
            await world.close()
            let merchant = try await world.merchant("1639999999")
            try await world.open()
            try await world.running { push in try await until { await push.figures().acked == 1 } }
            #expect(merchant.stub.count == 1)
        }
    }

    @Test("what the merchant took while the store died is delivered again, under the same id")
    func crashBetweenPostAndAcknowledgement() async throws {
        try await PushWorld.with { world in
            let merchant = try await world.merchant("1630005678")
            merchant.stub.script([.keep])
            let message = try await world.order(1, merchant: "1630005678")
            try await world.running { push in
                try await until { merchant.stub.keptCount == 1 }
                // The store is gone when the merchant's answer comes: nothing of it can be written.
                await world.close()
                merchant.stub.releaseAll()
                try await until { await push.figures().attempts[.acked] == 1 }
            }
            try await world.open()
            #expect(try await world.record(message).attemptCount == 0)
            world.clock.advance(byMillis: 120_000)
            try await world.running { push in try await until { await push.figures().acked == 1 } }
            #expect(merchant.stub.count == 2)
            #expect(Set(merchant.stub.ids).count == 1)
            #expect(merchant.stub.requests.map { $0.headers["webhook-attempt"] } == ["1", "1"])
        }
    }

    @Test("an acknowledgement after the lease's end is counted as a possible duplicate")
    func leaseEnded() async throws {
        try await PushWorld.with { world in
            let merchant = try await world.merchant("1630005678")
            merchant.stub.script([.keep])
            try await world.order(1, merchant: "1630005678")
            try await world.running { push in
                try await until { merchant.stub.keptCount == 1 }
                world.clock.advance(byMillis: 61_000)
                try await until { merchant.stub.count == 2 }
                try await until { await push.figures().acked == 1 }
                merchant.stub.releaseAll()
                try await until { await push.figures().attempts[.acked] == 2 }
                try await until { await push.figures().uncommitted == 0 }
                #expect(await push.figures().leaseEnded == 1)
            }
        }
    }

    @Test("a message that is no order is moved aside and blocks nothing")
    func malformed() async throws {
        try await PushWorld.with { world in
            let merchant = try await world.merchant("1630005678")
            try await world.broker.createQueue("merchant-orders").send("no order")
            try await world.order(1, merchant: "1630005678")
            try await world.running { push in
                try await until { await push.figures().acked == 1 }
                try await until { await push.figures().malformed == 1 }
            }
            #expect(merchant.stub.count == 1)
            #expect(try await world.waitingCount("dead-orders") == 1)
        }
    }

    @Test("a graceful stop lets attempts finish, commits their results and releases the rest at once")
    func gracefulStop() async throws {
        try await PushWorld.with { world in
            let merchant = try await world.merchant("1630005678")
            merchant.stub.answer(.keep)
            for number in 0..<10 { try await world.order(number, merchant: "1630005678") }
            try await world.running { _ in
                try await until { merchant.stub.keptCount == 2 }
                merchant.stub.answer(.status(200))
                merchant.stub.releaseAll()
            }
            // Visible again at once, long before their leases would have ended.
            let acked = UInt64(Set(merchant.stub.ids).count)
            #expect(acked >= 2)
            #expect(try await world.waitingCount("merchant-orders") == 10 - acked)
            var left = 10 - acked
            world.clock.advance(byMillis: 1)
            try await until {
                left -= UInt64(try await world.broker.queue("merchant-orders").receive(max: 10).count)
                return left == 0
            }
        }
    }

    @Test("a fault of ours uses no attempt")
    func senderFault() async throws {
        try await PushWorld.with { world in
            let merchant = try await world.merchant("1630005678")
            let message = try await world.order(1, merchant: "1630005678")
            await world.client.shutdown()
            try await world.running { push in
                try await until { (await push.figures().attempts[.senderError] ?? 0) >= 1 }
            }
            #expect(merchant.stub.count == 0)
            #expect(try await world.record(message).attemptCount == 0)
            #expect(try await world.waitingCount("merchant-orders") == 1)
        }
    }
}
