internal import MessageModel

/// An idempotency key within its source, hashed once.
struct OnceKey: Hashable {
    let source: SourceID
    let key: IdempotencyKey
    private let hash: (UInt64, UInt64)

    init(source: SourceID, key: IdempotencyKey, hasher: SipHash) {
        self.source = source
        self.key = key
        hash = hasher.hash128(key.bytes.slice.span)
    }

    static func == (left: OnceKey, right: OnceKey) -> Bool {
        left.hash == right.hash && left.source == right.source && left.key == right.key
    }

    /// The keyed hash is good enough for a table in memory, too.
    func hash(into hasher: inout Hasher) { hasher.combine(hash.0) }

    /// Rows stand in buckets of their expiry, so that expired ones are deleted from the front of each class in key order and no index of
    /// expiries is needed (`store-design.md` §1.3).
    func rowKey(bucket: UInt32) -> RowKey { Keys.once(bucket: bucket, scope: source.rawValue, hash: hash) }

    /// The order of rows in one bucket.
    func stands(before other: OnceKey) -> Bool {
        (source.rawValue, hash.0, hash.1) < (other.source.rawValue, other.hash.0, other.hash.1)
    }

    /// The bucket of an answer that expires at `moment`: class in the top byte, the moment rounded up to the class's width below.
    func bucket(expiringAt moment: Timestamp) -> UInt32 { OnceBuckets.bucket(key.lifetime, at: moment) }

    /// Buckets an answer that is still good may stand in, newest first.
    func liveBuckets(at now: Timestamp) -> [UInt32] {
        let newest = bucket(expiringAt: now.adding(milliseconds: key.lifetime.milliseconds))
        let oldest = bucket(expiringAt: now)
        return (0...(newest - oldest)).map { newest - $0 }
    }
}

/// A first answer that a group remembers.
struct PlannedOnce {
    let key: OnceKey
    let bucket: UInt32
    let sequence: SequenceNumber
    let expiresAt: Timestamp

    var row: OnceRow { OnceRow(sequence: sequence, expiresAt: expiresAt, key: key.key.bytes) }
}

extension PlannedOnce: Comparable {
    static func == (left: PlannedOnce, right: PlannedOnce) -> Bool {
        left.bucket == right.bucket && left.key == right.key
    }

    /// The order of the table: neighbours share a page, which is then touched once.
    static func < (left: PlannedOnce, right: PlannedOnce) -> Bool {
        left.bucket == right.bucket ? left.key.stands(before: right.key) : left.bucket < right.bucket
    }
}

/// The arithmetic of buckets.
enum OnceBuckets {
    /// Buckets count from 2020-01-01T00:00:00Z, so that three bytes of two minutes reach 2083.
    private static let origin: UInt64 = 1_577_836_800_000

    static func widthMillis(_ lifetime: IdempotencyKey.Lifetime) -> UInt64 {
        lifetime.milliseconds / (lifetime == .replayGuard ? 5 : 8)
    }

    static func bucket(_ lifetime: IdempotencyKey.Lifetime, at moment: Timestamp) -> UInt32 {
        let width = widthMillis(lifetime)
        let sinceOrigin = moment.milliseconds > origin ? moment.milliseconds - origin : 0
        let number = min((sinceOrigin + width - 1) / width, 0xFF_FFFF)
        return UInt32(lifetime.rawValue) << 24 | UInt32(number)
    }
}
