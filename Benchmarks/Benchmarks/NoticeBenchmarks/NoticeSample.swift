import AccessControl
import BoundedJSON
import Foundation
import PaymentNotice

/// Vector 01 of the WeChat Pay API v3 fixtures, with the keys that open it.
struct NoticeSample {
    private let verifier: NoticeVerifier<PlatformKeys>
    private let keys: PlatformKeys
    private let headers: NoticeHeaders
    private let body: [UInt8]
    private let nowSeconds: Int64
    private let signed: (serial: String, message: [UInt8], signature: String)
    /// What the queue gets of it.
    let message: OrderPaymentMessage
    /// The same as bytes.
    let encoded: [UInt8]

    init() throws {
        let vector = try Self.json("01-valid-partner.json")
        let config = try Self.json("config.json")
        keys = try Self.keys(config)
        body = Array(try Self.text(vector, "body").utf8)
        nowSeconds = vector["now"]?.int64 ?? 0
        let list = (vector["headers"]?.array ?? []).compactMap { Self.pair($0) }
        headers = NoticeHeaders(list: list)
        signed = (
            headers.serial ?? "",
            NoticeCanonical.message(timestamp: headers.timestamp ?? "", nonce: headers.nonce ?? "", body: body),
            headers.signature ?? ""
        )
        verifier = NoticeVerifier(
            settings: .init(providerMerchantIDs: [try Self.text(config, "sp_mchid")]), crypto: keys)
        guard case .payment(let transaction, _) = verifier.verdict(headers: headers, body: body, nowSeconds: nowSeconds)
        else {
            throw SampleError(description: "vector 01 is not accepted")
        }
        message = OrderPaymentMessage(transaction, storeID: "0301", source: .notice)
        encoded = message.encode()
        guard keys.verify(serial: signed.serial, message: signed.message, signature: signed.signature) == .ok else {
            throw SampleError(description: "vector 01 has a signature that does not match")
        }
    }

    func checkSignature() -> SignatureCheck {
        keys.verify(serial: signed.serial, message: signed.message, signature: signed.signature)
    }

    /// The whole way from headers and body to the payment.
    ///
    /// - Throws: ``SampleError`` where it is not accepted: a refusal would be measured as a fast success.
    func verdict() throws -> PaidTransaction {
        guard case .payment(let transaction, _) = verifier.verdict(headers: headers, body: body, nowSeconds: nowSeconds)
        else {
            throw SampleError(description: "vector 01 is not accepted")
        }
        return transaction
    }

    private static func keys(_ config: JSONValue) throws -> PlatformKeys {
        let certificates = try (config["platform_certificates"]?.array ?? []).map { entry in
            PlatformKeys.CertificateSource(serial: try text(entry, "serial"), pem: try file(text(entry, "file")))
        }
        return try PlatformKeys(
            certificates: certificates, publicKeys: [], apiV3Key: Array(text(config, "apiv3_key").utf8))
    }

    private static func pair(_ value: JSONValue) -> (name: String, value: String)? {
        guard let parts = value.array, parts.count == 2, let name = parts[0].string, let text = parts[1].string else {
            return nil
        }
        return (name, text)
    }

    private static func text(_ value: JSONValue, _ key: String) throws -> String {
        guard let text = value[key]?.string else { throw SampleError(description: "the fixture has no \(key)") }
        return text
    }

    private static func json(_ name: String) throws -> JSONValue { try JSONValue.parse(Array(file(name).utf8)) }

    /// A file of `Tests/Fixtures/wechat-v3`, found from this source file.
    private static func file(_ name: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../../Tests/Fixtures/wechat-v3")
        return try String(contentsOf: root.standardized.appending(path: name), encoding: .utf8)
    }
}

/// Why the sample cannot be used.
struct SampleError: Error, CustomStringConvertible {
    let description: String
}
