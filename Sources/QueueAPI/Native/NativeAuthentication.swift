internal import AccessControl
internal import CMQProtocol
internal import HTTPDataPlane
internal import MessageModel

/// Finds out who asks. Immutable but for the book of keys, thread-safe.
///
/// Two ways: `Authorization: Bearer <id>.<secret>`, over TLS or from this machine only, because it shows the secret; and the signature of
/// ``NativeSignature``. Unknown keys, wrong secrets, disabled keys and bad signatures get one answer at one cost.
struct NativeAuthentication: Sendable {
    let keys: APIKeyBook
    let time: any TimeSource
    let settings: NativeAPISettings

    /// - Parameter body: the request's body; nil where it comes in parts. It is then acted on before anybody could know its hash, so it is not signed:
    ///   the hash of `UNSIGNED-PAYLOAD` stands in its place, and the request is taken only where nobody on the way could change it, over TLS or from
    ///   this machine.
    func caller(_ request: DataPlaneRequest, body: [UInt8]?) throws(NativeFault) -> NativeCaller {
        let count = request.headers.occurrences(of: "authorization")
        if count == 0, settings.allowsUnsigned { return NativeCaller(key: nil, isSigned: false) }
        guard count == 1, let authorization = request.headers["authorization"] else { throw .unauthenticated }
        let scheme = "bearer "
        if authorization.prefix(scheme.count).lowercased() == scheme {
            return try bearer(String(authorization.dropFirst(scheme.count)), request)
        }
        return try signed(authorization, request, body)
    }

    private func bearer(_ token: String, _ request: DataPlaneRequest) throws(NativeFault) -> NativeCaller {
        guard token.utf8.count <= NativeLimits.authorizationByteCountMax, let dot = token.firstIndex(of: ".") else {
            throw .unauthenticated
        }
        guard request.isSecure || Self.isThisMachine(request.peerAddress) else {
            throw NativeFault(
                .insecureTransport, "a bearer key is taken over TLS only; sign the request where there is none")
        }
        let key = keys.keyOrDecoy(String(token[..<dot]))
        let secret = String(token[token.index(after: dot)...])
        let isRight = key.isSecret(secret)
        guard isRight, !key.isDecoy, key.isEnabled else { throw .unauthenticated }
        return NativeCaller(key: key, isSigned: false) { $0.isSecret(secret) }
    }

    private func signed(
        _ authorization: String, _ request: DataPlaneRequest, _ body: [UInt8]?
    ) throws(NativeFault) -> NativeCaller {
        guard let signature = NativeSignature(authorization, headers: request.headers),
            let host = request.headers["host"], CandidateHosts.isAuthority(host)
        else { throw .unauthenticated }
        guard body != nil || request.isSecure || Self.isThisMachine(request.peerAddress) else {
            throw NativeFault(
                .insecureTransport,
                "a streamed body is not signed, so it is taken over TLS only; send a batch where there is none")
        }
        // Before the key is derived: only days near the present get into the cache of derived keys.
        let now = time.now.milliseconds / 1_000
        let difference = max(now, signature.timestampSeconds) - min(now, signature.timestampSeconds)
        guard difference < settings.clockWindowSeconds else {
            throw NativeFault(
                .signatureExpired, "the timestamp must be within \(settings.clockWindowSeconds) s of the server's clock"
            )
        }
        let key = keys.keyOrDecoy(signature.keyID)
        let hosts = [host] + settings.publicAuthorities.filter { $0 != host }
        let bodyHash = Hashes.hex(Hashes.sha256(body ?? Array(TC3Signature.unsignedPayload.utf8)))
        var proven: [UInt8]?
        for host in hosts where proven == nil {
            let text = signature.text(request, bodyHash: bodyHash, host: host)
            let isRight = key.verifiesTC3(
                signature.bytes, of: text, date: signature.date, service: NativeSignature.service)
            if isRight { proven = text }
        }
        guard let text = proven, !key.isDecoy, key.isEnabled else { throw .unauthenticated }
        return NativeCaller(key: key, isSigned: true) { [bytes = signature.bytes, date = signature.date] now in
            now.verifiesTC3(bytes, of: text, date: date, service: NativeSignature.service)
        }
    }

    private static func isThisMachine(_ address: String) -> Bool {
        address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
    }
}
