internal import NIOCore

extension ServerConnectionHandler {
    /// An answer came back from the handler; it is written by the next ``writeReadyAnswers()``.
    func answered(_ answered: AnsweredExchange) {
        dropBodyBehindAnswer(answered.sequence)
        let isTaken = answers.fill(answered.sequence, with: answered.response, whenWritten: answered.whenWritten)
        if !isTaken { answered.whenWritten?(false) }
    }

    /// Writes every answer whose turn it is.
    func writeReadyAnswers() {
        writeWholeAnswers()
        while answers.first?.stream != nil, writeStreamAtFront() { writeWholeAnswers() }
    }

    /// Writes every whole answer whose turn it is, together.
    private func writeWholeAnswers() {
        guard let context, let first = answers.popReady() else { return }
        var buffer = context.channel.allocator.buffer(capacity: 512)
        var count = 0
        var closes = false
        var told: [@Sendable (Bool) -> Void] = []
        var next: AnswerQueue.Place? = first
        while let place = next, let response = place.response {
            closes = place.closesAfter || response.closesConnection || isLastBeforeStop
            let body = ResponseWriter.append(response, isHead: place.isHead, closes: closes, to: &buffer)
            if let body {
                context.write(wrapOutboundOut(buffer), promise: nil)
                context.write(wrapOutboundOut(body), promise: nil)
                buffer = context.channel.allocator.buffer(capacity: 512)
            }
            machine.wroteAnswer(now: shared.loop.now)
            count += 1
            if let whenWritten = place.whenWritten { told.append(whenWritten) }
            next = closes ? nil : answers.popReady()
        }
        shared.counters.wrote(count)
        write(buffer, telling: told, thenClose: closes)
        resumeReading()
        armTimer()
    }

    var isLastBeforeStop: Bool {
        shared.isStopping && machine.inFlightCount == 1
    }

    /// The last bytes of these answers: when they are written, so are all before them.
    func write(_ buffer: ByteBuffer, telling told: [@Sendable (Bool) -> Void], thenClose closes: Bool) {
        guard let context else {
            for whenWritten in told { whenWritten(false) }
            return
        }
        if closes {
            machine.stopReading()
            // A request behind the last answer.
            breakOffBody(.clientGone)
            answers.removeAll()
        }
        guard closes || !told.isEmpty else {
            context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
            return
        }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { result in
            let isWritten = if case .success = result { true } else { false }
            for whenWritten in told { whenWritten(isWritten) }
            if closes { self.closeAfterWrite() }
        }
        context.writeAndFlush(wrapOutboundOut(buffer), promise: written)
    }

    /// Closes now, or after a while in which what the client still sends is thrown away: closing with unread bytes would
    /// reset the connection and take the answer with it.
    private func closeAfterWrite() {
        guard isRefusing else { return closeNow() }
        let linger = TimeAmount.milliseconds(Int64(ServerLimits.lingerMillisMax))
        shared.loop.assumeIsolated().scheduleTask(in: linger) { self.closeNow() }
    }

    /// Writes the refusal behind the answers before it, then closes.
    func refuse(_ reason: RequestRefusal) {
        shared.counters.refused(reason)
        isRefusing = true
        let sequence = answers.reserve(isHead: false, closesAfter: true)
        answers.fill(sequence, with: refusal(reason))
        writeReadyAnswers()
    }

    /// The answer that says why.
    func refusal(_ reason: RequestRefusal) -> DataPlaneResponse {
        .failure(status: reason.status ?? 400, message: reason.message(shared.limits))
    }

    /// The interim answer a client awaits before it sends a large body (RFC 9110 §10.1.1).
    func writeContinue() {
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
    }

    /// The server stops: an idle connection closes now, others after the answers under way.
    func finish() {
        if machine.inFlightCount == 0 {
            closeNow()
        } else {
            machine.stopReading()
            // The client may still be sending: a reset would take the answer with it.
            if streamed != nil { isRefusing = true }
            breakOffBody(.stopping)
            resumeReading()
        }
    }

    /// Closes without waiting for anything.
    func closeNow() {
        context?.close(promise: nil)
    }
}
