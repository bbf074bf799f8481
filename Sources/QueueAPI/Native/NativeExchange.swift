internal import HTTPDataPlane

/// An exchange that was let in: answering it is counted, and its permit ends with it.
struct NativeExchange: Sendable {
    let exchange: DataPlaneExchange
    let counters: NativeCounters
    /// Nil for a wait, which is counted elsewhere.
    let permit: NativePermit?

    func answer(_ answer: NativeAnswer) {
        counters.answered(answer.status)
        exchange.respond(answer.response)
    }

    /// Begins an answer of lines that are written as they are known.
    func stream() -> AnswerStream {
        let head = NativeAnswer(lines: [])
        counters.answered(head.status)
        return exchange.stream(head.response)
    }

    /// Answers and tells whether the whole answer was written.
    func answer(_ answer: NativeAnswer, whenWritten: @escaping @Sendable (Bool) -> Void) {
        counters.answered(answer.status)
        exchange.respond(answer.response, whenWritten: whenWritten)
    }
}
