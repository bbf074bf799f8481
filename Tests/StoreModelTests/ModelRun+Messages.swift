import Engine
import MessageModel
import QueueStore
import TestSupport
import Tillwire

extension ModelRun {
    /// A fault, once in a while.
    var side: CommitFaults.Side? { hasFaults && random(25) == 0 ? (random(2) == 0 ? .before : .after) : nil }

    // MARK: Sends

    func send(_ name: String) async throws {
        if name == "tight" { try await converge() }
        let count = random(3) == 0 ? 1 + random(12) : 1
        let life = model.queues[name]?.lifeMillis ?? .max
        var outgoing: [OutgoingMessage] = []
        var numbers: [Int] = []
        for _ in 0..<count {
            let message = model.makeMessage()
            let delay = random(4) == 0 ? min(UInt64(1 + random(30_000)), life - 1) : 0
            let key = random(3) == 0 ? try IdempotencyKey("k\(random(24))", lifetime: .replayGuard) : nil
            outgoing.append(
                OutgoingMessage(body: message.body, properties: try message.properties, delayMillis: delay, key: key))
            numbers.append(message.number)
        }
        note("send \(count) from \(numbers[0]) to \(name), delays \(outgoing.map(\.delayMillis))")
        let target = try queue(name)
        let batch = outgoing
        model.advance(to: now)
        let (outcome, fault) = try await withFault(side) { () async throws(BrokerError) in try await target.send(batch)
        }
        var outcomes: [SendOutcome?] = Array(repeating: nil, count: count)
        switch outcome {
        case .success(let found): outcomes = found
        case .failure(.outcomeUnknown):
            guard fault == .after else { return forget() }
        case .failure(.overloaded) where fault != nil: return forget()
        case .failure(let reason): return fail("send: \(reason)")
        }
        for (index, outcome) in outcomes.enumerated() { took(batch[index], numbers[index], name, outcome, target.id) }
        if fault != nil { forget() }
    }

    /// What became of one message; an outcome that is nil was never told, but the group is on the disk.
    private func took(
        _ message: OutgoingMessage, _ number: Int, _ name: String, _ outcome: SendOutcome?, _ id: QueueID
    ) {
        let keyName = message.key.map { "\(id.rawValue) \($0.bytes.text ?? "")" }
        if let keyName, let known = model.keys[keyName], known.expiresAt > now {
            if let outcome, case .duplicate(let sequence) = outcome {
                check(known.sequence == nil || known.sequence == sequence, "\(number): a repeat of another message")
            } else if outcome != nil {
                fail("\(number): \(String(describing: outcome)) instead of a repeat")
            }
            return
        }
        let bounds = model.bounds(name, at: now)
        let held = bounds.waiting + bounds.delayed + bounds.either
        let most = Int(model.queues[name]?.attributes.messageCountMax ?? 1_000_000)
        switch outcome {
        case .refused(.queueFull):
            check(held + bounds.maybe >= most, "\(number): refused as full with \(held)")
            return
        case .stored(let sequence):
            check(held < most, "\(number): stored with \(held) of \(most)")
            check(model.remember(number, messageID(id, sequence)), "\(number): another id")
        case nil: if held >= most { return }
        default: return fail("\(number): \(String(describing: outcome))")
        }
        model.queues[name]?.add(number: number, at: now, delayMillis: message.delayMillis)
        guard let keyName else { return }
        var sequence: SequenceNumber?
        if case .stored(let found) = outcome { sequence = found }
        model.keys[keyName] = (sequence, now + 600_000)
    }

    private func messageID(_ queue: QueueID, _ sequence: SequenceNumber) -> MessageID {
        engine.messageID(source: .queue(queue), sequence: sequence)
    }

    /// One message, without delay and key.
    func sendOne(_ name: String) async throws {
        let message = model.makeMessage()
        note("send \(message.number) to \(name)")
        try await queue(name).send(message.body, properties: message.properties)
        model.queues[name]?.add(number: message.number, at: now)
    }

    /// Memory is lost. The send that meets the fault is made again: a store whose commits fail one after another gives up.
    func crash(_ name: String) async throws {
        let message = model.makeMessage()
        note("crash, send \(message.number) to \(name)")
        let target = try queue(name)
        let (body, properties) = (message.body, try message.properties)
        let (outcome, fault) = try await withFault(.before) { () async throws(BrokerError) in
            try await target.send(body, properties: properties)
        }
        check(fault == .before, "no commit met the fault: \(outcome)")
        forget()
        // Where a group of the background met it, the send went well.
        if case .failure = outcome { try await target.send(body, properties: properties) }
        model.queues[name]?.add(number: message.number, at: now)
    }

    func publish(_ topic: String) async throws {
        try await converge()
        let message = model.makeMessage()
        note("publish \(message.number) to \(topic)")
        let targets = model.targets(topic, message)
        let outgoing = OutgoingMessage(body: message.body, properties: try message.properties)
        let (outcome, fault) = try await withFault(side) { () async throws(BrokerError) in
            try await broker.topic(EntityName(topic)).publish([outgoing])
        }
        defer { if fault != nil { forget() } }
        let total = model.bounds("tight", at: now)
        let most = Int(model.queues["tight"]?.attributes.messageCountMax ?? 1_000_000)
        let held = total.waiting + total.delayed + total.either
        let isTight = targets.contains("tight")
        switch outcome {
        case .success(let outcomes):
            switch outcomes.first {
            case .stored:
                check(!targets.isEmpty, "\(message.number): stored, but nobody takes it")
                check(!isTight || held < 2 * most, "\(message.number): stored beyond twice the limit")
            case .refused(.noMatchingSubscription):
                return check(targets.isEmpty, "\(message.number): \(targets) should have taken it")
            case .refused(.queueFull):
                return check(isTight && held + total.maybe >= 2 * most, "\(message.number): refused with \(held)")
            default: return fail("\(message.number): \(outcomes)")
            }
        case .failure(.outcomeUnknown) where fault == .after:
            if targets.isEmpty || isTight && held >= 2 * most { return }
        case .failure(.outcomeUnknown) where fault == .before: return
        case .failure(.overloaded) where fault != nil: return
        case .failure(let reason): return fail("publish: \(reason)")
        }
        for name in targets {
            model.queues[name]?.add(number: message.number, at: now)
            guard name == "tight", total.waiting + total.either + total.maybe >= most,
                let last = model.queues[name]?.copies.indices.last
            else { continue }
            model.queues[name]?.copies[last].phase = .overflow
        }
    }

    // MARK: Receives

    /// Receives once and compares.
    @discardableResult
    func receive(_ name: String, max countMax: Int) async throws -> Int {
        let visibility = UInt64(1 + random(Int(ModelQueue.leaseMillisMax)))
        let target = try queue(name)
        model.advance(to: now)
        let (outcome, fault) = try await withFault(side) { () async throws(BrokerError) in
            try await target.receive(max: countMax, visibilityMillis: visibility)
        }
        defer { if fault != nil { forget() } }
        var messages: [Message<Store>] = []
        switch outcome {
        case .success(let found): messages = found
        case .failure(.outcomeUnknown) where fault != nil, .failure(.overloaded) where fault != nil: return 0
        case .failure(let reason): fail("receive: \(reason)")
        }
        note(
            "receive \(countMax) of \(name) for \(visibility): \(messages.map { ModelMessage.number(of: $0.body) ?? 0 })"
        )
        let isPaused = model.queues[name]?.attributes.isPaused ?? false
        check(!isPaused || messages.isEmpty, "a paused queue gave \(messages.count)")
        for message in messages { took(message, name, visibility) }
        guard messages.isEmpty, !isPaused, fault == nil else { return messages.count }
        let missed = model.queues[name]?.copies.filter { $0.mustBeDelivered(at: now) } ?? []
        check(missed.isEmpty, "\(name) gave nothing and holds \(missed.map { "\($0.number) \($0)" })")
        model.queues[name]?.pass(at: now)
        return 0
    }

    private func took(_ message: Message<Store>, _ name: String, _ visibility: UInt64) {
        guard let number = ModelMessage.number(of: message.body) else { return fail("a body that nobody sent") }
        let expected = ModelMessage(number: number)
        check(message.body == expected.body, "\(number): another body")
        check(message.properties == (try? expected.properties), "\(number): other properties")
        check(model.remember(number, message.id), "\(number): another id")
        check(message.hiddenUntil.milliseconds == now + visibility, "\(number): hidden until \(message.hiddenUntil)")
        let copies = model.queues[name]?.copies ?? []
        guard
            let index = copies.firstIndex(where: { copy in
                copy.number == number && copy.mayBeDelivered(at: now) && isTold(copy, by: message)
            })
        else {
            return fail(
                "\(name) gave \(number), count \(message.deliveryCount), origin \(String(describing: message.origin)), at \(now - 1_760_000_000_000); the model has \(copies.filter { $0.number == number })"
            )
        }
        model.settleDoubt(of: copies[index], in: name)
        guard let place = model.queues[name]?.index(copies[index].id) else { return }
        var copy = copies[index]
        copy.phase = .leased(until: now + visibility)
        copy.deliveries = message.deliveryCount...message.deliveryCount
        copy.receipts.insert(message.receipt, at: 0)
        copy.isArriving = false
        copy.isLeaseOld = false
        copy.isReceiptDoubtful = false
        copy.leaseEndMax = now + visibility
        copy.mayBeHiddenUntil = 0
        copy.enqueuedAt = message.enqueuedAt.milliseconds
        model.queues[name]?.copies[place] = copy
    }

    /// Whether a delivery tells of this copy what the model knows.
    private func isTold(_ copy: ModelCopy, by message: Message<Store>) -> Bool {
        let counts = (copy.deliveries.lowerBound + 1)...(copy.deliveries.upperBound + 1)
        guard counts.contains(message.deliveryCount),
            copy.enqueuedAt == nil || copy.enqueuedAt == message.enqueuedAt.milliseconds
        else { return false }
        guard let origin = copy.origin else { return message.origin == nil }
        guard let told = message.origin else { return false }
        return told.queue == origin.queue && origin.deliveries.contains(told.deliveryCount)
            && origin.reasons.contains(told.reason)
            && (origin.enqueuedAt == nil || origin.enqueuedAt == told.enqueuedAt.milliseconds)
    }

    /// Receives until nothing comes.
    func drain(_ name: String) async throws {
        for _ in 0..<200 where try await receive(name, max: 40) == 0 { return }
        fail("\(name) gives without end")
    }
}
