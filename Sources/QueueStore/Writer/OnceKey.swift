internal import MessageModel

/// An idempotency key within its source.
struct OnceKey: Hashable {
    let source: SourceID
    let key: IdempotencyKey

    /// Rows stand in buckets of their expiry, so that expired ones are deleted from the front of each class in key order and no index of
    /// expiries is needed (`store-design.md` §1.3).
    func rowKey(bucket: UInt32, hasher: SipHash) -> RowKey {
        Keys.once(bucket: bucket, scope: source.rawValue, hash: hasher.hash128(key.bytes.slice.span))
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
