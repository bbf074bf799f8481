internal import LMDB
internal import MessageModel
internal import Synchronization

/// A preset dictionary as blocks name it. Immutable.
final class BlockDictionary: Sendable {
    /// 1…``MessageModel/Limits/dictionaryCountMax``.
    let id: UInt16
    let bytes: [UInt8]

    init(id: UInt16, bytes: [UInt8]) {
        self.id = id
        self.bytes = bytes
    }
}

/// Dictionaries that were read, by id: at most ``MessageModel/Limits/dictionaryCacheCountMax``, the one that was read first leaves first. A
/// dictionary never changes, so nothing in it is ever stale. Thread-safe.
final class DictionaryBook: Sendable {
    private struct State {
        var held: [UInt16: BlockDictionary] = [:]
        var order: [UInt16] = []
        /// The oldest of `order`, which is a ring once it is full.
        var head = 0
    }

    private let state = Mutex(State())
    private let countMax: Int

    init(countMax: Int = Limits.dictionaryCacheCountMax) { self.countMax = countMax }

    /// Dictionaries held.
    var count: Int { state.withLock { $0.held.count } }

    /// The dictionary where it is held.
    func held(_ id: UInt16) -> BlockDictionary? { state.withLock { $0.held[id] } }

    /// The dictionary, read where it is not held; nil where there is none. Only what is on the disk comes in here.
    func dictionary(
        _ id: UInt16, _ tables: Tables, _ transaction: borrowing ReadTransaction
    ) throws(LMDBError) -> Result<BlockDictionary, RowFault>? {
        if let held = held(id) { return .success(held) }
        let key = DictionaryRow.key(id)
        guard let value = try transaction.value(tables.catalogue, forKey: key.span) else { return nil }
        do throws(RowFault) {
            let read = BlockDictionary(id: id, bytes: try DictionaryRow(value, under: key.span).bytes)
            hold(read)
            return .success(read)
        } catch { return .failure(error) }
    }

    private func hold(_ dictionary: BlockDictionary) {
        state.withLock { state in
            guard state.held.updateValue(dictionary, forKey: dictionary.id) == nil else { return }
            guard state.order.count == countMax else { return state.order.append(dictionary.id) }
            state.held[state.order[state.head]] = nil
            state.order[state.head] = dictionary.id
            state.head = (state.head + 1) % countMax
        }
    }
}
