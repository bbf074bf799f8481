internal import HTTPDataPlane
internal import MessageModel

/// The same payments in the world before there was a queue: its own provider, its own merchants' servers, its own
/// platform.
final class WorldWithoutQueue: Sendable {
    let flow: PaymentFlow
    private let book: OrderBook
    private let provider: ProviderWithoutQueue
    private let providerServer: DataPlaneServer
    private let servers: MerchantServers
    private let client: OutboundClient

    private init(
        flow: PaymentFlow, book: OrderBook, provider: ProviderWithoutQueue, providerServer: DataPlaneServer,
        servers: MerchantServers, client: OutboundClient
    ) {
        self.flow = flow
        self.book = book
        self.provider = provider
        self.providerServer = providerServer
        self.servers = servers
        self.client = client
    }

    static func start(
        plan: WorldPlan, schedule: PaymentSchedule, keys: SimulatorKeys, network: SimulatorNetwork, clock: WorldClock,
        time: any TimeSource
    ) async throws(SimulatorError) -> WorldWithoutQueue {
        let client = network.anotherClient()
        let provider = ProviderWithoutQueue(
            schedule: schedule, keys: try keys.receiverKeys(nowSeconds: time.unixSeconds), client: client,
            policy: network.policy, time: time)
        let (server, root) = try await network.startServer(provider, what: "the provider without a queue")
        let servers = try await MerchantServers.start(
            schedule, plan: plan, clock: clock, time: time, loops: network.loops)
        for (merchant, endpoint) in servers.endpoints where merchant.role != .late {
            try provider.register(merchant, endpoint)
        }
        let sender = NoticeSender(
            client: network.client, url: try network.url(root + ProviderWithoutQueue.path),
            factory: NoticeFactory(keys),
            ladder: plan.ladder, time: time)
        let book = OrderBook()
        let flow = PaymentFlow(gate: nil, book: book, sender: sender, time: time)
        return WorldWithoutQueue(
            flow: flow, book: book, provider: provider, providerServer: server, servers: servers, client: client)
    }

    /// The late merchants are registered here too.
    func registerLateMerchants() throws(SimulatorError) {
        for (merchant, endpoint) in servers.endpoints where merchant.role == .late {
            try provider.register(merchant, endpoint)
        }
    }

    /// How it ended.
    var side: Comparison.Side {
        let ledger = servers.ledger.figures
        return Comparison.Side(
            notices: flow.notices, delivered: ledger.uniqueOrders, deliveredTwice: ledger.deliveredAgain,
            fakes: book.paidOrders.map(\.payment).filter(\.isFake))
    }

    func stop() async {
        await providerServer.stop(graceSeconds: 0)
        await servers.stop()
        await client.shutdown()
    }
}
