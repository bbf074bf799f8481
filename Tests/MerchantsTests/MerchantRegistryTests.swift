import BoundedJSON
import Engine
import Merchants
import MessageModel
import Synchronization
import TestSupport
import Testing
import Tillwire

@Suite("Merchant registry")
struct MerchantRegistryTests {
    private static let full = """
        {"name":"便利店","state":"active","stores":[{"store_id":"S1","device_ids":["D1","D2"]},{"store_id":"S2","device_ids":["D3"]}],
         "endpoint":{"url":"https://shop.example/pay","secrets":["whsec_b","whsec_a"],"ack_mode":"body","ack_bodies":["OK"],
           "ladder":"custom","ladder_delays_millis":[1000,2000],"timeout_millis":5000}}
        """

    /// Runs `body` over a store of its own, which must be sound afterwards.
    private func with(_ body: @escaping @Sendable (RegistryUnderTest) async throws -> Void) async throws {
        let problems = try await TemporaryStore().run { try await body(RegistryUnderTest(broker: $0)) }.problems
        #expect(problems.isEmpty)
    }

    @Test("a registered merchant is there after a restart, member by member")
    func persistence() async throws {
        try await with { (t: RegistryUnderTest) async throws in
            let stored = try await t.registry.put(registration(Self.full))
            let (fresh, _) = try await t.reopened()
            #expect(fresh.merchant("1900000109") == stored)
            #expect(stored.endpoint?.secrets == ["whsec_b", "whsec_a"])
            #expect(stored.endpoint?.ackMode == .body(["OK"]))
            #expect(stored.endpoint?.ladder == .custom(delaysMillis: [1_000, 2_000]))
            #expect(fresh.storeID(merchant: "1900000109", device: "D3") == "S2")
            #expect(fresh.storeID(merchant: "1900000109", device: "D9").isEmpty)
            #expect(fresh.storeID(merchant: "none", device: "D1").isEmpty)
        }
    }

    @Test("a merchant that fills many rows and then few leaves no old rows behind")
    func manyRows() async throws {
        try await with { (t: RegistryUnderTest) async throws in
            let stores = (0..<200).map {
                #"{"store_id":"store-\#($0)","device_ids":["device-\#($0)-a","device-\#($0)-b"]}"#
            }
            let large = #"{"stores":[\#(stores.joined(separator: ","))]}"#
            _ = try await t.registry.put(registration(large))
            #expect(try await t.reopened().0.storeID(merchant: "1900000109", device: "device-199-b") == "store-199")
            let small = try await t.registry.put(registration(#"{"name":"small"}"#))
            #expect(try await t.reopened().0.all() == [small])
            #expect(try await t.registry.delete("1900000109"))
            #expect(try await t.reopened().0.count == 0)
            let rows = try await t.broker.rows(RowRead(space: .state(ConsumerID(rawValue: 1))))
            #expect(rows.isEmpty)
        }
    }

    @Test("a change without secrets keeps the stored ones")
    func keptSecrets() async throws {
        try await with { (t: RegistryUnderTest) async throws in
            _ = try await t.registry.put(registration(Self.full))
            let changed = try await t.registry.put(registration(#"{"endpoint":{"url":"https://other.example/"}}"#))
            #expect(changed.endpoint?.secrets == ["whsec_b", "whsec_a"])
            #expect(changed.endpoint?.url == "https://other.example/")
            #expect(changed.endpoint?.ackMode == .status)
        }
    }

    @Test("what is shown never holds a secret")
    func shownWithoutSecrets() async throws {
        try await with { (t: RegistryUnderTest) async throws in
            let stored = try await t.registry.put(registration(Self.full))
            var writer = JSONWriter()
            stored.show(into: &writer)
            let shown = String(decoding: writer.bytes, as: UTF8.self)
            #expect(!shown.contains("whsec_"))
            #expect(shown.contains(#""secret_count":2"#))
            #expect(!"\(MerchantError.invalid(member: "x", allowed: "y"))".contains("whsec_"))
        }
    }

    @Test("revisions rise, also after a restart")
    func revisions() async throws {
        try await with { (t: RegistryUnderTest) async throws in
            let first = try await t.registry.put(registration("{}", "a"))
            let second = try await t.registry.put(registration("{}", "b"))
            let third = try await t.reopened().1.put(registration(#"{"name":"x"}"#, "a"))
            #expect(first.revision < second.revision)
            #expect(second.revision < third.revision)
        }
    }

    @Test("observers hear of every change, in order, after it is durable")
    func observers() async throws {
        try await with { (t: RegistryUnderTest) async throws in
            let heard = Mutex<[String]>([])
            t.directory.observe { change in
                heard.withLock { $0.append("\(change.merchantID) \(change.merchant?.name ?? "gone")") }
            }
            _ = try await t.registry.put(registration(#"{"name":"one"}"#))
            _ = try await t.registry.put(registration(#"{"name":"two"}"#))
            _ = try await t.registry.delete("1900000109")
            #expect(heard.withLock { $0 } == ["1900000109 one", "1900000109 two", "1900000109 gone"])
        }
    }

    @Test("a change the store refuses is not shown")
    func refusedByStore() async throws {
        try await with { (t: RegistryUnderTest) async throws in
            await t.broker.close()
            await #expect(throws: MerchantError.store(.closed)) { try await t.registry.put(registration("{}")) }
            #expect(t.directory.merchant("1900000109") == nil)
        }
    }

    @Test("concurrent changes end the same in memory and in the store")
    func concurrent() async throws {
        try await with { (t: RegistryUnderTest) async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    group.addTask { _ = try await t.registry.put(registration(#"{"name":"\#(number)"}"#)) }
                }
                try await group.waitForAll()
            }
            #expect(try await t.reopened().0.all() == t.directory.all())
            #expect(t.directory.merchant("1900000109")?.revision == 40)
        }
    }

    @Test("a paused merchant and one without endpoint have nowhere to push to")
    func pushEndpoint() async throws {
        try await with { (t: RegistryUnderTest) async throws in
            #expect(try await t.registry.put(registration(Self.full)).pushEndpoint != nil)
            let paused = Self.full.replacing("\"active\"", with: "\"paused\"")
            #expect(try await t.registry.put(registration(paused)).pushEndpoint == nil)
            #expect(try await t.registry.put(registration("{}")).pushEndpoint == nil)
        }
    }

    @Test("a file adds and replaces, leaves others, and changes nothing the second time")
    func merging() async throws {
        try await with { (t: RegistryUnderTest) async throws in
            _ = try await t.registry.put(registration(#"{"name":"kept"}"#, "kept"))
            _ = try await t.registry.put(registration(#"{"name":"old"}"#, "m1"))
            let file = Array(#"{"merchants":[{"merchant_id":"m1","name":"new"},{"merchant_id":"m2"}]}"#.utf8)
            let report = try await t.registry.merge(file: file)
            #expect(report == .init(added: 1, changed: 1, unchanged: 0))
            #expect(t.directory.all().map(\.name) == ["kept", "new", ""])
            #expect(try await t.registry.merge(file: file) == .init(added: 0, changed: 0, unchanged: 2))
            #expect(try await t.reopened().0.all() == t.directory.all())
        }
    }

    @Test(
        "a file with one bad entry changes nothing and names it",
        arguments: [
            (#"{"merchants":[{"merchant_id":"a"},{"merchant_id":"b c"}]}"#, "b c"),
            (#"{"merchants":[{"merchant_id":"a"},{"name":"x"}]}"#, "merchants[1]"),
            (#"{"merchants":[{"merchant_id":"a"},{"merchant_id":"a"}]}"#, "twice"),
            (#"{"merchants":[{"merchant_id":"a","endpoint":{"url":"http://x/","secrets":["whsec_a"]}}]}"#, "https"),
            (#"{"merchant":[]}"#, "merchants"),
            (#"{"merchants":[}"#, "byte"),
        ])
    func badFile(json: String, expected: String) async throws {
        try await with { (t: RegistryUnderTest) async throws in
            let error = await #expect(throws: MerchantError.self) { try await t.registry.merge(file: Array(json.utf8)) }
            #expect(error.map { "\($0)".contains(expected) } == true, "\(String(describing: error))")
            #expect(t.directory.count == 0)
        }
    }

    @Test(
        "a registration of the wrong shape is refused with the member's name",
        arguments: [
            ("[]", "object"), (#"{"nam":"x"}"#, "nam"), (#"{"name":7}"#, "name"),
            (#"{"state":"open"}"#, "active or paused"),
            (#"{"stores":{}}"#, "stores"), (#"{"stores":[{"device_ids":[]}]}"#, "stores[0].store_id"),
            (#"{"endpoint":{}}"#, "endpoint.url"),
            (#"{"endpoint":{"url":"https://x.example/","ack_mode":"yes"}}"#, "status, body or code"),
            (#"{"endpoint":{"url":"https://x.example/","ladder":"steep"}}"#, "standard"),
            (#"{"endpoint":{"url":"https://x.example/","ack_mode":"code","ack_bodies":["a"]}}"#, "ack_bodies"),
            (#"{"merchant_id":"other"}"#, "path"),
        ])
    func wrongShape(json: String, expected: String) {
        #expect(refusal(json)?.contains(expected) == true, "\(refusal(json) ?? "accepted")")
    }

    @Test(
        "a member that breaks its rule is refused and nothing is stored",
        arguments: [
            #"{"name":"a\u0007"}"#, #"{"stores":[{"store_id":""}]}"#,
            #"{"stores":[{"store_id":"S"},{"store_id":"S"}]}"#,
            #"{"stores":[{"store_id":"S","device_ids":["D"]},{"store_id":"T","device_ids":["D"]}]}"#,
            #"{"endpoint":{"url":"http://x.example/","secrets":["whsec_a"]}}"#,
            #"{"endpoint":{"url":"https://x.example/"}}"#,
            #"{"endpoint":{"url":"https://x.example/","secrets":[]}}"#,
            #"{"endpoint":{"url":"https://x.example/","secrets":["plain"]}}"#,
            #"{"endpoint":{"url":"https://x.example/","secrets":["whsec_a","whsec_a"]}}"#,
            #"{"endpoint":{"url":"https://x.example/","secrets":["whsec_a"],"timeout_millis":999}}"#,
            #"{"endpoint":{"url":"https://x.example/","secrets":["whsec_a"],"ladder":"custom"}}"#,
            #"{"endpoint":{"url":"https://x.example/","secrets":["whsec_a"],"ladder_delays_millis":[1]}}"#,
            #"{"endpoint":{"url":"https://x.example/","secrets":["whsec_a"],"ack_bodies":[]}}"#,
        ])
    func brokenRule(json: String) async throws {
        try await with { (t: RegistryUnderTest) async throws in
            let asked = try registration(json)
            await #expect(throws: MerchantError.self) { try await t.registry.put(asked) }
            #expect(try await t.broker.rows(RowRead(space: .state(ConsumerID(rawValue: 1)))).isEmpty)
        }
    }

    @Test(
        "a number that is no merchant number is refused",
        arguments: ["", "a b", "a/b", "商户", String(repeating: "1", count: 33)])
    func badNumber(merchantID: String) async throws {
        try await with { (t: RegistryUnderTest) async throws in
            let asked = try registration("{}", merchantID)
            await #expect(throws: MerchantError.self) { try await t.registry.put(asked) }
        }
    }

    @Test("a row of an unknown form stops the start")
    func unknownRow() async throws {
        try await with { (t: RegistryUnderTest) async throws in
            try await t.broker.set(.state(ConsumerID(rawValue: 1)), key: Array("m".utf8) + [0, 0, 0], [9, 0, 1])
            await #expect(throws: MerchantError.self) { try await t.registry.load() }
        }
    }
}
