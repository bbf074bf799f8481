internal import AccessControl
internal import CMQProtocol
internal import MessageModel

/// What makes a repeat of a signed send or publish store nothing and get the first answer (`reliability.md` rule 28): keys for its messages, made
/// from who signed, when, with which nonce, and the signature, which covers the rest.
struct ReplaySeed: Sendable, Hashable {
    /// How the client names itself that draws equal nonces.
    static let clientThatSharesSignatures = "SDK_CPP_"

    /// SHA-256 of what tells the request from all others: a key is compared whole, so it must fit whole.
    let digest: [UInt8]
    /// Two requests that are meant as two may look the same. Then a repeat is one only while the first answer was never fully written.
    let sharesSignatures: Bool

    /// The seed of a request of API 2.0, or of API 3.0 in a form.
    init(_ signature: CMQSignature, sharesSignatures: Bool) {
        let method = signature.method == .hmacSHA1 ? "1" : "256"
        let text = "\(signature.secretID)\n\(signature.timestampSeconds)\n\(signature.nonce)\n\(method)\n"
        digest = Hashes.sha256(Array(text.utf8) + signature.bytes)
        self.sharesSignatures = sharesSignatures
    }

    /// The seed of a request of API 3.0 that is signed in its header fields. It has no nonce; clients send an id of their own with each call, which
    /// nobody signed. Without one, equal requests of one second cannot be told apart. What that costs: whoever captured such a request, which TLS
    /// prevents, can have it stored again with another id until its time is over.
    init(_ signature: TC3Signature, action: String, traceID: String?) {
        let text = "\(signature.secretID)\n\(signature.timestampSeconds)\n\(action)\n\(traceID ?? "")\ntc3\n"
        digest = Hashes.sha256(Array(text.utf8) + signature.bytes)
        sharesSignatures = traceID?.isEmpty ?? true
    }

    /// A key per message. `round` counts the answers to this very request that were fully written.
    func keys(count: Int, round: UInt32, lifetime: IdempotencyKey.Lifetime) -> [IdempotencyKey] {
        (0..<count).compactMap { index in
            // The leading zero keeps them apart from keys that producers choose.
            var bytes: [UInt8] = [0]
            bytes += digest
            for shift in stride(from: 24, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: round >> UInt32(shift)))
            }
            bytes.append(UInt8(truncatingIfNeeded: index))
            return try? IdempotencyKey(Bytes(bytes), lifetime: lifetime)
        }
    }
}
