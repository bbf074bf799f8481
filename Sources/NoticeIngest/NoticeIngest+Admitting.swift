internal import AccessControl
internal import HTTPDataPlane
internal import MessageModel
internal import NIOCore
internal import NoticeRating
internal import PaymentNotice
internal import Synchronization

extension NoticeIngest {
    /// Lets requests in; those with another method, and those for which there is no room, are answered.
    func admit(
        _ batch: ArraySlice<DataPlaneExchange>, _ generation: NoticeGeneration, arrivedAt: ContinuousClock.Instant
    ) -> [AdmittedNotice] {
        var admitted: [AdmittedNotice] = []
        admitted.reserveCapacity(batch.count)
        var (wrongMethodCount, overloadedCount): (UInt64, UInt64) = (0, 0)
        for exchange in batch {
            let byteCount = exchange.request.body.readableBytes
            guard exchange.request.method == "POST" else {
                wrongMethodCount += 1
                exchange.respond(NoticeAnswer.wrongMethod(generation))
                continue
            }
            guard gate.enter(byteCount: byteCount) else {
                overloadedCount += 1
                exchange.respond(NoticeAnswer.tryAgain(generation))
                continue
            }
            admitted.append(AdmittedNotice(exchange: exchange, byteCount: byteCount, arrivedAt: arrivedAt))
        }
        ledger.update { figures in
            figures.received += UInt64(batch.count)
            if generation == .v2 { figures.receivedV2 += UInt64(batch.count) }
            figures.wrongMethod += wrongMethodCount
            figures.overloaded += overloadedCount
        }
        if overloadedCount > 0 {
            let failed = (0..<overloadedCount).map { _ in
                RatedAnswer(.failed(.overloaded), micros: 0, notice: nil)
            }
            rating?.record(failed, atMillis: Int64(time.now.milliseconds))
        }
        return admitted
    }

    /// Whether one more notice of an unknown serial may wait for its key; then it is counted as waiting.
    func mayWait(for keyring: PlatformKeyring?, byteCount: Int) -> Bool {
        guard let keyring, keyring.isAsking, byteCount <= NoticeIngestLimits.waitingBodyByteCountMax else {
            return false
        }
        let count = waitingForKeysCount.wrappingAdd(1, ordering: .relaxed).newValue
        let bytes = waitingForKeysByteCount.wrappingAdd(byteCount, ordering: .relaxed).newValue
        if count <= NoticeIngestLimits.waitingForKeysCountMax, bytes <= NoticeIngestLimits.waitingForKeysByteCountMax {
            return true
        }
        endWaiting(count: 1, byteCount: byteCount)
        return false
    }

    private func endWaiting(count: Int, byteCount: Int) {
        waitingForKeysCount.wrappingSubtract(count, ordering: .relaxed)
        waitingForKeysByteCount.wrappingSubtract(byteCount, ordering: .relaxed)
    }

    /// Judges notices again when the platform was asked for its keys, or when that lasts too long: a change of its keys costs no refusal, since
    /// the platform waits 5 s for an answer (`wechat-pay.md` §2.1).
    func wait(_ notices: [AdmittedNotice], for keyring: PlatformKeyring) {
        guard !notices.isEmpty else { return }
        Task {
            await withTaskGroup { group in
                group.addTask { await keyring.waitWhileAsking() }
                if let millis = time.realMilliseconds(for: NoticeIngestLimits.waitingForKeysMillisMax) {
                    group.addTask { try? await Task.sleep(for: .milliseconds(millis)) }
                }
                await group.next()
                group.cancelAll()
            }
            endWaiting(count: notices.count, byteCount: notices.reduce(0) { $0 + $1.byteCount })
            takeV3(notices, mayWait: false)
        }
    }
}
