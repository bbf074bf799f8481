internal import AccessControl
internal import Engine
internal import HTTPDataPlane
internal import Logging
internal import MerchantPush
internal import Merchants
internal import MessageModel
internal import NoticeIngest
internal import NoticeRating
internal import PaymentEntry
internal import PaymentGate
internal import PaymentNotice
internal import QueueStore
internal import Settings
internal import Telemetry
internal import Tillwire

extension DaemonParts {
    /// Opens the store and joins everything over it. Where that fails, what was opened is closed again.
    ///
    /// - Throws: ``DaemonError``.
    static func open(
        _ settings: BrokerSettings, files: DaemonFiles, time: any TimeSource, metrics: MetricsRegistry
    ) async throws(DaemonError) -> DaemonParts {
        let watch = StoreWatch(logger: Logger(label: "store"))
        let broker = try await openStore(settings.store, time: time, watch: watch)
        do throws(DaemonError) {
            return try await join(settings, files, time, metrics, watch, broker)
        } catch {
            await broker.close()
            throw error
        }
    }

    private static func openStore(
        _ settings: StoreSettings, time: any TimeSource, watch: StoreWatch
    ) async throws(DaemonError) -> EmbeddedBroker {
        let options = StoreOptions(
            mapByteCount: settings.mapMiB * 1_048_576, time: time, report: { watch.report($0) })
        do throws(BrokerError) {
            return try await EmbeddedBroker.open(at: settings.path, options: options)
        } catch {
            throw DaemonError(error)
        }
    }

    private static func join(
        _ settings: BrokerSettings, _ files: DaemonFiles, _ time: any TimeSource, _ metrics: MetricsRegistry,
        _ watch: StoreWatch, _ broker: EmbeddedBroker
    ) async throws(DaemonError) -> DaemonParts {
        let logger = Logger(label: "daemon")
        let directory = MerchantDirectory()
        let registry = MerchantRegistry(
            broker: broker, rules: EndpointRules.merchants(files.policy), directory: directory)
        try await fill(registry, from: files, logger: logger)
        let restrictions = RestrictionTable()
        let book = RestrictionBook(broker: broker, table: restrictions, time: time)
        try await load(book)
        let loops = settings.eventLoopCount == 0 ? DataPlaneLoops() : DataPlaneLoops(count: settings.eventLoopCount)
        let client = OutboundClient(
            settings: OutboundSettings(policy: files.policy, trustedRootsPath: settings.push.trustedRootsFile),
            loops: loops)
        let topicPush = TopicPush(settings, policy: files.policy, broker: broker, loops: loops, time: time)
        let keyring = PlatformKeyring(nowSeconds: { Int64(time.now.milliseconds / 1_000) })
        let platform = files.platformAccess.map { PlatformSide($0, keyring: keyring, loops: loops, time: time) }
        do throws(DaemonError) {
            let rating = try await RatingParts.open(settings.rating, broker: broker, time: time)
            let restricted = try await RestrictionParts.open(
                broker: broker, book: book, table: restrictions, query: platform?.client, time: time)
            let entry = try await entry(
                broker, directory, time, restricted.watch, announcements: DaemonRecovery.book(settings))
            let recovery = try await DaemonRecovery.open(settings, entry: entry, query: platform?.client, time: time)
            return DaemonParts(
                settings: settings, logger: logger, metrics: metrics, watch: watch, broker: broker, loops: loops,
                tokens: files.tokens, directory: directory, registry: registry, book: book, client: client,
                entry: entry, push: try await push(settings, files, time, broker, directory, client),
                platform: platform, recovery: recovery,
                platformKeys: try await PlatformKeySide.open(
                    settings.wechat, files: files, platform: platform, keyring: keyring, broker: broker, time: time),
                rating: rating,
                reconciliation: try await ReconciliationParts.open(
                    settings, entry: entry, client: platform?.client, time: time),
                ingest: ingest(files, keyring, time, entry, rating.ledger),
                restricted: restricted,
                gate: Gatekeeper(
                    merchants: directory, restrictions: restrictions, tokens: files.tokens, time: time,
                    announcements: entry.announcements),
                consumers: try await TopicConsumers.open(
                    files, rulesFile: settings.risk.rulesFile, broker: broker, directory: directory, book: book,
                    client: client, time: time),
                topicPush: topicPush, apiKeys: files.apiKeys,
                queueDoor: settings.queueAPI.isConfigured
                    ? QueueDoor(
                        settings.queueAPI, keys: files.apiKeys?.book ?? APIKeyBook(), policy: files.policy,
                        broker: broker)
                    : nil)
        } catch {
            await client.shutdown()
            await topicPush.shutdown()
            await platform?.shutdown()
            await loops.shutdown()
            throw error
        }
    }

    private static func fill(
        _ registry: MerchantRegistry<Store>, from files: DaemonFiles, logger: Logger
    ) async throws(DaemonError) {
        do throws(MerchantError) {
            try await registry.load()
        } catch {
            throw .storeUnusable("merchants: \(error)")
        }
        guard let bytes = files.merchants else { return }
        do throws(MerchantError) {
            let report = try await registry.merge(file: bytes)
            logger.info(
                "merchants file merged",
                metadata: [
                    "added": "\(report.added)", "changed": "\(report.changed)", "unchanged": "\(report.unchanged)",
                ])
        } catch {
            throw .settings("merchants.file: \(error)")
        }
    }

    private static func load(_ book: RestrictionBook<Store>) async throws(DaemonError) {
        do throws(RestrictionError) {
            try await book.load()
        } catch {
            throw .storeUnusable("restrictions: \(error)")
        }
    }

    private static func push(
        _ settings: BrokerSettings, _ files: DaemonFiles, _ time: any TimeSource, _ broker: EmbeddedBroker,
        _ directory: MerchantDirectory, _ client: OutboundClient
    ) async throws(DaemonError) -> MerchantPush<Store> {
        let logger = Logger(label: "push")
        let endpoints = RegisteredEndpoints(
            merchants: directory, settings: settings.push, policy: files.policy, logger: logger)
        var push = MerchantPushSettings()
        push.slotCountMax = settings.push.slotCount
        push.visibilityMillis = UInt64(settings.push.visibilityMillis)
        do throws(BrokerError) {
            return try await MerchantPush.open(
                broker: broker, directory: endpoints, client: client, time: time, logger: logger, settings: push)
        } catch { throw DaemonError(error) }
    }

    private static func ingest(
        _ files: DaemonFiles, _ keyring: PlatformKeyring, _ time: any TimeSource, _ entry: PaymentEntry<Store>,
        _ rating: RatingLedger
    ) -> NoticeIngest<Store>? {
        files.noticeRules.map { rules in
            NoticeIngest(
                entry: entry, verifier: NoticeVerifier(settings: rules, crypto: keyring), v2: files.verifierV2,
                time: time, logger: Logger(label: "ingest"), rating: rating)
        }
    }

    private static func entry(
        _ broker: EmbeddedBroker, _ directory: MerchantDirectory, _ time: any TimeSource, _ watch: any PaymentWatch,
        announcements: AnnouncementBook?
    ) async throws(DaemonError) -> PaymentEntry<Store> {
        do throws(BrokerError) {
            return try await PaymentEntry.open(
                broker: broker, stores: RegisteredStores(merchants: directory), time: time, watch: watch,
                announcements: announcements)
        } catch { throw DaemonError(error) }
    }
}
