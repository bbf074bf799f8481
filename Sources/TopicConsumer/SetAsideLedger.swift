internal import BoundedJSON
public import Engine
internal import MessageModel

/// What a consumer set aside: exact counts by reason, and the latest messages one by one. Kept in two kinds of rows of the consumer's own space:
///
/// | key | value |
/// |---|---|
/// | prefix, 0 | version 1, then count by reason (8 bytes each, big-endian, in the order of the reasons) |
/// | prefix, 1, number mod ``ConsumerLimits/setAsideRowCountMax`` (2 bytes) | a message, JSON |
public struct SetAsideLedger: Sendable {
    private static let version: UInt8 = 1

    /// One remembered message.
    public struct Entry: Sendable, Equatable {
        /// Its number; rises by one.
        public let number: UInt64
        /// What is known of it.
        public let order: SetAsideOrder
    }

    private let space: RowSpace
    private let prefix: [UInt8]
    private var counts = [UInt64](repeating: 0, count: SetAsideReason.allCases.count)
    private var latest: [UInt16: Entry] = [:]
    private var changed: Set<UInt16> = []

    /// An empty ledger whose rows begin with `prefix`, 1 byte, in `space`.
    public init(space: RowSpace, prefix: UInt8) {
        self.space = space
        self.prefix = [prefix]
    }

    /// Messages set aside, by reason.
    public func count(_ reason: SetAsideReason) -> UInt64 { counts[Int(reason.code)] }

    /// All messages set aside.
    public var total: UInt64 { counts.reduce(0, +) }

    /// The latest, newest first.
    public func entries(countMax: Int) -> [Entry] {
        Array(latest.values.sorted { $0.number > $1.number }.prefix(max(countMax, 0)))
    }

    /// Counts and remembers one message; its texts are cut to ``ConsumerLimits/setAsideTextByteCountMax``.
    public mutating func add(_ order: SetAsideOrder) {
        counts[Int(order.reason.code)] += 1
        let number = total
        let place = UInt16(number % UInt64(ConsumerLimits.setAsideRowCountMax))
        let kept = SetAsideOrder(
            reason: order.reason, merchantID: Self.cut(order.merchantID), transactionID: Self.cut(order.transactionID),
            amountFen: order.amountFen, eventMillis: order.eventMillis)
        latest[place] = Entry(number: number, order: kept)
        changed.insert(place)
    }

    /// Rows that changed since ``takeChanges()``.
    public var changeCount: Int { changed.isEmpty ? 0 : changed.count + 1 }

    /// The changed rows, in key order.
    public mutating func takeChanges() -> [RowChange] {
        guard !changed.isEmpty else { return [] }
        var rows = [RowChange(space: space, key: countsKey, value: Bytes(encodedCounts))]
        for place in changed.sorted() {
            guard let entry = latest[place] else { continue }
            rows.append(RowChange(space: space, key: key(place), value: Bytes(Self.encoded(entry))))
        }
        changed = []
        return rows
    }

    /// Takes a row of the store; false where it is none of this ledger's or cannot be read.
    public mutating func restore(_ row: Row) -> Bool {
        let key = Array(row.key.slice)
        let value = Array(row.value.slice)
        if key == prefix + [0] {
            // Reasons that were added since come behind the others.
            let known = (value.count - 1) / 8
            guard value.count == 1 + 8 * known, known <= counts.count, value[0] == Self.version else { return false }
            for index in 0..<known {
                counts[index] = value[(1 + 8 * index)..<(9 + 8 * index)].reduce(0) { $0 << 8 | UInt64($1) }
            }
            return true
        }
        guard key.count == 4, key.starts(with: prefix + [1]), let entry = Self.entry(value) else { return false }
        latest[UInt16(key[2]) << 8 | UInt16(key[3])] = entry
        return true
    }

    private var countsKey: Bytes { Bytes(prefix + [0]) }

    private func key(_ place: UInt16) -> Bytes {
        Bytes(prefix + [1, UInt8(place >> 8), UInt8(truncatingIfNeeded: place)])
    }

    private var encodedCounts: [UInt8] {
        [Self.version]
            + counts.flatMap { count in
                stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: count >> UInt64($0)) }
            }
    }

    /// The text's first bytes, whole characters only.
    private static func cut(_ text: String) -> String {
        guard text.utf8.count > ConsumerLimits.setAsideTextByteCountMax else { return text }
        var kept = text
        while kept.utf8.count > ConsumerLimits.setAsideTextByteCountMax { kept.removeLast() }
        return kept
    }

    private static func encoded(_ entry: Entry) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("number", Int64(clamping: entry.number))
        writer.member("reason", entry.order.reason.rawValue)
        writer.member("merchant_id", entry.order.merchantID)
        writer.member("transaction_id", entry.order.transactionID)
        writer.member("amount", entry.order.amountFen)
        writer.member("event_millis", entry.order.eventMillis)
        writer.endObject()
        return writer.bytes
    }

    private static func entry(_ bytes: [UInt8]) -> Entry? {
        guard let root = try? JSONValue.parse(bytes), let number = root["number"]?.int64, number >= 0,
            let reason = root["reason"]?.string.flatMap(SetAsideReason.init),
            let merchant = root["merchant_id"]?.string,
            let transaction = root["transaction_id"]?.string, let amount = root["amount"]?.int64,
            let time = root["event_millis"]?.int64
        else { return nil }
        return Entry(
            number: UInt64(number),
            order: SetAsideOrder(
                reason: reason, merchantID: merchant, transactionID: transaction, amountFen: amount, eventMillis: time))
    }
}
