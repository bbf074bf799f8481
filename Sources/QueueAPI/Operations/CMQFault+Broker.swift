internal import CMQProtocol
internal import MessageModel

extension CMQFault {
    /// CMQ's word for a refusal of the engine. Never tells paths, rows or anything else of the machine.
    init(_ error: BrokerError, at place: FaultPlace) {
        self =
            switch error {
            case .invalidName:
                switch place {
                case .queue: .queueName
                case .topic: .topicName
                case .subscription: .subscriptionName
                }
            case .invalidTag: .invalidValue("msgTag", "1 to \(Limits.tagByteCountMax) bytes of UTF-8")
            case .tooManyTags: place == .subscription ? .tooManyFilterTags : .tooManyTags
            case .invalidRoutingKey:
                .outOfRange(
                    place == .subscription ? "bindingKey" : "routingKey",
                    "at most \(Limits.routingKeyByteCountMax) bytes and \(Limits.routingKeyWordCountMax) words")
            case .routingKeyMissing: place == .subscription ? .bindingKeyMissing : .routingKeyMissing
            case .propertiesTooLarge:
                .invalidRequest("tags and routing key together: at most \(Limits.propertiesByteCountMax) bytes")
            case .invalidIdempotencyKey:
                .invalidRequest("idempotency key: 1 to \(Limits.idempotencyKeyByteCountMax) bytes")
            case .bodyTooLarge(let byteCount, let byteCountMax):
                byteCount == 0 ? .emptyBody : .bodyTooLarge(byteCountMax)
            case .invalidBatchCount: .batchSize("msgBody", "1 to 16")
            case .batchTooLarge: .batchTooLarge
            case .outOfRange(let what): .invalidRequest(what)
            case .queueNotFound: .queueNotFound
            case .topicNotFound: .topicNotFound
            case .subscriptionNotFound: .subscriptionNotFound
            case .alreadyExists:
                switch place {
                case .queue: .queueExists
                case .topic: .topicExists
                case .subscription: .subscriptionExists
                }
            case .queueFull: .queueFull
            case .queueInUse: .queueIsDeadLetter
            case .rewindOff: .rewindOff
            case .tooManyEntities:
                switch place {
                case .queue: .tooManyQueues
                case .topic: .tooManyTopics
                case .subscription: .tooManySubscriptions
                }
            case .noMatchingSubscription: .noMatch
            case .receiptInvalid: .handleInvalid
            case .tooManyUnacknowledged: .tooManyInFlight
            case .overloaded: .throttled
            case .storeFull: .internalError("no room is left for messages; deletes still pass")
            case .outcomeUnknown:
                .internalError("unknown whether this was done; repeating the identical request does it at most once")
            case .rowConflict, .corrupted: .internalError("stored data is not what it should be")
            case .closed, .cancelled: .internalError("stopping, try again")
            case .storeInUse, .storeUnusable, .system: .internalError("the store does not work")
            }
    }
}
