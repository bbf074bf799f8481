internal import AccessControl
internal import BoundedJSON
internal import PaymentNotice
internal import Synchronization

/// The platform's signing keys, a set that grows while it runs: certificates, newest last, and the key of public-key mode
/// (wechat-pay §1.10). Thread-safe.
final class PlatformKeyRing: Sendable {
    /// A certificate and its key.
    struct Certificate: Sendable {
        let platform: SimulatedPlatform
        let pem: String
        /// Unix seconds.
        let notBeforeSeconds: Int64
        /// Unix seconds.
        let notAfterSeconds: Int64

        static let validSeconds: Int64 = 5 * 365 * 86_400
        /// A certificate begins a little in the past, for clocks that are behind.
        static let marginSeconds: Int64 = 86_400
    }

    private struct State {
        /// At least one.
        var certificates: [Certificate]
        /// 0…1: what the newest certificate signs of all that certificates sign.
        var shareOfNew = 1.0
        /// 0…1: what the public key signs of everything.
        var shareOfPublicKey = 0.0
    }

    private let apiV3Key: [UInt8]
    private let publicKey: SimulatedPlatform
    private let dice: PlatformDice
    private let state: Mutex<State>

    /// Begins with the keys of a folder.
    /// - Parameter certificatePEM: of the first certificate, as the receiver holds it.
    init(keys: SimulatorKeys, certificatePEM: String, dice: PlatformDice) throws(SimulatorError) {
        apiV3Key = keys.apiV3Key
        publicKey = keys.publicKeyPlatform
        self.dice = dice
        let first = try Self.certificate(keys.certificatePlatform, pem: certificatePEM, apiV3Key: keys.apiV3Key)
        state = Mutex(State(certificates: [first]))
    }

    /// What is listed by `GET /v3/certificates`.
    var certificates: [Certificate] { state.withLock { $0.certificates } }

    /// The id of public-key mode.
    var publicKeyID: String { publicKey.serial }

    /// A key for one signature.
    func signer(_ choice: SigningChoice) -> SimulatedPlatform {
        let (certificates, shareOfNew, shareOfPublicKey) = state.withLock {
            ($0.certificates, $0.shareOfNew, $0.shareOfPublicKey)
        }
        let oldest = certificates[0].platform
        let newest = certificates[certificates.count - 1].platform
        switch choice {
        case .certificate: return oldest
        case .newCertificate: return newest
        case .publicKey: return publicKey
        case .mixed:
            if dice.chance(shareOfPublicKey) { return publicKey }
            return dice.chance(shareOfNew) ? newest : oldest
        }
    }

    /// Adds a certificate of a new key, which then signs that share of what certificates sign. Takes up to a second.
    /// - Returns: its serial.
    func rotate(shareOfNew: Double, nowSeconds: Int64) throws(SimulatorError) -> String {
        guard certificates.count < SimulatorLimits.platformCertificateCountMax else {
            throw .keys(
                "\(SimulatorLimits.platformCertificateCountMax) certificates are in force: retire the oldest first")
        }
        do throws(KeyError) {
            let platform = try SimulatedPlatform(
                serial: SimulatedPlatform.makeSerial(), key: .generate(), apiV3Key: apiV3Key)
            let (from, to) = (
                nowSeconds - Certificate.marginSeconds, nowSeconds + Certificate.validSeconds
            )
            let pem = try platform.key.selfSignedCertificatePEM(
                serial: platform.serial, commonName: "Simulated WeChat Pay platform", notBeforeSeconds: from,
                notAfterSeconds: to)
            let added = Certificate(platform: platform, pem: pem, notBeforeSeconds: from, notAfterSeconds: to)
            state.withLock { state in
                state.certificates.append(added)
                state.shareOfNew = shareOfNew
            }
            return platform.serial
        } catch {
            throw .keys("a further certificate: \(error)")
        }
    }

    /// The public key signs that share from now on (the change-over of wechat-pay §1.10).
    func moveToPublicKey(share: Double) {
        state.withLock { $0.shareOfPublicKey = share }
    }

    /// Takes the oldest certificate out of force.
    /// - Returns: its serial; nil where it is the only one, which stays.
    func retireOldest() -> String? {
        state.withLock { state in
            guard state.certificates.count > 1 else { return nil }
            return state.certificates.removeFirst().platform.serial
        }
    }

    private static func certificate(
        _ platform: SimulatedPlatform, pem: String, apiV3Key: [UInt8]
    ) throws(SimulatorError) -> Certificate {
        do {
            let read = try PlatformKeys(
                certificates: [.init(serial: platform.serial, pem: pem)], publicKeys: [], apiV3Key: apiV3Key)
            let notAfter = read.certificateExpiries.first?.notValidAfterSeconds ?? 0
            return Certificate(
                platform: platform, pem: pem,
                notBeforeSeconds: notAfter - Certificate.validSeconds - Certificate.marginSeconds,
                notAfterSeconds: notAfter)
        } catch {
            throw .keys("the platform's certificate: \(error)")
        }
    }
}
