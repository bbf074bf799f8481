internal import AccessControl

/// Who a verified request comes from.
struct Caller: Sendable {
    /// What it may do.
    enum Rights: Sendable {
        /// What the key is granted.
        case key(APIKey)
        /// Everything: the operator takes unsigned requests.
        case everything
    }

    /// The key's id, or the `appId`; for logs and traces.
    let id: String
    /// What it may do.
    let rights: Rights
    /// Makes repeats of this very request harmless; nil where the request is not signed.
    let replay: ReplaySeed?

    /// Whether it may do this.
    func may(_ action: APIAction, on resource: APIResource) -> Bool {
        switch rights {
        case .key(let key): key.allows(action, on: resource)
        case .everything: true
        }
    }

    /// Whether it may do this to anything at all.
    func maySomewhere(_ action: APIAction) -> Bool {
        switch rights {
        case .key(let key): key.allowsSomewhere(action)
        case .everything: true
        }
    }
}
