internal import AccessControl
internal import HTTPDataPlane
internal import Merchants
internal import PaymentNotice
internal import RiskControl
internal import Settings

/// What the files named by the settings hold, read before the store is touched: a bad file changes nothing.
struct DaemonFiles: Sendable {
    let tokens: AccessTokens
    /// By which rules notices are judged; nil where nothing of WeChat Pay is set.
    let noticeRules: NoticeVerifierSettings?
    /// What the keys of API v3 are made of; nil where no APIv3 key is set.
    let platformSources: PlatformKeySources?
    /// How WeChat Pay is called; nil where it is not.
    let platformAccess: PlatformAccess?
    /// Nil where no notices of API v2 are taken.
    let verifierV2: NoticeV2Verifier<APIv2Key>?
    let policy: EndpointPolicy
    /// The merchants file; nil where none is set.
    let merchants: [UInt8]?
    /// The keys of the queue API and their file; nil where none is set.
    let apiKeys: APIKeyFileFollower?
    /// Where risk control's decisions are told; nil where nowhere.
    let callback: CallbackSettings?

    /// Reads all files.
    ///
    /// - Throws: ``DaemonError/settings(_:)`` naming the file.
    init(_ settings: BrokerSettings) throws(DaemonError) {
        tokens = try DaemonKeys.tokens(settings.access)
        noticeRules = try DaemonKeys.noticeRules(settings.wechat)
        platformSources = try DaemonKeys.platformSources(settings.wechat)
        platformAccess = try DaemonKeys.platformAccess(settings.wechat)
        verifierV2 = try DaemonKeys.verifierV2(settings.wechat)
        policy = try EndpointRules.policy(settings.push)
        callback = try RiskFiles.callback(settings.risk, policy: policy)
        apiKeys = try DaemonKeys.apiKeys(settings.queueAPI)
        merchants = try settings.merchantsFile.map { path throws(DaemonError) in try Self.secrets(path) }
    }

    private static func secrets(_ path: String) throws(DaemonError) -> [UInt8] {
        do throws(SecretFileError) {
            return try SecretFile.read(path: path, byteCountMax: MerchantLimits.fileByteCountMax)
        } catch {
            throw .settings("merchants.file: \(error)")
        }
    }
}
