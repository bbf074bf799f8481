import Engine
import MessageModel
import QueueStore
import TestSupport
import Tillwire

extension ModelRun {
    /// A receipt the model knows, and what it must be worth.
    struct Held {
        enum Worth { case good, void, doubtful }

        let queue: String
        let copy: Int
        let number: Int
        let receipt: ReceiptHandle
        let worth: Worth
    }

    func held() -> [Held] {
        model.advance(to: now)
        return model.names.flatMap { name in
            (model.queues[name]?.copies ?? []).filter { !$0.isDone }.flatMap { copy in
                copy.receipts.enumerated().map { place, receipt in
                    var worth = Held.Worth.void
                    if case .leased = copy.phase, place == 0 { worth = .good }
                    if copy.isReceiptDoubtful { worth = .doubtful }
                    // During a hold a receipt of before is taken for what nobody has on lease.
                    if worth == .void, model.queues[name]?.isHolding(at: now) == true { worth = .doubtful }
                    return Held(
                        queue: name, copy: copy.id, number: copy.number, receipt: receipt, worth: worth)
                }
            }
        }
    }

    func settleOne() async throws {
        let all = held()
        let good = all.filter { $0.worth == .good }
        guard let held = pick(random(6) == 0 || good.isEmpty ? all : good) else { return }
        let action: Settlement<ReceiptHandle>.Action =
            switch random(8) {
            case 0...3: .acknowledge
            case 4, 5: .release(delayMillis: 0)
            case 6: .release(delayMillis: UInt64(1 + random(30_000)))
            default: .extend(visibilityMillis: UInt64(1 + random(Int(ModelQueue.leaseMillisMax))))
            }
        try await settle(held, action)
    }

    /// Settles one delivery and compares.
    func settle(_ held: Held, _ action: Settlement<ReceiptHandle>.Action) async throws {
        note("\(action) of \(held.number) in \(held.queue), \(held.worth)")
        let (outcome, fault) = try await withFault(side) { () async throws(BrokerError) in
            try await broker.settle([Settlement(held.receipt, action)]).first
        }
        defer { if fault != nil { forget() } }
        switch outcome {
        case .success(.done?):
            check(held.worth != .void, "\(held.number): a void receipt was taken")
            apply(action, held)
        case .success(.refused(.overloaded)?) where fault != nil: return
        case .success(.refused(.outcomeUnknown)?) where fault != nil: return
        case .success(.refused(.receiptInvalid)?):
            check(held.worth != .good || fault != nil, "\(held.number): a good receipt was refused")
        case .failure(.outcomeUnknown): if fault == .after { apply(action, held) }
        case .failure(.overloaded) where fault != nil: return
        default: fail("settle \(held.number): \(outcome)")
        }
    }

    private func apply(_ action: Settlement<ReceiptHandle>.Action, _ held: Held) {
        guard let index = model.queues[held.queue]?.index(held.copy), let copy = model.queues[held.queue]?.copies[index]
        else { return }
        // Where it was taken, the message is here, whatever was in doubt.
        if case .leased = copy.phase {} else { model.settleDoubt(of: copy, in: held.queue) }
        model.queues[held.queue]?.copies[index].isArriving = false
        model.queues[held.queue]?.copies[index].isLeaseOld = false
        switch action {
        case .acknowledge: model.queues[held.queue]?.finish(held.copy)
        case .release(0): model.queues[held.queue]?.endLease(index, at: now)
        case .release(let delay): model.queues[held.queue]?.copies[index].phase = .delayed(until: now + delay)
        case .extend(let millis):
            model.queues[held.queue]?.copies[index].phase = .leased(until: now + millis)
            model.queues[held.queue]?.copies[index].leaseEndMax = max(copy.leaseEndMax, now + millis)
        }
        model.deliverDepartures()
    }

    /// Acknowledgements, sends and a row in one transaction, now and then with a part that must refuse the whole.
    func transaction() async throws {
        let all = held()
        var parts: [Held] = []
        for item in all.filter({ $0.worth == .good }).shuffled(using: &generator).prefix(random(4)) {
            parts.append(item)
        }
        if random(3) == 0, let stale = pick(all.filter { $0.worth == .void }) { parts.append(stale) }
        let key = "r\(random(5))"
        let known = model.rows[key]
        let value = "v\(stepNumber)"
        let (condition, matches): (RowChange.Condition, Bool) =
            switch random(4) {
            case 0: (.ifUnchanged(known.map { Bytes($0) }), true)
            case 1: (.ifUnchanged("what it never was"), false)
            case 2: (.ifAbsent, true)
            default: (.always, true)
            }
        let message = model.makeMessage()
        let id = try queue("plain").id
        let transaction = Transaction(
            settlements: parts.map { Settlement($0.receipt, .acknowledge) },
            sends: [
                SendBatch(
                    source: .queue(id),
                    messages: [OutgoingMessage(body: message.body, properties: try message.properties)])
            ],
            rows: [RowChange(space: .orders, key: Bytes(key), value: Bytes(value), condition: condition)])
        note("transaction: \(parts.map { "\($0.number) \($0.worth)" }), row \(key) \(matches), send \(message.number)")
        let isGood = matches && parts.allSatisfy { $0.worth == .good }
        let (outcome, fault) = try await withFault(side) { () async throws(BrokerError) in
            try await broker.commit([transaction]).first
        }
        defer { if fault != nil { forget() } }
        switch outcome {
        case .success(.committed?): check(isGood, "a transaction that had to be refused was committed")
        case .success(.refused(let reason)?):
            let isExpected = reason == .receiptInvalid || reason == .rowConflict
            check(fault != nil || !isGood && isExpected, "a transaction was refused: \(reason)")
            return
        case .failure(.outcomeUnknown): guard fault == .after, isGood else { return }
        case .failure(.overloaded) where fault != nil: return
        default: return fail("transaction: \(outcome)")
        }
        for part in parts { model.queues[part.queue]?.finish(part.copy) }
        model.queues["plain"]?.add(number: message.number, at: now)
        if condition != .ifAbsent || known == nil { model.rows[key] = value }
    }

    func compareRows() async throws {
        let rows = try await broker.rows(RowRead(space: .orders))
        let found = Dictionary(rows.map { ($0.key.text ?? "", $0.value.text ?? "") }, uniquingKeysWith: { $1 })
        check(found == model.rows, "rows \(found), the model has \(model.rows)")
    }
}
