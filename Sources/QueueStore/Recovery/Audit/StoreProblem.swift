internal import Engine
internal import MessageModel

/// Something an audit found wrong. A new kind gets a case here, its words below, and what a repair may do about it in ``remedy``.
enum StoreProblem: Hashable {
    // MARK: Rows that cannot be read

    /// A key that is none of its table.
    case key(table: String, [UInt8])
    /// A row whose bytes are not those that were written.
    case row(table: String, [UInt8], RowFault)
    case entry(EntryID, RowFault)
    /// A block that is missing or damaged while rows name it.
    case block(UInt64, String)
    /// The block's number of owners cannot be read.
    case refs(UInt64, RowFault)
    /// Nil: the queue has messages, but nothing says what it is.
    case queueRow(QueueID, RowFault?)
    case topicRow(TopicID, RowFault)
    case subscriptionRow(TopicID, QueueID, RowFault)
    case dictionary(UInt16, RowFault)
    /// Nil: missing.
    case storeCounters(RowFault?)
    /// Nil: missing although the queue has messages.
    case queueCounters(QueueID, RowFault?)
    case topicCounters(TopicID, RowFault)

    // MARK: Rows that contradict others

    case overlap(EntryID)
    case slot(EntryID, member: Int, block: UInt64)
    case figure(QueueID, QueueFigure, counted: UInt64, found: UInt64)
    case nextSequence(QueueID, counted: SequenceNumber, end: SequenceNumber)
    case handedMark(QueueID)
    case topicSequence(TopicID, counted: SequenceNumber, end: SequenceNumber)
    case nextBlock(counted: UInt64, end: UInt64)
    case owners(UInt64, counted: UInt32?, found: UInt32)
    /// Several rows share a block, and not all say so.
    case unmarkedShare(UInt64, rows: UInt32, marked: UInt32)
    /// No row names the block.
    case orphan(UInt64)
    case dueMissing(DueID, rowFirst: SequenceNumber)
    case dueExtra(DueID)
    case sweepMissing(QueueID, Timestamp)
    case walkMissing(QueueID, Walk)

    /// A count of a queue.
    enum QueueFigure: String {
        case waiting
        case delayed
        case kept = "acknowledged"
        case rawBytes = "raw bytes"
    }
}

extension StoreProblem: CustomStringConvertible {
    /// One sentence for an operator.
    var description: String {
        switch self {
        case .key(let table, let key): "\(table): a key of \(key.count) bytes that is none"
        case .row(let table, let key, let fault): "\(table), key \(key.hexadecimal): \(fault.text)"
        case .entry(let id, let fault): "\(id.place): \(fault.text)"
        case .block(let block, let what): "payloads, block \(block): \(what)"
        case .refs(let block, let fault): "refs, block \(block): \(fault.text)"
        case .queueRow(let id, let fault?): "catalogue, queue \(id.rawValue): \(fault.text)"
        case .queueRow(let id, nil): "catalogue: queue \(id.rawValue) has messages and is missing"
        case .topicRow(let id, let fault): "catalogue, topic \(id.rawValue): \(fault.text)"
        case .subscriptionRow(let topic, let queue, let fault):
            "catalogue, subscription of queue \(queue.rawValue) to topic \(topic.rawValue): \(fault.text)"
        case .dictionary(let id, let fault): "catalogue, dictionary \(id): \(fault.text)"
        case .storeCounters(let fault): "counters of the store: \(fault?.text ?? "missing")"
        case .queueCounters(let id, let fault?): "counters, queue \(id.rawValue): \(fault.text)"
        case .queueCounters(let id, nil): "queue \(id.rawValue) has rows but no counters"
        case .topicCounters(let id, let fault): "counters, topic \(id.rawValue): \(fault.text)"
        default: contradiction
        }
    }

    private var contradiction: String {
        switch self {
        case .overlap(let id): "\(id.place): overlaps the row before it"
        case .slot(let id, let member, let block): "\(id.place): member \(member) has no slot in block \(block)"
        case .figure(let id, let figure, let counted, let found):
            "counters, queue \(id.rawValue): \(counted) \(figure.rawValue) counted, \(found) found"
        case .nextSequence(let id, let counted, let end):
            "counters, queue \(id.rawValue): rows up to \(end), next sequence \(counted)"
        case .handedMark(let id): "counters, queue \(id.rawValue): the handed mark is above the next sequence"
        case .topicSequence(let id, let counted, let end):
            "counters, topic \(id.rawValue): blocks up to \(end), next sequence \(counted)"
        case .nextBlock(let counted, let end): "counters of the store: blocks up to \(end), next block \(counted)"
        case .owners(let block, let counted, let found):
            "refs, block \(block): \(counted ?? 0) owners counted, \(found) found"
        case .unmarkedShare(let block, let rows, let marked):
            "block \(block): \(rows) rows share it, \(marked) say so"
        case .orphan(let block): "payloads: block \(block) has no owner"
        case .dueMissing(let id, _): "due: nothing wakes queue \(id.queue.rawValue), sequence \(id.sequence)"
        case .dueExtra(let id):
            "due: a row for queue \(id.queue.rawValue), sequence \(id.sequence) that nothing waits for"
        case .sweepMissing(let id, let at):
            "counters, queue \(id.rawValue): nothing sweeps it at \(at.milliseconds)"
        case .walkMissing(let id, let walk): "due: nothing goes on with the \(walk) of queue \(id.rawValue)"
        default: ""
        }
    }
}

extension StoreProblem {
    /// What a repair may do about it.
    enum Remedy {
        /// It is rebuilt from other rows, and nothing is lost.
        case rebuild
        /// Something is lost for good: only where the operator says so.
        case loss
        /// Nothing: a person has to look.
        case none
    }

    var remedy: Remedy {
        switch self {
        case .refs, .storeCounters, .queueCounters, .topicCounters, .figure, .nextSequence, .handedMark, .topicSequence,
            .nextBlock, .owners, .unmarkedShare, .orphan, .dueMissing, .dueExtra, .sweepMissing, .walkMissing:
            .rebuild
        case .key(let table, let key): Self.remedy(ofKey: key, in: table)
        case .row, .entry, .block, .queueRow, .topicRow, .subscriptionRow, .dictionary, .slot: .loss
        case .overlap: .none
        }
    }

    /// Rows of `due` and `refs` say nothing that other rows do not say; a row of `due` of a kind to come is not for this program to judge.
    private static func remedy(ofKey key: [UInt8], in table: String) -> Remedy {
        switch table {
        case "due": key.count == 19 ? .none : .rebuild
        case "refs": .rebuild
        case "counters": .none
        default: .loss
        }
    }

    /// Whether it may be a mere consequence of index rows that cannot be read: as long as there are such, nothing is freed for want of a row.
    var dependsOnEveryRow: Bool {
        switch self {
        case .orphan, .dueExtra, .refs: true
        case .owners(_, let counted, let found): (counted ?? .max) > found
        default: false
        }
    }

    /// Repairs go stage by stage, because the rows of one are the truth for the next.
    var stage: Int {
        switch self {
        case .key, .row, .entry, .block, .queueRow, .topicRow, .subscriptionRow, .slot, .overlap: 0
        case .dictionary, .refs, .unmarkedShare: 1
        default: 2
        }
    }
}

extension EntryID {
    /// For a report.
    var place: String { "entries, queue \(queue.rawValue), sequence \(first)" }
}

extension [UInt8] {
    /// Two lower-case digits a byte.
    var hexadecimal: String {
        let digits = Array<UInt8>("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
