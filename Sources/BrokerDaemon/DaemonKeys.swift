internal import AccessControl
internal import PaymentNotice
internal import Settings

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

    /// Judges notices; nil where nothing of WeChat Pay is set.
    ///
    /// - Throws: ``DaemonError/settings(_:)`` naming the file or number.
    static func verifier(_ settings: WeChatSettings) throws(DaemonError) -> NoticeVerifier<PlatformKeys>? {
        guard settings.isConfigured, let apiV3KeyFile = settings.apiV3KeyFile else { return nil }
        do {
            let rules = try rules(settings)
            let keys = try PlatformKeys.load(
                certificateFiles: settings.platformCertificates.map { ($0.id, $0.path) },
                publicKeyFiles: settings.platformPublicKeys.map { ($0.id, $0.path) }, apiV3KeyFile: apiV3KeyFile)
            return NoticeVerifier(settings: rules, crypto: keys)
        } catch {
            throw .settings("\(error)")
        }
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
