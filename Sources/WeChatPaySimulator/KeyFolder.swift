internal import AccessControl
internal import BoundedJSON
internal import MessageModel
internal import Webhooks

/// The key files of a simulated world in one folder: secrets with mode 0600, names that the daemon's settings refer to.
public struct KeyFolder: Sendable {
    /// The folder.
    public let path: String

    /// A folder; nothing is read or made yet.
    public init(path: String) {
        self.path = path
    }

    var certificate: String { file("platform-certificate.pem") }
    var publicKey: String { file("platform-public-key.pem") }
    var apiV3Key: String { file("api-v3-key") }
    var apiV2Key: String { file("api-v2-key") }
    var operatorToken: String { file("operator.token") }
    var gateToken: String { file("gate.token") }
    /// The keys of the daemon's queue API.
    public var apiKeys: String { file("api-keys.json") }
    /// The daemon's settings.
    public var configuration: String { file("tillwired.json") }
    /// The merchants the daemon starts with.
    public var merchants: String { file("merchants.json") }
    /// The rules of the daemon's risk control.
    var riskRules: String { file("risk-rules.jsonl") }
    /// The key that signs the risk control's callbacks.
    var riskCallbackSecret: String { file("risk-callback.secret") }
    /// The daemon's store.
    public var store: String { file("store") }
    /// What the daemon writes to standard output.
    var daemonOutput: String { file("tillwired.out") }
    /// What the daemon logs.
    public var daemonLog: String { file("tillwired.log") }
    private var serials: String { file("serials.json") }
    private var certificateKey: String { file("platform-certificate.key") }
    private var publicKeyModeKey: String { file("platform-public-key.key") }
    /// The provider's key for calls to the platform, PKCS#8.
    var providerKey: String { file("provider-key.pem") }

    /// Writes new keys.
    /// - Parameter nowSeconds: Unix time.
    /// - Throws: ``SimulatorError``, among others when a file is there already: keys are never overwritten.
    public func write(_ keys: SimulatorKeys, nowSeconds: Int64) throws(SimulatorError) {
        do {
            let certificatePEM = try keys.certificatePEM(nowSeconds: nowSeconds)
            let files: [(String, [UInt8])] = [
                (certificateKey, Array(keys.certificatePlatform.key.privateKeyPEM.utf8)),
                (publicKeyModeKey, Array(keys.publicKeyPlatform.key.privateKeyPEM.utf8)),
                (providerKey, Array(keys.providerKey.privateKeyPEM.utf8)),
                (certificate, Array(certificatePEM.utf8)),
                (publicKey, Array(keys.publicKeyPlatform.key.publicKeyPEM.utf8)), (apiV3Key, keys.apiV3Key),
                (apiV2Key, keys.apiV2Key),
                (operatorToken, Array(keys.operatorToken.utf8)), (gateToken, Array(keys.gateToken.utf8)),
                (serials, serialsJSON(keys)),
            ]
            for (path, bytes) in files { try SecretFile.create(path: path, bytes) }
        } catch {
            throw .file(path: path, reason: "\(error)")
        }
    }

    /// Writes the key that signs the risk control's callbacks.
    func write(callbackSecret: WebhookSecret) throws(SimulatorError) {
        do {
            try SecretFile.create(path: riskCallbackSecret, Array(callbackSecret.text.utf8))
        } catch {
            throw .file(path: riskCallbackSecret, reason: "\(error)")
        }
    }

    /// Makes the key file of the queue API with one key that may do everything and signs as CMQ's clients do; returns the key's id.
    func writeAPIKeys() throws(SimulatorError) -> String {
        do {
            let everything = NamePattern("*").map { [$0] } ?? []
            let grant = try APIGrant(.role(.admin), queues: everything, topics: everything)
            let record = APIKeyRecord.make(owner: "make serve", allowsHMACSHA1: true, grants: [grant])
            try SecretFile.create(path: apiKeys, APIKeyFile.text([record]))
            return record.id
        } catch {
            throw .file(path: apiKeys, reason: "\(error)")
        }
    }

    /// Reads the keys `write` wrote.
    public func read() throws(SimulatorError) -> SimulatorKeys {
        do {
            let names = try JSONValue.parse(try SecretFile.read(path: serials))
            guard let certificateSerial = names["certificate_serial"]?.string,
                let keyID = names["public_key_id"]?.string,
                let providerSerial = names["provider_serial"]?.string
            else {
                throw SimulatorError.file(
                    path: serials, reason: "a serial is missing; make new keys in an empty folder")
            }
            let apiV3Key = try SecretFile.read(path: apiV3Key)
            return SimulatorKeys(
                certificatePlatform: try platform(certificateSerial, certificateKey, apiV3Key),
                publicKeyPlatform: try platform(keyID, publicKeyModeKey, apiV3Key), apiV3Key: apiV3Key,
                apiV2Key: try SecretFile.read(path: apiV2Key),
                providerKey: try RSAKeyPair(privateKeyPEM: try SecretFile.readText(path: providerKey)),
                providerSerial: providerSerial, operatorToken: try SecretFile.readText(path: operatorToken),
                gateToken: try SecretFile.readText(path: gateToken))
        } catch let error as SimulatorError {
            throw error
        } catch {
            throw .file(path: path, reason: "\(error)")
        }
    }

    /// Whether keys were written here.
    public var hasKeys: Bool { (try? SecretFile.read(path: serials)) != nil }

    /// The platform's first certificate, PEM.
    public func readCertificatePEM() throws(SimulatorError) -> String {
        do {
            return try SecretFile.readPublicText(path: certificate)
        } catch {
            throw .file(path: certificate, reason: "\(error)")
        }
    }

    private func platform(_ serial: String, _ keyFile: String, _ apiV3Key: [UInt8]) throws -> SimulatedPlatform {
        try SimulatedPlatform(
            serial: serial, key: try RSAKeyPair(privateKeyPEM: try SecretFile.readText(path: keyFile)),
            apiV3Key: apiV3Key)
    }

    private func serialsJSON(_ keys: SimulatorKeys) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("certificate_serial", keys.certificatePlatform.serial)
        writer.member("public_key_id", keys.publicKeyPlatform.serial)
        writer.member("provider_serial", keys.providerSerial)
        writer.member("provider_merchant_id", SimulatedMerchant.providerMerchantID)
        writer.member("provider_app_id", SimulatedMerchant.providerAppID)
        writer.endObject()
        return writer.bytes
    }

    private func file(_ name: String) -> String { path + "/" + name }
}

extension KeyFolder {
    /// Makes keys, merchants without endpoints and settings for a daemon that is started by hand; returns the id of the queue API's key.
    public func makeWorld(plan: WorldPlan, settings: DaemonSettings) throws(SimulatorError) -> String {
        try plan.validate()
        let keys = try SimulatorKeys.generate()
        try write(keys, nowSeconds: SystemTimeSource().unixSeconds)
        try MerchantRegistryFile(SimulatedMerchant.all(of: plan).map { ($0, nil) }).write(path: merchants)
        let id = try writeAPIKeys()
        try settings.write(folder: self, keys: keys)
        return id
    }
}
