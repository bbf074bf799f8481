internal import Engine
public import HTTPDataPlane
internal import PaymentNotice
internal import Tillwire

// `@_specialize`: the engine's type is met at run time, and code that knows it beforehand copies no transaction member by member. For the embedded
// store, which every daemon has; other engines take the general code.
extension NoticeIngest {
    /// Takes the notices of API v2; nil where no key for them is set.
    public var doorV2: NoticeDoorV2<E>? { verifiers.v2 == nil ? nil : NoticeDoorV2(ingest: self) }

    /// Takes the requests of one event-loop turn. Any path that is routed here counts: notify URLs may differ by merchant.
    ///
    @_specialize(where E == Store)
    public func handle(_ batch: [DataPlaneExchange]) {
        let arrivedAt = ContinuousClock.now
        forEachPart(of: batch) { takeV3(admit($0, .v3, arrivedAt: arrivedAt), mayWait: true) }
    }

    /// They are handed to the store a few at a time: while the later ones are judged the first are on their way to the disk.
    private func forEachPart(of batch: [DataPlaneExchange], _ take: (ArraySlice<DataPlaneExchange>) -> Void) {
        for start in stride(from: 0, to: batch.count, by: settings.handOverCountMax) {
            take(batch[start..<min(start + settings.handOverCountMax, batch.count)])
        }
    }

    /// Judges admitted notices of API v3; those whose key may come wait for it, where they may.
    @_specialize(where E == Store)
    func takeV3(_ notices: [AdmittedNotice], mayWait: Bool) {
        let verifiers = verifiers
        let keyring = mayWait ? verifiers.v3.crypto : nil
        let judged = judge(notices, .v3, keyring: keyring) { exchange, mayBeKnown in
            self.judge(exchange, by: verifiers, mayBeKnown: mayBeKnown)
        }
        store(judged.authentic, epoch: verifiers.epoch)
        if let keyring { wait(judged.waiting, for: keyring) }
    }

    @_specialize(where E == Store)
    func handleV2(_ batch: [DataPlaneExchange]) {
        let verifiers = verifiers
        guard let verifier = verifiers.v2 else {
            for exchange in batch { exchange.respond(NoticeAnswer.tryAgain(.v2)) }
            return
        }
        let arrivedAt = ContinuousClock.now
        forEachPart(of: batch) { part in
            let judged = judge(admit(part, .v2, arrivedAt: arrivedAt), .v2, keyring: nil) { exchange, mayBeKnown in
                self.judge(exchange, by: verifier, epoch: verifiers.epoch, mayBeKnown: mayBeKnown)
            }
            store(judged.authentic, epoch: verifiers.epoch)
        }
    }

    private func store(_ authentic: [AuthenticNotice<E.Receipt>], epoch: UInt64) {
        guard !authentic.isEmpty else { return }
        let byteCount = authentic.reduce(0) { $0 + $1.byteCount }
        // Begins on this thread, the loop's but for notices that waited for a key, and goes on on the loop: the notices wait for the writer before the next ones are judged, and the writer's answer wakes the
        // event loop itself, whose connections they are, not a thread in between.
        Task.immediate(executorPreference: authentic.first?.exchange.loopExecutor) {
            await recorder.record(authentic, epoch: epoch)
            gate.leave(count: authentic.count, byteCount: byteCount)
        }
    }

    /// Counts repeats that are answered in their orders' rows. Where there are any, the gate must be held for this: the end of the service waits for
    /// it as for a notice.
    func count(_ transactionIDs: [String]) {
        guard !transactionIDs.isEmpty else { return }
        guard counts.add(transactionIDs) else {
            // Somebody counts already, takes these too, and holds the gate.
            gate.leave(count: 1, byteCount: 0)
            return
        }
        Task {
            while let waiting = counts.take(orderCountMax: NoticeIngestLimits.repeatCommitCountMax) {
                await repeats.count(waiting)
            }
            gate.leave(count: 1, byteCount: 0)
        }
    }
}
