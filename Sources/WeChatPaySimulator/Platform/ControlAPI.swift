internal import BoundedJSON
internal import HTTPDataPlane
internal import NIOCore

/// The control interface of the simulated platform: what shoppers, operators and chance do there. JSON, loopback only, unsigned.
/// Thread-safe.
struct ControlAPI: Sendable {
    typealias Action = @Sendable (ControlAPI, ControlCall) throws(APIFault) -> ControlReply

    /// What a call does; a struct of its own because a bare function cannot stand in a generic route.
    struct Interface: Sendable {
        let action: Action
    }

    let core: PlatformCore

    static func route(_ method: String, _ pattern: String, _ action: @escaping Action) -> PlatformRoute<Interface> {
        PlatformRoute(method, pattern, Interface(action: action))
    }

    private static let ownRoutes: [PlatformRoute<Interface>] = [
        route("POST", "/control/misbehave") { api, call throws(APIFault) in try api.misbehave(call) },
        route("GET", "/control/figures") { api, call throws(APIFault) in
            ControlReply(200, api.core.tally.figures.json)
        },
    ]
    private static let routes = orderRoutes + noticeRoutes + keyRoutes + billRoutes + ownRoutes

    /// Answers one request.
    func answer(_ request: DataPlaneRequest) -> DataPlaneResponse {
        do throws(APIFault) {
            guard ["127.0.0.1", "::1"].contains(request.peerAddress) else {
                throw APIFault(403, "NO_AUTH", "the control interface answers this machine only")
            }
            let (interface, parts) = try Self.routes.find(method: request.method, path: request.path)
            let bytes = Array(request.body.readableBytesView)
            guard let body = try? JSONValue.parse(bytes.isEmpty ? Array("{}".utf8) : bytes), body.isObject else {
                throw .parameter("the body is no JSON object")
            }
            let reply = try interface.action(self, ControlCall(parts: parts, body: body))
            return DataPlaneResponse(
                status: reply.status, headers: ["Content-Type": "application/json; charset=utf-8"],
                body: ByteBuffer(bytes: reply.body))
        } catch {
            return PlatformAPIv3.failure(error)
        }
    }

    private func misbehave(_ call: ControlCall) throws(APIFault) -> ControlReply {
        var set = Misbehaviour()
        set.answerDelayMillis = Int(
            try call.integer("answer_delay_millis", 0...Int64(SimulatorLimits.platformDelayMillisMax)) ?? 0)
        set.failShare = try call.share("fail_share") ?? 0
        set.rateLimitShare = try call.share("rate_limit_share") ?? 0
        set.hasBadAnswerSignature = try call.bool("bad_answer_signature")
        let skew = SimulatorLimits.platformSkewSecondsMax
        set.clockSkewSeconds = try call.integer("clock_skew_seconds", -skew...skew) ?? 0
        set.isOutOfOrder = try call.bool("out_of_order")
        set.duplicateShare = try call.share("duplicate_share") ?? 0
        set.lostShare = try call.share("lost_share") ?? 0
        set.probeShare = try call.share("probe_share") ?? 0
        set.codePay = try call.word("code_pay", Misbehaviour.CodePay.self) ?? .success
        set.refundEnd = try call.word("refund_end", PlatformRefund.State.self) ?? .success
        core.misbehaviour = set
        return ControlReply(200, Array("{}".utf8))
    }
}

/// What a control call is answered with.
struct ControlReply: Sendable {
    let status: Int
    let body: [UInt8]

    init(_ status: Int, _ body: [UInt8]) {
        self.status = status
        self.body = body
    }

    /// An object of the members that `write` writes.
    static func object(_ status: Int, _ write: (inout JSONWriter) -> Void) -> ControlReply {
        var writer = JSONWriter()
        writer.beginObject()
        write(&writer)
        writer.endObject()
        return ControlReply(status, writer.bytes)
    }
}
