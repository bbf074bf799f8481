internal import AccessControl
internal import Engine
public import HTTPDataPlane
internal import MessageModel
internal import NIOCore
internal import Tillwire

extension NativeAPI: StreamingDataPlaneHandler {
    /// Whether the path is one whose lines are taken as they come.
    public func streamsBody(method: String, target: String) -> Bool {
        // Most paths are told apart by their last byte. None of these takes a query.
        guard target.utf8.last == UInt8(ascii: "m"), target.hasSuffix("/stream"), Self.serves(path: target),
            case .operation(let operation, _) = router.match(method: method, path: target)
        else { return false }
        return operation.streamsBody
    }

    /// Takes a request whose body comes in parts.
    public func handle(_ exchange: DataPlaneExchange, body: RequestBody) {
        // Counted when it is let in as a stream.
        begin(NativeExchange(exchange: exchange, counters: counters, permit: nil), body)
    }

    /// Reads the head of a stream of lines; answers it or begins it.
    func begin(_ admitted: NativeExchange, _ body: RequestBody) {
        do throws(NativeFault) {
            guard let call = try call(admitted, streaming: true) else { return }
            switch call.operation {
            case .sendMessages, .publishMessages: try beginSending(call, admitted, body)
            case .acknowledgeMessages, .releaseMessages, .extendMessages: try beginSettling(call, admitted, body)
            default: throw NativeFault(.internal, "no stream of lines")
            }
        } catch { admitted.answer(error.answer) }
    }

    private func beginSending(
        _ call: NativeCall, _ admitted: NativeExchange, _ body: RequestBody
    ) throws(NativeFault) {
        let source = try source(of: call)
        let keys = try sendKeys(call)
        let isForTopic = call.operation == .publishMessages
        try begin(call, admitted, body) { bytes, index in
            do throws(NativeFault) {
                let value = try NativeObject.parse(bytes)
                return .success(
                    try NativeMessage.read(value, isForTopic: isForTopic) { own throws(NativeFault) in
                        try keys.key(own: own, index: index)
                    })
            } catch { return .failure(error) }
        } perform: { lines in
            let results = await self.store(lines, in: source, call)
            return .init(bytes: Self.lines(of: results), isBroken: results.contains { Self.ends($0) })
        }
    }

    /// Stores the messages of a group; one result a line.
    private func store(
        _ lines: [Result<OutgoingMessage, NativeFault>], in source: SourceID, _ call: NativeCall
    ) async -> [Result<NativeStored, NativeFault>] {
        var messages: [OutgoingMessage] = []
        for line in lines { if case .success(let message) = line { messages.append(message) } }
        var stored: [Result<NativeStored, NativeFault>] = []
        if let fault = withdrawn(call) {
            stored = messages.map { _ in .failure(fault) }
        } else if !messages.isEmpty {
            stored = await outcomes(messages, in: source)
        }
        var rest = stored[...]
        return lines.map { line in
            if case .failure(let fault) = line { return .failure(fault) }
            return rest.popFirst() ?? .failure(NativeFault(.internal, "no result"))
        }
    }

    private func beginSettling(
        _ call: NativeCall, _ admitted: NativeExchange, _ body: RequestBody
    ) throws(NativeFault) {
        let queue = try settledQueue(call)
        try begin(call, admitted, body) { bytes, _ in
            self.wanted(bytes[...], call, of: queue)
        } perform: { lines in
            if let fault = self.withdrawn(call) {
                return .init(bytes: NativeResultLines.bytes(of: lines.map { _ in fault }), isBroken: true)
            }
            let faults = await self.settle(lines)
            self.counters.settled(UInt64(faults.count { $0 == nil }))
            return .init(
                bytes: Self.lines(of: faults), isBroken: faults.contains { ($0?.code.status ?? 0) >= 500 })
        }
    }

    /// Begins a stream of lines, among as many as may be under way.
    private func begin<Item: Sendable>(
        _ call: NativeCall, _ admitted: NativeExchange, _ body: RequestBody,
        read: @escaping @Sendable ([UInt8], Int) -> Result<Item, NativeFault>,
        perform: @escaping @Sendable ([Result<Item, NativeFault>]) async -> NativeLineStream<Item>.Done
    ) throws(NativeFault) {
        let place = try enterStream(call)
        let answer = admitted.stream()
        let task = Task { [streamGate, streams, time = broker.time] in
            var stream = NativeLineStream(
                body: body, answer: answer, gate: streamGate, time: time, read: read, perform: perform)
            await stream.run()
            streams.ended(place.id)
            withExtendedLifetime(place.permit) {}
        }
        streams.runs(place.id, task)
    }

    /// A place among the streams under way and among those of the caller's key, and its bytes among those of all streams.
    func enterStream(_ call: NativeCall) throws(NativeFault) -> (id: UInt64, permit: NativePermit) {
        guard !streams.isStopping else { throw NativeFault(.closed, "the daemon stops") }
        guard let permit = streamGate.enter(byteCount: NativeLimits.streamByteCount),
            let id = streams.reserve(
                for: call.caller.key?.id ?? "", ownerCountMax: NativeLimits.streamsPerKeyMax)
        else {
            throw NativeFault(.overloaded, "too many streams are under way, at all or of this key; try again later")
        }
        return (id, permit)
    }

    /// Why a stream that is under way may not go on: its key is gone, disabled, or has lost the right, or the secret that it was begun with was
    /// taken back. A stream may last longer than a key.
    func withdrawn(_ call: NativeCall) -> NativeFault? {
        guard let key = call.caller.key else { return nil }
        let now = authentication.keys.keyOrDecoy(key.id)
        guard !now.isDecoy, now.isEnabled, call.caller.proves(now) else { return .forbidden }
        let name = call.names.first ?? ""
        let isAllowed =
            call.operation == .publishMessages
            ? now.allows(.publishMessage, on: .topic(name)) : now.allows(call.operation.queueAction, on: .queue(name))
        return isAllowed ? nil : .forbidden
    }

    /// Whether nothing may be attempted behind a result: the store failed, or the right is gone.
    private static func ends(_ result: Result<NativeStored, NativeFault>) -> Bool {
        guard case .failure(let fault) = result else { return false }
        return fault.code.status >= 500 || fault.code == .forbidden
    }
}

extension NativeOperation {
    /// The right that sending, receiving or settling at a queue needs.
    var queueAction: APIAction {
        switch self {
        case .sendMessages: .sendMessage
        case .receiveMessages: .receiveMessage
        case .releaseMessages: .releaseMessage
        case .extendMessages: .extendMessage
        default: .deleteMessage
        }
    }
}
