public import AccessControl
public import HTTPDataPlane
public import MessageModel
internal import Synchronization

/// Calls the platform's API v3: signs with the provider's key, checks every 2xx answer by the keyring over its raw bytes, reads it within bounds.
///
/// Thread-safe. At most ``WeChatPayClientSettings/callsInFlightMax`` calls at once; each try has a time limit; the spare host is tried once
/// where the first is not reached or answers 5xx. Nothing is repeated beyond that: when to ask again is the caller's budget.
public final class WeChatPayClient: Sendable {
    /// What happened since the start.
    public struct Figures: Sendable, Equatable {
        /// Calls that brought an answer that is to be believed, `notFound` among them.
        public var answered: UInt64 = 0
        /// Calls that did not, by ``PlatformCallError/shortDescription``.
        public var failed: [String: UInt64] = [:]
        /// Tries of the spare host.
        public var spareTries: UInt64 = 0
        /// Calls under way.
        public var inFlight = 0
    }

    struct State {
        var figures = Figures()
        /// Until when the spare host is asked first.
        var spareFirstUntil = Timestamp.zero
    }

    let settings: WeChatPayClientSettings
    let signer: MerchantAPISigner
    let keyring: PlatformKeyring
    let time: any TimeSource
    let http: OutboundClient
    let state = Mutex(State())

    /// A client that opens nothing before the first call. Call ``shutdown()`` before the loops end.
    public init(
        settings: WeChatPayClientSettings, signer: MerchantAPISigner, keyring: PlatformKeyring, loops: DataPlaneLoops,
        time: any TimeSource
    ) {
        self.settings = settings
        self.signer = signer
        self.keyring = keyring
        self.time = time
        http = OutboundClient(settings: settings.outbound, loops: loops)
    }

    /// Whose key signs.
    public var apiUserMerchantID: String { signer.merchantID }

    /// What happened since the start.
    public var figures: Figures { state.withLock { $0.figures } }

    /// Closes all connections; calls under way fail.
    public func shutdown() async { await http.shutdown() }
}
