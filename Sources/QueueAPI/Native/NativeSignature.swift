internal import AccessControl
internal import HTTPDataPlane

/// The `Authorization` field of a signed native request: TC3-HMAC-SHA256 as CMQ's API 3.0 has it (`cmq-protocol.md` §10.2), with the service
/// `tillwire` in its scope, and stricter in what must be signed (`reliability.md` rule 30).
///
/// What is hashed is method, raw path, raw query, the signed fields and the SHA-256 of the body. `host` and `x-tc-timestamp` must be signed, and
/// `content-type`, `idempotency-key` and `x-tillwire-nonce` where they are sent, because they decide what the request does.
struct NativeSignature: Sendable, Equatable {
    /// The service of the scope.
    static let service = "tillwire"
    /// Fields that must be signed where they are sent.
    static let decidingFields = ["content-type", "idempotency-key", "x-tillwire-nonce"]

    let keyID: String
    let date: String
    let timestampSeconds: UInt64
    let signedFields: [String]
    let bytes: [UInt8]

    /// Reads the fields; nil where anything is missing, malformed, repeated or not signed that must be.
    init?(_ authorization: String, headers: HTTPFields) {
        guard authorization.utf8.count <= NativeLimits.authorizationByteCountMax,
            let parts = Self.parts(authorization), let credential = parts["Credential"],
            let names = parts["SignedHeaders"], let signature = parts["Signature"],
            let time = headers["x-tc-timestamp"], 1...12 ~= time.utf8.count, time.utf8.allSatisfy({ 48...57 ~= $0 }),
            let seconds = UInt64(time)
        else { return nil }
        let scope = credential.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard scope.count == 4, IdentityLimits.idByteCounts.contains(scope[0].utf8.count),
            scope[1] == TC3Keys.date(unixSeconds: seconds), scope[2] == Self.service, scope[3] == TC3Keys.terminator,
            let bytes = Hashes.bytes(hex: String(signature)), bytes.count == 32
        else { return nil }
        let fields = names.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
        let needed = ["host", "x-tc-timestamp"] + Self.decidingFields.filter { headers[$0] != nil }
        guard fields.count <= NativeLimits.signedFieldCountMax, Set(fields).count == fields.count,
            needed.allSatisfy(fields.contains),
            fields.allSatisfy({ headers.occurrences(of: $0) == 1 && $0 == $0.lowercased() })
        else { return nil }
        keyID = scope[0]
        date = scope[1]
        timestampSeconds = seconds
        signedFields = fields
        self.bytes = bytes
    }

    /// What is signed.
    ///
    /// - Parameter host: the authority the client may have signed.
    func text(_ request: DataPlaneRequest, body: [UInt8], host: String) -> [UInt8] {
        var canonical = "\(request.method)\n\(request.path)\n\(request.query ?? "")\n"
        for name in signedFields {
            let value = name == "host" ? host : request.headers[name] ?? ""
            canonical += "\(name):\(Self.trimmed(value))\n"
        }
        canonical += "\n\(signedFields.joined(separator: ";"))\n\(Hashes.hex(Hashes.sha256(body)))"
        let hash = Hashes.hex(Hashes.sha256(Array(canonical.utf8)))
        let scope = "\(date)/\(Self.service)/\(TC3Keys.terminator)"
        return Array("\(TC3Keys.scheme)\n\(timestampSeconds)\n\(scope)\n\(hash)".utf8)
    }

    private static func parts(_ authorization: String) -> [Substring: Substring]? {
        guard authorization.hasPrefix(TC3Keys.scheme + " ") else { return nil }
        var parts: [Substring: Substring] = [:]
        for part in authorization.dropFirst(TC3Keys.scheme.utf8.count + 1).split(separator: ",") {
            let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, parts.updateValue(pair[1], forKey: pair[0]) == nil else { return nil }
        }
        return parts.count == 3 ? parts : nil
    }

    private static func trimmed(_ text: String) -> Substring {
        var value = text[...]
        while let first = value.utf8.first, first == 32 || first == 9 { value = value.dropFirst() }
        while let last = value.utf8.last, last == 32 || last == 9 { value = value.dropLast() }
        return value
    }
}
