internal import Engine
internal import MessageModel
internal import Synchronization

/// A message whose events are recorded, by the identity it has in every queue.
struct TracedMessage: Sendable {
    let source: SourceID
    let sequence: SequenceNumber
    /// Who received it.
    var consumer = ""
}

/// A row of `trace`: queue 4, kind 1, delivery 2, consumer counted; message and moment stand in the key.
enum TraceRow {
    static func encode(_ event: TraceEvent, under key: RowKey) -> [UInt8] {
        var row = RowWriter(reserving: 32)
        row.u32(event.queue.rawValue)
        row.u8(event.kind.rawValue)
        row.u16(min(event.deliveryCount, 0xFFFF))
        row.counted(Array(event.consumer.utf8))
        return row.sealed(under: key)
    }

    static func decode(_ value: RawSpan, at moment: Timestamp, under key: Span<UInt8>) throws(RowFault) -> TraceEvent {
        var row = try RowReader(value, under: key)
        let queue = QueueID(rawValue: try row.u32())
        guard let kind = TraceEvent.Kind(rawValue: try row.u8()) else { throw .field("trace kind") }
        let deliveryCount = try row.u16()
        let consumer = String(decoding: try row.counted(), as: UTF8.self)
        try row.done()
        return TraceEvent(kind: kind, queue: queue, at: moment, deliveryCount: deliveryCount, consumer: consumer)
    }
}

/// Deliveries of traced queues that wait to be written behind; bounded, what does not fit is counted and dropped. Thread-safe.
final class TraceLog: Sendable {
    private struct State {
        var pending: [(message: TracedMessage, event: TraceEvent)] = []
        var droppedCount: UInt64 = 0
    }

    private let state = Mutex(State())

    var isEmpty: Bool { state.withLock { $0.pending.isEmpty } }
    /// Events that did not fit.
    var droppedCount: UInt64 { state.withLock { $0.droppedCount } }

    func append(_ events: [(message: TracedMessage, event: TraceEvent)]) {
        state.withLock { state in
            let room = max(0, Limits.tracePendingCountMax - state.pending.count)
            state.pending += events.prefix(room)
            state.droppedCount += UInt64(max(0, events.count - room))
        }
    }

    func take(_ count: Int) -> [(message: TracedMessage, event: TraceEvent)] {
        state.withLock { state in
            let taken = Array(state.pending.prefix(count))
            state.pending.removeFirst(taken.count)
            return taken
        }
    }

    /// Puts back what a group took that was not committed.
    func giveBack(_ events: [(message: TracedMessage, event: TraceEvent)]) {
        guard !events.isEmpty else { return }
        state.withLock { $0.pending = events + $0.pending }
    }
}
