/// Takes the one answer of an exchange.
public protocol ResponseSink: Sendable {
    /// Called once, from any thread; this or ``deliver(_:whenWritten:)``.
    func deliver(_ response: DataPlaneResponse)

    /// As ``deliver(_:)``; tells `whenWritten` once whether the whole answer was written.
    func deliver(_ response: DataPlaneResponse, whenWritten: @escaping @Sendable (Bool) -> Void)

    /// Instead of either: the answer begins with this head, whose body is ignored. Nil where it reaches nobody.
    func beginStream(_ head: DataPlaneResponse) -> (any AnswerStreamSink)?
}

extension ResponseSink {
    /// A sink that keeps answers has them written when it took them.
    public func deliver(_ response: DataPlaneResponse, whenWritten: @escaping @Sendable (Bool) -> Void) {
        deliver(response)
        whenWritten(true)
    }

    /// A sink without streams says so.
    public func beginStream(_ head: DataPlaneResponse) -> (any AnswerStreamSink)? {
        deliver(.failure(status: 500, message: "no streamed answers here"))
        return nil
    }
}
