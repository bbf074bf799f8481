internal import PaymentNotice

/// One notice on its way: what it says, and how it travels.
struct PlatformNotice: Sendable {
    /// Makes headers and body of one delivery: the body is the same each time, the signature is new.
    let render: @Sendable (SigningChoice) throws -> RenderedNotice
    let generation: APIGeneration
    let url: String
    /// Which key signs.
    var signedBy = SigningChoice.mixed
    /// Copies of the first delivery sent at once, 1 or more.
    var copies = 1
    /// Waits so long before the first delivery.
    var delayMillis = 0
    /// A deliberately wrong signature is sent first.
    var isProbed = false
}

/// A notice as it goes over the wire.
struct RenderedNotice: Sendable {
    let headers: [(name: String, value: String)]
    let body: [UInt8]
}
