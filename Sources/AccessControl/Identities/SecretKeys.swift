internal import Crypto
internal import Synchronization

/// One secret in the forms it is used in. Thread-safe.
final class SecretKeys: Sendable {
    private struct Derived {
        let date: String
        let service: String
        let key: SymmetricKey
    }

    /// SHA-256 of the secret.
    let digest: [UInt8]
    private let key: SymmetricKey
    /// `"TC3" + secret`, where derivation starts.
    private let seed: SymmetricKey
    /// Signing keys derived last, newest last; at most ``IdentityLimits/derivedKeyCountMax``.
    private let derived = Mutex<[Derived]>([])

    init(_ secret: String) {
        let bytes = Array(secret.utf8)
        digest = Hashes.sha256(bytes)
        key = SymmetricKey(data: bytes)
        seed = SymmetricKey(data: Array("TC3".utf8) + bytes)
    }

    /// Whether the signature is the HMAC of the text.
    func signs(_ text: [UInt8], as signature: [UInt8], _ method: SignatureMethod) -> Bool {
        switch method {
        case .hmacSHA1:
            ConstantTime.equal(Array(HMAC<Insecure.SHA1>.authenticationCode(for: text, using: key)), signature)
        case .hmacSHA256:
            ConstantTime.equal(Array(HMAC<SHA256>.authenticationCode(for: text, using: key)), signature)
        }
    }

    /// Whether the signature is the text's under the key of that day and service.
    func signsTC3(_ text: [UInt8], as signature: [UInt8], date: String, service: String) -> Bool {
        let code = HMAC<SHA256>.authenticationCode(for: text, using: signingKey(date: date, service: service))
        return ConstantTime.equal(Array(code), signature)
    }

    private func signingKey(date: String, service: String) -> SymmetricKey {
        let known = derived.withLock { list in list.last { $0.date == date && $0.service == service }?.key }
        if let known { return known }
        let made = TC3Keys.signingKey(seed: seed, date: date, service: service)
        derived.withLock { list in
            if list.count >= IdentityLimits.derivedKeyCountMax { list.removeFirst() }
            list.append(Derived(date: date, service: service, key: made))
        }
        return made
    }
}
