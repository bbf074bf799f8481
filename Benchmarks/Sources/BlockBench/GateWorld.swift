internal import AccessControl
internal import BenchmarkSupport
internal import HTTPDataPlane
internal import Merchants
internal import MessageModel
internal import NIOCore
internal import PaymentGate
internal import Synchronization

/// A gate over many merchants and restrictions, in memory, as a daemon has it after a start. Fixed seed.
final class GateWorld: Sendable {
    /// Keeps the status of an answer.
    final class Keeper: ResponseSink {
        let status = Atomic<Int>(0)
        func deliver(_ response: DataPlaneResponse) { status.store(response.status, ordering: .relaxed) }
    }

    static let merchantCount = 100_000
    static let restrictionCount = 10_000
    /// Requests asked in turn.
    static let requestCount = 20_000

    let gate: Gatekeeper
    let token = AccessTokens.makeToken()
    /// Bodies of payment requests: any merchant, every other one with its device.
    let bodies: [String]

    init() throws {
        let directory = MerchantDirectory()
        for number in 0..<Self.merchantCount {
            let store = MerchantStore(storeID: "S1", deviceIDs: ["D\(number)-1", "D\(number)-2"])
            directory.replace(Merchant(merchantID: Self.merchantID(number), stores: [store]))
        }
        var random = SeededGenerator(seed: 6)
        let table = RestrictionTable()
        for number in 0..<Self.restrictionCount {
            let merchant = random.below(Self.merchantCount)
            let scope: RestrictionScope =
                switch number % 3 {
                case 0: .merchant
                case 1: .store("S1")
                default: .device("D\(merchant)-1")
                }
            table.put(
                Restriction(
                    caseID: "case-\(number)", merchantID: Self.merchantID(merchant), scope: scope, reasonCode: "FRAUD",
                    reasonText: "cards that do not exist", source: .external, effectiveAtMillis: 0,
                    expiresAtMillis: nil))
        }
        bodies = (0..<Self.requestCount).map { number in
            let merchant = random.below(Self.merchantCount)
            let device = number % 2 == 0 ? "" : #""device_id":"D\#(merchant)-1","#
            return
                #"{"merchant_id":"\#(Self.merchantID(merchant))",\#(device)"out_trade_no":"T\#(number)","amount":1250}"#
        }
        gate = Gatekeeper(
            merchants: directory, restrictions: table, tokens: try AccessTokens([.init(role: .gate, token: token)]),
            time: SystemTimeSource())
    }

    /// The request with this number, in process.
    func exchange(_ number: Int, _ keeper: Keeper) -> DataPlaneExchange {
        let request = DataPlaneRequest(
            method: "POST", target: PaymentGatePath.paymentRequests, headers: ["Authorization": "Bearer \(token)"],
            body: ByteBuffer(string: bodies[number % bodies.count]))
        return DataPlaneExchange(request: request, sink: keeper)
    }

    /// The bytes of the request with this number on a connection that is kept.
    func bytes(_ number: Int) -> [UInt8] {
        let body = bodies[number % bodies.count]
        return Array(
            ("POST \(PaymentGatePath.paymentRequests) HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer \(token)\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)").utf8)
    }

    private static func merchantID(_ number: Int) -> String { "1\(630_000_000 + number)" }
}
