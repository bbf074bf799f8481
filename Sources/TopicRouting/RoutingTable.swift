public import MessageModel

/// Which queues take a message: the subscriptions of one topic at one moment, as a value.
///
/// A subscription without filter tags takes every message; one with tags takes those that carry at least one of them; a message without
/// tags matches only subscriptions without filter (`cmq-protocol.md` §4.3). Binding keys join with the store issue.
/// Immutable; O(subscriptions × tags) a match, both bounded by ``MessageModel/Limits``.
public struct RoutingTable<Target: Sendable>: Sendable {
    /// One subscription.
    public struct Route: Sendable {
        /// Who takes the message.
        public let target: Target
        /// Tags of which the message must carry one; empty takes all.
        public let filterTags: [MessageTag]

        /// Joins target and filter.
        public init(target: Target, filterTags: [MessageTag]) {
            self.target = target
            self.filterTags = filterTags
        }

        /// Whether this route takes a message with `tags`.
        public func takes(_ tags: [MessageTag]) -> Bool {
            filterTags.isEmpty || tags.contains { filterTags.contains($0) }
        }
    }

    /// The routes, in the order of subscribing.
    public let routes: [Route]
    /// True where no route looks at tags, so that a caller need not read them.
    public let takesEverything: Bool

    /// A table over `routes`.
    public init(_ routes: [Route]) {
        self.routes = routes
        takesEverything = routes.allSatisfy { $0.filterTags.isEmpty }
    }

    /// Indices of the routes that take a message with `tags`, in order.
    public func matches(_ tags: [MessageTag]) -> [Int] { routes.indices.filter { routes[$0].takes(tags) } }
}
