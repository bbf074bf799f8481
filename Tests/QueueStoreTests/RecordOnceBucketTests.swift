import MessageModel
import Testing

@testable import QueueStore

@Suite struct RecordOnceBucketTests {
    private static let start: UInt64 = 1_760_000_000_000

    private static let hasher = SipHash(key0: 1, key1: 2)

    private static func key(_ lifetime: IdempotencyKey.Lifetime, _ hasher: SipHash = hasher) throws -> OnceKey {
        OnceKey(source: .queue(QueueID(rawValue: 7)), key: try IdempotencyKey("k", lifetime: lifetime), hasher: hasher)
    }

    @Test("a key is found at every moment of its life, and in few buckets", arguments: IdempotencyKey.Lifetime.allCases)
    func found(lifetime: IdempotencyKey.Lifetime) throws {
        let once = try Self.key(lifetime)
        let life = lifetime.milliseconds
        let width = OnceBuckets.widthMillis(lifetime)
        var random = RecordGenerator(seed: UInt64(lifetime.rawValue))
        for round in 0..<200 {
            let moment = Timestamp(milliseconds: Self.start + UInt64(random.number(0...Int(3 * width))))
            let bucket = once.bucket(expiringAt: moment.adding(milliseconds: life))
            let steps =
                [0, 1, width - 1, width, width + 1, life / 2, life - 1]
                + (0..<20).map { _ in UInt64(random.number(0...Int(life - 1))) }
            for step in steps {
                let live = once.liveBuckets(at: moment.adding(milliseconds: step))
                #expect(live.contains(bucket), "round \(round), \(step) ms later")
                #expect(live.count <= 9)
                #expect(live == live.sorted(by: >))
            }
        }
    }

    @Test(
        "no key is forgotten before its end, and every one is within a bucket's width after it",
        arguments: IdempotencyKey.Lifetime.allCases)
    func forgotten(lifetime: IdempotencyKey.Lifetime) throws {
        let width = OnceBuckets.widthMillis(lifetime)
        var random = RecordGenerator(seed: 100 + UInt64(lifetime.rawValue))
        for _ in 0..<500 {
            let expiry = Timestamp(milliseconds: Self.start + UInt64(random.number(0...Int(4 * width))))
            let bucket = OnceBuckets.bucket(lifetime, at: expiry)
            for early in [0, 1, width / 2, width, lifetime.milliseconds] {
                let now = Timestamp(milliseconds: expiry.milliseconds - early)
                #expect(OnceBuckets.bucket(lifetime, at: now) <= bucket)
            }
            #expect(bucket < OnceBuckets.bucket(lifetime, at: expiry.adding(milliseconds: width)))
        }
    }

    @Test("the widths are two minutes, three hours and an eighth of a hundred days")
    func widths() {
        #expect(OnceBuckets.widthMillis(.replayGuard) == 120_000)
        #expect(OnceBuckets.widthMillis(.producer) == 10_800_000)
        #expect(OnceBuckets.widthMillis(.payment) == 1_080_000_000)
    }

    @Test("classes never share a bucket, whatever the moment")
    func classes() {
        let moments = [Timestamp.zero, Timestamp(milliseconds: Self.start), .distantFuture]
        for moment in moments {
            #expect(IdempotencyKey.Lifetime.allCases.map { OnceBuckets.bucket($0, at: moment) >> 24 } == [1, 2, 3])
        }
        #expect(OnceBuckets.bucket(.replayGuard, at: .distantFuture) == 0x01FF_FFFF)
        #expect(OnceBuckets.bucket(.replayGuard, at: .zero) == 0x0100_0000)
    }

    @Test("a bucket is closed at its upper end: the moment of a border belongs to the bucket below")
    func borders() {
        let border: UInt64 = 1_577_836_800_000 + 120_000 * 1_000
        #expect(OnceBuckets.bucket(.replayGuard, at: Timestamp(milliseconds: border)) == 0x0100_0000 + 1_000)
        #expect(OnceBuckets.bucket(.replayGuard, at: Timestamp(milliseconds: border + 1)) == 0x0100_0000 + 1_001)
        #expect(OnceBuckets.bucket(.replayGuard, at: Timestamp(milliseconds: border - 119_999)) == 0x0100_0000 + 1_000)
    }

    @Test("the row's key holds bucket, source and the keyed hash of the whole key")
    func rowKey() throws {
        let once = try Self.key(.producer)
        let key = once.rowKey(bucket: 5).array
        let (first, second) = Self.hasher.hash128(Array("k".utf8).span)
        #expect(key == Keys.once(bucket: 5, scope: 7, hash: (first, second)).array)
        #expect(try key != Self.key(.producer, SipHash(key0: 1, key1: 3)).rowKey(bucket: 5).array)
        let topic = OnceKey(source: .topic(TopicID(rawValue: 7)), key: once.key, hasher: Self.hasher)
        #expect(key != topic.rowKey(bucket: 5).array)
    }
}
