internal import AccessControl
internal import PaymentNotice

/// One notice of API v3.
struct MadeNotice: Sendable {
    /// So many keep their cryptography apart.
    static let sealedCountMax = 2_048

    let request: [UInt8]
    let bodyByteCount: Int
    let sealed: SealedPart?

    init(
        _ payment: PaidTransaction, number: Int, by signer: NoticeSigner<SimulatedPlatform>, nowSeconds: Int64
    ) throws {
        let plaintext = payment.encode()
        let nonce = "nonce\(1_000_000 + number)"
        let envelope = NoticeEnvelope(
            id: "5b28cec4-71b5-5976-80f7-0000\(10_000_000 + number)", createTime: "2025-11-24T16:52:59+08:00",
            eventType: NoticeEnvelope.paymentEventType, summary: "支付成功", originalType: "transaction")
        let body = try signer.body(
            envelope: envelope, associatedData: "transaction", nonce: nonce, plaintext: plaintext)
        let headers = try signer.headers(
            body: body, timestampSeconds: nowSeconds, nonce: "V3EVDCfqPiPygmOoK7jb3Q\(1_000_000 + number)abc",
            requestID: "a700e56f-7c9a-5c4b-9cf4-0000\(10_000_000 + number)")
        request = Self.request(path: NoticeCorpus.pathV3, headers: headers, body: body)
        bodyByteCount = body.count
        guard number < Self.sealedCountMax else {
            sealed = nil
            return
        }
        let fields = NoticeHeaders(list: headers)
        sealed = SealedPart(
            serial: signer.sealer.serial, signature: fields.signature ?? "",
            signed: NoticeCanonical.message(timestamp: String(nowSeconds), nonce: fields.nonce ?? "", body: body),
            nonce: Array(nonce.utf8), associatedData: Array("transaction".utf8),
            ciphertext: try signer.sealer.seal(
                plaintext: plaintext, nonce: Array(nonce.utf8), associatedData: Array("transaction".utf8)),
            headers: fields, body: body)
    }

    static func request(path: String, headers: [(name: String, value: String)], body: [UInt8]) -> [UInt8] {
        let lines = headers.map { "\($0.name): \($0.value)\r\n" }.joined()
        return Array(
            "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Mozilla/4.0\r\nAccept: */*\r\n\(lines)Content-Length: \(body.count)\r\n\r\n"
                .utf8) + body
    }
}

/// What the cryptography of one notice works on, and the notice itself.
struct SealedPart: Sendable {
    let serial: String
    let signature: String
    let signed: [UInt8]
    let nonce: [UInt8]
    let associatedData: [UInt8]
    let ciphertext: [UInt8]
    let headers: NoticeHeaders
    let body: [UInt8]
}
