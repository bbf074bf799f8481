/// What an operator is shown of the platform's keys. Holds no secret.
public struct PlatformKeysReport: Sendable, Equatable {
    /// One key in force.
    public struct Key: Sendable, Equatable {
        /// Where it came from.
        public enum Source: String, Sendable {
            /// A file that the settings name.
            case file
            /// `/v3/certificates`.
            case platform
            /// Both.
            case fileAndPlatform = "file_and_platform"
        }

        /// Serial, or id of a public key.
        public var name: String
        /// False for a public key.
        public var isCertificate: Bool
        /// Where it came from.
        public var source: Source
        /// Unix seconds; nil for a public key.
        public var notBeforeSeconds: Int64?
        /// Unix seconds; nil for a public key, which does not end.
        public var notAfterSeconds: Int64?
        /// What it was used for since the start.
        public var use: PlatformKeyring.Use

        /// Joins the members.
        public init(
            name: String, isCertificate: Bool, source: Source, notBeforeSeconds: Int64? = nil,
            notAfterSeconds: Int64? = nil, use: PlatformKeyring.Use = .init()
        ) {
            self.name = name
            self.isCertificate = isCertificate
            self.source = source
            self.notBeforeSeconds = notBeforeSeconds
            self.notAfterSeconds = notAfterSeconds
            self.use = use
        }
    }

    /// How the platform's list is asked for.
    public struct Fetching: Sendable, Equatable {
        /// Fetches that brought a list that was believed.
        public var succeededCount: UInt64 = 0
        /// Fetches that did not.
        public var failedCount: UInt64 = 0
        /// Unix seconds of the last that did; 0 where none did.
        public var lastSucceededSeconds: Int64 = 0
        /// What went wrong last; nil where the last one went well.
        public var fault: String?
        /// Unix seconds of the next one.
        public var nextSeconds: Int64 = 0

        /// Nothing happened yet.
        public init() {}
    }

    /// All keys in force, certificates first.
    public var keys: [Key]
    /// Checks that named a serial that is not held, since the start.
    public var unknownSerialCount: UInt64
    /// Times the keys in force were replaced, since the start.
    public var changeCount: UInt64
    /// What is wrong with the key files; nil where they are in force.
    public var fileFault: String?
    /// Nil where the platform is not asked.
    public var fetching: Fetching?

    /// Joins the members.
    public init(
        keys: [Key], unknownSerialCount: UInt64, changeCount: UInt64 = 0, fileFault: String? = nil,
        fetching: Fetching? = nil
    ) {
        self.keys = keys
        self.unknownSerialCount = unknownSerialCount
        self.changeCount = changeCount
        self.fileFault = fileFault
        self.fetching = fetching
    }

    /// The end of the key that holds longest, Unix seconds; nil where a public key is held, which does not end, or no key at all.
    public var lastEndSeconds: Int64? {
        keys.contains { !$0.isCertificate } ? nil : keys.compactMap(\.notAfterSeconds).max()
    }
}
