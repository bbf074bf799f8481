import AccessControl
import HTTPDataPlane
import MessageModel
import NIOCore
import PaymentNotice
import Synchronization
import TestSupport
import WeChatPayAPI

/// A platform on a socket: checks who signs, answers what the test says, signs its answers.
final class FakePlatform: DataPlaneHandler {
    enum Answer {
        /// Signed by that key over the body, at a moment so many seconds from now.
        case signed(body: String, by: String = Fixture.certificateSerial, ageSeconds: Int64 = 0)
        /// Signed over another body than is sent.
        case forged(body: String)
        /// Without signature.
        case plain(status: Int, body: String)
        case exactly(status: Int, headers: [(String, String)], body: [UInt8])
        /// Kept without an answer until ``release(_:)``.
        case held
    }

    private struct State {
        var answers: [String: Answer] = [:]
        var requests: [DataPlaneRequest] = []
        var held: [DataPlaneExchange] = []
    }

    private let state = Mutex(State())
    private let verifier: MerchantAPIVerifier
    let time: ManualTimeSource

    init(time: ManualTimeSource) throws {
        self.time = time
        verifier = try MerchantAPIVerifier(keys: [
            (Fixture.provider, Fixture.merchantSerial, try Fixture.text("keys/merchant-api.cert.pem"))
        ])
    }

    /// What this target is answered; `*` is any other.
    func answer(_ target: String = "*", with answer: Answer) { state.withLock { $0.answers[target] = answer } }

    var requests: [DataPlaneRequest] { state.withLock { $0.requests } }
    var targets: [String] { requests.map { $0.path + ($0.query.map { "?\($0)" } ?? "") } }
    var heldCount: Int { state.withLock { $0.held.count } }

    func release(_ answer: Answer) {
        let held = state.withLock { state in
            defer { state.held = [] }
            return state.held
        }
        for exchange in held { respond(exchange, answer) }
    }

    func handle(_ batch: [DataPlaneExchange]) {
        for exchange in batch {
            let request = exchange.request
            let target = request.path + (request.query.map { "?\($0)" } ?? "")
            let check = verifier.verify(
                authorization: request.headers["authorization"], method: request.method, pathAndQuery: target,
                body: Array(request.body.readableBytesView), nowSeconds: nowSeconds)
            let answer = state.withLock { state in
                state.requests.append(request)
                return state.answers[target] ?? state.answers["*"]
            }
            guard case .ok = check else {
                exchange.respond(.json(status: 401, #"{"code":"SIGN_ERROR","message":"sign not match"}"#))
                continue
            }
            respond(exchange, answer ?? .plain(status: 404, body: #"{"code":"ORDER_NOT_EXIST","message":"none"}"#))
        }
    }

    private func respond(_ exchange: DataPlaneExchange, _ answer: Answer) {
        switch answer {
        case .held: state.withLock { $0.held.append(exchange) }
        case .plain(let status, let body): exchange.respond(.json(status: status, body))
        case .signed(let body, let serial, let age): exchange.respond(signed(body, over: body, serial, age))
        case .forged(let body): exchange.respond(signed(body, over: body + " ", Fixture.certificateSerial, 0))
        case .exactly(let status, let headers, let body):
            exchange.respond(
                DataPlaneResponse(status: status, headers: HTTPFields(headers), body: ByteBuffer(bytes: body)))
        }
    }

    private func signed(_ body: String, over signed: String, _ serial: String, _ age: Int64) -> DataPlaneResponse {
        let headers = try? Fixture.signer(serial).headers(
            body: Array(signed.utf8), timestampSeconds: nowSeconds - age, nonce: RandomBytes.alphanumeric(count: 32),
            requestID: nil)
        guard let headers else { return .json(status: 500, "{}") }
        return DataPlaneResponse(
            status: 200, headers: HTTPFields(headers.map { ($0.name, $0.value) }), body: ByteBuffer(string: body))
    }

    private var nowSeconds: Int64 { Int64(time.now.milliseconds / 1_000) }
}

/// A client and a platform, or two, on sockets of this machine.
struct Rig {
    let time: ManualTimeSource
    let platform: FakePlatform
    let spare: FakePlatform
    let client: WeChatPayClient
    let keyring: PlatformKeyring
    let origin: String

    /// Runs `body` over a fresh pair.
    static func run(
        hasPublicKey: Bool = false, hasSpare: Bool = false, firstIsDown: Bool = false, callsInFlightMax: Int = 64,
        keys: PlatformKeys? = nil, _ body: (Rig) async throws -> Void
    ) async throws {
        let time = ManualTimeSource()
        let platform = try FakePlatform(time: time)
        let spare = try FakePlatform(time: time)
        let loops = DataPlaneLoops(count: 1)
        let servers = [platform, spare].map {
            DataPlaneServer(settings: DataPlaneServerSettings(), loops: loops, handler: $0)
        }
        let first = try await servers[0].start()
        let second = try await servers[1].start()
        if firstIsDown { await servers[0].stop(graceSeconds: 0) }
        var settings = WeChatPayClientSettings(
            host: try PlatformHost("http://\(first)"), spareHost: hasSpare ? try PlatformHost("http://\(second)") : nil,
            directMerchantIDs: [Fixture.directMerchant])
        settings.callsInFlightMax = callsInFlightMax
        let keyring = PlatformKeyring(
            try keys ?? Fixture.keys(hasPublicKey: hasPublicKey), nowSeconds: { Int64(time.now.milliseconds / 1_000) })
        let client = WeChatPayClient(
            settings: settings, signer: try Fixture.apiSigner(), keyring: keyring, loops: loops, time: time)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(
                try await body(
                    Rig(
                        time: time, platform: platform, spare: spare, client: client, keyring: keyring,
                        origin: "http://\(first)")))
        } catch { outcome = .failure(error) }
        await client.shutdown()
        for server in servers { await server.stop(graceSeconds: 0) }
        await loops.shutdown()
        try outcome.get()
    }
}
