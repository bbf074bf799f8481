internal import AccessControl
internal import CMQProtocol
internal import HTTPDataPlane

/// The `Authorization` field of a signed native request: TC3-HMAC-SHA256 as CMQ's API 3.0 has it (`cmq-protocol.md` §10.2), with the service
/// `tillwire` in its scope, and stricter in what must be signed (`reliability.md` rule 30).
///
/// What is hashed is method, raw path, raw query, the signed fields and the SHA-256 of the body, for a streamed body that of `UNSIGNED-PAYLOAD`. `host` and `x-tc-timestamp` must be signed, and
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
        guard let parts = TC3Authorization(authorization), parts.signature.count == 32,
            let time = headers["x-tc-timestamp"], 1...12 ~= time.utf8.count, time.utf8.allSatisfy({ 48...57 ~= $0 }),
            let seconds = UInt64(time), IdentityLimits.idByteCounts.contains(parts.secretID.utf8.count),
            parts.service == Self.service, parts.date == TC3Keys.date(unixSeconds: seconds)
        else { return nil }
        let fields = parts.signedFields
        let needed = ["host", "x-tc-timestamp"] + Self.decidingFields.filter { headers[$0] != nil }
        guard needed.allSatisfy(fields.contains), fields.allSatisfy({ headers.occurrences(of: $0) == 1 }) else {
            return nil
        }
        keyID = parts.secretID
        date = parts.date
        timestampSeconds = seconds
        signedFields = fields
        bytes = parts.signature
    }

    /// What is signed.
    ///
    /// - Parameters:
    ///   - bodyHash: lower-case hexadecimal SHA-256 of the body.
    ///   - host: the authority the client may have signed.
    func text(_ request: DataPlaneRequest, bodyHash: String, host: String) -> [UInt8] {
        var canonical: [UInt8] = []
        canonical.reserveCapacity(512)
        func append(_ text: String, _ end: UInt8) {
            canonical.append(contentsOf: text.utf8)
            canonical.append(end)
        }
        let lineEnd = UInt8(ascii: "\n")
        append(request.method, lineEnd)
        append(request.path, lineEnd)
        append(request.query ?? "", lineEnd)
        for name in signedFields {
            append(name, UInt8(ascii: ":"))
            canonical.append(contentsOf: Self.trimmed(name == "host" ? host : request.headers[name] ?? "").utf8)
            canonical.append(lineEnd)
        }
        canonical.append(lineEnd)
        for (index, name) in signedFields.enumerated() {
            if index > 0 { canonical.append(UInt8(ascii: ";")) }
            canonical.append(contentsOf: name.utf8)
        }
        canonical.append(lineEnd)
        canonical.append(contentsOf: bodyHash.utf8)
        let hash = Hashes.hex(Hashes.sha256(canonical))
        let scope = "\(date)/\(Self.service)/\(TC3Keys.terminator)"
        return Array("\(TC3Keys.scheme)\n\(timestampSeconds)\n\(scope)\n\(hash)".utf8)
    }

    private static func trimmed(_ text: String) -> Substring {
        var value = text[...]
        while let first = value.utf8.first, first == 32 || first == 9 { value = value.dropFirst() }
        while let last = value.utf8.last, last == 32 || last == 9 { value = value.dropLast() }
        return value
    }
}
