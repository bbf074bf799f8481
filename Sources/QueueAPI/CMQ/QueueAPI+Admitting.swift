internal import AccessControl
internal import CMQProtocol
internal import HTTPDataPlane
internal import MessageModel
internal import NIOCore

extension QueueAPI {
    /// Reads, verifies and permits a request, on the event loop; answers it and returns nil where that fails. Nothing of the store is looked at
    /// before the caller is known to have a right on what is named.
    func admit(_ exchange: DataPlaneExchange) -> AdmittedCall? {
        let http = exchange.request
        let byteCount = http.body.readableBytes
        guard gate.enter(byteCount: byteCount) else {
            // Nothing is read for it: that is what there is no room for.
            let dialect = http.field("X-TC-Action") == nil ? CMQIncoming.Dialect.api2(clientRequestID: 0) : .api3
            refuse(exchange, .throttled, AnswerForm(.refused(.throttled, dialect)))
            return nil
        }
        let incoming = CMQIncoming.read(
            method: http.method, field: http.field, query: http.query, body: http.bodyBytes)
        let form = AnswerForm(incoming)
        do throws(CMQFault) {
            let (caller, call) = try read(incoming, in: http)
            let facts = CallFacts(call)
            // A call without bodies is small; one that waits would keep what it brought.
            guard facts.family == .send || facts.family == .publish || byteCount <= QueueAPILimits.plainByteCountMax
            else { throw .unreadable("a call without messages of more than \(QueueAPILimits.plainByteCountMax) bytes") }
            guard facts.areGranted(to: caller) else { throw .notPermitted }
            try rates.enter(facts)
            return AdmittedCall(
                exchange: exchange, call: call, facts: facts, caller: caller, form: form, arrivedAt: time.now,
                startedAt: .now)
        } catch {
            refuse(exchange, error, form)
            gate.leave(byteCount: byteCount)
            return nil
        }
    }

    private func read(
        _ incoming: CMQIncoming, in http: DataPlaneRequest
    ) throws(CMQFault) -> (caller: Caller, call: CMQRequest) {
        switch incoming {
        case .api2(let request): (try verifier.caller(of: request, in: http), try request.call())
        case .api3(let request): (try verifier.caller(of: request, in: http), try request.call())
        case .refused(let fault, _): throw fault
        }
    }

    private func refuse(_ exchange: DataPlaneExchange, _ fault: CMQFault, _ form: AnswerForm) {
        ledger.update { $0.count(.unread, .failure(fault)) }
        exchange.respond(form.response(.failure(fault), requestID: requestIDs.next()))
    }

    /// Answers an admitted call, and lets the next one in. The answer is counted by the caller.
    func answer(_ call: AdmittedCall, _ result: Result<CMQResult, CMQFault>) {
        call.exchange.respond(call.form.response(result, requestID: requestIDs.next()))
        leave(call)
    }

    /// Bytes of an answer wait for the client, until ``wrote(byteCount:)``.
    func holds(byteCount: Int) { gate.hold(byteCount: byteCount) }

    /// They wait no longer.
    func wrote(byteCount: Int) { gate.letGo(byteCount: byteCount) }

    /// The call is no longer under way.
    func leave(_ call: AdmittedCall) { gate.leave(byteCount: call.exchange.request.body.readableBytes) }
}
