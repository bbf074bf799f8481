import Engine
import HTTPDataPlane
import Merchants
import MessageModel
import NIOCore
import RiskControl
import RiskRules
import TestSupport
import Testing
import Tillwire
import TopicConsumer
import Webhooks

@Suite("Risk control")
struct RiskControlTests {
    @Test(
        "a hit refuses the merchant's next payment with reason and expiry, tells the callback URL once, and survives restarts"
    )
    func block() async throws {
        try await RiskWorld.with { world in
            let rows = try await world.run { running in
                #expect(try world.ask().status == 200)
                try await running.pay("t1")
                try await running.pay("t2", payer: "p2")
                try await running.settled()
                while await running.control.figures().callbacks.answered < 1 { await Task.yield() }
                let refused = try world.ask()
                #expect(refused.status == 403)
                #expect(refused.body.contains(#""reason_code":"RISK_AMOUNT_CAP""#))
                #expect(refused.body.contains("2 orders of 1200.00 yuan by 2 payers in 1m; the cap is 1000.00 yuan"))
                #expect(refused.body.contains(#""expires":"2025-10-09T09:53:20.000Z""#))
                #expect(try world.ask("1630000002").status == 200)
                // Repeats and later orders change nothing.
                try await running.pay("t2")
                try await running.pay("t3")
                try await running.settled()
                let page = try await running.control.decisions(merchantID: nil, after: nil, before: nil, countMax: 10)
                #expect(page.decisions.map(\.action) == [.block] && page.next == nil)
                #expect(world.stub.requests.count == 1)
                return try await RiskWorld.rows(running.broker)
            }
            // The outbox is empty: no row with prefix 7.
            #expect(rows.keys.allSatisfy { $0.slice.first != 7 })
            let request = try #require(world.stub.requests.first)
            let verifier = WebhookVerifier(secrets: [world.secret])
            #expect(Self.isAuthentic(request, verifier, world))
            let body = try #require(world.stub.bodies.first)
            #expect(
                body.hasPrefix(
                    #"{"type":"merchant.block","timestamp":"2025-10-09T08:53:20.000Z","data":{"decision_id":"rd_"#))
            #expect(body.contains(#""merchant_id":"1630000001","scope":"merchant","sequence":1,"rule":"cap-1m""#))
            try await world.run { running in
                #expect(try world.ask().status == 403)
                try await running.settled()
                #expect(await running.control.figures().counts.decided(.block) == 1)
                #expect(world.stub.requests.count == 1)
                world.store.time.advance(milliseconds: 3_600_000)
                #expect(try world.ask().status == 200)
            }
        }
    }

    private static func isAuthentic(
        _ request: DataPlaneRequest, _ verifier: WebhookVerifier, _ world: RiskWorld
    ) -> Bool {
        let verdict = verifier.verify(
            headers: request.headers.map { ($0.name, $0.value) }, payload: Array(request.body.readableBytesView),
            nowSeconds: Int64(world.store.time.now.milliseconds / 1_000))
        if case .accepted = verdict { return true }
        return false
    }

    @Test(
        "while the callback URL is down the consumer and the gate go on; then all is told, in order per merchant, each with its id"
    )
    func outage() async throws {
        try await RiskWorld.with { world in
            world.stub.answer(503)
            try await world.run { running in
                for (number, merchant) in ["1630000001", "1630000002"].enumerated() {
                    try await running.pay("a\(number)", 100_001, merchant: merchant)
                }
                try await running.settled()
                #expect(try world.ask().status == 403)
                #expect(try world.ask("1630000002").status == 403)
                let caseID = try #require(
                    await running.control.standing(merchantID: "1630000001")?.caseID)
                #expect(
                    try await running.control.release(
                        caseID: caseID, actor: "li", note: "checked"))
                try await running.settled()
                #expect(try world.ask().status == 200)
                while await running.control.figures().callbacks.failedTries < 2 { await Task.yield() }
                #expect(await running.control.figures().callbacks.answered == 0)
            }
            let told = world.stub.requests.count
            world.stub.answer(200)
            // A restart later everything is told from the rows; nothing has a second effect here.
            try await world.run { running in
                while await running.control.figures().callbacks.answered < 3 { await Task.yield() }
                #expect(try world.ask().status == 200)
                #expect(try world.ask("1630000002").status == 403)
                while try await RiskWorld.rows(running.broker).keys.contains(where: { $0.slice.first == 7 }) {
                    await Task.yield()
                }
            }
            let after = world.stub.bodies.dropFirst(told)
            let first = after.filter { $0.contains("1630000001") }
            #expect(first.map { $0.contains("merchant.unblock") } == [false, true])
            #expect(first.last?.contains(#""reason":"released by li: checked","#) == true)
            #expect(Set(world.stub.ids.dropFirst(told)).count == 3)
        }
    }

    @Test("a callback that fails is tried again after its pause, with the same id and bytes")
    func retry() async throws {
        try await RiskWorld.with { world in
            world.stub.answer(500)
            try await world.run { running in
                try await running.pay("t1", 100_001)
                while await running.control.figures().callbacks.failedTries < 1 { await Task.yield() }
                world.store.time.advance(milliseconds: 999)
                // Another order's whole way: a callback that was sent too early would have met the 500 by then.
                try await running.pay("t2", 100_001, merchant: "1630000002")
                while await running.control.figures().callbacks.failedTries < 2 { await Task.yield() }
                #expect(world.stub.bodies.map { $0.contains("1630000001") } == [true, false])
                world.stub.answer(204)
                world.store.time.advance(milliseconds: 1)
                while await running.control.figures().callbacks.answered < 1 { await Task.yield() }
                #expect(await running.control.figures().callbacks.failedTries == 2)
            }
            let first = world.stub.bodies.filter { $0.contains("1630000001") }
            #expect(first.count == 2 && Set(first).count == 1)
            #expect(Set(world.stub.ids).count == 2)
        }
    }

    @Test("without a callback URL restrictions are put all the same and the outbox empties")
    func noCallback() async throws {
        try await RiskWorld.with { world in
            try await world.run(withCallback: false) { running in
                try await running.pay("t1", 100_001)
                try await running.settled()
                #expect(try world.ask().status == 403)
                while try await RiskWorld.rows(running.broker).keys.contains(where: { $0.slice.first == 7 }) {
                    await Task.yield()
                }
            }
            #expect(world.stub.requests.isEmpty)
        }
    }

    @Test("orders that waited longer than a block lasts lead to a decision and to no restriction")
    func staleOrders() async throws {
        try await RiskWorld.with { world in
            try await world.run { _ in }
            _ = try await world.store.run { broker in
                let topic = try broker.topic("order-payments")
                try await topic.publish(
                    RiskWorld.order("t1", 100_001, "1630000001", "p", at: world.store.time.now.milliseconds))
            }
            world.store.time.advance(milliseconds: 3_600_001)
            try await world.run { running in
                try await running.settled()
                #expect(await running.control.figures().counts.decided(.block) == 1)
                #expect(try world.ask().status == 200)
            }
        }
    }

    @Test(
        "broken rules are refused with their line and the old ones stay, over a restart too; new ones hold from the next order"
    )
    func rules() async throws {
        try await RiskWorld.with { world in
            try await world.run { running in
                try await running.pay("t1", 100)
                try await running.settled()
                world.rules.write("{\"rule_set\":\"bad\"}\n{\"rule\":\"x\",\"kind\":\"cap\"}")
                await #expect(throws: RiskDeskError.rules("rule file, line 2: window is missing: 1m, 10m or 1h")) {
                    _ = try await running.control.reloadRules()
                }
                #expect(await running.control.activeRules().rules.name == "test-1")
            }
            // Still broken at the start: what was active last stays active.
            try await world.run { running in
                #expect(await running.control.activeRules().rules.name == "test-1")
                world.rules.write(
                    "{\"rule_set\":\"test-2\"}\n{\"rule\":\"low\",\"kind\":\"cap\",\"window\":\"1m\",\"amount_max\":300}"
                )
                let active = try await running.control.reloadRules()
                #expect(active.rules.name == "test-2" && active.sinceOrder == 2)
                try await running.pay("t2", 201)
                try await running.settled()
                #expect(try world.ask().body.contains("cap is 3.00 yuan"))
            }
        }
        let world = RiskWorld()
        world.rules.write("nothing")
        await #expect(throws: RiskControlError.self) { try await world.run { _ in } }
        await world.end()
    }

    @Test("impossible orders are set aside with their reason, counted, kept over a restart, and poison no window")
    func setAside() async throws {
        try await RiskWorld.with { world in
            try await world.run { running in
                try await running.topic.publish("no order")
                try await running.topic.publish(RiskWorld.order("t0", 0, "1630000001", "p", at: RiskWorld.start))
                try await running.topic.publish(
                    RiskWorld.order("t1", 100_001, "1630000001", "p", at: RiskWorld.start + 300_001))
                try await running.topic.publish(
                    RiskWorld.order("t2", 100_001, "9900000001", "p", at: RiskWorld.start))
                try await running.pay("t3", 100)
                try await running.settled()
            }
            try await world.run { running in
                let figures = await running.control.figures()
                #expect(figures.setAside[.malformed] == 1 && figures.setAside[.amount] == 1)
                #expect(figures.setAside[.clockAhead] == 1 && figures.setAside[.unknownMerchant] == 1)
                #expect(figures.counts.orders == 1 && figures.counts.decisionTotal == 0)
                #expect(figures.clockMillis == Int64(RiskWorld.start))
                let latest = await running.control.setAsideOrders(countMax: 2)
                #expect(latest.map(\.order.transactionID) == ["t2", "t1"])
            }
        }
    }

    @Test("decisions are listed forwards, backwards, by merchant and page by page")
    func listing() async throws {
        try await RiskWorld.with { world in
            try await world.run { running in
                for number in 0..<6 {
                    try await running.pay("t\(number)", 100_001, merchant: "163000000\(number % 2 + 1)")
                    try await running.settled()
                    if number % 2 == 1 { world.store.time.advance(milliseconds: 3_600_000) }
                }
                let all = try await running.control.decisions(merchantID: nil, after: 0, before: nil, countMax: 4)
                #expect(all.decisions.map(\.number) == [1, 2, 3, 4] && all.next == 4)
                let rest = try await running.control.decisions(merchantID: nil, after: 4, before: nil, countMax: 4)
                #expect(rest.decisions.map(\.number) == [5, 6] && rest.next == nil)
                let back = try await running.control.decisions(
                    merchantID: "1630000001", after: nil, before: nil, countMax: 2)
                #expect(back.decisions.map(\.number) == [5, 3] && back.next == 3)
                let end = try await running.control.decisions(
                    merchantID: "1630000001", after: nil, before: 3, countMax: 2)
                #expect(end.decisions.map(\.number) == [1] && end.next == nil)
                #expect(
                    try await running.control.decisions(merchantID: nil, after: 99, before: nil, countMax: 2).decisions
                        .isEmpty)
                #expect(
                    try await running.control.decisions(merchantID: nil, after: nil, before: 0, countMax: 2).decisions
                        .isEmpty)
            }
        }
    }

    @Test(
        "what an operator made of risk control's case stands: neither a restart nor the waiting callback puts it back")
    func operatorStands() async throws {
        try await RiskWorld.with { world in
            world.stub.answer(503)
            let caseID = try await world.run { running in
                try await running.pay("t1", 100_001)
                try await running.settled()
                let caseID = try #require(await running.control.standing(merchantID: "1630000001")?.caseID)
                let longer = RestrictionRequest(
                    caseID: caseID, merchantID: "1630000001", reasonCode: "CHECKED", source: .operator,
                    expiresAtMillis: Int64(RiskWorld.start) + 36_000_000)
                #expect(try await running.book.put(longer, actor: "li").outcome == .restricted)
                return caseID
            }
            try await world.run { running in
                try await running.settled()
                let standing = await running.book.standing(caseID: caseID)?.restriction
                #expect(standing?.source == .operator && standing?.reasonCode == "CHECKED")
                #expect(try await running.book.audit().count == 2)
                #expect(await running.control.figures().callbacks.restricted == 0)
            }
        }
    }

    @Test(
        "rules that were active are remembered before the first order, so that a start with a broken file goes on with them"
    )
    func rulesBeforeOrders() async throws {
        try await RiskWorld.with { world in
            try await world.run { _ in }
            world.rules.write("broken")
            try await world.run { running in
                #expect(await running.control.activeRules().rules.name == "test-1")
                try await running.pay("t1", 100_001)
                try await running.settled()
                #expect(try world.ask().status == 403)
            }
        }
    }
}
