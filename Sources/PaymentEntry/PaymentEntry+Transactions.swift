internal import AccessControl
internal import BoundedJSON
public import Engine
public import MessageModel
public import PaymentNotice
internal import Tillwire

extension PaymentEntry {
    /// The message of a payment and what has to be committed for it: the message, published under the payment's key, and the first version of
    /// its `orders` row. Runs on event loops: pure apart from hashing.
    ///
    /// - Throws: ``MessageModel/BrokerError/invalidIdempotencyKey(byteCount:)`` where the transaction id is longer than the platform's are.
    @_specialize(where E == Store)
    public func transaction(
        _ payment: PaidTransaction, source: PaymentSource, receivedAt: Timestamp
    ) throws(BrokerError) -> (message: OrderPaymentMessage, transaction: Transaction<E.Receipt>) {
        let storeID = stores.storeID(merchantID: payment.merchantID, deviceID: payment.deviceID)
        let message = OrderPaymentMessage(payment, storeID: storeID, source: source)
        let body = message.encode()
        let key = try IdempotencyKey(RoadNames.paymentKey(transactionID: message.transactionID), lifetime: .payment)
        var record = OrderRecord(
            message, bodyHash: Hashes.sha256(body), receivedAtMillis: Int64(receivedAt.milliseconds), state: .waiting)
        record.isProhibited = watch?.isProhibited(message) ?? false
        let row = RowChange(
            space: .orders, key: Bytes(message.transactionID), value: Bytes(record.encode()), condition: .ifAbsent)
        let send = SendBatch(
            source: .topic(roads.payments), messages: [OutgoingMessage(body: Bytes(body), key: key)])
        return (message, Transaction(sends: [send], rows: [row]))
    }

    /// What has to be committed for an authentic notice that is no payment: a message of `platform-notices`, under its business key; a
    /// refund's holds as long as a payment's.
    ///
    /// - Parameter source: other than `notice` where it was asked for; the message then says so, and its key is the same.
    /// - Throws: ``MessageModel/BrokerError/invalidIdempotencyKey(byteCount:)``; does not happen, long keys are hashed.
    public func transaction(
        _ envelope: NoticeEnvelope, plaintext: [UInt8], receivedAt: Timestamp, source: PaymentSource = .notice
    ) throws(BrokerError) -> Transaction<E.Receipt> {
        let body = Self.wrapped(envelope, plaintext: plaintext, receivedAt: receivedAt, source: source)
        let name = RoadNames.noticeKey(envelope, plaintext: plaintext)
        // A refund may be asked for days after its notice came, and must not enter twice: its key holds as long as a payment's. Other notices come
        // by no other road, and redeliveries end within a day.
        let isRefund = NoticeEventTypes.refunds.contains(envelope.eventType) && !name.hasSuffix(":id:" + envelope.id)
        let key = try IdempotencyKey(Self.shortened(name), lifetime: isRefund ? .payment : .producer)
        let send = SendBatch(source: .topic(roads.notices), messages: [OutgoingMessage(body: Bytes(body), key: key)])
        return Transaction(sends: [send])
    }

    /// `{"type":"platform.notice","event_type":…,"id":…,"create_time":…,"original_type":…,"received_at":…,"resource":<plaintext as decrypted>}`,
    /// with `"source"` before the resource where it is not a notice.
    private static func wrapped(
        _ envelope: NoticeEnvelope, plaintext: [UInt8], receivedAt: Timestamp, source: PaymentSource
    ) -> [UInt8] {
        var writer = JSONWriter(reservingByteCount: plaintext.count + 512)
        writer.beginObject()
        writer.member("type", "platform.notice")
        writer.member("event_type", envelope.eventType)
        writer.member("id", envelope.id)
        writer.member("create_time", envelope.createTime)
        writer.member("original_type", envelope.originalType)
        writer.member("received_at", RFC3339.utcText(millis: Int64(receivedAt.milliseconds)))
        if source != .notice { writer.member("source", source.rawValue) }
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
