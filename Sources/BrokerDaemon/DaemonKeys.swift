internal import AccessControl
internal import PaymentNotice
internal import Settings
internal import WeChatPayAPI

/// Reads the key and token files that the settings name.
enum DaemonKeys {
    /// Who may use which API.
    ///
    /// - Throws: ``DaemonError/settings(_:)`` naming the file.
    static func tokens(_ settings: AccessSettings) throws(DaemonError) -> AccessTokens {
        do {
            var entries: [AccessTokens.Entry] = []
            for path in settings.operatorTokenFiles {
                entries.append(try .init(role: .operator, token: SecretFile.readText(path: path)))
            }
            for path in settings.gateTokenFiles {
                entries.append(try .init(role: .gate, token: SecretFile.readText(path: path)))
            }
            for path in settings.riskTokenFiles {
                entries.append(try .init(role: .risk, token: SecretFile.readText(path: path)))
            }
            return try AccessTokens(entries)
        } catch {
            throw .settings("\(error)")
        }
    }

    /// By which rules notices are judged; nil where nothing of WeChat Pay is set.
    ///
    /// - Throws: ``DaemonError/settings(_:)`` naming the number.
    static func noticeRules(_ settings: WeChatSettings) throws(DaemonError) -> NoticeVerifierSettings? {
        guard settings.isConfigured else { return nil }
        do throws(NoticeSettingsError) { return try rules(settings) } catch { throw .settings("\(error)") }
    }

    /// What the keys of API v3 are made of, proven to be usable; nil where no APIv3 key is set.
    ///
    /// - Throws: ``DaemonError/settings(_:)`` naming the file or number.
    static func platformSources(_ settings: WeChatSettings) throws(DaemonError) -> PlatformKeySources? {
        guard let apiV3KeyFile = settings.apiV3KeyFile else { return nil }
        do throws(PlatformKeysError) {
            let sources = try readPlatformSources(settings, apiV3KeyFile: apiV3KeyFile)
            // Without certificates of our own they are fetched, and none is there at first.
            _ = try sources.keys(allowsNone: settings.platform != nil)
            return sources
        } catch {
            throw .settings("\(error)")
        }
    }

    /// Reads the files of the keys of API v3; also when they change on the disk.
    static func readPlatformSources(
        _ settings: WeChatSettings, apiV3KeyFile: String
    ) throws(PlatformKeysError) -> PlatformKeySources {
        try PlatformKeySources.load(
            certificateFiles: settings.platformCertificates.map { ($0.id, $0.path) },
            publicKeyFiles: settings.platformPublicKeys.map { ($0.id, $0.path) }, apiV3KeyFile: apiV3KeyFile)
    }

    /// Signs our calls to WeChat Pay, and where they go; nil where it is not called.
    ///
    /// - Throws: ``DaemonError/settings(_:)`` naming the setting or file.
    static func platformAccess(_ settings: WeChatSettings) throws(DaemonError) -> PlatformAccess? {
        guard let platform = settings.platform else { return nil }
        let host = try host(platform.url, "wechat.api_url")
        let spareHost = try platform.spareURL.map { url throws(DaemonError) in
            try Self.host(url, "wechat.api_spare_url")
        }
        do {
            let signer = try MerchantAPISigner(
                merchantID: platform.apiUserMerchantID, serial: platform.merchantSerial,
                privateKeyPEM: try SecretFile.readText(path: platform.merchantKeyFile))
            return PlatformAccess(
                signer: signer,
                settings: WeChatPayClientSettings(
                    host: host, spareHost: spareHost, directMerchantIDs: Set(settings.directMerchantIDs)))
        } catch {
            throw .settings("wechat.merchant_key_file: \(error)")
        }
    }

    private static func host(_ text: String, _ name: String) throws(DaemonError) -> PlatformHost {
        do throws(PlatformHostError) { return try PlatformHost(text) } catch { throw .settings("\(name): \(error)") }
    }

    /// Judges notices of API v2; nil where no key for them is set.
    ///
    /// - Throws: ``DaemonError/settings(_:)`` naming the file or number.
    static func verifierV2(_ settings: WeChatSettings) throws(DaemonError) -> NoticeV2Verifier<APIv2Key>? {
        guard let path = settings.apiV2KeyFile else { return nil }
        do {
            return NoticeV2Verifier(
                settings: try rules(settings), orderSignType: V2SignType(rawValue: settings.v2SignType) ?? .md5,
                crypto: try APIv2Key.load(path: path))
        } catch {
            throw .settings("\(error)")
        }
    }

    private static func rules(_ settings: WeChatSettings) throws(NoticeSettingsError) -> NoticeVerifierSettings {
        var rules = NoticeVerifierSettings(
            providerMerchantIDs: Set(settings.providerMerchantIDs), directMerchantIDs: Set(settings.directMerchantIDs))
        rules.clockWindowSeconds = Int64(settings.clockWindowSeconds)
        try rules.validate()
        return rules
    }

    /// The keys of the queue API; nil where no file is set.
    ///
    /// - Throws: ``DaemonError/settings(_:)`` naming the file and the member.
    static func apiKeys(_ settings: QueueListenerSettings) throws(DaemonError) -> APIKeyFileFollower? {
        guard let path = settings.keysFile else { return nil }
        do throws(APIKeyFileError) { return try APIKeyFileFollower(path: path) } catch {
            if case .file = error { throw .settings("queue_api.keys_file: \(error)") }
            throw .settings("queue_api.keys_file: \(path): \(error)")
        }
    }
}
