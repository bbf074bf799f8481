public import MessageModel

/// Acknowledgements, sends and changed rows that become durable together or not at all: what makes an effect exactly once.
///
/// Together at most ``MessageModel/Limits/transactionPartCountMax`` parts. A stale receipt or a row conflict refuses the whole of it; a send whose key
/// is a repeat does not, it is answered as duplicate.
public struct Transaction<Receipt: EngineReceipt>: Sendable {
    /// Deliveries to settle; extending is not a part of transactions.
    public var settlements: [Settlement<Receipt>]
    /// Messages to store.
    public var sends: [SendBatch]
    /// Rows to change.
    public var rows: [RowChange]

    /// Joins the parts.
    public init(settlements: [Settlement<Receipt>] = [], sends: [SendBatch] = [], rows: [RowChange] = []) {
        self.settlements = settlements
        self.sends = sends
        self.rows = rows
    }
}

/// What became of a transaction.
public enum TransactionOutcome: Sendable, Hashable {
    /// On the disk; per send batch the outcome of each message.
    case committed(sends: [[SendOutcome]])
    /// Nothing changed, for this reason.
    case refused(BrokerError)
}

/// A table of rows that a consumer keeps beside its queue.
public enum RowSpace: Sendable, Hashable {
    /// What became of each order; keyed by transaction id (`design.md` §3).
    case orders
    /// A consumer's own rows.
    case state(ConsumerID)
}

/// One row.
public struct Row: Sendable, Hashable {
    /// Its key.
    public var key: Bytes
    /// Its value.
    public var value: Bytes
    /// Joins key and value.
    public init(key: Bytes, value: Bytes) {
        self.key = key
        self.value = value
    }
}

/// A change of one row.
public struct RowChange: Sendable {
    /// When the change applies.
    public enum Condition: Sendable, Hashable {
        /// Whatever is there.
        case always
        /// Only where there is no row; a row that exists stays, which is no conflict.
        case ifAbsent
        /// Only where the row is still this value (nil: still absent); otherwise ``MessageModel/BrokerError/rowConflict``.
        case ifUnchanged(Bytes?)
    }

    /// The table.
    public var space: RowSpace
    /// The row's key: 1…``MessageModel/Limits/stateKeyByteCountMax`` bytes (orders: ``MessageModel/Limits/orderKeyByteCountMax``).
    public var key: Bytes
    /// The new value, or nil to delete the row.
    public var value: Bytes?
    /// When it applies.
    public var condition: Condition

    /// Joins the members.
    public init(space: RowSpace, key: Bytes, value: Bytes?, condition: Condition = .always) {
        self.space = space
        self.key = key
        self.value = value
        self.condition = condition
    }
}

/// Asks for rows in key order.
public struct RowRead: Sendable {
    /// The table.
    public var space: RowSpace
    /// First key to look at.
    public var from: Bytes
    /// Only keys that begin so.
    public var prefix: Bytes
    /// 1…``MessageModel/Limits/rowReadCountMax``.
    public var countMax: Int

    /// Rows whose keys begin with `prefix`, from `from` on.
    public init(space: RowSpace, from: Bytes = .empty, prefix: Bytes = .empty, countMax: Int = Limits.rowReadCountMax) {
        self.space = space
        self.from = from
        self.prefix = prefix
        self.countMax = countMax
    }

    /// The one row with this key.
    public static func one(_ space: RowSpace, key: Bytes) -> RowRead {
        RowRead(space: space, from: key, prefix: key, countMax: 1)
    }
}
