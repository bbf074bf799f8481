internal import BenchmarkSupport
internal import Tillwire

/// The bodies as the store takes them.
struct Corpus: Sendable {
    let bodies: [Bytes]

    init(_ corpus: OrderCorpus) { bodies = corpus.bodies.map { Bytes($0) } }

    /// Neighbouring senders send different bodies.
    func body(worker: Int, round: Int) -> Bytes { bodies[(worker &+ round &* 1_031) % bodies.count] }

    /// The next body of a stream.
    subscript(number: Int) -> Bytes { bodies[number % bodies.count] }
}

/// Idempotency keys of the length a payment's key has.
enum KeyText {
    /// Bytes of a key: `pay:` and 28 digits.
    static let byteCount = 32

    /// Numbers of a key are below this.
    private static let modulus: UInt64 = 1_000_000_000_000_000_000
    /// Has no factor in common with the modulus, so different numbers stay different.
    private static let factor: UInt64 = 618_033_988_749_894_849
    /// Rounds that a worker can have keys for; far more than the longest run does.
    private static let roundCountPerWorker: UInt64 = 100_000_000

    /// A key that no other round of any worker has.
    static func key(worker: Int, round: Int) throws(BrokerError) -> IdempotencyKey {
        try IdempotencyKey(Bytes(bytes(UInt64(worker) * roundCountPerWorker + UInt64(round))), lifetime: .payment)
    }

    /// The key of this number, scattered as transaction ids are.
    private static func bytes(_ number: UInt64) -> [UInt8] {
        var rest = modulus.dividingFullWidth(factor.multipliedFullWidth(by: number)).remainder
        var bytes = prefix
        bytes.reserveCapacity(byteCount)
        while bytes.count < byteCount {
            bytes.append(48 + UInt8(rest % 10))
            rest /= 10
        }
        return bytes
    }

    private static let prefix = Array("pay:4200000000".utf8)
}
