import Engine
import MessageModel
import QueueStore
import TestSupport
import Tillwire

extension ModelRun {
    /// Whether anything in a queue, or on its way to it, is in doubt: what changes all of its messages is left alone then.
    private func isInDoubt(_ name: String) -> Bool {
        model.queues[name]?.copies.contains { copy in
            copy.phase == .doubtful || copy.phase == .untouched || copy.phase == .leaving || copy.isArriving
        } ?? true
    }

    func purge(_ name: String) async throws {
        try await converge()
        guard !isInDoubt(name) else { return }
        note("purge \(name)")
        let bounds = model.bounds(name, at: now)
        let target = try queue(name)
        let (outcome, fault) = try await withFault(side) { () async throws(BrokerError) in try await target.purge() }
        defer { if fault != nil { forget() } }
        switch outcome {
        case .success(let count):
            let held = bounds.waiting + bounds.delayed + bounds.either
            check(Int(count) == held, "purge of \(name) said \(count), there were \(held)")
        case .failure(.outcomeUnknown): guard fault == .after else { return }
        case .failure(let reason): return fail("purge: \(reason)")
        }
        model.queues[name]?.remove { _ in true }
    }

    func rewind(_ name: String) async throws {
        try await converge()
        guard let known = model.queues[name], !isInDoubt(name) else { return }
        let earliest = max(now - min(known.keptMillis, now) + 1, known.rewindFloor)
        let moments = known.copies.compactMap(\.enqueuedAt).filter { $0 >= earliest && $0 <= now }
        let moment = pick(moments) ?? now
        note("rewind \(name) to \(moment - 1_760_000_000_000)")
        let target = try queue(name)
        let (outcome, fault) = try await withFault(side) { () async throws(BrokerError) in
            try await target.rewind(to: Timestamp(milliseconds: moment))
        }
        defer { if fault != nil { forget() } }
        switch outcome {
        case .success: check(known.keptMillis > 0, "a rewind of a queue that keeps nothing")
        case .failure(.rewindOff): return check(known.keptMillis == 0, "a rewind was refused as off")
        case .failure(.overloaded): return
        case .failure(.outcomeUnknown): guard fault == .after else { return }
        case .failure(let reason): return fail("rewind: \(reason)")
        }
        model.queues[name]?.rewind(to: moment)
        model.advance(to: now)
    }

    func setAttributes(_ name: String) async throws {
        try await converge()
        guard var attributes = model.queues[name]?.attributes, !isInDoubt(name) else { return }
        let dead = try queue("dead").id
        switch (name, random(3)) {
        case (_, 0): attributes.isPaused.toggle()
        case ("work", _):
            attributes.deadLetter =
                random(4) == 0 ? nil : DeadLetterPolicy(queue: dead, deliveryCountMax: 1 + random(4))
        case ("kept", 1): attributes.rewindMillis = pick([0, 300_000, 600_000]) ?? 0
        case ("kept", _): attributes.retentionMillis = pick([nil, 700_000, 1_800_000]) ?? nil
        case ("short", _):
            let (retention, age): (UInt64?, UInt64?) =
                pick([(60_000, 45_000), (120_000, nil), (nil, 90_000)]) ?? (nil, nil)
            attributes.retentionMillis = retention
            attributes.deadLetter = DeadLetterPolicy(queue: dead, deliveryCountMax: 4, ageMillisMax: age)
        case ("tight", _): attributes.messageCountMax = pick([3, 8, nil]) ?? nil
        default: return
        }
        note("\(name) becomes \(attributes)")
        let new = attributes
        try await queue(name).setAttributes { $0 = new }
        model.queues[name]?.replace(new, at: now)
        model.queues[name]?.applyDeliveryLimit()
        model.deliverDepartures()
        model.advance(to: now)
    }

    /// Deletes a queue and makes one of the same name.
    func recreate(_ name: String) async throws {
        try await converge()
        guard let known = model.queues[name] else { return }
        note("delete and make \(name)")
        try await broker.deleteQueue(EntityName(name))
        for topic in model.subscriptions.keys { model.subscriptions[topic]?[name] = nil }
        let queue = try await broker.createQueue(EntityName(name), attributes: known.attributes)
        check(queue.id != known.id, "\(name) was made again under its old number")
        model.queues[name] = ModelQueue(id: queue.id, name: name, attributes: known.attributes)
        check(try await queue.receive(max: 10).isEmpty, "a new queue gave messages")
    }

    func changeSubscription() async throws {
        let topic = random(2) == 0 ? "tags" : "keys"
        let name = ["plain", "work", "kept", "short", "tight"][random(topic == "tags" ? 5 : 4)]
        if model.subscriptions[topic]?[name] != nil {
            note("unsubscribe \(name) of \(topic)")
            try await broker.topic(EntityName(topic)).unsubscribe(EntityName(name))
            model.subscriptions[topic]?[name] = nil
        } else {
            try await subscribe(topic, name)
            note("subscribe \(name) to \(topic): \(String(describing: model.subscriptions[topic]?[name]))")
        }
    }

    func passTime() {
        let spans = [1, 1, 50, 50, 500, 500, 3_000, 3_000, 3_000, 20_000, 20_000, 60_000, 600_000, 3_600_000]
        let span = 1 + random(spans[random(spans.count)])
        note("\(span) ms pass")
        store.time.advance(milliseconds: UInt64(span))
        model.advance(to: now)
    }

    /// One random operation.
    func step() async throws {
        stepNumber += 1
        let name = pick(model.names) ?? "plain"
        switch random(100) {
        case 0..<20: try await send(name)
        case 20..<28: try await publish(random(2) == 0 ? "tags" : "keys")
        case 28..<50: try await receive(name, max: 1 + random(random(3) == 0 ? 40 : 4))
        case 50..<72: try await settleOne()
        case 72..<77: try await transaction()
        case 77..<88: passTime()
        case 88: try await purge(name)
        case 89..<91: try await rewind("kept")
        case 91..<94: try await setAttributes(name)
        case 94: try await changeSubscription()
        case 95: if random(3) == 0 { try await recreate(random(2) == 0 ? "plain" : "work") }
        case 96..<98: try await restart()
        default: try await drain(name)
        }
        if random(2) == 0 { try await converge() }
    }

    /// Ends the run: nothing is held back any more, everything comes and is acknowledged.
    func end() async throws {
        note("the end")
        for name in model.names where model.queues[name]?.attributes.isPaused == true {
            try await queue(name).resume()
            model.queues[name]?.attributes.isPaused = false
        }
        try await compareRows()
        // Twice, because what ends here may arrive at the dead letters.
        for _ in 0..<2 {
            store.time.advance(milliseconds: 45_000)
            try await converge()
            for name in model.names.reversed() {
                try await drain(name)
                for held in held() where held.queue == name && held.worth == .good {
                    let outcomes = try await broker.settle([Settlement(held.receipt, .acknowledge)])
                    check(outcomes == [.done], "\(held.number) at the end: \(outcomes)")
                    model.queues[name]?.finish(held.copy)
                }
            }
            try await converge()
        }
    }
}

extension ModelQueue {
    /// After another limit of deliveries: what was delivered as often already is not delivered again.
    mutating func applyDeliveryLimit() {
        guard let most = attributes.deadLetter?.deliveryCountMax else { return }
        for index in copies.indices where copies[index].phase == .visible && copies[index].deliveries.upperBound >= most
        {
            endAgain(index, most)
        }
    }
}
