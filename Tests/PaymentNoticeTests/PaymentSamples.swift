import PaymentNotice

/// Values the tests of this room start from.
enum PaymentSamples {
    static let partner = PaidTransaction(
        mode: .partner, providerMerchantID: "1620001234", merchantID: "1630005678", appID: "wx5f3a9c1d2b7e4a60",
        outTradeNo: "CVS0301-20251009-000417", transactionID: "4200002719202510091234567890",
        attach: "store=0301;pos=02", successTime: "2025-10-09T16:52:58+08:00", payer: "oA1b2C3d4E5f6G7h8I9j0K1l2M3n",
        amount: 1250, payerAmount: 1000, deviceID: "013467007045764")

    static let direct = PaidTransaction(
        mode: .direct, merchantID: "1640009012", appID: "wx0a1b2c3d4e5f6071", outTradeNo: "D20251009165250001",
        transactionID: "4200002720202510098668879195", successTime: "2025-10-09T16:52:55+08:00",
        payer: "oRQehsWNyNr0UB0G4ieOG0X7hRRp", amount: 100, payerAmount: 100)

    static let envelope = NoticeEnvelope(
        id: "0b6c1f52-7a4d-5e3b-9c10-2f8e6d4a7b31", createTime: "2025-10-09T16:52:59+08:00",
        eventType: "TRANSACTION.SUCCESS", summary: "支付成功", originalType: "transaction")

    /// A hash that is none, of the right length: this room computes no hashes.
    static func fakeHash(_ bytes: [UInt8]) -> [UInt8] {
        (0..<32).map { UInt8(truncatingIfNeeded: bytes.count &+ $0) }
    }
}

/// Cryptography for tests of the order of checks: a signature is the key's name and the message's length, a sealed text
/// is the plain one with every bit turned and 16 bytes of its associated data's length behind it.
final class PlainCrypto: NoticeCrypto, NoticeSealer {
    let serial = "KEY-1"

    static func turned(_ bytes: [UInt8]) -> [UInt8] { bytes.map { ~$0 } }

    func sign(_ message: [UInt8]) -> String {
        let sum = message.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        return "\(serial):\(sum)"
    }

    func seal(plaintext: [UInt8], nonce: [UInt8], associatedData: [UInt8]) -> [UInt8] {
        Self.turned(plaintext) + [UInt8](repeating: UInt8(associatedData.count), count: 16)
    }

    func verify(serial: String, message: [UInt8], signature: String) -> SignatureCheck {
        guard serial == self.serial else { return .unknownSerial }
        return signature == sign(message) ? .ok : .mismatch
    }

    func open(nonce: [UInt8], associatedData: [UInt8], ciphertext: [UInt8]) -> [UInt8]? {
        guard ciphertext.suffix(16).allSatisfy({ $0 == UInt8(associatedData.count) }) else { return nil }
        return Self.turned(ciphertext.dropLast(16))
    }
}
