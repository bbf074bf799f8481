public import Engine
internal import CampaignRules
public import MessageModel
internal import TopicConsumer
public import Tillwire

extension DefinitionBook {
    /// Reads everything but orders and payers from the rows.
    ///
    /// - Throws: why the store did not give them; ``MessageModel/BrokerError/corrupted(_:)`` for a row that cannot be read, because counting without
    ///   it would count wrongly.
    public static func read<E: Engine>(
        consumer: ConsumerID, broker: Broker<E>
    ) async throws(BrokerError) -> DefinitionBook {
        var reading = BookReading<Definition>(DefinitionBook(consumer: consumer))
        let kinds = [
            KeeperRows.definitionKind, KeeperRows.figuresKind, KeeperRows.removedKind, KeeperRows.setAsideKind,
        ]
        for prefix in [KeeperRows.controlKey] + kinds.map({ Bytes([$0]) }) {
            var from = Bytes.empty
            while true {
                let rows = try await broker.rows(RowRead(space: .state(consumer), from: from, prefix: prefix))
                for row in rows { try reading.take(row) }
                guard rows.count == Limits.rowReadCountMax, let last = rows.last else { break }
                from = Bytes(Array(last.key.slice) + [0])
            }
        }
        return try reading.finished()
    }
}

/// Puts a book together from its rows, which come in key order kind by kind.
private struct BookReading<Definition: KeptDefinition> {
    private var book: DefinitionBook<Definition>
    private var figures: [UInt32: Definition.Figures] = [:]
    /// The definition whose parts are being gathered.
    private var gathered: (number: UInt32, partCount: Int, bytes: [UInt8])?

    init(_ book: DefinitionBook<Definition>) { self.book = book }

    mutating func take(_ row: Row) throws(BrokerError) {
        let key = Array(row.key.slice)
        let value = Array(row.value.slice)
        if row.key == KeeperRows.controlKey {
            guard let control = KeeperRows.control(value) else { throw Self.corrupted("the control row") }
            (book.nextNumber, book.clockMillis) = control
            return
        }
        if key.first == KeeperRows.setAsideKind {
            guard book.setAside.restore(row) else { throw Self.corrupted("a row of what was set aside") }
            return
        }
        guard let number = KeeperRows.number(key), number < book.nextNumber else {
            throw Self.corrupted("a row of a number that was never given out")
        }
        switch key.first {
        case KeeperRows.definitionKind: try gather(number, key, value)
        case KeeperRows.figuresKind:
            figures[number] = try Self.decoded { () throws(CampaignError) in try .init(encoded: value) }
        default: book.removed.insert(number)
        }
    }

    mutating func finished() throws(BrokerError) -> DefinitionBook<Definition> {
        try finishGathered()
        for (number, figures) in figures {
            guard book.kept[number] != nil else { throw Self.corrupted("figures without a definition") }
            book.kept[number]?.figures = figures
        }
        guard figures.count == book.kept.count else { throw Self.corrupted("a definition without figures") }
        guard book.numbers.count == book.kept.count else { throw Self.corrupted("two definitions of one id") }
        book.reindex()
        return book
    }

    private mutating func gather(_ number: UInt32, _ key: [UInt8], _ value: [UInt8]) throws(BrokerError) {
        guard key.count == 6 else { throw Self.corrupted("the key of a definition") }
        let part = Int(key[5])
        if let current = gathered, current.number == number {
            guard part == current.partCount else { throw Self.corrupted("a part of a definition is missing") }
            gathered = (number, part + 1, current.bytes + value)
            return
        }
        try finishGathered()
        guard part == 0 else { throw Self.corrupted("the first part of a definition is missing") }
        gathered = (number, 1, value)
    }

    private mutating func finishGathered() throws(BrokerError) {
        guard let (number, _, bytes) = gathered else { return }
        gathered = nil
        let definition = try Self.decoded { () throws(CampaignError) in try Definition(encoded: bytes) }
        book.kept[number] = .init(number: number, definition: definition, figures: .init())
        book.numbers[definition.id] = number
    }

    private static func decoded<Value>(_ read: () throws(CampaignError) -> Value) throws(BrokerError) -> Value {
        do throws(CampaignError) { return try read() } catch { throw corrupted(error.description) }
    }

    private static func corrupted(_ what: String) -> BrokerError {
        .corrupted("\(Definition.kind.rawValue)s: \(what)")
    }
}
