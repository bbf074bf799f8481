internal import Engine
internal import MessageModel
internal import TopicRouting

/// The messages that one group brings for one source, before they are cut into blocks.
final class SendBucket {
    let source: SourceID
    /// Its place among the group's buckets.
    let number: Int
    private(set) var items: [SendItem] = []
    /// For topics: which routes take each message, as a bit set over at most 64 subscriptions.
    private(set) var routes: [UInt64] = []
    /// Keys to remember, with the message they belong to.
    var keys: [(key: OnceKey, index: Int)] = []
    private var isDelayed = false
    /// Given out when the bucket is cut.
    private(set) var firstSequence: SequenceNumber = 0
    /// The place of each message in the order of sequences; empty where that is the order of arrival.
    private var places: [Int] = []

    init(source: SourceID, number: Int) {
        self.source = source
        self.number = number
    }

    func append(_ item: SendItem, routes bits: UInt64, isDelayed: Bool) {
        items.append(item)
        if source.isTopic { routes.append(bits) }
        if isDelayed { self.isDelayed = true }
    }

    /// Puts the messages into the order in which sequences are given out: those without delay first, then by due time, so that a row holds
    /// neighbours.
    func sort() {
        guard isDelayed else { return }
        let order = items.indices.sorted { (items[$0].message.delayMillis, $0) < (items[$1].message.delayMillis, $1) }
        places = Array(repeating: 0, count: items.count)
        for (place, index) in order.enumerated() { places[index] = place }
        items = order.map { items[$0] }
        if source.isTopic { routes = order.map { routes[$0] } }
    }

    /// Gives out sequences in the order of ``sort()``, from `sequence` on.
    func giveSequences(from sequence: SequenceNumber) { firstSequence = sequence }

    /// The delay of each message of a range, in the order of sequences; nil where none is delayed.
    func delays(_ range: Range<Int>) -> [UInt64]? { isDelayed ? items[range].map(\.message.delayMillis) : nil }

    /// The sequence of the message that came as number `index`. After ``giveSequences(from:)``.
    func sequence(_ index: Int) -> SequenceNumber {
        firstSequence + UInt64(places.isEmpty ? index : places[index])
    }
}

/// Where a message of this group stands until it has a sequence: the number of its bucket and its place there.
struct BucketIndex: Hashable {
    let bucket: Int
    let index: Int
}
