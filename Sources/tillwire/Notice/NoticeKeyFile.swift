internal import AccessControl
internal import BoundedJSON
internal import PaymentNotice

/// Reads the keys under which saved notices are judged.
struct NoticeKeyFile {
    /// Judges notices of API v3; nil where the file has no APIv3 key.
    let v3: NoticeVerifier<PlatformKeys>?
    /// Judges notices of API v2; nil where the file has no API key.
    let v2: NoticeV2Verifier<APIv2Key>?

    /// Verifiers with the keys and numbers of the file.
    ///
    /// - Throws: ``ToolError`` naming the file, and the member that is missing or wrong.
    init(path: String) throws {
        let root = try ToolJSON.object(path)
        v3 = root["apiv3_key"] == nil ? nil : try Self.verifier(path: path, root)
        v2 = root["api_key"] == nil ? nil : try Self.verifierV2(path: path, root)
        guard v3 != nil || v2 != nil else {
            throw ToolError("\(path): apiv3_key (for API v3) and api_key (for API v2) are missing; one is needed")
        }
    }

    private static func verifierV2(path: String, _ root: JSONValue) throws -> NoticeV2Verifier<APIv2Key> {
        guard let key = root["api_key"]?.stringBytes else { throw ToolError("\(path): api_key must be text") }
        // A number with merchants under it is a provider's; without, it receives for itself.
        let ownID = root["mch_id"]?.string
        let isProvider = root["sub_mch_id"] != nil
        let settings = NoticeVerifierSettings(
            providerMerchantIDs: Set([root["sp_mchid"]?.string, isProvider ? ownID : nil].compactMap(\.self)),
            directMerchantIDs: Set([root["direct_mchid"]?.string, isProvider ? nil : ownID].compactMap(\.self)))
        let name = root["v2_sign_type"]?.string ?? V2SignType.md5.rawValue
        guard let signType = V2SignType(rawValue: name) else {
            throw ToolError("\(path): v2_sign_type must be MD5 or HMAC-SHA256")
        }
        do {
            try settings.validate()
            return NoticeV2Verifier(settings: settings, orderSignType: signType, crypto: try APIv2Key(key))
        } catch {
            throw ToolError("\(path): \(error)")
        }
    }

    private static func verifier(path: String, _ root: JSONValue) throws -> NoticeVerifier<PlatformKeys> {
        let folder = path.contains("/") ? String(path[...(path.lastIndex(of: "/") ?? path.startIndex)]) : ""
        func pem(_ value: JSONValue, _ member: String) throws -> String {
            guard let file = value["file"]?.string else { throw ToolError("\(path): \(member).file is missing") }
            return try SecretFile.readPublicText(path: file.hasPrefix("/") ? file : folder + file)
        }
        let certificates = try (root["platform_certificates"]?.array ?? []).map { item in
            guard let serial = item["serial"]?.string else {
                throw ToolError("\(path): platform_certificates[].serial is missing")
            }
            return PlatformKeys.CertificateSource(serial: serial, pem: try pem(item, "platform_certificates[]"))
        }
        var publicKeys: [PlatformKeys.PublicKeySource] = []
        if let item = root["wechatpay_public_key"] {
            guard let id = item["id"]?.string else { throw ToolError("\(path): wechatpay_public_key.id is missing") }
            publicKeys.append(PlatformKeys.PublicKeySource(id: id, pem: try pem(item, "wechatpay_public_key")))
        }
        guard let key = root["apiv3_key"]?.stringBytes else { throw ToolError("\(path): apiv3_key is missing") }
        var settings = NoticeVerifierSettings(
            providerMerchantIDs: Set([root["sp_mchid"]?.string].compactMap(\.self)),
            directMerchantIDs: Set([root["direct_mchid"]?.string].compactMap(\.self)))
        if let window = root["clock_window_seconds"]?.int64 { settings.clockWindowSeconds = window }
        do {
            try settings.validate()
            return NoticeVerifier(
                settings: settings,
                crypto: try PlatformKeys(certificates: certificates, publicKeys: publicKeys, apiV3Key: key))
        } catch {
            throw ToolError("\(path): \(error)")
        }
    }
}
