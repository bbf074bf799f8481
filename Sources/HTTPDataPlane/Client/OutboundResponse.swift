/// The answer to an outbound request.
public struct OutboundResponse: Sendable {
    /// The final status; redirects are not followed.
    public let status: Int
    /// The header fields in order.
    public let headers: HTTPFields
    /// The whole body, at most ``OutboundLimits/answerBodyByteCountMax`` bytes, not decompressed.
    public let body: [UInt8]
    /// Where the time went.
    public let timings: OutboundTimings
    /// True when the connection had served a request before.
    public let reused: Bool
    /// True when a reused connection broke before the first answer byte and a new one was taken.
    public let reconnected: Bool
    /// The address the answer came from.
    public let peerAddress: String
}
