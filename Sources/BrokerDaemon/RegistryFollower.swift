internal import Engine
internal import MerchantPush
internal import Merchants
internal import ServiceLifecycle
internal import Synchronization

/// Tells merchant push about changes of the registry at once: the directory's observer must not wait, push is an actor.
///
/// Changes of one merchant that come close together are told once. Bounded by the number of merchants.
final class RegistryFollower<E: Engine>: Service {
    private let push: MerchantPush<E>
    /// Merchants that changed and were not told yet.
    private let changed = Mutex<Set<String>>([])
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    /// Follows `merchants` from now on.
    init(merchants: MerchantDirectory, push: MerchantPush<E>) {
        self.push = push
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        merchants.observe { [weak self] change in self?.note(change.merchantID) }
    }

    /// Tells until the graceful shutdown. What is not told then is found by push at the next start.
    func run() async throws {
        await cancelWhenGracefulShutdown { await self.tell() }
    }

    private func note(_ merchantID: String) {
        changed.withLock { _ = $0.insert(merchantID) }
        wake.yield()
    }

    private func tell() async {
        for await _ in wakes {
            let merchants = changed.withLock { changed in
                defer { changed = [] }
                return changed
            }
            for merchantID in merchants { await push.merchantChanged(merchantID) }
        }
    }
}
