internal import Engine
internal import LMDB
internal import MessageModel

/// What a group knows of a source: looked up once for all its messages. Used by whoever writes, within one group.
final class SourceGate {
    let source: SourceID
    /// Of a queue; nil where there is no such queue, and for topics.
    let attributes: QueueAttributes?
    /// True for a queue whose counters are at hand.
    let isHeld: Bool
    /// Of a topic; nil where there is no such topic, and for queues.
    let routing: TopicRoutes?
    /// Routes to queues whose counters cannot be read.
    let missingRoutes: UInt64
    /// Largest body it takes.
    let bodyByteCountMax: Int
    /// Queues with a limit of messages or bytes among those it reaches.
    let limited: [LimitedQueue]
    /// Per lifetime of keys the buckets that hold any of this source's, newest first; nil until somebody asks.
    private var occupied: [[UInt32]?] = Array(repeating: nil, count: 4)

    init(_ source: SourceID, _ catalogue: Catalogue, _ directory: QueueDirectory) {
        self.source = source
        attributes = source.queueID.flatMap { catalogue.attributes($0) }
        isHeld = source.queueID.map { directory.state($0) != nil } ?? false
        routing = source.topicID.flatMap { catalogue.routing[$0] }
        let targets = routing?.targets ?? []
        bodyByteCountMax = catalogue.bodyByteCountMax(source)
        limited =
            catalogue.hasLimits
            ? (source.queueID.map { [$0] } ?? targets).enumerated().compactMap { route, id in
                LimitedQueue(route, id, catalogue, directory)
            } : []
        missingRoutes = targets.enumerated().reduce(0) { missing, route in
            directory.state(route.element) == nil ? missing | 1 << UInt64(route.offset) : missing
        }
    }

    /// Whether messages must be counted against limits.
    var hasLimits: Bool { !limited.isEmpty }

    /// The buckets in which a key may have a row of its own, as they were written until format 2. Most of the nine that are live hold nothing of a source that is young or sends seldom.
    func occupiedBuckets(
        _ key: OnceKey, at now: Timestamp, _ table: Table, _ transaction: borrowing WriteTransaction
    ) throws(LMDBError) -> [UInt32] {
        let lifetime = Int(key.key.lifetime.rawValue)
        if let known = occupied[lifetime] { return known }
        let live = key.liveBuckets(at: now)
        let found = try transaction.withCursor(table) { (cursor) throws(LMDBError) in
            var found: [UInt32] = []
            for bucket in live {
                let prefix = Keys.once(bucket: bucket, scope: source.rawValue)
                if try cursor.seek(atOrAfter: prefix.span), cursor.startsWith(prefix.span) { found.append(bucket) }
            }
            return found
        }
        occupied[lifetime] = found
        return found
    }
}

/// A queue with a limit of messages or bytes, as one of a source's routes.
struct LimitedQueue {
    let route: Int
    let state: QueueState
    let attributes: QueueAttributes

    /// Nil where the queue has no limit.
    init?(_ route: Int, _ id: QueueID, _ catalogue: Catalogue, _ directory: QueueDirectory) {
        guard let attributes = catalogue.attributes(id), let state = directory.state(id),
            attributes.messageCountMax != nil || attributes.byteCountMax != nil
        else { return nil }
        self.route = route
        self.state = state
        self.attributes = attributes
    }
}
