internal import AccessControl
internal import HTTPDataPlane
internal import MessageModel
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
