internal import AccessControl
internal import BoundedJSON
internal import PaymentNotice

/// Reads the keys under which saved notices are judged.
enum NoticeKeyFile {
    /// A verifier with the keys and numbers of the file.
    ///
    /// - Throws: ``ToolError`` naming the file, and the member that is missing or wrong.
    static func verifier(path: String) throws -> NoticeVerifier<PlatformKeys> {
        let root = try ToolJSON.object(path)
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
