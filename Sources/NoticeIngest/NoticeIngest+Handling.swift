internal import Engine
public import HTTPDataPlane
internal import PaymentNotice

extension NoticeIngest {
    /// Takes the notices of API v2; nil where no key for them is set.
    public var doorV2: NoticeDoorV2<E>? { verifiers.v2 == nil ? nil : NoticeDoorV2(ingest: self) }

    /// Takes the requests of one event-loop turn. Any path that is routed here counts: notify URLs may differ by merchant.
    public func handle(_ batch: [DataPlaneExchange]) {
        let verifier = verifiers.v3
        store(judge(batch, .v3) { self.judge($0, by: verifier) })
    }

    func handleV2(_ batch: [DataPlaneExchange]) {
        guard let verifier = verifiers.v2 else {
            for exchange in batch { exchange.respond(NoticeAnswer.tryAgain(.v2)) }
            return
        }
        store(judge(batch, .v2) { self.judge($0, by: verifier) })
    }

    private func store(_ authentic: [AuthenticNotice<E.Receipt>]) {
        guard !authentic.isEmpty else { return }
        let byteCount = authentic.reduce(0) { $0 + $1.byteCount }
        Task {
            await recorder.record(authentic)
            gate.leave(count: authentic.count, byteCount: byteCount)
        }
    }
}
