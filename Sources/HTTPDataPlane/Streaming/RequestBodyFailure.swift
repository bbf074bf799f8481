/// Why no more of a streamed body comes though it is not complete.
public enum RequestBodyFailure: Error, Sendable, Equatable {
    /// The connection ended.
    case clientGone
    /// What came broke a limit or was no HTTP. Where no answer was begun, the listener answers so itself.
    case refused(RequestRefusal)
    /// The server stops.
    case stopping
    /// The reading task was cancelled, or the answer was complete before the body.
    case cancelled
}
