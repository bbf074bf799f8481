internal import AccessControl
internal import Console
internal import Engine
internal import HTTPDataPlane
internal import Logging
internal import MerchantPush
internal import MessageModel
internal import NoticeIngest
internal import OrderRecovery
internal import PaymentGate
internal import QueueAPI
internal import QueueStore
internal import Reconciliation
internal import ServiceLifecycle
internal import Settings
internal import Telemetry
internal import Tillwire

extension DaemonParts {
    /// All services in the order of their start; they stop in reverse, the listeners first.
    func services() -> [any Service] {
        var listeners: [ReadyBoard.Listener] = [.notices, .admin]
        if settings.gate != nil { listeners.append(.gate) }
        if queueDoor != nil { listeners.append(.queue) }
        let board = ReadyBoard(awaiting: listeners)
        var services: [any Service] = [watch, Housekeeping(book: book, logger: logger), rating.service, push]
        services += consumers.services
        services.append(restricted.announced)
        services.append(topicPush.fanOut)
        services.append(reconciliation)
        services.append(RegistryFollower(merchants: directory, push: push))
        // Before whoever announces, so that it stops after them.
        if let recovery { services.append(recovery) }
        if let platformKeys { services += platformKeys.services(time: broker.time) }
        if let ingest {
            if let path = settings.wechat.apiV2KeyFile {
                services.append(
                    V2KeyWatch(
                        path: path, settings: settings.wechat, ingest: ingest, time: broker.time,
                        logger: Logger(label: "keys")))
            }
            services.append(ingest)
        }
        services.append(noticesListener(board))
        if let separate = settings.gate {
            let router = DataPlaneRouter(notices: nil, noticesV2: nil, gate: gate)
            services.append(listener(.gate, separate, router, board))
        }
        services += queueServices(board)
        services.append(admin(board))
        return services
    }

    private func noticesListener(_ board: ReadyBoard) -> DataPlaneListener {
        let notices: any DataPlaneHandler = ingest ?? NoticesNotConfigured()
        let noticesV2: any DataPlaneHandler = ingest?.doorV2 ?? NoticesNotConfigured()
        let router = DataPlaneRouter(
            notices: notices, noticesV2: noticesV2, gate: settings.gate == nil ? gate : nil)
        return listener(.notices, settings.notices, router, board)
    }

    /// The queue API's listener, and behind it what ends waiting receives, so that the listener need not wait for them when it stops.
    private func queueServices(_ board: ReadyBoard) -> [any Service] {
        var services: [any Service] = []
        if let apiKeys {
            services.append(KeyFileWatch(keys: apiKeys, time: broker.time, logger: Logger(label: "keys")))
        }
        guard let queueDoor else { return services }
        var limits = HTTPLimits()
        limits.idleSecondsMax = DaemonLimits.queueIdleSecondsMax
        limits.bodyByteCountMax = DaemonLimits.queueBodyByteCountMax
        services.append(
            listener(
                .queue, settings.queueAPI.listener, queueDoor, board, limits: limits, counters: queueDoor.counters))
        return services + queueDoor.services
    }

    private func listener(
        _ name: ReadyBoard.Listener, _ settings: ListenerSettings, _ handler: any DataPlaneHandler, _ board: ReadyBoard,
        limits: HTTPLimits = HTTPLimits(), counters: DataPlaneCounters = DataPlaneCounters()
    ) -> DataPlaneListener {
        let tls = settings.tls.map {
            DataPlaneServerSettings.TLSFiles(certificateChainPath: $0.certificatePath, privateKeyPath: $0.keyPath)
        }
        let server = DataPlaneServer(
            settings: DataPlaneServerSettings(host: settings.host, port: settings.port, tls: tls, limits: limits),
            loops: loops, handler: handler, counters: counters)
        return DataPlaneListener(name: name, server: server, board: board)
    }

    private func admin(_ board: ReadyBoard) -> OperatorListener<Store> {
        let console = ConsoleServices(
            broker: broker, registry: registry, directory: directory, book: book, tokens: tokens,
            risk: consumers.risk, campaigns: consumers.campaigns, promotions: consumers.promotions,
            rating: rating.service, announcements: restricted.announced, recovery: recovery,
            reconciliation: reconciliation, setAside: consumers.setAside,
            platformKeys: platformKeys?.report,
            backup: { [broker] folder throws(BrokerError) in try await broker.backup(to: folder) }, sections: sections,
            metrics: { await metricsText() }, unreadiness: { await unreadiness(board) })
        return OperatorListener(
            console, host: settings.admin.host, port: settings.admin.port, logger: Logger(label: "admin")
        ) { board.serves(.admin, at: $0) }
    }

    private var sections: [StatusSection] {
        var sections = [DaemonStatus.section(push), DaemonStatus.section(gate)]
        if let ingest { sections.insert(DaemonStatus.section(ingest), at: 0) }
        if let recovery { sections.append(DaemonRecovery.section(recovery)) }
        if let queueDoor { sections.append(DaemonStatus.section(queueDoor, keys: apiKeys)) }
        if let platformKeys { sections.append(platformKeys.section(time: broker.time)) }
        if let platform { sections.append(platform.section) }
        return sections + consumers.sections + [
            topicPush.section, rating.section, restricted.section, ReconciliationParts.section(reconciliation),
        ]
    }

    private func unreadiness(_ board: ReadyBoard) async -> String? {
        if let reason = board.unreadiness { return reason }
        do {
            return try await broker.figures().refusesSends.map { "the store refuses sends: \($0)" }
        } catch {
            return "the store does not answer: \(error)"
        }
    }

    private func metricsText() async -> [UInt8] {
        var families = DaemonMetrics.families(gate.figures)
        if let ingest { families += DaemonMetrics.families(ingest.figures()) }
        if let recovery {
            families += await DaemonRecovery.families(recovery, nowMillis: Int64(broker.time.now.milliseconds))
        }
        if let queueDoor { families += DaemonMetrics.families(queueDoor, keys: apiKeys) }
        families += DaemonMetrics.families(await push.figures())
        families += await consumers.metricFamilies()
        families += await topicPush.metricFamilies()
        if let platformKeys { families += await platformKeys.metricFamilies(time: broker.time) }
        if let platform { families += platform.metricFamilies }
        families += await rating.metricFamilies()
        families += await restricted.metricFamilies()
        families += ReconciliationParts.families(await reconciliation.figures())
        if let backlog = try? await push.backlog() { families += DaemonMetrics.families(backlog) }
        if let store = try? await broker.figures() { families += DaemonMetrics.families(store) }
        return metrics.render(with: families)
    }
}
