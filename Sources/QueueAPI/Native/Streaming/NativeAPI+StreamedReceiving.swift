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
    /// Messages until the end; nil where only the quiet ends it.
    let countMax: UInt64?
    /// It ends when no message came for so long.
    let quietMillis: UInt64
}

extension NativeAPI {
    /// Begins a stream of deliveries; answered where it may not begin.
    func beginStreamedReceive(_ call: NativeCall, _ admitted: NativeExchange) throws(NativeFault) {
        let receive = try streamedReceive(call)
        let place = try enterStream()
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

    /// Leases and writes messages until their number, the quiet, the client or the daemon ends it. What could not be written is visible to
    /// others at once.
    private func deliver(_ receive: NativeStreamedReceive, _ call: NativeCall, _ answer: AnswerStream) async {
        var request = receive.request
        var left = receive.countMax ?? .max
        var countMax = NativeLimits.streamReceiveCountFirst
        var quietSince = broker.time.now.milliseconds
        while left > 0, !Task.isCancelled {
            if let fault = withdrawn(call) {
                _ = await answer.write(ByteBuffer(bytes: NativeResultLines.bytes(of: [fault])))
                return
            }
            let quiet = broker.time.now.milliseconds - min(quietSince, broker.time.now.milliseconds)
            request.countMax = Int(min(UInt64(countMax), left))
            request.waitMillis = min(receive.quietMillis - min(quiet, receive.quietMillis), Limits.pollMillisMax)
            let deliveries: [Delivery<E.Receipt>]
            do throws(BrokerError) { deliveries = try await broker.receive(request) } catch {
                // Ended because the daemon stops, or because the client is gone: nothing was leased.
                if case .cancelled = error { return }
                _ = await answer.write(ByteBuffer(bytes: NativeResultLines.bytes(of: [NativeFault(error)])))
                return
            }
            guard !deliveries.isEmpty else {
                if request.waitMillis + quiet >= receive.quietMillis { return }
                continue
            }
            left -= UInt64(deliveries.count)
            guard await write(deliveries, to: answer) else { return }
            quietSince = broker.time.now.milliseconds
            let byteCount = deliveries.reduce(0) { $0 + $1.body.count + $1.properties.encoded.count }
            // As many more as make one piece or two: what is leased waits for the client.
            let average = max(byteCount / deliveries.count, 1)
            countMax = min(max(NativeLimits.streamGroupByteCountMax / average, 1), Limits.batchCountMax)
        }
    }

    /// Writes deliveries in pieces; false where the client takes no more.
    private func write(_ deliveries: [Delivery<E.Receipt>], to answer: AnswerStream) async -> Bool {
        let queues = deliveries.contains { $0.origin != nil } ? Self.names(broker.topology) : [:]
        var rest = deliveries[...]
        while !rest.isEmpty {
            var bytes: [UInt8] = []
            var receipts: [E.Receipt] = []
            while bytes.count < NativeLimits.streamPieceByteCount, let delivery = rest.popFirst() {
                var writer = JSONWriter(appendingTo: bytes)
                Self.write(delivery, broker, queues, to: &writer)
                bytes = writer.bytes
                bytes.append(0x0A)
                receipts.append(delivery.receipt)
            }
            counters.received(UInt64(receipts.count))
            let isTaken = await answer.write(ByteBuffer(bytes: bytes)) { [broker, receipts] isWritten in
                if !isWritten { Task { await Self.giveBack(receipts, to: broker) } }
            }
            guard isTaken else {
                await Self.giveBack(rest.map(\.receipt), to: broker)
                return false
            }
        }
        return true
    }
}
