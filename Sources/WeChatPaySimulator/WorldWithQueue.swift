internal import HTTPDataPlane
internal import MessageModel

/// The simulated world around the daemon: shops, shoppers, the platform with its order query, the merchants' servers,
/// the operator.
final class WorldWithQueue: Sendable {
    let flow: PaymentFlow
    let book: OrderBook
    let servers: MerchantServers
    let callbacks: CallbackServer
    let operatorClient: OperatorClient
    /// The gate's answers to the merchant that fakes orders.
    let gateLog: GateLog
    /// Where the platform's order query answers.
    let queryRoot: String
    private let queryServer: DataPlaneServer

    private init(
        flow: PaymentFlow, book: OrderBook, servers: MerchantServers, callbacks: CallbackServer,
        operatorClient: OperatorClient, gateLog: GateLog, query: (server: DataPlaneServer, root: String)
    ) {
        self.flow = flow
        self.book = book
        self.servers = servers
        self.callbacks = callbacks
        self.gateLog = gateLog
        self.operatorClient = operatorClient
        queryServer = query.server
        queryRoot = query.root
    }

    static func start(
        plan: WorldPlan, schedule: PaymentSchedule, keys: SimulatorKeys, settings: DaemonSettings,
        network: SimulatorNetwork, clock: WorldClock, time: any TimeSource
    ) async throws(SimulatorError) -> WorldWithQueue {
        let servers = try await MerchantServers.start(
            schedule, plan: plan, clock: clock, time: time, loops: network.loops)
        let root = "http://\(Loopback.address):\(settings.noticesPort)"
        let gate = PaymentGateClient(
            client: network.client, url: try network.url(root + "/gate/v1/payment-requests"), token: keys.gateToken)
        let sender = NoticeSender(
            client: network.client, url: try network.url(root + "/notify/wechat/v3"), factory: NoticeFactory(keys),
            ladder: plan.ladder, time: time)
        let book = OrderBook()
        let query = try await network.startServer(
            try OrderQueryAPI(book: book, keys: keys, time: time), what: "the platform's order query")
        let callbacks = try await CallbackServer.start(network: network, time: time)
        let gateLog = GateLog(merchantID: schedule.merchants(.faker).first?.merchantID ?? "")
        return WorldWithQueue(
            flow: PaymentFlow(gate: gate, log: gateLog, book: book, sender: sender, time: time), book: book,
            servers: servers, callbacks: callbacks,
            operatorClient: OperatorClient(
                client: network.client, policy: network.policy,
                root: "http://\(Loopback.address):\(settings.adminPort)", token: keys.operatorToken),
            gateLog: gateLog, query: query)
    }

    /// The merchants the daemon starts with: all but the late ones.
    var registryFile: MerchantRegistryFile {
        MerchantRegistryFile(servers.endpoints.filter { $0.merchant.role != .late }.map { ($0.merchant, $0.endpoint) })
    }

    /// How it ended.
    var side: Comparison.Side {
        let ledger = servers.ledger.figures
        return Comparison.Side(
            notices: flow.notices, delivered: ledger.uniqueOrders, deliveredTwice: ledger.deliveredAgain,
            fakes: book.paidOrders.map(\.payment).filter(\.isFake))
    }

    func stop() async {
        await queryServer.stop(graceSeconds: 0)
        await callbacks.stop()
        await servers.stop()
    }
}
