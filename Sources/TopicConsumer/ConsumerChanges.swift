public import Engine

/// What a consumer wants to become durable together with the acknowledgements of what it was made from.
public struct ConsumerChanges: Sendable {
    /// Rows of its own space.
    public var rows: [RowChange]
    /// Messages to other queues.
    public var sends: [SendBatch]

    /// Joins rows and messages.
    public init(rows: [RowChange] = [], sends: [SendBatch] = []) {
        self.rows = rows
        self.sends = sends
    }

    /// True where there is nothing to commit.
    public var isEmpty: Bool { rows.isEmpty && sends.isEmpty }
}
