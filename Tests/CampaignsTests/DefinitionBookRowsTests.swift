import CampaignRules
import Engine
import MessageModel
import TestSupport
import Testing
import Tillwire

@testable import Campaigns

@Suite("The book of definitions, from its rows")
struct DefinitionBookRowsTests {
    private static let consumer = ConsumerID(rawValue: 4)

    private static func merchants(_ count: Int) -> [String] { (0..<count).map { "merchant-\(10_000 + $0)" } }

    private static func rowKeys(_ broker: EmbeddedBroker, kind: UInt8) async throws -> [Bytes] {
        try await broker.rows(RowRead(space: .state(consumer), prefix: Bytes([kind]))).map(\.key)
    }

    @Test(
        "a definition of a thousand merchants is stored over several rows and comes back; a shorter one takes its place whole"
    )
    func longDefinition() async throws {
        let (_, problems) = try await TemporaryStore().run { broker in
            let long = try Samples.campaign("long", merchants: Self.merchants(1_000))
            var book = DefinitionBook<Campaign>(consumer: Self.consumer)
            _ = try book.put(long)
            _ = try book.put(try Samples.campaign("short"))
            try await broker.commit(Transaction(rows: book.takeChanges()))
            #expect(try await Self.rowKeys(broker, kind: 1).count > 8)

            var again = try await DefinitionBook<Campaign>.read(consumer: Self.consumer, broker: broker)
            #expect(again.standing(id: "long")?.definition == long)
            #expect(again.definitionCount == 2)
            #expect(again.nextNumber == 3)
            let shorter = try Samples.campaign("long", merchants: ["m1"])
            _ = try again.put(shorter)
            try await broker.commit(Transaction(rows: again.takeChanges()))
            #expect(try await Self.rowKeys(broker, kind: 1).count == 2)
            let third = try await DefinitionBook<Campaign>.read(consumer: Self.consumer, broker: broker)
            #expect(third.standing(id: "long")?.definition == shorter)
        }
        #expect(problems == [])
    }

    @Test(
        "a missing row refuses the whole book",
        arguments: [
            ([1, 0, 0, 0, 1, 0], "the first part of a definition is missing"),
            ([1, 0, 0, 0, 1, 3], "a part of a definition is missing"),
            ([2, 0, 0, 0, 1], "a definition without figures"),
            ([0], "a row of a number that was never given out"),
        ] as [([UInt8], String)])
    func missingRow(key: [UInt8], reason: String) async throws {
        _ = try await TemporaryStore().run { broker in
            var book = DefinitionBook<Campaign>(consumer: Self.consumer)
            _ = try book.put(try Samples.campaign("long", merchants: Self.merchants(1_000)))
            try await broker.commit(Transaction(rows: book.takeChanges()))
            let change = RowChange(space: .state(Self.consumer), key: Bytes(key), value: nil)
            try await broker.commit(Transaction(rows: [change]))
            await #expect(throws: BrokerError.corrupted("campaigns: " + reason)) {
                _ = try await DefinitionBook<Campaign>.read(consumer: Self.consumer, broker: broker)
            }
        }
    }

    @Test(
        "more definitions than one read gives come back under their numbers; another is one too many, a removed one makes room"
    )
    func manyDefinitions() async throws {
        _ = try await TemporaryStore().run { broker in
            let count: UInt32 = 1_001
            var rows = [
                RowChange(
                    space: .state(Self.consumer), key: KeeperRows.controlKey,
                    value: KeeperRows.control(nextNumber: count + 1, clockMillis: 0))
            ]
            for number in 1...count {
                let parts = KeeperRows.parts(try Samples.campaign("c\(number)", merchants: ["m\(number % 50)"]), number)
                let figures = Bytes(CampaignFigures().encoded())
                for row in parts + [(key: KeeperRows.figuresKey(number), value: figures)] {
                    rows.append(RowChange(space: .state(Self.consumer), key: row.key, value: row.value))
                }
            }
            for start in stride(from: 0, to: rows.count, by: 512) {
                try await broker.commit(Transaction(rows: Array(rows[start..<min(start + 512, rows.count)])))
            }
            var book = try await DefinitionBook<Campaign>.read(consumer: Self.consumer, broker: broker)
            #expect(book.numbers == Dictionary((1...count).map { ("c\($0)", $0) }) { $1 })
            let more = try Samples.campaign("more", merchants: ["x"])
            #expect(throws: CampaignError.tooMany(.campaign)) { try book.put(more) }
            for id in ["c1", "c2"] { #expect(try book.remove(id: id)) }
            #expect(try book.put(more))
            #expect(book.numbers["more"] == count + 1)
        }
    }
}
