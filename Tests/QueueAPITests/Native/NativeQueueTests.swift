import AccessControl
import BoundedJSON
import CMQProtocol
import Engine
import MessageModel
import TestSupport
import Testing
import Tillwire

@testable import QueueAPI

@Suite("Native API: queues and topics")
struct NativeQueueTests {
    @Test("a queue is made, shown, changed and removed; what a PUT does not give gets its default")
    func queues() async throws {
        try await NativeHarness.run { api in
            let made = await api.ask(
                "PUT", "/v1/queues/pay-order",
                #"{"visibility_millis":5000,"retention_millis":3600000,"messages_max":10,"traced":true}"#)
            #expect(made.status == 201 && made.json?["visibility_millis"]?.int64 == 5_000)
            #expect(made.json?["retention_millis"]?.int64 == 3_600_000 && made.json?["traced"]?.bool == true)
            let patched = await api.ask(
                "PATCH", "/v1/queues/pay-order", #"{"retention_millis":null,"poll_millis":1000}"#)
            #expect(patched.status == 200 && patched.json?["retention_millis"]?.isNull == true)
            #expect(patched.json?["poll_millis"]?.int64 == 1_000 && patched.json?["messages_max"]?.int64 == 10)
            let put = await api.ask("PUT", "/v1/queues/PAY-order", "")
            #expect(
                put.status == 200 && put.json?["messages_max"]?.isNull == true && put.json?["poll_millis"]?.int64 == 0)
            #expect(put.json?["name"]?.string == "pay-order" && put.json?["traced"]?.bool == false)
            #expect(await api.ask("GET", "/v1/queues/pay-order").json?["figures"]?["waiting"]?.int64 == 0)
            #expect(await api.ask("DELETE", "/v1/queues/pay-order").status == 204)
            #expect(await api.ask("GET", "/v1/queues/pay-order").code == "queue_not_found")
            #expect(await api.ask("DELETE", "/v1/queues/pay-order").status == 404)
        }
    }

    @Test("lists come in pages in the order of names")
    func pages() async throws {
        try await NativeHarness.run { api in
            for name in ["b2", "A1", "c3", "a2"] {
                #expect(await api.ask("PUT", "/v1/queues/\(name)").status == 201)
                #expect(await api.ask("PUT", "/v1/topics/\(name)").status == 201)
            }
            for kind in ["queues", "topics"] {
                var names: [String] = []
                var after = ""
                repeat {
                    let page = await api.ask("GET", "/v1/\(kind)?limit=3&after=\(after)").json
                    names += page?[kind]?.array?.compactMap { $0["name"]?.string } ?? []
                    after = page?["next"]?.string ?? ""
                } while !after.isEmpty
                #expect(names == ["A1", "a2", "b2", "c3"])
                let some = await api.ask("GET", "/v1/\(kind)?prefix=a").json
                #expect(some?[kind]?.array?.count == 2 && some?["next"]?.isNull == true)
            }
            for query in ["limit=0", "limit=1001", "limit=x", "limti=1", "limit=1&limit=2", "limit"] {
                #expect(await api.ask("GET", "/v1/queues?\(query)").code == "invalid_value", "\(query)")
            }
        }
    }

    @Test("purge, pause and resume do what they say; a rewind brings acknowledged messages back")
    func switches() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/q", #"{"retention_millis":3600000,"rewind_millis":3600000}"#)
            let start = api.time.now.milliseconds
            _ = await api.askLines("/v1/queues/q/messages", [#"{"body":"1"}"#, #"{"body":"2"}"#])
            #expect(await api.ask("POST", "/v1/queues/q/pause").json?["paused"]?.bool == true)
            #expect(await api.receive("q").isEmpty)
            // A PUT leaves the pause as it is.
            #expect(
                await api.ask("PUT", "/v1/queues/q", #"{"retention_millis":3600000,"rewind_millis":3600000}"#)
                    .json?["paused"]?.bool == true)
            #expect(await api.ask("POST", "/v1/queues/q/resume").json?["paused"]?.bool == false)
            let receipts = await api.receive("q").compactMap { $0["receipt"]?.string }
            #expect(receipts.count == 2)
            let list = receipts.map { "\"\($0)\"" }.joined(separator: ",")
            _ = await api.ask("POST", "/v1/queues/q/acknowledge", #"{"receipts":[\#(list)]}"#)
            #expect(await api.figure("rewindable") == 2)
            #expect(await api.ask("POST", "/v1/queues/q/rewind", #"{"to_millis":\#(start)}"#).status == 204)
            let back = try await eventually(moving: api.time) {
                await api.figure("waiting") == 2
            }
            #expect(back)
            #expect(await api.ask("POST", "/v1/queues/q/purge").json?["removed"]?.int64 == 2)
            #expect(await api.receive("q").isEmpty)
            #expect(await api.ask("POST", "/v1/queues/q/purge", #"{"really":true}"#).code == "invalid_value")
        }
    }

    @Test("settings out of their range, unknown members and bad names are refused and change nothing")
    func refused() async throws {
        try await NativeHarness.run { api in
            let bodies = [
                #"{"visibility_millis":0}"#, #"{"visibility_millis":43200001}"#, #"{"visibility_millis":"5"}"#,
                #"{"visibility_millis":1.5}"#, #"{"retention_millis":1}"#, #"{"traced":1}"#, #"{"colour":"red"}"#, "[]",
                #"{"body_bytes_max":1048577}"#, #"{"dead_letter":{}}"#, #"{"dead_letter":{"queue":"x"}}"#,
                #"{"dead_letter":{"queue":"q","deliveries_max":0}}"#, #"{"dead_letter":5}"#,
            ]
            for body in bodies {
                #expect(await api.ask("PUT", "/v1/queues/q", body).code == "invalid_value", "\(body)")
            }
            #expect(await api.ask("PUT", "/v1/queues/q", "{").code == "invalid_json")
            #expect(await api.ask("PUT", "/v1/queues/q", #"{"traced":true,"traced":true}"#).code == "invalid_json")
            #expect(await api.ask("PUT", "/v1/queues/\(HiddenQueues.prefix)x").code == "invalid_value")
            for name in ["1q", "q%20", "q.", String(repeating: "q", count: 65)] {
                #expect(await api.ask("PUT", "/v1/queues/\(name)").code == "invalid_value")
            }
            #expect(api.broker.topology.queues.isEmpty)
            let gone = await api.ask(
                "PUT", "/v1/queues/q", #"{"dead_letter":{"queue":"none","deliveries_max":3}}"#)
            #expect(gone.code == "queue_not_found")
        }
    }

    @Test(
        "a dead-letter queue is bound by name and cannot be removed meanwhile; what moves there tells where it comes from"
    )
    func deadLetters() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/dead")
            let made = await api.ask(
                "PUT", "/v1/queues/q", #"{"visibility_millis":1000,"dead_letter":{"queue":"DEAD","deliveries_max":1}}"#)
            #expect(made.json?["dead_letter"]?["queue"]?.string == "dead")
            #expect(await api.ask("DELETE", "/v1/queues/dead").code == "in_use")
            _ = await api.ask("POST", "/v1/queues/q/messages", #"{"body":"m"}"#)
            #expect(await api.receive("q").count == 1)
            api.time.advance(milliseconds: 1_001)
            let moved = try await eventually(moving: api.time) {
                _ = await api.receive("q")
                return await api.figure("waiting", of: "dead") == 1
            }
            #expect(moved)
            let origin = await api.receive("dead").first?["origin"]
            #expect(origin?["queue"]?.string == "q" && origin?["reason"]?.string == "delivery_count")
            #expect(await api.ask("PATCH", "/v1/queues/q", #"{"dead_letter":null}"#).status == 200)
            #expect(await api.ask("DELETE", "/v1/queues/dead").status == 204)
        }
    }

    @Test("topics and subscriptions: made, changed, filtered by tags and by keys, removed")
    func topics() async throws {
        try await NativeHarness.run { api in
            #expect(await api.ask("PUT", "/v1/topics/t").json?["routing"]?.string == "tags")
            #expect(await api.ask("PUT", "/v1/topics/k", #"{"routing":"routing_key"}"#).status == 201)
            #expect(await api.ask("PATCH", "/v1/topics/k", #"{"routing":"tags"}"#).code == "already_exists")
            #expect(await api.ask("PATCH", "/v1/topics/t", #"{"traced":true}"#).json?["traced"]?.bool == true)
            _ = await api.ask("PUT", "/v1/queues/q")
            _ = await api.ask("PUT", "/v1/queues/r")
            let made = await api.ask(
                "PUT", "/v1/topics/t/subscriptions/s", #"{"queue":"q","filter_tags":["paid"]}"#)
            #expect(
                made.status == 201 && made.json?["protocol"]?.string == "queue" && made.json?["queue"]?.string == "q")
            #expect(
                await api.ask("PUT", "/v1/topics/k/subscriptions/s", #"{"queue":"r","binding_keys":["pay.*"]}"#).status
                    == 201)
            #expect(await api.ask("PUT", "/v1/topics/k/subscriptions/s2", #"{"queue":"q"}"#).code == "invalid_value")
            let stored = await api.askLines(
                "/v1/topics/t/messages",
                [
                    #"{"body":"1","tags":["paid"]}"#, #"{"body":"2","tags":["refund"]}"#,
                    #"{"body":"3","delay_millis":1}"#,
                ])
            #expect(stored.lines.map { $0["error"]?["code"]?.string } == [nil, "no_subscription", "invalid_value"])
            #expect(
                await api.ask("POST", "/v1/topics/k/messages", #"{"body":"4","routing_key":"pay.wx"}"#).status == 201)
            let got = await api.receive("q")
            #expect(got.map { $0["body"]?.string } == ["1"] && got.first?["tags"]?.array?.first?.string == "paid")
            #expect(await api.receive("r").first?["routing_key"]?.string == "pay.wx")
            #expect(
                await api.ask("PUT", "/v1/topics/t/subscriptions/s", #"{"queue":"q","filter_tags":[]}"#).status == 200)
            #expect(
                await api.ask("PUT", "/v1/topics/t/subscriptions/s", #"{"queue":"r"}"#).code == "already_exists")
            #expect(await api.ask("DELETE", "/v1/topics/t").code == "in_use")
            let list = await api.ask("GET", "/v1/topics/t/subscriptions").json?["subscriptions"]?.array
            #expect(list?.count == 1 && list?.first?["filter_tags"]?.array?.isEmpty == true)
            #expect(await api.ask("DELETE", "/v1/topics/t/subscriptions/s").status == 204)
            #expect(await api.ask("GET", "/v1/topics/t/subscriptions/s").code == "subscription_not_found")
            #expect(await api.ask("DELETE", "/v1/topics/t").status == 204)
        }
    }

    @Test("the road of payments cannot be narrowed or cut")
    func money() async throws {
        var rules = MoneyRules()
        rules.topics = ["order-payments"]
        rules.subscriptions = ["merchant-orders"]
        rules.queues = ["merchant-orders"]
        rules.queuePrefixes = ["held-"]
        try await NativeHarness.run(money: rules) { api in
            let topic = try await api.broker.createTopic("order-payments")
            try await topic.subscribe(api.broker.createQueue("merchant-orders"), as: "merchant-orders")
            _ = try await api.broker.createQueue("held-7")
            let before = api.broker.topology.revision
            let calls = [
                ("DELETE", "queues/Held-7"), ("PUT", "queues/merchant-orders"), ("PATCH", "queues/Merchant-Orders"),
                ("DELETE", "queues/merchant-orders"),
                ("POST", "queues/merchant-orders/purge"), ("POST", "queues/merchant-orders/pause"),
                ("PUT", "topics/order-payments"), ("PATCH", "topics/order-payments"),
                ("DELETE", "topics/order-payments"),
                ("DELETE", "topics/order-payments/subscriptions/merchant-orders"),
            ]
            for (method, path) in calls {
                let reply = await api.ask(method, "/v1/" + path)
                #expect(reply.status == 403 && reply.code == "protected", "\(method) \(path)")
            }
            let filter = await api.ask(
                "PUT", "/v1/topics/order-payments/subscriptions/merchant-orders",
                #"{"queue":"merchant-orders","filter_tags":["x"]}"#)
            #expect(filter.code == "protected" && api.broker.topology.revision == before)
            // Another subscription of that topic is nobody's money.
            _ = await api.ask("PUT", "/v1/queues/copy")
            #expect(
                await api.ask("PUT", "/v1/topics/order-payments/subscriptions/copy", #"{"queue":"copy"}"#).status == 201
            )
            #expect(await api.ask("DELETE", "/v1/topics/order-payments/subscriptions/copy").status == 204)
        }
    }

    @Test("nobody makes what belongs to the road of payments in the daemon's place")
    func moneyMadeBefore() async throws {
        var rules = MoneyRules()
        rules.topics = ["order-payments", "platform-notices"]
        rules.subscriptions = ["merchant-orders"]
        rules.queues = ["dead-orders"]
        rules.queuePrefixes = ["held-"]
        try await NativeHarness.run(money: rules) { api in
            _ = try await api.broker.createTopic("order-payments")
            _ = await api.ask("PUT", "/v1/queues/mine")
            let before = api.broker.topology.revision
            for path in ["queues/dead-orders", "queues/Held-9", "topics/platform-notices"] {
                let reply = await api.ask("PUT", "/v1/" + path)
                #expect(reply.status == 403 && reply.code == "protected", "\(path)")
            }
            let subscribed = await api.ask(
                "PUT", "/v1/topics/order-payments/subscriptions/Merchant-Orders",
                #"{"queue":"mine","filter_tags":["none"]}"#)
            #expect(subscribed.code == "protected" && api.broker.topology.revision == before)
        }
    }

    @Test("a queue that takes payments loses its limits, and no call brings them back")
    func moneySubscriberHasNoLimit() async throws {
        var rules = MoneyRules()
        rules.topics = ["order-payments"]
        try await NativeHarness.run(money: rules) { api in
            _ = try await api.broker.createTopic("order-payments")
            let limits = #"{"messages_max":5,"bytes_max":1000,"traced":true}"#
            #expect(await api.ask("PUT", "/v1/queues/risk", limits).status == 201)
            let path = "/v1/topics/order-payments/subscriptions/risk"
            #expect(await api.ask("PUT", path, #"{"queue":"risk"}"#).status == 201)
            func attributes() -> QueueAttributes? { api.broker.topology.queues["risk"]?.attributes }
            #expect(attributes()?.messageCountMax == nil && attributes()?.byteCountMax == nil)
            #expect(attributes()?.isTraced == true)
            for (method, body) in [
                ("PUT", limits), ("PATCH", #"{"messages_max":5}"#), ("PATCH", #"{"bytes_max":1000}"#),
            ] { #expect(await api.ask(method, "/v1/queues/risk", body).code == "invalid_value") }
            #expect(await api.ask("PATCH", "/v1/queues/risk", #"{"messages_max":null,"traced":false}"#).status == 200)
            #expect(attributes()?.messageCountMax == nil && attributes()?.isTraced == false)
            #expect(await api.ask("DELETE", path).status == 204)
            #expect(await api.ask("PATCH", "/v1/queues/risk", #"{"messages_max":5}"#).status == 200)
            #expect(attributes()?.messageCountMax == 5)
        }
    }

    @Test("a queue that could not be subscribed to payments has its limit again")
    func moneySubscribeFails() async throws {
        var rules = MoneyRules()
        rules.topics = ["order-payments"]
        try await NativeHarness.run(money: rules) { api in
            let topic = try await api.broker.createTopic("order-payments")
            for number in 1...Limits.subscriptionCountPerTopicMax {
                let name = try EntityName("q\(number)")
                try await topic.subscribe(try await api.broker.createQueue(name), as: name)
            }
            #expect(await api.ask("PUT", "/v1/queues/risk", #"{"messages_max":5}"#).status == 201)
            let reply = await api.ask("PUT", "/v1/topics/order-payments/subscriptions/risk", #"{"queue":"risk"}"#)
            #expect(reply.code == "too_many_entities")
            #expect(api.broker.topology.queues["risk"]?.attributes.messageCountMax == 5)
        }
    }
}

@Suite("Native API: queues behind HTTP subscriptions")
struct NativeHiddenQueueTests {
    @Test("a subscription of an HTTP endpoint is shown without its queue, which no call reaches, and goes with it")
    func hidden() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/topics/t")
            let operations = api.api.operations
            _ = try await operations.control(
                .subscribe(Subscribe(topic: "t", subscription: "s", endpoint: .http("https://shop.example/in"))))
            let queue = try #require(api.broker.topology.queues.values.first)
            #expect(HiddenQueues.contain(queue.name))
            let shown = await api.ask("GET", "/v1/topics/t/subscriptions/s").json
            #expect(shown?["protocol"]?.string == "http" && shown?["queue"] == nil)
            #expect(await api.ask("GET", "/v1/queues").json?["queues"]?.array?.isEmpty == true)
            for (method, path) in [
                ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/purge"), ("POST", "/receive"),
                ("POST", "/messages"),
            ] {
                let reply = await api.ask(
                    method, "/v1/queues/\(queue.name)\(path)", path == "/messages" ? #"{"body":"m"}"# : "")
                #expect(reply.status == 404, "\(method) \(path): \(reply.text)")
            }
            #expect(await api.ask("PUT", "/v1/queues/\(queue.name)").code == "invalid_value")
            _ = await api.ask("PUT", "/v1/queues/q")
            #expect(await api.ask("PUT", "/v1/topics/t/subscriptions/s", #"{"queue":"q"}"#).code == "already_exists")
            #expect(await api.ask("DELETE", "/v1/topics/t/subscriptions/s").status == 204)
            #expect(
                api.broker.topology.queues.count == 1 && api.broker.topology.topics["t"]?.subscriptions.isEmpty == true)
        }
    }
}
