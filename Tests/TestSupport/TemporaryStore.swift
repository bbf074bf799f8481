internal import MessageModel
public import QueueStore
public import Tillwire

/// A store in a folder of its own, on a clock of its own, that can be closed, reopened and crashed, and is audited at the end.
public final class TemporaryStore: Sendable {
    /// Where it stands.
    public let folder: TemporaryFolder
    /// Its clock.
    public let time: ManualTimeSource
    /// How it is opened.
    public let options: StoreOptions

    /// A folder and a clock; nothing is open yet.
    public init(mapByteCount: Int = 1 << 30, adjust: (inout StoreOptions) -> Void = { _ in }) {
        folder = TemporaryFolder()
        time = ManualTimeSource()
        var options = StoreOptions(mapByteCount: mapByteCount, time: time)
        adjust(&options)
        self.options = options
    }

    /// Opens the store, runs `body`, closes, audits.
    ///
    /// - Returns: what `body` returned and what the audit found wrong.
    public func run<Result: Sendable>(
        _ body: @Sendable (EmbeddedBroker) async throws -> Result
    ) async throws -> (result: Result, problems: [String]) {
        let broker = try await EmbeddedBroker.open(at: folder.path, options: options)
        let outcome: Swift.Result<Result, any Error>
        do { outcome = .success(try await body(broker)) } catch { outcome = .failure(error) }
        await broker.close()
        let report = try Store.verify(folder: folder.path, options: options)
        return (try outcome.get(), report.problems)
    }
}
