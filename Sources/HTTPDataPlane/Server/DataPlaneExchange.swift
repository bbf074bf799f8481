internal import Synchronization

/// One request and the one chance to answer it; thread-safe.
///
/// Released without an answer it answers 500 itself, so that a lost exchange cannot hang its connection.
public final class DataPlaneExchange: Sendable {
    /// The request.
    public let request: DataPlaneRequest

    /// Where the answer goes; takes the first answer only.
    private let sink: any ResponseSink
    private let client: ClientPresence
    private let isAnswered = Atomic<Bool>(false)
    /// The listener at ``client``; 0 where there is none.
    private let listener = Atomic<UInt64>(0)

    /// Made by the server; with a sink of its own, a handler can be tested without one.
    public init(request: DataPlaneRequest, sink: any ResponseSink, client: ClientPresence = ClientPresence()) {
        self.request = request
        self.sink = sink
        self.client = client
    }

    deinit {
        guard !isAnswered.load(ordering: .acquiring) else { return }
        respond(.failure(status: 500, message: "no answer"))
    }

    /// Answers. A second call is ignored; an answer for a client that went away is dropped.
    public func respond(_ response: DataPlaneResponse) {
        guard takeTurn() else { return }
        sink.deliver(response)
    }

    /// Answers several, each as ``respond(_:)``; each event loop is woken once for all that are its own, and not by the first while the others are still
    /// to come.
    public static func respond(_ answers: [(exchange: DataPlaneExchange, response: DataPlaneResponse)]) {
        var batches: [(mailbox: LoopMailbox<AnsweredExchange>, answers: [AnsweredExchange])] = []
        for (exchange, response) in answers where exchange.takeTurn() {
            guard let sink = exchange.sink as? MailboxSink else {
                exchange.sink.deliver(response)
                continue
            }
            let answered = sink.answered(response)
            if let place = batches.lastIndex(where: { $0.mailbox === sink.mailbox }) {
                batches[place].answers.append(answered)
            } else {
                batches.append((sink.mailbox, [answered]))
            }
        }
        for batch in batches { batch.mailbox.post(contentsOf: batch.answers) }
    }

    /// Answers as ``respond(_:)``, and tells what became of the answer: true when the operating system has taken the last byte of it, false when the
    /// connection ended before. `whenWritten` is called once, from any thread, the connection's event loop included: it must not block. A second
    /// answer is ignored, and `whenWritten` told false.
    public func respond(_ response: DataPlaneResponse, whenWritten: @escaping @Sendable (Bool) -> Void) {
        guard takeTurn() else { return whenWritten(false) }
        sink.deliver(response, whenWritten: whenWritten)
    }

    /// Begins an answer whose body is written piece by piece; status and fields are those of `head`, its body is ignored. Where the exchange is
    /// answered already, or the client is gone, nothing that is written reaches anybody.
    public func stream(_ head: DataPlaneResponse) -> AnswerStream {
        let begun = takeTurn() ? sink.beginStream(head) : nil
        return AnswerStream(sink: begun ?? ClosedStreamSink(), client: client)
    }

    /// Runs tasks on the event loop that the request came from, for short work without waits that block: a task that begins there and answers there
    /// takes no other thread's time. It must not be kept beyond the server. Nil where there is no loop.
    public var loopExecutor: (any TaskExecutor)? { (sink as? MailboxSink)?.executor }

    /// True when the connection ended: an answer would reach nobody.
    public var isClientGone: Bool { client.isGone }

    /// Calls `body` once when the connection ends before the answer is given, at once where it has ended. From any thread, the connection's event
    /// loop included: it must not block. One listener per exchange: a later one takes the place of the earlier.
    public func onClientGone(_ body: @escaping @Sendable () -> Void) {
        let id = client.onLeaving(body)
        client.forget(listener.exchange(id, ordering: .acquiringAndReleasing))
        // Answered meanwhile: nobody else would take the listener away.
        if isAnswered.load(ordering: .acquiring) { client.forget(id) }
    }

    private func takeTurn() -> Bool {
        guard !isAnswered.exchange(true, ordering: .acquiringAndReleasing) else { return false }
        let id = listener.load(ordering: .acquiring)
        if id != 0 { client.forget(id) }
        return true
    }
}
