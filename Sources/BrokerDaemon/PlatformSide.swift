internal import AccessControl
internal import HTTPDataPlane
internal import Logging
internal import MessageModel
internal import PlatformCertificates
internal import QueueStore
internal import ServiceLifecycle
internal import Settings
internal import Tillwire
internal import WeChatPayAPI

/// Who calls WeChat Pay and where; read from settings and files at the start.
struct PlatformAccess: Sendable {
    let signer: MerchantAPISigner
    let settings: WeChatPayClientSettings
}

/// Our side of the calls to WeChat Pay, with connections of its own: merchants' endpoints that hang take none from it.
///
/// Whoever asks the platform for orders, refunds, restrictions or bills takes ``client``.
struct PlatformSide: Sendable {
    let client: WeChatPayClient

    /// Joins it; nothing is called yet.
    init(_ access: PlatformAccess, keyring: PlatformKeyring, loops: DataPlaneLoops, time: any TimeSource) {
        client = WeChatPayClient(
            settings: access.settings, signer: access.signer, keyring: keyring, loops: loops, time: time)
    }

    /// Closes its connections. Call after all services have ended.
    func shutdown() async { await client.shutdown() }
}

/// The platform's keys: which are in force, and what changes them while the daemon runs.
struct PlatformKeySide: Sendable {
    let certificates: PlatformCertificates<Store>
    let follower: PlatformKeyFollower

    /// What is fetched, and what follows the files.
    func services(time: any TimeSource) -> [any Service] {
        let logger = Logger(label: "keys")
        return [
            certificates,
            PlatformKeyWatch(follower: follower, certificates: certificates, time: time, logger: logger),
        ]
    }

    /// Puts the keys of files, and those fetched in earlier runs, in the keyring.
    ///
    /// - Returns: nil where no APIv3 key is set: notices of API v3 are then of unknown serials.
    /// - Throws: why the store did not give what was fetched.
    static func open(
        _ settings: WeChatSettings, files: DaemonFiles, platform: PlatformSide?, keyring: PlatformKeyring,
        broker: EmbeddedBroker, time: any TimeSource
    ) async throws(DaemonError) -> PlatformKeySide? {
        guard let sources = files.platformSources, let apiV3KeyFile = settings.apiV3KeyFile else { return nil }
        let certificates: PlatformCertificates<Store>
        do throws(BrokerError) {
            certificates = try await PlatformCertificates.open(
                broker: broker, sources: sources, source: platform?.client, keyring: keyring,
                refreshHours: settings.platform?.certificateRefreshHours ?? 1,
                pauseSecondsMin: settings.platform?.certificatePauseSeconds ?? 60, time: time,
                logger: Logger(label: "keys")
            )
        } catch { throw DaemonError(error) }
        let paths = [apiV3KeyFile] + (settings.platformCertificates + settings.platformPublicKeys).map(\.path)
        let allowsNone = settings.platform != nil
        let follower = PlatformKeyFollower(paths: paths, sources: sources) { () throws(PlatformKeysError) in
            let read = try DaemonKeys.readPlatformSources(settings, apiV3KeyFile: apiV3KeyFile)
            _ = try read.keys(allowsNone: allowsNone)
            return read
        }
        return PlatformKeySide(certificates: certificates, follower: follower)
    }
}
