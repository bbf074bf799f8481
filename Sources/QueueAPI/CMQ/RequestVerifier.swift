internal import AccessControl
internal import CMQProtocol
internal import HTTPDataPlane
internal import MessageModel

/// Finds out who signed a request (`cmq-protocol.md` §1.3–§1.5, §10.2). Thread-safe.
///
/// Looks at the clock, then at the key, the signature, and only then at whether the key is enabled: what is said about a key beyond whether it
/// exists, which CMQ has a code for, is said to its holder only.
struct RequestVerifier: Sendable {
    let keys: APIKeyBook
    let settings: QueueAPISettings
    let time: any TimeSource

    /// - Throws: ``CMQProtocol/CMQFault`` of the 4100 family, or 10450.
    func caller(of request: API2Request, in http: DataPlaneRequest) throws(CMQFault) -> Caller {
        switch request.identity {
        case .appID(let id):
            guard settings.allowsUnsigned else { throw .missingParameter("SecretId") }
            return Caller(id: String(id.prefix(QueueAPILimits.callerIDByteCountMax)), rights: .everything, replay: nil)
        case .signed(let signature):
            let key = try key(signature, request.form, .api2, in: http)
            // One client draws its nonces anew each second, so two equal requests of one second are one signature.
            let sharesSignatures = request.requestClient.hasPrefix(ReplaySeed.clientThatSharesSignatures)
            return Caller(
                id: key.id, rights: .key(key), replay: ReplaySeed(signature, sharesSignatures: sharesSignatures))
        }
    }

    /// - Throws: ``CMQProtocol/CMQFault`` of the 4100 family, or 10450.
    func caller(of request: API3Request, in http: DataPlaneRequest) throws(CMQFault) -> Caller {
        switch request.identity {
        case .form(let signature):
            guard let form = request.form else { throw .authenticationFailed() }
            let key = try key(signature, form, .api3, in: http)
            return Caller(id: key.id, rights: .key(key), replay: ReplaySeed(signature, sharesSignatures: false))
        case .tc3(let signature):
            let key = try key(signature, in: http)
            return Caller(
                id: key.id, rights: .key(key),
                replay: ReplaySeed(signature, action: request.action.rawValue, traceID: http.field("X-TC-TraceId")))
        }
    }

    private func key(
        _ signature: CMQSignature, _ form: CMQForm, _ style: API2Signing.Style, in http: DataPlaneRequest
    ) throws(CMQFault) -> APIKey {
        let key = try candidate(signature.secretID, at: signature.timestampSeconds, hidesUnknown: style == .api3)
        let method: SignatureMethod = signature.method == .hmacSHA1 ? .hmacSHA1 : .hmacSHA256
        let isSigned = API2Signing.matches(
            form, method: http.method, hosts: hosts(of: http), path: http.path, style: style,
            allowsUnsignedAtValues: http.isOutOfReach
        ) { key.verifies(signature.bytes, of: $0, using: method) }
        return try enabled(key, isSigned: isSigned)
    }

    private func key(_ signature: TC3Signature, in http: DataPlaneRequest) throws(CMQFault) -> APIKey {
        let key = try candidate(signature.secretID, at: signature.timestampSeconds, hidesUnknown: true)
        let isPayloadUnsigned = TC3Signature.isPayloadUnsigned(field: http.field)
        guard !isPayloadUnsigned || http.isOutOfReach else {
            throw .authenticationFailed("an unsigned payload is taken over TLS only")
        }
        // Whoever saw a body could otherwise have anything done with it that takes the same members: DeleteCmqQueue for DescribeCmqQueueDetail.
        guard signature.signedFields.contains("x-tc-action") || http.isOutOfReach || settings.allowsUnsignedAction
        else { throw .authenticationFailed("without TLS x-tc-action must be among SignedHeaders") }
        let payload = isPayloadUnsigned ? Array(TC3Signature.unsignedPayload.utf8) : http.bodyBytes
        let canonical = signature.canonicalRequests(
            method: http.method, path: http.path, query: http.query ?? "", hosts: hosts(of: http), field: http.field,
            payloadHash: Hashes.hex(Hashes.sha256(payload)))
        let isSigned = canonical.contains { text in
            let toSign = signature.stringToSign(canonicalHash: Hashes.hex(Hashes.sha256(text)))
            return key.verifiesTC3(signature.bytes, of: toSign, date: signature.date, service: signature.service)
        }
        return try enabled(key, isSigned: isSigned)
    }

    /// The key that should have signed. API 2.0 has a code for a key that is not there; for API 3.0 it is a wrong signature, in text and time.
    private func candidate(_ id: String, at seconds: UInt64, hidesUnknown: Bool) throws(CMQFault) -> APIKey {
        if settings.requiresSecretIDPrefix, !id.hasPrefix("AKID") { throw .secretIDPrefix }
        let now = time.now.milliseconds / 1_000
        guard (now > seconds ? now - seconds : seconds - now) < settings.clockWindowSeconds else {
            throw .signatureExpired
        }
        guard !hidesUnknown else { return keys.keyOrDecoy(id) }
        guard let key = keys.key(id) else { throw .unknownKey }
        return key
    }

    private func enabled(_ key: APIKey, isSigned: Bool) throws(CMQFault) -> APIKey {
        guard isSigned, !key.isDecoy else { throw .authenticationFailed() }
        guard key.isEnabled else { throw .keyDisabled }
        return key
    }

    private func hosts(of http: DataPlaneRequest) -> [String] {
        CandidateHosts.all(host: http.field("Host"), publicNames: settings.publicHosts)
    }
}
