/// Takes the one answer of an exchange.
public protocol ResponseSink: Sendable {
    /// Called once, from any thread; this or ``deliver(_:whenWritten:)``.
    func deliver(_ response: DataPlaneResponse)

    /// As ``deliver(_:)``; tells `whenWritten` once whether the whole answer was written.
    func deliver(_ response: DataPlaneResponse, whenWritten: @escaping @Sendable (Bool) -> Void)
}

extension ResponseSink {
    /// A sink that keeps answers has them written when it took them.
    public func deliver(_ response: DataPlaneResponse, whenWritten: @escaping @Sendable (Bool) -> Void) {
        deliver(response)
        whenWritten(true)
    }
}
