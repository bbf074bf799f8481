internal import Engine
public import HTTPDataPlane
internal import PaymentNotice

extension NoticeIngest {
    /// Takes the notices of API v2; nil where no key for them is set.
    public var doorV2: NoticeDoorV2<E>? { verifiers.v2 == nil ? nil : NoticeDoorV2(ingest: self) }

    /// Takes the requests of one event-loop turn. Any path that is routed here counts: notify URLs may differ by merchant.
    public func handle(_ batch: [DataPlaneExchange]) {
        let verifiers = verifiers
        take(batch, .v3, epoch: verifiers.epoch) { exchange, mayBeKnown in
            self.judge(exchange, by: verifiers, mayBeKnown: mayBeKnown)
        }
    }

    func handleV2(_ batch: [DataPlaneExchange]) {
        let verifiers = verifiers
        guard let verifier = verifiers.v2 else {
            for exchange in batch { exchange.respond(NoticeAnswer.tryAgain(.v2)) }
            return
        }
        take(batch, .v2, epoch: verifiers.epoch) { exchange, mayBeKnown in
            self.judge(exchange, by: verifier, epoch: verifiers.epoch, mayBeKnown: mayBeKnown)
        }
    }

    /// Judges a turn's requests and hands them to the store a few at a time: while the later ones are judged the first are on their way to the disk.
    private func take(
        _ batch: [DataPlaneExchange], _ generation: NoticeGeneration, epoch: UInt64,
        _ verdict: (_ exchange: DataPlaneExchange, _ mayBeKnown: Bool) -> Judgement<E.Receipt>
    ) {
        let arrivedAt = ContinuousClock.now
        for start in stride(from: 0, to: batch.count, by: settings.handOverCountMax) {
            let part = batch[start..<min(start + settings.handOverCountMax, batch.count)]
            store(judge(part, generation, arrivedAt: arrivedAt, by: verdict), epoch: epoch)
        }
    }

    private func store(_ authentic: [AuthenticNotice<E.Receipt>], epoch: UInt64) {
        guard !authentic.isEmpty else { return }
        let byteCount = authentic.reduce(0) { $0 + $1.byteCount }
        // Begins on this thread: the notices wait for the writer before the next ones are judged, without a hop to another thread first.
        Task.immediate {
            await recorder.record(authentic, epoch: epoch)
            gate.leave(count: authentic.count, byteCount: byteCount)
        }
    }

    /// Counts repeats that are answered in their orders' rows.
    func count(_ transactionIDs: [String]) {
        guard !transactionIDs.isEmpty, counts.add(transactionIDs) else { return }
        // The end of the service waits for it as for a notice.
        gate.hold()
        Task {
            while let waiting = counts.take(orderCountMax: NoticeIngestLimits.repeatCommitCountMax) {
                await repeats.count(waiting)
            }
            gate.leave(count: 1, byteCount: 0)
        }
    }
}
