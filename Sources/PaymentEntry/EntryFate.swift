public import Engine
public import MessageModel

/// What became of one payment or notice that was to enter the store.
public enum EntryFate: Sendable, Equatable {
    /// On the disk since this commit.
    case stored
    /// On the disk since an earlier one.
    case duplicate
    /// Not on the disk, or nobody knows.
    case notStored(BrokerError)

    /// Reads the outcome of a transaction with one message.
    public init(_ outcome: TransactionOutcome) {
        switch outcome {
        case .refused(let error): self = .notStored(error)
        case .committed(let sends):
            switch sends.first?.first {
            case .stored: self = .stored
            case .duplicate: self = .duplicate
            case .refused(let error): self = .notStored(error)
            case nil: self = .notStored(.corrupted("a commit without an outcome of its message"))
            }
        }
    }

    /// Whether it is on the disk.
    public var isStored: Bool {
        switch self {
        case .stored, .duplicate: true
        case .notStored: false
        }
    }
}
