internal import AccessControl
internal import BoundedJSON

/// The settings file of a daemon in a simulated world. Everything that is only for a demonstration stands in it in
/// plain sight: loopback addresses, plain http, a compressed ladder.
public struct DaemonSettings: Sendable, Equatable {
    /// Port of notices and gate.
    public var noticesPort: UInt16
    /// Port of the operator's API.
    public var adminPort: UInt16
    /// Port of the queue API, whose keys stand in the folder; nil: it is not opened.
    public var queuePort: UInt16?
    /// All delays of the push ladder are multiplied by it.
    public var pushLadderScale: String
    /// How long a merchant's server may take.
    public var attemptTimeoutMillis: Int
    /// What was under way when the daemon was killed comes back after so long.
    public var visibilityMillis = 15_000
    /// Size of the store's map: address space, not disk.
    public var mapMiB: Int
    /// How much the daemon logs.
    public var logLevel: String
    /// Address of the platform's API; nil: the daemon does not call it. The provider's key then stands in the folder.
    public var platformURL: String?
    /// Where the risk control calls back; nil for the built-in rules without callbacks. Its rules and its key then
    /// stand in the folder.
    var riskCallbackURL: String?

    /// What the demo runs with.
    public init(
        noticesPort: UInt16, adminPort: UInt16, pushLadderScale: String = "0.01", attemptTimeoutMillis: Int = 5_000,
        mapMiB: Int = 4_096, logLevel: String = "notice"
    ) {
        self.noticesPort = noticesPort
        self.adminPort = adminPort
        self.pushLadderScale = pushLadderScale
        self.attemptTimeoutMillis = attemptTimeoutMillis
        self.mapMiB = mapMiB
        self.logLevel = logLevel
    }

    /// One line that says what makes this a demonstration.
    public var demoNote: String {
        "demo settings: loopback addresses, plain http, any port, push ladder x \(pushLadderScale),"
            + " attempt limit \(attemptTimeoutMillis) ms"
    }

    /// Writes the file.
    public func write(folder: KeyFolder, keys: SimulatorKeys) throws(SimulatorError) {
        do {
            try SecretFile.create(path: folder.configuration, json(folder: folder, keys: keys))
        } catch {
            throw .file(path: folder.configuration, reason: "\(error)")
        }
    }

    /// The file's content.
    func json(folder: KeyFolder, keys: SimulatorKeys) -> [UInt8] {
        var writer = JSONWriter(reservingByteCount: 2_048)
        writer.beginObject()
        writer.object("store") { writer in
            writer.member("path", folder.store)
            writer.member("map_mib", mapMiB)
        }
        writer.object("notices") { $0.address(port: noticesPort) }
        writer.object("admin") { $0.address(port: adminPort) }
        if let queuePort {
            writer.object("queue_api") { writer in
                writer.address(port: queuePort)
                writer.member("keys_file", folder.apiKeys)
            }
        }
        writer.object("wechat") { writer in
            writer.strings("sp_mchids", [SimulatedMerchant.providerMerchantID])
            writer.member("api_v3_key_file", folder.apiV3Key)
            writer.strings(
                "platform_certificates", ["\(keys.certificatePlatform.serial)=\(folder.certificate)"])
            writer.strings("platform_public_keys", ["\(keys.publicKeyPlatform.serial)=\(folder.publicKey)"])
            writer.member("api_v2_key_file", folder.apiV2Key)
            if let platformURL {
                writer.member("api_url", platformURL)
                writer.member("merchant_serial", keys.providerSerial)
                writer.member("merchant_key_file", folder.providerKey)
            }
        }
        writer.object("push", push)
        writer.object("merchants") { $0.member("file", folder.merchants) }
        writer.object("access") { writer in
            writer.strings("operator_token_files", [folder.operatorToken])
            writer.strings("gate_token_files", [folder.gateToken])
        }
        if let riskCallbackURL {
            writer.object("risk") { writer in
                writer.member("rules_file", folder.riskRules)
                writer.member("callback_url", riskCallbackURL)
                writer.member("callback_secret_file", folder.riskCallbackSecret)
            }
        }
        writer.object("log") { $0.member("level", logLevel) }
        writer.endObject()
        return writer.bytes + [0x0A]
    }

    private func push(_ writer: inout JSONWriter) {
        writer.member("allow_plain_http", true)
        writer.member("allow_ip_literals", true)
        writer.member("allow_any_port", true)
        writer.strings("allowed_addresses", [Loopback.address])
        writer.member("ladder", "standard")
        writer.key("ladder_scale")
        writer.raw(Array(pushLadderScale.utf8))
        writer.member("attempt_timeout_millis", attemptTimeoutMillis)
        writer.member("visibility_millis", visibilityMillis)
    }
}

/// The only address a simulation uses.
enum Loopback {
    static let address = "127.0.0.1"
}

extension JSONWriter {
    /// Writes a member that is an object.
    mutating func object(_ name: String, _ body: (inout JSONWriter) -> Void) {
        key(name)
        beginObject()
        body(&self)
        endObject()
    }

    /// Writes a member that is a list of strings.
    mutating func strings(_ name: String, _ list: [String]) {
        key(name)
        beginArray()
        for text in list { string(text) }
        endArray()
    }

    fileprivate mutating func address(port: UInt16) {
        member("host", Loopback.address)
        member("port", Int(port))
    }
}
