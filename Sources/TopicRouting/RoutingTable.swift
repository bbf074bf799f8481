public import MessageModel

/// Which queues take a message: the subscriptions of one topic at one moment, as a value.
///
/// At a topic that routes by tags, a subscription without filter tags takes every message; one with tags takes those that carry at least one of
/// them; a message without tags matches only subscriptions without filter. At one that routes by key, one binding key must match
/// (`cmq-protocol.md` §4.3).
/// Immutable; O(subscriptions × tags or binding keys) a match, all bounded by ``MessageModel/Limits``.
public struct RoutingTable<Target: Sendable>: Sendable {
    /// What a subscription asks of a message.
    public enum Selector: Sendable {
        /// Nothing: every message is taken.
        case everything
        /// One of these tags.
        case tags([MessageTag])
        /// A routing key that one of these patterns takes.
        case patterns([BindingPattern])

        /// By filter tags; none takes every message.
        public static func filter(_ tags: [MessageTag]) -> Selector { tags.isEmpty ? .everything : .tags(tags) }

        /// By binding keys; none takes no message.
        public static func binding(_ keys: [BindingKey]) -> Selector { .patterns(keys.map { BindingPattern($0) }) }
    }

    /// One subscription.
    public struct Route: Sendable {
        /// Who takes the message.
        public let target: Target
        /// What it asks of one.
        public let selector: Selector

        /// Joins target and selector.
        public init(target: Target, selector: Selector) {
            self.target = target
            self.selector = selector
        }

        /// A route by filter tags; none takes every message.
        public init(target: Target, filterTags: [MessageTag]) {
            self.init(target: target, selector: .filter(filterTags))
        }

        func takes(_ tags: [MessageTag], _ words: RoutingWords?) -> Bool {
            switch selector {
            case .everything: true
            case .tags(let wanted): tags.contains { wanted.contains($0) }
            case .patterns(let patterns): words.map { words in patterns.contains { $0.matches(words) } } ?? false
            }
        }
    }

    /// The routes, in the order of subscribing.
    public let routes: [Route]
    /// True where no route looks at a message, so that a caller need not read its properties.
    public let takesEverything: Bool
    /// True where some route looks at routing keys.
    public let looksAtKeys: Bool

    /// A table over `routes`.
    public init(_ routes: [Route]) {
        self.routes = routes
        takesEverything = routes.allSatisfy { if case .everything = $0.selector { true } else { false } }
        looksAtKeys = routes.contains { if case .patterns = $0.selector { true } else { false } }
    }

    /// Indices of the routes that take a message with these tags and this routing key, in order.
    public func matches(_ tags: [MessageTag], routingKey: String = "") -> [Int] {
        let words = looksAtKeys ? RoutingWords(routingKey) : nil
        return routes.indices.filter { routes[$0].takes(tags, words) }
    }
}
