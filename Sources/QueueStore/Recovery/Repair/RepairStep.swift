internal import LMDB

/// One thing a repair does: rows that change together, and the words for it.
struct RepairStep {
    /// A row's new value; nil deletes it.
    struct Change {
        let table: String
        let key: [UInt8]
        let value: [UInt8]?
    }

    /// One sentence.
    let what: String
    var changes: [Change] = []
    /// Whether what is replaced or deleted is worth keeping: then it is written into the log.
    var keepsOld = false

    mutating func put(_ table: String, _ key: RowKey, _ value: [UInt8]) {
        changes.append(Change(table: table, key: key.span.array, value: value))
    }

    mutating func delete(_ table: String, _ key: [UInt8]) {
        changes.append(Change(table: table, key: key, value: nil))
    }
}

extension Span<UInt8> {
    /// A copy.
    var array: [UInt8] { indices.map { self[$0] } }
}

extension Tables {
    /// A table by its name.
    func table(named name: String) -> Table? { named.first { $0.name == name }?.table }
}
