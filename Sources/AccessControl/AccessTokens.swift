/// What a bearer token may do.
public enum AccessRole: String, Sendable, CaseIterable {
    /// The operator's API: everything.
    case `operator`
    /// The payment gate: to ask whether a payment request may go on.
    case gate
    /// The callback API: to tell that a merchant is restricted, or no longer.
    case risk
}

/// Why tokens cannot be used.
public enum AccessTokenError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The token is too short, too long, or holds characters a header cannot carry; never shown.
    case token(AccessRole)
    /// The hash is not 64 hexadecimal digits.
    case hash(AccessRole)
    /// More than two tokens of one role.
    case tokenCount(AccessRole, Int)
    /// One token for two entries.
    case repeatedToken

    /// What was wrong and what is allowed.
    public var description: String {
        switch self {
        case .token(let role):
            "token of role \(role.rawValue): \(AccessLimits.tokenByteCounts.lowerBound) to"
                + " \(AccessLimits.tokenByteCounts.upperBound) of letters, digits and -._~+/= are allowed"
        case .hash(let role): "token hash of role \(role.rawValue): 64 hexadecimal digits of its SHA-256 are expected"
        case .tokenCount(let role, let count):
            "role \(role.rawValue) has \(count) tokens; at most \(AccessLimits.tokensPerRoleMax) are allowed"
        case .repeatedToken: "one token is given twice; every entry needs its own"
        }
    }
}

/// Static bearer tokens, each with one role, kept as SHA-256 only.
///
/// What is not granted is denied: without entries nobody has access. Two tokens per role, so that one can be replaced
/// while the other still works. Immutable, thread-safe.
public struct AccessTokens: Sendable {
    /// One token.
    public struct Entry: Sendable {
        let role: AccessRole
        let hash: [UInt8]

        /// Takes a token and keeps its hash.
        public init(role: AccessRole, token: String) throws(AccessTokenError) {
            guard AccessTokens.isToken(token) else { throw .token(role) }
            self.role = role
            self.hash = Hashes.sha256(Array(token.utf8))
        }

        /// Takes the hash of a token.
        public init(role: AccessRole, sha256Hex: String) throws(AccessTokenError) {
            guard let hash = Hashes.bytes(hex: sha256Hex), hash.count == 32 else { throw .hash(role) }
            self.role = role
            self.hash = hash
        }
    }

    private let entries: [Entry]

    /// Takes the tokens; none is allowed and denies everybody.
    public init(_ entries: [Entry]) throws(AccessTokenError) {
        for role in AccessRole.allCases {
            let count = entries.count { $0.role == role }
            guard count <= AccessLimits.tokensPerRoleMax else { throw .tokenCount(role, count) }
        }
        guard Set(entries.map(\.hash)).count == entries.count else { throw .repeatedToken }
        self.entries = entries
    }

    /// The role behind an `Authorization` header; nil denies. All entries are compared, each in constant time.
    public func role(authorization header: String?) -> AccessRole? {
        guard let header, let token = Self.token(ofHeader: header) else { return nil }
        let hash = Hashes.sha256(Array(token.utf8))
        var found: AccessRole?
        for entry in entries where ConstantTime.equal(entry.hash, hash) { found = entry.role }
        return found
    }

    /// Whether the header grants that role. An operator may do all that others may.
    public func allows(_ role: AccessRole, authorization header: String?) -> Bool {
        guard let granted = self.role(authorization: header) else { return false }
        return granted == role || granted == .operator
    }

    /// A new random token of 43 characters, 256 bits.
    public static func makeToken() -> String {
        RandomBytes.alphanumeric(count: 43)
    }

    /// `Bearer`, one space, the token (RFC 6750 §2.1; the scheme's case does not matter).
    private static func token(ofHeader header: String) -> String? {
        let scheme = "bearer "
        guard header.utf8.count <= scheme.utf8.count + AccessLimits.tokenByteCounts.upperBound,
            header.prefix(scheme.count).lowercased() == scheme
        else { return nil }
        let token = String(header.dropFirst(scheme.count))
        return isToken(token) ? token : nil
    }

    private static func isToken(_ text: String) -> Bool {
        guard AccessLimits.tokenByteCounts.contains(text.utf8.count) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: "-._~+/=".utf8.contains(byte)
            }
        }
    }
}
