internal import MessageModel
internal import Synchronization

/// Inflated blocks that readers share, at most ``MessageModel/Limits/blockCacheByteCountMax`` bytes; second chance decides who leaves.
///
/// Keyed by block id, and blocks never change, so nothing in it is ever stale. Thread-safe; O(1) amortised.
final class BlockCache: Sendable {
    private struct Slot {
        let block: InflatedBlock
        var wasUsed: Bool
    }

    private struct State {
        var slots: [UInt64: Slot] = [:]
        /// Ids in order of insertion; read from `head`.
        var order: [UInt64] = []
        var head = 0
        var byteCount = 0
    }

    private let state = Mutex(State())

    func block(_ id: UInt64) -> InflatedBlock? {
        state.withLock { state in
            guard let found = state.slots[id]?.block else { return nil }
            state.slots[id]?.wasUsed = true
            return found
        }
    }

    func insert(_ id: UInt64, _ block: InflatedBlock) {
        state.withLock { state in
            guard state.slots[id] == nil, block.byteCount <= Limits.blockCacheByteCountMax / 4 else { return }
            state.slots[id] = Slot(block: block, wasUsed: false)
            state.order.append(id)
            state.byteCount += block.byteCount
            while state.byteCount > Limits.blockCacheByteCountMax { Self.evictOne(&state) }
            if state.order.count - state.head > 2 * state.slots.count + 1_024 { Self.forgetRemoved(&state) }
        }
    }

    func remove(_ id: UInt64) {
        state.withLock { state in
            guard let slot = state.slots.removeValue(forKey: id) else { return }
            state.byteCount -= slot.block.byteCount
        }
    }

    /// Drops the ids of blocks that were freed before their turn came.
    private static func forgetRemoved(_ state: inout State) {
        state.order = state.order[state.head...].filter { state.slots[$0] != nil }
        state.head = 0
    }

    private static func evictOne(_ state: inout State) {
        let id = state.order[state.head]
        state.head += 1
        if state.head > 1_024, state.head * 2 > state.order.count {
            state.order.removeFirst(state.head)
            state.head = 0
        }
        guard let slot = state.slots[id] else { return }
        if slot.wasUsed {
            state.slots[id]?.wasUsed = false
            state.order.append(id)
        } else {
            state.slots[id] = nil
            state.byteCount -= slot.block.byteCount
        }
    }
}
