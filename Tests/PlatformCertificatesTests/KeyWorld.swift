import AccessControl
import Logging
import MessageModel
import PlatformCertificates
import QueueStore
import ServiceLifecycleTestKit
import Synchronization
import TestSupport
import Tillwire
import WeChatPayAPI

/// Keeps log lines at critical.
final class Alarms: Sendable {
    struct Handler: LogHandler {
        let alarms: Alarms
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            guard event.level == .critical else { return }
            let serial = event.metadata?["serial"].map { "\($0)" } ?? ""
            alarms.lines.withLock { $0.append("\(event.message) \(serial)") }
        }
    }

    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    var logger: Logger { Logger(label: "test") { [self] _ in Handler(alarms: self) } }
}

/// Makes all commits of a store fail for a while.
final class CommitRefusal: Sendable {
    private let side = Mutex<CommitFaults.Side?>(nil)

    func install(_ options: inout StoreOptions) {
        options.faultBeforeCommit = { self.fault(.before) }
        options.faultAfterCommit = { self.fault(.after) }
    }

    /// From now on commits fail on this side; nil: on none.
    func refuse(_ side: CommitFaults.Side?) { self.side.withLock { $0 = side } }

    private func fault(_ side: CommitFaults.Side) -> InjectedFault? {
        self.side.withLock { $0 == side } ? .diskFailed : nil
    }
}

/// A store, a clock and a keyring; the service over them runs while a test's body runs.
struct KeyWorld {
    let store: TemporaryStore
    let alarms = Alarms()

    init(refusal: CommitRefusal? = nil) { store = TemporaryStore { refusal?.install(&$0) } }

    var time: ManualTimeSource { store.time }
    var nowSeconds: Int64 { Int64(time.now.milliseconds / 1_000) }

    func running(
        files: [MadeCertificate] = [], source: FakeSource?, refreshHours: Int = 12,
        _ body: @escaping @Sendable (PlatformCertificates<Store>) async throws -> Void
    ) async throws -> [String] {
        try await store.run { broker in
            let time = self.time
            let keyring = PlatformKeyring(nowSeconds: { Int64(time.now.milliseconds / 1_000) })
            let certificates = try await PlatformCertificates.open(
                broker: broker,
                sources: PlatformKeySources(
                    certificates: files.map(\.source), apiV3Key: MadeCertificate.apiV3Key),
                source: source, keyring: keyring, refreshHours: refreshHours, time: time, logger: alarms.logger)
            try await testGracefulShutdown { trigger in
                async let run: Void = certificates.run()
                let outcome: Result<Void, any Error>
                do {
                    try await body(certificates)
                    outcome = .success(())
                } catch { outcome = .failure(error) }
                trigger.triggerGracefulShutdown()
                try await run
                try outcome.get()
            }
        }.problems
    }
}
