/// Why a name has no addresses.
public enum NameResolverError: Error, Sendable, Equatable {
    /// The name does not exist or has no address: remembered for a while.
    case notFound
    /// The resolver could not say: asked again next time.
    case temporary
    /// An answer that is not used, such as an address with a scope identifier.
    case unusable
}
