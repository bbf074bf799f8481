internal import Crypto

/// One identity of the queue API: a name, a secret or two, and what it may do. Immutable, thread-safe.
///
/// Two secrets are valid while a rotation lasts: the new one and the one before. (An owner may have several keys as well.)
public struct APIKey: Sendable {
    /// `AKID…`.
    public let id: String
    /// Whose key it is, for people.
    public let owner: String
    /// A disabled key is known and refused.
    public let isEnabled: Bool
    /// Whether HMAC-SHA1 is accepted.
    public let allowsHMACSHA1: Bool
    /// What it may do.
    public let grants: [APIGrant]
    /// True for ``APIKeyBook/decoy`` only: nothing it verifies counts.
    public let isDecoy: Bool

    private let current: SecretKeys
    /// Nil outside a rotation.
    private let previous: SecretKeys?

    /// The key of a record.
    ///
    /// - Precondition: the record has no fault, as all that a file is read from.
    public init(_ record: APIKeyRecord) { self.init(record, isDecoy: false) }

    init(_ record: APIKeyRecord, isDecoy: Bool) {
        id = record.id
        owner = record.owner
        isEnabled = record.isEnabled
        allowsHMACSHA1 = record.allowsHMACSHA1
        grants = record.grants
        self.isDecoy = isDecoy
        current = SecretKeys(record.secret)
        previous = record.previousSecret.map(SecretKeys.init)
    }

    // MARK: What it may do

    /// Whether some grant names this action on this resource. Deny by default. Whether the key is enabled is not looked at.
    public func allows(_ action: APIAction, on resource: APIResource) -> Bool {
        grants.contains { $0.allows(action, on: resource) }
    }

    /// As ``allows(_:on:)``, by any spelling of the action; an unknown action is denied.
    public func allows(action name: String, on resource: APIResource) -> Bool {
        guard let action = APIAction(named: name) else { return false }
        return allows(action, on: resource)
    }

    /// Whether some grant names this action on anything: a list may then be asked for, of what ``allows(_:on:)`` says name by name.
    public func allowsSomewhere(_ action: APIAction) -> Bool {
        grants.contains { $0.allowsSomewhere(action) }
    }

    // MARK: Who signed

    /// Whether the signature is one secret's HMAC of the text; compared in constant time. False for HMAC-SHA1 where the key does not allow it.
    public func verifies(_ signature: [UInt8], of text: [UInt8], using method: SignatureMethod) -> Bool {
        if method == .hmacSHA1, !allowsHMACSHA1 { return false }
        if current.signs(text, as: signature, method) { return true }
        return previous?.signs(text, as: signature, method) ?? false
    }

    /// Whether the signature (32 bytes) is a secret's TC3-HMAC-SHA256 of the text (`cmq-protocol.md` §10.2).
    ///
    /// Costs the same for every key and for ``APIKeyBook/decoy``, but for a second comparison while a key is in a rotation.
    ///
    /// - Parameters:
    ///   - date: the UTC date of the request's timestamp, `2023-11-14`; check that first: dates fill the cache.
    ///   - service: the service of the credential's scope.
    public func verifiesTC3(_ signature: [UInt8], of text: [UInt8], date: String, service: String) -> Bool {
        let byCurrent = current.signsTC3(text, as: signature, date: date, service: service)
        let byPrevious = previous?.signsTC3(text, as: signature, date: date, service: service) ?? false
        return byCurrent || byPrevious
    }

    /// Whether the text is a secret; compared in constant time, at the same cost for every key.
    public func isSecret(_ text: String) -> Bool {
        let digest = Hashes.sha256(Array(text.utf8))
        let byCurrent = ConstantTime.equal(digest, current.digest)
        let byPrevious = ConstantTime.equal(digest, (previous ?? current).digest)
        return byCurrent || byPrevious
    }
}
