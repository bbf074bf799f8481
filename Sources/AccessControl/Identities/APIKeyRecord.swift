/// A key as its file holds it. Holds secrets: never shown, never logged.
public struct APIKeyRecord: Sendable, Hashable {
    /// `AKID` and letters and digits; unique in the file.
    public var id: String
    /// The secret that requests are signed with.
    public var secret: String
    /// The secret before the last rotation; still accepted while it stands here.
    public var previousSecret: String?
    /// Whose key it is, for people.
    public var owner: String
    /// A disabled key is known and refused.
    public var isEnabled: Bool
    /// Whether HMAC-SHA1 is accepted too.
    public var allowsHMACSHA1: Bool
    /// What it may do; nothing without a grant.
    public var grants: [APIGrant]

    /// Joins the members.
    public init(
        id: String, secret: String, previousSecret: String? = nil, owner: String = "", isEnabled: Bool = true,
        allowsHMACSHA1: Bool = false, grants: [APIGrant] = []
    ) {
        self.id = id
        self.secret = secret
        self.previousSecret = previousSecret
        self.owner = owner
        self.isEnabled = isEnabled
        self.allowsHMACSHA1 = allowsHMACSHA1
        self.grants = grants
    }

    /// A new key with a random id and secret.
    public static func make(owner: String, allowsHMACSHA1: Bool, grants: [APIGrant]) -> APIKeyRecord {
        APIKeyRecord(
            id: "AKID" + RandomBytes.alphanumeric(count: IdentityLimits.madeIDByteCount), secret: makeSecret(),
            owner: owner, allowsHMACSHA1: allowsHMACSHA1, grants: grants)
    }

    /// A new random secret.
    public static func makeSecret() -> String {
        RandomBytes.alphanumeric(count: IdentityLimits.madeSecretByteCount)
    }

    /// Makes a new secret the current one and keeps the one before; a secret before that is void.
    public mutating func rotate() {
        previousSecret = secret
        secret = Self.makeSecret()
    }

    /// What is wrong with the id, the secrets, the owner's label or the number of grants; nil where nothing is.
    var fault: (field: String, reason: String)? {
        guard IdentityLimits.idByteCounts.contains(id.utf8.count), id.hasPrefix("AKID"),
            id.utf8.allSatisfy(isAlphanumeric)
        else { return ("id", "AKID and letters and digits, 8 to 64 in all, are allowed") }
        for (name, text) in [("secret", secret), ("previous_secret", previousSecret ?? secret)] {
            guard IdentityLimits.secretByteCounts.contains(text.utf8.count), text.utf8.allSatisfy({ 0x21...0x7E ~= $0 })
            else { return (name, "16 to 128 visible ASCII characters are allowed") }
        }
        guard previousSecret != secret else { return ("previous_secret", "it must differ from the secret") }
        guard owner.utf8.count <= IdentityLimits.ownerByteCountMax,
            owner.unicodeScalars.allSatisfy({ $0.value >= 0x20 })
        else {
            return ("owner", "at most \(IdentityLimits.ownerByteCountMax) bytes without control characters are allowed")
        }
        guard grants.count <= IdentityLimits.grantCountMax else {
            return ("grants", "\(grants.count) grants: at most \(IdentityLimits.grantCountMax) are allowed")
        }
        return nil
    }

    private func isAlphanumeric(_ byte: UInt8) -> Bool {
        48...57 ~= byte || 65...90 ~= byte || 97...122 ~= byte
    }
}
