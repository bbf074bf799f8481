public import AccessControl
internal import CMQProtocol
public import Engine
public import HTTPDataPlane
public import Logging
public import MessageModel
internal import NIOCore
public import ServiceLifecycle

/// The door for CMQ's clients, API 2.0 and API 3.0 (`cmq-protocol.md`): reads and verifies requests on the event loop, has the engine do them, answers.
///
/// Every answer of either API is HTTP 200, errors included. What one event-loop turn brought goes on together: all sends and publishes in one
/// call of the engine, all deletes in one, all receives in one task; a receive that has to wait gets a task of its own, which ends with its
/// client's connection. Thread-safe.
public final class QueueAPI<E: Engine>: DataPlaneHandler, Service {
    let operations: QueueOperations<E>
    let verifier: RequestVerifier
    let settings: QueueAPISettings
    let gate: RequestGate
    let polls: PollBook
    let rates: RateLimits
    let written = WrittenAnswers()
    let ledger = QueueAPILedger()
    let requestIDs: RequestIDs
    let time: any TimeSource
    let logger: Logger

    /// A door over `operations` for the holders of `keys`; `time` is the store's clock.
    public init(
        operations: QueueOperations<E>, keys: APIKeyBook, time: any TimeSource, logger: Logger,
        settings: QueueAPISettings = .init()
    ) {
        self.operations = operations
        self.settings = settings
        self.time = time
        self.logger = logger
        verifier = RequestVerifier(keys: keys, settings: settings, time: time)
        gate = RequestGate(settings: settings)
        polls = PollBook(countMax: settings.pollCountMax)
        rates = RateLimits(settings: settings, time: time)
        requestIDs = RequestIDs(startingAt: time.now)
    }

    /// What happened since the start. Thread-safe.
    public func figures() -> QueueAPIFigures {
        var figures = ledger.figures
        figures.inFlight = gate.count
        figures.waitingPolls = polls.count
        return figures
    }

    /// Answers waiting receives with «no message» now, and lets none wait from now on: a listener that stops waits for its answers. Thread-safe.
    public func endPolls() { polls.end() }

    /// Waits for the graceful shutdown, then takes nothing more and waits for the answers under way, at most the settings' bound.
    ///
    /// A send or delete that is unanswered after that may have been done; its client repeats it, and the guard against repeats knows it.
    public func run() async throws {
        try? await gracefulShutdown()
        endPolls()
        gate.close()
        await withTaskGroup { group in
            group.addTask { await self.gate.waitUntilEmpty() }
            group.addTask { [settings] in
                try? await Task.sleep(for: .milliseconds(settings.drainMillisMax))
                self.gate.stopWaiting()
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// Takes the requests of one event-loop turn. The path does not decide (`cmq-protocol.md` §10.3): what is routed here is served.
    public func handle(_ batch: [DataPlaneExchange]) {
        var stores: [AdmittedCall] = []
        var receives: [AdmittedCall] = []
        var deletes: [AdmittedCall] = []
        var controls: [AdmittedCall] = []
        for exchange in batch {
            guard let admitted = admit(exchange) else { continue }
            switch admitted.facts.family {
            case .send, .publish: stores.append(admitted)
            case .receive: receives.append(admitted)
            case .delete: deletes.append(admitted)
            case .control, .unread: controls.append(admitted)
            }
        }
        if !stores.isEmpty { Task { [stores] in await store(stores) } }
        if !receives.isEmpty { Task { [receives] in await receive(receives) } }
        if !deletes.isEmpty { Task { [deletes] in await delete(deletes) } }
        if !controls.isEmpty { Task { [controls] in await control(controls) } }
    }
}
