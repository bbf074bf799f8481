internal import AccessControl
internal import CMQProtocol
internal import HTTPDataPlane
internal import Logging
internal import MessageModel
internal import Telemetry

extension QueueAPI {
    /// Stores what the sends and publishes of one turn bring, and answers each.
    func store(_ calls: [AdmittedCall]) async {
        let rounds = calls.map { call in call.caller.replay.map(written.round) ?? 0 }
        let outcomes = await operations.store(zip(calls, rounds).map { call, round in storeCall(call, round) })
        let now = ContinuousClock.now
        ledger.update { figures in
            for (call, outcome) in zip(calls, outcomes) {
                figures.count(call.facts.family, outcome.result)
                if outcome.isRepeat { figures.repeats += 1 }
                guard case .success = outcome.result else { continue }
                let passed = (now - call.startedAt).components
                figures.storeTimes.record(
                    UInt64(max(0, passed.seconds * 1_000_000 + passed.attoseconds / 1_000_000_000_000)))
            }
        }
        for (index, call) in calls.enumerated() {
            let outcome = outcomes[index]
            guard let replay = call.caller.replay, replay.sharesSignatures, case .success = outcome.result else {
                answer(call, outcome.result)
                continue
            }
            let round = rounds[index]
            let response = call.form.response(outcome.result, requestID: requestIDs.next())
            call.exchange.respond(response) { [written] isWritten in
                if isWritten { written.wrote(replay, round: round) }
            }
            leave(call)
        }
    }

    private func storeCall(_ admitted: AdmittedCall, _ round: UInt32) -> StoreCall {
        let target: StoreCall.Target
        let count: Int
        switch admitted.call {
        case .publishMessages(let publish):
            target = .publish(publish)
            count = publish.bodies.count
        case .sendMessages(let send):
            target = .send(send)
            count = send.bodies.count
        default: preconditionFailure("only sends and publishes are stored")
        }
        let keys = admitted.caller.replay?.keys(count: count, round: round, lifetime: settings.guardLifetime)
        return StoreCall(target, keys: keys ?? [])
    }

    /// Deletes what the requests of one turn name, and answers each.
    func delete(_ calls: [AdmittedCall]) async {
        let results = await operations.delete(
            calls.map { call in
                guard case .deleteMessages(let delete) = call.call else { preconditionFailure("only deletes") }
                return delete
            })
        ledger.update { figures in for result in results { figures.count(.delete, result) } }
        for (call, result) in zip(calls, results) { answer(call, result) }
    }

    /// Does the control calls of one turn, one after the other, and answers each.
    func control(_ calls: [AdmittedCall]) async {
        for call in calls {
            let result: Result<CMQResult, CMQFault>
            do throws(CMQFault) {
                let action = call.facts.action
                result = .success(
                    try await operations.control(call.call) { name in
                        call.caller.may(action, on: action == .listTopic ? .topic(name.text) : .queue(name.text))
                    })
            } catch { result = .failure(error) }
            ledger.update { $0.count(.control, result) }
            audit(call, result)
            answer(call, result)
        }
    }

    /// Writes down who changed what. Names of queues and topics and ids of keys are no secrets.
    private func audit(_ call: AdmittedCall, _ result: Result<CMQResult, CMQFault>) {
        guard call.facts.isChange else { return }
        let code = if case .failure(let fault) = result { fault.code } else { 0 }
        logger.info(
            "queue api: a change was asked for",
            metadata: [
                "action": "\(call.facts.action.rawValue)", "entity": "\(call.facts.entity)", "key": "\(call.caller.id)",
                "peer": "\(call.exchange.request.peerAddress)", "code": "\(code)",
            ])
    }
}
