internal import AccessControl
internal import BoundedJSON
internal import Engine
internal import HTTPDataPlane
internal import MessageModel
internal import Tillwire

/// One message of a request of its own, read and on its way to the store with others.
struct NativeSingleSend: Sendable {
    let exchange: NativeExchange
    let source: SourceID
    let message: OutgoingMessage

    /// What it counts in a batch.
    var byteCount: Int { message.body.count + message.properties.encoded.count }
}

extension NativeAPI {
    /// Where the messages of a call go.
    ///
    /// - Throws: ``NativeFault``: without the right always the same, whether there is such an entity or not.
    func source(of call: NativeCall) throws(NativeFault) -> SourceID {
        let name = try call.name
        if call.operation == .publishMessages {
            try call.caller.require(.publishMessage, on: .topic(name.text))
            return .topic(try topic(name).id)
        }
        try call.caller.require(.sendMessage, on: .queue(name.text))
        return .queue(try queue(name).id)
    }

    /// The one message of a JSON body.
    func singleMessage(_ call: NativeCall) throws(NativeFault) -> OutgoingMessage {
        let keys = try sendKeys(call)
        return try NativeMessage.read(
            try NativeObject.parse(call.body), isForTopic: call.operation == .publishMessages
        ) { own throws(NativeFault) in try keys.key(own: own, index: nil) }
    }

    func sendKeys(_ call: NativeCall) throws(NativeFault) -> NativeSendKeys {
        try NativeSendKeys(
            call.exchange.request.headers, caller: call.caller, nonceLifetime: settings.nonceLifetime)
    }

    /// Stores single messages of many requests, those of one queue or topic together, and answers them.
    func store(_ sends: [NativeSingleSend]) async {
        var groups: [SourceID: [NativeSingleSend]] = [:]
        for send in sends { groups[send.source, default: []].append(send) }
        if let only = groups.first, groups.count == 1 { return await store(only.value, in: only.key) }
        await withTaskGroup(of: Void.self) { tasks in
            for (source, group) in groups { tasks.addTask { await self.store(group, in: source) } }
        }
    }

    private func store(_ sends: [NativeSingleSend], in source: SourceID) async {
        var rest = sends[...]
        while let first = rest.first {
            var count = 1
            var byteCount = first.byteCount
            for send in rest.dropFirst().prefix(Limits.batchCountMax - 1) {
                byteCount += send.byteCount
                if byteCount > Limits.batchByteCountMax { break }
                count += 1
            }
            let part = rest.prefix(count)
            rest = rest.dropFirst(count)
            let results = await outcomes(part.map(\.message), in: source)
            for (send, result) in zip(part, results) { answer(send, result) }
        }
    }

    private func answer(_ send: NativeSingleSend, _ result: Result<NativeStored, NativeFault>) {
        switch result {
        case .success(let stored):
            var writer = JSONWriter(reservingByteCount: 64)
            stored.write(to: &writer)
            send.exchange.answer(NativeAnswer(status: stored.isDuplicate ? 200 : 201, json: writer.bytes))
        case .failure(let fault): send.exchange.answer(fault.answer)
        }
    }

    /// Stores messages, at most the engine's batch; one result each, in order.
    func outcomes(
        _ messages: [OutgoingMessage], in source: SourceID
    ) async -> [Result<NativeStored, NativeFault>] {
        let outcomes: [SendOutcome]
        do throws(BrokerError) { outcomes = try await send(messages, to: source) } catch {
            let fault = NativeFault(error)
            return messages.map { _ in .failure(fault) }
        }
        var storedCount: UInt64 = 0
        let results: [Result<NativeStored, NativeFault>] = outcomes.map { outcome in
            switch outcome {
            case .stored(let sequence):
                storedCount += 1
                return .success(.init(id: broker.messageID(source: source, sequence: sequence), isDuplicate: false))
            case .duplicate(let sequence):
                return .success(.init(id: broker.messageID(source: source, sequence: sequence), isDuplicate: true))
            case .refused(let reason): return .failure(fault(reason, source))
            }
        }
        counters.sent(stored: storedCount, duplicates: UInt64(results.count { (try? $0.get())?.isDuplicate ?? false }))
        return results
    }

    private func fault(_ reason: BrokerError, _ source: SourceID) -> NativeFault {
        // A topic of payments has a subscription that nobody can remove: without it the fault is ours and never the publisher's.
        if case .noMatchingSubscription = reason,
            let topic = broker.topology.topics.values.first(where: { $0.id == source.topicID }),
            moneyRules.topics.contains(topic.name)
        {
            return NativeFault(
                .internal, "the topic carries payments and has lost its subscription; nothing was stored")
        }
        return NativeFault(reason)
    }

    /// Stores the lines of an NDJSON body in their order and answers with a line each.
    ///
    /// A line that is wrong by itself is passed over. Where the store fails, nothing behind the failure is attempted, so that what is sent again
    /// keeps its order.
    func sendLines(_ call: NativeCall) async throws(NativeFault) -> NativeAnswer {
        let source = try source(of: call)
        let keys = try sendKeys(call)
        let lines = try NativeLines.split(call.body)
        var results: [Result<NativeStored, NativeFault>] = []
        var chunk = NativeChunk()
        var isBroken = false
        func flush() async {
            let stored = await outcomes(chunk.messages, in: source)
            for (place, result) in zip(chunk.places, stored) {
                results[place] = result
                if case .failure(let fault) = result, fault.code.status >= 500 { isBroken = true }
            }
            chunk = NativeChunk()
        }
        for (index, line) in lines.enumerated() {
            if isBroken {
                results.append(.failure(NativeFault(.notAttempted, "a line before this one failed; send it again")))
                continue
            }
            do throws(NativeFault) {
                let value = try NativeObject.parse(Array(line))
                let message = try NativeMessage.read(
                    value, isForTopic: call.operation == .publishMessages
                ) { own throws(NativeFault) in try keys.key(own: own, index: index) }
                if !chunk.takes(message) { await flush() }
                chunk.add(message, place: index)
                // Replaced when the chunk is stored.
                results.append(.failure(NativeFault(.notAttempted, "a line before this one failed; send it again")))
            } catch { results.append(.failure(error)) }
        }
        if !chunk.messages.isEmpty, !isBroken { await flush() }
        return NativeAnswer(lines: Self.lines(of: results))
    }

    /// One line a result.
    static func lines(of results: [Result<NativeStored, NativeFault>]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(results.count * 64)
        for result in results {
            var writer = JSONWriter(appendingTo: bytes)
            switch result {
            case .success(let stored): stored.write(to: &writer)
            case .failure(let fault):
                writer.beginObject()
                fault.write(to: &writer)
                writer.endObject()
            }
            bytes = writer.bytes
            bytes.append(0x0A)
        }
        return bytes
    }
}

/// What became of a message that is in the store.
struct NativeStored: Sendable, Hashable {
    let id: MessageID
    let isDuplicate: Bool

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id.description)
        writer.member("duplicate", isDuplicate)
        writer.endObject()
    }
}

/// Messages that go to the store together.
struct NativeChunk: Sendable {
    private(set) var messages: [OutgoingMessage] = []
    private(set) var places: [Int] = []
    private var byteCount = 0

    /// Whether the message fits too.
    func takes(_ message: OutgoingMessage) -> Bool {
        messages.isEmpty
            || messages.count < Limits.batchCountMax && byteCount + Self.size(message) <= Limits.batchByteCountMax
    }

    mutating func add(_ message: OutgoingMessage, place: Int) {
        messages.append(message)
        places.append(place)
        byteCount += Self.size(message)
    }

    private static func size(_ message: OutgoingMessage) -> Int {
        message.body.count + message.properties.encoded.count
    }
}
