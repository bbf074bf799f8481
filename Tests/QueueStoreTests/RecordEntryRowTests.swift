import MessageModel
import Testing

@testable import QueueStore

@Suite struct RecordEntryRowTests {
    private static let key = Keys.entry(EntryID(queue: QueueID(rawValue: 7), first: 42))

    /// A sealed entry row of these fields.
    private static func fault(
        flags: UInt8 = 0, count: Int = 3, zero: UInt8 = 0, sections: [UInt8] = []
    ) -> RowFault? {
        var row = RowWriter()
        row.u8(flags)
        row.u16(count)
        row.u64(9)
        row.u48(1)
        row.u8(0)
        row.u8(zero)
        row.raw(sections)
        let bytes = row.sealed(under: key)
        do throws(RowFault) {
            _ = try EntryRow(bytes.span.bytes, under: key.span)
            return nil
        } catch { return error }
    }

    @Test("a row without sections has 24 bytes")
    func size() {
        #expect(EntryRow(count: 256, block: .max, enqueuedAt: .distantFuture).encoded(under: Self.key).count == 24)
    }

    @Test("ten messages received together are one run of 18 bytes")
    func runSize() {
        var row = EntryRow(count: 10, block: 1, enqueuedAt: .zero)
        let detail = DeliveryDetail(deliveries: 1, firstReceivedAt: .zero, hiddenUntil: Timestamp(milliseconds: 30_000))
        var changes: [Int: DeliveryDetail?] = [:]
        for member in 0..<10 { changes[member] = detail }
        row.setDetails(changes)
        #expect(row.encoded(under: Self.key).count == 24 + 2 + 18)
    }

    @Test("fields that are never written are refused")
    func impossible() {
        #expect(Self.fault() == nil)
        #expect(Self.fault(flags: 128) == .field("entry flags"))
        #expect(Self.fault(flags: 2, sections: [0, 2, 1, 1]) == nil)
        #expect(Self.fault(flags: 2, sections: [0, 2, 1, 0]) == .field("sequence list"))
        #expect(Self.fault(flags: 2, sections: [0, 3, 1, 1, 1]) == .field("sequence list"))
        #expect(Self.fault(flags: 2, sections: [0, 1, 1]) == .length)
        let origin: [UInt8] = [0, 0, 0, 1] + Array(repeating: 0, count: 7) + [9] + Array(repeating: 0, count: 8)
        for reason in [UInt8(1), 2, 3] { #expect(Self.fault(flags: 16, sections: origin + [reason]) == nil) }
        for reason in [UInt8(0), 4] { #expect(Self.fault(flags: 16, sections: origin + [reason]) == .field("origin")) }
        #expect(Self.fault(count: 0) == .field("member count"))
        #expect(Self.fault(count: 257) == .field("member count"))
        #expect(Self.fault(zero: 1) == .field("entry byte 19"))
        #expect(Self.fault(flags: 1, sections: [1, 0b11]) == .field("slot map"))
        #expect(Self.fault(flags: 1, sections: [1, 0b1111]) == .field("slot map"))
        #expect(Self.fault(flags: 1, sections: [1, 0b111]) == nil)
        #expect(Self.fault(flags: 1, sections: [2, 0b111, 0]) == .field("member map"))
        #expect(Self.fault(flags: 1, sections: [0]) == .field("member map"))
        #expect(Self.fault(flags: 1, sections: [33] + [UInt8](repeating: 1, count: 33)) == .field("member map"))
        #expect(Self.fault(flags: 4, sections: [1, 0b1000]) == .field("acknowledged map"))
        #expect(Self.fault(flags: 4, sections: [1, 0b100]) == nil)
        #expect(Self.fault(flags: 4, sections: [9, 1]) == .length)
        #expect(Self.fault(flags: 8, sections: [0, 0, 0, 0, 0]) == .length)
    }

    @Test("a delivery run outside the members is refused")
    func runBounds() {
        func section(_ member: UInt8, _ count: UInt8) -> [UInt8] {
            [0, 1, 0, member, 0, count] + [UInt8](repeating: 0, count: 14)
        }
        #expect(Self.fault(flags: 32, sections: section(0, 3)) == nil)
        #expect(Self.fault(flags: 32, sections: section(2, 1)) == nil)
        #expect(Self.fault(flags: 32, sections: section(2, 2)) == .field("delivery run"))
        #expect(Self.fault(flags: 32, sections: section(3, 1)) == .field("delivery run"))
        #expect(Self.fault(flags: 32, sections: section(0, 0)) == .field("delivery run"))
        #expect(Self.fault(flags: 32, sections: [255, 255]) == .length)
    }

    @Test("details are kept by member, like neighbours in one run, in every pattern of six members")
    func details() {
        func detail(_ kind: Int) -> DeliveryDetail? {
            kind == 0 ? nil : DeliveryDetail(deliveries: kind, firstReceivedAt: .zero, hiddenUntil: .zero)
        }
        for pattern in 0..<729 {
            var rest = pattern
            let kinds = (0..<6).map { _ in
                defer { rest /= 3 }
                return rest % 3
            }
            var row = EntryRow(count: 6, block: 1, enqueuedAt: .zero)
            row.setDetails(Dictionary(uniqueKeysWithValues: kinds.enumerated().map { ($0, detail($1)) }))
            #expect((0..<6).map { row.detail(of: $0) } == kinds.map(detail))
            let runs = kinds.indices.count { kinds[$0] != 0 && ($0 == 0 || kinds[$0 - 1] != kinds[$0]) }
            #expect(row.details.count == runs)
        }
    }

    @Test("a change leaves the other members' details as they were, and nil removes")
    func changes() {
        let first = DeliveryDetail(deliveries: 1, firstReceivedAt: .zero, hiddenUntil: .zero)
        let second = DeliveryDetail(deliveries: 2, firstReceivedAt: .zero, hiddenUntil: .zero)
        var row = EntryRow(count: 5, block: 1, enqueuedAt: .zero)
        row.setDetails([0: first, 1: first, 2: first, 3: first])
        #expect(row.details.count == 1)
        row.setDetails([1: second, 2: nil])
        #expect((0..<5).map { row.detail(of: $0) } == [first, second, nil, first, nil])
        #expect(row.details.map(\.member) == [0, 1, 3])
    }

    @Test("members stand at the slots of the map, or at their own numbers without one")
    func slots() {
        var row = EntryRow(count: 3, block: 1, enqueuedAt: .zero)
        #expect((0..<3).map { row.slot(of: $0) } == [0, 1, 2])
        var map = MemberSet()
        for slot in [4, 70, 255] { map.insert(slot) }
        row.slots = map
        #expect((0..<3).map { row.slot(of: $0) } == [4, 70, 255])
        row.acknowledged.insert(1)
        #expect(row.liveCount == 2)
    }
}
