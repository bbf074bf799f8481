public import AccessControl
internal import BoundedJSON

/// All keys of a simulated world: the platform's two signing keys, the APIv3 key, the provider's API key, the tokens
/// of the daemon. Immutable, thread-safe. Keys of a simulation protect nothing real.
public struct SimulatorKeys: Sendable {
    /// Signs in certificate mode.
    public let certificatePlatform: SimulatedPlatform
    /// Signs in public-key mode.
    public let publicKeyPlatform: SimulatedPlatform
    /// 32 characters, shared by platform and provider.
    public let apiV3Key: [UInt8]
    /// 32 characters: signs everything of API v2.
    public let apiV2Key: [UInt8]
    /// The provider's key for calls to the platform.
    public let providerKey: RSAKeyPair
    /// Serial of the provider's key.
    public let providerSerial: String
    /// Token of the operator's API.
    public let operatorToken: String
    /// Token of the payment gate.
    public let gateToken: String

    /// Makes new ones. Takes up to a second: RSA keys are searched for.
    public static func generate() throws(SimulatorError) -> SimulatorKeys {
        do throws(KeyError) {
            let apiV3Key = SimulatedPlatform.makeAPIv3Key()
            let publicKeyID =
                "PUB_KEY_ID_" + String(decoding: RandomBytes.make(count: 30).map { 0x30 + $0 % 10 }, as: UTF8.self)
            return SimulatorKeys(
                certificatePlatform: try SimulatedPlatform(
                    serial: SimulatedPlatform.makeSerial(), key: .generate(), apiV3Key: apiV3Key),
                publicKeyPlatform: try SimulatedPlatform(serial: publicKeyID, key: .generate(), apiV3Key: apiV3Key),
                apiV3Key: apiV3Key,
                apiV2Key: Array(RandomBytes.alphanumeric(count: AccessLimits.apiV2KeyByteCount).utf8),
                providerKey: try .generate(), providerSerial: SimulatedPlatform.makeSerial(),
                operatorToken: AccessTokens.makeToken(), gateToken: AccessTokens.makeToken())
        } catch {
            throw .keys("making keys: \(error)")
        }
    }

    /// What the receiver of notices holds of them.
    /// - Parameter nowSeconds: Unix time; the certificate is valid five years from then on, as the platform's are.
    public func receiverKeys(nowSeconds: Int64) throws(SimulatorError) -> PlatformKeys {
        do {
            return try PlatformKeys(
                certificates: [
                    .init(
                        serial: certificatePlatform.serial, pem: try certificatePEM(nowSeconds: nowSeconds))
                ],
                publicKeys: [.init(id: publicKeyPlatform.serial, pem: publicKeyPlatform.key.publicKeyPEM)],
                apiV3Key: apiV3Key)
        } catch {
            throw .keys("the receiver's keys: \(error)")
        }
    }

    /// The certificate of the platform's first key.
    func certificatePEM(nowSeconds: Int64) throws(KeyError) -> String {
        let daySeconds: Int64 = 86_400
        return try certificatePlatform.key.selfSignedCertificatePEM(
            serial: certificatePlatform.serial, commonName: "Simulated WeChat Pay platform",
            notBeforeSeconds: nowSeconds - daySeconds, notAfterSeconds: nowSeconds + 5 * 365 * daySeconds)
    }
}
