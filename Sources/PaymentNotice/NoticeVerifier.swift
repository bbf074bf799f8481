/// Decides what a notice is, by the thirteen checks of wechat-pay §1.13 in their order.
///
/// Pure: the time comes in as a number, the cryptography through `NoticeCrypto`. Nothing is parsed before the signature
/// over the raw bytes holds, nothing is decrypted before the envelope is whole. Thread-safe: a value without state.
public struct NoticeVerifier<Crypto: NoticeCrypto>: Sendable {
    /// The receiver's own settings.
    public let settings: NoticeVerifierSettings
    /// The keys.
    public let crypto: Crypto

    /// Makes a verifier. Settings are expected to have passed `validate()`.
    public init(settings: NoticeVerifierSettings, crypto: Crypto) {
        self.settings = settings
        self.crypto = crypto
    }

    /// The verdict on one request.
    /// - Parameters:
    ///   - body: the bytes received, exactly.
    ///   - nowSeconds: Unix time of the receiver's clock.
    public func verdict(headers: NoticeHeaders, body: [UInt8], nowSeconds: Int64) -> NoticeVerdict {
        if let refusal = refusalOfSignature(headers: headers, body: body, nowSeconds: nowSeconds) {
            return .refused(refusal.reason, probe: refusal.isProbe)
        }
        return verdict(ofSigned: body)
    }

    /// Checks 1 to 6: everything that is decided before the body is looked into. Nil when all hold: the body is the platform's.
    /// - Parameters: as of ``verdict(headers:body:nowSeconds:)``.
    public func refusalOfSignature(
        headers: NoticeHeaders, body: [UInt8], nowSeconds: Int64
    ) -> (reason: NoticeRefusal, isProbe: Bool)? {
        guard let reason = reasonAgainstSignature(headers: headers, body: body, nowSeconds: nowSeconds) else {
            return nil
        }
        let isProbe = reason == .signatureMismatch && headers.signature?.hasPrefix(Self.probePrefix) == true
        return (reason, isProbe)
    }

    /// The other checks. Only for a body whose ``refusalOfSignature(headers:body:nowSeconds:)`` is nil: a receiver that knows such a body from its first
    /// delivery need not ask again.
    public func verdict(ofSigned body: [UInt8]) -> NoticeVerdict {
        guard let sealed = SealedNotice.read(body) else { return .refused(.malformedEnvelope, probe: false) }
        guard sealed.isSupported else { return .refused(.unsupportedResource, probe: false) }
        let opened = crypto.open(
            nonce: sealed.nonce, associatedData: sealed.associatedData, ciphertext: sealed.ciphertext)
        guard let plaintext = opened else { return .refused(.decryptFailed, probe: false) }
        return verdict(envelope: sealed.envelope, plaintext: plaintext)
    }

    /// The platform begins deliberately wrong signatures with this (wechat-pay §1.11).
    static var probePrefix: String { "WECHATPAY/SIGNTEST/" }

    private func reasonAgainstSignature(headers: NoticeHeaders, body: [UInt8], nowSeconds: Int64) -> NoticeRefusal? {
        guard let timestamp = present(headers.timestamp), let nonce = present(headers.nonce),
            let serial = present(headers.serial), let signature = present(headers.signature)
        else { return .missingHeader }
        guard body.count <= settings.bodyByteCountMax else { return .bodyTooLarge }
        if let contentType = headers.contentType, !MediaType.isJSON(contentType) { return .unsupportedMediaType }
        guard let signedAtSeconds = NoticeText.unixSeconds(timestamp) else { return .timestampMalformed }
        guard isInsideWindow(signedAtSeconds, nowSeconds: nowSeconds) else { return .timestampOutOfWindow }
        let signatureType = headers.signatureType ?? NoticeVerifierSettings.defaultSignatureType
        guard settings.signatureTypes.contains(signatureType) else { return .unsupportedSignatureType }
        let message = NoticeCanonical.message(timestamp: timestamp, nonce: nonce, body: body)
        switch crypto.verify(serial: serial, message: message, signature: signature) {
        case .ok: return nil
        case .unknownSerial: return .unknownSerial
        case .mismatch: return .signatureMismatch
        }
    }

    private func present(_ value: String?) -> String? {
        guard let value, (1...NoticeLimits.headerByteCountMax).contains(value.utf8.count) else { return nil }
        return value
    }

    private func isInsideWindow(_ signedAtSeconds: Int64, nowSeconds: Int64) -> Bool {
        let (difference, overflow) = nowSeconds.subtractingReportingOverflow(signedAtSeconds)
        return !overflow && difference.magnitude < UInt64(clamping: settings.clockWindowSeconds)
    }
}
