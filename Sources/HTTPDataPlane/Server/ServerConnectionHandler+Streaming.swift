internal import NIOCore
internal import NIOHTTP1

/// The body of a request that is handed over in parts, while it is read.
struct StreamedBody {
    let body: RequestBody
    /// Its request's place in the order of answers.
    let sequence: UInt64
    /// Nothing follows it on the connection.
    let isLast: Bool
}

extension ServerConnectionHandler {
    // MARK: - Bodies

    /// Hands a request over whose body comes in parts.
    func beginStream(_ head: HTTPRequestHead, isLast: Bool, to handler: any StreamingDataPlaneHandler) {
        guard let context else { return }
        let sequence = answers.reserve(
            isHead: head.method == .HEAD, closesAfter: isLast, isOld: head.version == .http1_0)
        let sink = mailboxSink(sequence, context)
        let body = RequestBody(
            byteCountMax: shared.limits.streamBufferByteCountMax, budget: shared.bodies,
            whenWanted: { sink.streamSink.post(.bodyWanted) })
        streamed = StreamedBody(body: body, sequence: sequence, isLast: isLast)
        shared.counters.streamed()
        let request = DataPlaneRequest(
            method: head.method.rawValue, target: head.uri, headers: HTTPFields(head.headers),
            peerAddress: peerAddress, isSecure: isSecure)
        handler.handle(DataPlaneExchange(request: request, sink: sink, client: client), body: body)
    }

    func received(_ bytes: ByteBuffer, for streamed: StreamedBody) {
        machine.receivedStreamedBody(now: shared.loop.now)
        switch streamed.body.offer(bytes) {
        case .taken: break
        // Where it is not wanted, its answer is on the way and ends the connection.
        case .full, .unwanted: machine.hold()
        case .overBudget: perform(machine.bodyOverflowed())
        case .overrun: closeNow()
        }
    }

    func receivedEnd(of streamed: StreamedBody) {
        self.streamed = nil
        machine.receivedStreamEnd(isLast: streamed.isLast)
        streamed.body.complete()
    }

    /// Nothing more is read of the body, which is not complete: the connection ends with its answer.
    func breakOffBody(_ failure: RequestBodyFailure) {
        guard let streamed else { return }
        self.streamed = nil
        machine.stopReading()
        answers.setLast(streamed.sequence)
        streamed.body.fail(failure)
    }

    /// What came of a streamed body broke a limit. Where its answer has begun, whoever reads the body is told and ends it.
    func breakStream(_ reason: RequestRefusal) {
        shared.counters.refused(reason)
        isRefusing = true
        guard let sequence = streamed?.sequence else { return }
        breakOffBody(.refused(reason))
        answers.fill(sequence, with: refusal(reason))
        writeReadyAnswers()
    }

    /// The answer of a request is complete or on its way: what is still missing of its body is not wanted.
    func dropBodyBehindAnswer(_ sequence: UInt64) {
        guard streamed?.sequence == sequence else { return }
        // The client may still be sending: a reset would take the answer with it.
        isRefusing = true
        breakOffBody(.cancelled)
    }

    // MARK: - Answers

    func perform(_ event: StreamEvent) {
        switch event.kind {
        case .begin(let head):
            let answer = StreamedAnswer(head: head)
            answers.begin(event.sequence, answer)
            writeReadyAnswers()
            if context != nil, !answer.isHeadWritten { awaitTurn(of: answer, event.sequence) }
        case .write(let write):
            guard let answer = answers.stream(event.sequence) else { return write.fail() }
            answer.add(write)
            writeReadyAnswers()
        case .finish(let whenWritten):
            guard let answer = answers.stream(event.sequence) else {
                whenWritten?(false)
                return
            }
            dropBodyBehindAnswer(event.sequence)
            answer.finish(whenWritten: whenWritten)
            writeReadyAnswers()
        case .abort:
            guard let answer = answers.stream(event.sequence) else { return }
            guard !answer.isHeadWritten else { return closeNow() }
            replace(answer, event.sequence, with: .failure(status: 500, message: "no answer"))
        case .bodyWanted:
            guard streamed?.sequence == event.sequence else { return }
            machine.resume(now: shared.loop.now)
            resumeReading()
            armTimer()
        }
    }

    /// Ends a streamed answer that waits too long behind others: it holds what a stream holds, and does nothing.
    private func awaitTurn(of answer: StreamedAnswer, _ sequence: UInt64) {
        let bound = TimeAmount.seconds(Int64(ServerLimits.streamTurnSecondsMax))
        shared.loop.assumeIsolated().scheduleTask(in: bound) { [weak self, weak answer] in
            guard let self, let answer, !answer.isHeadWritten, self.answers.stream(sequence) === answer else { return }
            let message = "an answer before this one lasted too long; use a connection for each stream"
            self.replace(answer, sequence, with: .failure(status: 503, message: message))
        }
    }

    /// Puts a whole answer in the place of a streamed one of which nothing is written; the connection ends with it.
    private func replace(_ answer: StreamedAnswer, _ sequence: UInt64, with response: DataPlaneResponse) {
        answer.fail()
        dropBodyBehindAnswer(sequence)
        answers.replaceStream(sequence, with: response)
        writeReadyAnswers()
    }

    /// Writes what there is of the first answer where that is a streamed one; returns whether it is complete.
    func writeStreamAtFront() -> Bool {
        guard let context, let place = answers.first, let answer = place.stream else { return false }
        var buffer = context.channel.allocator.buffer(capacity: 512)
        if !answer.isHeadWritten {
            answer.isHeadWritten = true
            answer.isChunked = !place.isOld
            if place.isOld || answer.head.closesConnection { answers.setFirstLast() }
            ResponseWriter.appendStreamHead(
                answer.head, isChunked: answer.isChunked, closes: answers.first?.closesAfter ?? true, to: &buffer)
        }
        let writes = answer.takePending()
        var told: [@Sendable (Bool) -> Void] = []
        for write in writes {
            // From here on the client may see some of it, whatever becomes of the rest.
            if let whenWritten = write.whenWritten { told.append { _ in whenWritten(true) } }
            guard !place.isHead, write.bytes.readableBytes > 0 else { continue }
            append(write.bytes, isChunked: answer.isChunked, to: &buffer)
        }
        guard answer.isFinished else {
            if buffer.readableBytes > 0 || !told.isEmpty { self.write(buffer, telling: told, thenClose: false) }
            for write in writes {
                // Writing may have ended the connection.
                if self.context == nil || context.channel.isWritable {
                    write.turn.resume(returning: self.context != nil)
                } else {
                    answer.hold(write.turn)
                }
            }
            armTimer()
            return false
        }
        if answer.isChunked, !place.isHead { buffer.writeStaticString("0\r\n\r\n") }
        complete(answer, buffer, told + [answer.whenFinished].compactMap(\.self))
        for write in writes { write.turn.resume(returning: true) }
        return true
    }

    private func complete(_ answer: StreamedAnswer, _ buffer: ByteBuffer, _ told: [@Sendable (Bool) -> Void]) {
        let closes = (answers.first?.closesAfter ?? true) || isLastBeforeStop
        answers.popFirst()
        answer.release()
        machine.wroteAnswer(now: shared.loop.now)
        shared.counters.wrote(1)
        write(buffer, telling: told, thenClose: closes)
        resumeReading()
        armTimer()
    }

    private func append(_ bytes: ByteBuffer, isChunked: Bool, to buffer: inout ByteBuffer) {
        if isChunked { ResponseWriter.appendChunkSize(bytes.readableBytes, to: &buffer) }
        if bytes.readableBytes <= ServerLimits.coalescedBodyByteCountMax {
            buffer.writeImmutableBuffer(bytes)
        } else if let context {
            context.write(wrapOutboundOut(buffer), promise: nil)
            context.write(wrapOutboundOut(bytes), promise: nil)
            buffer = context.channel.allocator.buffer(capacity: 16)
        }
        if isChunked { buffer.writeStaticString("\r\n") }
    }
}
