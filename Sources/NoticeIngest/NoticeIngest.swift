public import AccessControl
public import Engine
public import HTTPDataPlane
public import Logging
public import MessageModel
public import NoticeRating
public import PaymentEntry
public import PaymentNotice
public import ServiceLifecycle
internal import Synchronization

/// The door for WeChat Pay's notices of API v3, and of v2 by ``doorV2``: verifies and decrypts on the event loop, has the store commit, then answers.
///
/// Refusals are answered at once, and so are redeliveries of a body that is on the disk, whose signature alone is checked; everything else that is
/// authentic goes to the recorder and the store, a few notices of an event-loop turn in one commit call. A notice is answered with success only when
/// its message is on the disk. Thread-safe.
public final class NoticeIngest<E: Engine>: DataPlaneHandler, Service {
    let recorder: NoticeRecorder<E>
    let ledger = NoticeLedger()
    let gate: NoticeGate
    /// Where the provider's rating is counted; nil: nowhere.
    let rating: RatingLedger?
    let repeats: RepeatLedger<E>
    let counts = RepeatCounts()
    let knownV3 = KnownBodies()
    let knownV2 = KnownBodies()
    /// Notices that wait for keys.
    let waitingForKeysCount = Atomic<Int>(0)
    /// Their body bytes.
    let waitingForKeysByteCount = Atomic<Int>(0)
    let entry: PaymentEntry<E>
    let time: any TimeSource
    let logger: Logger
    let settings: NoticeIngestSettings
    private let heldVerifiers: Mutex<NoticeVerifiers>

    /// A door whose notices enter by `entry`.
    ///
    /// - Parameters:
    ///   - verifier: its keyring is where keys are changed over while the door is open; an empty one refuses every notice of v3.
    ///   - verifierV2: nil where no notices of API v2 are taken.
    public init(
        entry: PaymentEntry<E>, verifier: NoticeVerifier<PlatformKeyring>,
        v2 verifierV2: NoticeV2Verifier<APIv2Key>? = nil, time: any TimeSource, logger: Logger,
        settings: NoticeIngestSettings = .init(), rating: RatingLedger? = nil
    ) {
        self.rating = rating
        repeats = RepeatLedger(broker: entry.broker, ledger: ledger, time: time, logger: logger)
        recorder = NoticeRecorder(
            entry: entry, ledger: ledger, repeats: repeats, knownV3: knownV3, knownV2: knownV2, time: time,
            logger: logger, rating: rating)
        gate = NoticeGate(settings: settings)
        self.entry = entry
        heldVerifiers = Mutex(NoticeVerifiers(v3: verifier, v2: verifierV2))
        self.time = time
        self.logger = logger
        self.settings = settings
    }

    /// A door with keys that stay as they are.
    public convenience init(
        entry: PaymentEntry<E>, verifier: NoticeVerifier<PlatformKeys>,
        v2 verifierV2: NoticeV2Verifier<APIv2Key>? = nil, time: any TimeSource, logger: Logger,
        settings: NoticeIngestSettings = .init(), rating: RatingLedger? = nil
    ) {
        self.init(
            entry: entry, verifier: Self.fixed(verifier), v2: verifierV2, time: time, logger: logger,
            settings: settings, rating: rating)
    }

    private static func fixed(_ verifier: NoticeVerifier<PlatformKeys>) -> NoticeVerifier<PlatformKeyring> {
        NoticeVerifier(settings: verifier.settings, crypto: PlatformKeyring(verifier.crypto))
    }

    /// Takes other keys or merchant numbers of API v3 from the next batch on. Thread-safe.
    public func replace(verifier: NoticeVerifier<PlatformKeys>) {
        heldVerifiers.withLock { verifiers in
            verifiers.v3 = Self.fixed(verifier)
            verifiers.epoch += 1
        }
    }

    /// Takes another key or other merchant numbers of API v2 from the next batch on. Thread-safe.
    public func replace(v2 verifier: NoticeV2Verifier<APIv2Key>) {
        heldVerifiers.withLock { verifiers in
            verifiers.v2 = verifier
            verifiers.epoch += 1
        }
    }

    var verifiers: NoticeVerifiers { heldVerifiers.withLock { $0 } }

    /// What happened since the start. Thread-safe.
    public func figures() -> NoticeFigures {
        var figures = ledger.figures
        figures.inFlight = gate.count
        return figures
    }

    /// Waits for the graceful shutdown, then answers new notices with 503 and waits for those under way, at most the settings' bound.
    ///
    /// What is unanswered after that is unanswered for good: WeChat Pay sends it again.
    public func run() async throws {
        try? await gracefulShutdown()
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
}
