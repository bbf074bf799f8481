/// What the daemon is told at start. Plain values; nothing is opened or resolved yet.
public struct BrokerSettings: Sendable, Equatable {
    /// The store.
    public var store = StoreSettings()
    /// Where notices arrive.
    public var notices = ListenerSettings(port: 8_080)
    /// Where the payment gate listens on its own; nil: on the notices' listener.
    public var gate: ListenerSettings?
    /// Where the operator's API listens.
    public var admin = ListenerSettings(port: 8_081)
    /// The queue API.
    public var queueAPI = QueueListenerSettings()
    /// Keys and numbers of WeChat Pay.
    public var wechat = WeChatSettings()
    /// Orders and refunds of which nobody tells.
    public var recovery = RecoverySettings()
    /// Delivery to merchants.
    public var push = PushSettings()
    /// Risk control.
    public var risk = RiskSettings()
    /// The provider's rating.
    public var rating = RatingSettings()
    /// The comparison with the daily bill.
    public var reconciliation = ReconciliationConfig()
    /// The merchants file; nil where there is none.
    public var merchantsFile: String?
    /// Who may do what.
    public var access = AccessSettings()
    /// The least level that is logged.
    public var logLevel = LogLevelName.info
    /// Event loops of the data plane; 0 is one per core.
    public var eventLoopCount = 0
    /// Seconds a graceful stop may take.
    public var shutdownSeconds = 30

    /// The defaults.
    public init() {}
}

/// The embedded store.
public struct StoreSettings: Sendable, Equatable {
    /// Its folder.
    public var path = "tillwire-store"
    /// Size of its map in MiB.
    public var mapMiB = 65_536

    /// The defaults.
    public init() {}
}

/// One listener.
public struct ListenerSettings: Sendable, Equatable {
    /// Certificate chain and key of a listener, PEM.
    public struct TLSFiles: Sendable, Equatable {
        /// The certificate chain.
        public var certificatePath: String
        /// The private key.
        public var keyPath: String
    }

    /// Address or name to bind.
    public var host = "127.0.0.1"
    /// Port to bind; 0 is any free one.
    public var port: Int
    /// TLS; nil is plain.
    public var tls: TLSFiles?

    /// A plain listener on the loopback address.
    public init(port: Int) { self.port = port }
}

/// Who may use which API: files of one bearer token each.
public struct AccessSettings: Sendable, Equatable {
    /// Files of operator tokens, at most ``SettingsLimits/tokenFilesPerRoleMax``.
    public var operatorTokenFiles: [String] = []
    /// Files of gate tokens, at most ``SettingsLimits/tokenFilesPerRoleMax``.
    public var gateTokenFiles: [String] = []
    /// Files of risk systems' tokens, at most ``SettingsLimits/tokenFilesPerRoleMax``.
    public var riskTokenFiles: [String] = []

    /// The defaults: nobody.
    public init() {}
}
