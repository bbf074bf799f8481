internal import Engine
internal import MessageModel

/// Rows as one batch of orders needs and leaves them.
///
/// `known` are the rows of orders and payers that the batch may ask for, read before it begins and changed with it; the next batch replaces them, so
/// there are never more than one batch touches. `staged` waits for the next commit. What was handed over stays known, so the rest of the batch sees it.
struct StagedRows: Sendable {
    private var known: [Bytes: Bytes?] = [:]
    private var staged: [Bytes: Bytes?] = [:]

    /// Rows that wait for a commit.
    var count: Int { staged.count }

    /// Makes these the known rows.
    mutating func hold(_ rows: [Bytes: Bytes?]) {
        precondition(staged.isEmpty, "a batch begins with nothing left of the one before")
        known = rows
    }

    /// The row's value, nil where there is none.
    ///
    /// - Precondition: it was read for this batch.
    func value(_ key: Bytes) -> Bytes? {
        guard let value = known[key] else { preconditionFailure("a row that was not read before its batch") }
        return value
    }

    /// Changes a row that the batch may ask for again.
    mutating func putKnown(_ key: Bytes, _ value: Bytes) {
        known.updateValue(value, forKey: key)
        staged.updateValue(value, forKey: key)
    }

    /// Changes a row; nil deletes it.
    mutating func put(_ key: Bytes, _ value: Bytes?) { staged.updateValue(value, forKey: key) }

    /// Hands over what is staged, in key order.
    mutating func takeChanges(space: RowSpace) -> [RowChange] {
        let changes = staged.sorted { $0.key.slice.lexicographicallyPrecedes($1.key.slice) }
        staged.removeAll(keepingCapacity: true)
        return changes.map { RowChange(space: space, key: $0.key, value: $0.value) }
    }
}
