public import AccessControl
public import Engine
public import Logging
public import MessageModel
public import ServiceLifecycle
public import Tillwire
public import WeChatPayAPI

/// Keeps the platform's keys that are in force: those of files, and the certificates the platform lists, fetched while running.
///
/// Asks for the list at its start, every few hours, and where a notice or an answer names an unknown serial (see `FetchSchedule`: forged serials
/// cause few calls). What it learns is put in the keyring at once, without a restart, beside what is in force: notices of both kinds mix during a
/// change-over. A key of a file is never dropped; a fetched certificate is when it is past its end and no longer listed. Fetched certificates are
/// durable in the state rows of consumer 10, so that a restart while the platform is unreachable has them; it raises alarms before keys end.
public actor PlatformCertificates<E: Engine>: Service {
    /// The keys in force; what judges notices and answers holds this.
    public nonisolated let keyring: PlatformKeyring
    private let broker: Broker<E>
    private let source: (any CertificateSource)?
    private let time: any TimeSource
    let logger: Logger
    private let signal = WakeSignal()
    var sources: PlatformKeySources
    var shelf: CertificateShelf
    private var storedPartCount: Int
    /// When certificates that the store did not take are written again, milliseconds; nil where they are on the disk.
    private(set) var storeDueMillis: UInt64?
    var schedule: FetchSchedule
    var alarms = ExpiryAlarms()
    private var expiryLookDueMillis: UInt64 = 0
    var fetching: PlatformKeysReport.Fetching?
    var changeCount: UInt64 = 0
    private var timerDueMillis: UInt64?
    var fileFault: String?

    /// Reads what was fetched before and puts it in force with the keys of files.
    ///
    /// - Parameters:
    ///   - sources: the keys of files; may be none where `source` is given.
    ///   - source: the platform; nil where it is not asked.
    ///   - refreshHours: hours between two looks at the platform's list.
    ///   - pauseSecondsMin: seconds between two calls at least, whatever asks for them.
    /// - Throws: why the store did not give the rows.
    public static func open(
        broker: Broker<E>, sources: PlatformKeySources, source: (any CertificateSource)?, keyring: PlatformKeyring,
        refreshHours: Int, pauseSecondsMin: Int = 60, time: any TimeSource, logger: Logger
    ) async throws(BrokerError) -> PlatformCertificates<E> {
        let rows = try await broker.rows(RowRead(space: CertificateRows.space))
        let stored = CertificateRows.certificates(rows)
        if stored == nil {
            logger.error("stored platform certificates cannot be read: they are fetched again")
        }
        let certificates = PlatformCertificates(
            broker: broker, sources: sources, stored: stored ?? [], storedPartCount: rows.count, source: source,
            keyring: keyring,
            schedule: FetchSchedule(
                refreshMillis: UInt64(max(refreshHours, 1)) * 3_600_000,
                pauseMillisMin: UInt64(max(pauseSecondsMin, 1)) * 1_000, nowMillis: time.now.milliseconds),
            time: time, logger: logger)
        await certificates.start()
        return certificates
    }

    private init(
        broker: Broker<E>, sources: PlatformKeySources, stored: [FetchedCertificate], storedPartCount: Int,
        source: (any CertificateSource)?, keyring: PlatformKeyring, schedule: FetchSchedule, time: any TimeSource,
        logger: Logger
    ) {
        self.broker = broker
        self.sources = sources
        self.source = source
        self.keyring = keyring
        self.time = time
        self.logger = logger
        self.storedPartCount = storedPartCount
        shelf = CertificateShelf(stored)
        self.schedule = schedule
        fetching = source == nil ? nil : PlatformKeysReport.Fetching()
        time.onJump { [signal] in signal.raise() }
    }

    private func start() {
        shelf.bound(countMax: fetchedCountMax)
        putInForce()
        changeCount = 0
        guard source != nil else { return }
        keyring.onUnknownSerial { [signal] in signal.raise() }
    }

    /// Fetches and watches until the graceful shutdown. A call under way then is abandoned.
    public func run() async throws {
        signal.raise()
        await cancelWhenGracefulShutdown { await self.follow() }
        // Nobody asks any more: from now on nobody is told to wait.
        keyring.onUnknownSerial(nil)
        keyring.endAsking()
    }

    /// Puts other keys of files in force. What is wrong with them must have been found before: keys that cannot be used change nothing.
    public func replace(sources: PlatformKeySources) {
        self.sources = sources
        fileFault = nil
        shelf.bound(countMax: fetchedCountMax)
        putInForce()
        expiryLookDueMillis = 0
        signal.raise()
    }

    /// Tells that the key files are bad now; nil takes that back.
    public func note(fileFault: String?) { self.fileFault = fileFault }

    // MARK: - The loop

    private func follow() async {
        await withDiscardingTaskGroup { group in
            for await _ in signal.wakes {
                await step()
                if let millis = timerMillis() { group.addTask { await self.wake(afterMillis: millis) } }
            }
        }
    }

    /// Does what is due.
    private func step() async {
        // Not taken yet: as long as it stands, further unknown serials wake nobody.
        if source != nil, keyring.hasUnknownSerial { schedule.metUnknownSerial(nowMillis: nowMillis) }
        if let source, schedule.dueMillis <= nowMillis { await fetch(from: source) }
        keyring.endAsking()
        if let due = storeDueMillis, due <= nowMillis { await store() }
        guard expiryLookDueMillis <= nowMillis else { return }
        expiryLookDueMillis = nowMillis + PlatformCertificatesLimits.expiryLookMillis
        await dropExpired()
        raiseAlarms()
    }

    /// How long until something is due, where no timer runs that ends by then. A clock that is moved by hand wakes by itself.
    private func timerMillis() -> UInt64? {
        let due = min(source == nil ? .max : schedule.dueMillis, expiryLookDueMillis, storeDueMillis ?? .max)
        guard due < timerDueMillis ?? .max else { return nil }
        guard let millis = time.realMilliseconds(for: due > nowMillis ? due - nowMillis : 0) else { return nil }
        timerDueMillis = due
        return millis
    }

    private func wake(afterMillis millis: UInt64) async {
        try? await Task.sleep(for: .milliseconds(millis))
        timerDueMillis = nil
        signal.raise()
    }

    private func fetch(from source: any CertificateSource) async {
        schedule.begin(nowMillis: nowMillis)
        keyring.clearUnknownSerial()
        do throws(CertificateListError) {
            let list: CertificateList
            do throws(PlatformCallError) { list = try await source.certificates() } catch { throw .call(error) }
            // Keys of files may have changed during the call: what is here now counts.
            try await take(list)
        } catch {
            // Whoever checks by public key alone has no certificates to be listed (wechat-pay §1.10).
            if case .call(.notFound) = error, !sources.publicKeys.isEmpty { return succeeded(isNew: false, fault: nil) }
            schedule.failed(nowMillis: nowMillis)
            fetching?.failedCount += 1
            fetching?.fault = error.description
            tell(error)
        }
    }

    private func take(_ list: CertificateList) async throws(CertificateListError) {
        guard let held = keyring.keys else { throw .empty }
        let opened = try CertificateOpener.open(list, apiV3Key: held, sources: sources)
        // A signed list of which nothing opens is no success: our APIv3 key is wrong.
        if let fault = opened.faults.first, opened.certificates.isEmpty { throw fault }
        let before = shelf
        let files = Set(sources.certificates.map(\.serial))
        let new = shelf.take(opened.certificates, nowSeconds: nowSeconds, countMax: fetchedCountMax)
            .filter { !files.contains($0) }
        succeeded(isNew: !new.isEmpty, fault: opened.faults.first)
        for fault in opened.faults {
            logger.critical("a listed platform certificate cannot be used", metadata: ["reason": "\(fault)"])
        }
        guard shelf != before else { return }
        if Set(held.names) != files.union(sources.publicKeys.map(\.id)).union(shelf.serials) { putInForce() }
        await store()
        if !new.isEmpty {
            expiryLookDueMillis = 0
            logger.notice(
                "platform certificates are in force",
                metadata: ["new": "\(new.joined(separator: ", "))", "keys": "\(keyring.keys?.names.count ?? 0)"])
        }
    }

    private func succeeded(isNew: Bool, fault: CertificateListError?) {
        schedule.succeeded(isNew: isNew, nowMillis: nowMillis)
        fetching?.succeededCount += 1
        fetching?.lastSucceededSeconds = nowSeconds
        fetching?.fault = fault?.description
    }

    private func dropExpired() async {
        let dropped = shelf.dropExpired(nowSeconds: nowSeconds)
        guard !dropped.isEmpty else { return }
        putInForce()
        logger.notice(
            "platform certificates past their end are dropped",
            metadata: ["serials": "\(dropped.joined(separator: ", "))"])
        await store()
    }

    /// Makes the keyring hold the keys of files and what was fetched.
    private func putInForce() {
        do throws(PlatformKeysError) {
            keyring.replace(
                with: try sources.keys(adding: shelf.certificates.map(\.certificate.source), allowsNone: true))
            changeCount += 1
        } catch {
            logger.critical("platform keys cannot be put in force: those before stay", metadata: ["reason": "\(error)"])
        }
    }

    /// Writes the fetched certificates; where that fails they are in force all the same, and are written again after a pause.
    private func store() async {
        guard let changes = CertificateRows.changes(shelf.certificates, over: storedPartCount) else {
            storeDueMillis = nil
            logger.error("fetched platform certificates do not fit in their rows: a restart has to fetch them again")
            return
        }
        let partCount = changes.count { $0.value != nil }
        // A commit that failed may be on the disk all the same: the next one covers its rows too.
        storedPartCount = max(storedPartCount, partCount)
        do throws(BrokerError) {
            try await broker.commit(Transaction(rows: changes))
            storedPartCount = partCount
            storeDueMillis = nil
        } catch {
            storeDueMillis = nowMillis + PlatformCertificatesLimits.storePauseMillis
            logger.error(
                "fetched platform certificates were not stored, they are written again: until then a restart has to fetch them",
                metadata: ["reason": "\(error)"])
        }
    }

    private var fetchedCountMax: Int {
        max(AccessLimits.platformKeyCountMax - sources.certificates.count - sources.publicKeys.count, 0)
    }
    private var nowMillis: UInt64 { time.now.milliseconds }
    var nowSeconds: Int64 { Int64(time.now.milliseconds / 1_000) }
}
