/// Decides what an API v2 notice is (wechat-pay §3).
///
/// Pure: no clock, as a v2 notice carries no time of signing, and cryptography through `NoticeV2Crypto`. The XML is read before the sign
/// is checked, because the sign is over the fields; ``FlatXMLReader`` is made for that. Thread-safe: a value without state.
public struct NoticeV2Verifier<Crypto: NoticeV2Crypto>: Sendable {
    /// The receiver's own numbers; window and signature types are not looked at.
    public let settings: NoticeVerifierSettings
    /// What our orders are created with. With HMAC-SHA256 an MD5 sign is refused, right or not: it would let whoever breaks MD5
    /// choose it. With MD5 both are taken.
    public let orderSignType: V2SignType
    /// The key.
    public let crypto: Crypto

    /// Makes a verifier. Settings are expected to have passed `validate()`.
    public init(settings: NoticeVerifierSettings, orderSignType: V2SignType, crypto: Crypto) {
        self.settings = settings
        self.orderSignType = orderSignType
        self.crypto = crypto
    }

    /// The verdict on one request.
    /// - Parameters:
    ///   - contentType: the header as sent; nil when absent, which is no reason to refuse.
    ///   - body: the bytes received, exactly.
    ///   - orderSignType: what this order was created with, where that is known; else the settings' holds.
    public func verdict(
        contentType: String?, body: [UInt8], orderSignType: V2SignType? = nil
    ) -> NoticeV2Verdict {
        if let refusal = refusal(ofContentType: contentType) { return .refused(refusal) }
        let fields: NoticeFields
        do {
            fields = try FlatXMLReader.read(body)
        } catch {
            return .refused(Self.refusal(error.reason))
        }
        guard let returnCode = fields.filled("return_code") else { return .refused(.malformedEnvelope) }
        guard returnCode == Self.success else { return .refused(.returnCodeFail) }
        switch signCheck(fields, orderSignType: orderSignType ?? self.orderSignType) {
        case .refused(let refusal): return .refused(refusal)
        case .holds(let signType): return verdict(fields, signType)
        }
    }

    /// The check that is about the header alone; nil when it holds.
    public func refusal(ofContentType contentType: String?) -> NoticeRefusal? {
        guard let contentType, !MediaType.isXML(contentType) else { return nil }
        return .unsupportedMediaType
    }

    private static var success: String { "SUCCESS" }

    private static func refusal(_ reason: FlatXMLErrorReason) -> NoticeRefusal {
        switch reason {
        case .tooLong: .bodyTooLarge
        case .forbiddenDTD: .forbiddenDTD
        default: .malformedXML
        }
    }

    private enum SignCheck {
        case holds(V2SignType)
        case refused(NoticeRefusal)
    }

    private func signCheck(_ fields: NoticeFields, orderSignType: V2SignType) -> SignCheck {
        guard let sign = fields.filled(V2Canonical.signField) else { return .refused(.missingSign) }
        let signType: V2SignType
        if let named = fields.filled("sign_type") {
            guard let known = V2SignType(rawValue: named) else { return .refused(.unsupportedSignatureType) }
            signType = known
        } else {
            let fitting = V2SignType.allCases.first { $0.signByteCount == sign.utf8.count }
            guard let fitting else { return .refused(.signatureMismatch) }
            signType = fitting
        }
        let isDowngrade = orderSignType == .hmacSHA256 && signType == .md5
        guard !isDowngrade, crypto.isValid(signType, message: V2Canonical.message(fields), sign: sign) else {
            return .refused(.signatureMismatch)
        }
        return .holds(signType)
    }

    /// What the authentic fields say.
    private func verdict(_ fields: NoticeFields, _ signType: V2SignType) -> NoticeV2Verdict {
        guard let ownID = fields.filled("mch_id"), let resultCode = fields.filled("result_code") else {
            return .refused(.malformedPlaintext)
        }
        let own = fields.filled("sub_mch_id") == nil ? settings.directMerchantIDs : settings.providerMerchantIDs
        guard own.contains(ownID) else { return .refused(.notOurs) }
        guard resultCode == Self.success else { return .refused(.resultCodeFail) }
        do {
            let transaction = try PaidTransaction.decode(fields)
            guard transaction.isConsistentSuccess else { return .refused(.inconsistent) }
            return .payment(transaction, signType)
        } catch {
            return .refused(.malformedPlaintext)
        }
    }
}
