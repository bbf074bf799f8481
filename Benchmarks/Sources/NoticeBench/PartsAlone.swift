internal import AccessControl
internal import BenchmarkSupport
internal import Engine
internal import MessageModel
internal import PaymentEntry
internal import PaymentNotice
internal import Synchronization
internal import Tillwire

/// The parts of a notice, each alone: microseconds of processor time.
enum PartsAlone {
    /// One RSA verification of a signature over the signed bytes, and one AES-GCM of the ciphertext; nothing is read or parsed.
    static func cryptoMicros(_ corpus: NoticeCorpus) throws -> Double {
        try micros(corpus) { part in
            corpus.keys.verify(serial: part.serial, message: part.signed, signature: part.signature) == .ok
                && corpus.keys.open(
                    nonce: part.nonce, associatedData: part.associatedData, ciphertext: part.ciphertext) != nil
        }
    }

    /// The whole verdict: headers and body in, payment out.
    static func verdictMicros(_ corpus: NoticeCorpus, nowSeconds: Int64) throws -> Double {
        try micros(corpus) { part in
            let verdict = corpus.verifierV3.verdict(headers: part.headers, body: part.body, nowSeconds: nowSeconds)
            return if case .payment = verdict { true } else { false }
        }
    }

    /// As many threads as cores, since a core that works alone may be faster than one of two.
    private static func micros(
        _ corpus: NoticeCorpus, _ isRight: @escaping @Sendable (SealedPart) -> Bool
    ) throws -> Double {
        let results = Mutex<[Double?]>([])
        let threads = (0..<Processor.coreCount).map { _ in
            WorkerThread {
                let start = Processor.threadSeconds()
                let areRight = corpus.sealed.reduce(true) { $0 && isRight($1) }
                let used = Processor.threadSeconds() - start
                results.withLock { $0.append(areRight ? used : nil) }
            }
        }
        for thread in threads { thread.join() }
        let seconds = results.withLock { $0.compactMap(\.self) }
        guard seconds.count == threads.count else { throw BenchFailure("a notice of the corpus is not authentic") }
        return seconds.reduce(0, +) * 1e6 / Double(corpus.sealed.count * threads.count)
    }

    /// One payment's put: message, key and row as a notice brings them, made beforehand. So many callers put so many each, wait until they are durable,
    /// put the next.
    @concurrent
    static func putMicros(
        _ corpus: NoticeCorpus, path: String, callerCount: Int, countEach: Int
    ) async throws -> Double {
        let broker = try await EmbeddedBroker.open(at: path, options: StoreOptions(mapByteCount: 1 << 34))
        let entry = try await PaymentEntry.open(broker: broker, stores: NoStores(), time: broker.time)
        let now = broker.time.now
        var calls = [[[Transaction<Store.Receipt>]]](repeating: [], count: callerCount)
        var next: [Transaction<Store.Receipt>] = []
        var putCount = 0
        for payment in corpus.payments {
            next.append(try entry.transaction(payment, source: .notice, receivedAt: now).transaction)
            guard next.count == countEach else { continue }
            calls[putCount / countEach % callerCount].append(next)
            putCount += countEach
            next = []
        }
        let start = Processor.processSeconds()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for callsOfOne in calls {
                group.addTask {
                    for call in callsOfOne {
                        guard await entry.commit(call).allSatisfy({ $0 == .stored }) else {
                            throw BenchFailure("a put was not stored")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let used = Processor.processSeconds() - start
        await broker.close()
        return used * 1e6 / Double(putCount)
    }
}
