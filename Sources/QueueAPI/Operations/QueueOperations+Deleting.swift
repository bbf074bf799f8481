public import CMQProtocol
internal import Engine
internal import MessageModel
internal import Tillwire

extension QueueOperations {
    /// Deletes what several requests name, in as few calls as the engine's bounds allow. Durable when this returns; results are in order.
    ///
    /// A handle that deleted its message lately does so again: the repeat of a request whose answer was lost is harmless.
    public func delete(_ calls: [DeleteMessages]) async -> [Result<CMQResult, CMQFault>] {
        var wanted: [E.Receipt] = []
        var places: [E.Receipt: Int] = [:]
        var plans: [Result<[Int?], CMQFault>] = []
        for call in calls {
            do throws(CMQFault) {
                let queue = try readableQueue(call.queue).id
                var plan: [Int?] = []
                for text in call.receiptHandles {
                    // A handle of another queue would delete there, where the caller may have no right.
                    guard let receipt = E.Receipt(text: text), receipt.queue == queue else {
                        plan.append(nil)
                        continue
                    }
                    let place = places[receipt] ?? wanted.count
                    if place == wanted.count { wanted.append(receipt) }
                    places[receipt] = place
                    plan.append(place)
                }
                plans.append(.success(plan))
            } catch { plans.append(.failure(error)) }
        }
        let faults = await settle(wanted)
        return zip(calls, plans).map { call, plan in
            switch plan {
            case .failure(let fault): return .failure(fault)
            case .success(let places):
                return Self.result(call, places.map { place in place.map { faults[$0] } ?? .some(.handleInvalid) })
            }
        }
    }

    /// Why each delivery could not be acknowledged; nil where it was.
    private func settle(_ receipts: [E.Receipt]) async -> [CMQFault?] {
        var faults: [CMQFault?] = []
        var rest = receipts[...]
        while !rest.isEmpty {
            let part = rest.prefix(Limits.batchCountMax)
            rest = rest.dropFirst(part.count)
            do throws(BrokerError) {
                let outcomes = try await broker.settle(part.map { Settlement($0, .acknowledge) })
                for index in 0..<part.count {
                    switch index < outcomes.count ? outcomes[index] : .refused(.closed) {
                    case .done: faults.append(nil)
                    case .refused(let reason): faults.append(CMQFault(reason, at: .queue))
                    }
                }
            } catch {
                let fault = CMQFault(error, at: .queue)
                faults += part.map { _ in fault }
            }
        }
        return faults
    }

    private static func result(_ call: DeleteMessages, _ faults: [CMQFault?]) -> Result<CMQResult, CMQFault> {
        let failed = zip(call.receiptHandles, faults).compactMap { handle, fault in
            fault.map { (receiptHandle: handle, fault: $0) }
        }
        guard let first = failed.first else { return .success(.done) }
        guard call.isBatch else { return .failure(first.fault) }
        let whole: CMQFault = failed.count == call.receiptHandles.count ? .deleteFailed : .deletePartlyFailed
        return .success(.deleteFailed(whole, failed))
    }
}
