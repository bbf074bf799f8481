internal import NIOCore

/// What one server connection may read next and until when: the limits of reliability rule 33 without any I/O.
///
/// Times come in as deadlines of the loop's clock. A refusal ends reading: what follows on the connection is thrown away,
/// because after a broken message nobody knows where the next one begins.
struct ServerConnectionStateMachine {
    /// What is being read.
    enum Phase: Equatable {
        /// Between requests. Can go to: `head`, `body`, `streaming`, `refused`, `closed`.
        case idle
        /// Part of a head is in. Can go to: `body`, `streaming`, `refused`, `closed`.
        case head(since: NIODeadline, byteCount: Int)
        /// A head is in, its body is not complete. Can go to: `idle`, `refused`, `closed`.
        case body(since: NIODeadline, byteCount: Int, rateCheckAt: NIODeadline)
        /// A head is in, its body is handed over in parts; `since` is when the last byte came or was wanted again.
        /// Can go to: `idle`, `refused`, `closed`.
        case streaming(since: NIODeadline, isHeld: Bool)
        /// Nothing more is read: refused, last request taken, or the server stops. Can go to: `closed`.
        case refused
        /// The connection is gone.
        case closed
    }

    /// What the handler does about an event.
    enum Action: Equatable {
        case proceed
        /// Go on, and tell the client to send the body it announced.
        case proceedWithContinue
        /// Answer with the refusal after the answers before it, then close.
        case refuse(RequestRefusal)
        /// The body that is handed over in parts ends here: its answer is the refusal unless it has begun, then the connection closes.
        case breakStream(RequestRefusal)
        /// Close at once without an answer.
        case close(RequestRefusal)
        /// The bytes come after the end of reading.
        case ignore
    }

    let limits: HTTPLimits
    private(set) var phase = Phase.idle
    /// Requests handed over whose answers are not written.
    private(set) var inFlightCount = 0
    /// Since when nothing was under way.
    private var quietSince: NIODeadline
    /// Since when the peer has taken no byte, with bytes waiting; nil while it takes them.
    private var stalledSince: NIODeadline?

    init(limits: HTTPLimits, now: NIODeadline) {
        self.limits = limits
        quietSince = now
    }

    /// False while enough requests are under way, bytes wait for the peer, or the reader of a body has not taken what it was given: then nothing is
    /// read.
    var mayRead: Bool {
        switch phase {
        case .refused: true
        // Its own request is among those under way.
        case .streaming(_, let isHeld): !isHeld && stalledSince == nil
        case .idle, .head, .body, .closed: inFlightCount < limits.pipelinedRequestCountMax && stalledSince == nil
        }
    }

    /// True when nothing is under way in either direction.
    var isQuiet: Bool { phase == .idle && inFlightCount == 0 }

    /// When ``timeout(now:)`` wants to be asked; nil while only the handler's answer is awaited.
    var deadline: NIODeadline? {
        let reading: NIODeadline? =
            switch phase {
            case .idle: inFlightCount == 0 ? quietSince + .seconds(Int64(limits.idleSecondsMax)) : nil
            case .head(let since, _): since + .seconds(Int64(limits.headerSecondsMax))
            case .body(let since, _, let rateCheckAt):
                min(since + .seconds(Int64(limits.bodySecondsMax)), rateCheckAt)
            // A client that is not read is not late.
            case .streaming(let since, let isHeld):
                isHeld || stalledSince != nil ? nil : since + .seconds(Int64(limits.streamPauseSecondsMax))
            case .refused, .closed: nil
            }
        let writing = stalledSince.map { $0 + .seconds(Int64(limits.stalledWriteSecondsMax)) }
        guard let reading, let writing else { return reading ?? writing }
        return min(reading, writing)
    }

    /// Bytes came in without completing anything while a head is awaited.
    mutating func receivedPartialHead(byteCount: Int, now: NIODeadline) -> Action {
        let sofar: Int
        switch phase {
        case .idle:
            sofar = byteCount
            phase = .head(since: now, byteCount: sofar)
        case .head(let since, let before):
            sofar = before + byteCount
            phase = .head(since: since, byteCount: sofar)
        case .body, .streaming: return .proceed
        case .refused, .closed: return .ignore
        }
        let most = limits.requestLineByteCountMax + limits.headerByteCountMax + ServerLimits.headSlackByteCount
        return sofar > most ? refuse(.headersTooLarge) : .proceed
    }

    /// A head is complete; where its body is streamed, its request is under way from here on.
    mutating func receivedHead(_ head: RequestHeadFacts, isStreamed: Bool = false, now: NIODeadline) -> Action {
        switch phase {
        case .refused, .closed: return .ignore
        case .idle, .head, .body, .streaming: break
        }
        if let fault = head.fault(limits, isStreamed: isStreamed) { return refuse(fault) }
        let isFirst = inFlightCount == 0
        if isStreamed {
            inFlightCount += 1
            phase = .streaming(since: now, isHeld: false)
            return head.expectsContinue && isFirst ? .proceedWithContinue : .proceed
        }
        phase = .body(since: now, byteCount: 0, rateCheckAt: now + .seconds(Int64(ServerLimits.bodyRateCheckSeconds)))
        return head.expectsContinue && isFirst ? .proceedWithContinue : .proceed
    }

    /// A piece of a body is in.
    mutating func receivedBody(byteCount: Int) -> Action {
        guard case .body(let since, let before, let rateCheckAt) = phase else { return .ignore }
        guard byteCount <= limits.bodyByteCountMax - before else { return refuse(.bodyTooLarge) }
        phase = .body(since: since, byteCount: before + byteCount, rateCheckAt: rateCheckAt)
        return .proceed
    }

    /// The listener has no room for more of this body.
    mutating func bodyOverflowed() -> Action {
        switch phase {
        case .body, .streaming: return refuse(.tooManyBodyBytes)
        case .idle, .head, .refused, .closed: return .ignore
        }
    }

    /// A piece of a streamed body is in.
    mutating func receivedStreamedBody(now: NIODeadline) {
        if case .streaming(_, let isHeld) = phase { phase = .streaming(since: now, isHeld: isHeld) }
    }

    /// The reader of a streamed body has enough for now.
    mutating func hold() {
        if case .streaming(let since, _) = phase { phase = .streaming(since: since, isHeld: true) }
    }

    /// The reader of a streamed body wants more.
    mutating func resume(now: NIODeadline) {
        if case .streaming = phase { phase = .streaming(since: now, isHeld: false) }
    }

    /// A streamed body is complete.
    mutating func receivedStreamEnd(isLast: Bool) {
        if case .streaming = phase { phase = isLast ? .refused : .idle }
    }

    /// A request is complete and is handed over; `isLast` when the client or the protocol ends the connection with it.
    mutating func receivedEnd(isLast: Bool) -> Action {
        guard case .body = phase else { return .ignore }
        inFlightCount += 1
        phase = isLast ? .refused : .idle
        return .proceed
    }

    /// The bytes were no HTTP.
    mutating func receivedGarbage(_ reason: RequestRefusal) -> Action {
        switch phase {
        case .refused, .closed: .ignore
        case .idle, .head, .body, .streaming: refuse(reason)
        }
    }

    /// The answer of a handed-over request was written.
    mutating func wroteAnswer(now: NIODeadline) {
        inFlightCount -= 1
        quietSince = now
    }

    /// The peer stopped taking bytes, or took some.
    mutating func writability(isWritable: Bool, now: NIODeadline) {
        stalledSince = isWritable ? nil : now
        if isWritable, case .streaming(_, let isHeld) = phase { phase = .streaming(since: now, isHeld: isHeld) }
    }

    /// The server stops: nothing more is read.
    mutating func stopReading() {
        if phase != .closed { phase = .refused }
    }

    /// The connection is gone.
    mutating func closed() {
        phase = .closed
    }

    /// The clock passed ``deadline``, perhaps; asked too early it does nothing.
    mutating func timeout(now: NIODeadline) -> Action {
        if let stalledSince, now >= stalledSince + .seconds(Int64(limits.stalledWriteSecondsMax)) {
            phase = .closed
            return .close(.stalledWrite)
        }
        guard let deadline, now >= deadline else { return .proceed }
        switch phase {
        case .idle:
            phase = .closed
            return .close(.idle)
        case .head: return refuse(.headerTimeout)
        case .body(let since, let byteCount, _): return bodyTimeout(since: since, byteCount: byteCount, now: now)
        case .streaming: return refuse(.streamPaused)
        case .refused, .closed: return .ignore
        }
    }

    private mutating func bodyTimeout(since: NIODeadline, byteCount: Int, now: NIODeadline) -> Action {
        let elapsedSeconds = Int((now - since).nanoseconds / 1_000_000_000)
        if elapsedSeconds >= limits.bodySecondsMax { return refuse(.bodyTimeout) }
        if byteCount < elapsedSeconds * limits.bodyBytesPerSecondMin { return refuse(.bodyTooSlow) }
        let next = now + .seconds(Int64(ServerLimits.bodyRateCheckSeconds))
        phase = .body(since: since, byteCount: byteCount, rateCheckAt: next)
        return .proceed
    }

    /// A refusal takes a place in the order of answers, so it counts as under way; a streamed request has its place already.
    private mutating func refuse(_ reason: RequestRefusal) -> Action {
        if case .streaming = phase {
            phase = .refused
            return .breakStream(reason)
        }
        phase = .refused
        inFlightCount += 1
        return .refuse(reason)
    }
}
