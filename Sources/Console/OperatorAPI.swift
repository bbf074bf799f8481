internal import AccessControl
internal import BoundedJSON
public import Engine
internal import HTTPTypes
public import Hummingbird
internal import HummingbirdCore
public import Logging
internal import NIOCore

/// The operator's API on the control plane: merchants, restrictions, orders, status, verification, health, metrics; beside it the
/// callback API of risk systems.
///
/// Runs as a service; a graceful stop answers what is under way and closes.
public enum OperatorAPI {
    /// The routes, every one with its errors in the API's form.
    public static func router<E: Engine>(_ services: ConsoleServices<E>) -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: ErrorForm())
        addProbes(to: router, services)
        let admin = router.group("admin/v1").add(middleware: RoleOnly(role: .operator, tokens: services.tokens))
        MerchantRoutes(services: services).add(to: admin)
        RestrictionRoutes(services: services).add(to: admin)
        OrderRoutes(services: services).add(to: admin)
        RiskRoutes(services: services).add(to: admin)
        if let desk = services.campaigns { CampaignRoutes(desk: desk).add(to: admin) }
        if let desk = services.promotions { PromotionRoutes(desk: desk).add(to: admin) }
        if let report = services.platformKeys { PlatformKeyRoutes(report: report).add(to: admin) }
        if let desk = services.rating { RatingRoutes(desk: desk).add(to: admin) }
        if let desk = services.announcements { AnnouncementRoutes(desk: desk).add(to: admin) }
        if let desk = services.recovery { RecoveryRoutes(desk: desk).add(to: admin) }
        if let desk = services.reconciliation { ReconciliationRoutes(desk: desk).add(to: admin) }
        StatusRoutes(services: services).add(to: admin)
        if let backup = services.backup { BackupRoutes(backup: backup).add(to: admin) }
        let callback = router.group("callback/v1").add(middleware: RoleOnly(role: .risk, tokens: services.tokens))
        CallbackRoutes(services: services).add(to: callback)
        return router
    }

    /// The listener.
    ///
    /// - Parameters:
    ///   - port: 0 takes any free one.
    ///   - onReady: called once with the port it listens on.
    public static func application<E: Engine>(
        _ services: ConsoleServices<E>, host: String, port: Int, logger: Logger,
        onReady: @escaping @Sendable (Int) async -> Void
    ) -> Application<RouterResponder<BasicRequestContext>> {
        let limit = MaximumAvailableConnections(ConsoleLimits.connectionCountMax)
        let http = HTTP1Channel.Configuration(idleTimeout: .seconds(Int64(ConsoleLimits.idleSecondsMax)))
        return Application(
            router: router(services), server: .http1(configuration: http),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: nil, availableConnectionsDelegate: limit),
            onServerRunning: { await onReady($0.localAddress?.port ?? 0) }, logger: logger)
    }

    private static func addProbes<E: Engine>(to router: Router<BasicRequestContext>, _ services: ConsoleServices<E>) {
        router.get("healthz") { _, _ in JSONAnswer { $0.member("status", "alive") } }
        router.get("readyz") { _, _ in
            let reason = await services.unreadiness()
            return JSONAnswer(reason == nil ? .ok : .serviceUnavailable) { writer in
                writer.member("status", reason == nil ? "ready" : "not ready")
                if let reason { writer.member("reason", reason) }
            }
        }
        router.get("metrics") { _, _ in
            let text = ByteBuffer(bytes: await services.metrics())
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: text))
        }
    }
}
