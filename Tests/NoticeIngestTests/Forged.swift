import HTTPDataPlane
import PaymentNotice

/// Notices of the vectors' own platform, about anything.
enum Forged {
    static func notice(plaintext: [UInt8], eventType: String) throws -> DataPlaneRequest {
        let signer = NoticeSigner(sealer: try VectorConfiguration.load().sealer())
        let envelope = NoticeEnvelope(
            id: "0b6c1f52-7a4d-5e3b-9c10-2f8e6d4a7b31", createTime: "2025-10-09T16:52:59+08:00", eventType: eventType,
            summary: "s", originalType: "transaction")
        let body = try signer.body(
            envelope: envelope, associatedData: "transaction", nonce: "q7Rk2VbN9xTe", plaintext: plaintext)
        let headers = try signer.headers(
            body: body, timestampSeconds: Int64(Door.seconds), nonce: "n0nce", requestID: nil)
        return Door.request(headers.map { ($0.name, $0.value) }, body)
    }
}
