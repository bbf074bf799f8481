internal import Synchronization

/// One request and the one chance to answer it; thread-safe.
///
/// Released without an answer it answers 500 itself, so that a lost exchange cannot hang its connection.
public final class DataPlaneExchange: Sendable {
    /// The request.
    public let request: DataPlaneRequest

    /// Where the answer goes; takes the first answer only.
    private let sink: any ResponseSink
    private let isAnswered = Atomic<Bool>(false)

    /// Made by the server; with a sink of its own, a handler can be tested without one.
    public init(request: DataPlaneRequest, sink: any ResponseSink) {
        self.request = request
        self.sink = sink
    }

    deinit {
        respond(.failure(status: 500, message: "no answer"))
    }

    /// Answers. A second call is ignored; an answer for a client that went away is dropped.
    public func respond(_ response: DataPlaneResponse) {
        guard !isAnswered.exchange(true, ordering: .acquiringAndReleasing) else { return }
        sink.deliver(response)
    }
}
