internal import AccessControl
internal import Glibc
internal import Logging
internal import MessageModel
internal import RiskRules
internal import ServiceLifecycle
public import Settings
internal import Telemetry
internal import UnixSignals

/// The broker daemon: settings, store, services, their order and their end. Wiring, nothing else.
///
/// Start order: store, push, the topic's consumers, ingest, listeners, operator's API. SIGTERM or SIGINT stops them in reverse, each awaited; the store is closed
/// last, after everything that was accepted is durable. Once every listener serves, one line says where on standard output.
public enum Daemon {
    /// Seconds between the end of the graceful stop's time and the end of the process by force; the store survives that.
    private static let cancelSeconds: Int64 = 10

    /// Reads the files the settings name and says what is wrong with them, without opening the store.
    ///
    /// - Throws: ``DaemonError/settings(_:)``.
    public static func check(_ settings: BrokerSettings) throws(DaemonError) {
        _ = try DaemonFiles(settings)
        do throws(RuleFileError) { _ = try RiskFiles.rules(settings.risk.rulesFile) } catch {
            throw .settings("risk.rules_file: \(error)")
        }
    }

    /// Runs until SIGTERM or SIGINT. Once per process: it installs log handler and metrics factory.
    ///
    /// - Throws: ``DaemonError`` where it does not start or ends by itself.
    public static func run(_ settings: BrokerSettings) async throws(DaemonError) {
        // A reader of our output, or a peer, that goes away must not end the process.
        signal(SIGPIPE, SIG_IGN)
        let files = try DaemonFiles(settings)
        let time = SystemTimeSource()
        DaemonLogging.install(level: settings.logLevel, time: time)
        let metrics = DaemonLogging.installMetrics()
        let parts = try await DaemonParts.open(settings, files: files, time: time, metrics: metrics)
        warn(settings, parts.logger)
        do {
            try await group(parts).run()
            await parts.close()
        } catch {
            await parts.close()
            throw error as? DaemonError ?? .failed("\(error)")
        }
    }

    /// Reads the settings over command line, environment and file.
    ///
    /// - Throws: ``DaemonError/settings(_:)`` naming the key or file.
    public static func settings(
        configPath: String?, environment: [String: String], overrides: [String]
    ) throws(DaemonError) -> BrokerSettings {
        do {
            let file = try configPath.map { (bytes: try SecretFile.readPublic(path: $0), path: $0) }
            return try BrokerSettings.load(file: file, environment: environment, overrides: overrides)
        } catch {
            throw .settings("\(error)")
        }
    }

    /// Tells an operator on standard error why the daemon does not run.
    public static func tell(_ error: DaemonError) { StandardStream.error.write(line: "tillwired: \(error)") }

    private static func group(_ parts: DaemonParts) -> ServiceGroup {
        var configuration = ServiceGroupConfiguration(
            services: parts.services().map { .init(service: $0, serviceName: "\(type(of: $0))") },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: parts.logger)
        configuration.maximumGracefulShutdownDuration = .seconds(parts.settings.shutdownSeconds)
        configuration.maximumCancellationDuration = .seconds(cancelSeconds)
        return ServiceGroup(configuration: configuration)
    }

    /// Says what an operator should know about these settings.
    private static func warn(_ settings: BrokerSettings, _ logger: Logger) {
        if !settings.wechat.isConfigured {
            logger.warning("no keys of WeChat Pay are set: notices are answered with an error")
        }
        if let platform = settings.wechat.platform {
            let numbers = settings.wechat.providerMerchantIDs + settings.wechat.directMerchantIDs
            let others = numbers.filter { $0 != platform.apiUserMerchantID }
            if !others.isEmpty {
                logger.warning(
                    "one number signs all calls: orders of the others cannot be asked for, their lost notices are left to the bill",
                    metadata: [
                        "signs": "\(platform.apiUserMerchantID)", "others": "\(others.joined(separator: ", "))",
                    ])
            }
        }
        if settings.access.operatorTokenFiles.isEmpty {
            logger.warning("access.operator_token_files is empty: the operator's API denies everybody")
        }
        if settings.queueAPI.allowsUnsignedAppID || settings.queueAPI.allowsUnsignedNative {
            logger.warning("the queue API takes unsigned requests: whoever reaches its port may do everything")
        }
        let push = settings.push
        if push.allowsPlainHTTP || push.allowsIPLiterals || push.allowsAnyPort || push.ladderScale < 1 {
            logger.warning("demonstration settings: endpoints need not be public https, or ladders are compressed")
        }
        let opened = push.allowedPrivateRanges + push.allowedAddresses
        if !opened.isEmpty {
            logger.warning("addresses opened for push", metadata: ["addresses": "\(opened.joined(separator: ", "))"])
        }
    }
}
