internal import MessageModel

/// An idempotency key within its source, hashed once.
struct OnceKey: Hashable {
    let key: IdempotencyKey
    /// Where its first answer stands among others.
    let place: OncePlace

    var source: SourceID { place.source }

    init(source: SourceID, key: IdempotencyKey, hasher: SipHash) {
        self.key = key
        let hash = hasher.hash128(key.bytes.slice.span)
        place = OncePlace(first: hash.0, second: hash.1, source: source)
    }

    static func == (left: OnceKey, right: OnceKey) -> Bool { left.place == right.place && left.key == right.key }

    /// The keyed hash is good enough for a table in memory, too.
    func hash(into hasher: inout Hasher) { hasher.combine(place.first) }

    /// Until format 2 each first answer had a row of its own, in a bucket of its expiry.
    func rowKey(bucket: UInt32) -> RowKey {
        Keys.once(bucket: bucket, scope: source.rawValue, hash: (place.first, place.second))
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

/// The order of first answers: by the keyed hash of the key, then by source.
struct OncePlace: Hashable, Comparable {
    let first: UInt64
    let second: UInt64
    let source: SourceID

    static func < (left: OncePlace, right: OncePlace) -> Bool {
        if left.first != right.first { return left.first < right.first }
        if left.second != right.second { return left.second < right.second }
        return left.source < right.source
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

    /// The class of a bucket; nil where there is none such.
    static func lifetime(of bucket: UInt32) -> IdempotencyKey.Lifetime? {
        IdempotencyKey.Lifetime(rawValue: UInt8(bucket >> 24))
    }
}
