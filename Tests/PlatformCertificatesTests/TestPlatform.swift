import AccessControl
import BoundedJSON
import FoundationEssentials
import MessageModel
import PaymentNotice
import Synchronization
import TestSupport
import WeChatPayAPI

/// A platform certificate that a test makes: one of the fixtures' keys under a serial of its own.
struct MadeCertificate {
    let serial: String
    let key: RSAKeyPair
    let pem: String

    static let apiV3Key = Array("Kx7Qm2Zt9Vb4Nc8Rw1Ys6Hd3Lf5Gj0Pa".utf8)

    /// - Parameters:
    ///   - name: `a`, `b` or `p`: which key of the fixtures.
    ///   - endSeconds: Unix seconds.
    init(_ name: String, serial: String, endSeconds: Int64 = 1_900_000_000) throws {
        let file = name == "p" ? "wechatpay-public.key.pem" : "platform-\(name).key.pem"
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let text = try Data(contentsOf: folder.appending(path: "Fixtures/wechat-v3/keys/" + file))
        self.serial = serial
        key = try RSAKeyPair(privateKeyPEM: String(decoding: text, as: UTF8.self))
        pem = try key.selfSignedCertificatePEM(
            serial: serial, commonName: "Tenpay.com Root CA", notBeforeSeconds: 1_700_000_000,
            notAfterSeconds: endSeconds)
    }

    var source: PlatformKeys.CertificateSource { .init(serial: serial, pem: pem) }

    func platform(apiV3Key: [UInt8] = Self.apiV3Key) throws -> SimulatedPlatform {
        try SimulatedPlatform(serial: serial, key: key, apiV3Key: apiV3Key)
    }

    /// As `/v3/certificates` lists it.
    func sealed(
        saidToBe said: String? = nil, text: String? = nil, apiV3Key: [UInt8] = Self.apiV3Key
    ) throws
        -> SealedCertificate
    {
        let nonce = RandomBytes.alphanumeric(count: 12)
        return SealedCertificate(
            serial: said ?? serial, nonce: nonce, associatedData: "certificate",
            ciphertext: try platform(apiV3Key: apiV3Key).seal(
                plaintext: Array((text ?? pem).utf8), nonce: Array(nonce.utf8),
                associatedData: Array("certificate".utf8)))
    }

    /// An answer signed by this certificate.
    func answer(
        body: String = "{}", sentBody: String? = nil, at seconds: Int64, receivedAt: Int64
    ) throws
        -> UncheckedAnswer
    {
        let headers = try NoticeSigner(sealer: try platform()).headers(
            body: Array(body.utf8), timestampSeconds: seconds, nonce: RandomBytes.alphanumeric(count: 32),
            requestID: nil)
        return UncheckedAnswer(
            headers: NoticeHeaders(list: headers), body: Array((sentBody ?? body).utf8), receivedAtSeconds: receivedAt)
    }

    /// Whether the keyring takes a notice signed by this certificate.
    func isTaken(by keyring: PlatformKeyring) throws -> Bool {
        let message = Array("1\nnonce\n{}\n".utf8)
        return keyring.verify(serial: serial, message: message, signature: try key.sign(message)) == .ok
    }
}

/// What the platform answers when it is asked for certificates.
final class FakeSource: CertificateSource {
    private struct State {
        var outcome: Result<CertificateList, PlatformCallError>
        var callMillis: [UInt64] = []
    }

    private let state: Mutex<State>
    private let time: ManualTimeSource

    init(_ outcome: Result<CertificateList, PlatformCallError>, time: ManualTimeSource) {
        state = Mutex(State(outcome: outcome))
        self.time = time
    }

    convenience init(_ certificates: [MadeCertificate], time: ManualTimeSource) throws {
        self.init(.success(CertificateList(certificates: try certificates.map { try $0.sealed() })), time: time)
    }

    func answer(_ outcome: Result<CertificateList, PlatformCallError>) { state.withLock { $0.outcome = outcome } }

    func answer(_ certificates: [MadeCertificate]) throws {
        answer(.success(CertificateList(certificates: try certificates.map { try $0.sealed() })))
    }

    var callMillis: [UInt64] { state.withLock { $0.callMillis } }
    var callCount: Int { callMillis.count }

    func certificates() async throws(PlatformCallError) -> CertificateList {
        let outcome = state.withLock { [time] state in
            state.callMillis.append(time.now.milliseconds)
            return state.outcome
        }
        return try outcome.get()
    }
}
