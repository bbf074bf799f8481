internal import Engine
internal import LMDB
internal import MessageModel

extension Catalogue {
    /// Reads the whole catalogue: bounded by the numbers of queues, topics and subscriptions a store may hold.
    ///
    /// - Parameter acceptingDamage: leave out rows that are damaged, the format row excepted: for looking at a store, never for running it.
    /// - Throws: ``BrokerError/storeUnusable(_:)`` where the format is newer than this program or a row is damaged.
    static func load(
        _ tables: Tables, _ transaction: borrowing ReadTransaction, acceptingDamage: Bool = false
    ) throws(BrokerError) -> Catalogue {
        var loaded = LoadedRows(acceptsDamage: acceptingDamage)
        do throws(LMDBError) {
            try transaction.withCursor(tables.catalogue) { (cursor) throws(LMDBError) in
                var more = try cursor.first()
                while more {
                    loaded.take(key: cursor.key, value: cursor.value)
                    more = try cursor.next()
                }
            }
        } catch { throw .system(operation: error.operation, code: error.code.rawValue) }
        return try loaded.catalogue()
    }

    private struct LoadedRows {
        var format: FormatRow?
        var queues: [EntityName: QueueEntry] = [:]
        var topics: [TopicID: TopicEntry] = [:]
        var subscriptions: [TopicID: [(order: Int, entry: SubscriptionEntry)]] = [:]
        var fault: RowFault?
        let acceptsDamage: Bool

        init(acceptsDamage: Bool) { self.acceptsDamage = acceptsDamage }

        mutating func take(key: RawSpan, value: RawSpan) {
            guard fault == nil else { return }
            do throws(RowFault) { try read(key, value) } catch {
                let kind = key.byteCount > 0 ? unsafe key.unsafeLoad(fromByteOffset: 0, as: UInt8.self) : 0
                if !acceptsDamage || kind == CatalogueKind.format { fault = error }
            }
        }

        private mutating func read(_ keyBytes: RawSpan, _ value: RawSpan) throws(RowFault) {
            var reader = RowReader(unsealed: keyBytes)
            let kind = try reader.u8()
            let id = try reader.u32()
            switch kind {
            case CatalogueKind.format:
                let found = try FormatRow(value, under: CatalogueKind.formatKey.span)
                format = found
            case CatalogueKind.queue:
                let key = Keys.catalogue(kind: kind, id: id)
                let entry = try QueueRow.decode(value, id: QueueID(rawValue: id), under: key.span)
                queues[entry.name] = entry
            case CatalogueKind.topic:
                topics[TopicID(rawValue: id)] = try TopicRow.decode(
                    value, id: TopicID(rawValue: id), under: Keys.catalogue(kind: kind, id: id).span)
            case CatalogueKind.subscription:
                let queue = try reader.u32()
                let key = Keys.catalogue(kind: kind, id: id, second: queue)
                let row = try SubscriptionRow.decode(value, queue: QueueID(rawValue: queue), under: key.span)
                subscriptions[TopicID(rawValue: id), default: []].append(row)
            default: return
            }
        }

        func catalogue() throws(BrokerError) -> Catalogue {
            if let fault { throw .storeUnusable("the store's catalogue is damaged: \(fault.text)") }
            guard let format else {
                throw .storeUnusable("the store has no format row: it is not a store of this program")
            }
            guard format.oldestReader <= FormatRow.major else {
                throw .storeUnusable(
                    "the store is of format \(format.major).\(format.minor), this program reads up to \(FormatRow.major): use a newer tillwire"
                )
            }
            var byName: [EntityName: TopicEntry] = [:]
            for (id, topic) in topics {
                let ordered = (subscriptions[id] ?? []).sorted { $0.order < $1.order }.map(\.entry)
                byName[topic.name] = topic.with(ordered)
            }
            return Catalogue(
                format: format, topology: Topology(revision: format.revision, queues: queues, topics: byName))
        }
    }
}
