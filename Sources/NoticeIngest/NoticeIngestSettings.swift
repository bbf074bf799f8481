/// How much a notice door takes at once.
public struct NoticeIngestSettings: Sendable, Equatable {
    /// Notices between arrival and answer, 1…65,536; one more is answered 503, so that WeChat Pay sends it again.
    public var noticesInFlightMax = NoticeIngestLimits.noticesInFlightMax
    /// Body bytes of these notices, at least the largest notice (1,114,112).
    public var noticeBytesInFlightMax = NoticeIngestLimits.noticeBytesInFlightMax
    /// Notices of one event-loop turn that go to the store together, 1…256; more are handed over in parts.
    public var handOverCountMax = NoticeIngestLimits.handOverCountMax
    /// Milliseconds the end of the service waits for answers under way.
    public var drainMillisMax = NoticeIngestLimits.drainMillisMax

    /// The defaults.
    public init() {}
}
