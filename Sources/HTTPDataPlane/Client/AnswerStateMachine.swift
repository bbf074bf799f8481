/// What one client connection may receive next: the bounds on answers of merchant-push §10 without any I/O.
struct AnswerStateMachine {
    enum Phase: Equatable {
        /// No request under way. Can go to: `head`, `closed`.
        case idle
        /// A request was written, its final head is awaited. Can go to: `body`, `closed`.
        case head(byteCount: Int, interimCount: Int)
        /// The final head is in. Can go to: `idle`, `closed`.
        case body(byteCount: Int, isReusable: Bool)
        /// Nothing is received any more.
        case closed
    }

    enum Action: Equatable {
        case proceed
        /// The attempt is over with this failure and the connection is closed.
        case fail(OutboundFailure)
        /// The answer is complete; the connection may serve again or not.
        case complete(isReusable: Bool)
        /// Nothing of an answer had come: a reused connection may be replaced once.
        case brokeBeforeAnswer
        /// Close; no attempt is concerned.
        case close
    }

    /// The facts of a head that decide about it.
    struct Head: Equatable {
        var status: Int
        var fieldCount: Int
        var fieldByteCount: Int
        var contentLengthCount: Int
        var contentLength: Int?
        var hasTransferEncoding: Bool
        var isKeepAlive: Bool
    }

    let limits: OutboundLimits
    private(set) var phase = Phase.idle
    /// True once any byte came for the request under way.
    private(set) var hasFirstByte = false

    init(limits: OutboundLimits) {
        self.limits = limits
    }

    /// A request is written.
    mutating func started() {
        precondition(phase == .idle, "a connection carries one request at a time")
        phase = .head(byteCount: 0, interimCount: 0)
        hasFirstByte = false
    }

    /// Bytes came in and are about to be decoded; returns true for the first ones of an answer.
    mutating func readBegins() -> Bool {
        guard case .head = phase, !hasFirstByte else { return false }
        hasFirstByte = true
        return true
    }

    /// A read was decoded; asked afterwards, so that only bytes that completed no head are counted against it. A read that
    /// completed the answer finds the machine idle again and is not asked about.
    mutating func received(byteCount: Int) -> Action {
        switch phase {
        case .idle: return end(.close)
        case .head(let before, let interimCount):
            guard before + byteCount <= limits.answerHeadByteCountMax else {
                return end(.fail(.protocolError(.headTooLarge)))
            }
            phase = .head(byteCount: before + byteCount, interimCount: interimCount)
            return .proceed
        case .body, .closed: return .proceed
        }
    }

    /// A head is complete, interim or final.
    mutating func received(_ head: Head) -> Action {
        guard case .head(let byteCount, let interimCount) = phase else { return end(.close) }
        if let fault = fault(head) { return end(.fail(fault)) }
        if (100..<200).contains(head.status) {
            guard interimCount < limits.interimAnswerCountMax else {
                return end(.fail(.protocolError(.tooManyInterimAnswers)))
            }
            phase = .head(byteCount: byteCount, interimCount: interimCount + 1)
        } else {
            phase = .body(byteCount: 0, isReusable: head.isKeepAlive)
        }
        return .proceed
    }

    /// A piece of the body is in.
    mutating func receivedBody(byteCount: Int) -> Action {
        guard case .body(let before, let isReusable) = phase else { return end(.close) }
        guard byteCount <= limits.answerBodyByteCountMax - before else { return end(.fail(.responseTooLarge)) }
        phase = .body(byteCount: before + byteCount, isReusable: isReusable)
        return .proceed
    }

    /// The answer is complete.
    mutating func receivedEnd() -> Action {
        guard case .body(_, let isReusable) = phase else { return end(.close) }
        phase = isReusable ? .idle : .closed
        return .complete(isReusable: isReusable)
    }

    /// The connection broke or ended.
    mutating func broke(_ failure: OutboundFailure) -> Action {
        switch phase {
        case .idle, .closed: return end(.close)
        case .head where !hasFirstByte: return end(.brokeBeforeAnswer)
        case .head, .body: return end(.fail(failure))
        }
    }

    private func fault(_ head: Head) -> OutboundFailure? {
        if head.status == 101 { return .protocolError(.switchedProtocols) }
        if head.fieldCount > limits.answerFieldCountMax || head.fieldByteCount > limits.answerHeadByteCountMax {
            return .protocolError(.headTooLarge)
        }
        if head.contentLengthCount > 1 || (head.contentLengthCount > 0 && head.hasTransferEncoding) {
            return .protocolError(.framingConflict)
        }
        if let length = head.contentLength, length > limits.answerBodyByteCountMax { return .responseTooLarge }
        return nil
    }

    private mutating func end(_ action: Action) -> Action {
        phase = .closed
        return action
    }
}
