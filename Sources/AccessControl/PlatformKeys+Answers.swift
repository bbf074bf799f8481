public import PaymentNotice

/// What the check of a platform's answer to an API call found.
public enum AnswerCheck: Sendable, Equatable {
    /// Authentic and fresh.
    case ok
    /// Not to be trusted, and why.
    case refused(NoticeRefusal)
}

extension PlatformKeys {
    /// Checks the signature of an answer: the rule of notices, over the answer's body; an empty body is signed as an
    /// empty line (wechat-pay §1.9). Bill downloads carry no signature and are not for this function.
    public func verifyAnswer(
        headers: NoticeHeaders, body: [UInt8], nowSeconds: Int64,
        windowSeconds: Int64 = AccessLimits.clockWindowSeconds
    ) -> AnswerCheck {
        guard let timestamp = headers.timestamp, let nonce = headers.nonce, let serial = headers.serial,
            let signature = headers.signature, ![timestamp, nonce, serial, signature].contains("")
        else { return .refused(.missingHeader) }
        guard let signedAtSeconds = UnixSeconds.parse(timestamp) else { return .refused(.timestampMalformed) }
        guard UnixSeconds.isInside(windowSeconds, signedAtSeconds, nowSeconds: nowSeconds) else {
            return .refused(.timestampOutOfWindow)
        }
        let signatureType = headers.signatureType ?? NoticeVerifierSettings.defaultSignatureType
        guard signatureType == NoticeVerifierSettings.defaultSignatureType else {
            return .refused(.unsupportedSignatureType)
        }
        let message = NoticeCanonical.message(timestamp: timestamp, nonce: nonce, body: body)
        switch verify(serial: serial, message: message, signature: signature) {
        case .ok: return .ok
        case .unknownSerial: return .refused(.unknownSerial)
        case .mismatch: return .refused(.signatureMismatch)
        }
    }
}
