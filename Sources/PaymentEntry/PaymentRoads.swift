public import MessageModel
internal import PaymentNotice
public import Tillwire

/// The topics on which payments and other notices travel, each with the queue that takes all of it.
public struct PaymentRoads: Sendable, Equatable {
    /// The topic `order-payments`, with the queue `merchant-orders`.
    public let payments: TopicID
    /// The topic `platform-notices`, with the queue of the same name.
    public let notices: TopicID

    /// Makes topics and queues where they are missing: also where no notices are taken, since whoever publishes an order over the queue API
    /// relies on its way to the merchant (`design.md` §4).
    ///
    /// - Throws: why the store refused one of them.
    public static func open<E>(on broker: Broker<E>) async throws(BrokerError) -> PaymentRoads {
        PaymentRoads(
            payments: try await road(
                broker, topic: RoadNames.orderPaymentsTopic, queue: RoadNames.merchantOrdersQueue),
            notices: try await road(
                broker, topic: RoadNames.platformNoticesTopic, queue: RoadNames.platformNoticesTopic))
    }

    private static func road<E>(
        _ broker: Broker<E>, topic: String, queue: String
    ) async throws(BrokerError) -> TopicID {
        let made = try await broker.createTopic(EntityName(topic))
        try await made.subscribe(broker.createQueue(EntityName(queue)), as: EntityName(queue))
        return made.id
    }
}
