/// What the admin API or the merchants file asks to register: a merchant whose secrets may be left out where they are stored already.
public struct MerchantRegistration: Sendable, Hashable {
    /// An endpoint as asked for.
    public struct Endpoint: Sendable, Hashable {
        /// The URL.
        public var url: String
        /// Signing keys, newest first; nil keeps the stored ones.
        public var secrets: [String]?
        /// Which answer counts as accepted.
        public var ackMode: EndpointAckMode
        /// When it is tried again; nil takes the daemon's.
        public var ladder: EndpointLadder?
        /// Milliseconds of one attempt; nil takes the daemon's.
        public var timeoutMillis: Int?

        /// Joins the members.
        public init(
            url: String, secrets: [String]?, ackMode: EndpointAckMode = .status, ladder: EndpointLadder? = nil,
            timeoutMillis: Int? = nil
        ) {
            self.url = url
            self.secrets = secrets
            self.ackMode = ackMode
            self.ladder = ladder
            self.timeoutMillis = timeoutMillis
        }
    }

    /// The merchant's number.
    public var merchantID: String
    /// Its name.
    public var name: String
    /// Whether its orders are pushed.
    public var state: MerchantState
    /// Its stores.
    public var stores: [MerchantStore]
    /// Where its orders go.
    public var endpoint: Endpoint?

    /// Joins the members.
    public init(
        merchantID: String, name: String = "", state: MerchantState = .active, stores: [MerchantStore] = [],
        endpoint: Endpoint? = nil
    ) {
        self.merchantID = merchantID
        self.name = name
        self.state = state
        self.stores = stores
        self.endpoint = endpoint
    }
}
