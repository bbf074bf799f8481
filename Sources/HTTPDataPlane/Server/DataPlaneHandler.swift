/// What a service gives to a server: one call per batch of requests.
public protocol DataPlaneHandler: Sendable {
    /// Takes the requests that one turn of an event loop completed, 1 to `batchRequestCountMax` of them.
    ///
    /// Called on the event loop: it must not block. It may answer at once or start one Task for the whole batch; each
    /// exchange is answered exactly once, in any order and from any thread.
    func handle(_ batch: [DataPlaneExchange])
}
