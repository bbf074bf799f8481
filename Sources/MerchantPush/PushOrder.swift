internal import AccessControl
internal import Engine
internal import MessageModel
internal import PaymentNotice

/// One pulled order: its lease, its bytes as they are pushed, and what is needed of their content.
struct PushOrder<Receipt: EngineReceipt>: Sendable {
    /// The lease.
    let delivery: Delivery<Receipt>
    /// What it says; the bytes that travel are the delivery's.
    let message: OrderPaymentMessage
    /// The stable id (merchant-push §1).
    let messageID: String

    /// Reads a delivery.
    ///
    /// - Throws: ``PaymentNotice/OrderPaymentMessageError`` where it is no order payment message.
    init(_ delivery: Delivery<Receipt>) throws(OrderPaymentMessageError) {
        self.delivery = delivery
        message = try OrderPaymentMessage.decode(Array(delivery.body.slice))
        messageID = message.messageID(sha256: Hashes.sha256)
    }

    /// The merchant.
    var merchantID: String { message.merchantID }

    /// Key of its `orders` row.
    var rowKey: Bytes { Bytes(message.transactionID) }

    /// A number of its own for the endpoint's health.
    var number: UInt64 {
        UInt64(delivery.source.rawValue) << 42 ^ delivery.sourceSequence
    }

    /// The row to go on from where the store has none: the order came another way than through the notices.
    var freshRecord: OrderRecord {
        OrderRecord(
            message, bodyHash: Hashes.sha256(Array(delivery.body.slice)),
            receivedAtMillis: Int64(delivery.enqueuedAt.milliseconds), state: .waiting)
    }
}

/// An order that got a slot.
struct StartedPush<Receipt: EngineReceipt>: Sendable {
    /// The order.
    let order: PushOrder<Receipt>
    /// Its slot.
    let slot: PushSlot
}
