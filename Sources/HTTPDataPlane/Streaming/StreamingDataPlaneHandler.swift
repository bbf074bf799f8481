/// A handler that takes the bodies of some requests in parts, while they arrive.
///
/// Every other request comes whole, through ``DataPlaneHandler/handle(_:)``. Answers may be streamed for both kinds:
/// ``DataPlaneExchange/stream(_:)``.
public protocol StreamingDataPlaneHandler: DataPlaneHandler {
    /// Whether the body of a request comes in parts. Asked at every head, on the event loop: it must be quick.
    ///
    /// - Parameter target: path and query as sent.
    func streamsBody(method: String, target: String) -> Bool

    /// Takes a request whose body arrives meanwhile; that of the exchange's request is empty.
    ///
    /// Called on the event loop, at the head: it must not block. The answer may begin, and end, before the body has: where it ends first, the rest
    /// of the body is thrown away and the connection closes.
    func handle(_ exchange: DataPlaneExchange, body: RequestBody)
}
