import HTTPDataPlane
import Synchronization
import Testing

@testable import WeChatPaySimulator

/// An operator's API that answers what it was told to, by method and target.
private final class CannedAPI: DataPlaneHandler {
    private let answers: [String: String]
    private let seen = Mutex<[String]>([])

    init(_ answers: [String: String]) {
        self.answers = answers
    }

    /// Method and target of every request, in their order.
    var requests: [String] { seen.withLock { $0 } }

    func handle(_ batch: [DataPlaneExchange]) {
        for exchange in batch {
            let request = exchange.request
            let target = "\(request.method) \(request.path)" + (request.query.map { "?\($0)" } ?? "")
            seen.withLock { $0.append(target) }
            let answer = answers[target]
            exchange.respond(.json(status: answer == nil ? 404 : 200, answer ?? "{}"))
        }
    }
}

@Suite("The operator of a simulated world")
struct OperatorClientTests {
    private static func withClient(
        _ answers: [String: String], _ body: (OperatorClient, CannedAPI) async throws -> Void
    ) async throws {
        let network = try SimulatorNetwork()
        let api = CannedAPI(answers)
        let (server, root) = try await network.startServer(api, what: "operator's API")
        try await body(
            OperatorClient(client: network.client, policy: network.policy, root: root, token: "token"), api)
        await server.stop(graceSeconds: 0)
        await network.shutdown()
    }

    private static func restriction(_ id: String, source: String) -> String {
        """
        {"case_id":"\(id)","state":"in_force","merchant_id":"m","reason_code":"C","reason":"r","source":"\(source)",\
        "effective":"2026-01-05T08:00:00Z","expires":null}
        """
    }

    @Test("all pages of the restrictions are read, and only those of the risk control are kept")
    func restrictions() async throws {
        let pages = [
            "GET /admin/v1/restrictions?limit=100":
                "{\"restrictions\":[\(Self.restriction("a", source: "risk")),\(Self.restriction("b", source: "operator"))],"
                + "\"next\":\"b\"}",
            "GET /admin/v1/restrictions?limit=100&after=b":
                "{\"restrictions\":[\(Self.restriction("c", source: "risk"))],\"next\":null}",
        ]
        try await Self.withClient(pages) { client, api in
            let restrictions = try await client.riskRestrictions()
            #expect(restrictions.map(\.caseID) == ["a", "c"])
            #expect(api.requests.count == 2)
        }
    }

    @Test("pages of decisions follow numbers")
    func decisions() async throws {
        func decision(_ id: String) -> String {
            "{\"decision_id\":\"\(id)\",\"merchant_id\":\"m\",\"action\":\"block\",\"rule\":\"soar-1m\",\"case_id\":\"c\"}"
        }
        let pages = [
            "GET /admin/v1/risk/decisions?limit=100": "{\"decisions\":[\(decision("x"))],\"next\":7}",
            "GET /admin/v1/risk/decisions?limit=100&after=7": "{\"decisions\":[\(decision("y"))],\"next\":null}",
        ]
        try await Self.withClient(pages) { client, _ in
            let decisions = try await client.riskDecisions()
            #expect(decisions.map(\.decisionID) == ["x", "y"])
        }
    }

    @Test("what the daemon does not know is an error that names it")
    func unknown() async throws {
        let marketing = MarketingPlan(PaymentSchedule(WorldPlan()), nowMillis: 1_767_600_000_000)
        try await Self.withClient([:]) { client, api in
            let error = await #expect(throws: SimulatorError.self) { try await client.make(marketing.promotions[0]) }
            #expect(error?.description.hasPrefix("PUT /promotions/spring-discount: status 404") == true)
            await #expect(throws: SimulatorError.self) { try await client.figures(marketing.campaigns[0]) }
            #expect(
                api.requests == [
                    "PUT /admin/v1/promotions/spring-discount", "GET /admin/v1/campaigns/spring-week",
                ])
        }
    }
}
