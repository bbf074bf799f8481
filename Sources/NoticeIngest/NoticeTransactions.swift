internal import AccessControl
internal import BoundedJSON
internal import Engine
internal import MessageModel
internal import PaymentNotice

/// Builds what one authentic notice commits. Pure apart from hashing: called on event loops, so that the recorder only commits.
struct NoticeTransactions<Receipt: EngineReceipt>: Sendable {
    /// The topic of payments.
    let orderPayments: TopicID
    /// The topic of everything else.
    let platformNotices: TopicID

    /// The message, published under the payment's key, and the first version of its `orders` row.
    ///
    /// - Throws: ``MessageModel/BrokerError/invalidIdempotencyKey(byteCount:)`` where the transaction id is longer than the platform's are.
    func payment(_ message: OrderPaymentMessage, receivedAt: Timestamp) throws(BrokerError) -> Transaction<Receipt> {
        let body = message.encode()
        let key = try IdempotencyKey(RoadNames.paymentKey(transactionID: message.transactionID), lifetime: .payment)
        let record = OrderRecord(
            message, bodyHash: Hashes.sha256(body), receivedAtMillis: Int64(receivedAt.milliseconds), state: .waiting)
        let row = RowChange(
            space: .orders, key: Bytes(message.transactionID), value: Bytes(record.encode()), condition: .ifAbsent)
        let send = SendBatch(source: .topic(orderPayments), messages: [OutgoingMessage(body: Bytes(body), key: key)])
        return Transaction(sends: [send], rows: [row])
    }

    /// The notice as a message of `platform-notices`, under its business key.
    ///
    /// - Throws: ``MessageModel/BrokerError/invalidIdempotencyKey(byteCount:)``; does not happen, long keys are hashed.
    func other(
        _ envelope: NoticeEnvelope, plaintext: [UInt8], receivedAt: Timestamp
    ) throws(BrokerError) -> Transaction<Receipt> {
        let body = Self.wrapped(envelope, plaintext: plaintext, receivedAt: receivedAt)
        let key = try IdempotencyKey(Self.shortened(RoadNames.noticeKey(envelope, plaintext: plaintext)))
        let send = SendBatch(source: .topic(platformNotices), messages: [OutgoingMessage(body: Bytes(body), key: key)])
        return Transaction(sends: [send])
    }

    /// `{"type":"platform.notice","event_type":…,"id":…,"create_time":…,"original_type":…,"received_at":…,"resource":<plaintext as decrypted>}`.
    private static func wrapped(_ envelope: NoticeEnvelope, plaintext: [UInt8], receivedAt: Timestamp) -> [UInt8] {
        var writer = JSONWriter(reservingByteCount: plaintext.count + 512)
        writer.beginObject()
        writer.member("type", "platform.notice")
        writer.member("event_type", envelope.eventType)
        writer.member("id", envelope.id)
        writer.member("create_time", envelope.createTime)
        writer.member("original_type", envelope.originalType)
        writer.member("received_at", RFC3339.utcText(millis: Int64(receivedAt.milliseconds)))
        writer.key("resource")
        writer.raw(plaintext)
        writer.endObject()
        return writer.bytes
    }

    /// A key longer than the store takes is replaced by its hash: as good as unique, and always short enough.
    private static func shortened(_ key: String) -> String {
        guard key.utf8.count > Limits.idempotencyKeyByteCountMax else { return key }
        return "notice:sha256:" + Hashes.hex(Hashes.sha256(Array(key.utf8)))
    }
}
