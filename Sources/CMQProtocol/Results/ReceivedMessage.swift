public import MessageModel

/// One delivery.
public struct ReceivedMessage: Sendable {
    /// Its bytes as they were sent.
    public var body: Bytes
    /// Its id, the same at every delivery.
    public var id: MessageID
    /// This delivery's handle.
    public var receiptHandle: String
    /// When the queue took it.
    public var enqueuedAt: Timestamp
    /// When it was delivered first.
    public var firstReceivedAt: Timestamp
    /// When it is visible again unless it is deleted; told rounded down to seconds, so that a client that trusts it never deletes late.
    public var hiddenUntil: Timestamp
    /// Deliveries so far, this one included.
    public var deliveryCount: Int

    /// Joins the members.
    public init(
        body: Bytes, id: MessageID, receiptHandle: String, enqueuedAt: Timestamp, firstReceivedAt: Timestamp,
        hiddenUntil: Timestamp, deliveryCount: Int
    ) {
        self.body = body
        self.id = id
        self.receiptHandle = receiptHandle
        self.enqueuedAt = enqueuedAt
        self.firstReceivedAt = firstReceivedAt
        self.hiddenUntil = hiddenUntil
        self.deliveryCount = deliveryCount
    }
}
