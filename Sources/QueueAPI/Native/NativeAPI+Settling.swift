internal import AccessControl
internal import BoundedJSON
internal import Engine
internal import HTTPDataPlane
internal import MessageModel
internal import Tillwire

extension NativeAPI {
    /// What is to be done with one delivery, or why its line is wrong.
    typealias Wanted = Result<Settlement<E.Receipt>, NativeFault>

    /// Acknowledges, releases or extends; one result per receipt, in order.
    func settle(_ call: NativeCall) async throws(NativeFault) -> NativeAnswer {
        let queue = try settledQueue(call)
        let wanted = call.sendsLines ? try lines(call, of: queue) : try list(call, of: queue)
        let faults = await settle(wanted)
        counters.settled(UInt64(faults.count { $0 == nil }))
        return call.sendsLines ? NativeAnswer(lines: Self.lines(of: faults)) : Self.object(faults)
    }

    /// The queue whose deliveries a call may settle.
    func settledQueue(_ call: NativeCall) throws(NativeFault) -> QueueEntry {
        let name = try call.name
        try call.caller.require(call.operation.queueAction, on: .queue(name.text))
        return try readableQueue(name)
    }

    private func list(_ call: NativeCall, of queue: QueueEntry) throws(NativeFault) -> [Wanted] {
        let extra = call.operation.settleMember
        let object = try NativeObject(body: call.body, allowed: ["receipts"] + (extra.map { [$0] } ?? []))
        let action = try action(call.operation, object, of: queue)
        guard let receipts = try object.texts("receipts", countMax: Limits.batchCountMax), !receipts.isEmpty else {
            throw NativeFault(.invalidValue, "receipts must be a list of 1 to \(Limits.batchCountMax) strings")
        }
        return receipts.map { text in Self.wanted(text, action, queue) }
    }

    private func lines(_ call: NativeCall, of queue: QueueEntry) throws(NativeFault) -> [Wanted] {
        try NativeLines.split(call.body).map { wanted($0, call, of: queue) }
    }

    /// What one line asks for.
    func wanted(_ line: ArraySlice<UInt8>, _ call: NativeCall, of queue: QueueEntry) -> Wanted {
        let allowed = ["receipt"] + (call.operation.settleMember.map { [$0] } ?? [])
        do throws(NativeFault) {
            let object = try NativeObject(try NativeObject.parse(Array(line)), allowed: allowed, place: "the line")
            let action = try action(call.operation, object, of: queue)
            guard let text = try object.text("receipt") else {
                throw NativeFault(.invalidValue, "receipt must be a string")
            }
            return Self.wanted(text, action, queue)
        } catch { return .failure(error) }
    }

    private func action(
        _ operation: NativeOperation, _ object: NativeObject, of queue: QueueEntry
    ) throws(NativeFault) -> Settlement<E.Receipt>.Action {
        switch operation {
        case .releaseMessages:
            return .release(delayMillis: try object.integer("delay_millis", 0...Limits.delayMillisMax) ?? 0)
        case .extendMessages:
            let millis = try object.integer("visibility_millis", 1...Limits.visibilityMillisMax)
            return .extend(visibilityMillis: millis ?? queue.attributes.visibilityMillis)
        default: return .acknowledge
        }
    }

    /// A receipt of another queue would settle there, where the caller may have no right.
    private static func wanted(
        _ text: String, _ action: Settlement<E.Receipt>.Action, _ queue: QueueEntry
    ) -> Wanted {
        guard let receipt = E.Receipt(text: text), receipt.queue == queue.id else {
            return .failure(NativeFault(.receiptInvalid))
        }
        return .success(Settlement(receipt, action))
    }

    /// Why each was not done; nil where it was.
    func settle(_ list: [Wanted]) async -> [NativeFault?] {
        var faults: [NativeFault?] = list.map { if case .failure(let fault) = $0 { fault } else { nil } }
        // The same said twice is done once and answered twice, as it is when it comes in two requests.
        var places: [E.Receipt: Int] = [:]
        var repeats: [(place: Int, first: Int)] = []
        var good: [(Int, Settlement<E.Receipt>)] = []
        for (place, wanted) in list.enumerated() {
            guard case .success(let settlement) = wanted else { continue }
            if let first = places[settlement.receipt], case .success(let earlier) = list[first],
                earlier.action == settlement.action
            {
                repeats.append((place, first))
            } else {
                places[settlement.receipt] = place
                good.append((place, settlement))
            }
        }
        var rest = good[...]
        while !rest.isEmpty {
            let part = rest.prefix(Limits.batchCountMax)
            rest = rest.dropFirst(part.count)
            do throws(BrokerError) {
                let outcomes = try await broker.settle(part.map(\.1))
                for (settlement, outcome) in zip(part, outcomes) {
                    if case .refused(let reason) = outcome { faults[settlement.0] = NativeFault(reason) }
                }
            } catch {
                for settlement in part { faults[settlement.0] = NativeFault(error) }
            }
        }
        for again in repeats { faults[again.place] = faults[again.first] }
        return faults
    }

    /// One line a result.
    static func lines(of faults: [NativeFault?]) -> [UInt8] {
        var bytes: [UInt8] = []
        for fault in faults {
            var writer = JSONWriter(appendingTo: bytes)
            write(fault, to: &writer)
            bytes = writer.bytes
            bytes.append(0x0A)
        }
        return bytes
    }

    private static func object(_ faults: [NativeFault?]) -> NativeAnswer {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("results")
        writer.beginArray()
        for fault in faults { write(fault, to: &writer) }
        writer.endArray()
        writer.endObject()
        return NativeAnswer(status: 200, json: writer.bytes)
    }

    private static func write(_ fault: NativeFault?, to writer: inout JSONWriter) {
        writer.beginObject()
        if let fault { fault.write(to: &writer) } else { writer.member("done", true) }
        writer.endObject()
    }
}

extension NativeOperation {
    /// The member besides the receipts.
    fileprivate var settleMember: String? {
        switch self {
        case .releaseMessages: "delay_millis"
        case .extendMessages: "visibility_millis"
        default: nil
        }
    }
}
