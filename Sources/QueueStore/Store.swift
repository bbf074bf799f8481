public import Engine
internal import Deflate
public import MessageModel
internal import Synchronization

/// The embedded engine: queues and topics in one LMDB environment in one folder.
///
/// Acknowledged means on the disk: it survives a crash of the process at any instant, a kernel crash and a power cut on a disk that honours
/// flushes; it does not survive the loss of the disk itself. Thread-safe. One process opens a folder at a time.
public final class Store: Engine {
    let source: StoreSource
    let directory: QueueDirectory
    let mailbox = Mailbox()
    let cache = BlockCache()
    let blocks = BlockReader()
    let meters = StoreMeters()
    let traces = TraceLog()
    let compactor: Compactor
    let scrubber: Scrubber
    let ticker: Ticker
    /// The clock it was opened with.
    public let time: any TimeSource
    let options: StoreOptions
    /// Mints message ids under the store's own key, which never changes.
    private let minter: MessageIDMinter
    /// Hashes idempotency keys under the store's own key.
    let keyHasher: SipHash
    /// Counts deliveries of this start; its low 24 bits are the low bits of delivery numbers.
    let deliveryCounter = Atomic<UInt32>(1)
    /// Receives that wait, in all queues.
    let pollCount = Atomic<Int>(0)
    let isClosing = Atomic<Bool>(false)
    let folder: StoreFolder
    let role: WriterRole
    private let threads = Mutex<Threads?>(nil)

    private struct Threads {
        let writer: StoreThread
        let ticker: StoreThread
        let compactor: StoreThread
        let scrubber: StoreThread
    }

    /// What this engine offers.
    public static let capabilities: Capabilities = [
        .exactDepth, .exactDeliveryCount, .strictReceipts, .atomicAckAndSend,
    ]

    /// Opens the store in the folder `path`, making it where there was never one.
    ///
    /// - Throws: ``BrokerError/storeInUse(path:)``, ``BrokerError/storeUnusable(_:)``, ``BrokerError/system(operation:code:)``.
    public static func open(at path: String, options: StoreOptions = .init()) throws(BrokerError) -> Store {
        let folder = try StoreFolder(path: path)
        let opened = try StoreOpening.open(folder, options, options.time)
        let store = try Store(folder, opened, options)
        try store.start()
        return store
    }

    private init(
        _ folder: StoreFolder, _ opened: StoreSource.Opened, _ options: StoreOptions
    ) throws(BrokerError) {
        self.folder = folder
        self.options = options
        time = options.time
        source = StoreSource(opened)
        minter = opened.catalogue.minter
        keyHasher = opened.catalogue.hasher
        directory = QueueDirectory(opened.catalogue, source: source, time: options.time)
        ticker = Ticker(time: options.time)
        compactor = Compactor(
            source: source, directory: directory, mailbox: mailbox, blocks: blocks, ticker: ticker, time: options.time)
        scrubber = Scrubber(
            source: source, blocks: blocks, ticker: ticker, time: options.time, report: options.report)
        do throws(DeflateError) {
            let writer = try Writer(
                source: source, opened: opened, directory: directory, mailbox: mailbox, cache: cache, ticker: ticker,
                time: time,
                meters: meters, options: options, folder: folder, traces: traces, blocks: blocks,
                dictionaries: DictionaryShelf(source: source, book: blocks.book), compactor: compactor)
            role = WriterRole(writer, mailbox)
        } catch { throw Self.noStart("\(error)") }
    }

    private static func noStart(_ reason: String) -> BrokerError {
        .system(operation: "starting the writer: \(reason)", code: 0)
    }

    private func start() throws(BrokerError) {
        do throws(SystemError) {
            let writerThread = try StoreThread { [role] in role.run() }
            let tickerThread = try StoreThread { [weak self, ticker, mailbox, compactor, scrubber] in
                ticker.run { due in
                    if due.contains(.writer) { mailbox.poke() }
                    if due.contains(.compactor) { compactor.wake() }
                    if due.contains(.scrubber) { scrubber.wake() }
                    for case .queue(let id) in due { self?.tick(id) }
                }
            }
            let compactorThread = try StoreThread { [compactor] in compactor.run() }
            let scrubberThread = try StoreThread { [scrubber] in scrubber.run() }
            threads.withLock {
                $0 = Threads(
                    writer: writerThread, ticker: tickerThread, compactor: compactorThread, scrubber: scrubberThread)
            }
        } catch { throw .system(operation: error.operation, code: error.code) }
    }

    /// The public id of a message.
    public func messageID(source: SourceID, sequence: SequenceNumber) -> MessageID {
        minter.id(source: source, sequence: sequence)
    }

    /// The queues, topics and subscriptions of this moment.
    public func topology() -> Topology { directory.catalogue.topology }

    /// Hands a command to the writer and waits for its answer.
    func submit<Value: Sendable>(_ make: (Reply<Value>) -> Command) async throws(BrokerError) -> Value {
        let result = await withCheckedContinuation { continuation in
            let command = make(Reply(continuation: continuation))
            if let refusal = mailbox.submit(command) { command.fail(refusal) }
        }
        return try result.get()
    }

    /// Ends waiting receives, finishes what was accepted, writes what memory knows, closes. Another opening may have the folder when this
    /// returns. The waiting is done on a thread of the store's, not on one of the shared pool.
    public func shutdown() async {
        guard isClosing.exchange(true, ordering: .relaxed) == false else { return }
        for state in directory.held { wakeAllPolls(of: state) }
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let end: @Sendable () -> Void = { [self] in
                finish()
                continuation.resume()
            }
            if (try? StoreThread(detached: true, end)) == nil { end() }
        }
    }

    /// Ends the threads, closes the environment, lets the folder go. Once.
    private func finish() {
        compactor.stop()
        scrubber.stop()
        mailbox.close()
        ticker.stop()
        guard let threads = threads.withLock({ $0.take() }) else { return }
        threads.writer.join()
        threads.compactor.join()
        threads.scrubber.join()
        threads.ticker.join()
        if source.close(forReopening: false) { folder.unlock() }
    }

    deinit { finish() }
}
