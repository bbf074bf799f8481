internal import CoreMetrics
internal import Logging
internal import MessageModel
internal import PaymentNotice
internal import Settings
internal import Telemetry

/// Installs log handler and metrics factory of the process.
enum DaemonLogging {
    /// Installs JSON lines on standard error. Once per process.
    static func install(level: LogLevelName, time: any TimeSource) {
        let least = Logger.Level(rawValue: level.rawValue) ?? .info
        LoggingSystem.bootstrap { label in
            JSONLinesLogHandler(
                label: label, level: least, clock: { RFC3339.utcText(millis: Int64(time.now.milliseconds)) },
                sink: { StandardStream.error.write($0) })
        }
    }

    /// Installs the metrics factory. Once per process.
    static func installMetrics() -> MetricsRegistry {
        let registry = MetricsRegistry()
        MetricsSystem.bootstrap(registry)
        return registry
    }
}
