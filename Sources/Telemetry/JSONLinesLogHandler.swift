public import Logging

/// A log handler that writes one JSON object per line: time, level, logger, message, error, metadata.
///
/// Callers pass no bodies and no secrets; what they pass is escaped and cut to ``TelemetryLimits/logTextByteCountMax`` bytes a text.
public struct JSONLinesLogHandler: LogHandler {
    /// Takes finished lines, newline included; called from any thread, one whole line per call.
    public typealias Sink = @Sendable ([UInt8]) -> Void

    /// The least level that is written.
    public var logLevel: Logger.Level
    /// Metadata on every line.
    public var metadata: Logger.Metadata = [:]
    /// More metadata, asked per line.
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let clock: @Sendable () -> String
    private let sink: Sink

    /// A handler for one logger.
    ///
    /// - Parameters:
    ///   - clock: the present moment as text (RFC 3339).
    ///   - sink: where lines go, such as ``StandardStream/write(_:)``.
    public init(label: String, level: Logger.Level, clock: @escaping @Sendable () -> String, sink: @escaping Sink) {
        self.label = label
        logLevel = level
        self.clock = clock
        self.sink = sink
    }

    /// Metadata on every line, by key.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line.
    public func log(event: LogEvent) {
        var line = LogLine()
        line.member("time", clock())
        line.member("level", event.level.rawValue)
        line.member("logger", label)
        line.member("message", event.message.description)
        if let error = event.error { line.member("error", "\(error)") }
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let given = event.metadata { all.merge(given) { $1 } }
        let reserved: Set = ["time", "level", "logger", "message", "error"]
        for (key, value) in all.sorted(by: { $0.key < $1.key }).prefix(TelemetryLimits.logMetadataCountMax) {
            line.member(reserved.contains(key) ? "meta_" + key : key, "\(value)")
        }
        sink(line.finished())
    }
}
