internal import AccessControl

/// Who asks, and what the request carries against being repeated by somebody else.
struct NativeCaller: Sendable {
    /// Nil for an unsigned request that the settings allow: it may do everything.
    let key: APIKey?
    /// Whether the request is signed: it can then be repeated by whoever saw it, so its sends need keys or a nonce.
    let isSigned: Bool
    /// Whether what the request carried proves a secret of this key, which may have got other ones since.
    var proves: @Sendable (APIKey) -> Bool = { _ in true }

    /// Whether the caller may do this.
    func allows(_ action: APIAction, on resource: APIResource) -> Bool { key?.allows(action, on: resource) ?? true }

    /// Whether the caller may do this to anything.
    func allowsSomewhere(_ action: APIAction) -> Bool { key?.allowsSomewhere(action) ?? true }

    /// - Throws: ``NativeFault/forbidden``.
    func require(_ action: APIAction, on resource: APIResource) throws(NativeFault) {
        guard allows(action, on: resource) else { throw .forbidden }
    }
}
