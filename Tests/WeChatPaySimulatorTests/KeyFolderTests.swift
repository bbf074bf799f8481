import AccessControl
import BoundedJSON
import Foundation
import MessageModel
import PaymentNotice
import Testing
import Webhooks

@testable import WeChatPaySimulator

@Suite("Keys and settings of a simulated world")
struct KeyFolderTests {
    private static func withFolder(_ body: (KeyFolder) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.path + "/simulator-keys-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(KeyFolder(path: path))
    }

    @Test("keys read back from their folder are the keys written, and closed to others")
    func roundTrip() throws {
        try Self.withFolder { folder in
            let keys = try SimulatorKeys.generate()
            try folder.write(keys, nowSeconds: 1_767_600_000)
            let read = try folder.read()
            #expect(read.certificatePlatform.serial == keys.certificatePlatform.serial)
            #expect(read.publicKeyPlatform.key.privateKeyPEM == keys.publicKeyPlatform.key.privateKeyPEM)
            #expect(read.providerKey.privateKeyPEM == keys.providerKey.privateKeyPEM)
            #expect(read.apiV3Key == keys.apiV3Key && read.apiV2Key == keys.apiV2Key)
            #expect(folder.hasKeys && !KeyFolder(path: folder.path + "/none").hasKeys)
            #expect(try folder.readCertificatePEM() + "\n" == keys.certificatePEM(nowSeconds: 1_767_600_000) + "\n")
            #expect(read.operatorToken == keys.operatorToken)
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
        }
    }

    @Test("the files the settings name are the keys the receiver needs")
    func receiverFiles() throws {
        try Self.withFolder { folder in
            let keys = try SimulatorKeys.generate()
            try folder.write(keys, nowSeconds: 1_767_600_000)
            let settings = DaemonSettings(noticesPort: 18_080, adminPort: 18_081)
            let json = try JSONValue.parse(settings.json(folder: folder, keys: keys))
            let wechat = try #require(json["wechat"])
            func pair(_ name: String) throws -> (String, String) {
                let text = try #require(wechat[name]?.array?.first?.string)
                let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
                return (parts[0], parts[1])
            }
            let loaded = try PlatformKeys.load(
                certificateFiles: [pair("platform_certificates")], publicKeyFiles: [pair("platform_public_keys")],
                apiV3KeyFile: try #require(wechat["api_v3_key_file"]?.string))
            let message = Array("message".utf8)
            for platform in [keys.certificatePlatform, keys.publicKeyPlatform] {
                let signature = try platform.sign(message)
                #expect(loaded.verify(serial: platform.serial, message: message, signature: signature) == .ok)
            }
        }
    }

    @Test("the platform's address comes with the key that signs calls to it, and with nothing without it")
    func platformSettings() throws {
        try Self.withFolder { folder in
            let keys = try SimulatorKeys.generate()
            try folder.write(keys, nowSeconds: 1_767_600_000)
            var settings = DaemonSettings(noticesPort: 18_080, adminPort: 18_081)
            let without = try JSONValue.parse(settings.json(folder: folder, keys: keys))
            #expect(without["wechat"]?["api_url"] == nil && without["wechat"]?["merchant_key_file"] == nil)
            settings.platformURL = "http://127.0.0.1:18090"
            let wechat = try #require(try JSONValue.parse(settings.json(folder: folder, keys: keys))["wechat"])
            #expect(wechat["api_url"]?.string == "http://127.0.0.1:18090")
            #expect(wechat["merchant_serial"]?.string == keys.providerSerial)
            let keyFile = try #require(wechat["merchant_key_file"]?.string)
            #expect(try SecretFile.readText(path: keyFile).hasPrefix("-----BEGIN PRIVATE KEY-----"))
            let v2 = try #require(wechat["api_v2_key_file"]?.string)
            #expect(try SecretFile.read(path: v2) == keys.apiV2Key)
        }
    }

    @Test("demo settings stand in the file in plain sight")
    func demoSettings() throws {
        let settings = DaemonSettings(noticesPort: 18_080, adminPort: 18_081)
        let json = try JSONValue.parse(settings.json(folder: KeyFolder(path: "/demo"), keys: .generate()))
        let push = try #require(json["push"])
        #expect(push["allow_plain_http"]?.bool == true)
        #expect(push["allowed_addresses"]?.array?.map(\.string) == ["127.0.0.1"])
        #expect(push["ladder_scale"]?.numberText == "0.01")
        #expect(json["notices"]?["host"]?.string == "127.0.0.1")
        #expect(settings.demoNote.contains("push ladder x 0.01"))
        #expect(json["risk"] == nil)
    }

    @Test("the risk control's settings name the files that are written")
    func riskSettings() throws {
        try Self.withFolder { folder in
            let secret = WebhookSecret.generate()
            try folder.write(callbackSecret: secret)
            try RiskRuleFile(PaymentSchedule(WorldPlan())).write(path: folder.riskRules)
            var settings = DaemonSettings(noticesPort: 18_080, adminPort: 18_081)
            settings.riskCallbackURL = "http://127.0.0.1:1/risk"
            let json = try JSONValue.parse(settings.json(folder: folder, keys: .generate()))
            let risk = try #require(json["risk"])
            #expect(risk["callback_url"]?.string == "http://127.0.0.1:1/risk")
            let secretFile = try #require(risk["callback_secret_file"]?.string)
            #expect(try SecretFile.readText(path: secretFile) == secret.text)
            let rulesFile = try #require(risk["rules_file"]?.string)
            #expect(try SecretFile.readText(path: rulesFile).contains("\"rule_set\":\"demo-1\""))
        }
    }

    @Test("a world that is made by hand has the queue API on, with a key that may do everything")
    func queueAPI() throws {
        try Self.withFolder { folder in
            var settings = DaemonSettings(noticesPort: 0, adminPort: 0)
            #expect(try JSONValue.parse(settings.json(folder: folder, keys: .generate()))["queue_api"] == nil)
            settings.queuePort = 18_083
            let id = try folder.makeWorld(plan: WorldPlan(), settings: settings)
            let json = try JSONValue.parse(try SecretFile.read(path: folder.configuration))
            #expect(json["queue_api"]?["port"]?.int64 == 18_083)
            let path = try #require(json["queue_api"]?["keys_file"]?.string)
            let key = APIKey(try #require(try APIKeyFile.read(path: path).first))
            #expect(key.id == id && key.isEnabled && key.allowsHMACSHA1)
            #expect(key.allows(.deleteTopic, on: .topic("any")) && key.allows(.listQueue, on: .all))
        }
    }

    @Test("keys are never overwritten")
    func keptKeys() throws {
        try Self.withFolder { folder in
            try folder.write(.generate(), nowSeconds: 1_767_600_000)
            let before = try folder.read().apiV3Key
            let another = try SimulatorKeys.generate()
            #expect(throws: SimulatorError.self) { try folder.write(another, nowSeconds: 1_767_600_000) }
            #expect(try folder.read().apiV3Key == before)
        }
    }

    @Test("a folder without keys is an error that names it")
    func noKeys() throws {
        try Self.withFolder { folder in
            let error = #expect(throws: SimulatorError.self) { try folder.read() }
            #expect(error?.description.hasPrefix(folder.path) == true)
        }
    }
}
