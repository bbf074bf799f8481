public import CMQProtocol
public import Engine
public import MessageModel
internal import Tillwire

extension QueueOperations {
    /// The queue of a receive, and how long it waits for the first message.
    ///
    /// - Throws: ``CMQProtocol/CMQFault/queueNotFound``.
    public func target(of call: ReceiveMessages) throws(CMQFault) -> (queue: QueueID, waitMillis: UInt64) {
        let entry = try readableQueue(call.queue)
        return (entry.id, min(call.waitSeconds.map { $0 * 1_000 } ?? entry.attributes.pollMillis, Limits.pollMillisMax))
    }

    /// Leases up to `countMax` messages, waiting up to `waitMillis`; empty where none came. Where the task is cancelled nothing is leased.
    ///
    /// `consumer` is what traces call the receiver; what is longer than they take is cut.
    public func receive(
        from queue: QueueID, countMax: Int, waitMillis: UInt64, consumer: String
    ) async throws(CMQFault) -> [Delivery<E.Receipt>] {
        let label = String(decoding: consumer.utf8.prefix(Limits.consumerLabelByteCountMax), as: UTF8.self)
        let isLabelWhole = label.utf8.count <= Limits.consumerLabelByteCountMax
        do throws(BrokerError) {
            return try await broker.receive(
                ReceiveRequest(
                    queue: queue, countMax: countMax, waitMillis: waitMillis, consumer: isLabelWhole ? label : ""))
        } catch { throw CMQFault(error, at: .queue) }
    }

    /// The deliveries as CMQ tells them.
    public func result(of deliveries: [Delivery<E.Receipt>]) -> CMQResult {
        .received(
            deliveries.map { delivery in
                ReceivedMessage(
                    body: delivery.body,
                    id: broker.messageID(source: delivery.source, sequence: delivery.sourceSequence),
                    receiptHandle: delivery.receipt.text, enqueuedAt: delivery.enqueuedAt,
                    firstReceivedAt: delivery.firstReceivedAt, hiddenUntil: delivery.hiddenUntil,
                    deliveryCount: delivery.deliveryCount)
            })
    }

    /// Makes messages visible again whose delivery reached nobody. What the engine refuses comes back when its lease ends.
    public func giveBack(_ receipts: [E.Receipt]) async {
        guard !receipts.isEmpty else { return }
        _ = try? await broker.settle(receipts.map { Settlement($0, .release(delayMillis: 0)) })
    }
}
