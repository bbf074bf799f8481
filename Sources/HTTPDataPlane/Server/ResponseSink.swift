/// Takes the one answer of an exchange.
public protocol ResponseSink: Sendable {
    /// Called once, from any thread.
    func deliver(_ response: DataPlaneResponse)
}
