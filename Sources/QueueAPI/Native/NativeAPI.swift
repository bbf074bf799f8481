public import AccessControl
internal import CMQProtocol
public import Engine
public import HTTPDataPlane
public import Logging
internal import MessageModel
internal import NIOCore
public import ServiceLifecycle
internal import Tillwire

/// The native JSON API under `/v1`: queues, topics and messages in JSON, large batches as NDJSON, idempotency keys, traces.
///
/// Requests are read and authorised on the event loop (those with a long body beside it). The single sends of one event-loop turn go to the store
/// together, one call per queue or topic. Bodies and answers are whole, a batch at most ``NativeLimits/bodyByteCountMax`` and
/// ``NativeLimits/lineCountMax`` lines, a receive at most 256 messages; except at the paths that end in `/stream`, where lines of any number are
/// taken, done and answered as they come. `/v1/openapi.json` describes everything. Thread-safe.
public final class NativeAPI<E: Engine>: DataPlaneHandler, Service {
    let operations: QueueOperations<E>
    let settings: NativeAPISettings
    let counters = NativeCounters()
    private let logger: Logger
    let authentication: NativeAuthentication
    let router = NativeRouter()
    let gate: NativeGate
    /// The bytes of streams: slow ones take no room from requests.
    let streamGate: NativeGate
    /// What receives of streams could bring that ask for more than is held of one.
    let streamReceiveGate: NativeGate
    private let waits: NativeWaits
    /// The streams under way.
    let streams: NativeWaits

    /// The API over the operations that CMQ's calls use too.
    public init(
        operations: QueueOperations<E>, keys: APIKeyBook, logger: Logger, settings: NativeAPISettings = .init()
    ) {
        self.operations = operations
        self.logger = logger
        self.settings = settings
        authentication = NativeAuthentication(keys: keys, time: operations.broker.time, settings: settings)
        gate = NativeGate(
            countMax: settings.requestsInFlightMax, byteCountMax: NativeLimits.requestBytesInFlightMax)
        // A place for each, and one for its long line.
        streamGate = NativeGate(
            countMax: 2 * settings.streamCountMax, byteCountMax: NativeLimits.streamBytesInFlightMax)
        streamReceiveGate = NativeGate(
            countMax: settings.streamCountMax, byteCountMax: NativeLimits.streamReceiveBytesInFlightMax)
        waits = NativeWaits(countMax: settings.waitingReceiveCountMax)
        streams = NativeWaits(countMax: settings.streamCountMax)
    }

    /// Whether requests for this path belong here.
    public static func serves(path: String) -> Bool { path == "/v1" || path.hasPrefix(NativeRouter.prefix) }

    /// What happened since the start.
    public var figures: NativeFigures {
        counters.figures(inFlight: gate.count, waitingReceives: waits.count, streams: streams.count)
    }

    /// Waits for the graceful shutdown, then ends the receives that wait: they answer that there is nothing, as they would a little later. Streams are
    /// ended too: what has arrived of their lines is done and answered, which is waited for, up to ``NativeLimits/streamDrainMillisMax``.
    public func run() async throws {
        try? await gracefulShutdown()
        waits.stop()
        streams.stop()
        // What is durable should be answered while the listener still runs.
        let end = ContinuousClock.now + .milliseconds(NativeLimits.streamDrainMillisMax)
        while streams.count > 0, ContinuousClock.now < end {
            do { try await Task.sleep(for: .milliseconds(10)) } catch { return }
        }
    }

    /// Takes the requests of one event-loop turn.
    public func handle(_ batch: [DataPlaneExchange]) {
        var sends: [NativeSingleSend] = []
        for exchange in batch {
            guard let permit = gate.enter(byteCount: exchange.request.body.readableBytes) else {
                counters.answered(503)
                exchange.respond(NativeFault.overloaded.answer.response)
                continue
            }
            let admitted = NativeExchange(exchange: exchange, counters: counters, permit: permit)
            if exchange.request.body.readableBytes <= NativeLimits.loopBodyByteCountMax {
                if let send = begin(admitted) { sends.append(send) }
            } else {
                Task { if let send = begin(admitted) { await store([send]) } }
            }
        }
        guard !sends.isEmpty else { return }
        Task { [sends] in await store(sends) }
    }

    /// Reads a request; answers it, starts it, or returns the single message that is to be stored with others.
    private func begin(_ admitted: NativeExchange) -> NativeSingleSend? {
        do throws(NativeFault) {
            guard let call = try call(admitted, streaming: false) else { return nil }
            switch call.operation {
            case .sendMessages, .publishMessages:
                guard !call.sendsLines else { break }
                let source = try source(of: call)
                return NativeSingleSend(exchange: admitted, source: source, message: try singleMessage(call))
            case .receiveMessages where call.isStream:
                try beginStreamedReceive(call, admitted)
                return nil
            case .receiveMessages:
                try beginReceive(call, admitted)
                return nil
            default: break
            }
            Task { await finish(call, admitted) }
        } catch { admitted.answer(error.answer) }
        return nil
    }

    /// Who asks for what; nil where it was answered.
    ///
    /// - Parameter streaming: whether the body comes in parts.
    func call(_ admitted: NativeExchange, streaming: Bool) throws(NativeFault) -> NativeCall? {
        let request = admitted.exchange.request
        switch router.match(method: request.method, path: request.path) {
        case .nothing: throw NativeFault(.notFound, "nothing answers at this path; see /v1/openapi.json")
        case .otherMethods(let methods):
            let fault = NativeFault(.methodNotAllowed, "\(methods.joined(separator: ", ")) are allowed here")
            var answer = fault.answer
            answer.headers = [("Allow", methods.joined(separator: ", "))]
            admitted.answer(answer)
            return nil
        case .operation(.getOpenAPI, _):
            admitted.answer(NativeAnswer(status: 200, json: OpenAPIDocument.bytes))
            return nil
        case .operation(let operation, let names):
            guard streaming || !operation.streamsBody else {
                // A server that hands over whole bodies only.
                begin(admitted, RequestBody(request.body))
                return nil
            }
            let body = streaming ? nil : Array(request.body.readableBytesView)
            let caller = try authentication.caller(request, body: body)
            return try NativeCall(admitted.exchange, operation, names: names, caller: caller, body: body ?? [])
        }
    }

    private func beginReceive(_ call: NativeCall, _ admitted: NativeExchange) throws(NativeFault) {
        var request = try receiveRequest(call)
        if waits.isStopping { request.waitMillis = 0 }
        guard request.waitMillis > 0 else {
            Task { [request] in await receive(call, request, admitted) }
            return
        }
        guard let id = waits.reserve() else { throw .overloaded }
        // A wait is counted among the waits, not among the requests under way.
        let waiting = NativeExchange(exchange: admitted.exchange, counters: counters, permit: nil)
        let task = Task { [request, waits] in
            await receive(call, request, waiting)
            waits.ended(id)
        }
        waits.runs(id, task)
        admitted.exchange.onClientGone { task.cancel() }
    }

    private func finish(_ call: NativeCall, _ admitted: NativeExchange) async {
        let answer: NativeAnswer
        do throws(NativeFault) { answer = try await self.answer(call) } catch { answer = error.answer }
        audit(call, status: answer.status)
        admitted.answer(answer)
    }

    /// Writes down who changed what. Names of queues and topics and ids of keys are no secrets.
    private func audit(_ call: NativeCall, status: Int) {
        guard call.operation.isChange else { return }
        logger.info(
            "native api: a change was asked for",
            metadata: [
                "operation": "\(call.operation.rawValue)", "entity": "\(call.names.joined(separator: "/").prefix(130))",
                "key": "\(call.caller.key?.id ?? "")", "peer": "\(call.exchange.request.peerAddress)",
                "status": "\(status)",
            ])
    }

    private func answer(_ call: NativeCall) async throws(NativeFault) -> NativeAnswer {
        switch call.operation {
        case .listQueues: try listQueues(call)
        case .getQueue: try await getQueue(call)
        case .putQueue: try await putQueue(call)
        case .patchQueue: try await patchQueue(call)
        case .deleteQueue: try await deleteQueue(call)
        case .purgeQueue: try await purgeQueue(call)
        case .pauseQueue: try await pauseQueue(call, true)
        case .resumeQueue: try await pauseQueue(call, false)
        case .rewindQueue: try await rewindQueue(call)
        case .getQueueFigures: try await getQueueFigures(call)
        case .sendMessages, .publishMessages: try await sendLines(call)
        case .acknowledgeMessages, .releaseMessages, .extendMessages: try await settle(call)
        case .listTopics: try listTopics(call)
        case .getTopic: try getTopic(call)
        case .putTopic: try await putTopic(call)
        case .patchTopic: try await patchTopic(call)
        case .deleteTopic: try await deleteTopic(call)
        case .listSubscriptions: try listSubscriptions(call)
        case .getSubscription: try getSubscription(call)
        case .putSubscription: try await putSubscription(call)
        case .deleteSubscription: try await deleteSubscription(call)
        case .traceMessage: try await traceMessage(call)
        case .receiveMessages, .getOpenAPI, .streamMessages, .streamDeliveries, .streamAcknowledgements,
            .streamReleases, .streamExtensions, .streamPublications:
            preconditionFailure("answered before")
        }
    }
}
