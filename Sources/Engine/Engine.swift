public import MessageModel

/// What a queue engine does for the broker above it: the embedded store is one, a cluster of servers can be another
/// (`scale-out.md` §2).
///
/// Batches cross this border, never single messages in a loop; payloads cross as ``MessageModel/Bytes``; a batch costs at most one
/// executor hop inside. Nothing above may assume that an engine is local, ordered across queues or free of duplicates.
///
/// Ownership of slots joins this protocol with the engine that needs it (the cluster engine).
public protocol Engine: Sendable {
    /// Proof of a delivery in this engine's own form.
    associatedtype Receipt: EngineReceipt

    /// What this engine can do beyond the common ground.
    static var capabilities: Capabilities { get }

    /// The clock of its moments: ends of leases, times of messages. Whoever extends leases waits by it.
    var time: any TimeSource { get }

    /// Stores messages of one source. Durable when this returns; outcomes are in the order of the messages.
    ///
    /// - Throws: what concerns the whole batch; what concerns one message is in its outcome.
    func send(_ batch: SendBatch) async throws(BrokerError) -> [SendOutcome]

    /// Stores one message, without an array on the way. Durable when this returns.
    ///
    /// - Throws: as ``send(_:)``.
    func send(_ message: OutgoingMessage, to source: SourceID) async throws(BrokerError) -> SendOutcome

    /// Leases up to `countMax` visible messages, waiting for the first one as long as the request says. Empty where none came.
    func receive(_ request: ReceiveRequest) async throws(BrokerError) -> [Delivery<Receipt>]

    /// Ends or changes deliveries. Acknowledgements and delayed releases are durable when this returns; outcomes are in order.
    func settle(_ settlements: [Settlement<Receipt>]) async throws(BrokerError) -> [SettleOutcome]

    /// Commits transactions, each all or nothing, independent of one another; outcomes are in order.
    func commit(_ transactions: [Transaction<Receipt>]) async throws(BrokerError) -> [TransactionOutcome]

    /// Reads rows of a space in key order.
    func rows(_ read: RowRead) async throws(BrokerError) -> [Row]

    /// Changes queues, topics and subscriptions. Durable when this returns.
    func apply(_ change: TopologyChange) async throws(BrokerError) -> Topology

    /// Removes every message of a queue; returns how many there were. Durable when this returns.
    func purge(_ queue: QueueID) async throws(BrokerError) -> UInt64

    /// Makes visible again what a queue took at `moment` or later and was acknowledged since. Durable when this returns.
    func rewind(_ queue: QueueID, to moment: Timestamp) async throws(BrokerError)

    /// What happened to a message in queues that are traced, oldest first.
    func trace(_ message: MessageID) async throws(BrokerError) -> [TraceEvent]

    /// The queues, topics and subscriptions of this moment.
    func topology() -> Topology

    /// Depth and age of one queue.
    func figures(of queue: QueueID) async throws(BrokerError) -> QueueFigures

    /// State of the engine as a whole.
    func figures() async throws(BrokerError) -> EngineFigures

    /// Checks everything the engine knows, in short steps beside the running work.
    func verify() async throws(BrokerError) -> VerifyReport

    /// The public id of a message.
    func messageID(source: SourceID, sequence: SequenceNumber) -> MessageID

    /// Ends waiting receives, finishes what was accepted, writes what memory knows, closes. Later calls throw ``BrokerError/closed``.
    func shutdown() async
}

extension Engine {
    /// One message as a batch of one, for engines without a shorter way.
    public func send(_ message: OutgoingMessage, to source: SourceID) async throws(BrokerError) -> SendOutcome {
        try await send(SendBatch(source: source, messages: [message])).first ?? .refused(.closed)
    }
}

/// A receipt in an engine's own form, with a text form for clients.
public protocol EngineReceipt: Sendable, Hashable {
    /// The queue that delivered.
    var queue: QueueID { get }
    /// Text of `[A-Za-z0-9%#:_-]{1,256}`.
    var text: String { get }
    /// Reads ``text``; nil where it is no receipt of this engine.
    init?(text: String)
}

extension ReceiptHandle: EngineReceipt {}

/// What an engine offers beyond the common ground (`scale-out.md` §2.2).
public struct Capabilities: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt32
    /// Wraps bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// Depth is exact, not seconds old.
    public static let exactDepth = Capabilities(rawValue: 1)
    /// Delivery counts survive idle consumers.
    public static let exactDeliveryCount = Capabilities(rawValue: 2)
    /// A stale receipt is refused.
    public static let strictReceipts = Capabilities(rawValue: 4)
    /// Acknowledgements, sends and rows commit together.
    public static let atomicAckAndSend = Capabilities(rawValue: 8)
}
