/// The `Authorization` field of API 3.0 and the time it goes with, taken apart and checked as far as that needs no key
/// (`cmq-protocol.md` §10.2, `reliability.md` rule 30).
///
/// ``canonicalRequests(method:path:query:hosts:field:payloadHash:)`` gives the texts to hash, ``stringToSign(canonicalHash:)`` the text under the
/// HMAC, ``date``, ``service`` and ``scopeEnd`` the steps of the key.
public struct TC3Signature: Sendable, Hashable {
    /// The name of the algorithm.
    public static let algorithm = TC3Authorization.algorithm
    /// The last word of every scope.
    public static let scopeEnd = TC3Authorization.scopeEnd
    /// Services whose requests are taken: the present name and the older one.
    public static let services = ["tdmq", "cmq"]

    /// Who claims to have signed.
    public let secretID: String
    /// `X-TC-Timestamp`, in seconds since 1970. Whether that is near the present was not checked.
    public let timestampSeconds: UInt64
    /// The day of the scope; it is the UTC day of ``timestampSeconds``.
    public let date: String
    /// The service of the scope, one of ``services``.
    public let service: String
    /// Lower-case names in the order they are signed; `content-type` and `host` are among them.
    public let signedFields: [String]
    /// The 32 bytes of the signature.
    public let bytes: [UInt8]

    /// Reads the fields of a request.
    ///
    /// - Parameter field: the value of a header field by its name, whatever its case; nil where there is none.
    /// - Throws: ``CMQFault``: 10390 a field is missing, 10360 a timestamp that is no number, 10030 a malformed or foreign authorization.
    public init(field: (String) -> String?) throws(CMQFault) {
        guard let authorization = field("Authorization") else { throw .missingParameter("Authorization") }
        guard let time = field("X-TC-Timestamp") else { throw .missingParameter("X-TC-Timestamp") }
        guard let seconds = DecimalText.number(Array(time.utf8)[...]), seconds <= CMQLimits.secondsMax else {
            throw .wrongType("X-TC-Timestamp", "seconds since 1970, digits only")
        }
        try self.init(authorization: authorization, timestampSeconds: seconds)
    }

    private init(authorization: String, timestampSeconds: UInt64) throws(CMQFault) {
        guard let parts = TC3Authorization(authorization) else {
            throw .authenticationFailed(
                "the authorization must be \(Self.algorithm) with Credential, SignedHeaders (lower-case names joined by ;) and Signature"
            )
        }
        guard parts.signedFields.contains("host"), parts.signedFields.contains("content-type") else {
            throw .authenticationFailed("content-type and host must be among SignedHeaders")
        }
        guard parts.date == UTCDate.text(ofSeconds: timestampSeconds), Self.services.contains(parts.service) else {
            throw .authenticationFailed("the scope must be <day of X-TC-Timestamp>/tdmq/tc3_request")
        }
        secretID = parts.secretID
        date = parts.date
        service = parts.service
        signedFields = parts.signedFields
        bytes = parts.signature
        self.timestampSeconds = timestampSeconds
    }

    /// The texts whose SHA-256 goes into the string to sign, in the order to try: per host the field values as they are, then in lower case, as
    /// the documentation has it and the Python client does not. Empty where a signed field is missing.
    ///
    /// - Parameters:
    ///   - path: the target up to `?` as it stands on the wire; `query`: what stands behind it, empty where there is none.
    ///   - hosts: of ``CandidateHosts``; each stands in for the value of `host`.
    ///   - field: as for ``init(field:)``.
    ///   - payloadHash: lower-case hexadecimal SHA-256 of the body, or of ``unsignedPayload``.
    public func canonicalRequests(
        method: String, path: String, query: String, hosts: [String], field: (String) -> String?, payloadHash: String
    ) -> [[UInt8]] {
        var values: [String] = []
        for name in signedFields {
            if name == "host" {
                values.append("")
            } else if let value = field(name) {
                values.append(Self.trimmed(value))
            } else {
                return []
            }
        }
        var texts: [[UInt8]] = []
        for host in hosts {
            for lowers in [false, true] {
                var text = "\(method)\n\(path)\n\(query)\n"
                for (name, value) in zip(signedFields, values) {
                    let shown = name == "host" ? host : value
                    text += "\(name):\(lowers ? shown.lowercased() : shown)\n"
                }
                text += "\n\(signedFields.joined(separator: ";"))\n\(payloadHash)"
                let bytes = Array(text.utf8)
                if bytes != texts.last { texts.append(bytes) }
            }
        }
        return texts
    }

    /// The text under the HMAC.
    ///
    /// - Parameter canonicalHash: lower-case hexadecimal SHA-256 of one of the canonical requests.
    public func stringToSign(canonicalHash: String) -> [UInt8] {
        Array(
            "\(Self.algorithm)\n\(timestampSeconds)\n\(date)/\(service)/\(Self.scopeEnd)\n\(canonicalHash)".utf8)
    }
}
