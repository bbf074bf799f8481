/// Turns a name into its addresses; called on a thread of its own, so it may block.
public protocol NameResolver: Sendable {
    /// All A and AAAA addresses of a name, in the order to try them.
    /// - Throws: ``NameResolverError``.
    func addresses(of name: String) throws(NameResolverError) -> [IPAddress]
}
