internal import BoundedJSON
internal import Engine
internal import HTTPDataPlane
internal import MessageModel
internal import NIOCore
internal import Tillwire

/// A receive whose messages go out as they come.
struct NativeStreamedReceive: Sendable {
    /// One receive of it.
    var request: ReceiveRequest
    /// The queue it receives from.
    let queue: EntityName
    /// Messages until the end; nil where only the quiet ends it.
    let countMax: UInt64?
    /// It ends when no message came for so long.
    let quietMillis: UInt64
}

extension NativeAPI {
    /// Begins a stream of deliveries; answered where it may not begin.
    func beginStreamedReceive(_ call: NativeCall, _ admitted: NativeExchange) throws(NativeFault) {
        let receive = try streamedReceive(call)
        let place = try enterStream(call)
        let answer = admitted.stream()
        let task = Task { [streams] in
            await deliver(receive, call, answer)
            answer.finish()
            streams.ended(place.id)
            withExtendedLifetime(place.permit) {}
        }
        streams.runs(place.id, task)
        answer.onClientGone { task.cancel() }
    }

    /// Leases and writes messages until their number, the quiet, the client or the daemon ends it. What was not written at all is visible to
    /// others at once; what was written in part may have been read, and comes back when its lease ends.
    private func deliver(_ receive: NativeStreamedReceive, _ call: NativeCall, _ answer: AnswerStream) async {
        // Nothing is leased before the answer has its turn on the connection.
        guard await answer.write(ByteBuffer()) else { return }
        var request = receive.request
        var left = receive.countMax ?? .max
        var countMax: Int?
        var quietSince = broker.time.now.milliseconds
        while left > 0, !Task.isCancelled {
            if let fault = withdrawn(call) { return await say(fault, to: answer) }
            let quiet = broker.time.now.milliseconds - min(quietSince, broker.time.now.milliseconds)
            request.waitMillis = min(receive.quietMillis - min(quiet, receive.quietMillis), Limits.pollMillisMax)
            let deliveries: [Delivery<E.Receipt>]
            do throws(BrokerError) {
                deliveries = try await lease(countMax, upTo: left, &request, from: receive.queue)
            } catch {
                // Ended because the daemon stops, or because the client is gone: nothing was leased.
                if case .cancelled = error { return }
                return await say(NativeFault(error), to: answer)
            }
            guard !deliveries.isEmpty else {
                if request.waitMillis + quiet >= receive.quietMillis { return }
                countMax = nil
                continue
            }
            if let fault = withdrawn(call) {
                await Self.giveBack(deliveries.map(\.receipt), to: broker)
                return await say(fault, to: answer)
            }
            guard let writtenCount = await write(deliveries, to: answer) else { return }
            left -= UInt64(writtenCount)
            quietSince = broker.time.now.milliseconds
            let byteCount = deliveries.reduce(0) { $0 + $1.body.count + $1.properties.encoded.count }
            // As many more as make one piece or two: what is leased waits for the client.
            let average = max(byteCount / deliveries.count, 1)
            countMax = min(max(NativeLimits.streamGroupByteCountMax / average, 1), NativeLimits.streamReceiveCountMax)
        }
    }

    /// Leases messages of at most ``NativeLimits/receivedByteCountMax``, unless it is one.
    ///
    /// So many are asked for as make that if all are as large as the queue allows; more where more are wanted and there is room for what they could
    /// bring. What came beyond it is then given back at once.
    private func lease(
        _ wantedCount: Int?, upTo left: UInt64, _ request: inout ReceiveRequest, from queue: EntityName
    ) async throws(BrokerError) -> [Delivery<E.Receipt>] {
        let largest = max(broker.topology.queues[queue]?.attributes.bodyByteCountMax ?? Limits.bodyByteCountMax, 1)
        let safeCount = min(max(NativeLimits.receivedByteCountMax / largest, 1), Limits.batchCountMax)
        var count = Int(min(UInt64(wantedCount ?? safeCount), left))
        var permit: NativePermit?
        if count > safeCount {
            permit = streamReceiveGate.enter(byteCount: count * largest)
            // What could bring much does not wait: others want the room.
            if permit == nil { count = safeCount } else { request.waitMillis = 0 }
        }
        request.countMax = count
        let deliveries = try await broker.receive(request)
        let kept = Self.fitting(deliveries)
        await Self.giveBack(deliveries[kept.count...].map(\.receipt), to: broker)
        withExtendedLifetime(permit) {}
        return Array(kept)
    }

    /// Ends the stream with a line that says why.
    private func say(_ fault: NativeFault, to answer: AnswerStream) async {
        _ = await answer.write(ByteBuffer(bytes: NativeResultLines.bytes(of: [fault])))
    }

    /// Writes deliveries in pieces, but for those whose lease has ended meanwhile: they are others' by now. Returns how many were written; nil where the
    /// client takes no more.
    private func write(_ deliveries: [Delivery<E.Receipt>], to answer: AnswerStream) async -> Int? {
        let queues = deliveries.contains { $0.origin != nil } ? Self.names(broker.topology) : [:]
        var rest = deliveries[...]
        var writtenCount = 0
        while !rest.isEmpty {
            let now = broker.time.now
            var bytes: [UInt8] = []
            var receipts: [E.Receipt] = []
            while bytes.count < NativeLimits.streamPieceByteCount, let delivery = rest.popFirst() {
                guard delivery.hiddenUntil > now else { continue }
                var writer = JSONWriter(appendingTo: bytes)
                Self.write(delivery, broker, queues, to: &writer)
                bytes = writer.bytes
                bytes.append(0x0A)
                receipts.append(delivery.receipt)
            }
            guard !receipts.isEmpty else { break }
            writtenCount += receipts.count
            counters.received(UInt64(receipts.count))
            let isTaken = await answer.write(ByteBuffer(bytes: bytes)) { [broker, receipts] isWritten in
                if !isWritten { Task { await Self.giveBack(receipts, to: broker) } }
            }
            guard isTaken else {
                await Self.giveBack(rest.map(\.receipt), to: broker)
                return nil
            }
        }
        return writtenCount
    }
}
