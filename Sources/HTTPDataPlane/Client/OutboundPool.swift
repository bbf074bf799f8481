internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// The connections and attempts of one event loop: who waits, who connects, which connections are free.
///
/// Confined to its loop. An endpoint always lives on the same loop, so its bound is exact; the bounds in all are shared
/// out evenly.
final class OutboundPool {
    let loop: any EventLoop
    let settings: OutboundSettings
    let resolver: ResolverCache
    /// Nil when the configured roots cannot be read: then every https attempt fails as ours.
    let tls: NIOSSLContext?
    private let connectionCountMax: Int
    private let waitingCountMax: Int
    private var attempts: [ObjectIdentifier: OutboundAttempt] = [:]
    /// Attempts that wait for a place, oldest first; at most `waitingCountMax`.
    private var waiting: [OutboundAttempt] = []
    /// Free connections, the one used last at the end.
    private var idle: [OutboundKey: [OutboundConnection]] = [:]
    /// Connections and reserved places per endpoint; endpoints without any are removed.
    private var counts: [OutboundKey: Int] = [:]
    private var totalCount = 0
    private var sweep: Scheduled<Void>?
    private var isShutDown = false

    init(
        loop: any EventLoop, loopCount: Int, settings: OutboundSettings, threads: NIOThreadPool,
        resolver: any NameResolver, tls: NIOSSLContext?
    ) {
        self.loop = loop
        self.settings = settings
        self.tls = tls
        self.resolver = ResolverCache(loop: loop, threads: threads, resolver: resolver, limits: settings.limits)
        connectionCountMax = max(settings.limits.connectionCountMax / loopCount, 1)
        waitingCountMax = max(settings.limits.waitingRequestCountMax / loopCount, 1)
    }

    // MARK: - Attempts

    func receive(_ message: OutboundMessage) {
        switch message {
        case .submit(let submission): submit(submission)
        case .cancel(let ticket): cancel(ticket)
        }
    }

    private func submit(_ submission: OutboundSubmission) {
        let attempt = OutboundAttempt(submission, settings: settings, now: loop.now)
        if isShutDown { return attempt.finish(.failure(.senderError(.shutDown))) }
        if submission.ticket.isCancelled { return attempt.finish(.failure(.senderError(.cancelled))) }
        attempts[ObjectIdentifier(submission.ticket)] = attempt
        attempt.startTotalTimer(on: loop) { self.fail(attempt, .timeoutTotal) }
        acquire(attempt)
    }

    private func cancel(_ ticket: OutboundTicket) {
        guard let attempt = attempts[ObjectIdentifier(ticket)] else { return }
        fail(attempt, .senderError(.cancelled))
    }

    /// Ends an attempt without an answer; closes what was opened for it.
    func fail(_ attempt: OutboundAttempt, _ failure: OutboundFailure) {
        guard !attempt.isDone else { return }
        waiting.removeAll { $0 === attempt }
        finish(attempt, .failure(failure))
        attempt.connection?.abandon()
        attempt.connection = nil
        attempt.channel?.close(promise: nil)
        attempt.channel = nil
        guard attempt.holdsSlot else { return }
        attempt.holdsSlot = false
        freeSlot(attempt.key)
    }

    func succeed(
        _ attempt: OutboundAttempt, on connection: OutboundConnection, status: Int, headers: HTTPFields, body: [UInt8]
    ) {
        attempt.timings.totalMicros = OutboundAttempt.micros(from: attempt.startedAt, to: loop.now)
        let response = OutboundResponse(
            status: status, headers: headers, body: body, timings: attempt.timings, reused: connection.isReused,
            reconnected: attempt.reconnected, peerAddress: connection.peerAddress)
        finish(attempt, .success(response))
    }

    /// A reused connection may have been closed by the peer just before: one new connection, at once (merchant-push §3).
    func brokeBeforeAnswer(_ attempt: OutboundAttempt, wasReused: Bool) {
        guard !attempt.isDone else { return }
        guard wasReused, !attempt.reconnected else { return fail(attempt, .reset) }
        attempt.reconnected = true
        acquire(attempt)
    }

    private func finish(_ attempt: OutboundAttempt, _ outcome: OutboundSubmission.Outcome) {
        attempts.removeValue(forKey: ObjectIdentifier(attempt.ticket))
        attempt.finish(outcome)
    }

    // MARK: - Connections

    private func acquire(_ attempt: OutboundAttempt) {
        if !attempt.reconnected, let connection = takeIdle(attempt.key) {
            connection.send(attempt)
        } else if hasRoom(attempt.key) {
            takeSlot(attempt)
        } else if waiting.count < waitingCountMax {
            waiting.append(attempt)
        } else {
            fail(attempt, .senderError(.tooManyWaiting))
        }
    }

    /// A connection's request is answered.
    func returned(_ connection: OutboundConnection, isReusable: Bool) {
        guard isReusable, !isShutDown, isYoung(connection) else { return drop(connection) }
        if let index = waiting.firstIndex(where: { $0.key == connection.key && !$0.reconnected }) {
            connection.send(waiting.remove(at: index))
        } else {
            connection.idleSince = loop.now
            idle[connection.key, default: []].append(connection)
            armSweep()
        }
    }

    /// A connection is gone.
    func closed(_ connection: OutboundConnection) {
        removeIdle(connection)
        release(connection)
    }

    private func drop(_ connection: OutboundConnection) {
        removeIdle(connection)
        connection.close()
        release(connection)
    }

    private func release(_ connection: OutboundConnection) {
        guard connection.holdsSlot else { return }
        connection.holdsSlot = false
        freeSlot(connection.key)
    }

    private func takeIdle(_ key: OutboundKey) -> OutboundConnection? {
        while let connection = idle[key]?.popLast() {
            if idle[key]?.isEmpty == true { idle[key] = nil }
            if connection.channel.isActive, isYoung(connection) { return connection }
            drop(connection)
        }
        return nil
    }

    private func removeIdle(_ connection: OutboundConnection) {
        guard idle[connection.key] != nil else { return }
        idle[connection.key]?.removeAll { $0 === connection }
        if idle[connection.key]?.isEmpty == true { idle[connection.key] = nil }
    }

    private func isYoung(_ connection: OutboundConnection) -> Bool {
        connection.useCount < settings.limits.connectionUseCountMax
            && loop.now < connection.openedAt + .seconds(Int64(settings.limits.connectionAgeSecondsMax))
    }

    // MARK: - Places

    /// True when one more connection to this endpoint may be opened; an idle one of another endpoint may have to go.
    private func hasRoom(_ key: OutboundKey) -> Bool {
        guard counts[key, default: 0] < settings.limits.connectionsPerEndpointMax else { return false }
        if totalCount < connectionCountMax { return true }
        guard let oldest = idle.values.joined().min(by: { $0.idleSince < $1.idleSince }) else { return false }
        removeIdle(oldest)
        oldest.close()
        oldest.holdsSlot = false
        uncount(oldest.key)
        return true
    }

    private func takeSlot(_ attempt: OutboundAttempt) {
        counts[attempt.key, default: 0] += 1
        totalCount += 1
        attempt.holdsSlot = true
        connect(attempt)
    }

    private func uncount(_ key: OutboundKey) {
        let left = counts[key, default: 1] - 1
        counts[key] = left > 0 ? left : nil
        totalCount -= 1
    }

    private func freeSlot(_ key: OutboundKey) {
        uncount(key)
        guard !waiting.isEmpty, !isShutDown, let index = waiting.firstIndex(where: { hasRoom($0.key) }) else { return }
        takeSlot(waiting.remove(at: index))
    }

    // MARK: - Time

    private func armSweep() {
        guard sweep == nil else { return }
        let interval = TimeAmount.seconds(Int64(OutboundLimits.sweepSeconds))
        sweep = loop.assumeIsolated().scheduleTask(in: interval) { self.sweepIdle() }
    }

    private func sweepIdle() {
        sweep = nil
        let oldest = loop.now - .seconds(Int64(settings.limits.connectionIdleSecondsMax))
        for connection in Array(idle.values.joined()) where connection.idleSince < oldest || !isYoung(connection) {
            drop(connection)
        }
        if !idle.isEmpty { armSweep() }
    }

    /// Fails what is under way and closes everything; later submissions fail at once.
    func shutDown() {
        isShutDown = true
        sweep?.cancel()
        sweep = nil
        for attempt in Array(attempts.values) { fail(attempt, .senderError(.shutDown)) }
        for connection in Array(idle.values.joined()) { drop(connection) }
    }
}
