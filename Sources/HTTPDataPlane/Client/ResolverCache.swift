internal import NIOCore
internal import NIOPosix

/// Resolves names for the requests of one event loop: remembers answers for a while, asks once for many who wait.
///
/// Confined to its loop; the lookups themselves run on a small thread pool.
final class ResolverCache {
    typealias Answer = Result<[IPAddress], OutboundFailure>

    private struct Entry {
        let answer: Answer
        let expiresAt: NIODeadline
    }

    private let loop: any EventLoop
    private let threads: NIOThreadPool
    private let resolver: any NameResolver
    private let limits: OutboundLimits
    private var entries: [String: Entry] = [:]
    private var waiters: [String: [(Answer) -> Void]] = [:]

    init(loop: any EventLoop, threads: NIOThreadPool, resolver: any NameResolver, limits: OutboundLimits) {
        self.loop = loop
        self.threads = threads
        self.resolver = resolver
        self.limits = limits
    }

    /// Calls back on the loop, at once when the name is remembered.
    func resolve(_ name: String, _ callback: @escaping (Answer) -> Void) {
        if let entry = entries[name], entry.expiresAt > loop.now { return callback(entry.answer) }
        if waiters[name] != nil {
            waiters[name]?.append(callback)
            return
        }
        guard waiters.count < limits.pendingLookupCountMax else {
            return callback(.failure(.senderError(.resolverBusy)))
        }
        waiters[name] = [callback]
        let lookup = threads.runIfActive(eventLoop: loop) { [resolver] in Self.lookUp(name, resolver) }
        lookup.assumeIsolated().whenComplete { result in
            self.finished(
                name, (try? result.get()) ?? .failure(.init(failure: .senderError(.shutDown), isFinal: false)))
        }
    }

    private static func lookUp(_ name: String, _ resolver: any NameResolver) -> Result<[IPAddress], NameFailure> {
        do throws(NameResolverError) {
            let addresses = try resolver.addresses(of: name)
            let isUsable = (1...OutboundLimits.addressCountMax).contains(addresses.count)
            return isUsable ? .success(addresses) : .failure(.init(failure: .dnsError, isFinal: true))
        } catch {
            let failure: OutboundFailure = error == .unusable ? .addressBlocked(.scopeIdentifier) : .dnsError
            return .failure(.init(failure: failure, isFinal: error != .temporary))
        }
    }

    /// A failure and whether it may be remembered.
    private struct NameFailure: Error {
        let failure: OutboundFailure
        let isFinal: Bool
    }

    private func finished(_ name: String, _ result: Result<[IPAddress], NameFailure>) {
        let answer = result.mapError(\.failure)
        switch result {
        case .success: remember(name, answer, seconds: limits.nameCacheSecondsMax)
        case .failure(let fault) where fault.isFinal:
            remember(name, answer, seconds: limits.negativeNameCacheSecondsMax)
        case .failure: break
        }
        for waiter in waiters.removeValue(forKey: name) ?? [] { waiter(answer) }
    }

    private func remember(_ name: String, _ answer: Answer, seconds: Int) {
        if entries.count >= limits.nameCacheEntryCountMax { makeRoom() }
        let kept = min(max(seconds, 0), OutboundLimits.nameCacheSecondsCeiling)
        entries[name] = Entry(answer: answer, expiresAt: loop.now + .seconds(Int64(kept)))
    }

    /// Drops what has expired, or everything when nothing has: a full cache of live names is rare and cheap to rebuild.
    private func makeRoom() {
        let now = loop.now
        entries = entries.filter { $0.value.expiresAt > now }
        if entries.count >= limits.nameCacheEntryCountMax { entries.removeAll(keepingCapacity: true) }
    }
}
