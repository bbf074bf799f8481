internal import AccessControl
internal import Synchronization

/// SHA-256 of a notice's body. Not a shorter or a keyed hash: two bodies taken for one would lose a payment, and the time saved would be a
/// microsecond.
struct BodyHash: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    init(_ body: [UInt8]) {
        let digest = Hashes.sha256(body)
        func word(_ index: Int) -> UInt64 { digest[index * 8..<index * 8 + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        words = (word(0), word(1), word(2), word(3))
    }

    static func == (left: BodyHash, right: BodyHash) -> Bool { left.words == right.words }

    /// A part of SHA-256 is a good hash by itself; nobody outside chooses what is remembered.
    func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

/// What is remembered of a notice that is on the disk.
struct KnownNotice: Equatable, Sendable {
    /// The platform's order number; empty where it is no payment.
    let transactionID: String
    /// Tells this notice from others in the provider's rating.
    let keyHash: Int?
}

/// The bodies of notices that are on the disk, so that a redelivery, which is the same body under a new signature, is not read, decrypted and committed
/// again. What is not known goes the whole way: forgetting costs time, never a payment.
///
/// Bounded by ``NoticeIngestLimits/knownBodyCountMax``, the oldest goes first; empty after a start. Other merchant numbers, and another
/// key of API v2, begin a new epoch, in which nothing from before is known; the keys of v3 may change, since each signature is checked by those in
/// force. Thread-safe.
final class KnownBodies: Sendable {
    private struct Contents {
        var notices: [BodyHash: KnownNotice] = [:]
        /// In the order of their coming; a ring once it is full.
        var order: [BodyHash] = []
        var oldest = 0
        var epoch: UInt64 = 0
    }

    private let countMax: Int
    private let contents = Mutex(Contents())

    init(countMax: Int = NoticeIngestLimits.knownBodyCountMax) { self.countMax = countMax }

    /// Bodies known now.
    var count: Int { contents.withLock { $0.order.count } }

    /// What a body told; nil where it is not known in this epoch.
    func notice(_ hash: BodyHash, epoch: UInt64) -> KnownNotice? {
        contents.withLock { $0.epoch == epoch ? $0.notices[hash] : nil }
    }

    /// Remembers bodies that were judged in `epoch` and are on the disk.
    func remember(_ bodies: [(hash: BodyHash, notice: KnownNotice)], epoch: UInt64) {
        contents.withLock { contents in
            // Judged by keys that were replaced meanwhile.
            guard epoch >= contents.epoch else { return }
            if epoch > contents.epoch { contents = Contents(epoch: epoch) }
            for (hash, notice) in bodies {
                guard contents.notices.updateValue(notice, forKey: hash) == nil else { continue }
                guard contents.order.count == countMax else {
                    contents.order.append(hash)
                    continue
                }
                contents.notices[contents.order[contents.oldest]] = nil
                contents.order[contents.oldest] = hash
                contents.oldest = (contents.oldest + 1) % countMax
            }
        }
    }
}
