public import MessageModel
public import Tillwire
public import Engine

extension DefinitionBook {
    /// A definition that is removed or closed and whose orders and payers may still have rows; nil where there is none.
    public var nextToSweep: UInt32? {
        removed.min()
            ?? kept.values.lazy.filter { !swept.contains($0.number) && isClosed($0.definition) }.map(\.number).min()
    }

    /// Reads keys of rows to sweep, at most ``KeeperLimits/sweepRowCountMax``; fewer only where there are no more.
    public func keysToSweep<E: Engine>(_ number: UInt32, broker: Broker<E>) async throws(BrokerError) -> [Bytes] {
        var keys: [Bytes] = []
        for prefix in [KeeperRows.orderPrefix(number), KeeperRows.payerPrefix(number)] {
            let room = KeeperLimits.sweepRowCountMax - keys.count
            guard room > 0 else { break }
            let read = RowRead(space: space, prefix: Bytes(prefix), countMax: room)
            keys += try await broker.rows(read).map(\.key)
        }
        return keys
    }

    /// Deletes what ``keysToSweep(_:broker:)`` found. Where that was the rest, the definition is done with.
    public mutating func sweep(_ number: UInt32, keys: [Bytes]) {
        precondition(kept[number].map { isClosed($0.definition) } ?? true, "only what is closed or removed is swept")
        for key in keys { rows.put(key, nil) }
        guard keys.count < KeeperLimits.sweepRowCountMax else { return }
        if removed.remove(number) != nil {
            rows.put(KeeperRows.removedKey(number), nil)
        } else {
            swept.insert(number)
        }
    }
}
