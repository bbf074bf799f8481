internal import CMQProtocol
internal import Engine
internal import HTTPDataPlane
internal import MessageModel
internal import NIOCore

extension QueueAPI {
    /// Serves the receives of one turn: those that find messages queue by queue, those that have to wait each for itself.
    func receive(_ calls: [AdmittedCall]) async {
        var byQueue: [EntityName: [AdmittedCall]] = [:]
        for call in calls { byQueue[call.queueName, default: []].append(call) }
        if byQueue.count == 1 { return await receiveInTurn(calls) }
        // A queue that was quiet for long may take a commit to begin: the others need not wait for it.
        await withDiscardingTaskGroup { group in
            for own in byQueue.values { group.addTask { await self.receiveInTurn(own) } }
        }
    }

    private func receiveInTurn(_ calls: [AdmittedCall]) async {
        for call in calls {
            guard case .receiveMessages(let request) = call.call else { preconditionFailure("only receives") }
            do throws(CMQFault) {
                let (queue, waitMillis) = try operations.target(of: request)
                // Whoever is gone is leased nothing.
                guard !call.exchange.isClientGone else { throw .noMessage }
                let found = try await operations.receive(
                    from: queue, countMax: request.countMax, waitMillis: 0, consumer: call.caller.id)
                if found.isEmpty, waitMillis > 0 {
                    try poll(call, queue, request.countMax, until: call.arrivedAt.adding(milliseconds: waitMillis))
                } else {
                    deliver(found, to: call)
                    leave(call)
                }
            } catch {
                finish(call, .failure(error))
                leave(call)
            }
        }
    }

    /// Has the call wait in a task of its own, until a message comes, its time is over, or its client leaves.
    private func poll(
        _ call: AdmittedCall, _ queue: QueueID, _ countMax: Int, until deadline: Timestamp
    ) throws(CMQFault) {
        do throws(PollBook.Refusal) {
            let id = try polls.start {
                let waitMillis = deadline.millisecondsSince(self.time.now)
                do throws(CMQFault) {
                    let found = try await self.operations.receive(
                        from: queue, countMax: countMax, waitMillis: waitMillis, consumer: call.caller.id)
                    self.deliver(found, to: call)
                } catch {
                    // Ended by its client or by the end of the service: nothing is leased then.
                    self.finish(call, .failure(Task.isCancelled ? .noMessage : error))
                }
            }
            // It waits now and holds nothing that others need.
            leave(call)
            call.exchange.onClientGone { [polls, ledger] in
                ledger.update { $0.abandonedPolls += 1 }
                polls.cancel(id)
            }
        } catch {
            switch error {
            case .full: throw .throttled
            case .ending: throw .noMessage
            }
        }
    }

    /// Answers with what was leased; what cannot be told to the client is visible to others again at once.
    private func deliver(_ deliveries: [Delivery<E.Receipt>], to call: AdmittedCall) {
        guard !deliveries.isEmpty else { return finish(call, .failure(.noMessage)) }
        let receipts = deliveries.map(\.receipt)
        let result = Result<CMQResult, CMQFault>.success(operations.result(of: deliveries))
        ledger.update { $0.count(.receive, result) }
        let response = call.form.response(result, requestID: requestIDs.next())
        let byteCount = response.body.readableBytes
        holds(byteCount: byteCount)
        call.exchange.respond(response) { isWritten in
            self.wrote(byteCount: byteCount)
            guard !isWritten else { return }
            Task {
                self.ledger.update { $0.returnedMessages += UInt64(receipts.count) }
                await self.operations.giveBack(receipts)
            }
        }
    }

    private func finish(_ call: AdmittedCall, _ result: Result<CMQResult, CMQFault>) {
        ledger.update { $0.count(.receive, result) }
        call.exchange.respond(call.form.response(result, requestID: requestIDs.next()))
    }
}

extension AdmittedCall {
    /// The queue of a receive.
    fileprivate var queueName: EntityName {
        guard case .receiveMessages(let request) = call else { preconditionFailure("only receives") }
        return request.queue
    }
}
