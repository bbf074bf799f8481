internal import Synchronization

/// A dictionary that any thread may read at once, split so that a change never copies or blocks the whole of it.
///
/// A lookup hashes the key and takes one short lock of 1/64 of the table. Thread-safe.
final class ShardedTable<Value: Sendable>: Sendable {
    private final class Shard: Sendable {
        /// The values whose keys hash here.
        let values = Mutex<[String: Value]>([:])
    }

    private let shards = (0..<64).map { _ in Shard() }

    /// The value, or nil.
    subscript(_ key: String) -> Value? { shard(key).values.withLock { $0[key] } }

    /// Changes the value in place; nil removes it. Returns what `body` returns.
    func update<Result: Sendable>(_ key: String, _ body: (inout sending Value?) -> sending Result) -> Result {
        shard(key).values.withLock { values in
            var value = values.removeValue(forKey: key)
            let result = body(&value)
            if let value { values[key] = value }
            return result
        }
    }

    /// All values at slightly different moments. O(n).
    func all() -> [Value] { shards.flatMap { shard in shard.values.withLock { Array($0.values) } } }

    /// How many there are.
    var count: Int { shards.reduce(0) { $0 + $1.values.withLock { $0.count } } }

    private func shard(_ key: String) -> Shard {
        // The last byte of a number or id spreads well enough for 64 locks and costs nothing.
        var mixed: UInt8 = 0
        for byte in key.utf8.suffix(4) { mixed = mixed &* 31 &+ byte }
        return shards[Int(mixed & 63)]
    }
}
