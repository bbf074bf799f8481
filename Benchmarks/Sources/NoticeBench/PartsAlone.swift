internal import AccessControl
internal import BenchmarkSupport
internal import Engine
internal import MessageModel
internal import NoticeIngest
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

    /// One payment's put, `groupSize` of them a commit: message, key and row as a notice brings them, made beforehand.
    @concurrent
    static func putMicros(_ corpus: NoticeCorpus, path: String, groupSize: Int) async throws -> Double {
        let broker = try await EmbeddedBroker.open(at: path, options: StoreOptions(mapByteCount: 1 << 34))
        let roads = try await NoticeIngest.makeRoads(broker)
        let now = broker.time.now
        var groups: [[Transaction<Store.Receipt>]] = []
        var next: [Transaction<Store.Receipt>] = []
        for payment in corpus.payments {
            next.append(try transaction(payment, topic: roads.payments, receivedAt: now))
            guard next.count == groupSize else { continue }
            groups.append(next)
            next = []
        }
        let start = Processor.processSeconds()
        for group in groups {
            for outcome in try await broker.commit(group) {
                guard case .committed(let sends) = outcome, case .stored = sends.first?.first else {
                    throw BenchFailure("a put was not stored: \(outcome)")
                }
            }
        }
        let used = Processor.processSeconds() - start
        await broker.close()
        return used * 1e6 / Double(groups.count * groupSize)
    }

    private static func transaction(
        _ payment: PaidTransaction, topic: TopicID, receivedAt: Timestamp
    ) throws -> Transaction<Store.Receipt> {
        let message = OrderPaymentMessage(payment, storeID: "", source: .notice)
        let body = message.encode()
        let key = try IdempotencyKey(RoadNames.paymentKey(transactionID: message.transactionID), lifetime: .payment)
        let record = OrderRecord(
            message, bodyHash: Hashes.sha256(body), receivedAtMillis: Int64(receivedAt.milliseconds), state: .waiting)
        let row = RowChange(
            space: .orders, key: Bytes(message.transactionID), value: Bytes(record.encode()), condition: .ifAbsent)
        let send = SendBatch(source: .topic(topic), messages: [OutgoingMessage(body: Bytes(body), key: key)])
        return Transaction(sends: [send], rows: [row])
    }
}
