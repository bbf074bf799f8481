import MessageModel
import Testing

@testable import QueueStore

@Suite struct RecordKeyTests {
    @Test("byte order of entry keys is the order of queue and sequence", arguments: UInt64(1)...20)
    func entryOrder(seed: UInt64) {
        var random = RecordGenerator(seed: seed)
        let ids = (0..<50).map { _ in
            EntryID(queue: QueueID(rawValue: UInt32(random.number(0...3))), first: random.word())
        }
        let byKey = ids.sorted { Keys.entry($0).array.lexicographicallyPrecedes(Keys.entry($1).array) }
        #expect(byKey == ids.sorted())
        for id in ids { #expect(EntryID(Keys.entry(id).array.span.bytes) == id) }
    }

    @Test("byte order of due keys is the order of time, kind, queue and sequence", arguments: UInt64(1)...20)
    func dueOrder(seed: UInt64) {
        var random = RecordGenerator(seed: seed)
        let ids = (0..<50).map { _ in
            DueID(
                at: random.flag() ? random.moment() : Timestamp(milliseconds: 5), kind: random.flag() ? .row : .member,
                queue: QueueID(rawValue: UInt32(random.number(0...2))), sequence: random.word())
        }
        let byKey = ids.sorted { Keys.due($0).array.lexicographicallyPrecedes(Keys.due($1).array) }
        #expect(byKey == ids.sorted())
        for id in ids { #expect(DueID(Keys.due(id).array.span.bytes) == id) }
    }

    @Test("a key of another length or kind is no key")
    func foreign() {
        let entry = Keys.entry(EntryID(queue: QueueID(rawValue: 1), first: 2)).array
        #expect(EntryID(Array(entry.dropLast()).span.bytes) == nil)
        #expect(EntryID((entry + [0]).span.bytes) == nil)
        let due = Keys.due(DueID(at: .zero, kind: .row, queue: QueueID(rawValue: 1), sequence: 2)).array
        #expect(DueID(Array(due.dropLast()).span.bytes) == nil)
        #expect(DueID((due + [0]).span.bytes) == nil)
        for kind in [UInt8(0), 5, 255] {
            var other = due
            other[6] = kind
            #expect(DueID(other.span.bytes) == nil)
        }
    }

    @Test("the longest state key fits, and a copied key is the key")
    func longest() {
        let key = Keys.state(
            ConsumerID(rawValue: .max), Bytes([UInt8](repeating: 9, count: Limits.stateKeyByteCountMax)))
        #expect(key.count == 68)
        #expect(RowKey(copying: key.array.span.bytes).array == key.array)
    }
}
