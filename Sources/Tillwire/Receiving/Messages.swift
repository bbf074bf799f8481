public import Engine
public import MessageModel

/// The messages of a queue as they come, for `for try await`; see ``Queue/messages(prefetch:visibilityMillis:as:until:)``.
///
/// A value without state: each loop over it receives for itself.
public struct Messages<E: Engine>: AsyncSequence, Sendable {
    /// A received message.
    public typealias Element = Message<E>
    /// What ends the loop with an error.
    public typealias Failure = BrokerError

    let queue: Queue<E>
    let prefetch: Int
    let visibilityMillis: UInt64?
    let consumer: String
    let stop: StopSignal?

    /// Begins to receive with the first call of ``Iterator/next(isolation:)``.
    public func makeAsyncIterator() -> Iterator {
        Iterator(owner: FeedOwner(MessageFeed(self)))
    }

    /// One loop over the messages. Used by one task at a time; copies share what was prefetched.
    public struct Iterator: AsyncIteratorProtocol {
        let owner: FeedOwner<E>

        /// The next message, or nil where the task is cancelled, the sequence was stopped or the broker closes.
        ///
        /// The message returned before is kept hidden no longer.
        ///
        /// - Throws: as a receive; ``BrokerError/outOfRange(_:)`` for a prefetch out of range. The sequence has ended then.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(BrokerError) -> Message<E>? {
            try await owner.feed.next()
        }

        /// The same, for callers that name no isolation.
        public mutating func next() async throws(BrokerError) -> Message<E>? { try await owner.feed.next() }
    }
}

extension Queue {
    /// The messages of this queue as they come: `for try await message in queue.messages()`.
    ///
    /// - Up to `prefetch` messages are leased at once and no more before all of them were read, so a slow loop holds back what it cannot take.
    ///   Where none are there it waits, without a busy loop, for as long as it takes.
    /// - The message in hand, and those not yet read, are kept hidden until the loop asks for the next one, however long it works, up to
    ///   ``MessageModel/Limits/keepHiddenMillisMax``. Acknowledge or release it within the loop's body; what the body does not settle comes back when its
    ///   lease ends. A message whose lease was lost before it was read is passed over: others have it.
    /// - It ends without an error when the task is cancelled, `stop` is given or the broker closes; what was not read is then visible to
    ///   others at once, as it is after a `break`.
    ///
    /// - Parameters:
    ///   - prefetch: 1…``MessageModel/Limits/prefetchCountMax``.
    ///   - visibilityMillis: the length of a lease, which is extended at its half; the queue's own setting where nil.
    ///   - consumer: what the caller calls itself in traces.
    ///   - stop: ends the sequence.
    public func messages(
        prefetch: Int = 32, visibilityMillis: UInt64? = nil, as consumer: String = "", until stop: StopSignal? = nil
    ) -> Messages<E> {
        Messages(
            queue: self, prefetch: prefetch, visibilityMillis: visibilityMillis, consumer: consumer, stop: stop)
    }
}

/// Ends the feed with the last iterator.
final class FeedOwner<E: Engine>: Sendable {
    let feed: MessageFeed<E>

    init(_ feed: MessageFeed<E>) { self.feed = feed }

    deinit { feed.finish() }
}
